package telling

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// leave stores errors of one run of a flow, each changed by a function, and returns their IDs.
func leave(t *testing.T, s sluice.Store, flow string, n int64, change func(*sluice.RecordError)) []int64 {
	t.Helper()
	run, f := storetest.StartRun(t, s, flow)
	storetest.AddPages(t, s, f, 1)
	r := &sluice.PageResult{Page: 1, At: storetest.Noon}
	for seq := range n {
		e := storetest.RecordError(flow, run.ID, seq+1)
		change(&e)
		r.Errors = append(r.Errors, e)
	}
	storetest.Must(t, s.CompletePage(t.Context(), f, r))
	storetest.Must(t, s.EndRun(t.Context(), f, sluice.RunCompleted, nil, storetest.Noon))
	var ids []int64
	for _, e := range storetest.Get[[]*sluice.RecordError](t)(s.RecordErrors(t.Context(), sluice.ErrorFilter{RunID: run.ID})) {
		ids = append([]int64{e.ID}, ids...)
	}
	return ids
}

// ErrorsSupersededByTrace checks that a delivered trace key resolves what earlier
// runs of that flow left under it, and says why.
func ErrorsSupersededByTrace(t *testing.T, s sluice.Store) {
	traced := func(key string) func(*sluice.RecordError) {
		return func(e *sluice.RecordError) { e.Trace = key }
	}
	ids := append(leave(t, s, "f", 1, traced("SO-1")), leave(t, s, "f", 1, traced("SO-2"))...)
	ids = append(append(ids, leave(t, s, "other", 1, traced("SO-1"))...), leave(t, s, "f", 1, traced(""))...)
	_, f := storetest.StartRun(t, s, "f")
	storetest.AddPages(t, s, f, 1)
	storetest.Must(t, s.CompletePage(t.Context(), f, &sluice.PageResult{Page: 1, Traces: []string{"SO-1", ""}, At: storetest.Minutes(2)}))
	storetest.WantStates(t, s, ids, sluice.ErrorResolved, sluice.ErrorOpen, sluice.ErrorOpen, sluice.ErrorOpen)
	if e := storetest.Get[*sluice.RecordError](t)(s.RecordError(t.Context(), ids[0])); !strings.HasPrefix(e.ResolvedBy, "run ") || !strings.Contains(e.Reason, "trace key") {
		t.Errorf("resolved as %+v", e)
	}
	storetest.Same(t, "by trace key", len(storetest.Get[[]*sluice.RecordError](t)(s.RecordErrors(t.Context(), sluice.ErrorFilter{Trace: "SO-1"}))), 2)
}

// ErrorsTagged checks tags and persons, all errors or none.
func ErrorsTagged(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), storetest.FailRecords(t, s, "f", 1, 2)
	storetest.Must(t, s.TagErrors(ctx, ids, []string{"b", "a", "b"}, nil))
	storetest.Must(t, s.TagErrors(ctx, ids[:1], []string{"c"}, []string{"a"}))
	storetest.WantCode(t, s.TagErrors(ctx, []int64{ids[0], 999}, []string{"x"}, nil), sluice.CodeNotFound)
	storetest.Must(t, s.AssignErrors(ctx, ids, "ann@example.com"))
	storetest.Must(t, s.AssignErrors(ctx, ids[1:], ""))
	storetest.WantCode(t, s.AssignErrors(ctx, []int64{ids[0], 999}, "x"), sluice.CodeNotFound)
	one, two := storetest.Get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])), storetest.Get[*sluice.RecordError](t)(s.RecordError(ctx, ids[1]))
	storetest.Same(t, "tags", [][]string{one.Tags, two.Tags}, [][]string{{"b", "c"}, {"a", "b"}})
	storetest.Same(t, "persons", []string{one.Assignee, two.Assignee}, []string{"ann@example.com", ""})
}

// ErrorsRetriedResolved checks that what is resolved can be tried again, and is what
// it was when that is cancelled.
func ErrorsRetriedResolved(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), storetest.FailRecords(t, s, "f", 1, 2)
	storetest.Must(t, s.SetErrorState(ctx, ids[:1], sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", Reason: "by hand", At: storetest.Minutes(1)}))
	before := storetest.Get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0]))
	run := storetest.Get[*sluice.Run](t)(storetest.Retry(t, s, ids...))
	storetest.WantStates(t, s, ids, sluice.ErrorRetrying, sluice.ErrorRetrying)
	storetest.Must(t, s.AskCancel(ctx, run.ID, storetest.Noon))
	storetest.Same(t, "after the cancelled retry", storetest.Get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])), before)
	storetest.WantStates(t, s, ids, sluice.ErrorResolved, sluice.ErrorOpen)
	storetest.Get[*sluice.Run](t)(storetest.Retry(t, s, ids[0]))
	_, f := storetest.Claim(t, s)
	storetest.Must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{{ID: ids[0], Step: "i", Code: "AGAIN"}}, At: storetest.Minutes(3)}))
	if e := storetest.Get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])); e.State != sluice.ErrorOpen || e.ResolvedBy != "" || e.Reason != "" || !e.ResolvedAt.IsZero() || e.Retries != 1 {
		t.Errorf("after the retry it is %+v", e)
	}
}

// ErrorsDue checks which errors are due to be tried again.
func ErrorsDue(t *testing.T, s sluice.Store) {
	n := 0
	ids := leave(t, s, "f", 4, func(e *sluice.RecordError) {
		e.Classification, e.FailedAt = sluice.ClassIntermittent, storetest.Minutes(-n)
		if n++; n == 4 {
			e.Classification = sluice.ClassValue
		}
	})
	due := func(retries int, at int) []int64 {
		return storetest.Get[[]int64](t)(s.ErrorsToRetry(t.Context(), "f", retries, storetest.Minutes(at), 10))
	}
	storetest.Same(t, "due", due(0, -1), []int64{ids[2], ids[1]})
	storetest.Same(t, "due after a retry", len(due(1, 10)), 0)
	storetest.Must(t, s.SetErrorState(t.Context(), ids[2:3], sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", At: storetest.Noon}))
	storetest.Same(t, "due", due(0, 0), []int64{ids[1], ids[0]})
}

// ErrorsDropped checks that resolved errors go by age and size, the oldest first, and
// that open ones stay.
func ErrorsDropped(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	ids := leave(t, s, "f", 5, func(e *sluice.RecordError) { e.Request = strings.Repeat("x", 1000) })
	for i, id := range ids[:4] {
		storetest.Must(t, s.SetErrorState(ctx, []int64{id}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", At: storetest.Minutes(i)}))
	}
	drop := storetest.Get[sluice.ErrorDrop](t)(s.DropErrors(ctx, "f", storetest.Minutes(1), 2500))
	if drop.Old != 1 || drop.Over != 1 || drop.Open < 1000 || drop.Open > 1100 {
		t.Errorf("dropped %+v", drop)
	}
	var left []int64
	for _, e := range storetest.Get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{FlowID: "f"})) {
		left = append([]int64{e.ID}, left...)
	}
	storetest.Same(t, "left", left, ids[2:])
	drop = storetest.Get[sluice.ErrorDrop](t)(s.DropErrors(ctx, "f", storetest.Minutes(100), 0))
	storetest.Same(t, "dropped", []int64{drop.Old, drop.Over}, []int64{2, 0})
	storetest.WantStates(t, s, ids[4:], sluice.ErrorOpen)
}
