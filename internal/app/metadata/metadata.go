// Package metadata finds out what there is behind a connection, for the pages on which
// flows are built: tables and columns, record types and fields, saved searches, values.
package metadata

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/internal/connector/database"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// Metadata implements the rules of the routes.
type Metadata struct {
	open     func(ctx context.Context, name string) (*sluice.Connection, error)
	suite    *suitetalk.Connector
	database database.Options
	clock    func() time.Time
	kept     kept
}

// New returns Metadata of connections that open opens with their secrets. Requests to
// NetSuite are made by suite, so that they share each account's budget with the flows;
// what goes to databases is shown to tap.
func New(open func(ctx context.Context, name string) (*sluice.Connection, error), suite *suitetalk.Connector, tap wire.Tap, clock func() time.Time) *Metadata {
	return &Metadata{open: open, suite: suite, database: database.Options{Clock: clock, Tap: tap}, clock: clock}
}

// remembered is keep for a connection: when it is changed, nothing of it is kept.
func remembered[T any](m *Metadata, conn *sluice.Connection, what string, refresh bool, read func() (T, error)) (T, error) {
	return keep(&m.kept, m.clock(), conn.ID+" "+conn.UpdatedAt.Format(time.RFC3339Nano)+" "+what, refresh, read)
}

// Tables lists the tables that queries can read.
func (m *Metadata) Tables(ctx context.Context, connection string, refresh bool) ([]api.SourceTable, error) {
	conn, err := m.open(ctx, connection)
	if err != nil {
		return nil, err
	}
	if conn.Kind == sluice.KindNetSuite {
		return m.suiteTables(ctx, conn, refresh)
	}
	tables, err := m.databaseTables(ctx, conn, refresh)
	list := make([]api.SourceTable, len(tables))
	for i, t := range tables {
		list[i] = api.SourceTable{Name: t.Name}
	}
	return list, err
}

// Columns lists the columns of a table.
func (m *Metadata) Columns(ctx context.Context, connection, table string, refresh bool) ([]api.SourceColumn, error) {
	conn, err := m.open(ctx, connection)
	if err != nil {
		return nil, err
	}
	if conn.Kind == sluice.KindNetSuite {
		return m.suiteColumns(ctx, conn, table, refresh)
	}
	return m.databaseColumns(ctx, conn, table, refresh)
}

// netSuite opens a NetSuite connection.
func (m *Metadata) netSuite(ctx context.Context, name string) (*sluice.Connection, *netsuite.Client, error) {
	conn, err := m.open(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, nil, sluice.Errorf("connection.wrong_kind", "the connection %q is of the kind %s", conn.Name, conn.Kind).Fix("This needs a NetSuite connection")
	}
	client, err := m.suite.Client(conn)
	return conn, client, err
}

// unseen says that the connection's role does not see something: NetSuite answers alike
// where there is no such thing and where the role lacks the permission.
func (m *Metadata) unseen(conn *sluice.Connection, what, name string, err error) error {
	_, ours := errors.AsType[*netsuite.InputError](err) // it was not even asked
	if ours || !errors.Is(err, netsuite.ErrNotFound) && !errors.Is(err, netsuite.ErrPermission) && !errors.Is(err, netsuite.ErrInvalid) {
		return record.Told(err)
	}
	e := sluice.Errorf("metadata.not_visible", "the role of the connection %s sees no %s %q", conn.Name, what, name).At(name).
		Fix("Check the name, and whether the role has the permission and the account the feature for it")
	e.Err = err
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok {
		e.Message += ": " + fault.Message()
	}
	return e
}
