package flowfile

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

const handling = `name: f
export: {connection: c, csv: {path: a.csv}}
steps:
  - import: {connection: d, csv: {path: b.csv, columns: [id]}}
errors:
  trace: this.order_number
  rules:
    - if: this.code == "LOCKED"
      classification: intermittent
      tags: [locked, late]
      assign: ann@example.com
  keep: {days: 90, megabytes: 200}
  retry: {times: 3, after: 10m}
`

func TestErrorHandling(t *testing.T) {
	f, problems := Parse("f.yaml", []byte(handling))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := &sluice.ErrorHandling{Trace: "this.order_number",
		Rules: []sluice.ErrorRule{{If: `this.code == "LOCKED"`, Classification: sluice.ClassIntermittent, Tags: []string{"locked", "late"}, Assign: "ann@example.com"}},
		Keep:  &sluice.ErrorKeep{Days: 90, Megabytes: 200}, Retry: &sluice.ErrorRetry{Times: 3, After: "10m"}}
	if !reflect.DeepEqual(f.Errors, want) {
		t.Errorf("%+v", f.Errors)
	}
	if kept := f.Kept(sluice.ErrorKeep{Days: 1, Megabytes: 1}); kept != *want.Keep {
		t.Errorf("kept %+v", kept)
	}
}

func TestErrorHandlingProblems(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"this.order_number", "this.", "errors.trace"},
		{`this.code == "LOCKED"`, "this.code ==", "errors.rules[0].if"},
		{"classification: intermittent", "classification: soon", "errors.rules[0].classification"},
		{"[locked, late]", "[Locked]", "errors.rules[0].tags[0]"},
		{"ann@example.com", "Ann <ann@example.com>", "errors.rules[0].assign"},
		{"days: 90", "days: 0", "errors.keep.days"},
		{"times: 3", "times: 11", "errors.retry.times"},
		{"after: 10m", "after: soon", "errors.retry.after"},
		{"      classification: intermittent\n      tags: [locked, late]\n      assign: ann@example.com\n", "", "errors.rules[0].tags"},
	} {
		text := strings.Replace(handling, c.old, c.new, 1)
		_, problems := Parse("f.yaml", []byte(text))
		if len(problems) != 1 || problems[0].Path != c.want || problems[0].Line == 0 {
			t.Errorf("%q: %v, want a problem at %s", c.new, problems, c.want)
		}
	}
}
