package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
)

// ClaimOldestFirst checks the order of claims and that there is nothing to claim after the last.
func ClaimOldestFirst(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	var want []int64
	for _, flowID := range []string{"a", "b", "c"} {
		r := newRun(flowID, sluice.RunManual)
		must(t, s.CreateRun(ctx, r, nil))
		want = append(want, r.ID)
	}
	for _, id := range want {
		if run, _ := claim(t, s); run.ID != id {
			t.Errorf("claimed run %d, want %d", run.ID, id)
		}
	}
	if run := get[*sluice.Run](t)(s.ClaimRun(ctx, "worker", minutes(9), minutes(20))); run != nil {
		t.Errorf("claimed run %d, whose lease holds", run.ID)
	}
}

// ClaimedOnce lets workers race for runs: each run goes to one of them. Switched
// off on PostgreSQL by leaving out FOR UPDATE SKIP LOCKED, on SQLite by finding the
// run and taking it in two transactions.
func ClaimedOnce(t *testing.T, s sluice.Store) {
	ClaimedOnceFrom(t, s)
}

// ClaimedOnceFrom is ClaimedOnce with workers of several stores on one database, as
// several processes have them.
func ClaimedOnceFrom(t *testing.T, stores ...sluice.Store) {
	const runs, workers = 40, 8
	for i := range runs {
		must(t, stores[0].CreateRun(t.Context(), newRun(fmt.Sprint("flow-", i), sluice.RunManual), nil))
	}
	var (
		mu     sync.Mutex
		owners = map[int64][]string{}
		group  sync.WaitGroup
	)
	for w := range workers {
		group.Go(func() {
			owner, s := fmt.Sprint("worker-", w), stores[w%len(stores)]
			for {
				run, err := s.ClaimRun(t.Context(), owner, Noon, minutes(10))
				if err != nil {
					t.Error(err)
					return
				}
				if run == nil {
					return
				}
				mu.Lock()
				owners[run.ID] = append(owners[run.ID], owner)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(owners) != runs {
		t.Errorf("%d of %d runs were claimed", len(owners), runs)
	}
	for id, who := range owners {
		if len(who) != 1 {
			t.Errorf("run %d went to %v", id, who)
		}
	}
}

// OneOfAFlow checks that a run waits while another of its flow is worked, also when
// workers race for them. Switched off by dropping the index runs_one_running and the
// condition on the flow from ClaimRun.
func OneOfAFlow(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	for range 4 {
		must(t, s.CreateRun(ctx, newRun("f", sluice.RunRetry), nil))
	}
	for left := 4; left > 0; left-- {
		claimed := make(chan *sluice.Run, 4)
		var group sync.WaitGroup
		for w := range cap(claimed) {
			group.Go(func() {
				run, err := s.ClaimRun(ctx, fmt.Sprint("worker-", w), Noon, minutes(10))
				if err != nil {
					t.Error(err)
				} else if run != nil {
					claimed <- run
				}
			})
		}
		group.Wait()
		if len(claimed) != 1 {
			t.Fatalf("%d runs of one flow are worked at one time", len(claimed))
		}
		run := <-claimed
		must(t, s.EndRun(ctx, sluice.Fence{RunID: run.ID, Number: run.Fence}, sluice.RunCompleted, nil, minutes(1)))
	}
}

// TakenOverAfterLease checks that a run is claimed anew when its lease has ended, and not before.
func TakenOverAfterLease(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	get[bool](t)(s.RenewLease(ctx, f, minutes(20)))
	if early := get[*sluice.Run](t)(s.ClaimRun(ctx, "second", minutes(20), minutes(30))); early != nil {
		t.Fatal("a run was taken over while its lease held")
	}
	taken := get[*sluice.Run](t)(s.ClaimRun(ctx, "second", minutes(21), minutes(30)))
	if taken == nil || taken.ID != run.ID || taken.Owner != "second" || taken.Fence <= run.Fence || !taken.StartedAt.Equal(run.StartedAt) {
		t.Fatalf("taken over as %+v", taken)
	}
}

// StaleFenceChangesNothing checks every write of a worker that lost its run: it is
// refused and leaves no trace. Switched off by dropping "fence = ?" from the store's statements.
func StaleFenceChangesNothing(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, stale := startRun(t, s, "f")
	addPages(t, s, stale, 1)
	taken := get[*sluice.Run](t)(s.ClaimRun(ctx, "second", minutes(11), minutes(30)))
	writes := map[string]func() error{
		"RenewLease": func() error { _, err := s.RenewLease(ctx, stale, minutes(99)); return err },
		"AppendPages": func() error {
			return s.AppendPages(ctx, stale, []sluice.Page{page(2)}, []byte("late"), true, To(progress))
		},
		"SaveIntents": func() error {
			return s.SaveIntents(ctx, stale, []sluice.LedgerEntry{entry("f", run.ID, 1, sluice.LedgerIntended)})
		},
		"CompletePage": func() error {
			return s.CompletePage(ctx, stale, &sluice.PageResult{Page: 1, Advance: To(progress), At: Noon,
				Entries: []sluice.LedgerEntry{entry("f", run.ID, 1, sluice.LedgerDelivered)}, Errors: []sluice.RecordError{recordError("f", run.ID, 2)}})
		},
		"EndRun": func() error { return s.EndRun(ctx, stale, sluice.RunCompleted, nil, Noon) },
	}
	for name, write := range writes {
		err := write()
		if sluice.ErrorCode(err) != sluice.CodeFenced {
			t.Errorf("%s under a stale fence: %v", name, err)
		}
	}
	same(t, "the run", get[*sluice.Run](t)(s.Run(ctx, run.ID)), taken)
	same(t, "its pages", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{1})
	same(t, "ledger entries", len(get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", []string{"key-1"}))), 0)
	same(t, "record errors", len(get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{}))), 0)

	owner := sluice.Fence{RunID: run.ID, Number: taken.Fence}
	must(t, s.CompletePage(ctx, owner, &sluice.PageResult{Page: 1, At: Noon}))
	must(t, s.EndRun(ctx, owner, sluice.RunCompleted, nil, Noon))
	wantCode(t, s.EndRun(ctx, owner, sluice.RunFailed, nil, Noon), sluice.CodeFenced)
	wantCode(t, s.SaveIntents(ctx, owner, nil), sluice.CodeFenced)
	wantCode(t, s.SaveIntents(ctx, sluice.Fence{RunID: 99, Number: 1}, nil), sluice.CodeFenced)
}
