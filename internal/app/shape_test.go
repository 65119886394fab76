package app

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluicehq/sluice/internal/client"
)

const shapeFlow = `name: shapes
export:
  connection: files
  jsonl: {path: in.jsonl}
  key: [id]
steps:
  - map: |
      root.id = this.id
      root.total = this.amount.decimal()
  - import: {connection: files, csv: {path: out.csv, columns: [id, total]}}
`

// A source whose fields change their type while it is read makes record errors, each
// with its place, and the other records get through.
func TestFieldsThatChangeTheirType(t *testing.T) {
	s, dir := start(t), t.TempDir()
	lines := `{"id": 1, "amount": 1.10}
{"id": 2, "amount": "2.20"}
{"id": 3, "amount": {"value": 3}}
{"id": [4], "amount": 4}
{"id": 5, "amount": [5]}
[6, 6]
{"id": 7, "amount": 7.70}
`
	if err := os.WriteFile(filepath.Join(dir, "in.jsonl"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	set := client.FileSet{Flows: []client.FlowFile{{Path: "shapes.yaml", Text: shapeFlow}}, Connections: []client.ConnectionFile{filesConnection(dir)}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	run := func() client.Run {
		t.Helper()
		if _, err := s.local.StartRun(t.Context(), "shapes"); err != nil {
			t.Fatal(err)
		}
		return s.ended(t, "shapes")[0]
	}
	if r := run(); r.State != "failed" || r.Error == nil || r.Error.Where != "in.jsonl row 6" {
		t.Errorf("a line that is no object: %+v", r)
	}
	lines = lines[:len(lines)-len("[6, 6]\n")-len(`{"id": 7, "amount": 7.70}`+"\n")] + `{"id": 7, "amount": 7.70}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "in.jsonl"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	r := run()
	if r.State != "completed" || r.Counts.Read != 6 || r.Counts.Written != 3 || r.Counts.Failed != 3 {
		t.Errorf("%+v: %+v", r.Counts, r.Error)
	}
	if text := readText(t, filepath.Join(dir, "out.csv")); text != "id,total\n1,1.10\n2,2.20\n7,7.70\n" {
		t.Errorf("written: %q", text)
	}
	errs, err := s.local.ListErrors(t.Context(), client.ListErrorsQuery{Flow: "shapes"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range errs.Items {
		got = append(got, fmt.Sprint(e.Origin, " ", e.Step, " ", e.Classification))
	}
	slices.Sort(got)
	if want := []string{"in.jsonl row 3 map-1 mapping", "in.jsonl row 4 export source", "in.jsonl row 5 map-1 mapping"}; !slices.Equal(got, want) {
		t.Errorf("errors %q, want %q", got, want)
	}
}
