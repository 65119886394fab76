package program

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Judge says what is known of a record besides its key, and sorts its errors. The zero
// Judge knows nothing.
type Judge struct {
	trace *mapping.Expr
	rules []rule
}

// rule is a compiled error rule.
type rule struct {
	sluice.ErrorRule
	holds *mapping.Expr
}

func (c *compiler) judge(h *sluice.ErrorHandling) Judge {
	if h == nil {
		return Judge{}
	}
	j := Judge{trace: c.expr("errors.trace", h.Trace)}
	for i, r := range h.Rules {
		j.rules = append(j.rules, rule{r, c.expr(fmt.Sprintf("errors.rules[%d].if", i), r.If)})
	}
	return j
}

// Traces reports whether records have trace keys.
func (j *Judge) Traces() bool { return j.trace != nil }

// Trace returns the trace key of a record as exported. A record for which the
// expression gives nothing, or fails, has none: that is no reason to fail it.
func (j *Judge) Trace(ctx context.Context, r sluice.Record) string {
	if j.trace == nil || r == nil {
		return ""
	}
	key, err := j.trace.Text(ctx, r)
	if err != nil {
		return ""
	}
	return key
}

// Sort gives an error its trace key, and applies the rules that hold for it. A rule
// that cannot be evaluated does not hold.
func (j *Judge) Sort(ctx context.Context, e *sluice.RecordError) {
	e.Trace = j.Trace(ctx, e.Record)
	for _, r := range j.rules {
		holds, err := r.holds.Bool(ctx, sluice.Record{"code": e.Code, "message": e.Message, "where": e.Where, "step": e.Step,
			"classification": string(e.Classification), "record": map[string]any(e.Record), "request": e.Request, "response": e.Response})
		if err != nil || !holds {
			continue
		}
		if r.Classification != "" {
			e.Classification = r.Classification
		}
		if r.Assign != "" {
			e.Assignee = r.Assign
		}
		e.Tags = append(e.Tags, r.Tags...)
	}
}
