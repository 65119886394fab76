package suitetalk

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/soapread"
)

// openSOAP reads what a search finds, or what was deleted.
func (c *client) openSOAP(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if e.Group != nil {
		return nil, sluice.Errorf("flow.group_records", "what SOAP finds cannot be grouped").At("export.group").Fix("Export rows by suiteql instead")
	}
	s, err := c.soap(ctx, conn)
	if err != nil {
		return nil, err
	}
	found, err := soapread.Of(ctx, s, e, o.Window)
	if err != nil {
		return nil, err
	}
	found.Problem = func(err error) error { return c.problem(err) }
	return soapread.Open(found, o.Cursor)
}
