package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func debugEntry(connectionID string, minute int) sluice.DebugEntry {
	return sluice.DebugEntry{ConnectionID: connectionID, At: minutes(minute), Method: "POST", URL: "https://example.com/x?y=z", Status: 401, Took: 120,
		Request: "Authorization: ***\n\n{\"a\": 1}", Response: "broken \xff\x00", Error: "reset"}
}

// DebugKeptAsGiven checks order, pages and the end of debug logs.
func DebugKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	must(t, s.AppendDebug(ctx, nil))
	must(t, s.AppendDebug(ctx, []sluice.DebugEntry{debugEntry("a", 0), debugEntry("b", 1), debugEntry("a", 2)}))
	must(t, s.AppendDebug(ctx, []sluice.DebugEntry{debugEntry("a", 3)}))
	got := get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", 0, 0))
	if len(got) != 3 {
		t.Fatalf("%d entries, want 3", len(got))
	}
	for i, minute := range []int{3, 2, 0} {
		want := debugEntry("a", minute)
		want.ID = got[i].ID
		same(t, "entry", *got[i], want)
		if i > 0 && got[i].ID >= got[i-1].ID {
			t.Errorf("the IDs are %d, then %d", got[i-1].ID, got[i].ID)
		}
	}
	same(t, "the newest", get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", 0, 1)), got[:1])
	same(t, "below the newest", get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", got[0].ID, 1)), got[1:2])
	must(t, s.DeleteDebug(ctx, "a", minutes(2)))
	same(t, "without the oldest", get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", 0, 0)), got[:2])
	if n := len(get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "b", 0, 0))); n != 1 {
		t.Errorf("another log has %d entries, want 1", n)
	}
	must(t, s.TrimDebug(ctx, "a", 5))
	same(t, "as many may stay", get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", 0, 0)), got[:2])
	must(t, s.TrimDebug(ctx, "a", 1))
	same(t, "only the newest stays", get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "a", 0, 0)), got[:1])
	if n := len(get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, "b", 0, 0))); n != 1 {
		t.Errorf("another log has %d entries, want 1", n)
	}
}
