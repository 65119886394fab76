package acceptance

import (
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/postgrestest"
)

// store is a bench whose flow writes into a PostgreSQL table, through a wire.
type store struct {
	*bench
	db *sql.DB
}

const peopleToTable = `
name: people-to-table
export:
  connection: files
  csv: {path: people.csv, "null": "NULL"}
  key: [id]
steps:
  - map: |
      root.id = this.id
      root.%s = this.name
  - import:
      connection: warehouse
      operation: %s
      sql: {table: %s, key: [id]}
pages: {size: 4, parallel: 2}
`

func newStore(t *testing.T, operation, column, table string) *store {
	t.Helper()
	address := postgrestest.URL(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	password, _ := u.User.Password()
	b := &bench{installation: install(t, "WAREHOUSE_PASSWORD="+password), wire: newWire(t, u.Host), files: t.TempDir(), rows: 9}
	s := &store{b, db}
	s.exec("CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL)")
	b.put("people.csv", people(1, b.rows))
	connection := fmt.Sprintf("\n  - name: warehouse\n    kind: postgresql\n    settings: {host: 127.0.0.1, port: %q, database: %q, user: %q, sslmode: disable}\n",
		b.wire.port(t), strings.TrimPrefix(u.Path, "/"), u.User.Username())
	if password != "" {
		connection += "    secrets: {password: {env: WAREHOUSE_PASSWORD}}\n"
	}
	b.apply(connection+filesConnection("files", b.files), map[string]string{"people-to-table": fmt.Sprintf(peopleToTable, column, operation, table)})
	return s
}

func (s *store) exec(statement string) {
	s.t.Helper()
	if _, err := s.db.ExecContext(s.t.Context(), statement); err != nil {
		s.t.Fatal(err)
	}
}

// ids lists the rows of the table.
func (s *store) ids() []int {
	s.t.Helper()
	rows, err := s.db.QueryContext(s.t.Context(), "SELECT id FROM people ORDER BY id")
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	list := []int{}
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, id)
	}
	return list
}

// complete lets the run go on, and looks at the table: each row once.
func (s *store) complete(r *run) {
	s.t.Helper()
	var after run
	s.do(&after, "run", "resume", fmt.Sprint(r.ID))
	if c := after.Counts; after.State != "completed" || c.Read != 9 || c.Written != 9 || c.Failed != 0 {
		s.t.Fatalf("the resumed run is %s with %+v", after.State, c)
	}
	if got := s.ids(); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		s.t.Fatalf("the table has %v", got)
	}
}

// What is wrong with the table fails the run before a row is written, and the run
// goes on when the table is mended.
func TestATableThatIsNotAsTheFlowSays(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, column, spoil string
		says                complaint
		problem, mend       string
	}{
		{"no table", "name", "ALTER TABLE people RENAME TO persons",
			complaint{"import.table", "not as the import needs them", "", ""}, `sql.no_table: there is no table "people"`, "ALTER TABLE persons RENAME TO people"},
		{"no key column", "name", "ALTER TABLE people RENAME COLUMN id TO number",
			complaint{"import.table", "not as the import needs them", "", ""}, `sql.no_column: the table people has no column "id"`, "ALTER TABLE people RENAME COLUMN number TO id"},
		{"no column", "name", "ALTER TABLE people RENAME COLUMN name TO called",
			complaint{"import.unknown_columns", "no column for", "people", "Add the columns"}, `sql.no_column: the table "people" has no column for the field "name"`, "ALTER TABLE people RENAME COLUMN called TO name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, "upsert", c.column, "people")
			s.exec(c.spoil)
			r := s.failed("people-to-table", c.says)
			if p := r.Error.Problems; len(p) != 1 || p[0].Code+": "+p[0].Message != c.problem {
				t.Fatalf("the problems are %+v", p)
			}
			s.exec(c.mend)
			if got := s.ids(); len(got) > 0 {
				t.Fatalf("rows were written: %v", got)
			}
			s.complete(r)
		})
	}
}

// Rows that the database refuses are record errors, exactly these; the others of
// their page get through. A retry of the corrected records completes the table.
func TestRowsThatTheDatabaseRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, bad, class, code, message string }{
		{"null where none may be", "NULL", "value", "23502", "null value"},
		{"text that is no number", "\"Person, 3\"", "value", "22P02", "invalid input syntax"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, "add", "name", "people")
			text := people(1, 9)
			if c.code == "22P02" {
				text = strings.Replace(text, "\n3,", "\nthree,", 1)
				text = strings.Replace(text, "\n8,", "\neight,", 1)
			} else {
				text = strings.NewReplacer(`"Person, 3"`, c.bad, `"Person, 8"`, c.bad).Replace(text)
			}
			s.put("people.csv", text)
			list := s.recordErrors("people-to-table", 2, c.class, complaint{code: c.code, message: c.message, remedy: "Correct the record or the mapping"})
			if got := s.ids(); !slices.Equal(got, []int{1, 2, 4, 5, 6, 7, 9}) {
				t.Fatalf("the table has %v", got)
			}
			for _, e := range list {
				id := "3"
				if strings.HasSuffix(e.Origin, "row 9") {
					id = "8"
				}
				s.do(nil, "error", "edit", fmt.Sprint(e.ID), "--record", fmt.Sprintf(`{"id": %q, "name": "Person, %s"}`, id, id))
			}
			s.do(nil, "error", "retry", "--flow", "people-to-table")
			if got := s.ids(); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}) || len(s.errors()) != 0 {
				t.Fatalf("the table has %v, errors are left: %v", got, s.errors())
			}
		})
	}
}

// A database that goes away in the middle of a page, before or after it has
// committed, fails the run. What became of the page is found out afterwards.
func TestADatabaseThatGoesAway(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, on string
		after    bool
	}{
		{"while a page is written", "Person, 6", false},
		{"before it commits", "commit", false},
		{"after it has committed", "commit", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, "add", "name", "people")
			s.wire.cutWhen(c.on, c.after)
			r := s.failed("people-to-table", complaint{"connection.unreachable", "does not answer", "", "that the server runs"})
			s.wire.cutWhen("", false)
			s.wire.set(wireSound)
			s.complete(r)
		})
	}
}
