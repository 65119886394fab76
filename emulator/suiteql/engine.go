// Package suiteql answers SuiteQL queries of the emulated account.
//
// A query is parsed (internal/syntax), translated to SQL for SQLite against a
// catalogue of tables (internal/compile) and run there with Oracle's functions
// (internal/oracle). Nothing of the query's text reaches SQLite: identifiers
// come from the catalogue, values are bound.
//
// What the dialect is and how the service answers is taken from Oracle's help
// (section_157909186990, section_156257790831, section_156257796125,
// section_158513731864, article_0824094533, article_161950565221) and from
// what users of live accounts recorded.
package suiteql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"

	"modernc.org/sqlite"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
)

// Table is one record type as SuiteQL sees it, Column one of its fields, and
// Kind the type of a column and how SQLite holds it.
type (
	Table  = compile.Table
	Column = compile.Column
	Kind   = compile.Kind
)

// The kinds, with what a physical column of each holds. NULL is no value.
const (
	Integer  = compile.Integer  // INTEGER; internal IDs and references too
	Decimal  = compile.Decimal  // NUMERIC
	Text     = compile.Text     // TEXT
	Boolean  = compile.Boolean  // TEXT 'T' or 'F'
	Date     = compile.Date     // TEXT 'YYYY-MM-DD', a day without a zone
	DateTime = compile.DateTime // TEXT 'YYYY-MM-DD HH:MM:SS', a moment in UTC
)

// Database is the account's SQLite file, opened for reading and with Oracle's
// functions.
type Database struct {
	*sql.DB
	zones    *oracle.Zones
	versions versions
}

// Close closes the file.
func (db *Database) Close() error {
	return errors.Join(db.versions.close(), db.DB.Close())
}

// Open opens the SQLite file at path for queries. It cannot be written to
// through the result. The file must exist; writers should keep it in WAL mode,
// so that queries and writes do not wait for each other.
func Open(path string) (*Database, error) {
	zones, d := &oracle.Zones{}, &sqlite.Driver{}
	if err := oracle.Register(d, zones); err != nil {
		return nil, err
	}
	options := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "case_sensitive_like(1)", "busy_timeout(10000)"}}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
	db := sql.OpenDB(connector{d, dsn})
	db.SetMaxIdleConns(idleConns)
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s for queries: %w", path, err)
	}
	return &Database{DB: db, zones: zones}, nil
}

// idleConns is how many connections wait for the next query. An account serves
// a handful of requests at a time, and a new connection registers all functions.
const idleConns = 8

// connector opens connections with a driver of our own: registering the
// functions with the process-wide one would give them to every SQLite user.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// Engine answers queries. It is safe for concurrent use.
type Engine struct {
	db     *Database
	tables atomic.Pointer[compile.Catalogue]
	counts counter
	log    *slog.Logger
}

// NewEngine returns an engine for the tables that db holds. The log gets the
// reason of each refused query, since NetSuite's own words rarely tell; nil
// discards it.
func NewEngine(db *Database, tables []Table, log *slog.Logger) *Engine {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{db: db, log: log}
	e.SetTables(tables)
	return e
}

// SetTables replaces the catalogue, for instance after a custom field was
// added. Queries that run keep the old one.
func (e *Engine) SetTables(tables []Table) {
	c := compile.NewCatalogue(tables)
	e.tables.Store(&c)
}
