package database

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// Options are what all databases have in common.
type Options struct {
	// Clock tells the time.
	Clock func() time.Time
	// Tap takes the statements while a connection's debug log is on.
	Tap wire.Tap
	// Traffic sees each statement's verb; nil for nobody.
	Traffic wire.Traffic
}

// connection is an open database.
type connection struct {
	*sql.DB
	dialect.Dialect
	kind string
}

// open connects to the database and makes sure that it answers.
func open(ctx context.Context, c *sluice.Connection, readOnly bool, o Options) (*connection, error) {
	driver, d, err := dialect.Open(c, readOnly)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(wire.SQL(driver, c.Kind, wire.Watch{Connection: c.ID, Tap: o.Tap, Name: c.Name, Traffic: o.Traffic, Mask: wire.NewMask(c), Clock: o.Clock}))
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
	f := c.Fault(err)
	e := sluice.Errorf("sql."+strings.ToLower(f.Code), "%s", f.Message).At(where).Fix(f.Cure())
	e.Err = err
	if strings.Contains(f.Code, ".") {
		e.Code = f.Code
	}
	return e
}
