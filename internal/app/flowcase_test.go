package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

const casesFlow = `name: copy
export: {connection: files, csv: {path: in.csv}, key: [id]}
steps:
  - filter: {if: this.id != "3", reason: three is left out}
  - map: |
      root = this
      root.name = this.name.uppercase()
  - import: {connection: files, csv: {path: out.csv, columns: [id, name]}}
`

const casesText = `cases:
  - name: one goes through
    given: [{id: "1", name: a}]
    expect: {imports: [{step: import-1, records: [{record: {id: "1", name: A}}]}]}
`

func startCases(t *testing.T) (*server, *client.Client) {
	t.Helper()
	s := start(t)
	set := client.FileSet{Flows: []client.FlowFile{{Path: "copy.yaml", Text: casesFlow}}, Connections: []client.ConnectionFile{filesConnection(t.TempDir())}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return s, s.user(t, sluice.RoleManage)
}

func TestTestsAreKeptWithTheirFlow(t *testing.T) {
	_, c := startCases(t)
	ctx := t.Context()
	none, err := c.GetTests(ctx, "copy", client.GetTestsQuery{})
	if err != nil || none.Number != 0 || none.Text != "" {
		t.Fatalf("%+v, %v", none, err)
	}
	kept, err := c.PutTests(ctx, "copy", client.TestsInput{Text: casesText})
	if err != nil || kept.Number != 1 || !strings.Contains(kept.CreatedBy, "@") {
		t.Fatalf("%+v, %v", kept, err)
	}
	if again, err := c.PutTests(ctx, "copy", client.TestsInput{Text: casesText}); err != nil || again.Number != 1 {
		t.Errorf("the same text is no new revision: %+v, %v", again, err)
	}
	if _, err := c.PutTests(ctx, "copy", client.TestsInput{Text: strings.Replace(casesText, "import-1", "imprt", 1)}); err == nil || !strings.Contains(err.Error(), `no step "imprt"`) {
		t.Errorf("tests of a step that is not there: %v", err)
	}
	if err := c.DeleteTests(ctx, "copy"); err != nil {
		t.Fatal(err)
	}
	if gone, err := c.GetTests(ctx, "copy", client.GetTestsQuery{}); err != nil || gone.Text != "" {
		t.Errorf("%+v, %v", gone, err)
	}
	if first, err := c.GetTests(ctx, "copy", client.GetTestsQuery{Revision: 1}); err != nil || first.Text != casesText {
		t.Errorf("the first revision: %+v, %v", first, err)
	}
}

// Tests are run as they are kept, and as they stand on a page; a case that fails has both sides.
func TestTestsAreRun(t *testing.T) {
	_, c := startCases(t)
	ctx := t.Context()
	if _, err := c.PutTests(ctx, "copy", client.TestsInput{Text: casesText}); err != nil {
		t.Fatal(err)
	}
	got, err := c.RunTests(ctx, "copy", client.TestRunInput{})
	if err != nil || got.Passed != 1 || got.Failed != 0 {
		t.Fatalf("as kept: %+v, %v", got, err)
	}
	got, err = c.RunTests(ctx, "copy", client.TestRunInput{Flow: strings.Replace(casesFlow, "uppercase", "capitalize", 1), Text: strings.Replace(casesText, "name: a", "name: ab", 1)})
	if err != nil || got.Failed != 1 || !strings.Contains(got.Outcomes[0].Expected, "name: A\n") || !strings.Contains(got.Outcomes[0].Got, "name: Ab\n") || got.Outcomes[0].Line != 2 {
		t.Errorf("of a page: %+v, %v", got, err)
	}
	got, err = c.RunTests(ctx, "copy", client.TestRunInput{Text: "cases:\n  - name: x\n    given: [{}]\n    expct: {}\n"})
	if err != nil || len(got.Problems) == 0 || got.Problems[0].Line == 0 {
		t.Errorf("of a text with mistakes: %+v, %v", got, err)
	}
	got, err = c.RunTests(ctx, "copy", client.TestRunInput{Flow: "name: copy\n"})
	if err != nil || len(got.Problems) == 0 || !strings.HasPrefix(got.Problems[0].Message, "in the flow: ") {
		t.Errorf("of a flow with mistakes: %+v, %v", got, err)
	}
}

// A case that is made of records passes, and says what came of each of them.
func TestACaseIsMadeOfRecords(t *testing.T) {
	_, c := startCases(t)
	ctx := t.Context()
	draft, err := c.DraftTest(ctx, "copy", client.TestDraftInput{Records: []map[string]any{{"id": "1", "name": "a"}, {"id": "3", "name": "b"}, {"id": "4"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: A\n", "reason: three is left out\n", "code: mapping.", "read: 3\n", "written: 1\n"} {
		if !strings.Contains(draft.Text, want) {
			t.Errorf("%q is not in\n%s", want, draft.Text)
		}
	}
	text := "cases:\n" + draft.Text
	if got, err := c.RunTests(ctx, "copy", client.TestRunInput{Text: text}); err != nil || got.Passed != 1 {
		t.Errorf("%+v, %v\n%s", got, err, text)
	}
}

// A case that is made of a record error has its record, says what it is about, and is of
// the flow that the error is of.
func TestACaseIsMadeOfARecordError(t *testing.T) {
	s, dir := start(t), t.TempDir()
	ctx := t.Context()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte("id,name\n1,a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(casesFlow, "export: {connection: files, csv: {path: in.csv}, key: [id]}", "exports:\n"+
		"  - {name: web, connection: files, csv: {path: none.csv}, key: [id]}\n  - {name: till, connection: files, csv: {path: in.csv}, key: [id]}", 1)
	text = strings.Replace(text, "this.name.uppercase()", `if this.name == "a" { throw("no a") }`, 1)
	other := strings.Replace(text, "name: copy", "name: other", 1)
	set := client.FileSet{Flows: []client.FlowFile{{Path: "copy.yaml", Text: text}, {Path: "other.yaml", Text: other}}, Connections: []client.ConnectionFile{filesConnection(dir)}}
	if _, err := s.local.Apply(ctx, set); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "none.csv"), []byte("id,name\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(t, "copy")
	c := s.user(t, sluice.RoleManage)
	errs, err := c.ListErrors(ctx, client.ListErrorsQuery{Flow: "copy"})
	if err != nil || len(errs.Items) != 1 {
		t.Fatalf("%+v, %v", errs, err)
	}
	id := errs.Items[0].ID
	draft, err := c.DraftTest(ctx, "copy", client.TestDraftInput{Error: id})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"which failed in map-1", "till:\n", "name: a\n", "failed: 1\n"} {
		if !strings.Contains(draft.Text, want) {
			t.Errorf("%q is not in\n%s", want, draft.Text)
		}
	}
	if got, err := c.RunTests(ctx, "copy", client.TestRunInput{Text: "cases:\n" + draft.Text}); err != nil || got.Passed != 1 {
		t.Errorf("%+v, %v\n%s", got, err, draft.Text)
	}
	for what, in := range map[string]struct {
		flow string
		give client.TestDraftInput
	}{
		"error 1 of another flow": {"other", client.TestDraftInput{Error: id}},
		"no such error":           {"copy", client.TestDraftInput{Error: id + 100}},
		"of both":                 {"copy", client.TestDraftInput{Error: id, Records: []map[string]any{{"id": "2"}}}},
		"of nothing":              {"copy", client.TestDraftInput{}},
	} {
		if got, err := c.DraftTest(ctx, in.flow, in.give); err == nil {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

// Plan, apply and pull take tests along with what they read, and tell of drift.
func TestTestsAreCode(t *testing.T) {
	s, c := startCases(t)
	ctx := t.Context()
	text := strings.Replace(casesText, `given: [{id: "1", name: a}]`, "file: data/one.json", 1)
	set := client.FileSet{Source: "repo", Flows: []client.FlowFile{{Path: "flows/copy.yaml", Text: casesFlow}},
		Tests: []client.FlowTestFile{{Path: "flows/copy.test.yaml", Text: text, Files: map[string]string{"data/one.json": `[{"id": "1", "name": "a"}]`}}}}
	plan, err := s.local.Plan(ctx, set)
	if err != nil || len(plan.Changes) != 1 || plan.Changes[0].Noun != "flow-tests" || plan.Changes[0].Action != "create" {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := s.local.Apply(ctx, set); err != nil {
		t.Fatal(err)
	}
	if got, err := c.RunTests(ctx, "copy", client.TestRunInput{}); err != nil || got.Passed != 1 {
		t.Errorf("with its file: %+v, %v", got, err)
	}
	if plan, err := s.local.Plan(ctx, set); err != nil || len(plan.Changes) != 0 || plan.Unchanged != 2 || len(plan.Drift) != 0 {
		t.Errorf("applied: %+v, %v", plan, err)
	}
	pulled, err := c.Pull(ctx)
	if err != nil || len(pulled.Tests) != 1 || pulled.Tests[0].Path != "copy.test.yaml" || pulled.Tests[0].Text != text || len(pulled.Tests[0].Files) != 1 {
		t.Errorf("pulled: %+v, %v", pulled.Tests, err)
	}
	if _, err := c.PutTests(ctx, "copy", client.TestsInput{Text: strings.Replace(text, "one goes", "it goes", 1)}); err != nil {
		t.Fatal(err)
	}
	plan, err = s.local.Plan(ctx, set)
	if err != nil || len(plan.Drift) != 1 || plan.Drift[0].Noun != "flow-tests" || !strings.Contains(plan.Drift[0].Diff, "+   - name: it goes") {
		t.Errorf("drift: %+v, %v", plan, err)
	}
	bare := set
	bare.Tests = nil
	if plan, err = s.local.Plan(ctx, bare); err != nil || len(plan.Left) != 1 || plan.Left[0].Noun != "flow-tests" {
		t.Errorf("left: %+v, %v", plan, err)
	}
	bare.Prune = true
	if _, err := s.local.Apply(ctx, bare); err != nil {
		t.Fatal(err)
	}
	if gone, err := c.GetTests(ctx, "copy", client.GetTestsQuery{}); err != nil || gone.Text != "" {
		t.Errorf("pruned: %+v, %v", gone, err)
	}
	set.Tests[0].Files = map[string]string{"../../x": ""}
	if _, err := s.local.Plan(ctx, set); err == nil || !strings.Contains(err.Error(), "outside") {
		t.Errorf("a file outside: %v", err)
	}
}
