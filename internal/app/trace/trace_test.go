package trace_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/trace"
)

// past is a store that remembers some touches and errors.
type past struct {
	pages  []sluice.TouchPage
	errors []*sluice.RecordError
	before time.Time
	bytes  int64
}

func (p *past) Touches(_ context.Context, names []string, _ int) ([]sluice.TouchPage, error) {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n] = true
	}
	var out []sluice.TouchPage
	for _, page := range p.pages {
		found := page
		found.Touches = slices.DeleteFunc(slices.Clone(page.Touches), func(t sluice.Touch) bool { return !t.Named(wanted) })
		if len(found.Touches) > 0 {
			out = append(out, found)
		}
	}
	return out, nil
}

func (p *past) DropTouches(_ context.Context, before time.Time, bytes int64) (sluice.TouchDrop, error) {
	p.before, p.bytes = before, bytes
	return sluice.TouchDrop{}, nil
}

func (p *past) RecordErrors(_ context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error) {
	return slices.DeleteFunc(slices.Clone(p.errors), func(e *sluice.RecordError) bool {
		return !slices.Contains(f.Named, e.Key) && (e.Trace == "" || !slices.Contains(f.Named, e.Trace))
	}), nil
}

func (p *past) Run(_ context.Context, id int64) (*sluice.Run, error) {
	if id == 3 {
		return nil, sluice.NotFound("run", "3")
	}
	return &sluice.Run{ID: id}, nil
}

// A record that is found by its internal ID is shown with what happened before it had
// one, by its key and trace key; records of other flows with the same key, or of other
// types with the same internal ID, are not drawn in.
func TestTraceFollowsNames(t *testing.T) {
	s := &past{
		pages: []sluice.TouchPage{
			{FlowID: "orders", RunID: 2, Touches: []sluice.Touch{{Key: "W-1", Trace: "SO-1", ExternalID: "SHOP-1", ID: "4711", Outcome: sluice.TouchCreated}}},
			{FlowID: "orders", RunID: 1, Touches: []sluice.Touch{{Key: "W-1", Trace: "SO-1", Outcome: sluice.TouchFailed}}},
			{FlowID: "invoices", RunID: 3, Touches: []sluice.Touch{{Key: "I-9", Trace: "SO-1", ID: "4712"}}},
			{FlowID: "customers", RunID: 4, Touches: []sluice.Touch{{Key: "W-1", ID: "1"}}},
			{FlowID: "items", RunID: 5, Touches: []sluice.Touch{{Key: "X", ID: "4712"}}},
		},
		errors: []*sluice.RecordError{{ID: 8, FlowID: "orders", RunID: 1, Key: "W-1"}, {ID: 9, FlowID: "customers", RunID: 4, Key: "W-1"}},
	}
	now := time.Date(2026, time.March, 8, 12, 0, 0, 0, time.UTC)
	traces := &trace.Traces{Store: s, Outdated: func(context.Context) (time.Time, int64, error) { return now.AddDate(0, 0, -7), 500 << 20, nil },
		Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	got, err := traces.Trace(t.Context(), "4711")
	if err != nil {
		t.Fatal(err)
	}
	var runs []int64
	for _, touch := range got.Touches {
		runs = append(runs, touch.RunID)
	}
	if !slices.Equal(runs, []int64{2, 1, 3}) || len(got.Errors) != 1 || got.Errors[0].ID != 8 || !slices.Equal(got.Names, []string{"SHOP-1", "SO-1", "W-1"}) {
		t.Errorf("touches of runs %v, errors %v, names %v", runs, got.Errors, got.Names)
	}
	if len(got.Runs) != 2 || got.Runs[0].ID != 2 {
		t.Errorf("runs %v: the one that is gone is left out", got.Runs)
	}
	if err := traces.Sweep(t.Context()); err != nil || !s.before.Equal(now.AddDate(0, 0, -7)) || s.bytes != 500<<20 {
		t.Errorf("swept before %s to %d bytes: %v", s.before, s.bytes, err)
	}
}
