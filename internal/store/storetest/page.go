package storetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
)

// PageKeptAsGiven checks that items come back as they were, digits and all.
func PageKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	_, f := startRun(t, s, "f")
	want := sluice.Page{RunID: f.RunID, Number: 7, Items: []sluice.Item{
		{Seq: 1, Key: "a|b", Origin: "orders.csv rows 5-9, 14", Rows: 6, Record: sluice.Record{
			"amount": json.Number("12345678901234567890.10"), "id": json.Number("9007199254740993"), "exact": json.Number("1.0"),
			"none": nil, "yes": true, "text": "å\x00<&>\u2028", "lines": []any{map[string]any{"rate": json.Number("0.1")}, "x"}}},
		{Seq: 2, Key: "c", Rows: 1, Record: nil, ErrorID: 12,
			Refused: &sluice.Error{Code: "csv.too_many_fields", Message: "9 fields, the header has 8", Where: "orders.csv row 15", Remedy: "Quote the field"}},
	}}
	must(t, s.AppendPages(ctx, f, []sluice.Page{want}, nil, true, To(sluice.RunProgress{})))
	same(t, "page", get[*sluice.Page](t)(s.Page(ctx, f.RunID, 7)), &want)
	_, err := s.Page(ctx, f.RunID, 8)
	wantCode(t, err, sluice.CodeNotFound)
}

// AppendWholeOrNot checks that pages, cursor and progress are stored together.
func AppendWholeOrNot(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	must(t, s.AppendPages(ctx, f, []sluice.Page{page(1), page(2)}, []byte("two"), false, To(progress)))
	got := get[*sluice.Run](t)(s.Run(ctx, run.ID))
	same(t, "progress", sluice.RunProgress{Counts: got.Counts, Exports: got.Exports, Steps: got.Steps, Totals: got.Totals}, progress)
	same(t, "cursor", string(got.Cursor), "two")
	wantCode(t, s.AppendPages(ctx, f, []sluice.Page{page(3), page(2)}, []byte("three"), true, To(sluice.RunProgress{})), sluice.CodeConflict)
	same(t, "the run after a page that was there already", get[*sluice.Run](t)(s.Run(ctx, run.ID)), got)
	same(t, "its pages", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{1, 2})
	must(t, s.AppendPages(ctx, f, nil, []byte("end"), true, To(progress)))
	if got := get[*sluice.Run](t)(s.Run(ctx, run.ID)); !got.ExportDone || string(got.Cursor) != "end" {
		t.Errorf("after the export: done %v, cursor %q", got.ExportDone, got.Cursor)
	}
}

// CompletePageWhole checks all that a completed page leaves behind.
func CompletePageWhole(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1, 2)
	intents := []sluice.LedgerEntry{entry("f", run.ID, 1, sluice.LedgerIntended), entry("f", run.ID, 2, sluice.LedgerIntended)}
	must(t, s.SaveIntents(ctx, f, intents))
	for key, e := range get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", []string{"key-1", "key-2"})) {
		if e.State != sluice.LedgerIntended {
			t.Errorf("the intent of %s is %s", key, e.State)
		}
	}
	delivered, refused := entry("f", run.ID, 1, sluice.LedgerDelivered), entry("f", run.ID, 2, sluice.LedgerRefused)
	delivered.TargetID, delivered.UpdatedAt = "4711", minutes(1)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Advance: To(progress), At: minutes(1),
		Entries: []sluice.LedgerEntry{refused, delivered}, Errors: []sluice.RecordError{recordError("f", run.ID, 2)}}))
	same(t, "ledger", get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", []string{"key-2", "key-1", "key-3"})),
		map[string]sluice.LedgerEntry{"key-1": delivered, "key-2": refused})
	same(t, "pages", get[[]int64](t)(s.PendingPages(ctx, run.ID)), []int64{2})
	got := get[*sluice.Run](t)(s.Run(ctx, run.ID))
	same(t, "progress", sluice.RunProgress{Counts: got.Counts, Exports: got.Exports, Steps: got.Steps, Totals: got.Totals}, progress)
	same(t, "open errors", get[map[string]int64](t)(s.CountErrors(ctx)), map[string]int64{"f": 1})
}

// CompletedOnce checks that completing a page a second time is refused and changes nothing.
func CompletedOnce(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	addPages(t, s, f, 1)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Advance: To(progress), At: Noon}))
	want := get[*sluice.Run](t)(s.Run(ctx, run.ID))
	wantCode(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, At: Noon, Errors: []sluice.RecordError{recordError("f", run.ID, 2)}}), sluice.CodeNotFound)
	same(t, "the run", get[*sluice.Run](t)(s.Run(ctx, run.ID)), want)
	same(t, "record errors", len(get[[]*sluice.RecordError](t)(s.RecordErrors(ctx, sluice.ErrorFilter{}))), 0)
}

// CompletedByMany works pages of one run at one time, with keys that they share in opposite orders.
func CompletedByMany(t *testing.T, s sluice.Store) {
	const pages = 16
	ctx := t.Context()
	run, f := startRun(t, s, "f")
	for n := range int64(pages) {
		addPages(t, s, f, n+1)
	}
	var group sync.WaitGroup
	for n := range int64(pages) {
		group.Go(func() {
			entries := []sluice.LedgerEntry{entry("f", run.ID, 1000, sluice.LedgerDelivered), entry("f", run.ID, n, sluice.LedgerDelivered), entry("f", run.ID, 2000, sluice.LedgerDelivered)}
			if n%2 == 0 {
				entries[0], entries[2] = entries[2], entries[0]
			}
			if err := s.SaveIntents(ctx, f, entries); err != nil {
				t.Error(err)
			}
			if err := s.CompletePage(ctx, f, &sluice.PageResult{Page: n + 1, Entries: entries, Advance: To(progress), At: Noon}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	same(t, "pages", len(get[[]int64](t)(s.PendingPages(ctx, run.ID))), 0)
	keys := []string{"key-1000", "key-2000"}
	for n := range pages {
		keys = append(keys, fmt.Sprint("key-", n))
	}
	found := get[map[string]sluice.LedgerEntry](t)(s.LedgerEntries(ctx, "f", "import", keys))
	if len(found) != len(keys) {
		t.Errorf("%d of %d ledger entries", len(found), len(keys))
	}
	for key, e := range found {
		// Another page may have stored its intent for a shared key behind the result.
		if e.State != sluice.LedgerDelivered && key != "key-1000" && key != "key-2000" {
			t.Errorf("%s is %s", key, e.State)
		}
	}
}
