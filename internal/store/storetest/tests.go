package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

// FlowTestsKept checks that every revision of a flow's tests comes back, and that they go
// with their flow.
func FlowTestsKept(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	f := &sluice.FlowRevision{Flow: sluice.Flow{Name: "orders"}, Text: "name: orders\n", Enabled: true}
	must(t, s.SaveFlow(ctx, f))
	_, err := s.FlowTests(ctx, f.FlowID, 0)
	wantCode(t, err, sluice.CodeNotFound)
	one := &sluice.FlowTests{FlowID: f.FlowID, Text: "cases: [] # none\x00\n", Files: map[string]string{"pages/1.json": "{}"}, CreatedAt: minutes(1), CreatedBy: "ann@example.com"}
	two := &sluice.FlowTests{FlowID: f.FlowID, Text: "cases: []\n", CreatedAt: minutes(2), CreatedBy: "bob@example.com"}
	must(t, s.SaveFlowTests(ctx, one))
	must(t, s.SaveFlowTests(ctx, two))
	same(t, "newest", get[*sluice.FlowTests](t)(s.FlowTests(ctx, f.FlowID, 0)), two)
	same(t, "first", get[*sluice.FlowTests](t)(s.FlowTests(ctx, f.FlowID, 1)), one)
	same(t, "numbers", []int{one.Number, two.Number}, []int{1, 2})
	gone := &sluice.FlowTests{FlowID: f.FlowID, CreatedAt: minutes(3), CreatedBy: "ann@example.com"}
	must(t, s.SaveFlowTests(ctx, gone))
	_, err = s.FlowTests(ctx, f.FlowID, 0)
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "before they were taken away", get[*sluice.FlowTests](t)(s.FlowTests(ctx, f.FlowID, 2)), two)
	wantCode(t, s.SaveFlowTests(ctx, &sluice.FlowTests{FlowID: "absent", Text: "x"}), sluice.CodeNotFound)
	must(t, s.DeleteFlow(ctx, f.FlowID))
	_, err = s.FlowTests(ctx, f.FlowID, 2)
	wantCode(t, err, sluice.CodeNotFound)
}
