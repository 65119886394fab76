// Package evaluation tries what people write for a step with one record. It evaluates as
// runs do: in the same restricted environment, with the same bounds on time and size.
package evaluation

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/evaluation"
	"github.com/sluicehq/sluice/internal/mapping"
	"github.com/sluicehq/sluice/internal/mapping/table"
)

// atOnce is how many trials go on at one time: texts that are half written may be slow,
// and runs are to go on beside them.
const atOnce = 2

// Evaluations implements the rules of the route.
type Evaluations struct{ slots chan struct{} }

// New returns Evaluations.
func New() *Evaluations { return &Evaluations{make(chan struct{}, atOnce)} }

// Evaluate tries a text, or the rows of a table, with a record. What is wrong with either
// is in the outcome.
func (e *Evaluations) Evaluate(ctx context.Context, t api.Evaluation) (*api.Evaluated, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.Record == nil {
		t.Record = sluice.Record{}
	}
	out, problems, err := try(ctx, t)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, mapping.ErrDeleted) {
		out.Deleted, err = true, nil
	}
	if err != nil {
		problems = append(problems, problemOf(err))
	}
	if problems == nil {
		problems = []sluice.Problem{}
	}
	out.Problems = problems
	return &out, nil
}

func try(ctx context.Context, t api.Evaluation) (out api.Evaluated, problems []sluice.Problem, err error) {
	switch t.Kind {
	case api.KindFields:
		var rows *table.Table
		if rows, problems = table.Compile(api.KindFields, t.Fields); len(problems) == 0 {
			out.Record, err = rows.Map(ctx, t.Record)
		}
	case api.KindMapping:
		var m *mapping.Mapping
		if m, problems = mapping.Compile(t.Text); len(problems) == 0 {
			out.Record, err = m.Map(ctx, t.Record)
		}
	case api.KindCondition, api.KindExpression:
		var x *mapping.Expr
		if x, problems = mapping.CompileExpr(t.Text); len(problems) > 0 {
			break
		}
		if t.Kind == api.KindExpression {
			out.Value, err = x.Value(ctx, t.Record)
		} else {
			out.Value, err = condition(ctx, x, t.Record)
		}
	}
	return out, problems, err
}

func condition(ctx context.Context, x *mapping.Expr, r sluice.Record) (any, error) {
	holds, err := x.Bool(ctx, r)
	if err != nil {
		return nil, err
	}
	return holds, nil
}

// problemOf puts a failure at its place in the text, as far as it says one.
func problemOf(err error) sluice.Problem {
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		return sluice.Problem{Code: "mapping.failed", Message: err.Error()}
	}
	p := sluice.Problem{Code: own.Code, Path: own.Where, Message: own.Message, Remedy: own.Remedy}
	if n, err := fmt.Sscanf(own.Where, "mapping line %d", &p.Line); n == 1 && err == nil {
		p.Path = ""
	}
	return p
}
