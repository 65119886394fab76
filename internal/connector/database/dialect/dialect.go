// Package dialect knows what databases do differently: how statements are written,
// how values cross, and what errors mean.
package dialect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/sluicehq/sluice"
)

// Dialect is one kind of database.
type Dialect interface {
	// Syntax is how statements are written.
	Syntax() Syntax
	// Value turns what was read into a record's value. typ is the database's name
	// of the column's type.
	Value(v any, typ string) (any, error)
	// Argument turns a record's value into a statement's argument for a column.
	Argument(v any, typ string) (any, error)
	// Columns returns the columns of a table, none when there is no such table.
	Columns(ctx context.Context, db *sql.DB, schema, table string) ([]Column, error)
	// Tables lists what the connection's user may read, by name.
	Tables(ctx context.Context, db *sql.DB) ([]Table, error)
	// Fault says what kind of failure an error is.
	Fault(err error) Fault
	// Questions are what a test of the connection asks.
	Questions() []Question
}

// Locker is a database that has locks with names, which end with the session that
// took them.
type Locker interface {
	Lock(ctx context.Context, c *sql.Conn, name string) error
	Unlock(ctx context.Context, c *sql.Conn, name string) error
	// Locked reports whether another session holds the lock.
	Locked(ctx context.Context, db *sql.DB, name string) (bool, error)
}

// ErrNotLocked says that a lock is taken.
var ErrNotLocked = errors.New("database: the page's lock cannot be taken")

// Column is a column of a table. Type is the database's name of its type, where the
// dialect goes by it.
type Column struct{ Name, Type string }

// Question is a query for one value that is told as evidence.
type Question struct{ Name, Query string }

// Open returns the driver's connector of a connection, by which nobody has connected
// yet. Where the database knows it, readOnly makes it one that cannot be written.
func Open(c *sluice.Connection, readOnly bool) (driver.Connector, Dialect, error) {
	switch c.Kind {
	case sluice.KindPostgreSQL:
		to, err := openPostgres(c)
		return to, postgres{}, err
	case sluice.KindMySQL:
		to, err := openMySQL(c)
		return to, mysql{}, err
	case sluice.KindSQLServer:
		to, err := openSQLServer(c)
		return to, sqlServer{}, err
	}
	to, err := openSQLite(c, readOnly)
	return to, sqlite{}, err
}

// names reads the columns that a query lists: name and type.
func names(ctx context.Context, db *sql.DB, query string, args ...any) ([]Column, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Column
	for rows.Next() {
		var c Column
		if err := rows.Scan(&c.Name, &c.Type); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
