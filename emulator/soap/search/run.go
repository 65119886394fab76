package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Run returns everything that a query finds, in its order. Each call looks anew:
// what changes between two pages moves them (Oracle help, section_N3523074).
func (e *Engine) Run(ctx context.Context, q *Query) ([]*Hit, error) {
	joins := q.allJoins()
	indexes := make([]index, len(joins))
	for i, j := range joins {
		var err error
		if indexes[i], err = e.reach(ctx, j); err != nil {
			return nil, err
		}
	}
	var out []*Hit
	seen := map[string]bool{}
	for _, t := range q.types {
		records, err := e.load(ctx, t, q.criteria.all)
		if err != nil {
			return nil, err
		}
		for _, h := range records {
			for _, row := range q.rows(h) {
				if !q.criteria.holds(row) {
					continue
				}
				rows := []*Hit{row}
				for i, j := range joins {
					rows = e.spread(rows, j, indexes[i])
				}
				if q.columns == nil && len(rows) > 0 { // records, each once
					key := groupKey(t, h.Record.ID)
					if rows = rows[:1]; seen[key] {
						rows = nil
					}
					seen[key] = true
				}
				out = append(out, rows...)
			}
		}
	}
	e.order(out, q.sort)
	return out, nil
}

func (c *criteria) holds(h *Hit) bool {
	for _, x := range c.all {
		if !x.holds(h) {
			return false
		}
	}
	return true
}

// rows returns the rows of a record: itself, and for a transaction its lines
// where columns or conditions may be about them.
func (q *Query) rows(h *Hit) []*Hit {
	if h.Record.Type.Group != schema.GroupTransaction {
		return []*Hit{h}
	}
	return append([]*Hit{h}, lines(h)...)
}

// allJoins are the joins of criteria and columns, each once.
func (q *Query) allJoins() []*joined {
	var out []*joined
	add := func(j *joined) {
		for i, other := range out {
			if other.name == j.name {
				both := *other
				if j.criteria != nil {
					merged := criteria{all: j.criteria.all}
					if other.criteria != nil {
						merged.all = append(slices.Clone(other.criteria.all), j.criteria.all...)
					}
					both.criteria = &merged
				}
				both.columns = append(slices.Clone(both.columns), j.columns...)
				out[i] = &both
				return
			}
		}
		out = append(out, j)
	}
	for _, j := range q.criteria.joins {
		add(j)
	}
	if q.columns != nil {
		for _, j := range q.columns.joins {
			add(j)
		}
	}
	return out
}

// spread gives each row what a join leads to: one row for each of several. A row
// that finds nothing stays only if the join has no conditions.
func (e *Engine) spread(rows []*Hit, j *joined, reachable index) []*Hit {
	var out []*Hit
	for _, row := range rows {
		found := reachable[e.keyFor(row, j)]
		if len(found) == 0 && j.criteria == nil {
			out = append(out, row)
			continue
		}
		for _, other := range found {
			next := &Hit{Record: row.Record, line: row.line, joined: map[string]*Hit{j.name: other}}
			for name, h := range row.joined {
				next.joined[name] = h
			}
			out = append(out, next)
		}
	}
	return out
}

// order sorts by the fields of a saved search; with - downwards. Without any,
// the order is fixed and none that a client could use: multiplying by a prime
// modulo 2^32 permutes the IDs.
func (e *Engine) order(hits []*Hit, by []string) {
	slices.SortStableFunc(hits, func(a, b *Hit) int {
		for _, name := range by {
			field, down := strings.CutPrefix(name, "-")
			if c := compareValues(sortKey(a, field), sortKey(b, field)); c != 0 {
				if down {
					return -c
				}
				return c
			}
		}
		if len(by) > 0 {
			return 0
		}
		return int(scatter(a.Record.ID)) - int(scatter(b.Record.ID))
	})
}

func scatter(id int64) uint32 { return uint32(id) * 2654435761 } // the overflow is the point

func sortKey(h *Hit, name string) value {
	if a := resolve(h.Record.Type, name); a != nil {
		return a(h)
	}
	return value{}
}

// compareValues orders numbers as numbers and the rest as text.
func compareValues(a, b value) int {
	x, y := "", ""
	if a.raw != nil {
		x = fmt.Sprint(a.raw)
	}
	if b.raw != nil {
		y = fmt.Sprint(b.raw)
	}
	m, errM := decimal.Parse(x)
	n, errN := decimal.Parse(y)
	if errM == nil && errN == nil {
		return m.Cmp(n)
	}
	return strings.Compare(strings.ToLower(x), strings.ToLower(y))
}
