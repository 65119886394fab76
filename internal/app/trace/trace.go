// Package trace finds all that happened to a record, and keeps it no longer than asked.
package trace

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/trace"
)

// Keep says what a server keeps of each record that an import takes.
type Keep struct {
	Off       bool // nothing
	Texts     bool // requests and answers of what was written too, not of failures only
	Days      int  // as the settings say when 0
	Megabytes int  // as the settings say when 0
}

const (
	mostPages  = 500 // pages of touches that are looked into
	mostErrors = 200
	mostRuns   = 100
)

// Store is what traces are found in.
type Store interface {
	sluice.TouchStore
	RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error)
	Run(ctx context.Context, id int64) (*sluice.Run, error)
}

// Traces finds and drops what happened to records.
type Traces struct {
	Store Store
	// Outdated says from before when touches are not kept any more, and how many bytes of them are.
	Outdated func(ctx context.Context) (before time.Time, bytes int64, err error)
	Clock    func() time.Time
	Log      *slog.Logger
}

// kin is what records go by that a key has led to.
type kin struct {
	asked string
	keys  map[[2]string]bool // flow ID and key
	names map[string]bool    // trace keys and external IDs
}

func (k *kin) has(flowID, key, trace, externalID, id string) bool {
	return key == k.asked || id == k.asked || k.keys[[2]string{flowID, key}] || k.names[trace] || k.names[externalID]
}

func (k *kin) add(flowID, key, trace, externalID string) {
	if key != "" {
		k.keys[[2]string{flowID, key}] = true
	}
	for _, name := range []string{trace, externalID} {
		if name != "" {
			k.names[name] = true
		}
	}
}

// all returns every name, the asked one first.
func (k *kin) all() []string {
	others := maps.Clone(k.names)
	for pair := range k.keys {
		others[pair[1]] = true
	}
	delete(others, k.asked)
	return append([]string{k.asked}, slices.Sorted(maps.Keys(others))...)
}

// Trace returns all that is kept of the records of a key. What it finds by an ID leads
// to the records' keys, and these to what happened before they had the ID. Internal
// IDs lead no further: records of other types have the same.
func (t *Traces) Trace(ctx context.Context, key string) (*trace.Trace, error) {
	k := &kin{asked: key, keys: map[[2]string]bool{}, names: map[string]bool{key: true}}
	pages, err := t.Store.Touches(ctx, []string{key}, mostPages)
	if err != nil {
		return nil, err
	}
	errs, err := t.Store.RecordErrors(ctx, sluice.ErrorFilter{Named: []string{key}, Limit: mostErrors})
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		for i := range p.Touches {
			k.add(p.FlowID, p.Touches[i].Key, p.Touches[i].Trace, p.Touches[i].ExternalID)
		}
	}
	for _, e := range errs {
		k.add(e.FlowID, e.Key, e.Trace, "")
	}
	return t.told(ctx, k)
}

// told reads all that is kept under the names.
func (t *Traces) told(ctx context.Context, k *kin) (*trace.Trace, error) {
	names := k.all()
	out := &trace.Trace{Key: k.asked, Names: names[1:], Touches: []trace.TraceTouch{}, Errors: []*sluice.RecordError{}, Runs: []*sluice.Run{}}
	pages, err := t.Store.Touches(ctx, names, mostPages)
	if err != nil {
		return nil, err
	}
	errs, err := t.Store.RecordErrors(ctx, sluice.ErrorFilter{Named: names, Limit: mostErrors})
	if err != nil {
		return nil, err
	}
	runs := map[int64]bool{}
	for _, p := range pages {
		for _, touch := range p.Touches {
			if k.has(p.FlowID, touch.Key, touch.Trace, touch.ExternalID, touch.ID) {
				runs[p.RunID] = true
				out.Touches = append(out.Touches, trace.TraceTouch{At: p.At, Flow: p.FlowName, FlowID: p.FlowID, RunID: p.RunID, Page: p.Page,
					Step: p.Step, Connection: p.Connection, Touch: touch})
			}
		}
	}
	for _, e := range errs {
		if k.has(e.FlowID, e.Key, e.Trace, "", "") {
			runs[e.RunID] = true
			out.Errors = append(out.Errors, e)
		}
	}
	out.More = len(pages) >= mostPages || len(errs) >= mostErrors || len(runs) > mostRuns
	return out, t.addRuns(ctx, out, runs)
}

func (t *Traces) addRuns(ctx context.Context, out *trace.Trace, runs map[int64]bool) error {
	ids := slices.Sorted(maps.Keys(runs))
	slices.Reverse(ids)
	for _, id := range ids[:min(len(ids), mostRuns)] {
		r, err := t.Store.Run(ctx, id)
		if sluice.ErrorCode(err) == sluice.CodeNotFound {
			continue
		}
		if err != nil {
			return err
		}
		out.Runs = append(out.Runs, r)
	}
	return nil
}

// sweepPeriod is how often Run drops what is not to be kept any more.
const sweepPeriod = 10 * time.Minute

// Run drops what is too old or too much until ctx ends.
func (t *Traces) Run(ctx context.Context) {
	timer := time.NewTicker(sweepPeriod)
	defer timer.Stop()
	for {
		if err := t.Sweep(ctx); err != nil && ctx.Err() == nil {
			t.Log.ErrorContext(ctx, "traces are not dropped; it is tried again", "error", err)
		}
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep drops what is too old or too much, once.
func (t *Traces) Sweep(ctx context.Context) error {
	before, bytes, err := t.Outdated(ctx)
	if err != nil {
		return err
	}
	drop, err := t.Store.DropTouches(ctx, before, bytes)
	if drop.Over > 0 {
		t.Log.InfoContext(ctx, "traces dropped for their size", "pages", drop.Over, "megabytes", bytes>>20)
	}
	return err
}
