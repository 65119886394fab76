package storetest

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/sluicehq/sluice"
)

// FlowLookedBackOver checks the list of revisions, and the counts of a flow's ledger.
func FlowLookedBackOver(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	var list []*sluice.FlowRevision
	for _, text := range []string{"one", "two", "three"} {
		r := revision("orders", text)
		must(t, s.SaveFlow(ctx, r))
		list = append([]*sluice.FlowRevision{r}, list...)
	}
	id := list[0].FlowID
	same(t, "newest first", get[[]*sluice.FlowRevision](t)(s.FlowRevisions(ctx, id, 0, 10)), list)
	same(t, "some", get[[]*sluice.FlowRevision](t)(s.FlowRevisions(ctx, id, 3, 1)), list[1:2])

	run := newRun(id, sluice.RunManual)
	must(t, s.CreateRun(ctx, run, nil))
	_, f := claim(t, s)
	var entries []sluice.LedgerEntry
	for _, key := range []string{"a", "b", "c"} {
		entries = append(entries, sluice.LedgerEntry{FlowID: id, Step: "push", Key: key, RunID: run.ID, State: sluice.LedgerDelivered, Operation: sluice.Add, UpdatedAt: Noon})
	}
	entries[2].Step = "tell"
	must(t, s.SaveIntents(ctx, f, entries))
	got := get[map[string]int64](t)(s.LedgerCounts(ctx, id))
	if !maps.Equal(got, map[string]int64{"push": 2, "tell": 1}) {
		t.Errorf("ledger %v", got)
	}
}

// StoredTogether checks that Atomically stores all or nothing, and that what was stored
// in it can be read there and nowhere else. Switched off by running f with its own ctx.
func StoredTogether(t *testing.T, s sluice.Store) {
	ctx, broken := t.Context(), errors.New("broken")
	half := func(ctx context.Context) error {
		if err := s.SaveFlow(ctx, revision("a", "one")); err != nil {
			return err
		}
		if r, err := s.Flow(ctx, "a"); err != nil || r.Text != "one" {
			t.Errorf("within: %+v, %v", r, err)
		}
		return nil
	}
	err := s.Atomically(ctx, func(ctx context.Context) error {
		if err := half(ctx); err != nil {
			return err
		}
		if err := s.Atomically(ctx, func(ctx context.Context) error { return s.SaveFlow(ctx, revision("b", "one")) }); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatalf("error %v", err)
	}
	if list := get[[]*sluice.FlowRevision](t)(s.Flows(ctx)); len(list) != 0 {
		t.Errorf("%d flows are stored of what failed", len(list))
	}
	must(t, s.Atomically(ctx, half))
	if r, err := s.Flow(ctx, "a"); err != nil || r.Number != 1 {
		t.Errorf("afterwards: %+v, %v", r, err)
	}
}
