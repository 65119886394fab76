package flowtest

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

func outcomes(t *testing.T, files ...string) []Outcome {
	t.Helper()
	var suites []*Suite
	for _, f := range files {
		s, err := Load("testdata/" + f)
		if err != nil {
			t.Fatal(err)
		}
		suites = append(suites, s)
	}
	var out []Outcome
	if err := Run(t.Context(), suites, func(o Outcome) { out = append(out, o) }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCasesPass(t *testing.T) {
	for _, o := range outcomes(t, "orders.test.yaml", "people.test.yaml", "shops.test.yaml") {
		if !o.Passed {
			var text bytes.Buffer
			_ = o.Text(&text)
			t.Error(text.String())
		}
	}
}

// Every kind of expectation finds what is otherwise, and says where it stands.
func TestDifferences(t *testing.T) {
	list := outcomes(t, "wrong.test.yaml", "world-differs.test.yaml")
	var text bytes.Buffer
	for i := range list {
		if err := list[i].Text(&text); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/wrong.txt")
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", text.String(), want)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	for _, tt := range []struct {
		file string
		want []string
	}{
		{"bad.test.yaml", []string{`line 4: cases[0].givn: there is no key "givn" here. Did you mean "given"?`, "line 6: cases[0].expect.errors"}},
		{"steps.test.yaml", []string{`line 5: cases[0].answers[0].step: the flow orders has no step "psuh". Its steps are only-eu, map-1, push, back`, "line 6: cases[0].expect.imports[0].step", "line 8: cases[1].file: open testdata/pages/3.json"}},
		{"world.test.yaml", []string{
			`line 5: cases[0].exports.wbe: the flow shops has no export "wbe". Its exports are web, till`,
			"line 6: cases[0].exports.web.pages: pages is not a list",
			`line 7: cases[0].exports.till.fiel: there is no key "fiel" here`, "line 7: cases[0].exports.till.pages: the flow's export is neither by HTTP nor of NetSuite",
			"line 8: cases[0].expect.asked[0]: it is not said who asks this",
			"line 11: cases[1].file: given and file exclude each other", "line 14: cases[2].given: the flow shops has several exports. Say under exports what each gives",
			"line 17: cases[3].exports.web: element 1 is not a record", `line 17: cases[3].exports: nothing is said of the export "till"`,
			"line 21: cases[4].folder: there is no folder testdata/nowhere", "line 22: cases[4].databases.warehouse: open testdata/nothing.sql",
			`line 22: cases[4].databases.files: the flow shops uses no database by the connection "files"`, "line 23: cases[4].existing[0]: the record has neither id nor external_id",
			"line 25: cases[4].lookups[0]: country does not ask by HTTP", "line 26: cases[4].lookups[1].step: subsidiary is no lookup that asks anybody", "line 27: cases[4].lookups[2].step: push is no lookup",
			`line 29: cases[4].expect.asked[0].export: the flow shops has no export "shop"`, `line 29: cases[4].expect.asked[1].step: the flow shops has no step "pull"`,
			`line 30: cases[4].expect.rows[0].connection: the case has no database for the connection "shop"`, "line 30: cases[4].expect.rows[0].rows: this is not a list of rows",
		}},
		{"nothing.test.yaml", []string{"no such file"}},
	} {
		_, err := Load("testdata/" + tt.file)
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want %q in\n%v", tt.file, want, err)
			}
		}
	}
}

// A clone takes along what the cases read.
func TestFiles(t *testing.T) {
	for file, want := range map[string][]string{
		"shops.test.yaml":         {"testdata/pages/1.json", "testdata/pages/2.json", "testdata/pages/countries.csv", "testdata/pages/people.jsonl", "testdata/pages/till.csv", "testdata/pages/warehouse.sql"},
		"world-differs.test.yaml": {"testdata/pages/warehouse.sql"},
		"orders.test.yaml":        {"testdata/pages/1.json", "testdata/pages/2.json"},
		"people.test.yaml":        {"testdata/pages/people.jsonl"},
	} {
		s, err := Load("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Files(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// The table of keys and the structs that take them name the same.
func TestKeysAreTheStructsKeys(t *testing.T) {
	type file struct {
		Flow  string  `json:"flow"`
		Cases []*Case `json:"cases"`
	}
	sameKeys(t, shape.Tests(), reflect.TypeFor[file]())
}

func sameKeys(t *testing.T, s *shape.Shape, typ reflect.Type) {
	t.Helper()
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return // counts and totals are maps
	}
	var keys []string
	for _, k := range s.Keys {
		keys = append(keys, k.Name)
		if k.Help == "" {
			t.Errorf("%s.%s has no help", s.Name, k.Name)
		}
	}
	var tags []string
	for f := range fields(typ) {
		tags = append(tags, f.Tag.Get("json"))
		if k, ok := s.Key(f.Tag.Get("json")); ok && k.Of != nil {
			sameKeys(t, k.Of, f.Type)
		}
	}
	slices.Sort(keys)
	slices.Sort(tags)
	if !slices.Equal(keys, tags) {
		t.Errorf("%s: keys %v, struct %v", s.Name, keys, tags)
	}
}

func fields(typ reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range typ.NumField() {
			if f := typ.Field(i); f.Tag.Get("json") != "" && !yield(f) {
				return
			}
		}
	}
}
