package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// result is a translated query expression.
type result struct {
	columns []output
	block   *block // nil for a UNION
	union   string
	orderBy []string
	limit   int // -1 for none
}

// body returns the select without order and limit.
func (r *result) body() string {
	if r.block == nil {
		return r.union
	}
	return r.block.sql("")
}

func (r *result) order() string {
	if len(r.orderBy) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(r.orderBy, ", ")
}

// nested returns the whole query as it stands inside another.
func (r *result) nested() string {
	if r.limit < 0 {
		return r.body() + r.order()
	}
	return r.body() + r.order() + " LIMIT " + strconv.Itoa(r.limit)
}

// block is a translated SELECT block.
type block struct {
	distinct, aggregated bool
	columns              []output
	from, where          string
	groupBy, having      string
}

// plain reports that each row of the block is one row of its FROM, so that
// rows can be counted and told apart without computing the select list.
func (b *block) plain() bool { return !b.distinct && !b.aggregated }

// sql returns the block, with another select list where one is given.
func (b *block) sql(list string) string {
	var out strings.Builder
	out.WriteString("SELECT ")
	if b.distinct {
		out.WriteString("DISTINCT ")
	}
	if list != "" {
		out.WriteString(list)
	}
	for i, c := range b.columns {
		if list != "" {
			break
		}
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(c.sql + ` AS "c` + strconv.Itoa(i) + `"`)
	}
	out.WriteString(" FROM " + b.from)
	for _, clause := range []struct{ word, text string }{{" WHERE ", b.where}, {" GROUP BY ", b.groupBy}, {" HAVING ", b.having}} {
		if clause.text != "" {
			out.WriteString(clause.word + clause.text)
		}
	}
	return out.String()
}

// tieBreak orders rows that the query's own keys leave equal by a hash that
// changes with a seed: NetSuite does not keep such rows in one order either.
func (b *block) tieBreak(seed int) string {
	var columns []string
	for _, c := range b.columns[:min(4, len(b.columns))] {
		columns = append(columns, c.sql)
	}
	return "ns_shuffle(?" + strconv.Itoa(seed+1) + "," + strings.Join(columns, ",") + ")"
}

// query translates a query expression in the current scope.
func (t *translator) query(q *syntax.Query) (*result, error) {
	r := &result{limit: -1}
	outer := t.scope
	defer func() { t.scope = outer }()
	limit, err := t.rowCount(q.Fetch)
	if err != nil {
		return nil, err
	}
	if s, ok := q.Body.(*syntax.Select); ok {
		t.scope = &scope{parent: outer}
		top, err := t.rowCount(s.Top)
		if err != nil {
			return nil, err
		}
		r.limit = least(limit, top)
		if err := t.selectBlock(r, s, q.OrderBy); err != nil {
			return nil, err
		}
		return r, nil
	}
	r.limit = limit
	if r.union, r.columns, err = t.body(q.Body); err != nil {
		return nil, err
	}
	for _, o := range q.OrderBy {
		key, ok := ordinal(o.Expr, r.columns)
		if !ok {
			return nil, Unsupported("ORDER BY after UNION takes names and positions of result columns only")
		}
		r.orderBy = append(r.orderBy, key+direction(o))
	}
	return r, nil
}

// least joins two limits of which -1 is none.
func least(a, b int) int {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// rowCount reads the n of TOP n and FETCH FIRST n.
func (t *translator) rowCount(e syntax.Expr) (int, error) {
	text := ""
	switch e := e.(type) {
	case nil:
		return -1, nil
	case *syntax.Number:
		text = e.Text
	case *syntax.Param:
		p, err := t.param(e)
		if err != nil {
			return 0, err
		}
		text = *p.literal
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, Unsupported("%q is not a number of rows", text)
	}
	return n, nil
}

// body translates the parts of a UNION.
func (t *translator) body(b syntax.Body) (string, []output, error) {
	u, ok := b.(*syntax.Union)
	if !ok {
		r, err := t.query(&syntax.Query{Body: b})
		if err != nil {
			return "", nil, err
		}
		if r.limit >= 0 {
			return "SELECT * FROM (" + r.nested() + ")", r.columns, nil
		}
		return r.body(), r.columns, nil
	}
	left, columns, err := t.body(u.Left)
	if err != nil {
		return "", nil, err
	}
	right, others, err := t.body(u.Right)
	if err != nil {
		return "", nil, err
	}
	if len(columns) != len(others) {
		return "", nil, Unsupported("the sides of UNION have %d and %d columns", len(columns), len(others))
	}
	for i, c := range columns {
		k := others[i].kind
		if columns[i].field = nil; c.kind == kindNull || c.kind == kindParam {
			columns[i].kind = k
		} else if k != c.kind && k != kindNull && k != kindParam {
			return "", nil, Unsupported("column %d of UNION has different types", i+1)
		}
	}
	word := " UNION "
	if u.All {
		word = " UNION ALL "
	}
	if _, nested := u.Right.(*syntax.Union); nested {
		right = "SELECT * FROM (" + right + ")" // SQLite knows no parentheses here
	}
	return left + word + right, columns, nil
}

// selectBlock translates a SELECT with the order that stands behind it.
func (t *translator) selectBlock(r *result, s *syntax.Select, order []syntax.Order) error {
	b := &block{distinct: s.Distinct}
	r.block = b
	sc := t.scope
	sc.noDisplay = s.Distinct || len(s.GroupBy) > 0
	sc.aggregated = len(s.GroupBy) > 0 || s.Having != nil || totals(s, order)
	b.aggregated = sc.aggregated
	rownum, where := t.splitRownum(s, order)
	from, cond, err := t.from(s.From, where)
	if err != nil {
		return err
	}
	b.from, b.where = from, cond
	if rownum != nil {
		sc.rows = &rowWindow{name: t.sourceName(), open: true, names: map[string]string{}}
	}
	if err := t.groupBy(b, s.GroupBy); err != nil {
		return err
	}
	sc.takesTotals = true
	if b.columns, err = t.items(s.Items); err != nil {
		return err
	}
	r.columns = b.columns
	if s.Having != nil {
		if b.having, err = t.condition(s.Having); err != nil {
			return err
		}
	}
	if r.orderBy, err = t.orderBy(order, b); err != nil {
		return err
	}
	if sc.aggregated && sc.loose > 0 {
		return Unsupported("a column is neither grouped nor aggregated")
	}
	if rownum != nil {
		return t.numberRows(b, rownum)
	}
	return nil
}

// totals reports whether a block has aggregate functions.
func totals(s *syntax.Select, order []syntax.Order) bool {
	found := false
	visit := func(e syntax.Expr) bool {
		if c, ok := e.(*syntax.Call); ok && c.Over == nil && !c.Builtin {
			_, is := aggregates[c.Name]
			found = found || is
		}
		return !found
	}
	for _, it := range s.Items {
		syntax.Walk(it.Expr, visit)
	}
	for _, o := range order {
		syntax.Walk(o.Expr, visit)
	}
	return found
}

func (t *translator) groupBy(b *block, keys []syntax.Expr) error {
	var list []string
	groups := map[string]bool{}
	for _, e := range keys {
		v, err := t.valueOf(e)
		if err != nil {
			return err
		}
		list, groups[v.sql] = append(list, v.sql), true
	}
	b.groupBy = strings.Join(list, ", ")
	t.scope.groups, t.scope.loose = groups, 0
	return nil
}

// items translates the select list and names its columns.
func (t *translator) items(items []syntax.Item) ([]output, error) {
	var out []output
	unnamed := 0
	add := func(name string, v value) {
		taken := func(o output) bool { return o.name == name }
		for name == "" || slices.ContainsFunc(out, taken) {
			unnamed++
			name = "expr" + strconv.Itoa(unnamed)
		}
		out = append(out, output{name, v})
	}
	for _, it := range items {
		if it.Expr == nil {
			fields, err := t.star(it.Table)
			if err != nil {
				return nil, err
			}
			for _, f := range fields {
				add(f.name, t.read(t.scope, f))
			}
			continue
		}
		if it.Quoted && t.scope.parent != nil {
			return nil, Unsupported("quoted alias %q in a sub-select", it.Alias)
		}
		v, err := t.valueOf(it.Expr)
		if err != nil {
			return nil, err
		}
		name := strings.ToLower(it.Alias)
		if id, ok := it.Expr.(*syntax.Ident); ok && name == "" {
			name = strings.ToLower(id.Name)
		}
		add(name, v)
	}
	return out, nil
}

// star returns the fields of * or table.*.
func (t *translator) star(table string) ([]*field, error) {
	var out []*field
	for _, s := range t.scope.sources {
		if table == "" || strings.EqualFold(table, s.alias) {
			out = append(out, s.fields...)
		}
	}
	if out == nil {
		return nil, unknownIdentifier(table, t.scope.sources)
	}
	return out, nil
}

// orderBy translates ORDER BY of a block. Output names win over columns.
func (t *translator) orderBy(order []syntax.Order, b *block) ([]string, error) {
	t.scope.aliases = map[string]value{}
	for _, c := range b.columns {
		if c.field == nil || c.field.name != c.name {
			t.scope.aliases[c.name] = c.value
		}
	}
	defer func() { t.scope.aliases = nil }()
	var out []string
	for _, o := range order {
		key, ok := ordinal(o.Expr, b.columns)
		if _, number := o.Expr.(*syntax.Number); number && !ok {
			return nil, Unsupported("ORDER BY position is out of range")
		}
		if !ok {
			v, err := t.valueOf(o.Expr)
			if err != nil {
				return nil, err
			}
			if key = v.sql; v.utcOf != "" {
				key = v.utcOf // the same order, and an index may have it
			}
		}
		out = append(out, key+direction(o))
	}
	return out, nil
}

// ordinal returns the position of the result column that e names, by number or name.
func ordinal(e syntax.Expr, columns []output) (string, bool) {
	switch e := e.(type) {
	case *syntax.Number:
		n, err := strconv.Atoi(e.Text)
		return e.Text, err == nil && n >= 1 && n <= len(columns)
	case *syntax.Ident:
		i := slices.IndexFunc(columns, func(c output) bool { return strings.EqualFold(c.name, e.Name) })
		return strconv.Itoa(i + 1), i >= 0 && e.Table == ""
	}
	return "", false
}

// direction writes Oracle's default for NULLs, which is not SQLite's: they
// count as greater than everything.
func direction(o syntax.Order) string {
	first := o.Desc
	if o.NullsFirst != nil {
		first = *o.NullsFirst
	}
	word := " ASC"
	if o.Desc {
		word = " DESC"
	}
	if first {
		return word + " NULLS FIRST"
	}
	return word + " NULLS LAST"
}
