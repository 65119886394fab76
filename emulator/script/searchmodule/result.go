package searchmodule

import (
	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/suiteql"
)

// What searches give and cost (Oracle help, section_N3352288 and section_157072844224).
const (
	maxEach     = 4000
	maxRange    = 1000
	minPage     = 5
	maxPage     = 1000
	defaultPage = 50
	rangeUnits  = 10
	pageUnits   = 5
)

// object is the search.Search that a script works with.
func (s *search) object() *goja.Object {
	m := s.m
	columns := make([]any, len(s.columns))
	for i, c := range s.columns {
		columns[i] = c.object
	}
	o := m.Object("searchType", s.typ, "filters", s.filters, "filterExpression", s.filters, "columns", m.VM.NewArray(columns...))
	again := func() *query { // a script may change what a search looks for before it runs it
		s.filters = o.Get("filters")
		if e := o.Get("filterExpression"); e != nil && !e.StrictEquals(s.filters) && !goja.IsUndefined(e) {
			s.filters = e
		}
		s.columns = nil
		for _, v := range m.List(o.Get("columns")) {
			s.columns = append(s.columns, readColumn(m, v))
		}
		return s.query()
	}
	m.Func(o, "run", nil, func(engine.Args) any { return s.resultSet(again()) })
	m.Promising(o, "runPaged", []string{"pageSize"}, func(a engine.Args) any {
		size := a.Int("pageSize", defaultPage)
		if size < minPage || size > maxPage {
			m.Throw("SSS_INVALID_PAGE_SIZE", "The page size must be between 5 and 1000.")
		}
		m.Spend(pageUnits)
		return s.paged(again(), size)
	})
	return o
}

// resultSet is a search.ResultSet.
func (s *search) resultSet(q *query) *goja.Object {
	m := s.m
	o := m.Object("columns", m.VM.NewArray(columnObjects(q.columns)...))
	m.Promising(o, "each", []string{"callback!"}, func(a engine.Args) any {
		callback := a.Function("callback")
		m.Spend(rangeUnits)
		for i, r := range q.rows(maxEach + 1) {
			if i == maxEach {
				m.Throw("SSS_SEARCH_FOR_EACH_LIMIT_EXCEEDED", "No more than 4000 search results may be requested at one time from "+
					"nlobjSearchResultSet.forEachResult(). Please narrow your search criteria.")
			}
			if !m.Call(callback, s.result(q, r)).ToBoolean() {
				break
			}
		}
		return goja.Undefined()
	})
	m.Promising(o, "getRange", []string{"start!", "end!"}, func(a engine.Args) any {
		from, to := a.Int("start", 0), a.Int("end", 0)
		if from < 0 || to <= from {
			m.Throw("SSS_INVALID_SEARCH_RESULT_INTERVAL", "The search result interval is invalid.")
		}
		if to-from > maxRange {
			m.Throw("SSS_SEARCH_RESULT_LIMIT_EXCEEDED", "No more than 1000 search results may be requested at one time from "+
				"nlobjSearchResultSet.getResults(). Please narrow your range, or use nlobjSearchResultSet.forEachResult() instead.")
		}
		m.Spend(rangeUnits)
		rows := q.rows(to)
		return s.results(q, rows[min(from, len(rows)):])
	})
	return o
}

func columnObjects(columns []*column) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = c.object
	}
	return out
}

func (s *search) results(q *query, rows []row) *goja.Object {
	out := make([]any, len(rows))
	for i, r := range rows {
		out[i] = s.result(q, r)
	}
	return s.m.VM.NewArray(out...)
}

// paged is a search.PagedData. The search runs once; its pages are parts of the
// result. Fetching one costs units all the same.
func (s *search) paged(q *query, size int) *goja.Object {
	m := s.m
	rows := q.rows(suiteql.MaxRows)
	pages := (len(rows) + size - 1) / size
	ranges := make([]any, pages)
	for i := range ranges {
		ranges[i] = m.Object("index", i, "compoundLabel", "", "compoundKey", "")
	}
	o := m.Object("count", len(rows), "pageSize", size, "pageRanges", m.VM.NewArray(ranges...))
	var page func(i int) *goja.Object
	page = func(i int) *goja.Object {
		if i < 0 || i >= pages {
			m.Throw("INVALID_PAGE_RANGE", "The page range is invalid: %d", i)
		}
		m.Spend(pageUnits)
		p := m.Object("data", s.results(q, rows[i*size:min((i+1)*size, len(rows))]), "isFirst", i == 0, "isLast", i == pages-1,
			"pageRange", ranges[i], "pagedData", o)
		m.Promising(p, "next", nil, func(engine.Args) any { return page(i + 1) })
		m.Promising(p, "prev", nil, func(engine.Args) any { return page(i - 1) })
		return p
	}
	m.Promising(o, "fetch", []string{"index!"}, func(a engine.Args) any { return page(a.Int("index", 0)) })
	return o
}

// result is a search.Result.
func (s *search) result(q *query, r row) *goja.Object {
	m := s.m
	o := m.Object("recordType", r.kind, "columns", m.VM.NewArray(columnObjects(q.columns)...))
	if r.id != "" {
		_ = o.Set("id", r.id) // a plain object takes any property
	}
	params := []string{"name!", "join", "summary", "func", "formula"}
	m.Func(o, "getValue", params, func(a engine.Args) any {
		i := s.find(a)
		if i < 0 {
			return goja.Null()
		}
		if s.columns[i].boolean() {
			return r.values[i].value == "T"
		}
		return r.values[i].value
	})
	m.Func(o, "getText", params, func(a engine.Args) any {
		i := s.find(a)
		if i < 0 || !s.columns[i].term.shown {
			return goja.Null()
		}
		return r.values[i].text
	})
	all := func(engine.Args) any {
		values := m.VM.NewObject()
		for i, c := range s.columns {
			_ = values.Set(c.key(), r.shown(m, c, i))
		}
		return values
	}
	m.Func(o, "getAllValues", nil, all)
	m.Func(o, "toJSON", nil, func(a engine.Args) any {
		if r.id == "" {
			return m.Object("recordType", r.kind, "values", all(a))
		}
		return m.Object("recordType", r.kind, "id", r.id, "values", all(a))
	})
	return o
}

// shown is a value as getAllValues and lookupFields have it: a list of one value
// with its text for what is chosen from a list.
func (r row) shown(m *engine.Machine, c *column, i int) any {
	x := r.values[i]
	switch {
	case c.boolean():
		return x.value == "T"
	case !c.term.shown || c.summary != "" && c.summary != "GROUP":
		return x.value
	case x.none:
		return m.VM.NewArray()
	}
	return m.VM.NewArray(m.Object("value", x.value, "text", x.text))
}
