package compile

import (
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// kind is the type of an expression.
type kind int

const (
	kindNull    kind = iota
	kindParam        // a ? whose type its surroundings decide
	kindNumber       // integer or real
	kindText         // also 'T' and 'F'
	kindDate         // a wall-clock time
	kindInstant      // a moment, held in UTC, shown in the session's zone
	kindCond         // true or false: a condition, never a value
)

func kindOf(k Kind) kind {
	switch k {
	case Integer, Decimal:
		return kindNumber
	case Date:
		return kindDate
	case DateTime:
		return kindInstant
	}
	return kindText
}

// value is a translated expression.
type value struct {
	sql      string
	kind     kind
	constant bool    // depends on no row
	literal  *string // the text of a string literal or parameter
	utcOf    string  // this is SYS_EXTRACT_UTC of an instant with that SQL
	field    *field  // this is a plain column
}

// field is a column of a source.
type field struct {
	name   string // lower-case, as the query may call it
	sql    string // quoted name inside its source
	kind   kind
	source *source
	column *Column // nil for computed columns of sub-selects
	// owner is the source that the catalogue column was read from; nil when a
	// sub-select lies between, where Show and Compose cannot be followed.
	owner *source
}

// source is a table or sub-select in FROM.
type source struct {
	alias  string // as the query calls it
	table  string // as error messages call it
	name   string // its name in the generated SQL
	fields []*field
}

func (s *source) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// scope is the names that one SELECT block can use.
type scope struct {
	parent  *scope
	sources []*source
	aliases map[string]value // output names, visible to ORDER BY

	// Aggregation: groups holds the SQL of GROUP BY's expressions. loose counts
	// columns outside aggregate functions that no group covers.
	aggregated  bool
	groups      map[string]bool
	loose       int
	inAggregate int
	takesTotals bool // aggregate functions may stand here

	noDisplay bool // BUILTIN.DF breaks here (DISTINCT, GROUP BY)
	rows      *rowWindow
}

// rowWindow is the inner select that numbers rows for ROWNUM, before ORDER BY
// and aggregation see them. Columns that the outer part uses are passed out
// under names of their own.
type rowWindow struct {
	name    string
	open    bool // the outer part is being translated
	columns []string
	names   map[string]string
	numbers bool // ROWNUM itself is used as a value
}

// pass returns the outer name of an inner column.
func (w *rowWindow) pass(sql string) string {
	if !w.open {
		return sql
	}
	name, ok := w.names[sql]
	if !ok {
		name = `"r` + strconv.Itoa(len(w.columns)) + `"`
		w.names[sql] = name
		w.columns = append(w.columns, sql+" AS "+name)
	}
	return w.name + "." + name
}

// find returns the column that an identifier names in this block alone.
func (s *scope) find(id *syntax.Ident) (*field, error) {
	var found *field
	name := strings.ToLower(id.Name)
	for _, src := range s.sources {
		if id.Table != "" && !strings.EqualFold(id.Table, src.alias) {
			continue
		}
		f := src.field(name)
		if f == nil {
			continue
		}
		if found != nil {
			return nil, Unsupported("column %s is ambiguous", id.Name)
		}
		found = f
	}
	return found, nil
}

// column translates an identifier that names a column, here or in a block around.
func (t *translator) column(id *syntax.Ident) (value, bool, error) {
	for s := t.scope; s != nil; s = s.parent {
		if v, ok := s.aliases[strings.ToLower(id.Name)]; ok && id.Table == "" {
			return v, true, nil
		}
		f, err := s.find(id)
		if err != nil {
			return value{}, false, err
		}
		if f == nil {
			continue
		}
		return t.read(s, f), true, nil
	}
	return value{}, false, nil
}

// read returns the value of a field in the block s.
func (t *translator) read(s *scope, f *field) value {
	t.refs++
	sql := f.source.name + "." + f.sql
	if s.rows != nil {
		sql = s.rows.pass(sql)
	}
	if s.inAggregate == 0 && !s.groups[sql] {
		s.loose++
	}
	return value{sql: sql, kind: f.kind, field: f}
}
