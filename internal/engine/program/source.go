package program

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Source is a compiled export.
type Source struct {
	*sluice.Export
	Row int // its place in the run's counts by export
	// Flag makes the fields that an export of each record once sets; nil for others.
	Flag   *mapping.Mapping
	filter *mapping.Expr
}

func (c *compiler) source(row int, at string, e *sluice.Export) *Source {
	s := &Source{Export: e, Row: row, filter: c.expr(at+".filter", e.Filter)}
	if e.Once != nil {
		s.Flag = c.mapping(at+".once.set", e.Once.Set)
	}
	return s
}

// Admits reports whether the record passes the export's filter. What was deleted at
// the source does, since nothing but its key is known.
func (s *Source) Admits(ctx context.Context, it *sluice.Item) (bool, error) {
	if s.filter == nil || it.Deleted() {
		return true, nil
	}
	return s.filter.Bool(ctx, it.Record)
}

// Source returns the export that read an item, which for a record that is tried again
// may be gone from the flow: then the first.
func (p *Program) Source(it *sluice.Item) *Source {
	for _, s := range p.Sources {
		if s.Name == it.Export {
			return s
		}
	}
	return p.Sources[0]
}

// Check marks the item as the export's and gives it its key, where it has one. A record
// that cannot be kept is refused.
func (s *Source) Check(it *sluice.Item) {
	it.Export = s.Name
	if size := it.Record.Size(); size > sluice.MaxRecordBytes {
		it.Refused, it.Record = tooLarge(size), nil
	}
	if len(s.Key) == 0 || it.Refused != nil {
		return
	}
	if key, err := s.RecordKey(it.Record); err != nil {
		it.Refused = err
	} else {
		it.Key = key
	}
}

// tooLarge says why a record is not kept.
func tooLarge(size int) *sluice.Error {
	return sluice.Errorf("record.too_large", "the record has about %d MB, more than %d", size>>20, sluice.MaxRecordBytes>>20).
		Fix("Leave out of the export what the flow does not need, or export its parts as records of their own")
}
