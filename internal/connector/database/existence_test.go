package database

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// opens opens any import of the table things.
func (s server) opens(i sluice.Import) sluice.Writer {
	s.t.Helper()
	i.SQL = &sluice.SQLImport{Table: "things", Key: []string{"id"}}
	w, err := OpenImport(s.t.Context(), s.Connection, &i, Options{Clock: time.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = w.Close() })
	return w
}

// sends prepares and sends records, and those again that were not sent.
func (s server) sends(w sluice.Writer, o sluice.Operation, records ...sluice.Record) []sluice.Result {
	s.t.Helper()
	results := make([]sluice.Result, len(records))
	for range 4 {
		var intents []*sluice.Intent
		var places []int
		for n, r := range records {
			if results[n].State == sluice.ResultNotSent {
				intents, places = append(intents, &sluice.Intent{Operation: o, Record: r}), append(places, n)
			}
		}
		if len(intents) == 0 {
			break
		}
		if err := w.Prepare(s.t.Context(), intents); err != nil {
			s.t.Fatal(err)
		}
		for _, i := range intents {
			i.SendBy = time.Now().Add(time.Hour)
		}
		got, err := w.Write(s.t.Context(), intents)
		if err != nil {
			s.t.Fatal(err)
		}
		for k, n := range places {
			results[n] = got[k]
		}
	}
	return results
}

func (s server) stored() string {
	s.t.Helper()
	got, err := s.records(&sluice.SQLExport{Query: "SELECT id, name, note FROM things", Key: []string{"id"}})
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, r := range got {
		var parts []string
		for _, f := range []string{"id", "name", "note"} {
			if r[f] != nil && r[f] != "" {
				parts = append(parts, strings.Trim(asText(r[f]), `"`))
			}
		}
		out = append(out, strings.Join(parts, " "))
	}
	return strings.Join(out, ", ")
}

func thing(id, name, note string) sluice.Record {
	return sluice.Record{"id": json.Number(id), "name": name, "note": note}
}

func states(results []sluice.Result) string {
	names := map[sluice.ResultState]string{sluice.ResultNotSent: "not sent", sluice.ResultWritten: "written", sluice.ResultRefused: "refused", sluice.ResultUnknown: "unknown", sluice.ResultIgnored: "ignored"}
	var out []string
	for _, r := range results {
		out = append(out, names[r.State])
	}
	return strings.Join(out, ", ")
}

func TestRowsThatAreThereOrNot(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		s.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, note TEXT)", "CREATE UNIQUE INDEX things_name ON things (name)",
			"INSERT INTO things VALUES (1, 'one', 'old')")
		expect := func(what string, got []sluice.Result, want, there string) {
			t.Helper()
			if states(got) != want || s.stored() != there {
				t.Errorf("%s: %s, want %s\n%s\n%s", what, states(got), want, s.stored(), there)
			}
		}
		for n, o := range []sluice.Operation{sluice.Add, sluice.Upsert} {
			w := s.opens(sluice.Import{Operation: o, IgnoreExisting: true})
			id := []string{"2", "3"}[n]
			got := s.sends(w, o, thing("1", "changed", ""), thing(id, "new"+id, "x"), thing("9", "one", "x"))
			expect(string(o), got, "ignored, written, refused", []string{"1 one old, 2 new2 x", "1 one old, 2 new2 x, 3 new3 x"}[n])
		}
		w := s.opens(sluice.Import{Operation: sluice.Update, IgnoreMissing: true})
		expect("update", s.sends(w, sluice.Update, thing("1", "one", "newer"), thing("8", "eight", "x")), "written, ignored", "1 one newer, 2 new2 x, 3 new3 x")
		w = s.opens(sluice.Import{Operation: sluice.Delete, IgnoreMissing: true})
		expect("delete", s.sends(w, sluice.Delete, sluice.Record{"id": json.Number("3")}, sluice.Record{"id": json.Number("8")}), "written, ignored", "1 one newer, 2 new2 x")
		w = s.opens(sluice.Import{Operation: sluice.Delete})
		expect("delete", s.sends(w, sluice.Delete, sluice.Record{"id": json.Number("8")}), "refused", "1 one newer, 2 new2 x")

		w = s.opens(sluice.Import{Operation: sluice.Upsert, OnCreate: []string{"name"}, OnUpdate: []string{"note"}})
		got := s.sends(w, sluice.Upsert, thing("1", "uno", "on update"), thing("4", "four", "never"))
		expect("conditional", got, "written, written", "1 one on update, 2 new2 x, 4 four")
		if got[0].LeftOut != 1 || got[1].LeftOut != 1 || got[0].Created || !got[1].Created {
			t.Errorf("conditional: %+v", got)
		}
	})
}

// A row that another one has made since it was looked for is left alone, too.
func TestRowThatCameUp(t *testing.T) {
	for name, open := range map[string]func(testing.TB) server{"postgresql": newPostgres, "mysql": newMySQL} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, note TEXT)")
			w := s.opens(sluice.Import{Operation: sluice.Add, IgnoreExisting: true})
			intents := []*sluice.Intent{{Operation: sluice.Add, Record: thing("1", "ours", "")}, {Operation: sluice.Add, Record: thing("2", "ours", "")}}
			if err := w.Prepare(t.Context(), intents); err != nil {
				t.Fatal(err)
			}
			s.exec("INSERT INTO things VALUES (1, 'theirs', '')")
			for _, i := range intents {
				i.SendBy = time.Now().Add(time.Hour)
			}
			got, err := w.Write(t.Context(), intents)
			if err != nil || states(got) != "ignored, written" || s.stored() != "1 theirs, 2 ours" {
				t.Errorf("%s, %v: %s", states(got), err, s.stored())
			}
		})
	}
}

// After a kill the rows tell what was ignored from what was written.
func TestIgnoredRowsAreNotTakenForWritten(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		s.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, note TEXT)", "INSERT INTO things VALUES (1, 'one', '')")
		w := s.opens(sluice.Import{Operation: sluice.Add, IgnoreExisting: true})
		intents := []*sluice.Intent{{Operation: sluice.Add, Record: thing("1", "changed", "")}, {Operation: sluice.Add, Record: thing("2", "two", "")}}
		if err := w.Prepare(t.Context(), intents); err != nil {
			t.Fatal(err)
		}
		for _, i := range intents {
			i.SendBy = time.Now().Add(time.Hour)
		}
		if _, err := w.Write(t.Context(), intents); err != nil {
			t.Fatal(err)
		}
		got, err := w.Reconcile(t.Context(), intents)
		if err != nil || got[1].State != sluice.ResultWritten || got[0].State == sluice.ResultWritten {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Have commit end the page as a whole, and the good records are refused with the bad one.
func TestOnlyTheBadRecordFailsAtTheCommit(t *testing.T) {
	s := newSQLite(t)
	s.exec("CREATE TABLE parents (id INTEGER PRIMARY KEY)", "INSERT INTO parents VALUES (1)",
		"CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, note INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")
	w := s.opens(sluice.Import{Operation: sluice.Add})
	row := func(id, parent string) sluice.Record {
		return sluice.Record{"id": json.Number(id), "note": json.Number(parent)}
	}
	got := s.sends(w, sluice.Add, row("1", "1"), row("2", "7"), row("3", "1"))
	if states(got) != "written, refused, written" || s.stored() != "1 1, 3 1" {
		t.Errorf("%s: %s", states(got), s.stored())
	}
	if f := got[1].Failure; f == nil || f.Classification != sluice.ClassReference {
		t.Errorf("%+v", f)
	}
}
