// Package connector reaches files and databases, one package for each below it.
package connector

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database"
	"github.com/sluicehq/sluice/internal/connector/file"
)

// Options are what all connectors have in common.
type Options struct {
	Clock   func() time.Time // nil means time.Now
	TempDir string           // for staging; the system's when empty
}

// Connector implements sluice.Connector for files and databases.
type Connector struct {
	clock    func() time.Time
	file     file.Options
	database database.Options
}

// New returns a Connector.
func New(o Options) *Connector {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Connector{clock: o.Clock, file: file.Options{Clock: o.Clock, TempDir: o.TempDir}, database: database.Options{Clock: o.Clock}}
}

// Test proves that the folder or database can be reached.
func (c *Connector) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	start := c.clock()
	test := database.Test
	if conn.Kind == sluice.KindFiles {
		test = file.Test
	}
	facts, err := test(ctx, conn)
	e := &sluice.Evidence{OK: err == nil, Message: sluice.WorkingGreat, Facts: facts, At: start, Took: sluice.Milliseconds(c.clock().Sub(start).Milliseconds())}
	if err != nil {
		e.Error = sluice.AsError(err, "connection.failed")
		e.Message = e.Error.Message
	}
	return e
}

// OpenExport starts reading.
func (c *Connector) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if conn.Kind == sluice.KindFiles {
		return file.OpenExport(ctx, conn, e, o, c.file)
	}
	return database.OpenExport(ctx, conn, e, o)
}

// OpenImport gets ready to write.
func (c *Connector) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if conn.Kind == sluice.KindFiles {
		return file.OpenImport(ctx, conn, i, o, c.file)
	}
	return database.OpenImport(ctx, conn, i, c.database)
}
