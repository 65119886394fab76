package acceptance

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

const brokenFlow = `name: broken
colour: red
export:
  connection: files
  csv: {path: people.csv, stream: perhaps}
  key: id
steps:
  - map: |
      root.companyName = "Broken " + this.id
      root.comments = this.name.shout()
  - import:
      connection: nowhere
      operation: replace
      netsuite: {record: customer, externalid: this.id}
pages: {size: 0}
`

const otherBrokenFlow = `name: other
export:
  connection: netsuite
  csv: {path: people.csv}
steps:
  - filter: {if: this.id ==, reason: none}
`

// Everything that is wrong with a flow file is told at once, with its line, and
// with all that is wrong with the other files; nothing of the set is stored.
func TestBrokenFlowFilesAreToldWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{})
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a-broken.yaml"), brokenFlow)
	writeFile(t, filepath.Join(dir, "b-other.yaml"), otherBrokenFlow)
	writeFile(t, filepath.Join(dir, "c-sound.yaml"), fmt.Sprintf(copyAs, "sound"))
	writeFile(t, filepath.Join(dir, "connections.yaml"), "connections:\n  - name: disk\n    kind: files\n    settings: {dir: out, colour: red}\n")
	e := b.refused(1, complaint{code: "plan.invalid", message: "nothing was changed"}, "apply", dir)
	var got []string
	for _, p := range e.Problems {
		got = append(got, fmt.Sprintf("%s line %d %s", p.Code, p.Line, p.Path))
		if p.Message == "" {
			t.Errorf("%+v says nothing", p)
		}
	}
	want := []string{
		"connection.unknown_key line 0 connections.yaml: disk: settings.colour",
		"flow.unknown_key line 2 a-broken.yaml: colour",
		"flow.wrong_type line 5 a-broken.yaml: export.csv.stream",
		"flow.wrong_type line 6 a-broken.yaml: export.key",
		"mapping.invalid line 10 a-broken.yaml: steps[0].map",
		"flow.unknown_connection line 12 a-broken.yaml: steps[1].import.connection",
		"flow.invalid_value line 13 a-broken.yaml: steps[1].import.operation",
		"flow.unknown_key line 14 a-broken.yaml: steps[1].import.netsuite.externalid",
		"flow.invalid_value line 15 a-broken.yaml: pages.size",
		"flow.wrong_connection line 3 b-other.yaml: export.connection",
		"mapping.invalid line 6 b-other.yaml: steps[0].filter.if",
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q is not told", w)
		}
	}
	if t.Failed() {
		for _, p := range e.Problems {
			t.Logf("%+v", p)
		}
	}
	var stored []any
	b.do(&stored, "flow", "list")
	if len(stored) != 1 {
		t.Fatalf("there are %d flows", len(stored))
	}
	b.do(&stored, "connection", "list")
	if len(stored) != 2 {
		t.Fatalf("there are %d connections", len(stored))
	}
}

const copyAs = `name: %s
export:
  connection: files
  csv: {path: people.csv}
steps:
  - import:
      connection: disk
      csv: {path: copy.csv, columns: [id, name]}
`

// So is everything that is wrong with the form of connections.yaml.
func TestABrokenConnectionsFileIsToldWhole(t *testing.T) {
	t.Parallel()
	in := install(t)
	dir := t.TempDir()
	for _, c := range []struct {
		entry string
		says  []string
	}{
		{"colour: red\n    flavour: sweet", []string{"files.invalid line 4: field colour not found", "files.invalid line 5: field flavour not found"}},
		{"settings: {account: {env: ABSENT_ACCOUNT}}\n    secrets: {token_id: {env: ABSENT_TOKEN}}",
			[]string{"files.variable_empty the environment variable ABSENT_ACCOUNT is empty", "files.variable_empty the environment variable ABSENT_TOKEN is empty"}},
	} {
		writeFile(t, filepath.Join(dir, "connections.yaml"), "connections:\n  - name: netsuite\n    kind: netsuite\n    "+c.entry+"\n")
		var got []string
		for _, p := range in.refused(1, complaint{"files.invalid", "nothing was changed", "", "Correct them"}, "apply", dir).Problems {
			got = append(got, p.Code+" "+p.Message)
		}
		if !slices.Equal(got, c.says) {
			t.Errorf("%q, want %q", got, c.says)
		}
	}
}
