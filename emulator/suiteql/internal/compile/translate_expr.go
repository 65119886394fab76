package compile

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// maxInList is the number of items that NetSuite takes in one IN (…).
const maxInList = 1000

// valueOf translates an expression that yields a value.
func (t *translator) valueOf(e syntax.Expr) (value, error) {
	v, err := t.expr(e)
	if err == nil && v.kind == kindCond {
		err = Unsupported("a condition stands where a value should")
	}
	return v, err
}

// condition translates an expression that is true or false.
func (t *translator) condition(e syntax.Expr) (string, error) {
	v, err := t.expr(e)
	if err == nil && v.kind != kindCond {
		err = Unsupported("a value stands where a condition should")
	}
	return v.sql, err
}

// expr translates any expression and notes whether rows and groups matter to it.
func (t *translator) expr(e syntax.Expr) (value, error) {
	refs, loose := t.refs, t.scope.loose
	v, err := t.node(e)
	if err != nil {
		return v, err
	}
	v.constant = t.refs == refs
	if t.scope.groups[v.sql] {
		t.scope.loose = loose
	}
	return v, nil
}

func (t *translator) node(e syntax.Expr) (value, error) {
	switch e := e.(type) {
	case *syntax.Null:
		return value{sql: "NULL"}, nil
	case *syntax.Number:
		n, err := oracle.ParseNumber(e.Text)
		if err != nil {
			return value{}, Unsupported("%v", err)
		}
		return value{sql: t.bind(n), kind: kindNumber}, nil
	case *syntax.String:
		return t.text(e.Text, kindText), nil
	case *syntax.Param:
		return t.param(e)
	case *syntax.Ident:
		return t.ident(e)
	case *syntax.Unary:
		return t.unary(e)
	case *syntax.Binary:
		return t.binary(e)
	case *syntax.Case:
		return t.caseExpr(e)
	case *syntax.Call:
		return t.function(e)
	case *syntax.Subquery:
		return t.scalarQuery(e)
	}
	sql, err := t.predicate(e)
	return value{sql: sql, kind: kindCond}, err
}

// predicate translates the conditions that are not binary operations.
func (t *translator) predicate(e syntax.Expr) (string, error) {
	switch e := e.(type) {
	case *syntax.IsNull:
		v, err := t.valueOf(e.X)
		if err != nil {
			return "", err
		}
		return "(" + v.sql + " IS " + not(e.Not) + "NULL)", nil
	case *syntax.In:
		return t.in(e)
	case *syntax.Between:
		lower, err := t.binary(&syntax.Binary{Op: ">=", L: e.X, R: e.Lo})
		if err != nil {
			return "", err
		}
		upper, err := t.binary(&syntax.Binary{Op: "<=", L: e.X, R: e.Hi})
		return not(e.Not) + "(" + lower.sql + " AND " + upper.sql + ")", err
	case *syntax.Like:
		return t.like(e)
	case *syntax.Exists:
		r, err := t.nested(e.Query)
		if err != nil {
			return "", err
		}
		return "EXISTS (" + r.nested() + ")", nil
	}
	return "", Unsupported("%T has no translation", e)
}

func not(is bool) string {
	if is {
		return "NOT "
	}
	return ""
}

// text returns a string literal or parameter; "" is NULL.
func (t *translator) text(s string, k kind) value {
	if s == "" {
		return value{sql: "NULL", literal: &s}
	}
	return value{sql: t.bind(s), kind: k, literal: &s}
}

func (t *translator) param(e *syntax.Param) (value, error) {
	if e.Index >= len(t.params) {
		return value{}, Unsupported("no value for parameter %d", e.Index+1)
	}
	return t.text(t.params[e.Index], kindParam), nil
}

// ident translates a column or a pseudo-column.
func (t *translator) ident(id *syntax.Ident) (value, error) {
	if id.Outer && !t.joining {
		return value{}, Unsupported("(+) in this place")
	}
	v, ok, err := t.column(id)
	if ok || err != nil {
		return v, err
	}
	if id.Table == "" {
		switch name := strings.ToUpper(id.Name); name {
		case "ROWNUM":
			return t.rownum()
		case "SYSDATE", "CURRENT_DATE", "LOCALTIMESTAMP":
			return value{sql: t.bind(t.localNow()), kind: kindDate}, nil
		case "SYSTIMESTAMP", "CURRENT_TIMESTAMP":
			return value{sql: t.bind(t.instantNow()), kind: kindInstant}, nil
		case "SESSIONTIMEZONE": // clients in use ask for the account's zone by it
			return value{sql: t.bind(t.zone), kind: kindText}, nil
		}
	}
	return value{}, unknownIdentifier(identifierText(id), t.scope.sources)
}

func (t *translator) rownum() (value, error) {
	w := t.scope.rows
	if w == nil {
		return value{}, Unsupported("ROWNUM in this place")
	}
	w.numbers = true
	t.refs++
	if t.scope.inAggregate == 0 {
		t.scope.loose++
	}
	return value{sql: w.name + `."rn"`, kind: kindNumber}, nil
}

func (t *translator) unary(e *syntax.Unary) (value, error) {
	if e.Op == "NOT" {
		cond, err := t.condition(e.X)
		return value{sql: "NOT (" + cond + ")", kind: kindCond}, err
	}
	v, err := t.valueOf(e.X)
	if err != nil {
		return v, err
	}
	sql, err := t.asNumber(v)
	if e.Op == "-" {
		sql = "(-" + sql + ")"
	}
	return value{sql: sql, kind: kindNumber}, err
}

func (t *translator) binary(e *syntax.Binary) (value, error) {
	if e.Op == "AND" || e.Op == "OR" {
		l, err := t.condition(e.L)
		if err != nil {
			return value{}, err
		}
		r, err := t.condition(e.R)
		return value{sql: "(" + l + " " + e.Op + " " + r + ")", kind: kindCond}, err
	}
	l, err := t.valueOf(e.L)
	if err != nil {
		return l, err
	}
	r, err := t.valueOf(e.R)
	if err != nil {
		return r, err
	}
	switch e.Op {
	case "||":
		return value{sql: t.concat(l, r), kind: kindText}, nil
	case "+", "-", "*", "/":
		return t.arithmetic(e.Op, l, r)
	}
	sql, err := t.compare(e.Op, l, r)
	return value{sql: sql, kind: kindCond}, err
}

// concat joins texts; NULL adds nothing.
func (t *translator) concat(list ...value) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = "COALESCE(" + t.asText(v) + ",'')"
	}
	return "NULLIF(" + strings.Join(parts, "||") + ",'')"
}

func isTime(k kind) bool { return k == kindDate || k == kindInstant }

// arithmetic translates + - * / of numbers, and + - with dates.
func (t *translator) arithmetic(op string, l, r value) (value, error) {
	if isTime(l.kind) || isTime(r.kind) {
		return t.dateArithmetic(op, l, r)
	}
	if op == "+" && l.kind == kindText && r.kind == kindText {
		return value{}, Unsupported("+ does not join texts")
	}
	a, err := t.asNumber(l)
	if err != nil {
		return value{}, err
	}
	b, err := t.asNumber(r)
	name := map[string]string{"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}[op]
	return value{sql: t.call(name, a, b), kind: kindNumber}, err
}

func (t *translator) dateArithmetic(op string, l, r value) (value, error) {
	if op == "+" && !isTime(l.kind) {
		l, r = r, l
	}
	if !isTime(l.kind) || op == "*" || op == "/" || op == "+" && isTime(r.kind) {
		return value{}, Unsupported("a date cannot stand there in %s", op)
	}
	date, err := t.asDate(l)
	if err != nil {
		return value{}, err
	}
	if isTime(r.kind) {
		other, err := t.asDate(r)
		return value{sql: t.call("days_between", date, other), kind: kindNumber}, err
	}
	days, err := t.asNumber(r)
	if op == "-" {
		days = "(-" + days + ")"
	}
	return value{sql: t.call("add_days", date, days), kind: kindDate}, err
}

// caseExpr translates both forms of CASE.
func (t *translator) caseExpr(e *syntax.Case) (value, error) {
	var operand value
	var err error
	if e.Operand != nil {
		if operand, err = t.valueOf(e.Operand); err != nil {
			return operand, err
		}
	}
	var conds []string
	var results []value
	for _, w := range e.Whens {
		cond := ""
		if e.Operand == nil {
			cond, err = t.condition(w.Cond)
		} else {
			var v value
			if v, err = t.valueOf(w.Cond); err == nil {
				cond, err = t.compare("=", operand, v)
			}
		}
		if err != nil {
			return value{}, err
		}
		v, err := t.valueOf(w.Then)
		if err != nil {
			return value{}, err
		}
		conds, results = append(conds, cond), append(results, v)
	}
	otherwise := value{sql: "NULL"}
	if e.Else != nil {
		if otherwise, err = t.valueOf(e.Else); err != nil {
			return value{}, err
		}
	}
	return t.choose(conds, append(results, otherwise))
}

// choose returns the result of the first condition that holds; the last
// result belongs to none.
func (t *translator) choose(conds []string, results []value) (value, error) {
	sqls, k, err := t.unify(results)
	if err != nil {
		return value{}, err
	}
	var out strings.Builder
	out.WriteString("CASE")
	for i, c := range conds {
		out.WriteString(" WHEN " + c + " THEN " + sqls[i])
	}
	out.WriteString(" ELSE " + sqls[len(conds)] + " END")
	return value{sql: out.String(), kind: k}, nil
}

func (t *translator) scalarQuery(e *syntax.Subquery) (value, error) {
	r, err := t.nested(e.Query)
	if err != nil {
		return value{}, err
	}
	if len(r.columns) != 1 {
		return value{}, Unsupported("a scalar sub-select has %d columns", len(r.columns))
	}
	return value{sql: "(" + r.nested() + ")", kind: r.columns[0].kind}, nil
}
