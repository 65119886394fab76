// Package program is a flow made ready to run: its texts compiled, its steps named,
// and what a step does with one record without asking anybody. It does no I/O; the
// engine drives it, page by page.
package program

import (
	"context"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Program is a flow made ready to run.
type Program struct {
	Flow  *sluice.Flow
	Steps []*Step
	// Flag makes the fields that an export of each record once sets; nil for others.
	Flag   *mapping.Mapping
	rows   []sluice.StepCounts // of a run that has done nothing yet
	totals []total
}

// total is a compiled control total.
type total struct {
	name  string
	value *mapping.Expr
}

// Compile gets a flow ready. Flows are checked when they are stored, so a problem
// here means that the flow was stored by a build that knew less.
func Compile(flow *sluice.Flow) (*Program, error) {
	c := &compiler{}
	p := &Program{Flow: flow}
	for i, name := range flow.StepNames() {
		s := c.step(i, name, flow.Steps[i])
		p.Steps = append(p.Steps, s)
		p.rows = append(p.rows, sluice.StepCounts{Step: s.Name, Kind: s.Kind, Reason: s.reason})
	}
	for i, t := range flow.Totals {
		p.totals = append(p.totals, total{name: t.Name, value: c.expr(fmt.Sprintf("totals[%d].value", i), t.Value)})
	}
	if once := flow.Export.Once; once != nil {
		p.Flag = c.mapping("export.once.set", once.Set)
	}
	if err := sluice.Problems("flow.invalid", "the flow cannot run", c.problems); err != nil {
		return nil, err
	}
	return p, nil
}

// compiler collects the problems of all texts.
type compiler struct{ problems []sluice.Problem }

func (c *compiler) note(path string, problems []sluice.Problem) {
	for _, p := range problems {
		p.Path = path
		c.problems = append(c.problems, p)
	}
}

func (c *compiler) expr(path, text string) *mapping.Expr {
	if text == "" {
		return nil
	}
	e, problems := mapping.CompileExpr(text)
	c.note(path, problems)
	return e
}

func (c *compiler) mapping(path, text string) *mapping.Mapping {
	m, problems := mapping.Compile(text)
	c.note(path, problems)
	return m
}

func (c *compiler) step(i int, name string, s sluice.Step) *Step {
	path := fmt.Sprintf("steps[%d]", i)
	out := &Step{Name: name, Kind: s.Kind(), Row: i, Deleted: s.Deleted}
	switch {
	case s.Filter != nil:
		out.reason = s.Filter.Reason
		out.filter = c.expr(path+".filter.if", s.Filter.If)
	case s.Import != nil:
		out.Import = c.imports(path+".import", s.Import)
	default:
		out.mapping = c.mapping(path+".map", s.Map)
	}
	return out
}

func (c *compiler) imports(path string, i *sluice.Import) *Import {
	out := &Import{Import: i, when: c.expr(path+".when", i.When)}
	if n := i.NetSuite; n != nil {
		out.externalID = c.expr(path+".netsuite.external_id", n.ExternalID)
		out.targetID = c.expr(path+".netsuite.id", n.ID)
	}
	if r := i.RESTlet; r != nil {
		out.externalID = c.expr(path+".restlet.external_id", r.ExternalID)
	}
	return out
}

// Amounts evaluates the control totals of a record. A total that cannot be
// evaluated counts as zero, and the error says which one it was.
func (p *Program) Amounts(ctx context.Context, r sluice.Record) ([]decimal.Decimal, error) {
	out := make([]decimal.Decimal, len(p.totals))
	var first error
	for i, t := range p.totals {
		d, err := t.value.Decimal(ctx, r)
		if err != nil && first == nil {
			first = sluice.Errorf("total.failed", "the control total %q has no value for this record: %w", t.name, err).Fix("Correct the record or the total's expression")
		}
		if err == nil {
			out[i] = d
		}
	}
	return out, first
}
