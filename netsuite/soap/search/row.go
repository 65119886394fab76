package search

import (
	"strings"

	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// Cell is one value of a row.
type Cell struct {
	Join  string // customerJoin; of a join by a custom field its script ID; empty for the record itself
	Field string // name, or script ID (internal ID where NetSuite hides it) of a custom field
	Label string // the column's own, if it has one
	Type  string // platformCore:SearchColumnSelectField

	// Values are the searchValue elements: one, or any number of a MultiSelect.
	// Those of lists and records have IDs and no name.
	Values []record.Element
}

// Name is what to call the cell: its label, else the field, behind the join.
func (c Cell) Name() string {
	switch {
	case c.Label != "":
		return c.Label
	case c.Join != "":
		return strings.TrimSuffix(c.Join, "Join") + "." + c.Field
	}
	return c.Field
}

// Text is the first value as text: for a reference its internal ID, else its
// external ID.
func (c Cell) Text() string {
	if len(c.Values) == 0 {
		return ""
	}
	v := &c.Values[0]
	switch {
	case v.Text != "":
		return v.Text
	case v.InternalID() != "":
		return v.InternalID()
	}
	return v.ExternalID()
}

// IsRow reports whether an element is a row, not a record.
func IsRow(e *record.Element) bool { return strings.HasSuffix(e.Type, "SearchRow") }

// Cells returns the values of a row in the order in which they came. A column
// without a value has no cell: NetSuite leaves empty ones out.
func Cells(row *record.Element) []Cell {
	var cells []Cell
	t, _ := schema.Lookup(row.Type)
	for i := range row.Children {
		group := &row.Children[i]
		join := group.Name
		inner := innerType(t, group)
		switch join {
		case "basic":
			join = ""
		case "customSearchJoin":
			if ref := group.Find("customizationRef"); ref != nil {
				join = ref.Attr("scriptId")
			}
			if group = group.Find("searchRowBasic"); group == nil {
				continue
			}
			inner, _ = schema.Lookup(group.Type)
		}
		cells = appendCells(cells, join, inner, group)
	}
	return cells
}

// innerType is the type of a group of a row; nil where the table lacks it.
func innerType(row *schema.Type, group *record.Element) *schema.Type {
	if row == nil {
		return nil
	}
	f, _ := row.Field(schema.Latest, group.Name)
	t, _ := schema.Lookup(f.Type)
	return t
}

func appendCells(cells []Cell, join string, t *schema.Type, group *record.Element) []Cell {
	for i := range group.Children {
		e := &group.Children[i]
		if e.Name == "customFieldList" {
			for j := range e.Children {
				custom := &e.Children[j]
				id := custom.Attr("scriptId")
				if id == "" {
					id = custom.Attr("internalId")
				}
				cells = append(cells, cell(join, id, custom.Type, custom))
			}
			continue
		}
		kind := e.Type
		if t != nil && kind == "" {
			f, _ := t.Field(schema.Latest, e.Name)
			kind = f.Type
		}
		cells = append(cells, cell(join, e.Name, kind, e))
	}
	return cells
}

func cell(join, field, kind string, e *record.Element) Cell {
	c := Cell{Join: join, Field: field, Label: e.Value("customLabel"), Type: kind}
	for _, v := range e.Children {
		if v.Name == "searchValue" {
			c.Values = append(c.Values, v)
		}
	}
	return c
}

// value is the cell's value in a document.
func (c Cell) value(p record.Plain) any {
	e := record.Element{Name: c.Field, Type: c.Type, Children: c.Values}
	return p.Custom(&e, "searchValue")
}

// Document returns a row as a document (see [record.Plain]): the value of each
// cell under its name. Columns of one name are a list.
func Document(row *record.Element, p record.Plain) map[string]any {
	doc := map[string]any{}
	again := map[string]bool{}
	for _, c := range Cells(row) {
		name := c.Name()
		v := c.value(p)
		before, twice := doc[name]
		switch {
		case again[name]:
			doc[name] = append(before.([]any), v)
		case twice:
			doc[name] = []any{before, v}
			again[name] = true
		default:
			doc[name] = v
		}
	}
	return doc
}
