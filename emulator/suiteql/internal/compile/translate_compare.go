package compile

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// asText converts a value to text as Oracle does implicitly.
func (t *translator) asText(v value) string {
	switch v.kind {
	case kindNumber:
		return t.call("text", v.sql)
	case kindDate, kindInstant:
		date, _ := t.asDate(v) // times never fail
		return t.call("date_to_char", date, t.bind(t.dates))
	}
	return v.sql
}

// asNumber converts a value to a number; texts of the query at once, so that
// an index can be used with them.
func (t *translator) asNumber(v value) (string, error) {
	switch {
	case v.kind == kindNumber || v.kind == kindNull:
		return v.sql, nil
	case v.literal != nil:
		n, err := oracle.ParseNumber(*v.literal)
		if err != nil {
			return "", Unsupported("%v", err)
		}
		return t.bind(n), nil
	case v.kind == kindText || v.kind == kindParam:
		return t.call("to_number", v.sql), nil
	}
	return "", Unsupported("a number is needed")
}

// asDate converts a value to a wall-clock time; texts must be written as the
// session's date preference says.
func (t *translator) asDate(v value) (string, error) {
	switch v.kind {
	case kindDate, kindNull:
		return v.sql, nil
	case kindInstant:
		return t.call("local", v.sql, t.bind(t.zone)), nil
	case kindText, kindParam:
		return t.call("to_date", v.sql, t.bind(t.dates), t.bind(t.localNow())), nil
	}
	return "", Unsupported("a date is needed")
}

// as converts a value to a kind.
func (t *translator) as(v value, k kind) (string, error) {
	switch k {
	case kindNumber:
		return t.asNumber(v)
	case kindDate:
		return t.asDate(v)
	case kindText:
		return t.asText(v), nil
	}
	return v.sql, nil
}

// common returns the kind in which values can be compared: a number or a date
// draws texts to itself, as in Oracle.
func common(list ...value) kind {
	k := kindNull
	for _, v := range list {
		switch {
		case v.kind == kindNull:
		case k == kindNull || k == kindParam:
			k = v.kind
		case v.kind == kindParam || v.kind == k:
		case isTime(v.kind) || isTime(k):
			k = kindDate
		case v.kind == kindNumber:
			k = kindNumber
		}
	}
	if k == kindParam || k == kindNull {
		return kindText
	}
	return k
}

// unify converts results of one expression (CASE, NVL …) to one kind. Times
// stay times, numbers numbers; any other mixture becomes text.
func (t *translator) unify(list []value) ([]string, kind, error) {
	k := kindNull
	for _, v := range list {
		switch {
		case v.kind == kindNull || v.kind == k:
		case k == kindNull || k == kindParam:
			k = v.kind
		case v.kind == kindParam:
		case isTime(v.kind) && isTime(k):
			k = kindDate
		default:
			k = kindText
		}
	}
	if k == kindParam {
		k = kindText
	}
	sqls := make([]string, len(list))
	for i, v := range list {
		var err error
		if sqls[i], err = t.as(v, k); err != nil {
			return nil, k, err
		}
	}
	return sqls, k, nil
}

// compare translates l op r.
func (t *translator) compare(op string, l, r value) (string, error) {
	if op == "<>" || op == "=" || op == "<" || op == ">" || op == "<=" || op == ">=" {
		if l.kind == kindInstant && r.kind == kindDate && r.constant {
			return t.compareInstant(op, l, r), nil
		}
		if r.kind == kindInstant && l.kind == kindDate && l.constant {
			return t.compareInstant(mirror(op), r, l), nil
		}
		if l.utcOf != "" && r.kind == kindDate && r.constant {
			return "(" + l.utcOf + " " + op + " " + t.call("utc_instant", r.sql) + ")", nil
		}
	}
	k := common(l, r)
	a, err := t.as(l, k)
	if err != nil {
		return "", err
	}
	b, err := t.as(r, k)
	return "(" + a + " " + op + " " + b + ")", err
}

func mirror(op string) string {
	return strings.NewReplacer("<>", "<>", "<", ">", ">", "<").Replace(op)
}

// compareInstant compares an instant with a wall-clock time of the session.
// The clocks decide; beside them stands a bound in UTC that an index can use.
func (t *translator) compareInstant(op string, instant, date value) string {
	zone := t.bind(t.zone)
	exact := t.call("local", instant.sql, zone) + " " + op + " " + date.sql
	lower := instant.sql + " >= " + t.call("earliest", date.sql, zone)
	upper := instant.sql + " <= " + t.call("latest", date.sql, zone)
	switch op {
	case ">", ">=":
		return "(" + lower + " AND " + exact + ")"
	case "<", "<=":
		return "(" + upper + " AND " + exact + ")"
	case "=":
		return "(" + lower + " AND " + upper + " AND " + exact + ")"
	}
	return "(" + exact + ")"
}

func (t *translator) in(e *syntax.In) (string, error) {
	x, err := t.valueOf(e.X)
	if err != nil {
		return "", err
	}
	if e.Query != nil {
		return t.inQuery(x, e)
	}
	if len(e.List) > maxInList {
		return "", Unsupported("IN with more than %d items", maxInList)
	}
	items := make([]value, len(e.List))
	for i, item := range e.List {
		if items[i], err = t.valueOf(item); err != nil {
			return "", err
		}
	}
	k := common(append(items, x)...)
	left, err := t.as(x, k)
	if err != nil {
		return "", err
	}
	sqls := make([]string, len(items))
	for i, v := range items {
		if sqls[i], err = t.as(v, k); err != nil {
			return "", err
		}
	}
	return "(" + left + " " + not(e.Not) + "IN (" + strings.Join(sqls, ",") + "))", nil
}

func (t *translator) inQuery(x value, e *syntax.In) (string, error) {
	r, err := t.nested(e.Query)
	if err != nil {
		return "", err
	}
	if len(r.columns) != 1 {
		return "", Unsupported("IN (SELECT …) with %d columns", len(r.columns))
	}
	column := r.columns[0].value
	if k := common(x, column); column.kind != k && column.kind != kindNull {
		// The inner column must become of the kind: go around the sub-select.
		name := t.sourceName()
		inner := column
		inner.sql, inner.literal = name+`."c0"`, nil
		converted, err := t.as(inner, k)
		if err != nil {
			return "", err
		}
		left, err := t.as(x, k)
		return "(" + left + " " + not(e.Not) + "IN (SELECT " + converted + " FROM (" + r.nested() + ") AS " + name + "))", err
	}
	left, err := t.as(x, column.kind)
	return "(" + left + " " + not(e.Not) + "IN (" + r.nested() + "))", err
}

func (t *translator) like(e *syntax.Like) (string, error) {
	x, err := t.valueOf(e.X)
	if err != nil {
		return "", err
	}
	pattern, err := t.valueOf(e.Pattern)
	if err != nil {
		return "", err
	}
	sql := t.asText(x) + " " + not(e.Not) + "LIKE " + t.asText(pattern)
	if e.Escape != nil {
		escape, err := t.valueOf(e.Escape)
		if err != nil {
			return "", err
		}
		sql += " ESCAPE " + t.asText(escape)
	}
	return "(" + sql + ")", nil
}
