package searchmodule

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// New returns N/search (Oracle help, section_4345764122).
func New(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	m.Promising(o, "create", []string{"type!", "filters", "columns", "filterExpression", "settings", "title", "id", "isPublic", "packageName"},
		func(a engine.Args) any { return newSearch(m, a).object() })
	m.Promising(o, "lookupFields", []string{"type!", "id!", "columns!"}, func(a engine.Args) any { return lookup(m, a) })
	m.Promising(o, "load", []string{"id!", "type"}, func(a engine.Args) any { return load(m, a) })
	m.Func(o, "createColumn", []string{"name!", "join", "summary", "formula", "function", "label", "sort"}, func(a engine.Args) any {
		return columnObject(m, &column{name: a.Text("name"), join: a.Text("join"), summary: strings.ToUpper(a.Text("summary")),
			sort: strings.ToUpper(a.Text("sort")), label: a.Text("label"), formula: a.Text("formula")})
	})
	m.Func(o, "createFilter", []string{"name!", "join", "operator!", "values", "formula", "summary"}, func(a engine.Args) any {
		f := m.VM.NewObject()
		for _, name := range []string{"name", "join", "operator", "formula", "summary"} {
			_ = f.Set(name, a.Value(name)) // a plain object takes any property
		}
		_ = f.Set("values", a.Value("values"))
		return f
	})
	m.Constants(o, "Sort", map[string]string{"ASC": "ASC", "DESC": "DESC", "NONE": "NONE"})
	m.Constants(o, "Summary", map[string]string{"GROUP": "GROUP", "COUNT": "COUNT", "SUM": "SUM", "AVG": "AVG", "MIN": "MIN", "MAX": "MAX"})
	m.Constants(o, "Operator", operators())
	m.Constants(o, "Type", types(m))
	return o
}

func operators() map[string]string {
	out := map[string]string{}
	for _, name := range strings.Fields(`after any anyof before between contains doesnotcontain doesnotstartwith equalto greaterthan
		greaterthanorequalto haskeywords is isempty isnot isnotempty lessthan lessthanorequalto noneof notafter notbefore notbetween
		notequalto notgreaterthan notgreaterthanorequalto notlessthan notlessthanorequalto noton notonorafter notonorbefore notwithin on
		onorafter onorbefore startswith within`) {
		out[strings.ToUpper(name)] = name
	}
	return out
}

// types are search.Type: those of the account's record types that one word names,
// and what searches go wider by.
func types(m *engine.Machine) map[string]string {
	out := map[string]string{"TRANSACTION": "transaction", "ITEM": "item", "ENTITY": "entity"}
	if m.Session == nil {
		return out
	}
	for _, t := range m.Account.Records().Types() {
		if !strings.Contains(t.Name, "_") {
			out[engine.Constant(t.Name)] = strings.ToLower(t.Name)
		}
	}
	return out
}

// search is a search.Search.
type search struct {
	m       *engine.Machine
	typ     string
	filters goja.Value
	columns []*column
}

func newSearch(m *engine.Machine, a engine.Args) *search {
	s := &search{m: m, typ: a.Text("type"), filters: a.Value("filters")}
	if a.Has("filterExpression") {
		s.filters = a.Value("filterExpression")
	}
	for _, v := range a.List("columns") {
		s.columns = append(s.columns, readColumn(m, v))
	}
	s.query() // what cannot be searched for is refused here
	return s
}

// readColumn reads a column: a name, join.name, or an object with these parts.
func readColumn(m *engine.Machine, v goja.Value) *column {
	o, ok := v.(*goja.Object)
	if !ok {
		c := &column{name: v.String()}
		if before, after, dotted := strings.Cut(c.name, "."); dotted {
			c.join, c.name = before, after
		}
		c.object = columnObject(m, c)
		return c
	}
	text := func(name string) string {
		if v := o.Get(name); v != nil && !goja.IsUndefined(v) && !goja.IsNull(v) {
			return v.String()
		}
		return ""
	}
	return &column{name: text("name"), join: text("join"), summary: strings.ToUpper(text("summary")), sort: strings.ToUpper(text("sort")),
		label: text("label"), formula: text("formula"), object: o}
}

// columnObject is a search.Column.
func columnObject(m *engine.Machine, c *column) *goja.Object {
	o := m.Object("name", c.name)
	for name, v := range map[string]string{"join": c.join, "summary": c.summary, "sort": c.sort, "label": c.label, "formula": c.formula} {
		if v != "" {
			_ = o.Set(name, v) // a plain object takes any property
		}
	}
	return o
}

// query makes the search ready to run.
func (s *search) query() *query {
	q := &query{source: newSource(s.m, s.typ)}
	for _, c := range s.columns {
		t, ok := q.formula(c.name, c.formula)
		if !ok {
			t, ok = q.column(c.name, c.join)
		}
		if !ok {
			s.m.Throw("SSS_INVALID_SRCH_COL", "An nlobjSearchColumn contains an invalid column, or is not in proper syntax: %s.", c.name)
		}
		c.term = t
		q.columns = append(q.columns, c)
		q.grouped = q.grouped || c.summary != ""
	}
	f := &conditions{source: q.source}
	q.condition = f.expression(s.filters)
	q.params = f.params
	return q
}

// lookupUnits is what lookupFields costs.
const lookupUnits = 1

// lookup is search.lookupFields (Oracle help, section_4345776651).
func lookup(m *engine.Machine, a engine.Args) any {
	m.Spend(lookupUnits)
	s := &search{m: m, typ: a.Text("type")}
	for _, v := range a.List("columns") {
		s.columns = append(s.columns, readColumn(m, v))
	}
	q := s.query()
	id := a.Text("id")
	if _, ok := record.ParseID(id); !ok {
		return m.VM.NewObject()
	}
	q.condition, q.params = "t."+q.base.Key+" = ?", []string{id}
	if q.lines {
		q.condition += " AND l.mainline = 'T'"
	}
	o := m.VM.NewObject()
	for _, r := range q.rows(1) {
		for i, c := range s.columns {
			_ = o.Set(c.key(), r.shown(m, c, i)) // a plain object takes any property
		}
	}
	return o
}

// find returns the place of the column that a script names, or -1.
func (s *search) find(a engine.Args) int {
	name, join, summary, formula := a.Text("name"), a.Text("join"), a.Text("summary"), a.Text("formula")
	if before, after, dotted := strings.Cut(name, "."); dotted && join == "" {
		join, name = before, after
	}
	return slices.IndexFunc(s.columns, func(c *column) bool {
		return strings.EqualFold(c.name, name) && strings.EqualFold(c.join, join) && (summary == "" || strings.EqualFold(c.summary, summary)) &&
			(formula == "" || c.formula == formula)
	})
}
