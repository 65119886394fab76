package telling

import (
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// TrafficKept checks that what processes note of a run stands side by side, and is forgotten by age.
func TrafficKept(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	must, run := storetest.Must, func() int64 {
		r := &sluice.Run{FlowID: "f", FlowName: "f", Kind: sluice.RunRetry, CreatedAt: storetest.Noon}
		storetest.Must(t, s.CreateRun(ctx, r, nil))
		return r.ID
	}
	one, other := run(), run()
	must(t, s.PutTraffic(ctx, "p", storetest.Minutes(0), nil))
	must(t, s.PutTraffic(ctx, "p", storetest.Minutes(0), map[int64][]byte{one: {1, 0xff}, other: {9}, other + 100: {7}}))
	must(t, s.PutTraffic(ctx, "q", storetest.Minutes(1), map[int64][]byte{one: {2}}))
	must(t, s.PutTraffic(ctx, "p", storetest.Minutes(2), map[int64][]byte{one: {3}}))
	storetest.Same(t, "of two processes, the newest of each", storetest.Get[[][]byte](t)(s.Traffic(ctx, one)), [][]byte{{2}, {3}})
	storetest.Same(t, "of a run that is not there", storetest.Get[[][]byte](t)(s.Traffic(ctx, other+100)), [][]byte(nil))
	must(t, s.ForgetTraffic(ctx, storetest.Minutes(2), storetest.Minutes(0)))
	storetest.Same(t, "the old are forgotten", storetest.Get[[][]byte](t)(s.Traffic(ctx, one)), [][]byte{{3}})
	storetest.Same(t, "of the other run", storetest.Get[[][]byte](t)(s.Traffic(ctx, other)), [][]byte(nil))
}

// SlotsKept checks that a process's minute replaces what it noted of it before.
func SlotsKept(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	minute := func(n int, account, process, body string) sluice.SlotMinute {
		return sluice.SlotMinute{Account: account, Process: process, Minute: storetest.Minutes(n), Body: []byte(body)}
	}
	storetest.Must(t, s.PutSlots(ctx, nil))
	storetest.Must(t, s.PutSlots(ctx, []sluice.SlotMinute{minute(0, "a", "p", "1"), minute(1, "a", "p", "2"), minute(1, "b", "p", "3")}))
	storetest.Must(t, s.PutSlots(ctx, []sluice.SlotMinute{minute(1, "a", "p", "4"), minute(1, "a", "q", "5")}))
	all := storetest.Get[[]sluice.SlotMinute](t)
	storetest.Same(t, "all", all(s.SlotMinutes(ctx, "", time.Time{})),
		[]sluice.SlotMinute{minute(0, "a", "p", "1"), minute(1, "a", "p", "4"), minute(1, "a", "q", "5"), minute(1, "b", "p", "3")})
	storetest.Same(t, "of an account since", all(s.SlotMinutes(ctx, "a", storetest.Minutes(1))), []sluice.SlotMinute{minute(1, "a", "p", "4"), minute(1, "a", "q", "5")})
	storetest.Must(t, s.ForgetTraffic(ctx, storetest.Minutes(0), storetest.Minutes(1)))
	storetest.Same(t, "the old are forgotten", len(all(s.SlotMinutes(ctx, "", time.Time{}))), 3)
}

// RunsLookedBackOn checks the filters of histories, and what is told of each run.
func RunsLookedBackOn(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	var ids []int64
	for i, flow := range []string{"a", "b", "a", "c"} {
		r := &sluice.Run{FlowID: flow, FlowName: flow, Kind: sluice.RunRetry, CreatedBy: []string{"ann@example.com", "schedule"}[i%2], CreatedAt: storetest.Minutes(i),
			Counts: sluice.Counts{Read: int64(i), Failed: int64(i)}}
		storetest.Must(t, s.CreateRun(ctx, r, nil))
		ids = append(ids, r.ID)
	}
	storetest.Must(t, s.AskCancel(ctx, ids[2], storetest.Noon))
	for _, c := range []struct {
		name   string
		filter sluice.RunFilter
		want   []int64
	}{
		{"flows", sluice.RunFilter{FlowIDs: []string{"a", "c"}}, []int64{ids[3], ids[2], ids[0]}},
		{"no flow", sluice.RunFilter{FlowIDs: []string{}}, nil},
		{"since", sluice.RunFilter{Since: storetest.Minutes(2)}, []int64{ids[3], ids[2]}},
		{"until", sluice.RunFilter{Until: storetest.Minutes(2)}, []int64{ids[1], ids[0]}},
		{"started by", sluice.RunFilter{StartedBy: "schedule"}, []int64{ids[3], ids[1]}},
		{"all of it", sluice.RunFilter{FlowIDs: []string{"a"}, States: []sluice.RunState{sluice.RunCancelled}, Since: storetest.Minutes(1), Until: storetest.Minutes(3), StartedBy: "ann@example.com"}, []int64{ids[2]}},
	} {
		var got []int64
		for _, r := range storetest.Get[[]*sluice.Run](t)(s.Runs(ctx, c.filter)) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: runs %v, want %v", c.name, got, c.want)
		}
	}
	var told []sluice.RunOutcome
	storetest.Must(t, s.RunOutcomes(ctx, sluice.RunFilter{Since: storetest.Minutes(1), Limit: 2}, func(o sluice.RunOutcome) { told = append(told, o) }))
	storetest.Same(t, "outcomes", told, []sluice.RunOutcome{
		{CreatedAt: storetest.Minutes(1), State: sluice.RunQueued, Counts: sluice.Counts{Read: 1, Failed: 1}},
		{CreatedAt: storetest.Minutes(2), State: sluice.RunCancelled, Counts: sluice.Counts{Read: 2, Failed: 2}}})
}
