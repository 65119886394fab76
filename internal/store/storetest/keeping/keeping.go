// Package keeping is the part of the suite of stores round what is kept, and how long.
package keeping

import (
	"fmt"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// Behaviours returns this part of the suite.
func Behaviours() []storetest.Behaviour {
	return []storetest.Behaviour{
		{Name: "retention/runs that something needs stay", Check: RunsThatAreNeeded},
		{Name: "retention/runs go with what is theirs, in batches", Check: RunsGoInBatches},
		{Name: "retention/a resumed run stays", Check: ResumedRunsStay},
		{Name: "retention/audit log", Check: AuditPruned},
		{Name: "retention/counted before it goes", Check: ExcessCounted},
	}
}

// later is when everything of a story has ended long ago.
var later = storetest.Noon.AddDate(1, 0, 0)

// flow stores a flow and returns its ID.
func flow(t *testing.T, s sluice.Store, name string) string {
	t.Helper()
	r := &sluice.FlowRevision{Enabled: true, CreatedAt: storetest.Noon, Flow: sluice.Flow{Name: name, Export: sluice.Export{Key: []string{"id"}}}}
	storetest.Must(t, s.SaveFlow(t.Context(), r))
	return r.FlowID
}

// end lets a run of a flow end, after what work does with it, and returns its ID.
func end(t *testing.T, s sluice.Store, flowID string, state sluice.RunState, work func(f sluice.Fence)) int64 {
	t.Helper()
	run, f := storetest.StartRun(t, s, flowID)
	if work != nil {
		work(f)
	}
	storetest.Must(t, s.EndRun(t.Context(), f, state, nil, storetest.Minutes(1)))
	return run.ID
}

// fail leaves an open error of a run.
func fail(t *testing.T, s sluice.Store, flowID string) (runID, errorID int64) {
	t.Helper()
	runID = end(t, s, flowID, sluice.RunCompleted, func(f sluice.Fence) {
		storetest.AddPages(t, s, f, 1)
		storetest.Must(t, s.CompletePage(t.Context(), f, &sluice.PageResult{Page: 1, At: storetest.Noon, Errors: []sluice.RecordError{storetest.RecordError(flowID, f.RunID, 1)}}))
	})
	list := storetest.Get[[]*sluice.RecordError](t)(s.RecordErrors(t.Context(), sluice.ErrorFilter{RunID: runID}))
	return runID, list[0].ID
}

func resolve(t *testing.T, s sluice.Store, id int64) {
	t.Helper()
	storetest.Must(t, s.SetErrorState(t.Context(), []int64{id}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", At: storetest.Minutes(2)}))
}

// wantRun expects a run to be there or not.
func wantRun(t *testing.T, s sluice.Store, what string, id int64, there bool) {
	t.Helper()
	_, err := s.Run(t.Context(), id)
	if err != nil && sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Fatal(err)
	}
	if (err == nil) != there {
		t.Errorf("%s: there is %v, want %v", what, err == nil, there)
	}
}

// story is what a run of a flow may be needed for. It returns the run; two completed runs
// of its flow come after it, unless alone is set.
type story struct {
	what  string
	stays bool
	alone bool
	tell  func(t *testing.T, s sluice.Store, flowID string) int64
}

func pages(t *testing.T, s sluice.Store, numbers ...int64) func(sluice.Fence) {
	return func(f sluice.Fence) { storetest.AddPages(t, s, f, numbers...) }
}

var stories = []story{
	{what: "completed", tell: func(t *testing.T, s sluice.Store, id string) int64 { return end(t, s, id, sluice.RunCompleted, nil) }},
	{what: "an open error", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 { run, _ := fail(t, s, id); return run }},
	{what: "a resolved error that is kept", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run, e := fail(t, s, id)
		resolve(t, s, e)
		return run
	}},
	{what: "an error that was dropped", tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run, e := fail(t, s, id)
		resolve(t, s, e)
		storetest.Get[sluice.ErrorDrop](t)(s.DropErrors(t.Context(), id, later, 0))
		return run
	}},
	{what: "failed with pages", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		return end(t, s, id, sluice.RunFailed, pages(t, s, 1))
	}},
	{what: "cancelled with pages", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		return end(t, s, id, sluice.RunCancelled, pages(t, s, 1))
	}},
	{what: "failed in the middle of its export, all pages worked", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		return end(t, s, id, sluice.RunFailed, func(f sluice.Fence) {
			storetest.AddPages(t, s, f, 1)
			storetest.Must(t, s.CompletePage(t.Context(), f, &sluice.PageResult{Page: 1, At: storetest.Noon}))
		})
	}},
	{what: "failed behind its export", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		return end(t, s, id, sluice.RunFailed, func(f sluice.Fence) {
			storetest.Must(t, s.AppendPages(t.Context(), f, nil, nil, true, storetest.To(sluice.RunProgress{})))
		})
	}},
	{what: "failed before it read anything", tell: func(t *testing.T, s sluice.Store, id string) int64 { return end(t, s, id, sluice.RunFailed, nil) }},
	{what: "the watermark is of it", stays: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run := end(t, s, id, sluice.RunCompleted, nil)
		storetest.Must(t, s.PutWatermark(t.Context(), &sluice.Watermark{FlowID: id, Export: "orders", At: storetest.Noon, Source: "x", RunID: run, UpdatedAt: storetest.Noon, UpdatedBy: "run"}))
		return run
	}},
	{what: "the newest", stays: true, alone: true, tell: func(t *testing.T, s sluice.Store, id string) int64 { return end(t, s, id, sluice.RunFailed, nil) }},
	{what: "the last that completed", stays: true, alone: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run := end(t, s, id, sluice.RunCompleted, nil)
		end(t, s, id, sluice.RunFailed, nil)
		return run
	}},
	{what: "of a deleted flow", alone: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run := end(t, s, id, sluice.RunFailed, pages(t, s, 1))
		storetest.Must(t, s.DeleteFlow(t.Context(), id))
		return run
	}},
	{what: "of a deleted flow, with an open error", stays: true, alone: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run, _ := fail(t, s, id)
		storetest.Must(t, s.DeleteFlow(t.Context(), id))
		return run
	}},
	// The last: whoever claims a run takes the oldest.
	{what: "queued", stays: true, alone: true, tell: func(t *testing.T, s sluice.Store, id string) int64 {
		run := &sluice.Run{FlowID: id, FlowName: id, Revision: 1, Kind: sluice.RunManual, CreatedBy: "local", CreatedAt: storetest.Noon}
		storetest.Must(t, s.CreateRun(t.Context(), run, nil))
		return run.ID
	}},
}

// RunsThatAreNeeded checks each thing that a run stays for, whatever its age. Without the
// condition that holds it, its run goes.
func RunsThatAreNeeded(t *testing.T, s sluice.Store) {
	runs, want := make([]int64, len(stories)), sluice.Excess{}
	for i, c := range stories {
		id := flow(t, s, fmt.Sprint("flow-", i))
		runs[i] = c.tell(t, s, id)
		if !c.alone {
			end(t, s, id, sluice.RunCompleted, nil)
			end(t, s, id, sluice.RunCompleted, nil) // is the newest, and the last that completed
		}
		if !c.stays {
			want.Runs++
		}
		if !c.alone { // of the two that came after, the first is needed for nothing
			want.Runs++
		}
	}
	got := storetest.Get[sluice.Excess](t)(s.CountExcess(t.Context(), sluice.Outdated{Runs: later}))
	if got.Runs != want.Runs || got.RunsKept == 0 {
		t.Errorf("%d runs would go and %d stay, want %d", got.Runs, got.RunsKept, want.Runs)
	}
	storetest.Same(t, "too young", storetest.Get[int64](t)(s.PruneRuns(t.Context(), storetest.Noon)), int64(0))
	storetest.Same(t, "removed", storetest.Get[int64](t)(s.PruneRuns(t.Context(), later)), want.Runs)
	for i, c := range stories {
		wantRun(t, s, c.what, runs[i], c.stays)
	}
	left := storetest.Get[sluice.Excess](t)(s.CountExcess(t.Context(), sluice.Outdated{Runs: later}))
	storetest.Same(t, "left over", left, sluice.Excess{RunsKept: got.RunsKept})
}

// RunsGoInBatches checks that more runs than one transaction takes go, with their
// requests, past others that stay between them; and that the ledger stays.
func RunsGoInBatches(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), flow(t, s, "orders")
	entry := sluice.LedgerEntry{FlowID: id, Step: "import", Key: "A", Page: 1, Seq: 1, State: sluice.LedgerDelivered, Operation: sluice.Add,
		ExternalID: "ext-A", TargetID: "7", Digest: "d", SettlesAt: storetest.Noon, UpdatedAt: storetest.Noon}
	first := end(t, s, id, sluice.RunCompleted, func(f sluice.Fence) {
		entry.RunID = f.RunID
		storetest.Must(t, s.SaveIntents(ctx, f, []sluice.LedgerEntry{entry}))
		storetest.Must(t, s.PutTraffic(ctx, "p", storetest.Noon, map[int64][]byte{f.RunID: []byte("notes")}))
	})
	for n := range 120 {
		state, work := sluice.RunCompleted, func(sluice.Fence) {}
		if n%50 == 7 {
			state, work = sluice.RunCancelled, pages(t, s, 1) // three of them stay
		}
		end(t, s, id, state, work)
	}
	storetest.Same(t, "removed", storetest.Get[int64](t)(s.PruneRuns(ctx, later)), int64(121-3-1))
	wantRun(t, s, "the first", first, false)
	storetest.Same(t, "requests of the first", storetest.Get[[][]byte](t)(s.Traffic(ctx, first)), [][]byte(nil))
	storetest.Same(t, "ledger", storetest.Get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, id, "import", []string{"A"})), map[string]sluice.LedgerEntry{"A": entry})
}

// ResumedRunsStay checks that a run that somebody has resumed is judged by what it is now.
func ResumedRunsStay(t *testing.T, s sluice.Store) {
	id := flow(t, s, "orders")
	run := end(t, s, id, sluice.RunFailed, nil)
	end(t, s, id, sluice.RunCompleted, nil)
	storetest.Must(t, s.ResumeRun(t.Context(), run))
	storetest.Same(t, "removed", storetest.Get[int64](t)(s.PruneRuns(t.Context(), later)), int64(0))
	wantRun(t, s, "a resumed run", run, true)
}

// AuditPruned checks that lines go by their time.
func AuditPruned(t *testing.T, s sluice.Store) {
	for n := range 3 {
		storetest.Must(t, s.AppendAudit(t.Context(), &sluice.AuditEvent{At: storetest.Minutes(n), Actor: "ann@example.com", Action: "flow.update", Noun: "flow", NounID: fmt.Sprint(n)}))
	}
	storetest.Same(t, "removed", storetest.Get[int64](t)(s.PruneAudit(t.Context(), storetest.Minutes(2))), int64(2))
	left := storetest.Get[[]*sluice.AuditEvent](t)(s.Audit(t.Context(), sluice.AuditFilter{}))
	if len(left) != 1 || left[0].NounID != "2" {
		t.Errorf("%d lines are left: %v", len(left), left)
	}
}

// ExcessCounted checks that what is counted is what then goes, and that no time means for ever.
func ExcessCounted(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), flow(t, s, "orders")
	run, e := fail(t, s, id)
	_, open := fail(t, s, id)
	resolve(t, s, e)
	storetest.Must(t, s.PutTraffic(ctx, "p", storetest.Noon, map[int64][]byte{run: []byte("notes")}))
	storetest.Must(t, s.PutSlots(ctx, []sluice.SlotMinute{{Minute: storetest.Noon, Account: "1", Process: "p", Body: []byte("x")}}))
	storetest.Must(t, s.AppendAudit(ctx, &sluice.AuditEvent{At: storetest.Noon, Actor: "ann@example.com", Action: "flow.update", Noun: "flow", NounID: id}))
	storetest.Must(t, s.CreateConnection(ctx, &sluice.SealedConnection{Connection: sluice.Connection{ID: "c", Name: "c", Kind: sluice.KindFiles, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}}))
	storetest.Must(t, s.AppendDebug(ctx, []sluice.DebugEntry{{ConnectionID: "c", At: storetest.Noon, Method: "GET"}}))
	old := sluice.Outdated{Runs: later, Audit: later, Debug: later, Messages: later, Requests: later, Slots: later, Touches: later, TouchBytes: 1 << 40}
	storetest.Same(t, "outdated", storetest.Get[sluice.Excess](t)(s.CountExcess(ctx, old)), sluice.Excess{RunsKept: 2, Audit: 1, Debug: 1, Requests: 1, Slots: 1})
	storetest.Same(t, "for ever", storetest.Get[sluice.Excess](t)(s.CountExcess(ctx, sluice.Outdated{})), sluice.Excess{})
	storetest.Same(t, "errors by age", storetest.Get[int64](t)(s.CountErrorExcess(ctx, id, later, 1<<40)), int64(1))
	storetest.Same(t, "errors by size", storetest.Get[int64](t)(s.CountErrorExcess(ctx, id, time.Time{}.AddDate(1000, 0, 0), 0)), int64(1))
	storetest.Same(t, "errors that are not too much", storetest.Get[int64](t)(s.CountErrorExcess(ctx, id, storetest.Noon, 1<<40)), int64(0))
	storetest.WantStates(t, s, []int64{e, open}, sluice.ErrorResolved, sluice.ErrorOpen)
	if n := storetest.Get[int64](t)(s.StoredBytes(ctx)); n <= 0 {
		t.Errorf("the database has %d bytes", n)
	}
}
