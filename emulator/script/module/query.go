package module

import (
	"encoding/json"
	"reflect"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/suiteql"
)

// What N/query gives (Oracle help, section_157960542026, section_157960586441).
const (
	maxRows      = 5000 // of runSuiteQL
	maxPagedRows = suiteql.MaxRows
	minPage      = 5
	maxPage      = 1000
	defaultPage  = 50
	queryUnits   = 10
)

// Query is N/query, as far as it is SuiteQL.
func Query(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	m.Promising(o, "runSuiteQL", []string{"query!", "params", "customScriptId"}, func(a engine.Args) any {
		m.Spend(queryUnits)
		return resultSet(m, run(m, a, maxRows))
	})
	m.Promising(o, "runSuiteQLPaged", []string{"query!", "params", "pageSize", "customScriptId"}, func(a engine.Args) any {
		size := a.Int("pageSize", defaultPage)
		if size < minPage || size > maxPage {
			m.Throw("SSS_INVALID_PAGE_SIZE", "The page size must be between 5 and 1000.")
		}
		m.Spend(queryUnits)
		return pagedData(m, run(m, a, maxPagedRows), size)
	})
	m.Constants(o, "Type", map[string]string{"CUSTOMER": "customer", "TRANSACTION": "transaction", "ITEM": "item", "EMPLOYEE": "employee", "VENDOR": "vendor"})
	return o
}

// run runs a query with the role of the session. A role without SuiteAnalytics
// Workbook runs it too: scripts do not need the permission that REST needs.
func run(m *engine.Machine, a engine.Args, limit int) *suiteql.Result {
	var params []string
	for _, p := range a.List("params") {
		text := p.String()
		if t := p.ExportType(); t != nil && t.Kind() == reflect.Bool {
			text = map[bool]string{true: "T", false: "F"}[p.ToBoolean()]
		}
		params = append(params, text)
	}
	result, refused := m.Account.Queries().Rows(m.Context(), m.Session, a.Text("query"), params, limit)
	if refused != nil {
		m.Throw("SSS_INVALID_SUITEQL_QUERY", "%s", refused.Details[0].Detail)
	}
	return result
}

// resultSet is a query.ResultSet.
func resultSet(m *engine.Machine, r *suiteql.Result) *goja.Object {
	results := make([]any, len(r.Rows))
	for i, row := range r.Rows {
		results[i] = queryResult(m, r.Columns, row)
	}
	o := m.Object("results", m.VM.NewArray(results...))
	columns := make([]any, len(r.Columns))
	for i, name := range r.Columns {
		columns[i] = m.Object("fieldId", goja.Null(), "alias", name, "label", goja.Null())
	}
	_ = o.Set("columns", m.VM.NewArray(columns...)) // a plain object takes any property
	m.Func(o, "asMappedResults", nil, func(engine.Args) any {
		list := make([]any, len(r.Rows))
		for i, row := range r.Rows {
			list[i] = asMap(m, r.Columns, row)
		}
		return m.VM.NewArray(list...)
	})
	m.Func(o, "iterator", nil, func(engine.Args) any { return each(m, results) })
	return o
}

func queryResult(m *engine.Machine, columns []string, row []any) *goja.Object {
	values := make([]any, len(row))
	for i, v := range row {
		values[i] = plain(v)
	}
	o := m.Object("values", m.VM.NewArray(values...))
	m.Func(o, "asMap", nil, func(engine.Args) any { return asMap(m, columns, row) })
	return o
}

func asMap(m *engine.Machine, columns []string, row []any) *goja.Object {
	o := m.VM.NewObject()
	for i, v := range row {
		_ = o.Set(columns[i], plain(v)) // a plain object takes any property
	}
	return o
}

// plain turns a value of a result into one of a script.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return goja.Null()
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64() // a number is one
		return f
	}
	return v
}

// each is SuiteScript's iterator: each(callback) calls it with {value} until it
// returns something that is not true.
func each(m *engine.Machine, list []any) *goja.Object {
	o := m.VM.NewObject()
	m.Func(o, "each", []string{"callback!"}, func(a engine.Args) any {
		callback := a.Function("callback")
		for _, v := range list {
			if !m.Call(callback, m.Object("value", v)).ToBoolean() {
				break
			}
		}
		return goja.Undefined()
	})
	return o
}

// pagedData is a query.PagedData.
func pagedData(m *engine.Machine, r *suiteql.Result, size int) *goja.Object {
	pages := (len(r.Rows) + size - 1) / size
	ranges := make([]any, pages)
	for i := range ranges {
		ranges[i] = m.Object("index", i, "size", min(size, len(r.Rows)-i*size))
	}
	o := m.Object("count", len(r.Rows), "pageSize", size, "pageRanges", m.VM.NewArray(ranges...))
	page := func(i int) *goja.Object {
		if i < 0 || i >= pages {
			m.Throw("INVALID_PAGE_RANGE", "The page range is invalid: %d", i)
		}
		part := &suiteql.Result{Columns: r.Columns, Rows: r.Rows[i*size : min((i+1)*size, len(r.Rows))]}
		return m.Object("data", resultSet(m, part), "isFirst", i == 0, "isLast", i == pages-1, "pageRange", ranges[i], "pagedData", o)
	}
	m.Promising(o, "fetch", []string{"index!"}, func(a engine.Args) any { return page(a.Int("index", 0)) })
	m.Func(o, "iterator", nil, func(engine.Args) any {
		list := make([]any, pages)
		for i := range list {
			list[i] = page(i)
		}
		return each(m, list)
	})
	return o
}
