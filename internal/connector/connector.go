// Package connector sends each connection to the connector of its kind.
package connector

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database"
	"github.com/sluicehq/sluice/internal/connector/file"
	"github.com/sluicehq/sluice/internal/connector/reach"
	"github.com/sluicehq/sluice/internal/connector/web"
	"github.com/sluicehq/sluice/internal/connector/webhook"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Options configure the connectors. The zero value is good, but knows no NetSuite.
type Options struct {
	Clock func() time.Time // nil means time.Now
	Log   *slog.Logger     // nil means slog.Default
	// TempDir is where files are staged; the system's folder when empty.
	TempDir string
	// NetSuite is the connector of NetSuite connections. It is given, since single
	// queries and records take their client from it too.
	NetSuite sluice.Connector
	// Tap takes what connections exchange while their debug logs are on; nil for none.
	Tap wire.Tap
	// Traffic sees what connections ask; nil for nobody.
	Traffic wire.Traffic
	// Connection finds a connection, without its secrets, that another one borrows its
	// concurrency from.
	Connection func(ctx context.Context, name string) (*sluice.Connection, error)
	// Sharing lets processes share the concurrency of HTTP connections; nil: this process
	// is alone.
	Sharing *governor.Sharing
	// Reach says which addresses HTTP connections reach.
	Reach reach.Rule
	// Own are files of the server that no folder lends.
	Own []string
	// Webhook is where what other systems deliver is read from.
	Webhook webhook.Options
}

// Connectors are the Connector of all kinds of connection, which can plan and rehearse
// what it writes.
type Connectors interface {
	sluice.Connector
	sluice.Planner
	OpenRehearsal(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions, r *wire.Rehearsal) (sluice.Writer, error)
}

// New returns the Connector of all kinds of connection.
func New(o Options) Connectors {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	options := database.Options{Clock: o.Clock, Tap: o.Tap, Traffic: o.Traffic}
	databases := clocked{local{o.Clock, databases{options}}, options}
	c := connectors{
		sluice.KindFiles:      local{o.Clock, files{file.Options{Own: o.Own, TempDir: o.TempDir, Warn: o.Log.Warn, Clock: o.Clock}}},
		sluice.KindPostgreSQL: databases,
		sluice.KindMySQL:      databases,
		sluice.KindSQLServer:  databases,
		sluice.KindSQLite:     databases,
		sluice.KindWebhook:    local{o.Clock, hooks{o.Webhook}},
		sluice.KindHTTP:       web.New(web.Options{Clock: o.Clock, Connection: o.Connection, Tap: o.Tap, Traffic: o.Traffic, Sharing: o.Sharing, Reach: o.Reach}),
	}
	if o.NetSuite != nil {
		c[sluice.KindNetSuite] = o.NetSuite
	}
	return c
}

// connectors are the connectors by kind of connection.
type connectors map[string]sluice.Connector

func (c connectors) of(conn *sluice.Connection) (sluice.Connector, error) {
	if k, ok := c[conn.Kind]; ok {
		return k, nil
	}
	return nil, sluice.Errorf("connection.unknown_kind", "this build has no connector for the kind %q of the connection %s", conn.Kind, conn.Name)
}

// Test proves that the connection works, or says what is wrong.
func (c connectors) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	k, err := c.of(conn)
	if err != nil {
		return &sluice.Evidence{Message: err.Error(), Error: problem(err)}
	}
	return k.Test(ctx, conn)
}

// OpenExport starts reading.
func (c connectors) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	return k.OpenExport(ctx, conn, e, o)
}

// SourceTime asks a source for its time.
func (c connectors) SourceTime(ctx context.Context, conn *sluice.Connection) (time.Time, error) {
	k, err := c.of(conn)
	if err != nil {
		return time.Time{}, err
	}
	clock, ok := k.(sluice.SourceClock)
	if !ok {
		return time.Time{}, sluice.Errorf("export.no_clock", "the connection %s is of the kind %s, which cannot tell what changed since the last run", conn.Name, conn.Kind).
			At("export.delta").Fix("Leave out delta")
	}
	return clock.SourceTime(ctx, conn)
}

// OpenImport gets ready to write.
func (c connectors) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	return k.OpenImport(ctx, conn, i, o)
}

// OpenLookup gets ready to ask.
func (c connectors) OpenLookup(ctx context.Context, conn *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	asked, ok := k.(sluice.LookupConnector)
	if !ok {
		return nil, misfit("flow.lookup_kind", conn, "lookup")
	}
	return asked.OpenLookup(ctx, conn, l, o)
}

// Shape shows what an import would send of a record.
func (c connectors) Shape(ctx context.Context, conn *sluice.Connection, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
	k, err := c.of(conn)
	if err != nil {
		return sluice.Shape{}, err
	}
	if shaper, ok := k.(sluice.Shaper); ok {
		return shaper.Shape(ctx, conn, i, r)
	}
	return sluice.Shape{Record: r}, nil
}

// Route says which way an import's records take, where there are several.
func (c connectors) Route(conn *sluice.Connection, i *sluice.Import) (*sluice.Route, error) {
	if i.NetSuite == nil {
		return nil, nil
	}
	if router, ok := c[sluice.KindNetSuite].(sluice.Router); ok {
		return router.Route(conn, i)
	}
	return nil, nil
}

// kind is what differs between connectors that keep nothing between two uses.
type kind interface {
	test(ctx context.Context, c *sluice.Connection) ([]sluice.Fact, error)
	// export opens an export, or reports false when it is none of the kind's.
	export(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (r sluice.Reader, ours bool, err error)
	// imports opens an import likewise.
	imports(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (w sluice.Writer, ours bool, err error)
	// lookup opens a lookup likewise.
	lookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup) (f sluice.Finder, ours bool, err error)
}

// local is the Connector of a kind.
type local struct {
	clock func() time.Time
	kind
}

// Test proves that the connection works, or says what is wrong.
func (l local) Test(ctx context.Context, c *sluice.Connection) *sluice.Evidence {
	began := l.clock()
	e := &sluice.Evidence{At: began}
	err := sluice.Problems("connection.invalid", "the connection "+c.Name+" is not complete", c.Check())
	if err == nil {
		e.Facts, err = l.test(ctx, c)
	}
	e.Took = sluice.Milliseconds(l.clock().Sub(began).Milliseconds())
	if err != nil {
		e.Error = problem(err)
		e.Message = e.Error.Message
		return e
	}
	e.OK, e.Message = true, sluice.WorkingGreat
	return e
}

// problem makes sure that what people see is meant for them.
func problem(err error) *sluice.Error {
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		return own
	}
	return sluice.Errorf("connection.failed", "the connection could not be tested: %w", err)
}

// OpenExport starts reading.
func (l local) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	r, ours, err := l.export(ctx, c, e, o)
	if !ours {
		return nil, misfit("flow.export_kind", c, "export")
	}
	return r, err
}

// OpenImport gets ready to write.
func (l local) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	w, ours, err := l.imports(ctx, c, i, o)
	if !ours {
		return nil, misfit("flow.import_kind", c, "import")
	}
	return w, err
}

// OpenLookup gets ready to ask.
func (l local) OpenLookup(ctx context.Context, c *sluice.Connection, spec *sluice.Lookup, _ sluice.LookupOptions) (sluice.Finder, error) {
	f, ours, err := l.lookup(ctx, c, spec)
	if !ours {
		return nil, misfit("flow.lookup_kind", c, "lookup")
	}
	return f, err
}

func misfit(code string, c *sluice.Connection, what string) error {
	return sluice.Errorf(code, "the connection %s is of the kind %s, the %s is not", c.Name, c.Kind, what).Fix("Use a connection that fits, or another kind of " + what)
}

type files struct{ file.Options }

func (f files) test(ctx context.Context, c *sluice.Connection) ([]sluice.Fact, error) {
	return file.Test(ctx, c)
}

func (f files) export(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, bool, error) {
	if e.CSV == nil && e.JSONLines == nil && e.XLSX == nil {
		return nil, false, nil
	}
	r, err := file.OpenExport(ctx, c, e, o, f.Options)
	return r, true, err
}

func (f files) imports(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, bool, error) {
	if i.CSV == nil && i.JSONLines == nil {
		return nil, false, nil
	}
	w, err := file.OpenImport(ctx, c, i, o, f.Options)
	return w, true, err
}

func (f files) lookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup) (sluice.Finder, bool, error) {
	if l.CSV == nil && l.JSONLines == nil {
		return nil, false, nil
	}
	found, err := file.OpenLookup(ctx, c, l, f.Options)
	return found, true, err
}

type hooks struct{ webhook.Options }

func (hooks) test(_ context.Context, c *sluice.Connection) ([]sluice.Fact, error) {
	return webhook.Test(c)
}

func (h hooks) export(ctx context.Context, _ *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, bool, error) {
	if e.Webhook == nil {
		return nil, false, nil
	}
	r, err := webhook.OpenExport(ctx, e, o, h.Options)
	return r, true, err
}

func (hooks) imports(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, bool, error) {
	return nil, false, nil // what comes by itself cannot be written to
}

func (hooks) lookup(context.Context, *sluice.Connection, *sluice.Lookup) (sluice.Finder, bool, error) {
	return nil, false, nil // nor asked
}

type databases struct{ database.Options }

// clocked is the Connector of databases, which have a clock.
type clocked struct {
	local
	database.Options
}

// SourceTime asks the database for its time.
func (k clocked) SourceTime(ctx context.Context, c *sluice.Connection) (time.Time, error) {
	return database.Now(ctx, c, k.Options)
}

func (d databases) test(ctx context.Context, c *sluice.Connection) ([]sluice.Fact, error) {
	return database.Test(ctx, c, d.Options)
}

func (d databases) export(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, bool, error) {
	if e.SQL == nil {
		return nil, false, nil
	}
	r, err := database.OpenExport(ctx, c, e, o, d.Options)
	return r, true, err
}

func (d databases) imports(ctx context.Context, c *sluice.Connection, i *sluice.Import, _ sluice.ImportOptions) (sluice.Writer, bool, error) {
	if i.SQL == nil {
		return nil, false, nil
	}
	w, err := database.OpenImport(ctx, c, i, d.Options)
	return w, true, err
}

func (d databases) lookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup) (sluice.Finder, bool, error) {
	if l.SQL == nil {
		return nil, false, nil
	}
	f, err := database.OpenLookup(ctx, c, l, d.Options)
	return f, true, err
}
