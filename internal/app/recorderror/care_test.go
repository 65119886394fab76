package recorderror_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apierror "github.com/sluicehq/sluice/internal/api/recorderror"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/recorderror"
	"github.com/sluicehq/sluice/internal/store"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// ward is a store with one flow, and the care of its errors.
type ward struct {
	*recorderror.Care
	store   sluice.Store
	flow    *sluice.FlowRevision
	now     time.Time
	retried [][]int64
	keep    sluice.ErrorKeep  // the server's
	open    map[string]string // notices
}

func newWard(t *testing.T, h *sluice.ErrorHandling) *ward {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &ward{store: s, now: noon, open: map[string]string{}}
	w.flow = &sluice.FlowRevision{Enabled: true, CreatedAt: noon, Flow: sluice.Flow{Name: "orders", Errors: h, Export: sluice.Export{Key: []string{"id"}}}}
	if err := s.SaveFlow(t.Context(), w.flow); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return w.now }
	w.Care = &recorderror.Care{Runs: s.Runs, Keep: func(context.Context) (sluice.ErrorKeep, error) { return w.keep, nil }, Log: slog.New(slog.DiscardHandler), Errors: &recorderror.Errors{Store: s, Flows: s,
		Accepting: func() error { return nil }, Clock: clock, Audit: &audit.Log{Store: s, Clock: clock, Log: slog.New(slog.DiscardHandler)},
		Retry: func(_ context.Context, ids []int64, _ string) ([]*sluice.Run, error) {
			w.retried = append(w.retried, ids)
			return nil, nil
		}},
		Tell: func(_ context.Context, cause bool, n sluice.Notice) {
			if delete(w.open, n.Code); cause {
				w.open[n.Code] = n.Message
			}
		},
		Happened: s.AddEvent}
	return w
}

// leave stores errors of a run that has ended.
func (w *ward) leave(t *testing.T, list ...sluice.RecordError) {
	t.Helper()
	ctx := t.Context()
	run := &sluice.Run{FlowID: w.flow.FlowID, FlowName: "orders", Revision: 1, Kind: sluice.RunManual, ExportDone: true, CreatedAt: noon}
	if err := w.store.CreateRun(ctx, run, []sluice.Page{{Number: 1}}); err != nil {
		t.Fatal(err)
	}
	claimed, err := w.store.ClaimRun(ctx, "test", noon, noon.Add(time.Hour))
	if err != nil || claimed == nil {
		t.Fatal(claimed, err)
	}
	f := sluice.Fence{RunID: claimed.ID, Number: claimed.Fence}
	for i := range list {
		e := &list[i]
		e.FlowID, e.FlowName, e.RunID, e.Step, e.Seq, e.Key, e.Record = w.flow.FlowID, "orders", run.ID, "import", int64(i+1), fmt.Sprint("K", i+1), sluice.Record{"id": fmt.Sprint(i + 1)}
	}
	if err := w.store.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: list, At: noon}); err != nil {
		t.Fatal(err)
	}
	if err := w.store.EndRun(ctx, f, sluice.RunCompleted, nil, noon); err != nil {
		t.Fatal(err)
	}
}

// An intermittent error is tried again after its wait, which doubles each time, and
// no more often than was said.
func TestRetriesAreBoundedAndWaitLonger(t *testing.T) {
	w := newWard(t, &sluice.ErrorHandling{Retry: &sluice.ErrorRetry{Times: 2, After: "10m"}})
	w.leave(t, sluice.RecordError{Classification: sluice.ClassIntermittent}, sluice.RecordError{Classification: sluice.ClassValue},
		sluice.RecordError{Classification: sluice.ClassIntermittent, Retries: 1}, sluice.RecordError{Classification: sluice.ClassIntermittent, Retries: 2})
	for _, tt := range []struct {
		after time.Duration
		want  []int64
	}{{9 * time.Minute, nil}, {10 * time.Minute, []int64{1}}, {20 * time.Minute, []int64{1, 3}}, {1000 * time.Hour, []int64{1, 3}}} {
		w.retried, w.now = nil, noon.Add(tt.after)
		if err := w.RetryDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := slices.Concat(w.retried...); !slices.Equal(got, tt.want) {
			t.Errorf("after %s errors %v are retried, want %v", tt.after, got, tt.want)
		}
	}
	run := &sluice.Run{FlowID: w.flow.FlowID, FlowName: "orders", Revision: 1, Kind: sluice.RunRetry, CreatedAt: noon}
	if err := w.store.CreateRun(t.Context(), run, nil); err != nil {
		t.Fatal(err)
	}
	if w.retried = nil; w.RetryDue(t.Context()) != nil || w.retried != nil {
		t.Errorf("a second retry of the flow is started beside the first: %v", w.retried)
	}
}

// Open errors stay whatever their size, and a notice tells; resolved ones make room.
func TestOpenErrorsAreNeverDropped(t *testing.T) {
	w := newWard(t, &sluice.ErrorHandling{Keep: &sluice.ErrorKeep{Days: 7, Megabytes: 1}})
	large := strings.Repeat("x", 400<<10)
	w.leave(t, sluice.RecordError{Request: large}, sluice.RecordError{Request: large}, sluice.RecordError{Request: large})
	left := func() (n int) {
		t.Helper()
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, err := w.store.RecordErrors(t.Context(), sluice.ErrorFilter{})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := left(); n != 3 || w.open[sluice.NoticeErrorsFull] == "" {
		t.Errorf("%d open errors are left of 3, notices %v", n, w.open)
	}
	if err := w.SetErrorState(t.Context(), api.Local(), ids(1), sluice.ErrorResolved, "mended in NetSuite"); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 2 || len(w.open) != 0 {
		t.Errorf("%d errors are left, want the 2 open ones; notices %v", n, w.open)
	}
	if err := w.SetErrorState(t.Context(), api.Local(), ids(2), sluice.ErrorResolved, ""); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 2 {
		t.Errorf("%d errors are left, want 2: both fit", n)
	}
	w.now = noon.AddDate(0, 0, 8)
	if n := left(); n != 1 {
		t.Errorf("%d errors are left after 8 days, want the open one", n)
	}
}

func TestEditedRecordsKeepTheirKey(t *testing.T) {
	w := newWard(t, nil)
	w.leave(t, sluice.RecordError{})
	for _, r := range []sluice.Record{nil, {"name": "x"}, {"id": ""}} {
		if _, err := w.EditError(t.Context(), api.Local(), 1, r); err == nil {
			t.Errorf("the record %v is taken", r)
		}
	}
	e, err := w.EditError(t.Context(), api.Local(), 1, sluice.Record{"id": "9", "name": "x"})
	if err != nil || e.Record["name"] != "x" {
		t.Errorf("%+v, %v", e, err)
	}
}

// What people say of errors is checked before it is stored.
func TestPeopleSortErrors(t *testing.T) {
	w := newWard(t, nil)
	w.leave(t, sluice.RecordError{Code: "A"}, sluice.RecordError{Code: "B"})
	by := api.Local()
	if err := w.TagErrors(t.Context(), by, ids(1), []string{"Not a tag"}, nil); sluice.ErrorCode(err) != sluice.CodeInvalid {
		t.Errorf("tagged with what is no tag: %v", err)
	}
	if err := w.AssignErrors(t.Context(), by, ids(1), "nobody@example.com"); sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Errorf("assigned to who is not there: %v", err)
	}
	if err := w.store.CreateUser(t.Context(), &sluice.User{ID: "u", Email: "ann@example.com", Role: sluice.RoleManage, CreatedAt: noon}); err != nil {
		t.Fatal(err)
	}
	if err := w.AssignErrors(t.Context(), by, ids(1, 2), "ann@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := w.TagErrors(t.Context(), by, ids(2), []string{"late"}, nil); err != nil {
		t.Fatal(err)
	}
	list, err := w.ListErrors(t.Context(), apierror.Query{ErrorChoice: apierror.ErrorChoice{Flow: "orders", Assignee: "ann@example.com", Tag: "late", Code: "B", Text: "k2"}})
	if err != nil || len(list) != 1 || list[0].ID != 2 {
		t.Errorf("%v, %v", list, err)
	}
	if err := w.SetErrorState(t.Context(), by, ids(1, 2), sluice.ErrorOpen, ""); sluice.ErrorCode(err) != "error.state" {
		t.Errorf("open errors are reopened: %v", err)
	}
}

func ids(list ...int64) apierror.ErrorIDs { return apierror.ErrorIDs{IDs: list} }
