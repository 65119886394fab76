package searchmodule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// conditions turns filters into a condition of SuiteQL with its parameters.
type conditions struct {
	*source
	params []string
}

// expression reads a filter expression (Oracle help, section_5173613886):
// [name, operator, value…], 'AND', 'OR', 'NOT', nested lists, or a list of Filters.
func (c *conditions) expression(v goja.Value) string {
	list := c.m.List(v)
	if len(list) == 0 {
		return ""
	}
	if o, ok := v.(*goja.Object); ok && o.ClassName() != "Array" {
		return c.filter(o)
	}
	if c.isLeaf(list) {
		return c.leaf(list)
	}
	var b strings.Builder
	operand := false // the last part was one
	for _, part := range list {
		word := ""
		if o, isObject := part.(*goja.Object); !isObject {
			word = strings.ToUpper(part.String())
		} else if operand && (o.ClassName() == "Array" || o.ClassName() == "Object") {
			b.WriteString(" AND ") // a list of filters
		}
		switch word {
		case "AND", "OR":
			b.WriteString(" " + word + " ")
			operand = false
		case "NOT":
			if operand {
				b.WriteString(" AND ")
			}
			b.WriteString("NOT ")
			operand = false
		case "":
			inner := c.expression(part)
			if inner == "" {
				c.invalidExpression()
			}
			b.WriteString(inner)
			operand = true
		default:
			c.invalidExpression()
		}
	}
	if !operand {
		c.invalidExpression()
	}
	return "(" + b.String() + ")"
}

func (c *conditions) invalidExpression() {
	c.m.Throw("SSS_INVALID_SRCH_FILTER_EXPR", "Malformed search filter expression.")
}

// isLeaf reports whether a list is one filter: a name and an operator.
func (c *conditions) isLeaf(list []goja.Value) bool {
	if len(list) < 2 {
		return false
	}
	for _, v := range list[:2] {
		if _, isObject := v.(*goja.Object); isObject {
			return false
		}
	}
	first, second := strings.ToUpper(list[0].String()), strings.ToUpper(list[1].String())
	return first != "NOT" && second != "AND" && second != "OR"
}

func (c *conditions) leaf(list []goja.Value) string {
	var values []goja.Value
	for _, v := range list[2:] {
		values = append(values, c.m.List(v)...)
	}
	name, join := list[0].String(), ""
	if kind, formula, isFormula := strings.Cut(name, ":"); isFormula {
		return c.condition(strings.TrimSpace(kind), "", formula, list[1].String(), values)
	}
	if before, after, dotted := strings.Cut(name, "."); dotted {
		join, name = before, after
	}
	return c.condition(name, join, "", list[1].String(), values)
}

// filter reads a search.Filter.
func (c *conditions) filter(o *goja.Object) string {
	text := func(name string) string {
		if v := o.Get(name); v != nil && !goja.IsUndefined(v) && !goja.IsNull(v) {
			return v.String()
		}
		return ""
	}
	return c.condition(text("name"), text("join"), text("formula"), text("operator"), c.m.List(o.Get("values")))
}

// condition is one comparison. Texts compare without regard to case, as NetSuite's do.
func (c *conditions) condition(name, join, formula, operator string, values []goja.Value) string {
	t, ok := c.formula(name, formula)
	if !ok && formula == "" {
		t, ok = c.column(name, join)
	}
	if !ok {
		c.m.Throw("SSS_INVALID_SRCH_FILTER", "An nlobjSearchFilter contains invalid filter criteria: %s.", name)
	}
	op := strings.ToLower(operator)
	switch op {
	case "isempty":
		return t.sql + " IS NULL"
	case "isnotempty":
		return t.sql + " IS NOT NULL"
	case "anyof", "noneof":
		return c.oneOf(t, op == "noneof", values)
	}
	if len(values) == 0 {
		c.m.Throw("SSS_MISSING_REQD_ARGUMENT", "search: Missing a required argument: values")
	}
	sql := ""
	switch t.kind {
	case schema.DateColumn, schema.DateTimeColumn:
		sql = c.dates(t, op, values)
	case schema.BooleanColumn:
		sql = c.boolean(t, op, values[0])
	case schema.TextColumn:
		sql = c.texts(t, op, values[0].String())
	default:
		sql = c.numbers(t, op, values)
	}
	if sql == "" {
		c.m.Throw("SSS_INVALID_SRCH_OPERATOR", "An nlobjSearchFilter contains an invalid operator, or is not in proper syntax: %s.", name)
	}
	return sql
}

// bind adds a parameter.
func (c *conditions) bind(value string) string {
	c.params = append(c.params, value)
	return "?"
}

// none is the value of anyof that stands for no value.
const none = "@NONE@"

func (c *conditions) oneOf(t term, not bool, values []goja.Value) string {
	var parts, plain []string
	for _, v := range values {
		value := v.String()
		switch kind, letter, composed := strings.Cut(value, ":"); {
		case value == none:
			parts = append(parts, t.sql+" IS NULL")
		case t.status && composed:
			parts = append(parts, fmt.Sprintf("t.type = %s AND t.status = %s", c.bind(kind), c.bind(letter)))
		default:
			plain = append(plain, c.bind(value))
		}
	}
	if len(plain) > 0 {
		parts = append(parts, t.sql+" IN ("+strings.Join(plain, ", ")+")")
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	sql := "(" + strings.Join(parts, " OR ") + ")"
	if not {
		return "(NOT " + sql + " OR " + t.sql + " IS NULL)"
	}
	return sql
}

func (c *conditions) boolean(t term, op string, v goja.Value) string {
	value := "F"
	if v.String() == "T" || v.String() == "true" {
		value = "T"
	}
	switch op {
	case "is":
		return t.sql + " = " + c.bind(value)
	case "isnot":
		return t.sql + " <> " + c.bind(value)
	}
	return ""
}

// escape keeps the wildcards of LIKE in a value from being any.
var escape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func (c *conditions) texts(t term, op, value string) string {
	upper := strings.ToUpper(value)
	like := func(pattern string) string { return "UPPER(" + t.sql + ") LIKE " + c.bind(pattern) + ` ESCAPE '\'` }
	switch op {
	case "is", "equalto":
		return "UPPER(" + t.sql + ") = " + c.bind(upper)
	case "isnot", "notequalto":
		return "(UPPER(" + t.sql + ") <> " + c.bind(upper) + " OR " + t.sql + " IS NULL)"
	case "contains", "haskeywords":
		return like("%" + escape.Replace(upper) + "%")
	case "startswith":
		return like(escape.Replace(upper) + "%")
	case "doesnotcontain":
		return "(NOT " + like("%"+escape.Replace(upper)+"%") + " OR " + t.sql + " IS NULL)"
	case "doesnotstartwith":
		return "(NOT " + like(escape.Replace(upper)+"%") + " OR " + t.sql + " IS NULL)"
	}
	return ""
}

var comparisons = map[string]string{
	"equalto": "=", "is": "=", "notequalto": "<>", "isnot": "<>", "greaterthan": ">", "greaterthanorequalto": ">=", "lessthan": "<",
	"lessthanorequalto": "<=", "notgreaterthan": "<=", "notgreaterthanorequalto": "<", "notlessthan": ">=", "notlessthanorequalto": ">",
}

func (c *conditions) numbers(t term, op string, values []goja.Value) string {
	number := func(i int) string {
		if i >= len(values) {
			c.m.Throw("SSS_MISSING_REQD_ARGUMENT", "search: Missing a required argument: values")
		}
		if _, err := strconv.ParseFloat(values[i].String(), 64); err != nil {
			c.m.Throw("SSS_INVALID_SRCH_FILTER_VAL", "The value of a search filter is no number: %s.", values[i].String())
		}
		return "TO_NUMBER(" + c.bind(values[i].String()) + ")"
	}
	switch op {
	case "between":
		return "(" + t.sql + " >= " + number(0) + " AND " + t.sql + " <= " + number(1) + ")"
	case "notbetween":
		return "(" + t.sql + " < " + number(0) + " OR " + t.sql + " > " + number(1) + ")"
	}
	if sign := comparisons[op]; sign != "" {
		return t.sql + " " + sign + " " + number(0)
	}
	return ""
}

// dates compares days: a moment counts for the whole day that it lies in.
func (c *conditions) dates(t term, op string, values []goja.Value) string {
	column := t.sql
	if t.kind == schema.DateTimeColumn {
		column = "TRUNC(" + t.sql + ")"
	}
	day := func(i int) string {
		if i >= len(values) {
			c.m.Throw("SSS_MISSING_REQD_ARGUMENT", "search: Missing a required argument: values")
		}
		return "TO_DATE(" + c.bind(c.day(values[i].String())) + ", 'YYYY-MM-DD')"
	}
	signs := map[string]string{
		"on": "=", "noton": "<>", "after": ">", "notafter": "<=", "before": "<", "notbefore": ">=", "onorafter": ">=", "onorbefore": "<=",
		"notonorafter": "<", "notonorbefore": ">",
	}
	switch {
	case op == "within":
		return "(" + column + " >= " + day(0) + " AND " + column + " <= " + day(1) + ")"
	case op == "notwithin":
		return "(" + column + " < " + day(0) + " OR " + column + " > " + day(1) + ")"
	case signs[op] != "":
		return column + " " + signs[op] + " " + day(0)
	}
	return ""
}

// day reads a date as the user writes it, or a word for one.
func (c *conditions) day(text string) string {
	today := c.m.Account.Now().In(c.m.Zone())
	switch strings.ToLower(text) {
	case "today":
		return today.Format(time.DateOnly)
	case "yesterday":
		return today.AddDate(0, 0, -1).Format(time.DateOnly)
	case "tomorrow":
		return today.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	first, _, _ := strings.Cut(text, " ")
	t, ok := c.m.ParseDay(first)
	if !ok {
		c.m.Throw("SSS_INVALID_SRCH_FILTER_VAL", "The value of a search filter is no date: %s.", text)
	}
	return t.Format(time.DateOnly)
}
