package engine_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// dozer is the store of a process that freezes when it has just read that nothing was
// delivered of a page, and is about to send it.
type dozer struct {
	icyStore
	once *sync.Once
	keys *[]string // of that page
}

func (d dozer) LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error) {
	entries, err := d.icyStore.LedgerEntries(ctx, flowID, step, keys)
	d.once.Do(func() { *d.keys = keys; d.freeze() })
	d.pass()
	return entries, err
}

// lateOwner lets a process freeze with a page in its hands, and wake when another one has
// taken its work over, delivered that page and is at work on others. see is how the
// frozen process sees the store. It returns the run when it has ended and both have stopped.
func lateOwner(t *testing.T, share bool, see func(dozer) engine.Store) (*bench, *sluice.Run) {
	s := newSystem(140)
	s.before = func() { time.Sleep(15 * time.Millisecond) } // less than a request may wait to be sent
	b := newBench(t, s, appendFlow())
	b.share, b.pages = share, 1
	f := &frost{}
	held := []string{}
	late := b.engine(see(dozer{icyStore{b.store, f}, &sync.Once{}, &held}))
	id := b.start(late).ID
	ctx, cancel := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	defer func() { f.thaw(); cancel(); processes.Wait() }()
	processes.Go(func() { _ = late.Run(ctx) })
	frozen := func() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.thawed != nil }
	for !frozen() {
		time.Sleep(time.Millisecond)
	}
	heir := b.engine(b.store)
	processes.Go(func() { _ = heir.Run(ctx) })
	for wait := 0; !s.took(held); wait++ {
		if wait > 5000 {
			t.Fatal("nobody takes over what the frozen process has")
		}
		time.Sleep(time.Millisecond)
	}
	f.thaw()
	for wait := 0; !b.allEnded([]int64{id}); wait++ {
		if wait > 3000 {
			t.Fatal("the run does not end")
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(time.Second) // for what the late one still does
	cancel()
	processes.Wait()
	run, err := b.store.Run(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b, run
}

// took reports whether all of these records have arrived.
func (s *system) took(keys []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(keys, func(k string) bool { return !slices.Contains(s.order, k) })
}

// A process that wakes late with a page of a run that is another's by now, or with a page
// that is, writes nothing. Switched off by the two tests that follow.
func TestALateOwnerWritesNothing(t *testing.T) {
	for _, share := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, run := lateOwner(t, share, func(d dozer) engine.Store { return d })
			if run.State != sluice.RunCompleted || run.Counts.Written != 140 {
				t.Fatalf("the run is %s, %+v, %v", run.State, run.Counts, run.Error)
			}
			checkSums(t, run)
			expectOnce(t, b.system.contents(), 140)
		})
	}
}

// The mechanism switched off: without the run's fence its late owner doubles records.
func TestWithoutTheFenceOfARunRecordsAreDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := lateOwner(t, false, func(d dozer) engine.Store { return unfencedRun{d} })
		b.expectDoubled("the fences of runs are not what prevents it")
	})
}

// And without the pages' fences who had the page does.
func TestWithoutFencesOfPagesRecordsAreDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := lateOwner(t, true, func(d dozer) engine.Store { return unfenced{d} })
		b.expectDoubled("the fences of pages are not what prevents it")
	})
}

func (b *bench) expectDoubled(otherwise string) {
	b.t.Helper()
	doubled := 0
	for _, n := range b.system.contents() {
		doubled += n - 1
	}
	if doubled == 0 {
		b.t.Fatal("nothing was doubled: ", otherwise)
	}
}

// unfencedRun is a store whose runs have no fences: who lost a run writes all the same.
type unfencedRun struct{ dozer }

func (s unfencedRun) RenewLease(context.Context, sluice.Fence, time.Time) (bool, error) {
	s.pass()
	return false, nil
}

func (s unfencedRun) SaveIntents(ctx context.Context, f sluice.Fence, e []sluice.LedgerEntry) error {
	return anyway(ctx, s.Store, f, func(f sluice.Fence) error { return s.dozer.SaveIntents(ctx, f, e) })
}

func (s unfencedRun) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	return anyway(ctx, s.Store, f, func(f sluice.Fence) error { return s.dozer.CompletePage(ctx, f, r) })
}

// unfenced is a store whose claims of pages are no fences: who lost a page writes all the same.
type unfenced struct{ dozer }

func (s unfenced) RenewLease(ctx context.Context, f sluice.Fence, until time.Time) (bool, error) {
	if f.Page != 0 {
		s.pass()
		return false, nil
	}
	return s.dozer.RenewLease(ctx, f, until)
}

func (s unfenced) SaveIntents(ctx context.Context, f sluice.Fence, e []sluice.LedgerEntry) error {
	if f.Page == 0 {
		return s.dozer.SaveIntents(ctx, f, e)
	}
	return anyway(ctx, s.Store, f, func(f sluice.Fence) error { return s.dozer.SaveIntents(ctx, f, e) })
}

func (s unfenced) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	if f.Page == 0 {
		return s.dozer.CompletePage(ctx, f, r)
	}
	return anyway(ctx, s.Store, f, func(f sluice.Fence) error { return s.dozer.CompletePage(ctx, f, r) })
}

// anyway writes under the run's present fence what an old one, or a page's, may not.
func anyway(ctx context.Context, st engine.Store, f sluice.Fence, write func(sluice.Fence) error) error {
	err := write(f)
	if sluice.ErrorCode(err) != sluice.CodeFenced {
		return err
	}
	run, lost := st.Run(ctx, f.RunID)
	if lost != nil {
		return lost
	}
	return write(sluice.Fence{RunID: run.ID, Number: run.Fence})
}
