package suitetalk

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/recordimport"
	"github.com/sluicehq/sluice/netsuite"
)

// Existing reads the record that an intent would change, with its sublists, or
// returns nil where there is none. An add is looked for by its external ID: where the
// record is there, NetSuite will refuse to make it again.
func (c *Connector) Existing(ctx context.Context, conn *sluice.Connection, i *sluice.Import, intent *sluice.Intent) (sluice.Record, error) {
	if i.NetSuite == nil {
		return nil, sluice.Errorf(sluice.CodeCannotTell, "what a RESTlet would change is known to its script alone")
	}
	if intent.TargetID == "" && intent.ExternalID == "" {
		return nil, nil
	}
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := cl.login(ctx); err != nil {
		return nil, err
	}
	r, err := cl.Records.Get(ctx, i.NetSuite.Record, recordimport.Target(intent), netsuite.GetOptions{ExpandSubResources: true})
	switch {
	case outcome.Missing(err):
		return nil, nil
	case err != nil:
		return nil, cl.problem(err)
	}
	return sluice.Record(r), nil
}
