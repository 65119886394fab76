package engine_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// open returns the open errors.
func (b *bench) open() []*sluice.RecordError {
	b.t.Helper()
	list, err := b.store.RecordErrors(b.t.Context(), sluice.ErrorFilter{State: sluice.ErrorOpen})
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// retry tries the open errors again and returns the run, which has to complete.
func (b *bench) retry() *sluice.Run {
	b.t.Helper()
	var ids []int64
	for _, re := range b.open() {
		ids = append(ids, re.ID)
	}
	e := b.engine(b.store)
	runs, err := e.RetryErrors(b.t.Context(), ids, "test")
	if err != nil || len(runs) != 1 {
		b.t.Fatalf("%d runs, %v", len(runs), err)
	}
	run := b.until(e, runs[0].ID, ended)
	if run.State != sluice.RunCompleted {
		b.t.Fatalf("the retry ended %s: %v", run.State, run.Error)
	}
	checkSums(b.t, run)
	return run
}

// edit sets a field of the only open error's record.
func (b *bench) edit(field, value string) {
	b.t.Helper()
	list := b.open()
	if len(list) != 1 {
		b.t.Fatalf("%d open errors", len(list))
	}
	r := list[0].Record
	if r == nil {
		r = sluice.Record{}
	}
	r[field] = value
	if err := b.store.EditRecordError(b.t.Context(), list[0].ID, r); err != nil {
		b.t.Fatal(err)
	}
}

// twoImports adds each record and then upserts it elsewhere.
func twoImports() sluice.Flow {
	f := addFlow()
	f.Steps = []sluice.Step{
		{Name: "add", Import: &sluice.Import{Connection: "system", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "thing"}}},
		{Name: "copy", Import: &sluice.Import{Connection: "system", Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "thing", ExternalID: `"copy-" + this.id`}}},
	}
	return f
}

func TestRetryOfAnEditedRecordAddsItOnce(t *testing.T) {
	synctest.Test(t, retryOfAnEditedRecordAddsItOnce)
}

func retryOfAnEditedRecordAddsItOnce(t *testing.T) {
	s := newSystem(5)
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Step == "copy" && i.Key == "3" && i.Record["note"] == nil {
			return refuse
		}
		return accept
	}
	b := newBench(t, s, twoImports())
	b.complete()
	b.edit("note", "mended")
	if run := b.retry(); run.Steps[0].Unchanged != 1 || run.Steps[1].Written != 1 {
		t.Fatalf("the retry's steps: %+v", run.Steps)
	}
	arrived := 0
	for _, n := range s.contents() {
		arrived += n
	}
	if arrived != 10 {
		t.Fatalf("%d records arrived at the two imports, want 5 at each", arrived)
	}
}

// unknownOutcome runs a flow of adds whose only record arrives unseen.
func unknownOutcome(t *testing.T) *bench {
	s := newSystem(1)
	s.script, s.blind = func() behaviour { return dropAfter }, true
	b := newBench(t, s, addFlow())
	b.complete()
	if list := b.open(); len(list) != 1 || list[0].Code != "import.outcome_unknown" {
		t.Fatalf("open errors: %+v", list)
	}
	s.script, s.blind = nil, false
	return b
}

func TestRetryOfAnUnknownOutcomeAsksFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := unknownOutcome(t)
		if run := b.retry(); run.Counts.Written != 1 || len(b.open()) != 0 {
			t.Fatalf("the retry counted %+v and left %d errors", run.Counts, len(b.open()))
		}
		expectOnce(t, b.system.contents(), 1)
	})
}

func TestRetryOfAnEditedUnknownOutcomeSaysWhatArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := unknownOutcome(t)
		b.edit("amount", "7.77")
		b.retry()
		if list := b.open(); len(list) != 1 || list[0].Code != "import.arrived_unedited" {
			t.Fatalf("open errors: %+v", list)
		}
		expectOnce(t, b.system.contents(), 1)
	})
}

// The record's key comes again with another content, which an add makes another
// record of: the one in doubt is found, the new one must not take its place.
func TestANewContentIsSentAlthoughTheOldOneArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := unknownOutcome(t)
		b.system.rows[0]["amount"] = "7.77"
		if run := b.complete(); run.Counts.Written != 1 {
			t.Fatalf("the second run counted %+v", run.Counts)
		}
		expectOnce(t, b.system.contents(), 2)
	})
}

// badRow is an export whose third row cannot be read.
type badRow struct{ *system }

func (s badRow) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	r, err := s.system.OpenExport(ctx, c, e, o)
	return badReader{r}, err
}

type badReader struct{ sluice.Reader }

func (r badReader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	batch, err := r.Reader.Next(ctx, limit)
	if err != nil && !errors.Is(err, io.EOF) {
		return batch, err
	}
	for n := range batch.Items {
		if it := &batch.Items[n]; it.Origin == "row 3" {
			it.Record, it.Refused = nil, sluice.Errorf("source.row", "the row has too few fields")
		}
	}
	return batch, err
}

func TestARowThatCannotBeReadIsNotSentEmpty(t *testing.T) {
	synctest.Test(t, aRowThatCannotBeReadIsNotSentEmpty)
}

func aRowThatCannotBeReadIsNotSentEmpty(t *testing.T) {
	f := addFlow()
	f.Totals = nil
	b := newBench(t, newSystem(4), f)
	b.source = badRow{b.system}
	b.complete()
	if list := b.open(); len(list) != 1 || list[0].Code != "source.row" {
		t.Fatalf("open errors: %+v", list)
	}
	b.retry()
	if list := b.open(); len(list) != 1 || list[0].Code != "source.row" || list[0].Retries != 1 {
		t.Fatalf("open errors after the retry: %+v", list)
	}
	expectOnce(t, b.system.contents(), 3)
	b.edit("id", "3")
	b.retry()
	expectOnce(t, b.system.contents(), 4)
	b.source = nil
	b.system.rows[2] = sluice.Record{"id": "3"} // as the person put it in
	if run := b.complete(); run.Counts.Unchanged != 4 {
		t.Fatalf("a run over the mended source counted %+v", run.Counts)
	}
}

// A page that comes again because a later step failed has nothing to ask about the
// steps that worked.
func TestStepsThatWorkedAreNotRepeated(t *testing.T) { synctest.Test(t, stepsThatWorkedAreNotRepeated) }

func stepsThatWorkedAreNotRepeated(t *testing.T) {
	f := twoImports()
	f.Steps[0], f.Steps[1] = f.Steps[1], f.Steps[0]
	s := newSystem(5)
	b := newBench(t, s, f)
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Step == "add" {
			s.mu.Lock()
			s.down = errDown
			s.mu.Unlock()
			return notSent
		}
		return accept
	}
	e := b.engine(b.store)
	run := b.until(e, b.start(e).ID, ended)
	if run.State != sluice.RunFailed {
		t.Fatalf("the run ended %s", run.State)
	}
	s.down, s.judge = nil, nil
	if err := e.Resume(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	b.until(b.engine(b.store), run.ID, ended)
	if len(s.order) != 10 {
		t.Fatalf("%d writes for 5 records and two imports", len(s.order))
	}
}

// A filter that is put before an import does not make the ledger forget it.
func TestAFilterPutBeforeAnImportDoublesNothing(t *testing.T) {
	synctest.Test(t, aFilterPutBeforeAnImportDoublesNothing)
}

func aFilterPutBeforeAnImportDoublesNothing(t *testing.T) {
	b := newBench(t, newSystem(5), addFlow())
	b.complete()
	f := addFlow()
	f.Steps = append([]sluice.Step{{Filter: &sluice.Filter{If: "true", Reason: "none"}}}, f.Steps...)
	b.save(f)
	if run := b.complete(); run.Counts.Unchanged != 5 {
		t.Fatalf("the run of the new revision counted %+v", run.Counts)
	}
	expectOnce(t, b.system.contents(), 5)
}

// unsure is a store that loses the answer to one commit.
type unsure struct {
	engine.Store
	lost chan struct{} // closed when it is lost
}

func (u *unsure) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	err := u.Store.CompletePage(ctx, f, r)
	select {
	case <-u.lost:
		return err
	default:
		close(u.lost)
		return errCrash
	}
}

// Switched off by letting execution.advance go on after an error.
func TestCountsSurviveAnUnknownCommit(t *testing.T) { synctest.Test(t, countsSurviveAnUnknownCommit) }

func countsSurviveAnUnknownCommit(t *testing.T) {
	s := newSystem(14)
	f := addFlow()
	f.Pages.Parallel = 2
	b := newBench(t, s, f)
	u := &unsure{Store: b.store, lost: make(chan struct{})}
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Page != 1 {
			<-u.lost // the second page ends behind the first
		}
		return accept
	}
	e := b.engine(u)
	run := b.until(e, b.start(e).ID, ended)
	if run.State != sluice.RunFailed {
		t.Fatalf("the run ended %s", run.State)
	}
	if err := e.Resume(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	run = b.until(b.engine(b.store), run.ID, ended)
	checkSums(t, run)
	if run.State != sluice.RunCompleted || run.Counts.Written != 14 {
		t.Fatalf("it ended %s with %+v", run.State, run.Counts)
	}
	expectOnce(t, s.contents(), 14)
}

// Reading back costs the account's budget: it gets rarer while nothing changes.
func TestReadingBackGetsRarer(t *testing.T) { synctest.Test(t, readingBackGetsRarer) }

func readingBackGetsRarer(t *testing.T) {
	s := newSystem(1)
	s.settle = 25 * time.Second
	n := 0
	s.script = func() behaviour {
		if n++; n == 1 {
			return dropBefore
		}
		return accept
	}
	b := newBench(t, s, addFlow())
	b.complete()
	expectOnce(t, s.contents(), 1)
	if s.looks > 10 {
		t.Fatalf("it was read back %d times in 25 s", s.looks)
	}
}
