package schema

import (
	"slices"
	"strings"
	"testing"
)

// TestBuiltin checks the descriptions against themselves.
func TestBuiltin(t *testing.T) {
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range s.Types {
		table := s.Table(typ.Table)
		if table == nil || table.Column(typ.Key) == nil {
			t.Errorf("%s: no table %s with the key %s", typ.Name, typ.Table, typ.Key)
			continue
		}
		if typ.Fields.Lookup(typ.NameField) == nil || typ.Permission == "" {
			t.Errorf("%s: name field %q, permission %q", typ.Name, typ.NameField, typ.Permission)
		}
		fields(t, s, typ, typ.Fields)
		for _, f := range typ.Fields.List {
			if column := table.Column(f.Column); f.Filterable && column == nil {
				t.Errorf("%s.%s can be filtered and has no column", typ.Name, f.Name)
			} else if f.Filterable && (f.Kind == Multi || f.Kind == Subrecord || f.Kind == Sublist) {
				t.Errorf("%s.%s can be filtered and is no body field", typ.Name, f.Name)
			} else if column != nil && f.Kind == DateTime && column.Kind != DateTimeColumn || column != nil && f.Kind == Date && column.Kind != DateColumn {
				t.Errorf("%s.%s is kept in a column of kind %s", typ.Name, f.Name, column.Kind)
			}
		}
	}
}

func fields(t *testing.T, s *Schema, typ *Type, set *FieldSet) {
	t.Helper()
	groups := []string{GroupEntity, GroupItem, GroupTransaction, Unexposed}
	for _, f := range set.List {
		if f.Target != "" && f.Kind != Subrecord && s.Type(f.Target) == nil && !slices.Contains(groups, f.Target) {
			t.Errorf("%s.%s refers to %q, which is no type and no group", typ.Name, f.Name, f.Target)
		}
		for _, k := range f.Keys {
			if f.Fields.Lookup(k) == nil {
				t.Errorf("%s.%s is keyed by %q, which its lines lack", typ.Name, f.Name, k)
			}
		}
		if f.Kind == Enum && f.Default != "" && !slices.ContainsFunc(f.Enum, func(o Option) bool { return o.ID == f.Default }) {
			t.Errorf("%s.%s has the default %q", typ.Name, f.Name, f.Default)
		}
		if f.Fields != nil {
			fields(t, s, typ, f.Fields)
		}
	}
}

func TestParserRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`typo x`:                  "unknown word",
		`type x "X" colour=red`:   "unknown attribute",
		`  x string`:              "needs name, kind and label",
		`  x text "X"`:            "unknown kind",
		`  x enum:nothing "X"`:    "no enumeration",
		`  x record:nothing "X"`:  "no set",
		`  x string "X" shiny`:    "unknown attribute",
		`  use nothing`:           "no set",
		`      x string "X"`:      "nothing to nest under",
		`  x string "X" max=many`: "invalid syntax",
	} {
		p := parser{schema: &Schema{types: map[string]*Type{}, tables: map[string]*Table{}}, enums: map[string][]Option{}, sets: map[string]*FieldSet{}}
		if err := p.top([]string{"fields", "f"}); err != nil {
			t.Fatal(err)
		}
		trimmed := strings.TrimLeft(line, " ")
		if err := p.line((len(line)-len(trimmed))/2, split(trimmed)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

func TestSplit(t *testing.T) {
	got := split(`x enum:y "Two words" A="First one" B`)
	want := []string{"x", "enum:y", "Two words", "A=First one", "B"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
