package engine_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
)

const twoShops = `
name: test
exports:
  - {name: web, connection: system, csv: {path: a.csv}, key: [id]}
  - {name: till, connection: system, csv: {path: b.csv}, key: [id], filter: this.amount < 5}
totals: [{name: amount, value: this.amount}]
pages: {size: 4}
steps:
  - import: {connection: system, operation: add, netsuite: {record: sale}}
`

func twoShopsFlow(t testing.TB) sluice.Flow {
	t.Helper()
	f, problems := flowfile.Parse("flow.yaml", []byte(twoShops))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return *f
}

// shops are two sources whose records have the same keys.
func shops(rows int) *system {
	s := newSystem(rows)
	s.named = map[string][]sluice.Record{}
	for _, name := range []string{"web", "till"} {
		for _, r := range s.rows {
			s.named[name] = append(s.named[name], sluice.Record{"id": r["id"], "amount": r["amount"], "at": name})
		}
	}
	s.rows = nil
	return s
}

func TestSeveralExportsHaveKeysOfTheirOwn(t *testing.T) {
	synctest.Test(t, severalExportsHaveKeysOfTheirOwn)
}

func severalExportsHaveKeysOfTheirOwn(t *testing.T) {
	s := shops(10)
	b := newBench(t, s, twoShopsFlow(t))
	run := b.complete()
	if c := run.Counts; c.Read != 20 || c.Written != 15 || c.Excluded != 5 {
		t.Errorf("counts: %+v", c)
	}
	want := []sluice.ExportCounts{{Export: "web", Read: 10, Rows: 10, Done: true}, {Export: "till", Read: 10, Rows: 10, Filtered: 5, Done: true}}
	if !slices.Equal(run.Exports, want) {
		t.Errorf("exports: %+v", run.Exports)
	}
	if got := run.Totals[0]; !sameAmount(got.Excluded, "35.05") || !sameAmount(got.Read, "90.20") {
		t.Errorf("totals: %+v", got)
	}
	expectOnce(t, s.contents(), 15)
	if again := b.complete(); again.Counts.Unchanged != 15 {
		t.Errorf("the second run: %+v", again.Counts)
	}
	if !slices.Equal(s.opened, []string{"web 0", "till 0", "web 0", "till 0"}) {
		t.Errorf("opened: %v", s.opened)
	}
}

func TestDeathsInSeveralExportsNeitherLoseNorDouble(t *testing.T) {
	everyDeath(t, twoShopsFlow(t), func() *system { return shops(9) }, func(b *bench, run *sluice.Run) {
		if run.Counts.Read != 18 || run.Counts.Excluded != 4 || run.Exports[1].Filtered != 4 {
			b.t.Errorf("counts: %+v exports: %+v", run.Counts, run.Exports)
		}
		expectOnce(b.t, b.system.contents(), 14)
	})
}

// A record whose filter fails is an error; the retry asks the filter again.
func TestAFailingExportFilterIsARecordError(t *testing.T) {
	synctest.Test(t, aFailingExportFilterIsARecordError)
}

func aFailingExportFilterIsARecordError(t *testing.T) {
	s := shops(6)
	s.named["till"][2]["amount"] = "much"
	s.named["till"][3]["amount"] = "more"
	b := newBench(t, s, twoShopsFlow(t))
	if run := b.complete(); run.Counts.Failed != 2 {
		t.Fatalf("counts: %+v", run.Counts)
	}
	for n, amount := range []json.Number{"9", "1"} { // excluded now, and let in
		e := b.open()[n]
		if e.Step != "till" || e.Classification != sluice.ClassMapping {
			t.Fatalf("the error says %+v", e)
		}
		e.Record["amount"] = amount
		if err := b.store.EditRecordError(t.Context(), e.ID, e.Record); err != nil {
			t.Fatal(err)
		}
	}
	if run := b.retry(); run.Counts.Excluded != 1 || run.Counts.Written != 1 || len(b.open()) != 0 {
		t.Fatalf("the retry counted %+v", run.Counts)
	}
	if again := b.complete(); again.Counts.Failed != 2 || again.Counts.Written != 0 {
		t.Fatalf("a later run does not know what the retry wrote: %+v", again.Counts)
	}
}

// A page closes before the record that would make it too large. A record that is too
// large for any is an error that names its place, and those round it go on.
func TestPagesAndRecordsAreBounded(t *testing.T) {
	synctest.Test(t, pagesAndRecordsAreBounded)
}

func pagesAndRecordsAreBounded(t *testing.T) {
	s := newSystem(30)
	for _, r := range s.rows {
		r["text"] = strings.Repeat("x", 400)
	}
	s.rows[10]["text"] = strings.Repeat("x", sluice.MaxRecordBytes)
	f := addFlow()
	f.Pages = sluice.Paging{Size: 30, Bytes: 2_000, Ordered: true}
	b := newBench(t, s, f)
	most := 0
	run := b.start(b.engine(b.store))
	done := b.until(b.engine(b.store), run.ID, func(r *sluice.Run) bool {
		numbers, err := b.store.PendingPages(context.Background(), run.ID)
		for _, n := range numbers {
			if p, err := b.store.Page(context.Background(), run.ID, n); err == nil {
				most = max(most, len(p.Items))
			}
		}
		return err == nil && r.State.Ended()
	})
	if done.Counts.Written != 29 || done.Counts.Failed != 1 {
		t.Fatalf("counts: %+v", done.Counts)
	}
	if most > 4 {
		t.Errorf("a page has %d records of 430 bytes, with 2000 bytes a page", most)
	}
	e := b.open()[0]
	if e.Code != "record.too_large" || e.Origin != "row 11" || len(e.Record) != 0 {
		t.Errorf("the error says %s at %s: %s", e.Code, e.Origin, e.Message)
	}
}

// Each export has its watermark, and they move together once everything is delivered.
func TestSeveralExportsHaveWatermarksOfTheirOwn(t *testing.T) {
	deltas := strings.ReplaceAll(strings.ReplaceAll(twoShops, "csv: {path: a.csv}", "delta: {fields: [at]}, sql: {query: SELECT 1, key: [id]}"), "csv: {path: b.csv}", "delta: {fields: [at]}, sql: {query: SELECT 2, key: [id]}")
	f, problems := flowfile.Parse("flow.yaml", []byte(deltas))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	everyDeath(t, *f, func() *system { return shops(3) }, func(b *bench, run *sluice.Run) {
		list, err := b.store.Watermarks(context.Background(), run.FlowID)
		if err != nil || len(list) != 2 {
			b.t.Fatalf("watermarks %v, %v", list, err)
		}
		for i, name := range []string{"till", "web"} {
			w := list[i]
			if w.Export != name || !w.At.Equal(run.Exports[1-i].Window.Until) {
				b.t.Errorf("the watermark of %s is %+v, the run read %+v", name, w, run.Exports[1-i].Window)
			}
		}
	})
}
