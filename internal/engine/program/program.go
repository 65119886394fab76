// Package program is a flow made ready to run: its texts compiled, its steps named,
// and what a step does with records. Lookups alone ask somebody, by the desk that
// they are given; the engine drives all, page by page.
package program

import (
	"context"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/mapping"
	"github.com/sluicehq/sluice/internal/mapping/table"
)

// Program is a flow made ready to run.
type Program struct {
	Flow    *sluice.Flow
	Sources []*Source // its exports, in the order in which a run reads them
	Steps   []*Step   // those of branches are in their paths
	// Imports are the steps that are imports, those of branches too.
	Imports []*Step
	// Errors sorts the records that do not get through.
	Errors Judge
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
	for place := range flow.Places() {
		c.places = append(c.places, place)
		p.rows = append(p.rows, rowOf(place))
	}
	p.Steps = c.steps(len(flow.Steps), false)
	p.Imports = c.imports
	for i, t := range flow.Totals {
		p.totals = append(p.totals, total{name: t.Name, value: c.expr(fmt.Sprintf("totals[%d].value", i), t.Value)})
	}
	for at, e := range flow.Sources() {
		p.Sources = append(p.Sources, c.source(len(p.Sources), at, e))
	}
	p.Errors = c.judge(flow.Errors)
	if err := sluice.Problems("flow.invalid", "the flow cannot run", c.problems); err != nil {
		return nil, err
	}
	return p, nil
}

// rowOf is what a place counts in a run that has done nothing yet.
func rowOf(p sluice.Place) sluice.StepCounts {
	row := sluice.StepCounts{Step: p.Name, Kind: p.Kind}
	switch {
	case p.Step != nil && p.Step.Filter != nil:
		row.Reason = p.Step.Filter.Reason
	case p.Path != nil && len(p.Path.Steps) == 0:
		row.Reason = "the path has no steps"
	}
	return row
}

// compiler collects the problems of all texts. It takes the places of the flow one
// after another, which is the order of a run's counts.
type compiler struct {
	places   []sluice.Place
	row      int // of the next place
	imports  []*Step
	problems []sluice.Problem
}

// next returns the next place and its row.
func (c *compiler) next() (sluice.Place, int) {
	c.row++
	return c.places[c.row-1], c.row - 1
}

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

// steps compiles the next n steps. Those of a branch are for the records that it is for.
func (c *compiler) steps(n int, deleted bool) []*Step {
	var out []*Step
	for range n {
		out = append(out, c.step(deleted))
	}
	return out
}

func (c *compiler) step(deleted bool) *Step {
	p, row := c.next()
	s := p.Step
	out := &Step{Name: p.Name, Kind: p.Kind, Row: row, Deleted: deleted || s.Deleted}
	switch {
	case s.Filter != nil:
		out.filter = c.expr(p.At+".filter.if", s.Filter.If)
	case s.Branch != nil:
		out.Branch = c.branch(s.Branch, out.Deleted)
	case s.Fields != nil:
		t, problems := table.Compile(p.At+".fields", s.Fields)
		c.problems = append(c.problems, problems...)
		out.mapping = t
	case s.Lookup != nil:
		var problems []sluice.Problem
		out.Lookup, problems = lookup.Compile(p.At+".lookup", s.Lookup)
		c.problems = append(c.problems, problems...)
	case s.Import != nil:
		out.Import = c.importOf(p.At+".import", s.Import)
		c.imports = append(c.imports, out)
	default:
		out.mapping = c.mapping(p.At+".map", s.Map)
	}
	return out
}

func (c *compiler) branch(b *sluice.Branch, deleted bool) *Branch {
	out := &Branch{all: b.Take == sluice.TakeAll}
	for range b.Paths {
		p, row := c.next()
		path := &Path{Name: p.Name, Row: row, condition: c.expr(p.At+".if", p.Path.If)}
		path.Steps = c.steps(len(p.Path.Steps), deleted)
		out.Paths = append(out.Paths, path)
	}
	return out
}

func (c *compiler) importOf(path string, i *sluice.Import) *Import {
	out := &Import{Import: i, when: c.expr(path+".when", i.When)}
	if i.Response != "" {
		out.response = c.mapping(path+".response", i.Response)
	}
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
