package engine_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
)

// fewPages is a flow whose export has ended while its pages still wait: one is in
// work, one waits for its turn, one is made ahead.
func fewPages() sluice.Flow {
	f := addFlow()
	f.Pages = sluice.Paging{Size: 7, Parallel: 1}
	return f
}

func TestCancelKeepsPagesThatWait(t *testing.T) { synctest.Test(t, cancelKeepsPagesThatWait) }

func cancelKeepsPagesThatWait(t *testing.T) {
	s := newSystem(21)
	b := newBench(t, s, fewPages())
	e := b.engine(b.store)
	run := b.start(e)
	var once sync.Once
	s.before = func() {
		once.Do(func() {
			time.Sleep(10 * time.Millisecond) // of the bubble: the export ends meanwhile
			_ = e.Cancel(context.Background(), run.ID)
		})
	}
	got := b.until(e, run.ID, ended)
	if got.State != sluice.RunCancelled || got.Counts.Written != 7 {
		t.Fatalf("the run ended %s with %+v", got.State, got.Counts)
	}
	b.resume(e, run.ID)
	expectOnce(t, s.contents(), 21)
}

func TestStoppingKeepsPagesThatWait(t *testing.T) { synctest.Test(t, stoppingKeepsPagesThatWait) }

func stoppingKeepsPagesThatWait(t *testing.T) {
	s := newSystem(21)
	b := newBench(t, s, fewPages())
	e := b.engine(b.store)
	run := b.start(e)
	ctx, stop := context.WithCancel(t.Context())
	var once sync.Once
	s.before = func() { once.Do(func() { time.Sleep(10 * time.Millisecond); stop() }) }
	_ = e.Run(ctx)
	got := b.until(b.engine(b.store), run.ID, ended)
	if got.State != sluice.RunCompleted {
		t.Fatalf("the run ended %s: %v", got.State, got.Error)
	}
	checkSums(t, got)
	expectOnce(t, s.contents(), 21)
}
