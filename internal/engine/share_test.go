package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// sharing returns a bench whose processes share pages.
func sharing(t *testing.T, s *system, f sluice.Flow) *bench {
	b := newBench(t, s, f)
	b.share = true
	return b
}

// run lets engines work until stop is called.
func (b *bench) run(engines ...*engine.Engine) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var processes sync.WaitGroup
	for _, e := range engines {
		processes.Go(func() { _ = e.Run(ctx) })
	}
	return func() { cancel(); processes.Wait() }
}

// whoWorks notes which processes claim pages, and who owns the run.
type whoWorks struct {
	sluice.Store
	mu    sync.Mutex
	pages map[string]int
}

func (s *whoWorks) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	state, err := s.PageState(ctx, f.RunID, r.Page)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.pages[state.Owner]++
	s.mu.Unlock()
	return s.Store.CompletePage(ctx, f, r)
}

func TestProcessesShareTheRunsPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(200)
		s.before = func() { time.Sleep(20 * time.Millisecond) }
		b := sharing(t, s, addFlow())
		b.pages = 1 // fewer than are offered at one time
		seen := &whoWorks{Store: b.store, pages: map[string]int{}}
		owner := b.engine(seen)
		id := b.start(owner).ID
		stop := b.run(b.engine(seen), b.engine(seen))
		run := b.until(owner, id, ended)
		stop()
		if run.State != sluice.RunCompleted || run.Counts.Written != 200 {
			t.Fatalf("the run is %s, %+v", run.State, run.Counts)
		}
		checkSums(t, run)
		expectOnce(t, s.contents(), 200)
		if len(seen.pages) < 2 { // which of them are quick enough is chance
			t.Errorf("pages were worked by %v, want more than one process", seen.pages)
		}
	})
}

// Twelve versions each of five records, worked by three processes: the last one wins.
// Switched off by leaving the keys unlocked in execution.begin.
func TestSharedRecordsOfOneKeyKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(60)
		for i := range s.rows {
			s.rows[i]["id"], s.rows[i]["version"] = fmt.Sprint(i%5), fmt.Sprint(i)
		}
		f := addFlow()
		f.Steps = []sluice.Step{{Map: "root = this"},
			{Import: &sluice.Import{Connection: "system", Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "thing", ExternalID: "this.id"}}}}
		b := sharing(t, s, f)
		owner := b.engine(b.store)
		id := b.start(owner).ID
		stop := b.run(b.engine(b.store), b.engine(b.store))
		run := b.until(owner, id, ended)
		stop()
		if run.State != sluice.RunCompleted {
			t.Fatalf("the run ended %s: %v", run.State, run.Error)
		}
		var got []string
		for c := range s.contents() {
			_, after, _ := strings.Cut(c, `"version":"`)
			got = append(got, strings.TrimSuffix(after, `"}`))
		}
		slices.Sort(got)
		if want := []string{"55", "56", "57", "58", "59"}; !slices.Equal(got, want) {
			t.Fatalf("the versions at the destination are %v, want %v", got, want)
		}
	})
}

// The run's owner dies; who works its pages goes on, and another process finishes the run.
func TestPagesAreWorkedWhileTheRunChangesOwners(t *testing.T) {
	for seed := range uint64(seeds(3, 500)) {
		synctest.Test(t, func(t *testing.T) {
			s := newSystem(60)
			s.script = broken(seed)
			b := sharing(t, s, addFlow())
			id := b.start(b.engine(b.store)).ID
			stop := b.run(b.engine(b.store))
			for after := range int64(4) {
				b.die(id, after*2)
			}
			run := b.until(b.engine(b.store), id, ended)
			stop()
			if run.State != sluice.RunCompleted {
				t.Fatalf("the run ended %s: %v", run.State, run.Error)
			}
			checkSums(t, run)
			b.expectAccounted(run)
		})
	}
}

func TestACancelledRunTakesItsOffersBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(100)
		b := sharing(t, s, addFlow())
		owner := b.engine(b.store)
		run := b.start(owner)
		var once sync.Once
		s.before = func() { once.Do(func() { _ = owner.Cancel(context.Background(), run.ID) }) }
		stop := b.run(b.engine(b.store))
		got := b.until(owner, run.ID, ended)
		stop()
		written := len(s.contents())
		if got.State != sluice.RunCancelled || got.Counts.Written != int64(written) || written == 100 {
			t.Fatalf("the run is %s: %d records are there, %+v", got.State, written, got.Counts)
		}
		b.resume(owner, run.ID)
		expectOnce(t, s.contents(), 100)
	})
}

func TestASharedPageThatCannotBeWorkedFailsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(40)
		s.down = errDown
		b := sharing(t, s, addFlow())
		owner := b.engine(b.store)
		id := b.start(owner).ID
		stop := b.run(b.engine(b.store))
		run := b.until(owner, id, ended)
		if run.State != sluice.RunFailed || run.Error == nil || run.Counts.Failed != 0 {
			t.Fatalf("the run is %s: %v, %+v", run.State, run.Error, run.Counts)
		}
		s.mu.Lock()
		s.down = nil
		s.mu.Unlock()
		run = b.resume(owner, id)
		stop()
		expectOnce(t, s.contents(), 40)
		if run.Counts.Written != 40 {
			t.Errorf("%+v", run.Counts)
		}
	})
}
