package connectortest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
)

// LookupRows are what a system holds that RunLookup asks: id is a number where the
// system knows numbers, name is a text or null.
func LookupRows() []sluice.Record {
	names := []any{"a", "A", "a ", "O'Brien \\ \"%\"", "twin", "twin", nil, "7", "07", "äöü", ""}
	rows := make([]sluice.Record, len(names))
	for i, name := range names {
		rows[i] = sluice.Record{"id": json.Number(fmt.Sprint(i + 1)), "name": name}
	}
	return rows
}

// RunLookup makes sure that a Finder compares as lookups have to. open gives one that
// matches the columns of the lookup in LookupRows, in the order of id.
func RunLookup(t *testing.T, open func(t testing.TB, l sluice.Lookup) sluice.Finder) {
	tests := []struct {
		name, match, many string
		ask               []sluice.Question
		want              string // IDs by question
	}{
		{"texts are exact", "name", "", []sluice.Question{{"a"}, {"A"}, {"a "}, {" a"}, {"none"}, {"ä"}, {"äöü"}}, "1;2;3;;;;10"},
		{"texts are data", "name", "", []sluice.Question{{"O'Brien \\ \"%\""}, {"%"}, {"' OR 1 = 1 --"}, {"?"}, {"a\" OR \"a\"=\"a"}}, "4;;;;"},
		{"two texts are no numbers", "name", "", []sluice.Question{{"7"}, {"07"}, {"7.0"}}, "8;9;"},
		{"numbers by value", "id", "", []sluice.Question{{json.Number("7")}, {json.Number("8.0")}, {json.Number("-1")}}, "7;8;"},
		{"the text of a number", "id", "", []sluice.Question{{"3"}, {"5"}}, "3;5"},
		{"error keeps two", "name", "", []sluice.Question{{"twin"}}, "5,6"},
		{"first keeps one", "name", sluice.ManyFirst, []sluice.Question{{"twin"}, {"a"}}, "5;1"},
		{"all keeps all", "name", sluice.ManyAll, []sluice.Question{{"twin"}, {"none"}, {"a"}}, "5,6;;1"},
		{"two columns", "id name", "", []sluice.Question{{json.Number("5"), "twin"}, {json.Number("6"), "twin"}, {json.Number("1"), "A"}, {json.Number("7"), "x"}}, "5;6;;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := sluice.Lookup{Match: map[string]string{}, Many: tt.many, As: "found"}
			for column := range strings.FieldsSeq(tt.match) {
				l.Match[column] = "this." + column
			}
			f := open(t, l)
			defer func() { _ = f.Close() }()
			if got := ids(t, f, tt.ask); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	t.Run("several at once, again and again", func(t *testing.T) {
		f := open(t, sluice.Lookup{Match: map[string]string{"name": "this.name"}, As: "found"})
		defer func() { _ = f.Close() }()
		var asking sync.WaitGroup
		for range 4 {
			asking.Go(func() {
				if got := ids(t, f, []sluice.Question{{"A"}, {"none"}, {"a"}}); got != "2;;1" {
					t.Errorf("got %s", got)
				}
			})
		}
		asking.Wait()
		var many []sluice.Question
		for i := range 2500 { // more than one request takes
			many = append(many, sluice.Question{fmt.Sprint("none", i)})
		}
		many = append(many, sluice.Question{"A"})
		if got := ids(t, f, many); strings.Trim(got, ";") != "2" {
			t.Errorf("got %s", got)
		}
	})
}

// ids asks, and returns the IDs of what was found.
func ids(t testing.TB, f sluice.Finder, questions []sluice.Question) string {
	got, err := f.Find(t.Context(), questions)
	if err != nil {
		t.Error(err)
		return ""
	}
	var out []string
	for _, a := range got.Answers {
		var list []string
		for _, r := range a.Records {
			list = append(list, fmt.Sprint(r["id"]))
		}
		if a.Refused != nil {
			list = append(list, a.Refused.Error())
		}
		out = append(out, strings.Join(list, ","))
	}
	return strings.Join(out, ";")
}
