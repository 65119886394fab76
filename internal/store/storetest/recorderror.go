package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// ErrorKeptAsGiven checks a record error's columns.
func ErrorKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1)
	want := sluice.RecordError{FlowID: "f", FlowName: "orders", RunID: run.ID, Step: "import", Seq: 12, Key: "A-12", Origin: "orders.csv row 13", Rows: 1,
		Code: "INVALID_KEY_OR_REF", Classification: sluice.ClassReference, Message: "Invalid entity reference key 9", Where: "entity", Remedy: "Create the customer",
		Record: sluice.Record{"amount": json.Number("10.10"), "lines": []any{map[string]any{"n": json.Number("1")}}}, Request: "{}", Response: "<fault/>",
		Trace: "SO-12", Tags: []string{"late", "shop"}, Assignee: "ann@example.com", State: sluice.ErrorOpen, CreatedAt: Noon, FailedAt: minutes(1)}
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{want}, At: minutes(1)}))
	list := get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{}))
	if len(list) != 1 {
		t.Fatalf("%d errors, want 1", len(list))
	}
	want.ID = list[0].ID
	same(t, "in the list", list[0], &want)
	same(t, "alone", get[*sluice.RecordError](t)(s.RecordError(ctx, want.ID)), &want)
	_, err := s.RecordError(ctx, want.ID+1)
	wantCode(t, err, sluice.CodeNotFound)
}

// ErrorsFiltered checks each part of ErrorFilter.
func ErrorsFiltered(t *testing.T, s sluice.Store) {
	ctx, a, b := t.Context(), failRecords(t, s, "a", 1, 2), failRecords(t, s, "b", 1, 2)
	must(t, s.SetErrorState(ctx, b[:1], sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", Reason: "mended", At: Noon}))
	run := get[*sluice.RecordError](t)(s.RecordError(ctx, b[0])).RunID
	must(t, s.TagErrors(ctx, []int64{a[1], b[0]}, []string{"late"}, nil))
	must(t, s.AssignErrors(ctx, a[:1], "bob@example.com"))
	for _, c := range []struct {
		filter sluice.ErrorFilter
		want   []int64
	}{
		{sluice.ErrorFilter{}, []int64{b[1], b[0], a[1], a[0]}},
		{sluice.ErrorFilter{FlowID: "a"}, []int64{a[1], a[0]}},
		{sluice.ErrorFilter{FlowIDs: []string{}}, nil},
		{sluice.ErrorFilter{FlowIDs: []string{"a", "absent"}}, []int64{a[1], a[0]}},
		{sluice.ErrorFilter{RunID: run}, []int64{b[1], b[0]}},
		{sluice.ErrorFilter{State: sluice.ErrorResolved}, []int64{b[0]}},
		{sluice.ErrorFilter{IDs: []int64{a[0], b[1], 999}}, []int64{b[1], a[0]}},
		{sluice.ErrorFilter{Before: b[0], Limit: 1}, []int64{a[1]}},
		{sluice.ErrorFilter{FlowID: "b", State: sluice.ErrorOpen, IDs: b}, []int64{b[1]}},
		{sluice.ErrorFilter{Classification: sluice.ClassValue, Code: "USER_ERROR", Step: "import", FlowID: "a"}, []int64{a[1], a[0]}},
		{sluice.ErrorFilter{Classification: sluice.ClassOther}, nil},
		{sluice.ErrorFilter{Tag: "late"}, []int64{b[0], a[1]}},
		{sluice.ErrorFilter{Tag: "l_te"}, nil},
		{sluice.ErrorFilter{Tag: "lat"}, nil},
		{sluice.ErrorFilter{Assignee: "bob@example.com"}, []int64{a[0]}},
		{sluice.ErrorFilter{Assignee: sluice.NoAssignee, FlowID: "a"}, []int64{a[1]}},
		{sluice.ErrorFilter{Text: "KEY-2"}, []int64{b[1], a[1]}},
		{sluice.ErrorFilter{Text: "%"}, nil},
		{sluice.ErrorFilter{Named: []string{"key-1", "no such"}}, []int64{b[0], a[0]}},
		{sluice.ErrorFilter{Trace: "T1"}, nil},
		{sluice.ErrorFilter{Places: []sluice.ErrorPlace{{FlowID: "a", Step: "import"}, {FlowID: "b", Step: "other"}}}, []int64{a[1], a[0]}},
		{sluice.ErrorFilter{Places: []sluice.ErrorPlace{{FlowID: "a", Step: "other"}}}, nil},
		{sluice.ErrorFilter{FlowID: "b", Brief: true}, []int64{b[1], b[0]}},
	} {
		var got []int64
		for _, e := range get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, c.filter)) {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: errors %v, want %v", c.filter, got, c.want)
		}
	}
	same(t, "open errors by flow", get[map[string]int64](t)(s.CountErrors(ctx)), map[string]int64{"a": 2, "b": 1})
}

// ErrorsGrouped checks the counts of errors that are alike, and lists without large texts.
func ErrorsGrouped(t *testing.T, s sluice.Store) {
	ctx, a, b := t.Context(), failRecords(t, s, "a", 1, 2, 3), failRecords(t, s, "b", 1)
	must(t, s.SetErrorState(ctx, a[:1], sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", At: Noon}))
	one := get[*sluice.RecordError](t)(s.RecordError(ctx, b[0]))
	group := func(flow string, count, recent int64) sluice.ErrorGroup {
		return sluice.ErrorGroup{FlowID: flow, FlowName: flow, Step: one.Step, Code: one.Code, Classification: one.Classification, Count: count, Recent: recent}
	}
	for _, c := range []struct {
		filter sluice.ErrorFilter
		since  time.Time
		want   []sluice.ErrorGroup
	}{
		{sluice.ErrorFilter{}, Noon, []sluice.ErrorGroup{group("a", 3, 3), group("b", 1, 1)}},
		{sluice.ErrorFilter{State: sluice.ErrorOpen}, minutes(1), []sluice.ErrorGroup{group("a", 2, 0), group("b", 1, 0)}},
		{sluice.ErrorFilter{Limit: 1, FlowID: "b"}, Noon, []sluice.ErrorGroup{group("b", 1, 1)}},
		{sluice.ErrorFilter{FlowID: "c"}, Noon, nil},
	} {
		same(t, fmt.Sprintf("%+v", c.filter), get[[]sluice.ErrorGroup](t)(s.GroupErrors(ctx, c.filter, c.since)), c.want)
	}
	want := *one
	want.Record, want.Request, want.Response = sluice.Record{}, "", ""
	same(t, "brief", get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{IDs: b, Brief: true}))[0], &want)
}

// ErrorOncePerRecord checks that a record that fails again in a step of its run is
// the same error, and that more than 100 errors can be asked for by ID.
func ErrorOncePerRecord(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1, 2)
	one := recordError("f", run.ID, 1)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{one}, At: Noon}))
	before := get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{}))[0]
	result := &sluice.PageResult{Page: 2, At: minutes(5)}
	for seq := range int64(150) {
		again := recordError("f", run.ID, seq+1)
		again.Message, again.CreatedAt = "another message", minutes(5)
		result.Errors = append(result.Errors, again)
	}
	must(t, s.CompletePage(ctx, f, result))
	want := *before
	want.Message, want.FailedAt = "another message", minutes(5)
	same(t, "the error", get[*sluice.RecordError](t)(s.RecordError(ctx, before.ID)), &want)
	var ids []int64
	for id := range int64(500) {
		ids = append(ids, id)
	}
	same(t, "errors by ID", len(get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{IDs: ids}))), 150)
	same(t, "errors without limit", len(get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{}))), 100)
}

// ErrorCountsFollow checks that the counts of open errors are those of the errors
// themselves, however these come, change and go, several at once and of several flows.
func ErrorCountsFollow(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	a, b := failRecords(t, s, "a", 1, 2, 3), failRecords(t, s, "b", 1, 2)
	both := []int64{a[0], a[1], b[0]}
	check := func(what string, want map[string]int64) {
		t.Helper()
		same(t, what, get[map[string]int64](t)(s.CountErrors(ctx)), want)
		open := map[string]int64{}
		for _, e := range get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{State: sluice.ErrorOpen})) {
			open[e.FlowID]++
		}
		same(t, what+", counted", open, want)
	}
	check("at first", map[string]int64{"a": 3, "b": 2})
	must(t, s.AssignErrors(ctx, both, "ann@example.com"))
	check("after what changes no state", map[string]int64{"a": 3, "b": 2})
	resolved := sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", At: minutes(3)}
	must(t, s.SetErrorState(ctx, both, resolved))
	must(t, s.SetErrorState(ctx, both, resolved))
	check("resolved, twice", map[string]int64{"a": 1, "b": 1})
	must(t, s.SetErrorState(ctx, []int64{a[1]}, sluice.ErrorChange{State: sluice.ErrorOpen}))
	check("one reopened", map[string]int64{"a": 2, "b": 1})
	get[sluice.ErrorDrop](t)(s.DropErrors(ctx, "a", minutes(60), 1<<40))
	check("resolved ones dropped", map[string]int64{"a": 2, "b": 1})
	must(t, s.SetErrorState(ctx, b, resolved))
	check("none of a flow", map[string]int64{"a": 2})
}

// ErrorEditedWhileOpen checks that only the record of an open error changes.
func ErrorEditedWhileOpen(t *testing.T, s sluice.Store) {
	ctx, id := t.Context(), failRecords(t, s, "f", 1)[0]
	edited := sluice.Record{"amount": json.Number("1.10")}
	must(t, s.EditRecordError(ctx, id, edited))
	same(t, "record", get[*sluice.RecordError](t)(s.RecordError(ctx, id)).Record, edited)
	must(t, s.SetErrorState(ctx, []int64{id}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", Reason: "mended", At: Noon}))
	wantCode(t, s.EditRecordError(ctx, id, sluice.Record{}), sluice.CodeConflict)
	wantCode(t, s.EditRecordError(ctx, id+1, sluice.Record{}), sluice.CodeNotFound)
	same(t, "record", get[*sluice.RecordError](t)(s.RecordError(ctx, id)).Record, edited)
}

// ErrorStateByPeople checks that resolving says who and when, that reopening takes
// it back, and that an unknown ID changes none.
func ErrorStateByPeople(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), failRecords(t, s, "f", 1, 2)
	must(t, s.SetErrorState(ctx, []int64{ids[0], ids[0]}, sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", Reason: "mended", At: minutes(3)}))
	e := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0]))
	if e.State != sluice.ErrorResolved || e.ResolvedBy != "ann@example.com" || !e.ResolvedAt.Equal(minutes(3)) {
		t.Errorf("resolved as %+v", e)
	}
	wantCode(t, s.SetErrorState(ctx, []int64{ids[0], ids[1], 999}, sluice.ErrorChange{State: sluice.ErrorOpen, By: "ann@example.com", Reason: "mended", At: Noon}), sluice.CodeNotFound)
	same(t, "unchanged", get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])), e)
	must(t, s.SetErrorState(ctx, ids, sluice.ErrorChange{State: sluice.ErrorOpen, By: "ann@example.com", Reason: "mended", At: minutes(4)}))
	if e := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])); e.State != sluice.ErrorOpen || e.ResolvedBy != "" || !e.ResolvedAt.IsZero() {
		t.Errorf("reopened as %+v", e)
	}
}

// retry stores a retry run of these errors, one a page.
func retry(t *testing.T, s sluice.Store, ids ...int64) (*sluice.Run, error) {
	t.Helper()
	run := newRun("f", sluice.RunRetry)
	run.ExportDone = true
	var pages []sluice.Page
	for i, id := range ids {
		p := page(int64(i + 1))
		p.Items[0].ErrorID = id
		pages = append(pages, p)
	}
	return run, s.CreateRun(t.Context(), run, pages)
}

func wantStates(t *testing.T, s sluice.Store, ids []int64, want ...sluice.ErrorState) {
	t.Helper()
	for i, id := range ids {
		if e := get[*sluice.RecordError](t)(s.RecordError(t.Context(), id)); e.State != want[i] {
			t.Errorf("error %d is %s, want %s", id, e.State, want[i])
		}
	}
}

// ErrorsSuperseded checks that what a later run says of a record takes the place of
// what an earlier one said, for that flow and key only.
func ErrorsSuperseded(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), failRecords(t, s, "f", 1, 2)
	others := failRecords(t, s, "other", 1)
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1)
	first := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0]))
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Keys: []string{first.Key, "unheard of"}, At: minutes(9),
		Errors: []sluice.RecordError{recordError("f", run.ID, 77)}}))
	wantStates(t, s, append(ids, others...), sluice.ErrorResolved, sluice.ErrorOpen, sluice.ErrorOpen)
	if e := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0])); e.ResolvedBy != fmt.Sprintf("run %d", run.ID) || !e.ResolvedAt.Equal(minutes(9)) {
		t.Errorf("resolved as %+v", e)
	}
	if open := get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{RunID: run.ID, State: sluice.ErrorOpen})); len(open) != 1 {
		t.Errorf("the run itself left %d open errors, want 1", len(open))
	}
}

// ErrorsRetried checks what a retry makes of its errors.
func ErrorsRetried(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), failRecords(t, s, "f", 1, 2, 3)
	get[*sluice.Run](t)(retry(t, s, ids...))
	wantStates(t, s, ids, sluice.ErrorRetrying, sluice.ErrorRetrying, sluice.ErrorRetrying)
	run, f := claim(t, s)
	same(t, "pages", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{1, 2, 3})
	same(t, "item's error", get[*sluice.Page](t)(s.Page(ctx, run.ID, 2)).Items[0].ErrorID, ids[1])
	must(t, s.SetErrorState(ctx, ids[2:], sluice.ErrorChange{State: sluice.ErrorResolved, By: "ann@example.com", Reason: "mended", At: minutes(1)}))
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Resolved: ids[:1], At: minutes(2),
		Errors: []sluice.RecordError{{ID: ids[1], Step: "i", Code: "AGAIN", Message: "still no"}, {ID: ids[2], Step: "i", Code: "AGAIN"}}}))
	wantStates(t, s, ids, sluice.ErrorResolved, sluice.ErrorOpen, sluice.ErrorResolved)
	resolved := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[0]))
	if resolved.ResolvedBy != "retry" || !resolved.ResolvedAt.Equal(minutes(2)) || resolved.Retries != 0 {
		t.Errorf("resolved as %+v", resolved)
	}
	if e := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[1])); e.Retries != 1 || e.Code != "AGAIN" || e.Message != "still no" {
		t.Errorf("after the retry it is %+v", e)
	}
	if e := get[*sluice.RecordError](t)(s.RecordError(ctx, ids[2])); e.ResolvedBy != "ann@example.com" {
		t.Errorf("what a person resolved is now resolved by %q", e.ResolvedBy)
	}
	for _, n := range []int64{2, 3} {
		must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: n, At: minutes(2)}))
	}
	must(t, s.EndRun(ctx, f, sluice.RunCompleted, nil, minutes(3)))
}

// ErrorsReleased checks that errors which a cancelled retry did not get to are open
// again, and that errors of a failed one wait for it to be resumed.
func ErrorsReleased(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), failRecords(t, s, "f", 1, 2)
	queued := get[*sluice.Run](t)(retry(t, s, ids...))
	must(t, s.AskCancel(ctx, queued.ID, Noon))
	wantStates(t, s, ids, sluice.ErrorOpen, sluice.ErrorOpen)
	same(t, "pages", len(get[[]int64](t)(s.PendingPages(ctx, queued.ID))), 0)
	wantCode(t, s.ResumeRun(ctx, queued.ID), sluice.CodeConflict)

	run := get[*sluice.Run](t)(retry(t, s, ids...))
	_, f := claim(t, s)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Resolved: ids[:1], At: Noon}))
	must(t, s.EndRun(ctx, f, sluice.RunFailed, nil, Noon))
	wantStates(t, s, ids, sluice.ErrorResolved, sluice.ErrorRetrying)
	must(t, s.ResumeRun(ctx, run.ID))
	_, f = claim(t, s)
	must(t, s.EndRun(ctx, f, sluice.RunCancelled, nil, Noon))
	wantStates(t, s, ids, sluice.ErrorResolved, sluice.ErrorOpen)
}

// ErrorsRetriedOnce checks that no record is in two retries, and that a refused one leaves nothing behind.
func ErrorsRetriedOnce(t *testing.T, s sluice.Store) {
	ctx, ids := t.Context(), failRecords(t, s, "f", 1, 2)
	first := get[*sluice.Run](t)(retry(t, s, ids[0]))
	_, err := retry(t, s, ids...)
	wantCode(t, err, sluice.CodeConflict)
	wantStates(t, s, ids, sluice.ErrorRetrying, sluice.ErrorOpen)
	queued := get[[]*sluice.Run](t)(s.Runs(ctx, sluice.RunFilter{States: []sluice.RunState{sluice.RunQueued}}))
	same(t, "queued runs", runIDs(queued), []int64{first.ID})
}
