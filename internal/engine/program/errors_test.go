package program_test

import (
	"reflect"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

func TestErrorRules(t *testing.T) {
	p, err := program.Compile(&sluice.Flow{Errors: &sluice.ErrorHandling{Trace: "this.order.number", Rules: []sluice.ErrorRule{
		{If: `this.code == "LOCKED"`, Classification: sluice.ClassIntermittent, Tags: []string{"locked"}},
		{If: `this.record.total > 100 && this.step == "import"`, Assign: "ann@example.com", Tags: []string{"large"}},
		{If: `this.record.none.deep > 1`, Assign: "nobody@example.com"}, // fails, and does not hold
	}}})
	if err != nil {
		t.Fatal(err)
	}
	got := sluice.RecordError{Code: "LOCKED", Step: "import", Classification: sluice.ClassOther,
		Record: sluice.Record{"total": 120, "order": map[string]any{"number": "SO-1"}}}
	want := got
	want.Trace, want.Classification, want.Assignee, want.Tags = "SO-1", sluice.ClassIntermittent, "ann@example.com", []string{"locked", "large"}
	p.Errors.Sort(t.Context(), &got)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sorted as %+v, want %+v", got, want)
	}
	if trace := p.Errors.Trace(t.Context(), sluice.Record{"order": "not an object"}); trace != "" {
		t.Errorf("a record without trace key has %q", trace)
	}
}
