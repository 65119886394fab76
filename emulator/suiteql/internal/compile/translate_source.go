package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// from translates FROM and WHERE. Comma joins and ANSI joins exclude each
// other; column(+) in WHERE makes a comma join a left outer one.
func (t *translator) from(list []syntax.Source, where []syntax.Expr) (from, cond string, err error) {
	var parts, names []string
	for _, src := range list {
		if _, join := src.(*syntax.Join); join && len(list) > 1 {
			return "", "", Unsupported("comma joins and ANSI joins in one query")
		}
		before := len(t.scope.sources)
		sql, err := t.source(src)
		if err != nil {
			return "", "", err
		}
		parts = append(parts, sql)
		names = append(names, t.scope.sources[before].alias)
	}
	optional := map[string][]string{} // by alias: the conditions of its left join
	var conds []string
	for _, e := range where {
		alias, err := t.optionalSide(e, list)
		if err != nil {
			return "", "", err
		}
		t.joining = alias != ""
		sql, err := t.condition(e)
		t.joining = false
		if err != nil {
			return "", "", err
		}
		if alias != "" {
			optional[alias] = append(optional[alias], sql)
		} else {
			conds = append(conds, sql)
		}
	}
	return joinParts(parts, names, optional), strings.Join(conds, " AND "), nil
}

// joinParts puts the optional sources of a comma join behind the others.
// Among themselves they keep their order.
func joinParts(parts, names []string, optional map[string][]string) string {
	var inner, outer []string
	for i, sql := range parts {
		if on := optional[strings.ToLower(names[i])]; on != nil {
			outer = append(outer, " LEFT JOIN "+sql+" ON "+strings.Join(on, " AND "))
		} else {
			inner = append(inner, sql)
		}
	}
	return strings.Join(inner, " JOIN ") + strings.Join(outer, "")
}

// optionalSide returns the alias that column(+) marks in a condition, "" where
// nothing is marked. Oracle's right outer join (the mark on the left of a
// column) is not in the dialect.
func (t *translator) optionalSide(e syntax.Expr, list []syntax.Source) (string, error) {
	marked := marks(e, true)
	if len(marked) == 0 {
		return "", nil
	}
	if b, ok := e.(*syntax.Binary); ok && len(marks(b.L, true)) > 0 && len(marks(b.R, false)) > 0 {
		return "", Unsupported("right outer join by (+)")
	}
	if _, join := list[0].(*syntax.Join); join || len(list) == 1 {
		return "", Unsupported("(+) without a comma join")
	}
	alias := ""
	for _, id := range marked {
		f, err := t.scope.find(id)
		if err != nil {
			return "", err
		}
		if f == nil {
			return "", unknownIdentifier(identifierText(id), t.scope.sources)
		}
		name := strings.ToLower(f.source.alias)
		if alias != "" && alias != name {
			return "", Unsupported("(+) at two tables in one condition")
		}
		alias = name
	}
	return alias, nil
}

// marks returns the columns of e that carry (+), or those that do not.
func marks(e syntax.Expr, outer bool) []*syntax.Ident {
	var out []*syntax.Ident
	syntax.Walk(e, func(e syntax.Expr) bool {
		if id, ok := e.(*syntax.Ident); ok && id.Outer == outer {
			out = append(out, id)
		}
		return true
	})
	return out
}

// source translates one element of FROM and adds its names to the scope.
func (t *translator) source(src syntax.Source) (string, error) {
	switch src := src.(type) {
	case *syntax.Table:
		return t.table(src)
	case *syntax.Derived:
		return t.derived(src)
	}
	j := src.(*syntax.Join)
	left, err := t.source(j.Left)
	if err != nil {
		return "", err
	}
	right, err := t.source(j.Right)
	if err != nil {
		return "", err
	}
	if _, nested := j.Right.(*syntax.Join); nested {
		right = "(" + right + ")"
	}
	if j.On == nil { // SQLite's CROSS JOIN would also fix the order of the loops
		return left + " JOIN " + right, nil
	}
	on, err := t.condition(j.On)
	if err != nil {
		return "", err
	}
	return left + " " + j.Kind + " JOIN " + right + " ON " + on, nil
}

func (t *translator) table(src *syntax.Table) (string, error) {
	s := &source{alias: src.Alias, table: src.Name, name: t.sourceName()}
	if s.alias == "" {
		s.alias = src.Name
	}
	if strings.EqualFold(src.Name, "dual") {
		s.fields = []*field{{name: "dummy", sql: `"dummy"`, kind: kindText, source: s}}
		return `(SELECT 'X' AS "dummy") AS ` + s.name, t.addSource(s)
	}
	tab, err := t.tables.open(t.session, src.Name)
	if err != nil {
		return "", err
	}
	for i := range tab.Columns {
		c := &tab.Columns[i]
		if t.session.Has(c.Feature) {
			s.fields = append(s.fields, &field{name: c.Name, sql: quote(c.Name), kind: kindOf(c.Kind), source: s, column: c, owner: s})
		}
	}
	return quote(tab.physical()) + " AS " + s.name, t.addSource(s)
}

func (t *translator) derived(src *syntax.Derived) (string, error) {
	inner := t.scope
	t.scope = &scope{parent: inner.parent} // a sub-select in FROM does not see its neighbours
	r, err := t.nested(src.Query)
	t.scope = inner
	if err != nil {
		return "", err
	}
	s := &source{alias: src.Alias, table: src.Alias, name: t.sourceName()}
	for i, c := range r.columns {
		f := &field{name: c.name, sql: `"c` + strconv.Itoa(i) + `"`, kind: c.kind, source: s}
		if f.kind == kindNull || f.kind == kindParam {
			f.kind = kindText
		}
		if c.field != nil {
			f.column = c.field.column
		}
		s.fields = append(s.fields, f)
	}
	return "(" + r.nested() + ") AS " + s.name, t.addSource(s)
}

// nested translates a sub-select, which must not take the (+) of the query around.
func (t *translator) nested(q *syntax.Query) (*result, error) {
	joining := t.joining
	t.joining = false
	defer func() { t.joining = joining }()
	t.refs++
	return t.query(q)
}

func (t *translator) addSource(s *source) error {
	same := func(o *source) bool { return s.alias != "" && strings.EqualFold(o.alias, s.alias) }
	if slices.ContainsFunc(t.scope.sources, same) {
		return Unsupported("two tables are called %s", s.alias)
	}
	t.scope.sources = append(t.scope.sources, s)
	return nil
}

// identifierText returns an identifier as the query wrote it.
func identifierText(id *syntax.Ident) string {
	if id.Table != "" {
		return id.Table + "." + id.Name
	}
	return id.Name
}
