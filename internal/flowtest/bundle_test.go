package flowtest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/flowfile"
)

const bundleFlow = `name: copy
export: {connection: files, csv: {path: in.csv}, key: [id]}
steps:
  - filter: {if: this.id != "3", reason: three is left out}
  - import: {connection: files, csv: {path: out.csv, columns: [id, total]}}
`

func unpack(t *testing.T, text string, files map[string]string) (*Suite, string, error) {
	t.Helper()
	flow, problems := flowfile.Parse("copy.yaml", []byte(bundleFlow))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	dir := t.TempDir()
	s, err := (&Bundle{Flow: flow, Text: text, Files: files}).Unpack(dir)
	return s, dir, err
}

// A failed case has both sides in the form of the test file; what agrees is in the same words.
func TestBothSidesOfAFailedCase(t *testing.T) {
	s, _, err := unpack(t, `cases:
  - name: totals differ
    folder: data
    expect:
      imports: [{step: import-1, records: [{key: "1", record: {id: "1", total: "9.5"}}]}]
      counts: {read: 3, written: 3}
`, map[string]string{"data/in.csv": "id,total\n1,9.50\n2,7\n3,1\n"})
	if err != nil {
		t.Fatal(err)
	}
	var got []Outcome
	if err := Run(t.Context(), []*Suite{s}, func(o Outcome) { got = append(got, o) }); err != nil {
		t.Fatal(err)
	}
	const expected = `imports:
  - step: import-1
    records:
      - key: "1"
        record:
          id: "1"
          total: "9.5"
counts:
  read: 3
  written: 3
`
	const came = `imports:
  - step: import-1
    records:
      - key: "1"
        record:
          id: "1"
          total: "9.50"
      - key: "2"
        operation: add
        record:
          id: "2"
          total: "7"
counts:
  read: 3
  written: 2
`
	if len(got) != 1 || got[0].Passed || got[0].Expected != expected || got[0].Got != came {
		t.Errorf("%+v\nexpected\n%s\ngot\n%s", got, got[0].Expected, got[0].Got)
	}
}

// What is kept with a flow reads no file of the machine, whichever way it names one.
// Switched off by leaving Suite.outside out.
func TestABundleReadsNothingOutside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(secret, []byte(`[{"id": "stolen"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", 20) + strings.TrimPrefix(secret, "/")
	for name, key := range map[string]string{
		"file": "file: " + up, "folder": "folder: " + filepath.Dir(up), "page": "pages: [" + up + "]", "exports": "exports: {export: {file: " + up + "}}",
		"pages of exports": "exports: {export: {pages: [" + up + "]}}", "database": "given: []\n    databases: {files: " + up + "}",
	} {
		_, _, err := unpack(t, "cases:\n  - name: n\n    "+key+"\n    expect: {}\n", nil)
		told := err != nil && (strings.Contains(err.Error(), "outside of what is kept with the flow") || strings.Contains(err.Error(), "is not a path inside"))
		if !told || strings.Contains(err.Error(), "stolen") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"/etc/x", "../../x", "a/../../../x", ""} {
		if Bundles(path) && path != "" {
			t.Errorf("%q is taken along", path)
		}
	}
	if !Bundles("../data/x.json") || !Bundles("pages/1.json") {
		t.Error("files beside the test file, and in folders beside its own, are taken along")
	}
}

// The statements of a case's database reach no other file.
// Switched off by leaving sqlite.Limit out of alone.
func TestScriptsReachNoOtherFile(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	if err := execute(t.Context(), other, "CREATE TABLE secrets (text TEXT); INSERT INTO secrets VALUES ('stolen')"); err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "made.db")
	for _, script := range []string{"ATTACH '" + other + "' AS o; CREATE TABLE mine AS SELECT * FROM o.secrets", "ATTACH '" + made + "' AS m; CREATE TABLE m.x (y)",
		"CREATE TABLE a (b); VACUUM INTO '" + made + "'", "SELECT load_extension('" + other + "')"} {
		if err := execute(context.Background(), filepath.Join(dir, "case.db"), script); err == nil {
			t.Errorf("%q is done", script)
		}
	}
	if _, err := os.Stat(made); err == nil {
		t.Error("a file was made")
	}
}
