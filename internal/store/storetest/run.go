package storetest

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
)

var progress = sluice.RunProgress{
	Counts:  sluice.Counts{Read: 9_007_199_254_740_993, Rows: 12, Written: 5, Unchanged: 1, Excluded: 2, Failed: 2},
	Exports: []sluice.ExportCounts{{Export: "export", Read: 9_007_199_254_740_993, Rows: 12, Filtered: 2, Done: true}},
	Steps:   []sluice.StepCounts{{Step: "import", Kind: "import", In: 8, Written: 5}},
	Totals:  []sluice.OutcomeTotals{{Name: "amount", Read: "12345678901234567890.10", Written: "1.00", Unchanged: "0", Excluded: "0", Failed: "0"}},
}

func newRun(flowID string, kind sluice.RunKind) *sluice.Run {
	return &sluice.Run{FlowID: flowID, FlowName: "name of " + flowID, Revision: 3, Kind: kind, CreatedBy: "ann@example.com", CreatedAt: Noon}
}

// RunKeptAsGiven checks a run's columns from its creation to its end.
func RunKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, want := t.Context(), newRun("f", sluice.RunManual)
	want.Cursor, want.ExportDone = []byte{0, 0xff}, true
	want.Counts, want.Exports, want.Steps, want.Totals = progress.Counts, progress.Exports, progress.Steps, progress.Totals
	must(t, s.CreateRun(ctx, want, nil))
	if want.ID == 0 || want.State != sluice.RunQueued {
		t.Fatalf("created as %d, %s", want.ID, want.State)
	}
	same(t, "queued", get[*sluice.Run](t)(s.Run(ctx, want.ID)), want)

	run, f := claim(t, s)
	want.State, want.Owner, want.Fence, want.LeaseUntil, want.StartedAt = sluice.RunRunning, "worker", run.Fence, minutes(10), Noon
	same(t, "as claimed", run, want)
	cause := sluice.Errorf("connection.token_rejected", "NetSuite refused the token").At("steps[1]").Fix("Test the connection")
	must(t, s.EndRun(ctx, f, sluice.RunFailed, cause, minutes(2)))
	want.State, want.Owner, want.LeaseUntil, want.Error, want.FinishedAt = sluice.RunFailed, "", want.FinishedAt, cause, minutes(2)
	same(t, "failed", get[*sluice.Run](t)(s.Run(ctx, want.ID)), want)
	_, err := s.Run(ctx, want.ID+1)
	wantCode(t, err, sluice.CodeNotFound)

	fresh := newRun("g", sluice.RunManual)
	must(t, s.CreateRun(ctx, fresh, nil))
	if got := get[*sluice.Run](t)(s.Run(ctx, fresh.ID)); got.Cursor != nil {
		t.Errorf("a run that has read nothing has the cursor %v, want nil", got.Cursor)
	}
}

func runIDs(runs []*sluice.Run) (ids []int64) {
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	return ids
}

// RunsFiltered checks each part of RunFilter.
func RunsFiltered(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), []int64(nil)
	for _, flowID := range []string{"a", "b", "c", "a"} {
		r := newRun(flowID, sluice.RunRetry)
		must(t, s.CreateRun(ctx, r, nil))
		ids = append(ids, r.ID)
	}
	must(t, s.AskCancel(ctx, ids[1], Noon))
	claim(t, s)
	cancelled, running, queued := sluice.RunCancelled, sluice.RunRunning, sluice.RunQueued
	for _, c := range []struct {
		filter sluice.RunFilter
		want   []int64
	}{
		{sluice.RunFilter{}, []int64{ids[3], ids[2], ids[1], ids[0]}},
		{sluice.RunFilter{FlowID: "a"}, []int64{ids[3], ids[0]}},
		{sluice.RunFilter{States: []sluice.RunState{cancelled, running}}, []int64{ids[1], ids[0]}},
		{sluice.RunFilter{States: []sluice.RunState{queued}, FlowID: "a"}, []int64{ids[3]}},
		{sluice.RunFilter{Before: ids[2]}, []int64{ids[1], ids[0]}},
		{sluice.RunFilter{Limit: 1}, []int64{ids[3]}},
		{sluice.RunFilter{FlowID: "absent"}, nil},
		{sluice.RunFilter{FlowIDs: []string{}}, nil},
		{sluice.RunFilter{FlowIDs: []string{"a", "absent"}, States: []sluice.RunState{queued}}, []int64{ids[3]}},
	} {
		if got := runIDs(get[[]*sluice.Run](t)(s.Runs(ctx, c.filter))); !slices.Equal(got, c.want) {
			t.Errorf("%+v: runs %v, want %v", c.filter, got, c.want)
		}
	}
}

// OneManualRun checks that a flow has one unended manual run; retries and other flows do not count.
// Switched off by dropping the index runs_one_manual.
func OneManualRun(t *testing.T, s sluice.Store) {
	ctx, first := t.Context(), newRun("f", sluice.RunManual)
	must(t, s.CreateRun(ctx, first, nil))
	wantCode(t, s.CreateRun(ctx, newRun("f", sluice.RunManual), nil), sluice.CodeAlreadyActive)
	must(t, s.CreateRun(ctx, newRun("f", sluice.RunRetry), nil))
	must(t, s.CreateRun(ctx, newRun("g", sluice.RunManual), nil))
	_, f := claim(t, s)
	wantCode(t, s.CreateRun(ctx, newRun("f", sluice.RunManual), nil), sluice.CodeAlreadyActive)
	must(t, s.EndRun(ctx, f, sluice.RunFailed, nil, Noon))
	must(t, s.CreateRun(ctx, newRun("f", sluice.RunManual), nil))
	wantCode(t, s.ResumeRun(ctx, first.ID), sluice.CodeAlreadyActive)
}

// CancelAsked checks what asking does to a queued, a running and an ended run.
func CancelAsked(t *testing.T, s sluice.Store) {
	ctx, queued := t.Context(), newRun("f", sluice.RunManual)
	must(t, s.CreateRun(ctx, queued, nil))
	must(t, s.AskCancel(ctx, queued.ID, minutes(1)))
	got := get[*sluice.Run](t)(s.Run(ctx, queued.ID))
	if got.State != sluice.RunCancelled || !got.FinishedAt.Equal(minutes(1)) {
		t.Errorf("a queued run is %s, finished %s", got.State, got.FinishedAt)
	}
	wantCode(t, s.AskCancel(ctx, queued.ID, minutes(2)), sluice.CodeConflict)
	wantCode(t, s.AskCancel(ctx, queued.ID+99, minutes(2)), sluice.CodeNotFound)

	run, f := startRun(t, s, "f")
	if asked := get[bool](t)(s.RenewLease(ctx, f, minutes(11))); asked {
		t.Error("nobody asked to cancel")
	}
	must(t, s.AskCancel(ctx, run.ID, minutes(1)))
	if asked := get[bool](t)(s.RenewLease(ctx, f, minutes(12))); !asked {
		t.Error("the worker was not told to cancel")
	}
	got = get[*sluice.Run](t)(s.Run(ctx, run.ID))
	if got.State != sluice.RunRunning || !got.CancelAsked || !got.LeaseUntil.Equal(minutes(12)) {
		t.Errorf("a running run is %s, cancel asked %v, lease %s", got.State, got.CancelAsked, got.LeaseUntil)
	}
}

// ResumedWhereItStopped checks that a run that failed or was cancelled goes on with
// the pages that were not done, and that nothing else is resumed.
func ResumedWhereItStopped(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	for _, end := range []sluice.RunState{sluice.RunFailed, sluice.RunCancelled} {
		run, f := startRun(t, s, string(end))
		addPages(t, s, f, 1, 2, 3)
		must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 2, Advance: To(progress), At: Noon}))
		must(t, s.AskCancel(ctx, run.ID, Noon))
		must(t, s.EndRun(ctx, f, end, sluice.Errorf("store.disk_full", "full"), minutes(1)))
		must(t, s.ResumeRun(ctx, run.ID))
		wantCode(t, s.ResumeRun(ctx, run.ID), sluice.CodeConflict)
		again, next := claim(t, s)
		if again.ID != run.ID || next.Number <= f.Number || again.Error != nil || again.CancelAsked || !again.FinishedAt.IsZero() {
			t.Errorf("%s: resumed as %+v", end, again)
		}
		same(t, "cursor", string(again.Cursor), "after [1 2 3]")
		same(t, "counts", again.Counts, progress.Counts)
		same(t, "pages", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{1, 3})
		// To complete a run deletes what is left of it: never records that wait.
		wantCode(t, s.EndRun(ctx, next, sluice.RunCompleted, nil, minutes(2)), sluice.CodeConflict)
		same(t, "pages that wait", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{1, 3})
		for _, n := range []int64{1, 3} {
			must(t, s.CompletePage(ctx, next, &sluice.PageResult{Page: n, Advance: To(progress), At: Noon}))
		}
		must(t, s.EndRun(ctx, next, sluice.RunCompleted, nil, minutes(2)))
		wantCode(t, s.ResumeRun(ctx, run.ID), sluice.CodeConflict)
	}
	wantCode(t, s.ResumeRun(ctx, 99), sluice.CodeNotFound)
}
