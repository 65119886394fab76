package suiteql

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
)

const keyset = "SELECT * FROM (SELECT id, transaction, amount, mainline FROM transactionline) WHERE id > ? ORDER BY id"

// newLines returns an engine on n transaction lines with distinct IDs.
func newLines(tb testing.TB, n int, index string) *Engine {
	tb.Helper()
	writer, path := writable(tb)
	tables := testTables()
	lines := &tables[slices.IndexFunc(tables, func(t Table) bool { return t.Name == "transactionline" })]
	mustExec(tb, writer, createTable(lines))
	mustExec(tb, writer, index)
	mustExec(tb, writer, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)
		INSERT INTO q_transactionline SELECT i, 1+i/25, 1, i/100.0, i/100.0, 'F' FROM n`, n)
	return openEngine(tb, path, tables)
}

// plan returns what SQLite means to do for a query.
func plan(t *testing.T, e *Engine, q string, params ...string) []string {
	t.Helper()
	st, err := compile.Compile(*e.tables.Load(), e.db.zones, testSession(t), q, params)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(st.SQL)
	rows, err := e.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+st.SQL+" LIMIT 1000", st.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, x sql.RawBytes
		var step string
		if err := rows.Scan(&id, &parent, &x, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

// A keyset query must find its page by an index and read no further. Drop the
// index, or wrap the column in a function, and this fails.
func TestKeysetUsesIndex(t *testing.T) {
	const index = "CREATE INDEX line_id ON q_transactionline(id)"
	e := newLines(t, 5000, index)
	for _, q := range []string{
		keyset,
		"SELECT id, amount FROM transactionline WHERE id > ? ORDER BY id ASC",
		"SELECT id, amount FROM transactionline WHERE id > TO_NUMBER(?) ORDER BY 1",
	} {
		steps := plan(t, e, q, "2500")
		if !strings.HasPrefix(steps[0], "SEARCH") || !strings.Contains(steps[0], "USING INDEX line_id (id>?)") {
			t.Errorf("%s\nplan: %q", q, steps)
		}
		if slices.Contains(steps, "USE TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%s\nsorts everything: %q", q, steps)
		}
	}
}

// The same with the ID as SQLite's own row number.
func TestKeysetUsesPrimaryKey(t *testing.T) {
	writer, path := writable(t)
	mustExec(t, writer, "CREATE TABLE q_currency (id INTEGER PRIMARY KEY, name TEXT, symbol TEXT)")
	e := openEngine(t, path, testTables())
	steps := plan(t, e, "SELECT * FROM (SELECT id, name FROM currency) WHERE id > ? ORDER BY id ASC", "5")
	if steps[0] != "SEARCH s1 USING INTEGER PRIMARY KEY (rowid>?)" || slices.Contains(steps, "USE TEMP B-TREE FOR ORDER BY") {
		t.Errorf("plan: %q", steps)
	}
}

// Comparisons with dates must use an index although clocks decide them.
func TestTimeComparisonUsesIndex(t *testing.T) {
	e, writer := newTestEngine(t)
	mustExec(t, writer, "CREATE INDEX t_modified ON q_transaction(lastmodifieddate)")
	mustExec(t, writer, "CREATE INDEX t_date ON q_transaction(trandate)")
	ask(t, e, "SELECT id FROM transaction") // EXPLAIN alone does not notice a new index
	for q, index := range map[string]string{
		"SELECT id FROM transaction WHERE lastmodifieddate >= TO_DATE('2026-07-01','YYYY-MM-DD')":                   "t_modified (lastmodifieddate>?)",
		"SELECT id FROM transaction WHERE SYS_EXTRACT_UTC(lastmodifieddate) > TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI')": "t_modified (lastmodifieddate>?)",
		"SELECT id FROM transaction WHERE trandate BETWEEN TO_DATE('2026-01-01','YYYY-MM-DD') AND SYSDATE - 7":      "t_date (trandate>? AND trandate<?)",
	} {
		if steps := plan(t, e, q, "2026-07-01 00:00"); !strings.Contains(steps[0], index) {
			t.Errorf("%s\nplan: %q", q, steps)
		}
	}
}

// readAll pages by keyset and returns the number of rows.
func readAll(ctx context.Context, tb testing.TB, e *Engine) int {
	tb.Helper()
	s, last, total := testSession(tb), "0", 0
	for {
		p, f := e.Query(ctx, s, keyset, []string{last}, MaxLimit, 0)
		if f != nil {
			tb.Fatal(f)
		}
		for i, row := range p.Rows {
			if want := strconv.Itoa(total + i + 1); row[0].String != want {
				tb.Fatalf("row %s where %s should be", row[0].String, want)
			}
		}
		total += len(p.Rows)
		if !p.HasMore {
			return total
		}
		last = p.Rows[len(p.Rows)-1][0].String
	}
}

func TestKeysetReadsEveryRowOnce(t *testing.T) {
	e := newLines(t, 12_345, "CREATE INDEX line_id ON q_transactionline(id)")
	if n := readAll(t.Context(), t, e); n != 12_345 {
		t.Errorf("read %d rows", n)
	}
}

func BenchmarkKeysetMillion(b *testing.B) {
	const rows = 1_000_000
	e := newLines(b, rows, "CREATE INDEX line_id ON q_transactionline(id)")
	for b.Loop() {
		if n := readAll(b.Context(), b, e); n != rows {
			b.Fatalf("read %d rows", n)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
