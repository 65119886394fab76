package program

import (
	"context"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Step is a compiled step. Exactly one of Import, Branch, Lookup, filter and mapping is set.
type Step struct {
	Name    string
	Kind    string  // as sluice.Step.Kind
	Row     int     // its place in the run's counts
	Deleted bool    // for what was deleted at the source, and nothing else
	Import  *Import // the engine's to deliver; nil for a step that Pass works
	Branch  *Branch // the engine's to walk; nil for others
	Lookup  *lookup.Step
	filter  *mapping.Expr
	mapping mapper
}

// mapper makes a record of another one: a mapping, or a table of fields.
type mapper interface {
	Map(ctx context.Context, r sluice.Record) (sluice.Record, error)
}

// Boarding returns the records that the step is for.
func (s *Step) Boarding(list []*Passenger) []*Passenger {
	var out []*Passenger
	for _, p := range list {
		if p.Alive() && p.Item.Deleted() == s.Deleted {
			out = append(out, p)
		}
	}
	return out
}

// Pass takes a record through a filter or a mapping.
func (s *Step) Pass(ctx context.Context, p *Passenger) {
	if s.filter != nil {
		ok, err := s.filter.Bool(ctx, p.Record)
		switch {
		case err != nil:
			p.Fail(s.Name, FailureOf(err, sluice.ClassMapping))
		case !ok:
			p.Outcome = sluice.OutcomeExcluded
		}
		return
	}
	r, err := s.mapping.Map(ctx, p.Record)
	if size := r.Size(); err == nil && size > sluice.MaxRecordBytes {
		err = sluice.Errorf("record.too_large", "the mapping gives a record of about %d MB, more than %d", size>>20, sluice.MaxRecordBytes>>20).
			Fix("Make the mapping give less for each record")
	}
	switch {
	case errors.Is(err, mapping.ErrDeleted):
		p.Outcome = sluice.OutcomeExcluded
	case err != nil:
		p.Fail(s.Name, FailureOf(err, sluice.ClassMapping))
	default:
		p.Record = r
	}
}

// LookUp asks for what belongs to the records, and counts. An error means that the
// system cannot be asked now: it is about the run and no record.
func (s *Step) LookUp(ctx context.Context, desk *lookup.Desk, list []*Passenger, c *sluice.StepCounts) error {
	records := make([]sluice.Record, len(list))
	for i, p := range list {
		records[i] = p.Record
	}
	results, requests, err := desk.Look(origin.Step(ctx, s.Name), s.Lookup, records)
	if err != nil {
		return err
	}
	c.Requests += int64(requests)
	for i, r := range results {
		switch p := list[i]; {
		case r.Failure != nil:
			p.Fail(s.Name, FailureOf(r.Failure, r.Class))
		case r.Found:
			c.Found++
			p.Record = r.Record
		default:
			c.NotFound++
			p.Record = r.Record
		}
	}
	return nil
}

// Import is an import with its expressions compiled.
type Import struct {
	*sluice.Import
	when       *mapping.Expr
	externalID *mapping.Expr
	targetID   *mapping.Expr
	response   *mapping.Mapping // nil where answers are of no interest
}

// Takes reports whether the import takes the record; the others pass it by.
func (i *Import) Takes(ctx context.Context, r sluice.Record) (bool, error) {
	if i.when == nil {
		return true, nil
	}
	return i.when.Bool(ctx, r)
}

// Identified reports whether the flow says by which ID the import finds its records.
func (i *Import) Identified() bool { return i.externalID != nil || i.targetID != nil }

// IDs returns a record's external and internal ID, empty where the flow says none.
func (i *Import) IDs(ctx context.Context, r sluice.Record) (externalID, id string, err error) {
	if i.externalID != nil {
		if externalID, err = i.externalID.Text(ctx, r); err != nil {
			return "", "", err
		}
	}
	if i.targetID != nil {
		if id, err = i.targetID.Text(ctx, r); err != nil {
			return "", "", err
		}
	}
	return externalID, id, nil
}

// Overtakes reports whether both imports put records into the same place, so that what
// one of them wrote may not be there any more once the other one has written.
func (i *Import) Overtakes(o *Import) bool {
	puts := func(i *Import) bool { return i.Operation == sluice.Update || i.Operation == sluice.Upsert }
	if i.Connection != o.Connection || !puts(i) || !puts(o) {
		return false
	}
	switch {
	case i.NetSuite != nil && o.NetSuite != nil:
		return i.NetSuite.Record == o.NetSuite.Record
	case i.SQL != nil && o.SQL != nil:
		return i.SQL.Table == o.SQL.Table
	}
	return i.HTTP != nil && o.HTTP != nil || i.RESTlet != nil && o.RESTlet != nil
}

// Undoes reports whether one of two imports deletes what the other one writes.
func (i *Import) Undoes(o *Import) bool {
	return i.Connection == o.Connection && (i.Operation == sluice.Delete) != (o.Operation == sluice.Delete)
}
