package flowfile

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func TestPatch(t *testing.T) {
	const text = "# whose flow\nname: orders\nexport: {connection: shop, csv: {path: \"shop\"}, key: [id]} # shop, too\nsteps:\n" +
		"  - import:\n      connection:   'shop'   # stays\n      add: x\n  - import: {connection: \"shop\"}\n"
	want := "# whose flow\nname: orders\nexport: {connection: store, csv: {path: \"shop\"}, key: [id]} # shop, too\nsteps:\n" +
		"  - import:\n      connection:   'store'   # stays\n      add: x\n  - import: {connection: \"store\"}\n"
	paths := map[string]string{"export.connection": "store", "steps[0].import.connection": "store", "steps[1].import.connection": "store"}
	got, err := Patch([]byte(text), paths)
	if err != nil || string(got) != want {
		t.Errorf("patched %v:\n%s\nwant\n%s", err, got, want)
	}
	if got, err := Patch([]byte(text), nil); err != nil || string(got) != text {
		t.Errorf("nothing to patch: %v\n%s", err, got)
	}
}

func TestPatchTwiceOnALine(t *testing.T) {
	got, err := Patch([]byte("{name: ä, export: {connection: a, key: [id]}, steps: [{import: {connection: a}}]}"),
		map[string]string{"export.connection": "longer", "steps[0].import.connection": "b"})
	want := "{name: ä, export: {connection: longer, key: [id]}, steps: [{import: {connection: b}}]}"
	if err != nil || string(got) != want {
		t.Errorf("patched %v:\n%s\nwant\n%s", err, got, want)
	}
}

// A name that YAML would read as something else than text gets quotes.
func TestPatchQuotes(t *testing.T) {
	for name, want := range map[string]string{"12": `"12"`, "true": `"true"`, "null": `"null"`, "1e3": `"1e3"`, "a-b": "a-b", "2026-01-01": `"2026-01-01"`} {
		got, err := Patch([]byte("export: {connection: a}"), map[string]string{"export.connection": name})
		if err != nil || string(got) != "export: {connection: "+want+"}" {
			t.Errorf("%s: %v, %s", name, err, got)
		}
	}
}

func TestPatchRefused(t *testing.T) {
	for _, c := range []struct{ text, path, code string }{
		{"export: {connection: [a]}", "export.connection", "flow.patch"},
		{"export: {connection: a}", "export.absent", "flow.patch"},
		{"export:\n  connection: |-\n    a\n", "export.connection", "flow.patch"},
		{"export: {connection: \"\\x61\"}", "export.connection", "flow.patch"},
		{"export: {connection: &x a}", "export.connection", "flow.invalid"},
		{"export: {connection: a", "export.connection", "flow.invalid"},
	} {
		if got, err := Patch([]byte(c.text), map[string]string{c.path: "b"}); sluice.ErrorCode(err) != c.code {
			t.Errorf("%s: %s, %v, want %s", c.text, got, err, c.code)
		}
	}
}
