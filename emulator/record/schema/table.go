package schema

import (
	"fmt"
	"strings"
)

// ColumnKind is how an analytic column is stored and shown.
type ColumnKind string

// The kinds of column, with their form in SQLite. NULL means no value.
const (
	IntegerColumn  ColumnKind = "integer"  // INTEGER
	DecimalColumn  ColumnKind = "decimal"  // NUMERIC
	TextColumn     ColumnKind = "text"     // TEXT
	BooleanColumn  ColumnKind = "boolean"  // TEXT, 'T' or 'F'
	DateColumn     ColumnKind = "date"     // TEXT, 'YYYY-MM-DD'
	DateTimeColumn ColumnKind = "datetime" // TEXT, 'YYYY-MM-DD HH:MM:SS' in UTC
)

// Column is one column of an analytic table.
type Column struct {
	Name    string
	Kind    ColumnKind
	Ref     string // table whose Display column BUILTIN.DF shows for this value; "" = none
	Show    string // column of the same row that BUILTIN.DF shows instead; "" = none
	Feature string // SDF feature without which the column vanishes
}

// Table is one analytic table: SuiteQL's name and, with the prefix q_, the
// physical table in the account's SQLite file.
type Table struct {
	Name       string
	Columns    []Column
	Permission string // SDF ID that reading needs; "" = any login
	Feature    string // SDF feature without which the table vanishes
	Display    string // column that names a row; "" = the key
	Key        string // primary key; "" = none
	Rows       string // another table whose rows it shows; "" = its own
	indexes    []index
	byName     map[string]int
}

type index struct {
	columns string // separated by commas
	sparse  bool   // without rows that have no value
}

// Physical is the table's name in SQLite.
func (t Table) Physical() string {
	if t.Rows != "" {
		return "q_" + t.Rows
	}
	return "q_" + t.Name
}

// Column returns the column of that name, or nil.
func (t Table) Column(name string) *Column {
	if i, ok := t.byName[name]; ok {
		return &t.Columns[i]
	}
	return nil
}

func newTable(name string, words []string) *Table {
	t := &Table{Name: name, Key: "id", byName: map[string]int{}}
	for _, w := range words {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "permission":
			t.Permission = value
		case "display":
			t.Display = value
		case "feature":
			t.Feature = value
		case "key":
			t.Key = value
		case "rows":
			t.Rows = value
		}
	}
	return t
}

// describe takes one line under a table.
func (t *Table) describe(words []string) error {
	kind, ref, _ := strings.Cut(words[0], ":")
	switch ColumnKind(kind) {
	case IntegerColumn, DecimalColumn, TextColumn, BooleanColumn, DateColumn, DateTimeColumn:
		for _, name := range words[1:] {
			t.add(Column{Name: name, Kind: ColumnKind(kind)})
		}
		return nil
	}
	switch kind {
	case "ref":
		for _, name := range words[1:] {
			t.add(Column{Name: name, Kind: IntegerColumn, Ref: ref})
		}
	case "show":
		t.Column(words[1]).Show = words[2]
	case "feature":
		for _, name := range words[2:] {
			t.Column(name).Feature = words[1]
		}
	case "index":
		t.indexes = append(t.indexes, index{columns: words[1]})
	case "sparse":
		t.indexes = append(t.indexes, index{columns: words[1], sparse: true})
	default:
		return fmt.Errorf("unknown word %q under a table", kind)
	}
	return nil
}

func (t *Table) add(c Column) {
	switch c.Ref {
	case "accounttype", "itemtype", "transactiontype": // their keys are words
		c.Kind = TextColumn
	}
	t.byName[c.Name] = len(t.Columns)
	t.Columns = append(t.Columns, c)
}

// addTables makes the tables of types whose table is not described: a column
// for each body field, which is what the analytic record of a plain record
// has.
func (s *Schema) addTables() {
	for _, t := range s.Types {
		if s.tables[t.Table] != nil {
			continue
		}
		table := newTable(t.Table, []string{"permission=" + t.Permission, "feature=" + t.Feature})
		table.Display = strings.ToLower(t.NameField)
		table.add(Column{Name: t.Key, Kind: IntegerColumn})
		for _, f := range t.Fields.List {
			if f.Column != "" && f.Kind != Subrecord && table.Column(f.Column) == nil {
				table.add(s.columnOf(f))
			}
		}
		if table.Column("lastmodifieddate") != nil {
			table.indexes = append(table.indexes, index{columns: "lastmodifieddate"})
		}
		s.tables[t.Table], s.Tables = table, append(s.Tables, table)
	}
}

// addCustomColumns gives every custom field its column.
func (s *Schema) addCustomColumns() {
	for _, t := range s.Types {
		s.customColumns(t.Table, t.Fields)
		for _, f := range Lists(t) {
			if t.Group == GroupTransaction {
				s.customColumns("transactionline", f.Fields)
			}
		}
	}
}

// Lists are the sublists whose lines are the lines of a transaction.
func Lists(t *Type) (out []*Field) {
	for _, name := range []string{"item", "expense", "line", "inventory", "other"} {
		if f := t.Fields.Lookup(name); f != nil && f.Kind == Sublist {
			out = append(out, f)
		}
	}
	return out
}

// Lines are the fields of the first of Lists.
func Lines(t *Type) *FieldSet {
	for _, f := range Lists(t) {
		return f.Fields
	}
	return &FieldSet{}
}

func (s *Schema) customColumns(table string, fields *FieldSet) {
	t := s.tables[table]
	for _, f := range fields.List {
		if f.Custom && f.Column != "" && t.Column(f.Column) == nil {
			t.add(s.columnOf(f))
		}
	}
}

// columnOf describes the analytic column of a field.
func (s *Schema) columnOf(f *Field) Column {
	c := Column{Name: f.Column, Feature: f.Feature}
	switch f.Kind {
	case Number:
		c.Kind = DecimalColumn
	case Integer:
		c.Kind = IntegerColumn
	case Boolean:
		c.Kind = BooleanColumn
	case Date:
		c.Kind = DateColumn
	case DateTime:
		c.Kind = DateTimeColumn
	case Reference:
		c.Kind = IntegerColumn
		if t := s.Type(f.Target); t != nil {
			c.Ref = t.Table
		} else if f.Target != Unexposed {
			c.Ref = f.Target
		}
	default:
		c.Kind = TextColumn
	}
	return c
}

// SQLType is the kind's type in SQLite.
func (k ColumnKind) SQLType() string {
	switch k {
	case IntegerColumn:
		return "INTEGER"
	case DecimalColumn:
		return "NUMERIC"
	}
	return "TEXT"
}

// DDL returns the statements that make the table and its indexes; none for one
// that shows another one's rows.
func (t *Table) DDL() []string {
	if t.Rows != "" {
		return nil
	}
	cols := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		cols[i] = Quote(c.Name) + " " + c.Kind.SQLType()
		if c.Name == t.Key {
			cols[i] += " PRIMARY KEY"
		}
	}
	out := []string{"CREATE TABLE IF NOT EXISTS " + Quote(t.Physical()) + " (" + strings.Join(cols, ", ") + ")"}
	for i, x := range t.indexes {
		quoted := strings.ReplaceAll(Quote(x.columns), ",", `","`)
		statement := fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)", Quote(fmt.Sprintf("i_%s_%d", t.Name, i)), Quote(t.Physical()), quoted)
		if x.sparse {
			statement += " WHERE " + quoted + " IS NOT NULL"
		}
		out = append(out, statement)
	}
	return out
}

// Quote writes an SQL identifier. Names come from this package's data and from
// custom field IDs, which are checked to hold letters, digits and _ only.
func Quote(name string) string { return `"` + name + `"` }
