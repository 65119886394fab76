package search

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// columns are what a row shows.
type columns struct {
	shape *wsdl.Type // CustomerSearchRow
	basic []*column
	joins []*joined
}

// column is one field of a row.
type column struct {
	field  *wsdl.Field // in the SearchRowBasic
	custom *wsdl.Type  // the type of a custom column
	label  string
	by     map[string]access
	source *schema.Field // of a custom column
	basic  *wsdl.Type    // the SearchRowBasic of a custom join
	ref    *envelope.Node
}

// readColumns understands the columns of a request or of a saved search.
func (e *Engine) readColumns(ctx context.Context, q *Query, n *envelope.Node) error {
	out := &columns{shape: n.Shape}
	for _, c := range n.Children {
		if c.Name.Local == "basic" {
			list, err := e.basicColumns(ctx, q.types, c, nil)
			if err != nil {
				return err
			}
			out.basic = append(out.basic, list...)
			continue
		}
		j, err := e.join(ctx, q, c)
		if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Code() == fault.InsufficientPermission {
			continue // what the role may not see is just missing (Oracle help, section_N3516862)
		}
		if err != nil {
			return err
		}
		basic, ref := c, (*envelope.Node)(nil)
		if c.Name.Local == customJoin {
			basic, ref = c.Child("searchRowBasic"), c.Child("customizationRef")
		}
		if j.columns, err = e.basicColumns(ctx, j.relation.types, basic, ref); err != nil {
			return err
		}
		out.joins = append(out.joins, j)
	}
	q.columns = out
	return nil
}

func (e *Engine) basicColumns(ctx context.Context, types []*schema.Type, n, ref *envelope.Node) ([]*column, error) {
	var out []*column
	for _, c := range n.Children {
		if c.Name.Local == "customFieldList" {
			for _, x := range c.Children {
				col, err := e.customColumn(ctx, types, x)
				if err != nil {
					return nil, err
				}
				col.field, col.basic, col.ref = n.Shape.Field(c.Name.Local), n.Shape, ref
				out = append(out, col)
			}
			continue
		}
		col := &column{field: n.Shape.Field(c.Name.Local), label: c.Child("customLabel").Value(), by: map[string]access{}, basic: n.Shape, ref: ref}
		for _, t := range types {
			if a := resolve(t, c.Name.Local); a != nil {
				col.by[t.Name] = a
			}
		}
		out = append(out, col) // one that the account does not have is just missing
	}
	return out, nil
}

func (e *Engine) customColumn(ctx context.Context, types []*schema.Type, n *envelope.Node) (*column, error) {
	col := &column{label: n.Child("customLabel").Value(), by: map[string]access{}}
	for _, t := range types {
		a, err := e.customAccess(ctx, t, n)
		if err != nil {
			return nil, err
		}
		if a == nil {
			continue
		}
		col.by[t.Name] = a
		for _, set := range []*schema.FieldSet{t.Fields, schema.Lines(t)} {
			f, err := e.CustomField(ctx, set, n.Attr("scriptId"), n.Attr("internalId"))
			if err != nil {
				return nil, err
			}
			if f != nil {
				col.source = f
			}
		}
	}
	if col.source == nil {
		return nil, invalid("SSS_INVALID_SRCH_COL", "There is no custom field %s%s.", n.Attr("scriptId"), n.Attr("internalId"))
	}
	col.custom = e.Shapes.Type("platformCore", "SearchColumn"+mapping.CustomKind(col.source.Kind)+"CustomField")
	return col, nil
}

// Row writes one row of results.
func (e *Engine) Row(ctx context.Context, q *Query, h *Hit) (*envelope.Element, error) {
	row := envelope.New(e.Shapes.Area("platformCore"), "searchRow").As(q.columns.shape)
	for _, f := range q.columns.shape.Fields() {
		if f.Name == "basic" && len(q.columns.basic) > 0 {
			child := envelope.New(f.Area, f.Name)
			if err := e.cells(ctx, child, q.columns.basic, h); err != nil {
				return nil, err
			}
			row.Add(child)
		}
		for _, j := range q.columns.joins {
			other := h.joined[j.name]
			if name, _, _ := strings.Cut(j.name, " "); name != f.Name || other == nil || len(j.columns) == 0 {
				continue
			}
			child, err := e.joinedRow(ctx, f, j, other)
			if err != nil {
				return nil, err
			}
			row.Add(child)
		}
	}
	return row, nil
}

// joinedRow writes the columns of a joined record.
func (e *Engine) joinedRow(ctx context.Context, f *wsdl.Field, j *joined, other *Hit) (*envelope.Element, error) {
	child := envelope.New(f.Area, f.Name)
	if f.Name != customJoin {
		return child, e.cells(ctx, child, j.columns, other)
	}
	ref := j.columns[0].ref
	held := f.Type.Field("customizationRef")
	basic := f.Type.Field("searchRowBasic")
	inner := envelope.New(basic.Area, basic.Name).As(j.columns[0].basic)
	child.Add(envelope.New(held.Area, held.Name).With("internalId", ref.Attr("internalId"), "scriptId", ref.Attr("scriptId")), inner)
	return child, e.cells(ctx, inner, j.columns, other)
}

// cells writes the columns that have a value, in the order of the schema.
func (e *Engine) cells(ctx context.Context, out *envelope.Element, list []*column, h *Hit) error {
	if len(list) == 0 {
		return nil
	}
	for _, f := range list[0].basic.Fields() {
		var custom *envelope.Element
		for _, c := range list {
			if c.field != f {
				continue
			}
			cell, err := e.cell(ctx, c, h)
			if err != nil {
				return err
			}
			if cell == nil {
				continue
			}
			if c.custom == nil {
				out.Add(cell)
				continue
			}
			if custom == nil {
				custom = envelope.New(f.Area, f.Name)
				out.Add(custom)
			}
			custom.Add(cell)
		}
	}
	return nil
}

// cell writes one column: its value wrapped in searchValue.
func (e *Engine) cell(ctx context.Context, c *column, h *Hit) (*envelope.Element, error) {
	a := c.by[h.Record.Type.Name]
	if a == nil {
		return nil, nil
	}
	v := a(h)
	if v.raw == nil {
		return nil, nil
	}
	core, shape := e.Shapes.Area("platformCore"), c.custom
	var cell *envelope.Element
	if shape == nil {
		shape = c.field.Type
		cell = envelope.New(c.field.Area, c.field.Name)
	} else {
		number, err := e.CustomNumber(ctx, c.source)
		if err != nil {
			return nil, err
		}
		cell = envelope.New(core, "customField").With("internalId", number, "scriptId", c.source.Name).As(shape)
	}
	values, err := e.cellValues(ctx, shape, v)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	cell.Add(values...)
	if c.label != "" {
		cell.Add(envelope.Text(core, "customLabel", c.label))
	}
	return cell, nil
}

// cellValues writes a value as the type of its column. References come without
// names, as recorded answers have them.
func (e *Engine) cellValues(ctx context.Context, shape *wsdl.Type, v value) ([]*envelope.Element, error) {
	core, held := e.Shapes.Area("platformCore"), shape.Field("searchValue")
	one := func(text string) []*envelope.Element {
		return []*envelope.Element{envelope.Text(core, "searchValue", text)}
	}
	if held == nil {
		return nil, nil
	}
	if held.Type != nil { // a select
		if v.external {
			return []*envelope.Element{envelope.New(core, "searchValue").With("externalId", fmt.Sprint(v.raw))}, nil
		}
		ids, ok := v.raw.([]any)
		if !ok {
			ids = []any{v.raw}
		}
		var out []*envelope.Element
		for _, id := range ids {
			x := envelope.New(core, "searchValue").With("internalId", fmt.Sprint(id))
			if held.Type.Attr("typeId") != nil && v.field != nil {
				x.With("typeId", e.FieldTypeID(v.field))
			}
			out = append(out, x)
		}
		return out, nil
	}
	if strings.Contains(shape.Name, "Enum") {
		return one(e.enumWord(v)), nil
	}
	f := v.field
	if f == nil {
		f = &schema.Field{Kind: v.kind}
	}
	text, err := e.Text(ctx, held.Basic, f, v.raw)
	return one(text), err
}
