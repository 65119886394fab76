package suiteql

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func ids(p *Page) []string {
	var out []string
	for _, row := range p.Rows {
		out = append(out, row[0].String)
	}
	return out
}

// pages reads a result by offset and returns the first column of all rows.
func pages(t *testing.T, e *Engine, q string, limit int) []string {
	t.Helper()
	var out []string
	for offset := 0; ; offset += limit {
		p, f := e.Query(t.Context(), testSession(t), q, nil, limit, offset)
		if f != nil {
			t.Fatal(f)
		}
		out = append(out, ids(p)...)
		if want := max(0, min(limit, p.Total-offset)); len(p.Rows) != want || p.HasMore != (p.Total > offset+limit) {
			t.Fatalf("offset %d: %d rows of %d, more: %v", offset, len(p.Rows), p.Total, p.HasMore)
		}
		if !p.HasMore {
			return out
		}
	}
}

// Pages of an ordered result hold every row once; pages without an order, or
// with one that leaves rows equal, lose some and repeat others, as on a live
// account. Switch the shuffling off and the last two cases fail.
func TestOnlyAUniqueOrderIsStable(t *testing.T) {
	e := newLines(t, 1000, "CREATE INDEX line_id ON q_transactionline(id)")
	for q, stable := range map[string]bool{
		"SELECT id FROM transactionline ORDER BY id":                         true,
		"SELECT id FROM transactionline ORDER BY mainline, id DESC":          true,
		"SELECT DISTINCT id FROM transactionline ORDER BY 1":                 true,
		"SELECT id FROM transactionline UNION SELECT 0 FROM dual ORDER BY 1": true,
		"SELECT id FROM transactionline":                                     false,
		"SELECT id FROM transactionline ORDER BY mainline":                   false,
	} {
		got := pages(t, e, q, 100)
		distinct := len(slices.Compact(slices.Sorted(slices.Values(got))))
		if complete := distinct == len(got); complete != stable {
			t.Errorf("%s: %d rows, %d different", q, len(got), distinct)
		}
		if again := pages(t, e, q, 100); !slices.Equal(got, again) {
			t.Errorf("%s: another answer to the same request", q)
		}
	}
	single := pages(t, e, "SELECT id FROM transactionline", 1000)
	if slices.IsSorted(single) || len(slices.Compact(slices.Sorted(slices.Values(single)))) != 1000 {
		t.Error("one page without an order must be complete and mixed")
	}
}

// Any page size finds the same rows in the same order.
func TestPagesJoinToTheWhole(t *testing.T) {
	e := newLines(t, 90, "CREATE INDEX line_id ON q_transactionline(id)")
	rapid.Check(t, func(r *rapid.T) {
		from, limit := rapid.IntRange(0, 100).Draw(r, "from"), rapid.IntRange(20, 300).Draw(r, "limit")
		got := pages(t, e, fmt.Sprintf("SELECT id FROM transactionline WHERE id > %d ORDER BY id DESC", from), limit)
		if len(got) != max(0, 90-from) {
			r.Fatalf("%d rows", len(got))
		}
		for i, id := range got {
			if id != fmt.Sprint(90-i) {
				r.Fatalf("row %d is %s", i, id)
			}
		}
	})
}

// A result ends at row 100,000, and the last page there says that rows follow.
func TestRowCeiling(t *testing.T) {
	e := newLines(t, 100_500, "CREATE INDEX line_id ON q_transactionline(id)")
	const q = "SELECT id FROM transactionline ORDER BY id"
	p, f := e.Query(t.Context(), testSession(t), q, nil, 1000, 99_000)
	if f != nil || p.Total != MaxRows || !p.HasMore || len(p.Rows) != 1000 || p.Rows[999][0].String != "100000" {
		t.Errorf("last page: %+v %v", p, f)
	}
	if _, f = e.Query(t.Context(), testSession(t), q, nil, 1000, 100_000); f == nil || f.Details[0].QueryParam != "offset" {
		t.Errorf("past the last page: %v", f)
	}
	p, f = e.Query(t.Context(), testSession(t), q, nil, 700, 99_400)
	if f != nil || len(p.Rows) != 600 {
		t.Errorf("page across the ceiling: %d rows, %v", len(p.Rows), f)
	}
	p, f = e.Query(t.Context(), testSession(t), q+" FETCH FIRST 150 ROWS ONLY", nil, 100, 100)
	if f != nil || p.Total != 150 || len(p.Rows) != 50 || p.HasMore {
		t.Errorf("second page of 150: %+v %v", p, f)
	}
}

// Totals are remembered, but not past a change of the data.
func TestTotalsFollowTheData(t *testing.T) {
	e, writer := newTestEngine(t)
	total := func() int {
		p, f := e.Query(t.Context(), testSession(t), "SELECT id FROM customer", nil, 1, 0)
		if f != nil {
			t.Fatal(f)
		}
		return p.Total
	}
	for want := 4; want < 8; want++ {
		for range 2 { // counted, then remembered
			if got := total(); got != want {
				t.Errorf("total is %d, want %d", got, want)
			}
		}
		mustExec(t, writer, "INSERT INTO q_customer (id) VALUES (?)", want)
	}
}

// Amounts with cents add up to the cent; binary addition would not.
func TestSumIsExact(t *testing.T) {
	const n = 50_000
	e := newLines(t, n, "CREATE INDEX line_id ON q_transactionline(id)")
	for q, want := range map[string]string{
		"SELECT SUM(amount) x FROM transactionline":                         "x=12500250", // n(n+1)/2 cents
		"SELECT SUM(amount + 0.1) x FROM transactionline":                   "x=12505250",
		"SELECT SUM(0.1) x, AVG(0.1) y, MEDIAN(0.1) z FROM transactionline": "x=5000 y=0.1 z=0.1",
		"SELECT SUM(0.0000001) x, AVG(0.00000015) y FROM transactionline":   "x=0.005 y=0.00000015",
		"SELECT SUM(amount * 1000000000) x FROM transactionline":            "x=12500250000000000",
	} {
		if got := ask(t, e, q); got != want {
			t.Errorf("%s\n got %s\nwant %s", q, got, want)
		}
	}
}
