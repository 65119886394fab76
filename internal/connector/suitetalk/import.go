package suitetalk

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/recordimport"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// OpenImport returns a Writer for records of one type, or one that calls a RESTlet.
func (c *Connector) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if i.NetSuite == nil && i.RESTlet == nil {
		return nil, sluice.Errorf("flow.import_kind", "the connection %s is to NetSuite, the import is not", conn.Name).Fix("Give the import a netsuite or restlet part, or another connection")
	}
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := cl.login(netsuite.ContextWithFlow(ctx, o.Flow)); err != nil {
		return nil, err
	}
	if i.RESTlet != nil {
		return cl.openRESTletImport(conn, i, o)
	}
	options := recordimport.Options{Account: cl.account(), Import: i, Flow: o.Flow, ExternalIDs: true, Texts: o.Texts}
	if recordimport.SendsFields(i.Operation) || i.Operation == sluice.Attach || i.Operation == sluice.Detach {
		if options.Form, err = cl.shaper(netsuite.ContextWithFlow(ctx, o.Flow), conn, i.NetSuite.Record); err != nil {
			return nil, err
		}
	}
	if i.Operation.MakesRecord() {
		options.ExternalIDs = hasExternalIDs(options.Form.Schema)
	}
	options.Recaller = cl.batches()
	var known *metadata.Schema
	if options.Form != nil {
		known = options.Form.Schema
	}
	if options.Way, err = cl.way(netsuite.ContextWithFlow(ctx, o.Flow), conn, i, known); err != nil {
		return nil, err
	}
	if options.Route, err = c.Route(conn, i); err != nil {
		return nil, err
	}
	return recordimport.New(options)
}

// account is the way to NetSuite that writers take.
func (c *client) account() recordimport.Account {
	return recordimport.Account{Records: c.Records, Limit: c.limit, Settle: c.settle, SendWindow: c.sendWindow(), Problem: c.problem}
}
