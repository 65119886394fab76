package search

import (
	"strings"

	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// Cell is one value of a row.
type Cell struct {
	Join  string // customerJoin; of a join by a custom field its script ID; empty for the record itself
	Field string // name, or script ID (internal ID where NetSuite hides it) of a custom field
	Label string // the column's own, if it has one
	Type  string // of a custom field: platformCore:SearchColumnSelectCustomField

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
	for i := range row.Children {
		group := &row.Children[i]
		join := group.Name
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
		}
		cells = appendCells(cells, join, group)
	}
	return cells
}

func appendCells(cells []Cell, join string, group *record.Element) []Cell {
	for i := range group.Children {
		e := &group.Children[i]
		if e.Name == "customFieldList" {
			for j := range e.Children {
				custom := &e.Children[j]
				id := custom.Attr("scriptId")
				if id == "" {
					id = custom.Attr("internalId")
				}
				cells = append(cells, cell(join, id, custom))
			}
			continue
		}
		cells = append(cells, cell(join, e.Name, e))
	}
	return cells
}

func cell(join, field string, e *record.Element) Cell {
	c := Cell{Join: join, Field: field, Label: e.Value("customLabel"), Type: e.Type}
	for _, v := range e.Children {
		if v.Name == "searchValue" {
			c.Values = append(c.Values, v)
		}
	}
	return c
}
