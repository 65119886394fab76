package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

// bench is a flow between a system and itself, with a store to run it on.
type bench struct {
	t      testing.TB
	store  sluice.Store
	system *system
	source sluice.Connector // nil means system
	flow   *sluice.FlowRevision
	ledger bool
	share  bool             // processes share pages
	pages  int              // so many at a time in each; 0 for the usual
	clock  func() time.Time // nil means time.Now
	owners atomic.Int64
	// What the process was about to store when it died: ledger entries, or pages.
	unkept  []sluice.LedgerEntry
	reading bool
}

func newBench(t testing.TB, s *system, f sluice.Flow) *bench {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sluice.db")
	sqlitetest.Prepare(t, path)
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	b := &bench{t: t, store: st, system: s, ledger: true}
	b.save(f)
	return b
}

func (b *bench) save(f sluice.Flow) {
	b.t.Helper()
	f.Name, f.Export.Connection = "test", "system"
	b.flow = &sluice.FlowRevision{Flow: f, Enabled: true, CreatedAt: time.Now()}
	if err := b.store.SaveFlow(b.t.Context(), b.flow); err != nil {
		b.t.Fatal(err)
	}
}

// engine returns a new process's engine on st.
func (b *bench) engine(st engine.Store) *engine.Engine {
	var connector sluice.Connector = b.system
	if b.source != nil {
		connector = b.source
	}
	return engine.New(engine.Config{
		Store: st, Connector: connector, Owner: fmt.Sprint("process-", b.owners.Add(1)),
		Open: func(context.Context, string) (*sluice.Connection, error) {
			return &sluice.Connection{Name: "system"}, nil
		},
		Clock: b.clock, Lease: 150 * time.Millisecond, Poll: 10 * time.Millisecond, Grace: 2 * time.Second, WithoutLedger: !b.ledger, Share: b.share, Pages: b.pages,
	})
}

func (b *bench) start(e *engine.Engine) *sluice.Run {
	b.t.Helper()
	run, err := e.StartRun(b.t.Context(), b.flow, "test")
	if err != nil {
		b.t.Fatal(err)
	}
	return run
}

// until works with e until the run is as wanted.
func (b *bench) until(e *engine.Engine, id int64, wanted func(*sluice.Run) bool) *sluice.Run {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = e.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	deadline := time.Now().Add(30 * time.Second)
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		run, err := b.store.Run(ctx, id)
		if err != nil {
			b.t.Fatal(err)
		}
		if wanted(run) {
			return run
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the run is still %s: %+v", run.State, run.Counts)
		}
		time.Sleep(pause) // polls a state that no signal tells across processes
	}
}

func ended(r *sluice.Run) bool { return r.State.Ended() }

// complete runs the flow once and expects it to end well.
func (b *bench) complete() *sluice.Run {
	b.t.Helper()
	e := b.engine(b.store)
	run := b.until(e, b.start(e).ID, ended)
	if run.State != sluice.RunCompleted {
		b.t.Fatalf("the run ended %s: %v", run.State, run.Error)
	}
	checkSums(b.t, run)
	return run
}

// resume goes on with a run and expects it to end well.
func (b *bench) resume(e *engine.Engine, id int64) *sluice.Run {
	b.t.Helper()
	if err := e.Resume(b.t.Context(), id); err != nil {
		b.t.Fatal(err)
	}
	run := b.until(e, id, ended)
	if run.State != sluice.RunCompleted {
		b.t.Fatalf("after resuming it ended %s: %v", run.State, run.Error)
	}
	checkSums(b.t, run)
	return run
}

// checkSums holds for every completed run: each record and each amount ends as exactly one outcome.
func checkSums(t testing.TB, r *sluice.Run) {
	t.Helper()
	if c := r.Counts; c.Read != c.Written+c.Unchanged+c.Excluded+c.Failed {
		t.Fatalf("records do not add up: %+v", c)
	}
	for _, total := range r.Totals {
		var sum float64
		for _, text := range []string{total.Written, total.Unchanged, total.Excluded, total.Failed} {
			var f float64
			if _, err := fmt.Sscan(text, &f); err != nil {
				t.Fatal(err)
			}
			sum += f
		}
		if got := fmt.Sprintf("%.2f", sum); !sameAmount(got, total.Read) {
			t.Fatalf("control total %+v adds up to %s", total, got)
		}
	}
}

func sameAmount(a, b string) bool {
	var x, y float64
	_, _ = fmt.Sscan(a, &x)
	_, _ = fmt.Sscan(b, &y)
	return fmt.Sprintf("%.2f", x) == fmt.Sprintf("%.2f", y)
}

func addFlow() sluice.Flow {
	return sluice.Flow{
		Export: sluice.Export{Key: []string{"id"}},
		Steps: []sluice.Step{
			{Map: "root.id = this.id\nroot.amount = this.amount"},
			{Import: &sluice.Import{Connection: "system", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "thing"}}},
		},
		Totals: []sluice.Total{{Name: "amount", Value: "this.amount"}},
		Pages:  sluice.Paging{Size: 7},
	}
}

func appendFlow() sluice.Flow {
	f := addFlow()
	f.Steps = []sluice.Step{
		{Map: "root.line = this.id\nroot.list = this.list"},
		{Import: &sluice.Import{Connection: "system", Operation: sluice.Append, NetSuite: &sluice.NetSuiteImport{Record: "thing", ID: "this.list", Sublist: "lines"}}},
	}
	return f
}

func transformFlow() sluice.Flow {
	f := addFlow()
	f.Steps[1].Import.Operation = sluice.Transform
	f.Steps[1].Import.NetSuite.Transform = &sluice.NetSuiteTransform{From: "order", ID: "this.id"}
	return f
}

// makingFlows are flows that would make something twice if they sent it twice.
func makingFlows() map[string]sluice.Flow {
	return map[string]sluice.Flow{"add": addFlow(), "append": appendFlow(), "transform": transformFlow()}
}

func expectOnce(t testing.TB, got map[string]int, rows int) {
	t.Helper()
	if len(got) != rows {
		t.Fatalf("%d different records arrived, want %d", len(got), rows)
	}
	for c, n := range got {
		if n != 1 {
			t.Fatalf("%s arrived %d times", c, n)
		}
	}
}

func TestAllRecordsArriveOnce(t *testing.T) { synctest.Test(t, allRecordsArriveOnce) }

func allRecordsArriveOnce(t *testing.T) {
	b := newBench(t, newSystem(50), addFlow())
	run := b.complete()
	if run.Counts.Written != 50 || run.Steps[1].Created != 50 {
		t.Fatalf("counts: %+v steps: %+v", run.Counts, run.Steps)
	}
	if got := run.Totals[0].Written; !sameAmount(got, "1225.50") {
		t.Fatalf("control total written is %s", got)
	}
	expectOnce(t, b.system.contents(), 50)
	if again := b.complete(); again.Counts.Unchanged != 50 || again.Counts.Written != 0 {
		t.Fatalf("the second run: %+v", again.Counts)
	}
	expectOnce(t, b.system.contents(), 50)
}

// scripts that break an import in each of the ways that leave its outcome unknown.
func broken(seed uint64) func() behaviour {
	rng := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex
	return func() behaviour {
		mu.Lock()
		defer mu.Unlock()
		return []behaviour{accept, accept, accept, dropBefore, dropAfter, late, notSent}[rng.IntN(7)]
	}
}

func TestLostAnswersNeitherLoseNorDouble(t *testing.T) {
	for name, flow := range makingFlows() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSystem(40)
				s.script = broken(7)
				b := newBench(t, s, flow)
				b.expectAccounted(b.complete())
			})
		})
	}
}

// The mechanism switched off: the same breaks then double records.
func TestWithoutLedgerRecordsAreDoubled(t *testing.T) {
	for name, flow := range makingFlows() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSystem(40)
				s.script = broken(7)
				b := newBench(t, s, flow)
				b.ledger = false
				b.complete()
				doubled := 0
				for _, n := range s.contents() {
					doubled += n - 1
				}
				if doubled == 0 {
					t.Fatal("nothing was doubled: the ledger is not what prevents it")
				}
			})
		})
	}
}

// mortal is a store whose process dies after some writes.
type mortal struct {
	engine.Store
	left atomic.Int64
	// The write at which it died: was it the export's, or which entries had it?
	reading bool
	last    []sluice.LedgerEntry
}

func (m *mortal) dead() bool { return m.left.Add(-1) < 0 }

func (m *mortal) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, done bool, p sluice.Advance) error {
	if m.dead() {
		m.reading = m.reading || m.left.Load() == -1
		return errCrash
	}
	return m.Store.AppendPages(ctx, f, pages, cursor, done, p)
}

func (m *mortal) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	if m.dead() {
		return errCrash
	}
	return m.Store.CompletePage(ctx, f, r)
}

func (m *mortal) SaveIntents(ctx context.Context, f sluice.Fence, e []sluice.LedgerEntry) error {
	if m.dead() {
		if m.left.Load() == -1 {
			m.last = e
		}
		return errCrash
	}
	return m.Store.SaveIntents(ctx, f, e)
}

func (m *mortal) SetWindow(ctx context.Context, f sluice.Fence, w *sluice.Window) error {
	if m.dead() {
		return errCrash
	}
	return m.Store.SetWindow(ctx, f, w)
}

func (m *mortal) MoveWatermark(ctx context.Context, f sluice.Fence, mark time.Time, w *sluice.Watermark) error {
	if m.dead() {
		return errCrash
	}
	return m.Store.MoveWatermark(ctx, f, mark, w)
}

func (m *mortal) EndRun(ctx context.Context, f sluice.Fence, s sluice.RunState, c *sluice.Error, at time.Time) error {
	if m.dead() {
		return errCrash
	}
	return m.Store.EndRun(ctx, f, s, c, at)
}

func (m *mortal) ClaimPage(ctx context.Context, owner string, now, until time.Time) (*sluice.PageClaim, error) {
	if m.left.Load() < 0 {
		return nil, errCrash
	}
	return m.Store.ClaimPage(ctx, owner, now, until)
}

func (m *mortal) ReturnPage(ctx context.Context, f sluice.Fence, cause *sluice.Error) error {
	if m.left.Load() < 0 {
		return errCrash
	}
	return m.Store.ReturnPage(ctx, f, cause)
}

func (m *mortal) RenewLease(ctx context.Context, f sluice.Fence, until time.Time) (bool, error) {
	if m.left.Load() < 0 {
		return false, errCrash
	}
	return m.Store.RenewLease(ctx, f, until)
}

// die works with an engine until its process dies, or the run has ended before.
func (b *bench) die(run, after int64) {
	m := &mortal{Store: b.store}
	m.left.Store(after)
	e := b.engine(m)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = e.Run(ctx) }()
	for m.left.Load() >= 0 {
		if r, err := b.store.Run(ctx, run); err != nil || r.State.Ended() {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
	b.unkept, b.reading = m.last, m.reading
}

// Each seed is another course of events: the flow, the number of rows, what the
// destination does with each request, and after how many writes the processes die.
func TestDeathsNeitherLoseNorDouble(t *testing.T) {
	for seed := range uint64(seeds(20, 3000)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { course(t, seed) })
		})
	}
}

// seeds returns how many courses to try: more in a soak, fewer in short mode.
func seeds(usual, soak int) int {
	switch {
	case os.Getenv("SLUICE_SOAK") != "":
		return soak
	case testing.Short():
		return usual / 4
	}
	return usual
}

func course(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 2))
	flow := []sluice.Flow{addFlow(), appendFlow(), transformFlow()}[rng.IntN(3)]
	s := newSystem(1 + rng.IntN(40))
	s.script = broken(seed)
	b := newBench(t, s, flow)
	id := b.start(b.engine(b.store)).ID
	for range rng.IntN(4) {
		b.die(id, rng.Int64N(12))
	}
	run := b.until(b.engine(b.store), id, ended)
	if run.State != sluice.RunCompleted {
		t.Fatalf("the run ended %s: %v", run.State, run.Error)
	}
	checkSums(t, run)
	b.expectAccounted(run)
}

// expectAccounted holds when every record is at the destination once, or is an
// open error and not at the destination.
func (b *bench) expectAccounted(run *sluice.Run) {
	b.t.Helper()
	open, err := b.store.RecordErrors(b.t.Context(), sluice.ErrorFilter{RunID: run.ID, State: sluice.ErrorOpen})
	if err != nil || len(open) != int(run.Counts.Failed) {
		b.t.Fatalf("%d open errors for %d failed records, %v", len(open), run.Counts.Failed, err)
	}
	for _, e := range open {
		if e.Code != "TEST" && e.Code != "import.not_accepted" {
			b.t.Fatalf("record %s failed with %s: %s", e.Key, e.Code, e.Message)
		}
	}
	expectOnce(b.t, b.system.contents(), len(b.system.rows)-len(open))
}

func TestRefusedRecordsAreKeptAndRetried(t *testing.T) {
	synctest.Test(t, refusedRecordsAreKeptAndRetried)
}

func refusedRecordsAreKeptAndRetried(t *testing.T) {
	s := newSystem(10)
	n := 0
	s.script = func() behaviour {
		if n++; n%2 == 0 {
			return refuse
		}
		return accept
	}
	f := addFlow()
	f.Pages.Parallel = 1
	b := newBench(t, s, f)
	run := b.complete()
	if run.Counts.Failed != 5 {
		t.Fatalf("counts: %+v", run.Counts)
	}
	errs, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{State: sluice.ErrorOpen})
	if err != nil || len(errs) != 5 {
		t.Fatalf("%d open errors, %v", len(errs), err)
	}
	if e := errs[0]; e.Code != "TEST" || e.Message != "as the test wants it" || !strings.HasPrefix(e.Origin, "row ") {
		t.Fatalf("the error says %+v", e)
	}
	s.script = nil
	e := b.engine(b.store)
	var ids []int64
	for _, re := range errs {
		ids = append(ids, re.ID)
	}
	runs, err := e.RetryErrors(t.Context(), ids, "test")
	if err != nil || len(runs) != 1 {
		t.Fatalf("%v %v", runs, err)
	}
	again := b.until(e, runs[0].ID, ended)
	checkSums(t, again)
	if again.Totals[0].Read == "0" {
		t.Fatalf("the retry's control total is %+v", again.Totals[0])
	}
	left, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{State: sluice.ErrorOpen})
	if err != nil || len(left) != 0 {
		t.Fatalf("%d errors are still open, %v", len(left), err)
	}
	expectOnce(t, s.contents(), 10)
}

// A record that fails in run after run is one open error; the run that delivers it closes it.
func TestALaterRunSupersedesErrors(t *testing.T) { synctest.Test(t, aLaterRunSupersedesErrors) }

func aLaterRunSupersedesErrors(t *testing.T) {
	s := newSystem(3)
	b := newBench(t, s, addFlow())
	open := func() int {
		t.Helper()
		errs, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{State: sluice.ErrorOpen})
		if err != nil {
			t.Fatal(err)
		}
		return len(errs)
	}
	s.script = func() behaviour { return refuse }
	for range 2 {
		b.complete()
		if n := open(); n != 3 {
			t.Fatalf("%d open errors of 3 records", n)
		}
	}
	s.script = nil
	b.complete()
	if n := open(); n != 0 {
		t.Fatalf("%d errors are open after all records were delivered", n)
	}
}

// An upsert whose answers are all lost may be there: nobody may say that it is not.
func TestAnUpsertThatIsNeverAnsweredIsUnknown(t *testing.T) {
	synctest.Test(t, anUpsertThatIsNeverAnsweredIsUnknown)
}

func anUpsertThatIsNeverAnsweredIsUnknown(t *testing.T) {
	s := newSystem(1)
	s.script = func() behaviour { return dropAfter }
	f := addFlow()
	f.Steps[1].Import.Operation = sluice.Upsert
	f.Steps[1].Import.NetSuite.ExternalID = "this.id"
	b := newBench(t, s, f)
	b.complete()
	errs, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{State: sluice.ErrorOpen})
	if err != nil || len(errs) != 1 || errs[0].Code != "import.outcome_unknown" || !strings.Contains(errs[0].Message, "as the test wants it") {
		t.Fatalf("%+v, %v", errs, err)
	}
	s.script = nil
	if run := b.complete(); run.Counts.Written != 1 {
		t.Fatalf("the next run counted %+v", run.Counts)
	}
}

func TestDestinationDownFailsTheRunAndLosesNothing(t *testing.T) {
	synctest.Test(t, destinationDownFailsTheRunAndLosesNothing)
}

func destinationDownFailsTheRunAndLosesNothing(t *testing.T) {
	s := newSystem(30)
	b := newBench(t, s, addFlow())
	s.down = errDown
	e := b.engine(b.store)
	run := b.until(e, b.start(e).ID, ended)
	if run.State != sluice.RunFailed || run.Error.Code != "connection.unreachable" {
		t.Fatalf("the run ended %s: %v", run.State, run.Error)
	}
	s.down = nil
	if err := e.Resume(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	run = b.until(b.engine(b.store), run.ID, ended)
	if run.State != sluice.RunCompleted || run.Counts.Written != 30 {
		t.Fatalf("after resuming it ended %s: %+v", run.State, run.Counts)
	}
	checkSums(t, run)
	expectOnce(t, s.contents(), 30)
}

func TestCancelFinishesWhatIsInWork(t *testing.T) { synctest.Test(t, cancelFinishesWhatIsInWork) }

func cancelFinishesWhatIsInWork(t *testing.T) {
	s := newSystem(100)
	b := newBench(t, s, addFlow())
	e := b.engine(b.store)
	run := b.start(e)
	var once sync.Once
	s.before = func() { once.Do(func() { _ = e.Cancel(context.Background(), run.ID) }) }
	got := b.until(e, run.ID, ended)
	if got.State != sluice.RunCancelled {
		t.Fatalf("the run ended %s", got.State)
	}
	written := len(s.contents())
	if got.Counts.Written != int64(written) || written == 100 {
		t.Fatalf("%d records are there, the run counted %+v", written, got.Counts)
	}
	b.resume(e, run.ID)
	expectOnce(t, s.contents(), 100)
}

func TestATakenOverRunIsLeftAlone(t *testing.T) { synctest.Test(t, aTakenOverRunIsLeftAlone) }

func aTakenOverRunIsLeftAlone(t *testing.T) {
	s := newSystem(20)
	b := newBench(t, s, addFlow())
	e := b.engine(b.store)
	run := b.start(e)
	var once sync.Once
	s.before = func() { // another process takes the run while this one is about to write
		once.Do(func() {
			later := time.Now().Add(time.Hour)
			if taken, err := b.store.ClaimRun(context.Background(), "thief", later, later); err != nil || taken == nil {
				t.Errorf("the run could not be taken over: %v %v", taken, err)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_ = e.Run(ctx)
	got, err := b.store.Run(t.Context(), run.ID)
	if err != nil || got.Owner != "thief" || got.State != sluice.RunRunning || got.Counts.Written != 0 {
		t.Fatalf("the run is %+v, %v", got, err)
	}
}

func TestRecordsOfOneKeyKeepTheirOrder(t *testing.T) { synctest.Test(t, recordsOfOneKeyKeepTheirOrder) }

func recordsOfOneKeyKeepTheirOrder(t *testing.T) {
	s := newSystem(60)
	for i := range s.rows {
		s.rows[i]["id"] = fmt.Sprint(i % 5) // twelve versions each of five records
		s.rows[i]["version"] = fmt.Sprint(i)
	}
	f := addFlow()
	f.Steps = []sluice.Step{
		{Map: "root = this"},
		{Import: &sluice.Import{Connection: "system", Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "thing", ExternalID: "this.id"}}},
	}
	b := newBench(t, s, f)
	b.complete()
	want := []string{"55", "56", "57", "58", "59"}
	var got []string
	for c := range s.contents() {
		_, after, _ := strings.Cut(c, `"version":"`)
		got = append(got, strings.TrimSuffix(after, `"}`))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("the versions at the destination are %v, want %v", got, want)
	}
}

func TestFiltersExcludeAndAreAccountedFor(t *testing.T) {
	synctest.Test(t, filtersExcludeAndAreAccountedFor)
}

func filtersExcludeAndAreAccountedFor(t *testing.T) {
	f := addFlow()
	f.Steps = append([]sluice.Step{{Filter: &sluice.Filter{If: `this.id != "3"`, Reason: "not wanted"}}}, f.Steps...)
	b := newBench(t, newSystem(10), f)
	run := b.complete()
	if run.Counts.Excluded != 1 || run.Counts.Written != 9 || run.Steps[0].Excluded != 1 || run.Steps[0].Reason != "not wanted" {
		t.Fatalf("counts %+v, steps %+v", run.Counts, run.Steps)
	}
	if got := run.Totals[0].Excluded; !sameAmount(got, "2.01") {
		t.Fatalf("excluded amount is %s", got)
	}
}

func TestUnchangedRecordsAreSkippedWhenAsked(t *testing.T) {
	synctest.Test(t, unchangedRecordsAreSkippedWhenAsked)
}

func unchangedRecordsAreSkippedWhenAsked(t *testing.T) {
	s := newSystem(30)
	f := addFlow()
	f.Steps[1].Import.Operation = sluice.Upsert
	f.Steps[1].Import.NetSuite.ExternalID = "this.id"
	f.Steps[1].Import.Unchanged = sluice.UnchangedSkip
	b := newBench(t, s, f)
	b.complete()
	for i := range 10 {
		s.rows[i*3]["amount"] = "99.99"
	}
	if run := b.complete(); run.Counts.Written != 10 || run.Counts.Unchanged != 20 {
		t.Fatalf("after ten edits: %+v", run.Counts)
	}
}

func TestPreviewWritesNothing(t *testing.T) { synctest.Test(t, previewWritesNothing) }

func previewWritesNothing(t *testing.T) {
	b := newBench(t, newSystem(10), addFlow())
	p, err := b.engine(b.store).Preview(t.Context(), &b.flow.Flow, 3)
	if err != nil || len(p.Records) != 3 {
		t.Fatalf("%+v %v", p, err)
	}
	if r := p.Records[0]; r.Key != "1" || len(r.Steps) != 2 || r.Steps[1].Record["id"] != "1" {
		t.Fatalf("the first record shows as %+v", r)
	}
	if len(b.system.contents()) != 0 {
		t.Fatal("the preview wrote something")
	}
}
