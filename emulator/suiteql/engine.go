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

	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
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
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s for queries: %w", path, err)
	}
	return &Database{DB: db, zones: zones}, nil
}

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
	tables atomic.Pointer[catalogue]
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
	c := newCatalogue(tables)
	e.tables.Store(&c)
}
