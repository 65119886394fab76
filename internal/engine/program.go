package engine

import (
	"context"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// program is a flow made ready to run: its texts compiled, its steps named.
type program struct {
	flow   *sluice.Flow
	flowID string
	steps  []*step
	totals []total
	flag   *mapping.Mapping // that an export of each record once sets
}

// step is a compiled step. Exactly one of filter, mapping and imports is set.
type step struct {
	name    string
	kind    string
	deleted bool // for what was deleted at the source, and nothing else
	filter  *mapping.Expr
	reason  string
	mapping *mapping.Mapping
	imports *importStep
}

// importStep is an import with its expressions compiled.
type importStep struct {
	*sluice.Import
	when       *mapping.Expr
	externalID *mapping.Expr
	targetID   *mapping.Expr
}

type total struct {
	name  string
	value *mapping.Expr
}

// compile gets a flow ready. Flows are checked when they are stored, so a problem
// here means that the flow was stored by a build that knew less.
func compile(flowID string, flow *sluice.Flow) (*program, error) {
	c := &compiler{}
	p := &program{flow: flow, flowID: flowID}
	for i, name := range flow.StepNames() {
		p.steps = append(p.steps, c.step(i, name, flow.Steps[i]))
	}
	for i, t := range flow.Totals {
		p.totals = append(p.totals, total{name: t.Name, value: c.expr(fmt.Sprintf("totals[%d].value", i), t.Value)})
	}
	if once := flow.Export.Once; once != nil {
		m, problems := mapping.Compile(once.Set)
		c.note("export.once.set", problems)
		p.flag = m
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

func (c *compiler) step(i int, name string, s sluice.Step) *step {
	path := fmt.Sprintf("steps[%d]", i)
	out := &step{name: name, kind: s.Kind(), deleted: s.Deleted}
	switch {
	case s.Filter != nil:
		out.reason = s.Filter.Reason
		out.filter = c.expr(path+".filter.if", s.Filter.If)
	case s.Import != nil:
		out.imports = c.imports(path+".import", s.Import)
	default:
		m, problems := mapping.Compile(s.Map)
		c.note(path+".map", problems)
		out.mapping = m
	}
	return out
}

func (c *compiler) imports(path string, i *sluice.Import) *importStep {
	out := &importStep{Import: i, when: c.expr(path+".when", i.When)}
	if n := i.NetSuite; n != nil {
		out.externalID = c.expr(path+".netsuite.external_id", n.ExternalID)
		out.targetID = c.expr(path+".netsuite.id", n.ID)
	}
	if r := i.RESTlet; r != nil {
		out.externalID = c.expr(path+".restlet.external_id", r.ExternalID)
	}
	return out
}

// newProgress returns the counts of a run that has done nothing yet.
func (p *program) newProgress() sluice.RunProgress {
	var out sluice.RunProgress
	for _, s := range p.steps {
		out.Steps = append(out.Steps, sluice.StepCounts{Step: s.name, Kind: s.kind, Reason: s.reason})
	}
	for _, t := range p.totals {
		out.Totals = append(out.Totals, sluice.OutcomeTotals{Name: t.name, Read: "0", Written: "0", Unchanged: "0", Excluded: "0", Failed: "0"})
	}
	return out
}

// reads returns what reading the items adds to a run's progress.
func (p *program) reads(ctx context.Context, items []sluice.Item) (sluice.RunProgress, error) {
	out := p.newProgress()
	for _, it := range items {
		out.Counts.Read++
		out.Counts.Rows += int64(it.Rows)
		amounts, _ := p.amounts(ctx, it.Record) // a total that fails fails its record when the page is worked
		if err := addAmounts(out.Totals, amounts, ""); err != nil {
			return out, err
		}
	}
	return out, nil
}

// amounts evaluates the control totals of a record. A total that cannot be
// evaluated counts as zero, and the error says which one it was.
func (p *program) amounts(ctx context.Context, r sluice.Record) ([]decimal.Decimal, error) {
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
