package storetest

import (
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
)

func scheduled(t *testing.T, s sluice.Store, name, cron string) *sluice.FlowRevision {
	t.Helper()
	r := &sluice.FlowRevision{Flow: sluice.Flow{Name: name}, Enabled: true, CreatedAt: Noon, CreatedBy: "ann@example.com"}
	if cron != "" {
		r.Flow.Schedule = &sluice.Schedule{Cron: cron, Zone: "UTC"}
	}
	must(t, s.SaveFlow(t.Context(), r))
	return r
}

// ScheduleInStep checks that a flow's schedule comes, stays, changes and goes with its revisions.
func ScheduleInStep(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	flow := scheduled(t, s, "a", "30 * * * *")
	get1 := func() *sluice.FlowSchedule { return get[*sluice.FlowSchedule](t)(s.Schedule(ctx, flow.FlowID)) }
	same(t, "new", get1(), &sluice.FlowSchedule{FlowID: flow.FlowID, FlowName: "a", Revision: 1, Schedule: *flow.Flow.Schedule, Enabled: true})
	get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{{FlowID: flow.FlowID, Next: minutes(30), Last: minutes(1)}}))
	scheduled(t, s, "a", "30 * * * *")
	if got := get1(); !got.Next.Equal(minutes(30)) || !got.Last.Equal(minutes(1)) || got.Revision != 2 {
		t.Errorf("after a revision with the same schedule: %+v", got)
	}
	scheduled(t, s, "a", "31 * * * *")
	if got := get1(); !got.Next.IsZero() || got.Schedule.Cron != "31 * * * *" {
		t.Errorf("after a revision with another schedule: %+v", got)
	}
	get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{{FlowID: flow.FlowID, Next: minutes(31)}}))
	must(t, s.PauseSchedule(ctx, flow.FlowID, true))
	if got := get1(); !got.Paused || !got.Next.IsZero() {
		t.Errorf("paused: %+v", got)
	}
	must(t, s.PauseSchedule(ctx, flow.FlowID, false))
	scheduled(t, s, "a", "")
	_, err := s.Schedule(ctx, flow.FlowID)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.PauseSchedule(ctx, flow.FlowID, true), sluice.CodeNotFound)
}

// ScheduleDue checks what is due: enabled, not paused by a person or by the file, and
// never what comes later.
func ScheduleDue(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	due := func() (names []string) {
		for _, d := range get[[]*sluice.FlowSchedule](t)(s.DueSchedules(ctx, minutes(10), 0)) {
			names = append(names, d.FlowName)
		}
		return names
	}
	for name, next := range map[string]int{"a": 5, "b": 4, "later": 11, "paused": 3, "disabled": 3} {
		flow := scheduled(t, s, name, "* * * * *")
		if name == "paused" {
			must(t, s.PauseSchedule(ctx, flow.FlowID, true))
			continue
		}
		get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{{FlowID: flow.FlowID, Next: minutes(next)}}))
		if name == "disabled" {
			must(t, s.SetFlowEnabled(ctx, flow.FlowID, false))
		}
	}
	held := &sluice.FlowRevision{Flow: sluice.Flow{Name: "held", Schedule: &sluice.Schedule{Cron: "* * * * *", Zone: "UTC", Paused: true}}, Enabled: true}
	must(t, s.SaveFlow(ctx, held))
	same(t, "due", due(), []string{"b", "a"})
	disabled := get[*sluice.FlowRevision](t)(s.Flow(ctx, "disabled"))
	must(t, s.SetFlowEnabled(ctx, disabled.FlowID, true))
	if got := get[*sluice.FlowSchedule](t)(s.Schedule(ctx, disabled.FlowID)); !got.Next.IsZero() {
		t.Errorf("a flow that is enabled again missed %s", got.Next)
	}
}

func due(flow *sluice.FlowRevision, at, next int) sluice.Firing {
	return sluice.Firing{FlowID: flow.FlowID, Due: minutes(at), Next: minutes(next), Last: minutes(at), Run: newRun(flow.FlowID, sluice.RunScheduled)}
}

// ScheduleFiredOnce lets several processes fire one due time. Switched off by dropping
// the comparison with Due.
func ScheduleFiredOnce(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	flow := scheduled(t, s, "a", "* * * * *")
	get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{{FlowID: flow.FlowID, Next: minutes(1)}}))
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 4 {
		wg.Go(func() {
			f := due(flow, 1, 2)
			f.Overlap = true // or the second would be kept back by the first
			runs, err := s.Fire(ctx, []sluice.Firing{f})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			made += len(runs)
		})
	}
	wg.Wait()
	runs := get[[]*sluice.Run](t)(s.Runs(ctx, sluice.RunFilter{}))
	if made != 1 || len(runs) != 1 || runs[0].Kind != sluice.RunScheduled || runs[0].State != sluice.RunQueued {
		t.Errorf("%d runs made, stored %+v", made, runs)
	}
}

// ScheduleOverlap checks that a due time passes while a run has not ended, unless it
// may be queued.
func ScheduleOverlap(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	flow := scheduled(t, s, "a", "* * * * *")
	get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{{FlowID: flow.FlowID, Next: minutes(1)}}))
	if runs := get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{due(flow, 1, 2)})); len(runs) != 1 {
		t.Fatalf("%d runs", len(runs))
	}
	if runs := get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{due(flow, 2, 3)})); len(runs) != 0 {
		t.Errorf("a run overlaps: %+v", runs)
	}
	f := due(flow, 3, 4)
	f.Overlap = true
	if runs := get[[]*sluice.Run](t)(s.Fire(ctx, []sluice.Firing{f})); len(runs) != 1 {
		t.Errorf("no run was queued, though it may overlap")
	}
}
