package schedule_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/schedule"
	"github.com/sluicehq/sluice/internal/store"
)

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	c.now = at
}

func open(t testing.TB, address string) sluice.Store {
	t.Helper()
	st, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func save(t testing.TB, st sluice.Store, name string, s sluice.Schedule) {
	t.Helper()
	if err := st.SaveFlow(t.Context(), &sluice.FlowRevision{Flow: sluice.Flow{Name: name, Schedule: &s}, Enabled: true}); err != nil {
		t.Fatal(err)
	}
}

// ticker ticks, and counts the runs of each flow.
type ticker struct {
	testing.TB
	*clock
	store     sluice.Store
	scheduler *schedule.Scheduler
}

func newTicker(t testing.TB) *ticker {
	k := &ticker{TB: t, clock: &clock{}, store: open(t, filepath.Join(t.TempDir(), "sluice.db"))}
	k.scheduler = schedule.New(schedule.Config{Store: k.store, Clock: k.Now})
	return k
}

// tick looks for due runs at a time, and ends them.
func (k *ticker) tick(at string, want int) {
	k.Helper()
	k.set(at)
	made, err := k.scheduler.Tick(k.Context())
	if err != nil || made != want {
		k.Fatalf("at %s %d runs were made, want %d: %v", at, made, want, err)
	}
	for range made {
		run, err := k.store.ClaimRun(k.Context(), "worker", k.Now(), k.Now().Add(time.Minute))
		if err == nil {
			err = k.store.EndRun(k.Context(), sluice.Fence{RunID: run.ID, Number: run.Fence}, sluice.RunCompleted, nil, k.Now())
		}
		if err != nil {
			k.Fatal(err)
		}
	}
}

func TestDueOnceEach(t *testing.T) {
	k := newTicker(t)
	save(t, k.store, "half", sluice.Schedule{Cron: "30 * * * *", Zone: "UTC"})
	k.tick("2026-01-01 10:00:00", 0) // reckoned
	k.tick("2026-01-01 10:29:59", 0)
	k.tick("2026-01-01 10:30:00", 1)
	k.tick("2026-01-01 10:30:01", 0)
	k.tick("2026-01-01 11:30:20", 1)
	k.tick("2026-01-01 10:45:00", 0) // the clock was set back
	k.tick("2026-01-01 11:45:00", 0)
	k.tick("2026-01-01 12:30:00", 1)
}

// A clock that was ahead by ten years for a moment stops no schedule, whether the server
// sees it set back or is started anew. Switched off by leaving Scheduler.notice out.
func TestAClockThatWasFarAhead(t *testing.T) {
	for _, restart := range []bool{false, true} {
		k := newTicker(t)
		save(t, k.store, "half", sluice.Schedule{Cron: "30 * * * *", Zone: "UTC"})
		save(t, k.store, "leap", sluice.Schedule{Cron: "0 12 29 2 *", Zone: "UTC"})
		k.tick("2026-01-01 10:00:00", 0) // reckoned
		k.tick("2036-05-01 10:00:00", 2) // one run of each makes up for ten years
		if restart {
			k.scheduler = schedule.New(schedule.Config{Store: k.store, Clock: k.Now})
		}
		k.tick("2026-01-01 10:01:00", 0)
		k.tick("2026-01-01 10:30:00", 1)
		k.tick("2026-01-01 11:30:00", 1)
		k.tick("2028-02-29 12:00:00", 2)
	}
}

func TestMissedRuns(t *testing.T) {
	k := newTicker(t)
	save(t, k.store, "once", sluice.Schedule{Cron: "30 * * * *", Zone: "UTC", Missed: sluice.MissedOnce})
	save(t, k.store, "skip", sluice.Schedule{Cron: "30 * * * *", Zone: "UTC", Missed: sluice.MissedSkip})
	k.tick("2026-01-01 10:00:00", 0)
	k.tick("2026-01-01 10:30:30", 2) // a little late is not missed
	k.tick("2026-01-01 15:00:00", 1) // five times have passed
	runs, err := k.store.Runs(t.Context(), sluice.RunFilter{Limit: 1})
	if err != nil || runs[0].FlowName != "once" || runs[0].Kind != sluice.RunScheduled || runs[0].CreatedBy != schedule.CreatedBy {
		t.Fatalf("%+v, %v", runs, err)
	}
	k.tick("2026-01-01 15:30:00", 2)
}

func TestPaused(t *testing.T) {
	k := newTicker(t)
	save(t, k.store, "half", sluice.Schedule{Cron: "30 * * * *", Zone: "UTC"})
	flow, err := k.store.Flow(t.Context(), "half")
	if err != nil {
		t.Fatal(err)
	}
	pause := func(paused bool) {
		if err := k.store.PauseSchedule(t.Context(), flow.FlowID, paused); err != nil {
			t.Fatal(err)
		}
	}
	k.tick("2026-01-01 10:00:00", 0)
	pause(true)
	k.tick("2026-01-01 10:30:00", 0)
	pause(false)
	k.tick("2026-01-01 10:40:00", 0) // what passed meanwhile was not missed
	k.tick("2026-01-01 11:30:00", 1)
}

func TestNoOverlapUnlessAllowed(t *testing.T) {
	for overlap, want := range map[bool]int{false: 1, true: 2} {
		k := newTicker(t)
		save(t, k.store, "f", sluice.Schedule{Cron: "* * * * *", Zone: "UTC", Overlap: overlap})
		made := 0
		for _, at := range []string{"2026-01-01 10:00:30", "2026-01-01 10:01:00", "2026-01-01 10:02:00"} {
			k.set(at)
			n, err := k.scheduler.Tick(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			made += n
		}
		if made != want {
			t.Errorf("overlap %v: %d runs, want %d", overlap, made, want)
		}
	}
}

// Several processes on one PostgreSQL make one run of each due time.
func TestManyProcessesMakeEachRunOnce(t *testing.T) {
	address := postgrestest.URL(t)
	c := &clock{}
	first := open(t, address)
	const flows = 40
	for i := range flows {
		save(t, first, fmt.Sprint("flow-", i), sluice.Schedule{Cron: "30 * * * *", Zone: "UTC", Overlap: true})
	}
	var all []*schedule.Scheduler
	for range 3 {
		all = append(all, schedule.New(schedule.Config{Store: open(t, address), Clock: c.Now}))
	}
	for hour := range 4 {
		c.set(fmt.Sprintf("2026-01-01 1%d:30:00", hour))
		var wg sync.WaitGroup
		for _, s := range all {
			wg.Go(func() {
				if _, err := s.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	runs, err := first.Runs(t.Context(), sluice.RunFilter{Limit: 1000})
	if err != nil || len(runs) != 3*flows { // the first hour reckons
		t.Errorf("%d runs of %d flows in three hours, %v", len(runs), flows, err)
	}
}

// BenchmarkManyDue makes the runs of 20,000 flows that are due in one minute.
func BenchmarkManyDue(b *testing.B) {
	for name, address := range map[string]func() string{
		"sqlite":     func() string { return filepath.Join(b.TempDir(), "sluice.db") },
		"postgresql": func() string { return postgrestest.URL(b) },
	} {
		b.Run(name, func(b *testing.B) { benchmarkManyDue(b, open(b, address())) })
	}
}

func benchmarkManyDue(b *testing.B, st sluice.Store) {
	const flows = 20_000
	c := &clock{}
	scheduler := schedule.New(schedule.Config{Store: st, Clock: c.Now})
	list := make([]*sluice.FlowRevision, flows)
	for i := range list {
		list[i] = &sluice.FlowRevision{Flow: sluice.Flow{Name: fmt.Sprint("flow-", i), Schedule: &sluice.Schedule{Cron: "0 * * * *", Zone: "Europe/Berlin", Overlap: true}}, Enabled: true}
	}
	for chunk := 0; chunk < flows; chunk += 1000 {
		if err := st.SaveFlows(b.Context(), list[chunk:chunk+1000]); err != nil {
			b.Fatal(err)
		}
	}
	c.set("2026-01-01 00:30:00")
	if _, err := scheduler.Tick(b.Context()); err != nil {
		b.Fatal(err)
	}
	var took time.Duration
	for hour := 1; b.Loop(); hour++ {
		c.now = time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC)
		began := time.Now()
		made, err := scheduler.Tick(context.Background())
		if err != nil || made != flows {
			b.Fatalf("%d runs, %v", made, err)
		}
		took += time.Since(began)
	}
	b.ReportMetric(float64(flows*b.N)/took.Seconds(), "runs/s")
	b.ReportMetric(took.Seconds()/float64(b.N), "s")
	b.ReportMetric(0, "ns/op")
}
