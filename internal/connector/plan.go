package connector

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/file"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// OpenPlan gets ready to show what an import would send.
func (c connectors) OpenPlan(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions, tell func(sluice.PlannedRequest)) (sluice.Writer, error) {
	return c.OpenRehearsal(ctx, conn, i, o, &wire.Rehearsal{Tell: tell})
}

// OpenRehearsal is OpenPlan with the other side's answers.
func (c connectors) OpenRehearsal(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions, r *wire.Rehearsal) (sluice.Writer, error) {
	if i.CSV != nil || i.JSONLines != nil {
		return file.OpenPlan(conn, i, r.Tell)
	}
	w, err := c.OpenImport(wire.Rehearse(ctx, r), conn, i, o)
	if err != nil {
		return nil, err
	}
	return &rehearsed{w, r}, nil
}

// rehearsed is a Writer whose requests are rehearsed.
type rehearsed struct {
	sluice.Writer
	rehearsal *wire.Rehearsal
}

func (r *rehearsed) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	return r.Writer.Prepare(wire.Rehearse(ctx, r.rehearsal), intents)
}

func (r *rehearsed) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results, err := r.Writer.Write(wire.Rehearse(ctx, r.rehearsal), intents)
	if r.rehearsal.Answer == nil {
		Content(results)
	}
	return results, err
}

// Content takes results that are not known for those of a side that has done what it
// was asked: the answer that stands for it cannot have the form of every API's.
func Content(results []sluice.Result) {
	for n := range results {
		if results[n].State == sluice.ResultUnknown {
			results[n] = sluice.Result{State: sluice.ResultWritten}
		}
	}
}

func (r *rehearsed) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	return r.Writer.Reconcile(wire.Rehearse(ctx, r.rehearsal), intents)
}

// Finish does nothing: there is nothing to finish.
func (r *rehearsed) Finish(context.Context) error { return nil }

// Existing reads the record that an intent would change.
func (c connectors) Existing(ctx context.Context, conn *sluice.Connection, i *sluice.Import, intent *sluice.Intent) (sluice.Record, error) {
	k, err := c.of(conn)
	if err != nil {
		return nil, err
	}
	if reader, ok := k.(existing); ok {
		return reader.Existing(ctx, conn, i, intent)
	}
	return nil, sluice.Errorf(sluice.CodeCannotTell, "connections of the kind %s cannot be asked for single records", conn.Kind)
}

// existing are connectors that can read a single record.
type existing interface {
	Existing(ctx context.Context, c *sluice.Connection, i *sluice.Import, intent *sluice.Intent) (sluice.Record, error)
}
