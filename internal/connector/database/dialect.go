package database

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// Options are what all databases have in common.
type Options struct {
	// Clock tells the time.
	Clock func() time.Time
}

// dialect is what databases do differently.
type dialect interface {
	// syntax is how statements are written.
	syntax() syntax
	// value turns what was read into a record's value. typ is the database's name
	// of the column's type.
	value(v any, typ string) (any, error)
	// argument turns a record's value into a statement's argument for a column.
	argument(v any, typ string) (any, error)
	// columns returns the columns of a table, none when there is no such table.
	columns(ctx context.Context, db *sql.DB, schema, table string) ([]column, error)
	// fault says what kind of failure an error is.
	fault(err error) fault
	// upsert writes a row or changes the one with the same key.
	upsert(ctx context.Context, tx *sql.Tx, t *table, row []cell) (created bool, err error)
	// questions are what a test of the connection asks.
	questions() []question
}

// column is a column of a table. typ is the database's name of its type, where the
// dialect goes by it.
type column struct{ name, typ string }

// question is a query for one value that is told as evidence.
type question struct{ name, query string }

// severity says how far a failure goes.
type severity int

const (
	ofRow      severity = iota // the database refuses this row
	ofMoment                   // the transaction lost against another: try again
	ofDatabase                 // nothing can be done now
)

// fault is a failure as it concerns us.
type fault struct {
	severity severity
	code     string // the database's own
	class    sluice.Classification
	message  string // the database's own words
	where    string // the column or constraint
	remedy   string
}

func (f fault) failure() *sluice.Failure {
	return &sluice.Failure{Code: f.code, Classification: f.class, Message: f.message, Where: f.where, Remedy: f.cure()}
}

// cure is what to do about the fault: what is known of its code, or of its class.
func (f fault) cure() string {
	if f.remedy != "" {
		return f.remedy
	}
	switch f.class {
	case sluice.ClassDuplicate:
		return "A row with these values is there already: use upsert or update, or resolve this error"
	case sluice.ClassReference:
		return "Import the row that this one points to first, then retry"
	case sluice.ClassValue:
		return "Correct the record or the mapping, then retry"
	case sluice.ClassIntermittent:
		return "Try again later"
	}
	return "Correct what the database names, then try again"
}

// connection is an open database.
type connection struct {
	*sql.DB
	dialect
	kind string
}

// open connects to the database and makes sure that it answers.
func open(ctx context.Context, c *sluice.Connection, readOnly bool) (*connection, error) {
	var db *sql.DB
	var d dialect
	var err error
	switch c.Kind {
	case sluice.KindPostgreSQL:
		db, err = openPostgres(c)
		d = postgres{}
	case sluice.KindMySQL:
		db, err = openMySQL(c)
		d = mysql{}
	case sluice.KindSQLServer:
		db, err = openSQLServer(c)
		d = sqlServer{}
	default:
		db, err = openSQLite(c, readOnly)
		d = sqlite{}
	}
	if err != nil {
		return nil, err
	}
	conn := &connection{db, d, c.Kind}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, conn.explain(ctx, err, c.Name)
	}
	return conn, nil
}

// explain turns an error that concerns more than a row into one for people.
func (c *connection) explain(ctx context.Context, err error, where string) error {
	if _, ok := errors.AsType[*sluice.Error](err); ok || ctx.Err() != nil {
		return err
	}
	f := c.fault(err)
	e := sluice.Errorf("sql."+strings.ToLower(f.code), "%s", f.message).At(where).Fix(f.cure())
	e.Err = err
	if strings.Contains(f.code, ".") {
		e.Code = f.code
	}
	return e
}

// unreachable is the fault of a server that does not answer.
func unreachable(err error) fault {
	return fault{severity: ofDatabase, code: "connection.unreachable", class: sluice.ClassIntermittent,
		message: "the database does not answer: " + err.Error(), remedy: "Check host, port and network, and that the server runs"}
}
