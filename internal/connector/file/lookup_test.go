package file

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

func TestLookups(t *testing.T) {
	d := newDir(t)
	var csv, lines strings.Builder
	csv.WriteString("id;name\n")
	for _, r := range connectortest.LookupRows() {
		name := "NULL"
		if text, ok := r["name"].(string); ok {
			name = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		fmt.Fprintf(&csv, "%v;%s\n", r["id"], name)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s\n", text)
	}
	d.write("a.csv", csv.String())
	d.write("a.jsonl", lines.String())
	for name, set := range map[string]func(l *sluice.Lookup){
		"csv":   func(l *sluice.Lookup) { l.CSV = &sluice.LookupCSV{Path: "a.csv", Delimiter: ";", Null: "NULL"} },
		"jsonl": func(l *sluice.Lookup) { l.JSONLines = &sluice.LookupJSONLines{Path: "a.jsonl"} },
	} {
		t.Run(name, func(t *testing.T) {
			connectortest.RunLookup(t, func(t testing.TB, l sluice.Lookup) sluice.Finder {
				set(&l)
				f, err := OpenLookup(t.Context(), d.connection(), &l, d.options())
				if err != nil {
					t.Fatal(err)
				}
				return f
			})
		})
	}
}

// A file is read once: what becomes of it then does not change the run.
func TestLookupInAFileThatChanges(t *testing.T) {
	d := newDir(t)
	d.write("a.jsonl", `{"id": 1, "flag": true, "x": {"y": [1.10]}}`+"\n"+`{"id": 2, "flag": "T"}`+"\n"+`{"id": 3, "flag": false}`)
	f, err := OpenLookup(t.Context(), d.connection(), &sluice.Lookup{JSONLines: &sluice.LookupJSONLines{Path: "a.jsonl"}, Match: map[string]string{"flag": "x"}, Many: sluice.ManyAll}, d.options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := os.Remove(d.path + "/a.jsonl"); err != nil {
		t.Fatal(err)
	}
	got, err := f.Find(t.Context(), []sluice.Question{{true}, {false}})
	if err != nil || fmt.Sprint(got.Answers[0].Records) != "[map[flag:true id:1 x:map[y:[1.10]]] map[flag:T id:2]]" || len(got.Answers[1].Records) != 1 || got.Requests != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestLookupErrors(t *testing.T) {
	d := newDir(t)
	d.write("a.csv", "id,name\n1,a\n2\n")
	d.write("b.csv", "id,name\n1,a\n")
	for path, code := range map[string]string{"a.csv": "source.row_length", "b.csv": "source.missing_column", "c.csv": "source.missing_file"} {
		match := map[string]string{"name": "x"}
		if path == "b.csv" {
			match = map[string]string{"nmae": "x"}
		}
		if _, err := OpenLookup(t.Context(), d.connection(), &sluice.Lookup{CSV: &sluice.LookupCSV{Path: path}, Match: match}, d.options()); sluice.ErrorCode(err) != code {
			t.Errorf("%s: %v (%s)", path, err, sluice.ErrorCode(err))
		}
	}
}
