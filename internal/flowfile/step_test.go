package flowfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

const exportOnly = "name: f\nexport: {connection: c, csv: {path: a.csv}}\n"

const branched = exportOnly + `steps:
  - name: region
    branch:
      take: all
      paths:
        - name: eu
          if: this.region == "EU"
          steps:
            - map: root = this
            - import: {connection: d, jsonl: {path: eu.jsonl}}
        - name: rest
  - import: {connection: d, jsonl: {path: all.jsonl}}
`

func TestBranches(t *testing.T) {
	f, problems := Parse("f.yaml", []byte(branched))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got, want := f.StepNames(), []string{"region", "region/eu", "map-1", "import-1", "region/rest", "import-2"}; !slices.Equal(got, want) {
		t.Errorf("the steps are called %v", got)
	}
	var at []string
	for path, i := range f.Imports() {
		at = append(at, path+" "+i.JSONLines.Path)
	}
	if want := []string{"steps[0].branch.paths[0].steps[1].import eu.jsonl", "steps[1].import all.jsonl"}; !slices.Equal(at, want) {
		t.Errorf("the imports are at %v", at)
	}
	b := f.Steps[0].Branch
	if b.Take != sluice.TakeAll || b.Paths[0].If != `this.region == "EU"` || b.Paths[1].Steps != nil {
		t.Errorf("the branch is %+v", b)
	}
	if left := Check(f); len(left) > 0 {
		t.Errorf("Check refuses it: %v", left)
	}
}

// nested is a flow with so many branches within each other.
func nested(depth int) string {
	text := "import: {connection: d, jsonl: {path: out.jsonl}}"
	for range depth {
		text = "branch: {paths: [{name: a, steps: [{" + text + "}]}]}"
	}
	return exportOnly + "steps: [{" + text + "}]\n"
}

func TestBranchProblems(t *testing.T) {
	if _, problems := Parse("f.yaml", []byte(nested(sluice.MaxBranchDepth))); len(problems) > 0 {
		t.Errorf("as deep as allowed: %v", problems)
	}
	deep := "steps[0]" + strings.Repeat(".branch.paths[0].steps[0]", sluice.MaxBranchDepth) + ".branch"
	cycle := exportOnly + "steps: &all\n  - branch: {paths: [{name: a, steps: *all}]}\n  - import: {connection: d, jsonl: {path: out.jsonl}}\n"
	for _, c := range []struct{ name, text, code, path string }{
		{"too deep", nested(sluice.MaxBranchDepth + 1), "flow.too_deep", deep},
		{"far too deep", nested(400), "flow.too_deep", ""},
		{"within itself", cycle, "flow.alias", "steps"},
		{"two steps of one name", strings.Replace(branched, "- map: root = this", "- {name: import-2, map: root = this}", 1), "flow.duplicate_name", "steps[1].name"},
		{"two paths of one name", strings.Replace(branched, "name: rest", "name: eu", 1), "flow.duplicate_name", "steps[0].branch.paths[1].name"},
		{"a path without a name", strings.Replace(branched, "- name: rest", "- if: this.a", 1), "flow.missing_key", "steps[0].branch.paths[1].name"},
		{"no paths", exportOnly + "steps: [{branch: {paths: []}}, {import: {connection: d, jsonl: {path: a.jsonl}}}]", "flow.invalid_value", "steps[0].branch.paths"},
		{"paths behind one for all", strings.Replace(strings.Replace(branched, "take: all", "take: first", 1), `if: this.region == "EU"`, "", 1), "flow.conflict", "steps[0].branch.paths[0].if"},
		{"one file written twice", strings.Replace(branched, "eu.jsonl", "all.jsonl", 1), "flow.conflict", "steps[1].import.jsonl.path"},
		{"deleted within", strings.Replace(branched, "- map: root = this", "- {deleted: true, map: root = this}", 1), "flow.conflict", "steps[0].branch.paths[0].steps[0].deleted"},
		{"a condition with a mistake", strings.Replace(branched, `this.region == "EU"`, "this.region ==", 1), "mapping.invalid", "steps[0].branch.paths[0].if"},
		{"nothing is imported", exportOnly + "steps: [{branch: {paths: [{name: a}]}}]", "flow.no_import", "steps"},
	} {
		t.Run(c.name, func(t *testing.T) {
			flow, problems := Parse("f.yaml", []byte(c.text))
			found := slices.ContainsFunc(problems, func(p sluice.Problem) bool {
				return p.Code == c.code && (p.Path == c.path || c.path == "") && p.Line > 0
			})
			if flow != nil || !found {
				t.Errorf("problems: %s", fmt.Sprint(problems))
			}
		})
	}
}
