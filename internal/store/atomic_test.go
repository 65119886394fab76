package store_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

// both runs a test on both databases.
func both(t *testing.T, check func(t *testing.T, s sluice.Store)) {
	t.Run("sqlite", func(t *testing.T) { check(t, openStore(t, filepath.Join(t.TempDir(), "sluice.db"))) })
	t.Run("postgresql", func(t *testing.T) { check(t, openStore(t, postgrestest.URL(t))) })
}

func flowOf(name, text string) *sluice.FlowRevision {
	return &sluice.FlowRevision{Text: text, Flow: sluice.Flow{Name: name}, CreatedAt: time.Unix(1, 0).UTC(), CreatedBy: "ann@example.com"}
}

// Atomically stores all or nothing, and what was stored in it can be read there and
// nowhere else. Switched off by running f with its own ctx.
func TestStoredTogether(t *testing.T) {
	both(t, func(t *testing.T, s sluice.Store) {
		ctx, broken := t.Context(), errors.New("broken")
		half := func(ctx context.Context) error {
			if err := s.SaveFlow(ctx, flowOf("a", "one")); err != nil {
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
			if err := s.Atomically(ctx, func(ctx context.Context) error { return s.SaveFlow(ctx, flowOf("b", "one")) }); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatalf("error %v", err)
		}
		if list, err := s.Flows(ctx); err != nil || len(list) != 0 {
			t.Errorf("%d flows are stored of what failed, %v", len(list), err)
		}
		if err := s.Atomically(ctx, half); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Flow(ctx, "a"); err != nil || r.Number != 1 {
			t.Errorf("afterwards: %+v, %v", r, err)
		}
	})
}

// The list of revisions, and the counts of a flow's ledger.
func TestFlowLookedBackOver(t *testing.T) {
	both(t, func(t *testing.T, s sluice.Store) {
		ctx, id := t.Context(), ""
		for _, text := range []string{"one", "two", "three"} {
			r := flowOf("orders", text)
			if err := s.SaveFlow(ctx, r); err != nil {
				t.Fatal(err)
			}
			id = r.FlowID
		}
		all, err1 := s.FlowRevisions(ctx, id, 0, 10)
		some, err2 := s.FlowRevisions(ctx, id, 3, 1)
		if err1 != nil || err2 != nil || len(all) != 3 || all[0].Text != "three" || all[2].Number != 1 || len(some) != 1 || some[0].Text != "two" {
			t.Fatalf("revisions %+v and %+v, %v, %v", all, some, err1, err2)
		}
		if err := s.CreateRun(ctx, &sluice.Run{FlowID: id, FlowName: "orders", Kind: sluice.RunManual, CreatedAt: time.Unix(1, 0)}, nil); err != nil {
			t.Fatal(err)
		}
		run, err := s.ClaimRun(ctx, "worker", time.Unix(2, 0), time.Unix(600, 0))
		if err != nil || run == nil {
			t.Fatal(run, err)
		}
		var entries []sluice.LedgerEntry
		for key, step := range map[string]string{"a": "push", "b": "push", "c": "tell"} {
			entries = append(entries, sluice.LedgerEntry{FlowID: id, Step: step, Key: key, RunID: run.ID, State: sluice.LedgerDelivered, Operation: sluice.Add, UpdatedAt: time.Unix(2, 0)})
		}
		if err := s.SaveIntents(ctx, sluice.Fence{RunID: run.ID, Number: run.Fence}, entries); err != nil {
			t.Fatal(err)
		}
		got, err := s.LedgerCounts(ctx, id)
		if err != nil || !maps.Equal(got, map[string]int64{"push": 2, "tell": 1}) {
			t.Errorf("ledger %v, %v", got, err)
		}
	})
}
