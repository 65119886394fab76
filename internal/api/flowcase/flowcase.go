// Package flowcase has the routes round the tests that are kept with flows.
package flowcase

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round tests that are kept with flows.
type Rules interface {
	// Tests returns a revision of a flow's tests; 0 means the newest. A flow without tests
	// has the number 0 and no text.
	Tests(ctx context.Context, flow string, revision int) (*sluice.FlowTests, error)
	PutTests(ctx context.Context, by endpoint.Actor, flow string, in TestsInput) (*sluice.FlowTests, error)
	DeleteTests(ctx context.Context, by endpoint.Actor, flow string) error
	// RunTests runs tests, stored or not, and says what came of each case.
	RunTests(ctx context.Context, flow string, in TestRunInput) (*TestRun, error)
	// DraftTest makes a case of records: it expects what comes of them now.
	DraftTest(ctx context.Context, flow string, in TestDraftInput) (*TestDraft, error)
}

// TestsInput are tests to keep with a flow.
type TestsInput struct {
	Text  string            `json:"text" maxLength:"1048576" doc:"YAML, as in a file of flow tests"`
	Files map[string]string `json:"files,omitempty" doc:"What the cases read, by path relative to the test file; those that are kept stay when left out"`
}

// TestRunInput says which tests are run, and on what. What is left out is what is stored.
type TestRunInput struct {
	Flow  string            `json:"flow,omitempty" doc:"The text of a flow file"`
	Text  string            `json:"text,omitempty" maxLength:"1048576" doc:"The text of a file of flow tests"`
	Files map[string]string `json:"files,omitempty" doc:"What the cases read, by path relative to the test file"`
}

// TestRun is what came of a run of tests.
type TestRun struct {
	Passed   int              `json:"passed"`
	Failed   int              `json:"failed"`
	Millis   int64            `json:"ms" doc:"How long it took"`
	Outcomes []TestOutcome    `json:"outcomes" nullable:"false"`
	Problems []sluice.Problem `json:"problems" nullable:"false" doc:"Why the tests cannot be run; there are no outcomes then"`
}

// TestOutcome is what came of a case.
type TestOutcome struct {
	Case        string           `json:"case"`
	Line        int              `json:"line" doc:"Where it stands in the tests"`
	Passed      bool             `json:"passed"`
	Millis      int64            `json:"ms"`
	Differences []TestDifference `json:"differences" nullable:"false"`
	Expected    string           `json:"expected,omitempty" doc:"Of a case that failed: what was expected, as in the tests"`
	Got         string           `json:"got,omitempty" doc:"What came, in the same form: the two differ in nothing but what differs"`
}

// TestDifference is one thing that is not as expected.
type TestDifference struct {
	Path    string `json:"path" doc:"In the tests: cases[0].expect.errors[1]"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// TestDraftInput are records to make a case of.
type TestDraftInput struct {
	Flow    string          `json:"flow,omitempty" doc:"The text of a flow file; the stored flow when left out"`
	Name    string          `json:"name,omitempty" maxLength:"200" doc:"What the case shows, as a sentence"`
	Export  string          `json:"export,omitempty" doc:"Which export gives them, where the flow has several"`
	Records []sluice.Record `json:"records,omitempty" nullable:"false" maxItems:"100" doc:"As the export gives them"`
	Error   int64           `json:"error,omitempty" minimum:"1" doc:"Instead of records: the record error whose record it is"`
}

// TestDraft is a case that expects what comes of its records now.
type TestDraft struct {
	Text string `json:"text" doc:"YAML: a list with the case, as it stands under cases"`
}

type revisionInput struct {
	endpoint.NamePath
	Revision int `query:"revision" minimum:"0" doc:"Number of a revision; the newest when left out"`
}

type body[T any] struct {
	endpoint.NamePath
	Body T
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const view, edit, root = sluice.PermView, sluice.PermEditFlows, "/api/v1/flows/{name}/tests"
	t := endpoint.Table{Tag: tag}
	t.Add("GET", root, view, "getTests", "Show the tests that are kept with a flow", endpoint.Of(func(ctx context.Context, in *revisionInput) (*endpoint.Reply[*sluice.FlowTests], error) {
		return endpoint.Answer(rules.Tests(ctx, in.Name, in.Revision))
	}))
	t.Add("PUT", root, edit, "putTests", "Keep tests with a flow", endpoint.Of(func(ctx context.Context, in *body[TestsInput]) (*endpoint.Reply[*sluice.FlowTests], error) {
		return endpoint.Answer(rules.PutTests(ctx, endpoint.ActorOf(ctx), in.Name, in.Body))
	}))
	t.Add("DELETE", root, edit, "deleteTests", "Take a flow's tests away", endpoint.Of(func(ctx context.Context, in *endpoint.NamePath) (*endpoint.Nothing, error) {
		return endpoint.Done(rules.DeleteTests(ctx, endpoint.ActorOf(ctx), in.Name))
	}))
	t.Add("POST", root+"/run", edit, "runTests", "Run a flow's tests, also unsaved ones; nothing leaves the server", endpoint.Of(func(ctx context.Context, in *body[TestRunInput]) (*endpoint.Reply[*TestRun], error) {
		return endpoint.Answer(rules.RunTests(ctx, in.Name, in.Body))
	}))
	t.Add("POST", root+"/draft", edit, "draftTest", "Make a case of records, which expects what comes of them now", endpoint.Of(func(ctx context.Context, in *body[TestDraftInput]) (*endpoint.Reply[*TestDraft], error) {
		return endpoint.Answer(rules.DraftTest(ctx, in.Name, in.Body))
	}))
	return t.Rows
}
