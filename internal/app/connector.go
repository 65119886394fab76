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
	suite  *suitetalk.Connector
	byKind map[string]sluice.Connector
}

func newConnectors(cfg *Config) *connectors {
	suite := suitetalk.New(suitetalk.Options{Clock: cfg.Clock})
	other := connector.New(connector.Options{Clock: cfg.Clock})
	return &connectors{suite: suite, byKind: map[string]sluice.Connector{sluice.KindNetSuite: suite,
		sluice.KindFiles: other, sluice.KindSQLite: other, sluice.KindPostgreSQL: other}}
}

func (c *connectors) of(conn *sluice.Connection) (sluice.Connector, error) {
	if k, ok := c.byKind[conn.Kind]; ok {
		return k, nil
	}
	return nil, sluice.Errorf("connection.unknown_kind", "this build has no connector for the kind %q of the connection %s", conn.Kind, conn.Name)
}

// Test proves that the connection works.
func (c *connectors) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	k, err := c.of(conn)
	if err != nil {
		return &sluice.Evidence{Message: err.Error()}
	}
	return k.Test(ctx, conn)
}

// OpenExport starts reading.
func (c *connectors) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	return k.OpenExport(ctx, conn, e, o)
}

// OpenImport gets ready to write.
func (c *connectors) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	return k.OpenImport(ctx, conn, i, o)
}
