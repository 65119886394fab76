package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// frost stops a process wherever it calls another, for as long as it lasts: the
// process neither dies nor learns that time goes by.
type frost struct {
	mu     sync.Mutex
	thawed chan struct{} // nil means that nothing is frozen
}

func (f *frost) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.thawed == nil {
		f.thawed = make(chan struct{})
	}
}

func (f *frost) thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.thawed != nil {
		close(f.thawed)
		f.thawed = nil
	}
}

// pass waits until nothing is frozen.
func (f *frost) pass() {
	f.mu.Lock()
	thawed := f.thawed
	f.mu.Unlock()
	if thawed != nil {
		<-thawed
	}
}

// around returns what f returned, frozen before it and behind it.
func around[T any](f *frost, do func() (T, error)) (T, error) {
	f.pass()
	defer f.pass()
	return do()
}

func alone(f *frost, do func() error) error {
	_, err := around(f, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

// icyStore is the store as a process sees it that may freeze.
type icyStore struct {
	engine.Store
	*frost
}

func (s icyStore) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, done bool, p sluice.Advance) error {
	return alone(s.frost, func() error { return s.Store.AppendPages(ctx, f, pages, cursor, done, p) })
}

func (s icyStore) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	return alone(s.frost, func() error { return s.Store.CompletePage(ctx, f, r) })
}

func (s icyStore) SaveIntents(ctx context.Context, f sluice.Fence, e []sluice.LedgerEntry) error {
	return alone(s.frost, func() error { return s.Store.SaveIntents(ctx, f, e) })
}

func (s icyStore) EndRun(ctx context.Context, f sluice.Fence, state sluice.RunState, cause *sluice.Error, at time.Time) error {
	return alone(s.frost, func() error { return s.Store.EndRun(ctx, f, state, cause, at) })
}

func (s icyStore) RenewLease(ctx context.Context, f sluice.Fence, until time.Time) (bool, error) {
	return around(s.frost, func() (bool, error) { return s.Store.RenewLease(ctx, f, until) })
}

func (s icyStore) LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error) {
	return around(s.frost, func() (map[string]sluice.LedgerEntry, error) { return s.Store.LedgerEntries(ctx, flowID, step, keys) })
}

// icySystem is the destination as a process sees it that may freeze.
type icySystem struct {
	*system
	*frost
}

func (s icySystem) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	w, err := s.system.OpenImport(ctx, c, i, o)
	return icyWriter{w, s.frost}, err
}

type icyWriter struct {
	sluice.Writer
	*frost
}

func (w icyWriter) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	return alone(w.frost, func() error { return w.Writer.Prepare(ctx, intents) })
}

func (w icyWriter) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	return around(w.frost, func() ([]sluice.Result, error) { return w.Writer.Write(ctx, intents) })
}

func (w icyWriter) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	return around(w.frost, func() ([]sluice.Result, error) { return w.Writer.Reconcile(ctx, intents) })
}

// Two processes work two flows over one store. Now one of them freezes, now the
// other, often for longer than its lease; then it wakes and goes on where it was.
// Switched off by dropping the fence from the store's statements, or the check of
// SendBy from the writer. With shared pages, each process works pages of both runs.
func TestFrozenProcessesNeitherLoseNorDouble(t *testing.T) {
	for _, share := range []bool{false, true} {
		for seed := range uint64(seeds(3, 1000)) {
			t.Run(fmt.Sprintf("share=%t/seed=%d", share, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b, ids := frozenProcesses(t, seed, share, func(s icyStore) engine.Store { return s })
					b.checkFlows(ids)
				})
			})
		}
	}
}

func frozenProcesses(t *testing.T, seed uint64, share bool, see func(icyStore) engine.Store) (*bench, []int64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	s := newSystem(1 + rng.IntN(60))
	s.script = broken(seed)
	b := newBench(t, s, addFlow())
	b.share = share
	ids := []int64{b.start(b.engine(b.store)).ID}
	second := &sluice.FlowRevision{Flow: appendFlow(), Enabled: true, CreatedAt: time.Now()}
	second.Flow.Name, second.Flow.Export.Connection = "second", "system"
	if err := b.store.SaveFlow(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	b.flow = second
	ids = append(ids, b.start(b.engine(b.store)).ID)

	ctx, cancel := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	frosts := []*frost{{}, {}}
	end := func() {
		for _, f := range frosts {
			f.thaw()
		}
		cancel()
		processes.Wait()
	}
	defer end()
	for _, f := range frosts {
		b.source = icySystem{s, f}
		e := b.engine(see(icyStore{b.store, f}))
		processes.Go(func() { _ = e.Run(ctx) })
	}
	for range 40 {
		f := frosts[rng.IntN(2)]
		if f.freeze(); rng.IntN(2) == 0 {
			frosts[rng.IntN(2)].thaw()
		}
		time.Sleep(time.Duration(rng.Int64N(int64(400 * time.Millisecond))))
		f.thaw()
	}
	for _, f := range frosts {
		f.thaw() // what was frozen last wakes
	}
	for wait := 0; !b.allEnded(ids); wait++ {
		if wait > 600 {
			t.Fatal("the runs do not end although nobody is frozen")
		}
		time.Sleep(100 * time.Millisecond)
	}
	end()
	return b, ids
}

func (b *bench) allEnded(ids []int64) bool {
	b.t.Helper()
	for _, id := range ids {
		run, err := b.store.Run(b.t.Context(), id)
		if err != nil {
			b.t.Fatal(err)
		}
		if !run.State.Ended() {
			return false
		}
	}
	return true
}

// checkFlows holds when the runs have completed, and every record is at the
// destination once for each, or is an open error.
func (b *bench) checkFlows(ids []int64) {
	b.t.Helper()
	failed := 0
	for _, id := range ids {
		run, err := b.store.Run(b.t.Context(), id)
		if err != nil || run.State != sluice.RunCompleted {
			b.t.Fatalf("run %d: %+v, %v", id, run, err)
		}
		checkSums(b.t, run)
		failed += int(run.Counts.Failed)
	}
	if open := b.open(); len(open) != failed {
		b.t.Fatalf("%d open errors for %d failed records", len(open), failed)
	}
	expectOnce(b.t, b.system.contents(), len(ids)*len(b.system.rows)-failed)
}

func (s icyStore) OfferPage(ctx context.Context, f sluice.Fence, number int64, at time.Time) error {
	return alone(s.frost, func() error { return s.Store.OfferPage(ctx, f, number, at) })
}

func (s icyStore) ClaimPage(ctx context.Context, owner string, now, until time.Time) (*sluice.PageClaim, error) {
	return around(s.frost, func() (*sluice.PageClaim, error) { return s.Store.ClaimPage(ctx, owner, now, until) })
}

func (s icyStore) PageState(ctx context.Context, runID, number int64) (*sluice.PageState, error) {
	return around(s.frost, func() (*sluice.PageState, error) { return s.Store.PageState(ctx, runID, number) })
}
