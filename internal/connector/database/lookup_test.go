package database

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

func (s server) finder(l sluice.Lookup) (sluice.Finder, error) {
	return OpenLookup(s.t.Context(), s.Connection, &l, Options{})
}

// things makes the rows of the shared tests.
func (s server) things() {
	s.t.Helper()
	s.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
	for _, r := range connectortest.LookupRows() {
		name := "NULL"
		if text, ok := r["name"].(string); ok {
			name = "'" + strings.ReplaceAll(text, "'", "''") + "'"
			if s.Kind == sluice.KindMySQL {
				name = strings.ReplaceAll(name, `\`, `\\`)
			}
			if s.Kind == sluice.KindSQLServer {
				name = "N" + name
			}
		}
		s.exec(fmt.Sprintf("INSERT INTO things (id, name) VALUES (%v, %s)", r["id"], name))
	}
}

func TestLookups(t *testing.T) { everywhere(t, lookups) }

func lookups(t *testing.T, s server) {
	s.things()
	connectortest.RunLookup(t, func(t testing.TB, l sluice.Lookup) sluice.Finder {
		l.SQL = &sluice.LookupSQL{Query: "SELECT id, name FROM things -- all;", Key: []string{"id"}}
		f, err := s.finder(l)
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
}

func TestLookupsOfOtherTypes(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		s.things()
		f, err := s.finder(sluice.Lookup{SQL: &sluice.LookupSQL{Query: "SELECT id, name FROM things"}, Match: map[string]string{"ID": "x"}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		// A text that is no number spoils no other question, whether the database refuses it or not.
		got, err := f.Find(t.Context(), []sluice.Question{{json.Number("1")}, {"abc"}, {"2"}, {true}})
		if err != nil || len(got.Answers) != 4 || len(got.Answers[0].Records) != 1 || len(got.Answers[1].Records) != 0 || len(got.Answers[2].Records) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if got.Answers[1].Refused != nil && got.Answers[1].Refused.Code != "lookup.refused" {
			t.Errorf("%v", got.Answers[1].Refused)
		}
	})
}

func TestLookupErrors(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		s.things()
		for query, where := range map[string]string{"SELECT id FROM nothing": "lookup.sql.query", "SELECT id FROM things": "lookup.match.name", "SELECT (": "lookup.sql.query"} {
			_, err := s.finder(sluice.Lookup{SQL: &sluice.LookupSQL{Query: query}, Match: map[string]string{"name": "x"}})
			if err == nil || !strings.Contains(err.Error(), where) {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}
