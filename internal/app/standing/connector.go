package standing

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/sluicehq/sluice"
)

// Watch returns a connector that does what c does, and lets the keeper know how it went.
func (k *Keeper) Watch(c sluice.Connector) sluice.Connector { return &watched{c, k} }

type watched struct {
	sluice.Connector
	keeper *Keeper
}

// OpenExport opens an export, watched.
func (w *watched) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	r, err := w.Connector.OpenExport(ctx, c, e, o)
	if err != nil {
		w.keeper.Used(ctx, c, err)
		return nil, err
	}
	return &reader{r, c, w.keeper}, nil
}

// OpenImport opens an import, watched.
func (w *watched) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	wr, err := w.Connector.OpenImport(ctx, c, i, o)
	if err != nil {
		w.keeper.Used(ctx, c, err)
		return nil, err
	}
	return &writer{wr, c, w.keeper}, nil
}

// OpenLookup gets ready to ask, watched.
func (w *watched) OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	connector, ok := w.Connector.(sluice.LookupConnector)
	if !ok {
		return nil, sluice.Errorf("lookup.unsupported", "the connection %s cannot be asked in the middle of a flow", c.Name)
	}
	f, err := connector.OpenLookup(ctx, c, l, o)
	if err != nil {
		w.keeper.Used(ctx, c, err)
		return nil, err
	}
	return &finder{f, c, w.keeper}, nil
}

// Shape shows what an import would send.
func (w *watched) Shape(ctx context.Context, c *sluice.Connection, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
	s, ok := w.Connector.(sluice.Shaper)
	if !ok {
		return sluice.Shape{Record: r}, nil
	}
	return s.Shape(ctx, c, i, r)
}

// Route says which way an import's records take.
func (w *watched) Route(c *sluice.Connection, i *sluice.Import) (*sluice.Route, error) {
	if router, ok := w.Connector.(sluice.Router); ok {
		return router.Route(c, i)
	}
	return nil, nil
}

// SourceTime asks a source for its time.
func (w *watched) SourceTime(ctx context.Context, c *sluice.Connection) (time.Time, error) {
	clock, ok := w.Connector.(sluice.SourceClock)
	if !ok {
		return time.Time{}, sluice.Errorf("export.no_clock", "the connection %s cannot tell its time", c.Name).At("export.delta").Fix("Leave out delta")
	}
	at, err := clock.SourceTime(ctx, c)
	w.keeper.Used(ctx, c, err)
	return at, err
}

type reader struct {
	sluice.Reader
	connection *sluice.Connection
	keeper     *Keeper
}

// Next reads a batch.
func (r *reader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	b, err := r.Reader.Next(ctx, limit)
	if errors.Is(err, io.EOF) {
		r.keeper.Used(ctx, r.connection, nil)
	} else {
		r.keeper.Used(ctx, r.connection, err)
	}
	return b, err
}

type finder struct {
	sluice.Finder
	connection *sluice.Connection
	keeper     *Keeper
}

// Find answers questions.
func (f *finder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	found, err := f.Finder.Find(ctx, questions)
	f.keeper.Used(ctx, f.connection, err)
	return found, err
}

type writer struct {
	sluice.Writer
	connection *sluice.Connection
	keeper     *Keeper
}

// Prepare notes failures: it need not reach the other side.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	err := w.Writer.Prepare(ctx, intents)
	if err != nil {
		w.keeper.Used(ctx, w.connection, err)
	}
	return err
}

// Write notes success only where something was written.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results, err := w.Writer.Write(ctx, intents)
	switch {
	case err != nil:
		w.keeper.Used(ctx, w.connection, err)
	case wrote(results):
		w.keeper.Used(ctx, w.connection, nil)
	}
	return results, err
}

func wrote(results []sluice.Result) bool {
	for _, r := range results {
		if r.State == sluice.ResultWritten {
			return true
		}
	}
	return false
}

// Reconcile notes failures.
func (w *writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results, err := w.Writer.Reconcile(ctx, intents)
	if err != nil {
		w.keeper.Used(ctx, w.connection, err)
	}
	return results, err
}
