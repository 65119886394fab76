// Package dryrun shows what a run of a flow would do: every request that would be sent,
// and what it would change.
package dryrun

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/rehearsal"
)

// Bounds of what a dry run shows.
const (
	DefaultLimit = 20
	MaxLimit     = 500
)

// Runner makes dry runs.
type Runner struct {
	Connector sluice.Connector // reads
	Planner   sluice.Planner   // plans writes
	Open      func(ctx context.Context, name string) (*sluice.Connection, error)
	Past      rehearsal.Past
	Clock     func() time.Time
	Log       *slog.Logger
}

// Options say how much a dry run reads and shows.
type Options struct {
	Limit   int             // requests to show, DefaultLimit when 0
	Records int             // records to read at most; 0 means all that a run would read
	Given   []sluice.Record // instead of what the export would read; nil means the export
	Compare bool            // look at the records as they are
}

// Run works the flow through. flowID is that of the stored flow, empty for one that is
// not: what earlier runs have delivered counts.
func (r *Runner) Run(ctx context.Context, flow *sluice.Flow, flowID string, o Options) (_ *sluice.DryRun, err error) {
	if o.Limit = cmp.Or(o.Limit, DefaultLimit); o.Limit > MaxLimit {
		o.Limit = MaxLimit
	}
	stage, err := rehearsal.NewStage(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	p := &plan{Runner: r, options: o, counts: map[string]int64{}}
	var past rehearsal.Past
	if flowID != "" {
		past = r.Past
	}
	result, err := stage.Run(ctx, rehearsal.Config{Flow: sampled(flow, o.Records), FlowID: flowID, Past: past, Connector: p, Open: r.Open, Clock: r.Clock, Log: r.Log})
	if err != nil {
		return nil, err
	}
	return p.report(ctx, flow, result), nil
}

// sampled is the flow, each of its exports reading so many records at most. Unlike a sample of the flow's
// own it says what a run would do with the others besides.
func sampled(f *sluice.Flow, most int) *sluice.Flow {
	out := *f
	out.Exports = slices.Clone(f.Exports)
	for _, e := range out.Sources() {
		if now := e.Most(); most > 0 && (now == 0 || now > most) {
			e.Limit, e.Sample = most, 0
		}
	}
	return &out
}

// plan is the connector of one dry run. It reads as usual, and plans what is written.
type plan struct {
	*Runner
	options Options

	mu     sync.Mutex
	counts map[string]int64 // requests by step
	steps  []string         // in the order of their imports
	kept   []kept           // the first by record and step
}

// kept is a request that is shown.
type kept struct {
	step    string
	order   int // of the step
	imports *sluice.Import
	conn    *sluice.Connection
	request sluice.PlannedRequest
}

// Test is not part of a run.
func (p *plan) Test(ctx context.Context, c *sluice.Connection) *sluice.Evidence {
	return p.Connector.Test(ctx, c)
}

// OpenExport reads the export, or gives the records that were given instead.
func (p *plan) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if p.options.Given != nil {
		return &givenReader{records: p.options.Given}, nil
	}
	return p.Connector.OpenExport(ctx, c, e, o)
}

// SourceTime asks the source, where it has a clock.
func (p *plan) SourceTime(ctx context.Context, c *sluice.Connection) (time.Time, error) {
	if clock, ok := p.Connector.(sluice.SourceClock); ok {
		return clock.SourceTime(ctx, c)
	}
	return time.Time{}, sluice.Errorf("export.no_clock", "the connection %s cannot tell the time", c.Name)
}

// OpenLookup asks the other system, which changes nothing.
func (p *plan) OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	if asks, ok := p.Connector.(sluice.LookupConnector); ok {
		return asks.OpenLookup(ctx, c, l, o)
	}
	return nil, sluice.Errorf("flow.lookup_kind", "the connection %s cannot be asked in the middle of a flow", c.Name)
}

// OpenImport plans.
func (p *plan) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	p.mu.Lock()
	order := len(p.steps)
	p.steps = append(p.steps, o.Step)
	p.mu.Unlock()
	return p.Planner.OpenPlan(ctx, c, i, o, func(r sluice.PlannedRequest) { p.keep(kept{o.Step, order, i, c, r}) })
}

// keep counts a request, and keeps it if it is among the first.
func (p *plan) keep(k kept) {
	intent := *k.request.Intent // the engine goes on using its own
	k.request.Intent = &intent
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[k.step]++
	at, _ := slices.BinarySearchFunc(p.kept, k, func(a, b kept) int {
		return cmp.Or(cmp.Compare(a.request.Intent.Seq, b.request.Intent.Seq), a.order-b.order, -1)
	})
	if at < p.options.Limit {
		p.kept = slices.Insert(p.kept, at, k)
		p.kept = p.kept[:min(len(p.kept), p.options.Limit)]
	}
}

func (p *plan) report(ctx context.Context, flow *sluice.Flow, result *rehearsal.Result) *sluice.DryRun {
	out := &sluice.DryRun{Flow: flow.Name, Counts: result.Counts, Steps: result.Steps, Totals: result.Totals, Failure: result.Failure,
		Requests: []sluice.DryRequest{}, Imports: []sluice.DryImport{}}
	shown := map[string]int{}
	for _, k := range p.kept {
		i := k.request.Intent
		r := sluice.DryRequest{Step: k.step, Seq: i.Seq, Key: i.Key, Operation: i.Operation, PlannedRequest: k.request}
		if p.options.Compare {
			r.Change = p.change(ctx, &k)
		}
		out.Requests = append(out.Requests, r)
		shown[k.step]++
	}
	for _, step := range p.steps {
		out.Imports = append(out.Imports, sluice.DryImport{Step: step, Requests: p.counts[step], Shown: shown[step]})
	}
	for _, e := range result.Errors[:min(len(result.Errors), p.options.Limit)] {
		out.Errors = append(out.Errors, sluice.DryError{Seq: e.Seq, Key: e.Key, Step: e.Step, Code: e.Code, Message: e.Message})
	}
	return out
}

// change says what a request would change, or nil where nobody can tell.
func (p *plan) change(ctx context.Context, k *kept) *sluice.RecordChange {
	before, err := p.Planner.Existing(ctx, k.conn, k.imports, k.request.Intent)
	switch {
	case sluice.ErrorCode(err) == sluice.CodeCannotTell:
		return nil
	case err != nil:
		return &sluice.RecordChange{Problem: err.Error()}
	}
	return rehearsal.Compare(before, &k.request)
}

// givenReader reads given records.
type givenReader struct {
	records []sluice.Record
	read    int
}

func (g *givenReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	rest := g.records[g.read:]
	if len(rest) == 0 {
		return sluice.Batch{}, io.EOF
	}
	var b sluice.Batch
	for _, r := range rest[:min(limit, len(rest))] {
		b.Items = append(b.Items, sluice.Item{Rows: 1, Record: r})
	}
	g.read += len(b.Items)
	return b, nil
}

func (g *givenReader) Close() error { return nil }
