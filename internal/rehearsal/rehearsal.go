package rehearsal

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/engine/origin"
)

// Config says what is rehearsed.
type Config struct {
	Flow   *sluice.Flow
	FlowID string // of the stored flow, by which generated external IDs are made; empty for one that is not stored
	Past   Past   // of the stored flow; nil for none
	// Connector reads and writes. Its imports must be without effect.
	Connector sluice.Connector
	Open      func(ctx context.Context, name string) (*sluice.Connection, error)
	Clock     func() time.Time // nil means time.Now
	Log       *slog.Logger     // nil means discard
	// Apart works the records one after another, each in a page of its own, so that
	// Result.Records says of each what became of it.
	Apart bool
}

// Result is what became of a rehearsed run.
type Result struct {
	Counts  sluice.Counts          `json:"counts"`
	Steps   []sluice.StepCounts    `json:"steps"`
	Totals  []sluice.OutcomeTotals `json:"totals,omitempty"`
	Errors  []sluice.RecordError   `json:"errors,omitempty"` // the first maxErrors
	Records []Record               `json:"records,omitempty"`
	Failure *sluice.Error          `json:"failure,omitempty"` // why the run did not get through
}

// maxErrors bounds how many record errors a result holds.
const maxErrors = 1000

// Record is one record and what became of it.
type Record struct {
	Seq     int64                `json:"seq"`
	Key     string               `json:"key"`
	Origin  string               `json:"origin,omitempty"`
	Record  sluice.Record        `json:"record"` // as exported
	Outcome sluice.RecordOutcome `json:"outcome"`
	Step    string               `json:"step,omitempty"`   // that excluded or failed it
	Reason  string               `json:"reason,omitempty"` // of a filter
	Error   *sluice.RecordError  `json:"error,omitempty"`
}

// unstored is the ID of flows that are not stored.
const unstored = "rehearsal"

// Run rehearses a flow on the stage. The error is about the rehearsal itself; a run
// that does not get through has a Failure.
func (s *Stage) Run(ctx context.Context, c Config) (*Result, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	st := &stagedStore{Store: s.store, past: c.Past, end: make(chan ended, 1), ledger: map[entryKey]sluice.LedgerEntry{}, pages: map[int64][]sluice.Item{}, apart: c.Apart}
	st.flow = &sluice.FlowRevision{FlowID: c.FlowID, Number: 1, Flow: *staged(c.Flow, c.Apart), Enabled: true}
	if st.flow.FlowID == "" {
		st.flow.FlowID = unstored
	}
	run := &sluice.Run{FlowID: st.flow.FlowID, FlowName: c.Flow.Name, Revision: 1, Kind: sluice.RunManual, State: sluice.RunQueued, CreatedBy: unstored, CreatedAt: c.Clock()}
	if err := s.store.CreateRun(ctx, run, nil); err != nil {
		return nil, err
	}
	end, err := perform(ctx, st, c)
	if err != nil {
		return nil, err
	}
	return st.result(ctx, run.ID, end)
}

// staged is the flow as it is rehearsed: no other flow follows it.
func staged(f *sluice.Flow, apart bool) *sluice.Flow {
	out := *f
	out.Next, out.Schedule = nil, nil
	if apart {
		out.Pages.Size, out.Pages.Parallel, out.Pages.Ordered = 1, 1, true
	}
	return &out
}

// perform lets an engine work the run, which is the only one on the stage.
func perform(ctx context.Context, st *stagedStore, c Config) (ended, error) {
	working, stop := context.WithCancel(origin.Apart(ctx))
	defer stop()
	e := engine.New(engine.Config{Store: st, Connector: c.Connector, Open: c.Open, Owner: unstored, Clock: c.Clock, Log: c.Log, Runs: 1, Grace: time.Second})
	stopped := make(chan error, 1)
	go func() { stopped <- e.Run(working) }()
	var end ended
	select {
	case <-ctx.Done():
	case end = <-st.end:
	}
	stop()
	if err := <-stopped; err != nil {
		return end, err
	}
	return end, ctx.Err()
}

func (s *stagedStore) result(ctx context.Context, id int64, end ended) (*Result, error) {
	run, err := s.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := s.RecordErrors(ctx, sluice.ErrorFilter{RunID: id, Limit: maxErrors})
	if err != nil {
		return nil, err
	}
	out := &Result{Counts: run.Counts, Steps: run.Steps, Totals: run.Totals, Records: s.records, Failure: end.cause}
	for _, e := range slices.Backward(list) {
		out.Errors = append(out.Errors, *e)
	}
	slices.SortFunc(out.Errors, func(a, b sluice.RecordError) int { return int(a.Seq - b.Seq) })
	return out, nil
}
