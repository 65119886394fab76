package app

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
)

// connectors sends each connection to the connector of its kind. NetSuite's is
// held apart: single queries and records take their client from it, so that they
// share the account's budget of requests with the flows.
type connectors struct {
	suite *suitetalk.Connector
	other sluice.Connector
}

func newConnectors(cfg *Config) *connectors {
	return &connectors{
		suite: suitetalk.New(suitetalk.Options{Clock: cfg.Clock}),
		other: connector.New(connector.Options{Clock: cfg.Clock}),
	}
}

func (c *connectors) of(conn *sluice.Connection) sluice.Connector {
	if conn.Kind == sluice.KindNetSuite {
		return c.suite
	}
	return c.other
}

// Test proves that the connection works.
func (c *connectors) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	return c.of(conn).Test(ctx, conn)
}

// OpenExport starts reading.
func (c *connectors) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	return c.of(conn).OpenExport(ctx, conn, e, o)
}

// OpenImport gets ready to write.
func (c *connectors) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	return c.of(conn).OpenImport(ctx, conn, i, o)
}
