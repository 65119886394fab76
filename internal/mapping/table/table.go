// Package table runs mappings that are written as tables. A row does what a line of
// Bloblang would, and gives the same value; paths of fields are followed without the
// language, which makes tables faster.
package table

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Table is a compiled table. It may be used by several goroutines.
type Table struct {
	set  *mapping.Set
	rows []*row
}

// row is a compiled row.
type row struct {
	to     []string
	name   string // of the row in errors
	when   *mapping.Member
	from   *mapping.Member
	fixed  any // where there is no from
	split  string
	table  map[string]string
	absent *mapping.Member // the default
	as     func(any) (any, error)
	join   *string
	each   *mapping.Member
	fields []*row
}

// Map makes the record that the rows describe. The error names the row.
func (t *Table) Map(ctx context.Context, r sluice.Record) (sluice.Record, error) {
	v, err := t.set.Run(ctx, func() (any, error) { return fill(t.rows, map[string]any(r)) })
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

// fill makes an object of rows over a record or an element of a list.
func fill(rows []*row, this any) (map[string]any, error) {
	out := make(map[string]any, len(rows))
	for _, r := range rows {
		v, sets, err := r.value(this)
		if err != nil {
			return nil, within(r.name, err)
		}
		if sets {
			put(out, r.to, v)
		}
	}
	return out, nil
}

// put sets a field, making the objects that it is in. No row sets one of these
// itself: Compile has seen to that.
func put(in map[string]any, to []string, v any) {
	for _, name := range to[:len(to)-1] {
		inner, ok := in[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			in[name] = inner
		}
		in = inner
	}
	in[to[len(to)-1]] = v
}

// within puts the row's name before the place of an error.
func within(name string, err error) error {
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		own = sluice.Errorf("mapping.failed", "%w", err)
	}
	e := *own
	if e.Where == "" || strings.HasPrefix(e.Where, "mapping line") {
		e.Where = name
	} else {
		e.Where = name + ", " + e.Where
	}
	return &e
}

// value is what the row sets its field to. It reports false where the row does not apply.
func (r *row) value(this any) (v any, sets bool, err error) {
	if r.when != nil {
		if holds, err := r.when.Bool(this); err != nil || !holds {
			return nil, false, err
		}
	}
	if r.each != nil {
		list, err := r.list(this)
		return list, true, err
	}
	v = r.fixed
	if r.from != nil {
		if v, err = r.from.Value(this); err != nil {
			return nil, false, err
		}
	}
	if v, err = r.cut(v); err != nil {
		return nil, false, err
	}
	v, err = r.convert(v, this)
	if list, ok := v.([]any); ok && err == nil && r.join != nil {
		v, err = joined(list, *r.join)
	}
	return v, true, err
}

// list makes the list of another one.
func (r *row) list(this any) ([]any, error) {
	v, err := r.each.Value(this)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return []any{}, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errors.New("each does not give a list")
	}
	out := make([]any, len(list))
	for i, element := range list {
		if out[i], err = fill(r.fields, element); err != nil {
			return nil, within(fmt.Sprintf("element %d", i+1), err)
		}
	}
	return out, nil
}

// cut makes a list of a text, where the row does so.
func (r *row) cut(v any) (any, error) {
	if r.split == "" {
		return v, nil
	}
	if _, ok := v.([]any); ok {
		return v, nil
	}
	list := []any{}
	v, err := mapping.Text(v)
	if text, ok := v.(string); ok && err == nil {
		for part := range strings.SplitSeq(text, r.split) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
	}
	return list, err
}

// convert passes a value, or each of a list, through table, default and as.
func (r *row) convert(v, this any) (any, error) {
	list, ok := v.([]any)
	if !ok || r.table == nil && r.as == nil {
		return r.convertOne(v, this)
	}
	out := make([]any, len(list))
	for i, element := range list {
		var err error
		if out[i], err = r.convertOne(element, this); err != nil {
			return nil, within(fmt.Sprintf("element %d", i+1), err)
		}
	}
	return out, nil
}

func (r *row) convertOne(v, this any) (any, error) {
	if r.table != nil && !mapping.Empty(v) {
		text, err := mapping.Text(v)
		if err != nil {
			return nil, err
		}
		instead, ok := r.table[text.(string)]
		if !ok && r.absent == nil {
			return nil, sluice.Errorf("mapping.not_in_table", "%q is not in the table", text).Fix("Add it to the table, or give the row a default")
		}
		if v = instead; !ok {
			v = nil
		}
	}
	if r.absent != nil && mapping.Empty(v) {
		var err error
		if v, err = r.absent.Value(this); err != nil {
			return nil, err
		}
	}
	if r.as == nil {
		return v, nil
	}
	return r.as(v)
}

// joined writes a list as one text. Null is left out.
func joined(list []any, between string) (any, error) {
	var parts []string
	for _, v := range list {
		text, err := mapping.Text(v)
		if err != nil {
			return nil, err
		}
		if text, ok := text.(string); ok {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, between), nil
}
