package schema

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// CustomField describes a custom body field of record types.
type CustomField struct {
	ScriptID string // custbody_…, custentity_…, custitem_…, custrecord_…
	Label    string
	Kind     Kind     // any but Enum, Subrecord and Sublist
	Target   string   // Reference and Multi: record type or group
	Types    []string // record types that carry it
}

var scriptID = regexp.MustCompile(`^cust(body|entity|item|record)_?[a-z0-9_]{1,35}$`)

// With returns a schema that has the field too, and the tables that got a column.
func (s *Schema) With(c CustomField) (*Schema, []string, error) {
	if !scriptID.MatchString(c.ScriptID) {
		return nil, nil, fmt.Errorf("custom field: %q is no script ID", c.ScriptID)
	}
	out := &Schema{types: maps.Clone(s.types), tables: maps.Clone(s.tables), Types: slices.Clone(s.Types), Tables: slices.Clone(s.Tables), Absent: s.Absent}
	f := &Field{Name: c.ScriptID, Label: c.Label, Kind: c.Kind, Target: c.Target, Custom: true, Filterable: true, Column: c.ScriptID}
	var tables []string
	for _, name := range c.Types {
		old := s.Type(name)
		if old == nil || old.Fields.Lookup(c.ScriptID) != nil {
			return nil, nil, fmt.Errorf("custom field %s: no type %q without it", c.ScriptID, name)
		}
		t := *old
		t.Fields = old.Fields.clone()
		t.Fields.add(f)
		out.types[strings.ToLower(name)] = &t
		out.Types[slices.Index(s.Types, old)] = &t
		if slices.Contains(tables, t.Table) {
			continue
		}
		tables = append(tables, t.Table)
		table := *s.tables[t.Table]
		table.Columns, table.byName = slices.Clone(table.Columns), maps.Clone(table.byName)
		table.add(s.columnOf(f))
		out.Tables[slices.Index(s.Tables, s.tables[t.Table])] = &table
		out.tables[t.Table] = &table
	}
	return out, tables, nil
}
