package database

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// window reads an export's window to its end, opening it anew behind each batch.
func (s server) window(e *sluice.Export, w *sluice.Window) (ids []string, err error) {
	s.t.Helper()
	var cursor []byte
	for {
		r, err := OpenExport(s.t.Context(), s.Connection, e, sluice.ExportOptions{Window: w, Cursor: cursor}, Options{Clock: time.Now})
		if err != nil {
			return nil, err
		}
		b, err := r.Next(s.t.Context(), 2)
		_ = r.Close()
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, err
		}
		for _, it := range b.Items {
			id := fmt.Sprint(it.Record["id"])
			if it.Deleted() {
				id = "-" + id
			}
			if it.Reread {
				id += " again"
			}
			ids = append(ids, id)
		}
		cursor = b.Cursor
	}
}

func at(hour, minute int) time.Time { return time.Date(2026, 10, 25, hour, minute, 0, 0, time.UTC) }

// Times are compared as instants, in whatever way the database holds them: here those
// of the hour that Berlin has twice.
func TestDelta(t *testing.T) {
	for name, d := range map[string]struct {
		server func(testing.TB) server
		typ    string
		times  [6]string
	}{
		"sqlite texts":            {newSQLite, "TEXT", [6]string{"'2026-10-25T02:30:00+02:00'", "'2026-10-25 02:30:00+01:00'", "'2026-10-25T01:30:00Z'", "'2026-10-25 01:45:00.500'", "NULL", "'2026-10-25'"}},
		"sqlite seconds":          {newSQLite, "INTEGER", [6]string{"1792888200", "1792891800", "1792891800", "1792892700.5", "NULL", "1792886400"}},
		"postgresql with zone":    {newPostgres, "timestamptz", [6]string{"'2026-10-25 02:30:00+02'", "'2026-10-25 02:30:00+01'", "'2026-10-25 01:30:00Z'", "'2026-10-25 01:45:00.5Z'", "NULL", "'2026-10-25 00:00Z'"}},
		"postgresql without zone": {newPostgres, "timestamp", [6]string{"'2026-10-25 00:30'", "'2026-10-25 01:30'", "'2026-10-25 01:30'", "'2026-10-25 01:45:00.5'", "NULL", "'2026-10-25'"}},
		"mysql timestamps":        {newMySQL, "timestamp(6) NULL", [6]string{"'2026-10-25 00:30'", "'2026-10-25 01:30'", "'2026-10-25 01:30'", "'2026-10-25 01:45:00.5'", "NULL", "'2026-10-25'"}},
		"mysql times":             {newMySQL, "datetime(6)", [6]string{"'2026-10-25 00:30'", "'2026-10-25 01:30'", "'2026-10-25 01:30'", "'2026-10-25 01:45:00.5'", "NULL", "'2026-10-25'"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := d.server(t)
			s.exec("CREATE TABLE t (id integer PRIMARY KEY, grp integer, made "+d.typ+", changed "+d.typ+")", "CREATE TABLE gone (id integer, at "+d.typ+")")
			for i, at := range d.times {
				s.exec(fmt.Sprintf("INSERT INTO t VALUES (%d, %d, %s, NULL)", i+1, i/2, d.times[5]), fmt.Sprintf("UPDATE t SET changed = %s WHERE id = %d", at, i+1))
			}
			s.exec("UPDATE t SET made = NULL, changed = NULL WHERE id = 5", "INSERT INTO gone VALUES (77, "+d.times[1]+"), (1, "+d.times[1]+")")
			export := &sluice.Export{Key: []string{"id"}, SQL: &sluice.SQLExport{Query: "SELECT * FROM t;", Key: []string{"id"}}, Delta: &sluice.Delta{Fields: []string{"made", "changed"}}}
			check := func(w sluice.Window, want ...string) {
				t.Helper()
				if got, err := s.window(export, &w); err != nil || !slices.Equal(got, want) {
					t.Errorf("%v: %q, want %q; %v", w, got, want, err)
				}
			}
			check(sluice.Window{Until: at(1, 30)}, "5", "6", "1")
			check(sluice.Window{Until: at(2, 0)}, "5", "6", "1", "2", "3", "4")
			check(sluice.Window{From: at(1, 30), Until: at(1, 45)}, "2", "3")
			check(sluice.Window{From: at(0, 30), Until: at(2, 0), Mark: at(1, 30)}, "1 again", "2", "3", "4")
			check(sluice.Window{From: at(3, 0), Until: at(4, 0)})
			export.Delta.Deletes = &sluice.Deletes{Query: "SELECT id, at FROM gone", Field: "at"}
			check(sluice.Window{From: at(1, 30), Until: at(1, 45)}, "-77", "2", "3") // 1 is there again
			export.Delta.Deletes, export.Group = nil, &sluice.Group{By: []string{"grp"}, As: "rows"}
			export.SQL.Key = []string{"grp", "id"}
			w := sluice.Window{From: at(1, 40), Until: at(2, 0)}
			r, err := OpenExport(t.Context(), s.Connection, export, sluice.ExportOptions{Window: &w}, Options{Clock: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			b, err := r.Next(t.Context(), 10)
			if err != nil || len(b.Items) != 1 || len(b.Items[0].Record["rows"].([]any)) != 2 {
				t.Errorf("a group of which one row changed: %+v, %v", b.Items, err)
			}
		})
	}
}

func TestDeltaErrors(t *testing.T) {
	for name, s := range map[string]server{"sqlite": newSQLite(t), "postgresql": newPostgres(t), "mysql": newMySQL(t)} {
		s.exec("CREATE TABLE t (id integer PRIMARY KEY, changed text)", "INSERT INTO t VALUES (1, 'yesterday-ish')")
		for field, want := range map[string]string{"changed": "source.no_time", "absent": "source.missing_column"} {
			e := &sluice.Export{Key: []string{"id"}, SQL: &sluice.SQLExport{Query: "SELECT * FROM t", Key: []string{"id"}}, Delta: &sluice.Delta{Fields: []string{field}}}
			_, err := s.window(e, &sluice.Window{Until: at(1, 0)})
			var code string
			if e, ok := errors.AsType[*sluice.Error](err); ok {
				if code = e.Code; len(e.Problems) > 0 {
					code = e.Problems[0].Code
				}
			}
			if code != want {
				t.Errorf("%s: %s is %v", name, field, err)
			}
		}
	}
}

// The clock is the database's, to within what these machines are apart: nothing.
func TestNow(t *testing.T) {
	for _, s := range []server{newSQLite(t), newPostgres(t), newMySQL(t)} {
		now, err := Now(t.Context(), s.Connection, Options{Clock: time.Now})
		if err != nil || time.Since(now).Abs() > time.Minute || now.Location() != time.UTC {
			t.Errorf("%s: %s, %v", s.Kind, now, err)
		}
	}
	if _, err := Now(t.Context(), &sluice.Connection{Kind: sluice.KindSQLServer}, Options{}); sluice.ErrorCode(err) != "export.delta_kind" {
		t.Errorf("SQL Server: %v", err)
	}
}
