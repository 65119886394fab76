package telling

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// TouchesFound checks that touches come back by each of their names, and no others.
func TouchesFound(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := storetest.StartRun(t, s, "f")
	storetest.AddPages(t, s, f, 1, 2)
	page := func(n int64) sluice.TouchPage {
		p := sluice.TouchPage{FlowID: "f", FlowName: "orders", RunID: run.ID, Page: n, Step: "import", Connection: "netsuite", At: storetest.Minutes(int(n))}
		for i := range int64(200) {
			seq := n*1000 + i
			p.Touches = append(p.Touches, sluice.Touch{Seq: seq, Key: fmt.Sprint("K", seq), Trace: fmt.Sprint("T", i), ExternalID: fmt.Sprint("E", seq), ID: fmt.Sprint(seq),
				Operation: sluice.Add, Outcome: sluice.TouchCreated, Request: `{"a": 1}`, Response: "HTTP 204"})
		}
		return p
	}
	for n := range int64(2) {
		storetest.Must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: n + 1, Touches: []sluice.TouchPage{page(n + 1)}, At: storetest.Noon}))
	}
	want := page(1)
	want.Touches = want.Touches[7:8]
	for _, name := range []string{"K1007", "E1007", "1007"} {
		storetest.Same(t, name, storetest.Get[[]sluice.TouchPage](t)(s.Touches(ctx, []string{name}, 10)), []sluice.TouchPage{want})
	}
	both := storetest.Get[[]sluice.TouchPage](t)(s.Touches(ctx, []string{"T7"}, 10))
	if len(both) != 2 || both[0].Page != 2 || both[1].Touches[0].Key != "K1007" {
		t.Errorf("by trace key: %+v", both)
	}
	storetest.Same(t, "newest alone", len(storetest.Get[[]sluice.TouchPage](t)(s.Touches(ctx, []string{"T7"}, 1))), 1)
	storetest.Same(t, "unheard of", len(storetest.Get[[]sluice.TouchPage](t)(s.Touches(ctx, []string{"K7", ""}, 10))), 0)
}

// TouchesDropped checks that touches go by age and size.
func TouchesDropped(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	_, f := storetest.StartRun(t, s, "f")
	storetest.AddPages(t, s, f, 1, 2, 3, 4)
	for n := range 4 {
		storetest.Must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: int64(n + 1), At: storetest.Noon, Touches: []sluice.TouchPage{{FlowID: "f", Page: int64(n + 1), At: storetest.Minutes(n),
			Touches: []sluice.Touch{{Key: "K", Request: strings.Repeat("x", 100)}}}}}))
	}
	left := func() (numbers []int64) {
		for _, p := range storetest.Get[[]sluice.TouchPage](t)(s.Touches(ctx, []string{"K"}, 10)) {
			numbers = append(numbers, p.Page)
		}
		return numbers
	}
	storetest.Same(t, "dropped for age", storetest.Get[sluice.TouchDrop](t)(s.DropTouches(ctx, storetest.Minutes(1), 1<<40)), sluice.TouchDrop{Old: 1})
	storetest.Same(t, "left", left(), []int64{4, 3, 2})
	storetest.Same(t, "dropped for size", storetest.Get[sluice.TouchDrop](t)(s.DropTouches(ctx, storetest.Minutes(1), 150)), sluice.TouchDrop{Over: 2})
	storetest.Same(t, "left", left(), []int64{4})
}
