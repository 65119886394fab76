package evaluation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/evaluation"
)

func TestEvaluate(t *testing.T) {
	record := sluice.Record{"name": " Ada ", "total": json.Number("12345678901234567890.10"), "lines": []any{map[string]any{"qty": json.Number("2")}}}
	tests := map[string]struct {
		give    api.Evaluation
		record  string
		value   any
		deleted bool
		problem string // line, column, path
	}{
		"a mapping":                       {give: api.Evaluation{Kind: api.KindMapping, Text: "root.n = this.name.trim()\nroot.t = this.total"}, record: "map[n:Ada t:12345678901234567890.10]"},
		"one that deletes":                {give: api.Evaluation{Kind: api.KindMapping, Text: "root = deleted()"}, deleted: true},
		"one with a mistake":              {give: api.Evaluation{Kind: api.KindMapping, Text: "root.a = 1\nroot.b = this.name +"}, problem: "2:21 "},
		"one that this record fails with": {give: api.Evaluation{Kind: api.KindMapping, Text: "root.a = 1\nroot.b = this.name.number()"}, problem: "2:0 "},
		"an empty one":                    {give: api.Evaluation{Kind: api.KindMapping}, problem: "1:1 "},
		"one that reads a file":           {give: api.Evaluation{Kind: api.KindMapping, Text: `root = file("/etc/hosts")`}, problem: "1:26 "},
		"a condition":                     {give: api.Evaluation{Kind: api.KindCondition, Text: `this.total > 5`}, value: true},
		"no condition":                    {give: api.Evaluation{Kind: api.KindCondition, Text: `this.name`}, problem: "0:0 "},
		"an expression":                   {give: api.Evaluation{Kind: api.KindExpression, Text: `this.lines.0.qty`}, value: json.Number("2")},
		"fields":                          {give: api.Evaluation{Kind: api.KindFields, Fields: []sluice.FieldRow{{To: "a.b", From: "this.name"}}}, record: "map[a:map[b: Ada ]]"},
		"fields with a mistake":           {give: api.Evaluation{Kind: api.KindFields, Fields: []sluice.FieldRow{{To: "a", From: "this."}}}, problem: "1:6 fields[0].from"},
		"fields that this record fails with": {give: api.Evaluation{Kind: api.KindFields, Fields: []sluice.FieldRow{{To: "a", From: "this.name", As: "number"}}},
			problem: "0:0 row 1 (a)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.give.Record = record
			out, err := New().Evaluate(t.Context(), test.give)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(out.Record); test.record != "" && got != test.record {
				t.Errorf("record %s, want %s", got, test.record)
			}
			if out.Value != test.value || out.Deleted != test.deleted {
				t.Errorf("value %v, deleted %v", out.Value, out.Deleted)
			}
			got := ""
			if len(out.Problems) > 0 {
				p := out.Problems[0]
				got = fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Path)
			}
			if got != test.problem {
				t.Errorf("problem at %q, want %q: %+v", got, test.problem, out.Problems)
			}
		})
	}
}

// While as many trials go on as may, another waits, and gives up with its caller.
func TestTrialsTakeTurns(t *testing.T) {
	e := New()
	for range atOnce {
		e.slots <- struct{}{}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := e.Evaluate(ctx, api.Evaluation{Kind: api.KindMapping, Text: "root = this"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-e.slots
	if _, err := e.Evaluate(t.Context(), api.Evaluation{Kind: api.KindMapping, Text: "root = this"}); err != nil {
		t.Errorf("%v", err)
	}
}
