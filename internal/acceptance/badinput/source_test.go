package badinput

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/sluicehq/sluice"
)

// reading is a flow from some export to a file.
func reading(name, export string) string {
	return fmt.Sprintf(`name: %[1]s
export:
  %[2]s
  key: [id]
steps:
  - map: |
      root.id = this.id
      root.total = this.amount.decimal()
  - import: {connection: files, operation: add, csv: {path: %[1]s.csv, columns: [id, total]}}
pages: {size: 2, parallel: 1}
`, name, export)
}

// Fields that change their type are errors of their records; rows and pages that are
// no records any more end the run at their place, and it goes on when they are mended.
func sourceThatChangesShape(t *testing.T, w *world) {
	t.Run("fields of a file", func(t *testing.T) {
		w.put(t, "shapes.jsonl", `{"id": 1, "amount": 1.10}
{"id": 2, "amount": {"value": 2}}
{"id": [3], "amount": 3}
{"id": 4}
{"id": 5, "amount": "5.50"}
`)
		w.apply(t, reading("shapes", "connection: files\n  jsonl: {path: shapes.jsonl}"))
		w.through(t, "shapes", 5, 2, 3)
		w.open(t, "shapes", says{"mapping.failed", "shapes.jsonl row 2", "decimal", "Correct"}, says{"record.key_invalid", "shapes.jsonl row 3", "id", ""},
			says{"mapping.failed", "shapes.jsonl row 4", "decimal", "Correct"})
		if got := w.read(t, "shapes.csv"); got != "id,total\n1,1.10\n5,5.50\n" {
			t.Errorf("written: %q", got)
		}
	})
	t.Run("pages of an API", func(t *testing.T) {
		mended := false
		w.api.set(func(rw http.ResponseWriter, r *http.Request) {
			switch page := r.URL.Query().Get("page"); {
			case page == "3":
				writeJSON(rw, map[string]any{"items": []any{}})
			case page == "2" && !mended:
				writeJSON(rw, map[string]any{"results": []any{}})
			default:
				writeJSON(rw, map[string]any{"items": []any{map[string]any{"id": page + "a", "amount": 1}, map[string]any{"id": page + "b", "amount": 2}}})
			}
		})
		w.apply(t, reading("pages", "connection: api\n  http: {path: /items, records: /items, page: {by: page, param: page}}"))
		r := w.fails(t, "pages", says{"source.no_records", w.api.URL + "/items", "page 2", "Resume"})
		mended = true
		w.wants(t, w.resumed(t, r), 4, 4, 0)
		if got := w.read(t, "pages.csv"); got != "id,total\n1a,1\n1b,2\n2a,1\n2b,2\n" {
			t.Errorf("written: %q", got)
		}
	})
	t.Run("a table", func(t *testing.T) {
		db := w.warehouse(t, "CREATE TABLE goods (id INTEGER PRIMARY KEY, amount); INSERT INTO goods VALUES (1, 1), (2, 2), (3, 'three'), (4, 4)")
		var once sync.Once
		w.api.set(func(rw http.ResponseWriter, r *http.Request) {
			once.Do(func() { db("ALTER TABLE goods RENAME COLUMN amount TO sum") })
			writeJSON(rw, map[string]any{"id": "1"})
		})
		w.apply(t, `name: table
export:
  connection: warehouse
  sql: {query: "SELECT id, amount FROM goods", key: [id]}
  key: [id]
steps:
  - import: {connection: api, operation: add, http: {path: /goods, method: POST, id: /id}}
pages: {size: 1, parallel: 1}
`)
		r := w.run(t, "table")
		if r.State == "failed" { // where its rows were not all read before
			db("ALTER TABLE goods RENAME COLUMN sum TO amount")
			r = w.resumed(t, r)
			db("ALTER TABLE goods RENAME COLUMN amount TO sum")
		}
		w.wants(t, r, 4, 4, 0)
		w.fails(t, "table", says{"sqlite.1", "export.sql.query", "no such column: amount", "Correct"})
	})
}

// warehouse runs statements on the database, and returns what runs more.
func (w *world) warehouse(t *testing.T, statements string) (do func(string)) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.files, "warehouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	do = func(text string) {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Error(err)
		}
	}
	do(statements)
	return do
}

// heap watches how much memory the process has in use.
type heap struct {
	top  uint64
	stop chan struct{}
	done sync.WaitGroup
}

func watchHeap() *heap {
	h := &heap{stop: make(chan struct{})}
	h.done.Go(func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for ticker := time.NewTicker(5 * time.Millisecond); ; {
			metrics.Read(sample)
			h.top = max(h.top, sample[0].Value.Uint64())
			select {
			case <-h.stop:
				return
			case <-ticker.C:
			}
		}
	})
	return h
}

// most ends watching and returns the most, in MB.
func (h *heap) most() uint64 {
	close(h.stop)
	h.done.Wait()
	return h.top >> 20
}

const large = 50 << 20

var manyOhs = bytes.Repeat([]byte("o"), 64<<10)

// ohs is a text of so many letters.
type ohs struct{ left int }

func (o *ohs) Read(p []byte) (int, error) {
	if o.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), o.left)], manyOhs)
	o.left -= n
	return n, nil
}

// putLarge writes a file: text, 50 MB of a letter, and text again.
func (w *world) putLarge(t *testing.T, name, before, behind string) {
	t.Helper()
	f, err := os.Create(filepath.Join(w.files, name))
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(f)
	_, err = io.Copy(out, io.MultiReader(strings.NewReader(before), &ohs{large}, strings.NewReader(behind)))
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keeping is a flow from some export to a file, which takes all fields.
func keeping(name, export string) string {
	return strings.Replace(reading(name, export), "root.total = this.amount.decimal()", "root.total = this.amount.string().length()", 1)
}

// A record of 50 MB is refused at its place, wherever it comes from, and those round
// it get through. Memory stays bounded.
func largeRecord(t *testing.T, w *world) {
	// What holds an answer or a row of 50 MB some times, on its way from bytes to a record.
	const bound = 400
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // what is in use counts, not what is freed late
	watched := func(name string, meet func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			h := watchHeap()
			meet(t)
			most := h.most()
			if most > bound {
				t.Errorf("at most %d MB of memory, want no more than %d", most, bound)
			}
		})
	}
	watched("a line of a JSON file", func(t *testing.T) {
		w.putLarge(t, "large.jsonl", `{"id": 1, "amount": 1}`+"\n"+`{"id": 2, "amount": "`, "\"}\n{\"id\": 3, \"amount\": 3}\n")
		w.apply(t, keeping("large-line", "connection: files\n  jsonl: {path: large.jsonl}"))
		w.through(t, "large-line", 3, 2, 1)
		w.open(t, "large-line", says{"record.too_large", "large.jsonl row 2", "50 MB", "Leave out"})
	})
	watched("a field of a CSV file", func(t *testing.T) {
		w.putLarge(t, "large-in.csv", "id,amount\n1,1\n2,", "\n3,3\n")
		w.apply(t, keeping("large-field", "connection: files\n  csv: {path: large-in.csv}"))
		w.fails(t, "large-field", says{"source.quote", "large-in.csv row 3", "too large", "shorten"})
	})
	watched("a record of an API", func(t *testing.T) {
		w.api.set(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.Copy(rw, io.MultiReader(strings.NewReader(`[{"id": 1, "amount": 1}, {"id": 2, "amount": "`), &ohs{large}, strings.NewReader(`"}, {"id": 3, "amount": 3}]`)))
		})
		w.apply(t, keeping("large-answer", "connection: api\n  http: {path: /large}"))
		w.through(t, "large-answer", 3, 2, 1)
		w.open(t, "large-answer", says{"record.too_large", "", fmt.Sprint(sluice.MaxRecordBytes >> 20), ""})
	})
	watched("a row of a database", func(t *testing.T) {
		w.warehouse(t, fmt.Sprintf("CREATE TABLE large (id INTEGER PRIMARY KEY, amount); INSERT INTO large VALUES (1, 1), (2, hex(zeroblob(%d))), (3, 3)", large/2))
		w.apply(t, keeping("large-row", "connection: warehouse\n  sql: {query: \"SELECT id, amount FROM large\", key: [id]}"))
		w.through(t, "large-row", 3, 2, 1)
		w.open(t, "large-row", says{"record.too_large", "", fmt.Sprint(sluice.MaxRecordBytes >> 20), ""})
	})
	watched("a record that a mapping makes", func(t *testing.T) {
		w.put(t, "small.csv", "id,amount\n1,0\n2,50\n3,0\n")
		doubling := "root.total = if this.amount == \"50\" { $t21 } else { this.amount }"
		for n := 21; n > 0; n-- {
			doubling = fmt.Sprintf("let t%d = $t%d + $t%d\n      ", n, n-1, n-1) + doubling
		}
		w.apply(t, strings.Replace(reading("large-mapped", "connection: files\n  csv: {path: small.csv}"), "root.total = this.amount.decimal()", `let t0 = "sixteen letters."`+"\n      "+doubling, 1))
		w.through(t, "large-mapped", 3, 2, 1)
		w.open(t, "large-mapped", says{"record.too_large", "small.csv row 3", "the mapping gives a record of about 32 MB", "give less"})
	})
	watched("a delivery", func(t *testing.T) {
		w.apply(t, hookFlow)
		resp, err := http.Post(w.url+"/hooks/hook", "application/json", &ohs{large})
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		wantCode(t, errorOf(t, resp), says{"request.too_large", "", "more than 10 MB", "raise"})
	})
}
