package metadata

import (
	"context"
	"strings"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/connector/database"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
)

func (m *Metadata) databaseTables(ctx context.Context, conn *sluice.Connection, refresh bool) ([]dialect.Table, error) {
	switch conn.Kind {
	case sluice.KindPostgreSQL, sluice.KindMySQL, sluice.KindSQLServer, sluice.KindSQLite:
	default:
		return nil, sluice.Errorf("connection.wrong_kind", "the connection %q is of the kind %s, which has no tables", conn.Name, conn.Kind).Fix("This needs a connection to NetSuite or to a database")
	}
	return remembered(m, conn, "tables", refresh, func() ([]dialect.Table, error) { return database.Tables(ctx, conn, m.database) })
}

func (m *Metadata) databaseColumns(ctx context.Context, conn *sluice.Connection, table string, refresh bool) ([]api.SourceColumn, error) {
	tables, err := m.databaseTables(ctx, conn, refresh)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if !strings.EqualFold(t.Name, table) {
			continue
		}
		columns := make([]api.SourceColumn, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = api.SourceColumn{Name: c.Name, Type: c.Type, Mandatory: c.Mandatory}
		}
		return columns, nil
	}
	return nil, sluice.Errorf("metadata.not_visible", "the user of the connection %s sees no table %q", conn.Name, table).At(table).Fix("Check the name, and whether the user may read the table")
}
