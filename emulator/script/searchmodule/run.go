package searchmodule

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// column is a column of a search's results.
type column struct {
	name, join, summary, sort, label, formula string

	term   term
	object *goja.Object // as the script sees it
}

func (c *column) key() string {
	key := c.name
	if c.join != "" {
		key = c.join + "." + key
	}
	if c.summary != "" {
		key = c.summary + "(" + key + ")"
	}
	return key
}

// row is one result.
type row struct {
	id, kind string // of the record
	values   []cell
}

type cell struct {
	value, text string
	none        bool
}

// summaries are the functions of search.Summary, in SuiteQL.
var summaries = map[string]string{"COUNT": "COUNT", "SUM": "SUM", "AVG": "AVG", "MIN": "MIN", "MAX": "MAX"}

// query is a search ready to run.
type query struct {
	*source
	columns   []*column
	condition string
	params    []string
	grouped   bool
}

// selected are the columns of the statement: ID and kind of the record first,
// then value and text of each column.
func (q *query) selected() []string {
	list := []string{"t." + q.base.Key, q.kindColumn()}
	for _, c := range q.columns {
		list = append(list, c.term.sql, shownAs(c, c.term.sql))
	}
	return list
}

// shownAs is the text of a column's value.
func shownAs(c *column, value string) string {
	if !c.term.shown || summaries[c.summary] != "" {
		return "NULL"
	}
	return "BUILTIN.DF(" + value + ")"
}

// kindColumn tells the type of a record where the table holds several.
func (q *query) kindColumn() string {
	switch q.base.Name {
	case "transaction":
		return "t.type"
	case "item":
		return "t.itemtype"
	}
	return "NULL"
}

func (q *query) statement() string {
	if q.grouped {
		return q.summary()
	}
	var order []string
	for _, c := range q.columns {
		if c.sort == "ASC" || c.sort == "DESC" {
			order = append(order, c.term.sql+" "+c.sort)
		}
	}
	return "SELECT " + strings.Join(named(q.selected()), ", ") + q.from(q.condition) +
		" ORDER BY " + strings.Join(append(order, q.order()), ", ")
}

// named gives the columns of a statement names.
func named(list []string) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = fmt.Sprintf("%s AS c%d", one, i)
	}
	return out
}

// summary is the statement of a search that has summaries. Texts are looked up
// around it: SuiteQL has none where it groups.
func (q *query) summary() string {
	var inner, groups, outer, order []string
	for i, c := range q.columns {
		value, name := c.term.sql, fmt.Sprintf("c%d", i)
		if f := summaries[c.summary]; f != "" {
			value = f + "(" + value + ")"
		} else {
			groups = append(groups, value)
		}
		inner = append(inner, value)
		outer = append(outer, "s."+name+" AS v"+name, shownAs(c, "s."+name)+" AS t"+name)
		if c.sort == "ASC" || c.sort == "DESC" {
			order = append(order, "s."+name+" "+c.sort)
		}
	}
	for i := range q.columns {
		order = append(order, fmt.Sprintf("s.c%d", i))
	}
	grouping := ""
	if len(groups) > 0 {
		grouping = " GROUP BY " + strings.Join(groups, ", ")
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT %s%s%s) s ORDER BY %s",
		strings.Join(outer, ", "), strings.Join(named(inner), ", "), q.from(q.condition), grouping, strings.Join(order, ", "))
}

// rows runs the search and returns its first rows, limit at most.
func (q *query) rows(limit int) []row {
	result, refused := q.m.Account.Queries().Rows(q.m.Context(), q.m.Session, q.statement(), q.params, limit)
	if refused != nil {
		q.m.Throw(refused.Code(), "%s", refused.Details[0].Detail)
	}
	kinds := q.kinds()
	out := make([]row, len(result.Rows))
	for i, values := range result.Rows {
		r := row{kind: q.typ}
		if !q.grouped {
			r.id = text(values[0])
			if name := kinds[text(values[1])]; name != "" {
				r.kind = name
			}
			values = values[2:]
		}
		for j, c := range q.columns {
			r.values = append(r.values, c.cell(values[2*j], values[2*j+1]))
		}
		out[i] = r
	}
	return out
}

// kinds are the record types by what their rows say: SalesOrd is salesorder.
func (q *query) kinds() map[string]string {
	out := map[string]string{}
	for _, t := range q.m.Account.Records().Types() {
		if t.Kind != "" && t.Table == q.base.Name && out[t.Kind] == "" {
			out[t.Kind] = strings.ToLower(t.Name)
		}
	}
	for name, t := range itemTypes {
		if known := q.m.Account.Records().Type(t); known != nil && known.Table == q.base.Name {
			out[known.Kind] = name
		}
	}
	return out
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (c *column) cell(value, shown any) cell {
	x := cell{value: text(value), text: text(shown), none: value == nil}
	if c.term.status && c.summary != "COUNT" {
		_, x.text, _ = strings.Cut(x.text, " : ") // Sales Order : Pending Fulfillment
		x.value = camel(x.text)
	}
	return x
}

// camel turns Pending Fulfillment into pendingFulfillment, as statuses are in searches.
func camel(s string) string {
	var b strings.Builder
	upper := false
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			upper = b.Len() > 0
		case upper:
			b.WriteRune(unicode.ToUpper(r))
			upper = false
		case b.Len() == 0:
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// boolean reports whether a column holds a checkbox.
func (c *column) boolean() bool {
	return c.term.kind == schema.BooleanColumn && summaries[c.summary] == ""
}
