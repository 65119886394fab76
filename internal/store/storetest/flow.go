package storetest

import (
	"cmp"
	"fmt"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
)

func revision(name, text string) *sluice.FlowRevision {
	return &sluice.FlowRevision{Text: text, CreatedAt: Noon, CreatedBy: "ann@example.com", Flow: sluice.Flow{
		Name:   name,
		Export: sluice.Export{Connection: "files", CSV: &sluice.CSVExport{Path: "orders.csv"}, Key: []string{"id"}},
		Steps:  []sluice.Step{{Name: "import", Import: &sluice.Import{Connection: "ns", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder"}}}},
		Pages:  sluice.Paging{Size: 100},
	}}
}

// FlowRevisionsKept checks that every revision stays as it was saved, and that the newest is the flow.
func FlowRevisionsKept(t *testing.T, s sluice.Store) {
	ctx, one, two := t.Context(), revision("orders", "name: orders # one\n"), revision("orders", "name: orders # two\n")
	must(t, s.SaveFlow(ctx, one))
	two.CreatedAt, two.Flow.Description = minutes(1), "the second"
	must(t, s.SaveFlow(ctx, two))
	if one.FlowID == "" || one.FlowID != two.FlowID || one.Number != 1 || two.Number != 2 {
		t.Fatalf("revisions %s/%d and %s/%d", one.FlowID, one.Number, two.FlowID, two.Number)
	}
	same(t, "by name", get[*sluice.FlowRevision](t)(s.Flow(ctx, "orders")), two)
	same(t, "by ID", get[*sluice.FlowRevision](t)(s.Flow(ctx, one.FlowID)), two)
	same(t, "first revision", get[*sluice.FlowRevision](t)(s.FlowRevision(ctx, one.FlowID, 1)), one)
	other := revision("customers", "name: customers\n")
	must(t, s.SaveFlow(ctx, other))
	same(t, "all, by name", get[[]*sluice.FlowRevision](t)(s.Flows(ctx)), []*sluice.FlowRevision{other, two})
	_, err := s.FlowRevision(ctx, one.FlowID, 3)
	wantCode(t, err, sluice.CodeNotFound)
	_, err = s.Flow(ctx, "absent")
	wantCode(t, err, sluice.CodeNotFound)
}

// FlowRenamed checks that a revision with its flow's ID renames the flow, but not to a name that is taken.
func FlowRenamed(t *testing.T, s sluice.Store) {
	ctx, a, b := t.Context(), revision("a", ""), revision("b", "")
	must(t, s.SaveFlow(ctx, a))
	must(t, s.SaveFlow(ctx, b))
	renamed := revision("c", "")
	renamed.FlowID = a.FlowID
	must(t, s.SaveFlow(ctx, renamed))
	same(t, "under its new name", get[*sluice.FlowRevision](t)(s.Flow(ctx, "c")), renamed)
	_, err := s.Flow(ctx, "a")
	wantCode(t, err, sluice.CodeNotFound)
	clash := revision("b", "")
	clash.FlowID = a.FlowID
	wantCode(t, s.SaveFlow(ctx, clash), sluice.CodeConflict)
	lost := revision("d", "")
	lost.FlowID = "absent"
	wantCode(t, s.SaveFlow(ctx, lost), sluice.CodeNotFound)
	same(t, "after what was refused", get[*sluice.FlowRevision](t)(s.Flow(ctx, a.FlowID)), renamed)
}

// FlowsOfTwoAuthors checks that of two who change the same revision one is told. To see it
// fail, let the store not look at Base.
func FlowsOfTwoAuthors(t *testing.T, s sluice.Store) {
	ctx, first := t.Context(), revision("orders", "name: orders\n")
	must(t, s.SaveFlow(ctx, first))
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i := range errs {
		both.Go(func() {
			mine := revision("orders", fmt.Sprintf("name: orders # %d\n", i))
			mine.Base = first.Number
			errs[i] = s.SaveFlow(ctx, mine)
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("two changes of one revision: %v and %v", errs[0], errs[1])
	}
	wantCode(t, cmp.Or(errs[0], errs[1]), sluice.CodeFlowChanged)
	newest := get[*sluice.FlowRevision](t)(s.Flow(ctx, "orders"))
	if newest.Number != 2 {
		t.Errorf("the newest revision is %d", newest.Number)
	}
	onTop := revision("orders", "name: orders # 3\n")
	onTop.FlowID, onTop.Base = first.FlowID, 2
	must(t, s.SaveFlow(ctx, onTop))
	must(t, s.DeleteFlow(ctx, first.FlowID))
	gone := revision("orders", "")
	gone.Base = 3
	wantCode(t, s.SaveFlow(ctx, gone), sluice.CodeFlowChanged)
	_, err := s.Flow(ctx, "orders")
	wantCode(t, err, sluice.CodeNotFound)
}

// FlowsSavedTogether checks that of several flows all are saved, or none.
func FlowsSavedTogether(t *testing.T, s sluice.Store) {
	ctx, a, b := t.Context(), revision("a", ""), revision("b", "")
	must(t, s.SaveFlows(ctx, []*sluice.FlowRevision{a, b}))
	same(t, "both", get[[]*sluice.FlowRevision](t)(s.Flows(ctx)), []*sluice.FlowRevision{a, b})
	next, lost := revision("a", "next"), revision("b", "next")
	next.FlowID, lost.FlowID = a.FlowID, "absent"
	wantCode(t, s.SaveFlows(ctx, []*sluice.FlowRevision{next, lost}), sluice.CodeNotFound)
	same(t, "after what was refused", get[[]*sluice.FlowRevision](t)(s.Flows(ctx)), []*sluice.FlowRevision{a, b})
	if next.Number != 0 {
		t.Error("a revision that was not saved has a number")
	}
}

// FlowEnabledApart checks that a new revision neither enables nor disables its flow.
func FlowEnabledApart(t *testing.T, s sluice.Store) {
	ctx, one, two := t.Context(), revision("orders", ""), revision("orders", "")
	must(t, s.SaveFlow(ctx, one))
	must(t, s.SetFlowEnabled(ctx, one.FlowID, true))
	must(t, s.SaveFlow(ctx, two))
	if !two.Enabled || !get[*sluice.FlowRevision](t)(s.Flow(ctx, "orders")).Enabled {
		t.Error("a new revision disabled the flow")
	}
	wantCode(t, s.SetFlowEnabled(ctx, "absent", true), sluice.CodeNotFound)
}

// FlowDeleted checks what goes with a flow and what stays.
func FlowDeleted(t *testing.T, s sluice.Store) {
	ctx, r := t.Context(), revision("orders", "")
	must(t, s.SaveFlow(ctx, r))
	run, f := startRun(t, s, r.FlowID)
	must(t, s.SaveIntents(ctx, f, []sluice.LedgerEntry{entry(r.FlowID, run.ID, 1, sluice.LedgerIntended)}))
	wantCode(t, s.DeleteFlow(ctx, r.FlowID), sluice.CodeConflict)
	same(t, "refused", get[*sluice.FlowRevision](t)(s.Flow(ctx, "orders")), r)
	must(t, s.EndRun(ctx, f, sluice.RunCompleted, nil, Noon))
	must(t, s.DeleteFlow(ctx, r.FlowID))
	_, err := s.Flow(ctx, r.FlowID)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.DeleteFlow(ctx, r.FlowID), sluice.CodeNotFound)
	if n := len(get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, r.FlowID, "import", []string{"key-1"}))); n != 0 {
		t.Error("the ledger of a deleted flow stayed")
	}
	get[*sluice.Run](t)(s.Run(ctx, run.ID))
}
