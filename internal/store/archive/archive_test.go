package archive

import (
	"bytes"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/query"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

// databases are empty databases of both kinds.
var databases = map[string]func(t *testing.T) string{
	"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") },
	"PostgreSQL": func(t *testing.T) string { return postgrestest.URL(t) },
}

func open(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db.(*store.DB)
}

// booleans names the columns that are true or false, which SQLite does not tell.
func booleans(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := open(t, postgrestest.URL(t)).Snapshot(t.Context(), func(q query.Querier) error {
		tables, err := schema(t.Context(), q, true)
		for _, table := range tables {
			for _, c := range table.columns {
				names[table.name+"."+c.name] = c.kind == "boolean"
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// fill puts rows into every table that there is. All values of a row are its number, in
// one form or another, so that foreign keys lead to the row of the same number.
func fill(t *testing.T, db *store.DB) {
	t.Helper()
	truths := booleans(t)
	err := db.Write(t.Context(), func(q query.Querier) error {
		tables, err := schema(t.Context(), q, db.Postgres())
		if err != nil {
			return err
		}
		for _, table := range tables {
			var rows [][]any
			for n := range 5 {
				var row []any
				for _, c := range table.columns {
					if c.kind == "integer" && truths[table.name+"."+c.name] {
						row = append(row, n%2)
						continue
					}
					row = append(row, map[string]any{"text": fmt.Sprintf("ünï\n\"%d\"", n+1), "integer": int64(n+1) << 40, "boolean": n%2 == 0, "bytes": []byte{0, byte(n), 255}}[c.kind])
				}
				rows = append(rows, row)
			}
			names := strings.Split(quoted(table.names()), ", ")
			if err := query.Insert(t.Context(), q, table.name, names, rows, ""); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
		}
		_, err = q.Exec(t.Context(), "UPDATE record_errors SET state = 'open' WHERE id > ?", int64(3)<<40)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// taken is what Dump handed over.
type taken struct {
	parts   []Part
	content *Content
}

func dump(t *testing.T, db *store.DB) *taken {
	t.Helper()
	var out taken
	err := db.Snapshot(t.Context(), func(q query.Querier) (err error) {
		out.content, err = Dump(t.Context(), q, db.Postgres(), func(p Part) error {
			p.Text = bytes.Clone(p.Text)
			out.parts = append(out.parts, p)
			return nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &out
}

func (d *taken) each() iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		for _, p := range d.parts {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// text is everything, with true and false as SQLite has them.
func (d *taken) text() string {
	var rows []string
	for _, p := range d.parts {
		for row := range strings.Lines(string(p.Text)) {
			rows = append(rows, p.Table+strings.NewReplacer(",true", ",1", ",false", ",0").Replace(row))
		}
	}
	slices.Sort(rows)
	return strings.Join(rows, "") + fmt.Sprint(d.content)
}

// Every table, those of later migrations too, comes back the same from any kind of
// database in any other, and triggers have counted what they count.
func TestThereAndBack(t *testing.T) {
	for from, source := range databases {
		for to, target := range databases {
			t.Run(from+" to "+to, func(t *testing.T) {
				old := open(t, source(t))
				fill(t, old)
				was := dump(t, old)
				version, err := old.Version(t.Context())
				if err != nil || len(was.content.Rows) < 20 || version < 9 {
					t.Fatalf("version %d, %d tables, %v", version, len(was.content.Rows), err)
				}
				db, err := store.OpenAt(t.Context(), target(t), version)
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				err = db.Write(t.Context(), func(q query.Querier) error {
					return Load(t.Context(), q, db.Postgres(), was.each(), was.content.Sequences)
				})
				if err != nil {
					t.Fatal(err)
				}
				if is := dump(t, db).text(); is != was.text() {
					t.Errorf("not the same:\n%.2000s\n%.2000s", was.text(), is)
				}
				open, err := db.CountErrors(t.Context())
				if err != nil || len(open) != 2 {
					t.Errorf("open errors %v, %v", open, err)
				}
				made := &sluice.AuditEvent{Actor: "a", Action: "b", Noun: "c"}
				if err := db.AppendAudit(t.Context(), made); err != nil {
					t.Fatal(err)
				}
				list, err := db.Audit(t.Context(), sluice.AuditFilter{Limit: 1})
				if err != nil || list[0].ID <= int64(5)<<40 {
					t.Errorf("a number was given out again: %v, %v", list, err)
				}
			})
		}
	}
}

// What is written while a dump goes on is not in it, in no table. Switched off by reading
// outside of the snapshot's transaction.
func TestOneMoment(t *testing.T) {
	for name, address := range databases {
		t.Run(name, func(t *testing.T) {
			db := open(t, address(t))
			fill(t, db)
			before := dump(t, db)
			var during taken
			err := db.Snapshot(t.Context(), func(q query.Querier) (err error) {
				during.content, err = Dump(t.Context(), q, db.Postgres(), func(p Part) error {
					p.Text = bytes.Clone(p.Text)
					during.parts = append(during.parts, p)
					for _, name := range []string{"users", "audit_events", "settings", "tokens"} {
						err := db.Write(t.Context(), func(q query.Querier) error {
							_, err := q.Exec(t.Context(), "DELETE FROM "+name)
							return err
						})
						if err != nil {
							return err
						}
					}
					return nil
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if during.text() != before.text() {
				t.Error("the dump saw what was written meanwhile")
			}
			if after := dump(t, db); after.text() == before.text() {
				t.Error("nothing was written meanwhile: the test proves nothing")
			}
		})
	}
}

func TestWhatIsNotOurs(t *testing.T) {
	db := open(t, databases["SQLite"](t))
	for _, p := range []Part{
		{Table: "sluice_migrations", Columns: []string{"version_id"}, Text: []byte("[1]\n")},
		{Table: "users; DROP TABLE users", Columns: []string{"id"}, Text: []byte("[1]\n")},
		{Table: "settings", Columns: []string{`name", "value`}, Text: []byte("[1]\n")},
		{Table: "settings", Columns: []string{"name"}, Text: []byte("[1,2]\n")},
		{Table: "settings", Columns: []string{"name", "value"}, Text: []byte(`["a",[1]]`)},
		{Table: "settings", Columns: []string{"name", "value"}, Text: []byte(`["a`)},
	} {
		err := db.Write(t.Context(), func(q query.Querier) error {
			return Load(t.Context(), q, false, (&taken{parts: []Part{p}}).each(), nil)
		})
		if sluice.ErrorCode(err) != "backup.invalid" {
			t.Errorf("part %+v: %v", p, err)
		}
	}
}
