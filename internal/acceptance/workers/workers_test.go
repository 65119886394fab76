//go:build unix

package workers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// Three processes work forty flows on one database, against an account of which somebody
// else takes up to three slots. Now one of them is killed, now one is frozen, often for
// longer than its lease. In the end every record is in the account once, none has failed,
// the account never saw more of our requests than it takes, and its slots were busy while
// records waited, but for those that are held for processes that are away: nobody knows
// whether the account still works on their requests.
//
// Its mechanisms switched off: TestWithoutASharedBudgetTheAccountIsOverrun; for fences
// and ledger, in virtual time, internal/engine TestWithoutFencesOfPagesRecordsAreDoubled,
// and internal/acceptance TestWithoutLedgerKilledProcessesDoubleRecords.
func TestWorkersShareFlowsAndAccount(t *testing.T) {
	const flows = 40
	rows, wanted := 6, 0.85 // half a minute shows the machine's other work too
	soak := os.Getenv("SLUICE_SOAK") != ""
	if soak {
		rows, wanted = 150, 0.9 // for some ten minutes
	}
	w := newWorld(t, childServe, 3, flows, rows)
	w.top.Store(0)
	w.account.Gate().Reset()
	ids := w.queue()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { w.others(ctx, 7) })
	harmed, mercy := context.WithCancel(ctx)
	wg.Go(func() { w.harm(harmed, 7) })
	for w.inFlight.Load() == 0 && ctx.Err() == nil { // until the first work begins
		wait(ctx, 5*time.Millisecond)
	}
	began := time.Now()
	next, waits := time.Now(), true
	used := w.measure(ctx, func() bool {
		if now := time.Now(); now.After(next) {
			next = now.Add(100 * time.Millisecond)
			records, _ := w.done()
			waits = records < flows*rows*8/10 // what is left then may be with somebody who died
		}
		return !waits || time.Since(began) > 30*time.Minute
	})
	mercy()
	for deadline := time.Now().Add(10 * time.Minute); ; {
		if _, ended := w.done(); ended == flows {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the runs do not end\n%s", w.workers[0].log)
		}
		wait(ctx, 100*time.Millisecond)
	}
	cancel()
	wg.Wait()
	stats := w.account.Gate().Stats()
	t.Logf("%d records in %s; of %s slots were busy %.3f, held for the dead and frozen %.3f; %d requests refused; at most %d of ours at one time",
		flows*rows, time.Since(began).Round(time.Second), used.elapsed.Round(time.Second),
		float64(used.busy)/float64(used.elapsed*limit), float64(used.held)/float64(used.elapsed*limit), stats.Refused, w.top.Load())
	w.check(ids)
	if top := w.top.Load(); top > limit {
		t.Errorf("%d of our requests at one time, the account takes %d", top, limit)
	}
	if share := used.share(); share < wanted {
		t.Errorf("slots were busy for %.3f of the time, want %.2f", share, wanted)
	}
}

// harm kills and freezes workers until ctx ends, and leaves them all working.
func (w *world) harm(ctx context.Context, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for wait(ctx, 2*time.Second); ctx.Err() == nil; wait(ctx, 3*time.Second+time.Duration(rng.Int64N(int64(4*time.Second)))) {
		one := w.workers[rng.IntN(len(w.workers))]
		if rng.IntN(2) == 0 {
			one.kill()
			wait(ctx, time.Duration(rng.Int64N(int64(time.Second))))
			one.start()
			continue
		}
		one.freeze(true)
		wait(ctx, time.Duration(rng.Int64N(int64(2*lease))))
		one.freeze(false)
	}
}

// check holds when all runs are through and every record is in the account once.
func (w *world) check(ids []int64) {
	w.t.Helper()
	rows := int64(w.rows)
	for _, id := range ids {
		run, err := w.store.Run(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if c := run.Counts; run.State != sluice.RunCompleted || c.Read != rows || c.Written != rows || run.Totals[0].Written != fmt.Sprint(rows) {
			w.t.Errorf("run %d of %s is %s: %+v, %+v, %v", id, run.FlowName, run.State, run.Counts, run.Totals, run.Error)
		}
	}
	failed, err := w.store.RecordErrors(w.t.Context(), sluice.ErrorFilter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range failed {
		w.t.Errorf("%s of %s failed: %s %s", e.Key, e.FlowName, e.Code, e.Message)
	}
	found := w.arrived()
	doubled := 0
	for _, n := range found {
		doubled += n - 1
	}
	if len(found) != w.flows*w.rows || doubled != 0 {
		w.t.Errorf("%d of %d records are in the account, %d of them again", len(found), w.flows*w.rows, doubled)
	}
}

// The mechanism switched off: processes that each take the account for their own send more
// than it takes.
func TestWithoutASharedBudgetTheAccountIsOverrun(t *testing.T) {
	w := newWorld(t, childAlone, 3, 6, 10)
	w.top.Store(0)
	w.queue()
	for deadline := time.Now().Add(60 * time.Second); w.top.Load() <= limit; {
		if _, ended := w.done(); ended == w.flows || time.Now().After(deadline) {
			t.Fatalf("at most %d requests at one time: the shared budget is not what keeps the limit", w.top.Load())
		}
		wait(t.Context(), 10*time.Millisecond)
	}
}
