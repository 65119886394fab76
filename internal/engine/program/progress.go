package program

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice"
)

// Start returns the progress of a run that has done nothing yet.
func (p *Program) Start() sluice.RunProgress {
	out := sluice.RunProgress{Steps: slices.Clone(p.rows)}
	for _, s := range p.Sources {
		out.Exports = append(out.Exports, sluice.ExportCounts{Export: s.Label()})
	}
	for _, t := range p.totals {
		out.Totals = append(out.Totals, sluice.OutcomeTotals{Name: t.name, Read: "0", Written: "0", Unchanged: "0", Excluded: "0", Failed: "0"})
	}
	return out
}

// Say gives the row of a step its reason.
func (p *Program) Say(row int, reason string) { p.rows[row].Reason = reason }

// Reads returns what reading the items adds to a run's progress.
func (p *Program) Reads(ctx context.Context, items []sluice.Item) (sluice.RunProgress, error) {
	out := p.Start()
	for _, it := range items {
		out.Counts.Read++
		out.Counts.Rows += int64(it.Rows)
		of := &out.Exports[p.Source(&it).Row]
		of.Read++
		of.Rows += int64(it.Rows)
		amounts, _ := p.Amounts(ctx, it.Record) // a total that fails fails its record when the page is worked
		if err := addAmounts(out.Totals, amounts, ""); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Filtered adds a record to what reading brought that the export's filter excludes.
func (p *Program) Filtered(ctx context.Context, to *sluice.RunProgress, it *sluice.Item) error {
	to.Exports[p.Source(it).Row].Filtered++
	to.Counts.Excluded++
	amounts, _ := p.Amounts(ctx, it.Record) // as in Reads
	return addAmounts(to.Totals, amounts, sluice.OutcomeExcluded)
}

// Count adds a record that has ended to the progress, with its control totals.
func Count(to *sluice.RunProgress, p *Passenger, amounts []decimal.Decimal) error {
	addOutcome(&to.Counts, p.Outcome)
	return addAmounts(to.Totals, amounts, p.Outcome)
}

// addOutcome counts one record's end.
func addOutcome(c *sluice.Counts, o sluice.RecordOutcome) {
	switch o {
	case sluice.OutcomeWritten:
		c.Written++
	case sluice.OutcomeUnchanged:
		c.Unchanged++
	case sluice.OutcomeExcluded:
		c.Excluded++
	case sluice.OutcomeFailed:
		c.Failed++
	}
}

// Merge adds what a page brought to a run's progress and returns the sum. The
// arguments stay as they are.
func Merge(a, b sluice.RunProgress) (sluice.RunProgress, error) {
	out := sluice.RunProgress{Counts: a.Counts, Exports: slices.Clone(a.Exports), Steps: slices.Clone(a.Steps), Totals: slices.Clone(a.Totals)}
	out.Counts.Add(b.Counts)
	for i := range out.Exports {
		out.Exports[i].Add(b.Exports[i])
	}
	for i := range out.Steps {
		s, o := &out.Steps[i], b.Steps[i]
		s.Reason = cmp.Or(s.Reason, o.Reason)
		s.In += o.In
		s.Created += o.Created
		s.Written += o.Written
		s.Unchanged += o.Unchanged
		s.Excluded += o.Excluded
		s.Failed += o.Failed
		s.Ignored += o.Ignored
		s.LeftOut += o.LeftOut
		s.Found += o.Found
		s.NotFound += o.NotFound
		s.Requests += o.Requests
	}
	for i := range out.Totals {
		if err := addTotals(&out.Totals[i], b.Totals[i]); err != nil {
			return a, err
		}
	}
	return out, nil
}

func addTotals(t *sluice.OutcomeTotals, o sluice.OutcomeTotals) error {
	pairs := []struct {
		sum *string
		add string
	}{{&t.Read, o.Read}, {&t.Written, o.Written}, {&t.Unchanged, o.Unchanged}, {&t.Excluded, o.Excluded}, {&t.Failed, o.Failed}}
	for _, p := range pairs {
		sum, err := addText(*p.sum, p.add)
		if err != nil {
			return fmt.Errorf("control total %s: %w", t.Name, err)
		}
		*p.sum = sum
	}
	return nil
}

func addText(a, b string) (string, error) {
	x, err := decimal.Parse(a)
	if err != nil {
		return "", err
	}
	y, err := decimal.Parse(b)
	if err != nil {
		return "", err
	}
	sum, err := x.Add(y)
	if err != nil {
		return "", err
	}
	return sum.String(), nil
}

// addAmounts adds one record's control totals under its outcome; the empty
// outcome means that the record was read.
func addAmounts(totals []sluice.OutcomeTotals, amounts []decimal.Decimal, o sluice.RecordOutcome) error {
	for i, amount := range amounts {
		field := amountField(&totals[i], o)
		sum, err := addText(*field, amount.String())
		if err != nil {
			return fmt.Errorf("control total %s: %w", totals[i].Name, err)
		}
		*field = sum
	}
	return nil
}

func amountField(t *sluice.OutcomeTotals, o sluice.RecordOutcome) *string {
	switch o {
	case sluice.OutcomeWritten:
		return &t.Written
	case sluice.OutcomeUnchanged:
		return &t.Unchanged
	case sluice.OutcomeExcluded:
		return &t.Excluded
	case sluice.OutcomeFailed:
		return &t.Failed
	}
	return &t.Read
}
