package compile

import (
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// rownumLimit is what a block's conditions on ROWNUM let through; -1 for all.
type rownumLimit struct{ rows int }

// splitRownum takes the conditions on ROWNUM out of WHERE. ROWNUM counts rows
// as they pass WHERE, before GROUP BY and ORDER BY, so the conditions become a
// limit of the rows read. It returns nil where the block has no ROWNUM.
func (t *translator) splitRownum(s *syntax.Select, order []syntax.Order) (*rownumLimit, []syntax.Expr) {
	var limit *rownumLimit
	var where []syntax.Expr
	for _, e := range syntax.Conjuncts(s.Where) {
		n, ok := t.rownumCondition(e)
		if !ok {
			where = append(where, e)
			continue
		}
		if limit == nil {
			limit = &rownumLimit{-1}
		}
		limit.rows = least(limit.rows, n)
	}
	outside := append(s.GroupBy[:len(s.GroupBy):len(s.GroupBy)], s.Having)
	for _, it := range s.Items {
		outside = append(outside, it.Expr)
	}
	for _, o := range order {
		outside = append(outside, o.Expr)
	}
	for _, e := range outside {
		syntax.Walk(e, func(e syntax.Expr) bool {
			if limit == nil && isRownum(e) {
				limit = &rownumLimit{-1}
			}
			return limit == nil
		})
	}
	return limit, where
}

func isRownum(e syntax.Expr) bool {
	id, ok := e.(*syntax.Ident)
	return ok && id.Table == "" && strings.EqualFold(id.Name, "ROWNUM")
}

// rownumCondition returns how many rows a condition on ROWNUM lets through.
// Since ROWNUM only grows when a row passes, ROWNUM > 1 and ROWNUM = 2 pass none.
func (t *translator) rownumCondition(e syntax.Expr) (int, bool) {
	switch e := e.(type) {
	case *syntax.Between:
		lo, okLo := t.wholeNumber(e.Lo)
		hi, okHi := t.wholeNumber(e.Hi)
		if !isRownum(e.X) || !okLo || !okHi || e.Not {
			return 0, false
		}
		if lo > 1 {
			return 0, true
		}
		return max(hi, 0), true
	case *syntax.Binary:
		op, limit := e.Op, e.R
		if isRownum(e.R) {
			op, limit = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}[op], e.L
		} else if !isRownum(e.L) {
			return 0, false
		}
		n, ok := t.wholeNumber(limit)
		if !ok {
			return 0, false
		}
		return rownumRows(op, n)
	}
	return 0, false
}

func rownumRows(op string, n int) (int, bool) {
	all := map[bool]int{true: -1, false: 0}
	switch op {
	case "<":
		return max(n-1, 0), true
	case "<=":
		return max(n, 0), true
	case "=":
		return map[bool]int{true: 1, false: 0}[n == 1], true
	case ">":
		return all[n < 1], true
	case ">=":
		return all[n <= 1], true
	case "<>":
		if n < 1 {
			return -1, true
		}
		return n - 1, true
	}
	return 0, false
}

// wholeNumber reads a literal or parameter that ROWNUM is compared with.
func (t *translator) wholeNumber(e syntax.Expr) (int, bool) {
	if u, ok := e.(*syntax.Unary); ok && u.Op == "-" {
		n, ok := t.wholeNumber(u.X)
		return -n, ok
	}
	text := ""
	switch e := e.(type) {
	case *syntax.Number:
		text = e.Text
	case *syntax.Param:
		v, err := t.param(e)
		if err != nil {
			return 0, false
		}
		text = *v.literal
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// numberRows puts the inner select of a block with ROWNUM into its FROM.
func (t *translator) numberRows(b *block, limit *rownumLimit) error {
	w := t.scope.rows
	columns := w.columns
	if w.numbers {
		columns = append(columns, `row_number() OVER () AS "rn"`)
	}
	if len(columns) == 0 {
		columns = []string{"1"}
	}
	inner := "SELECT " + strings.Join(columns, ", ") + " FROM " + b.from
	if b.where != "" {
		inner += " WHERE " + b.where
	}
	if limit.rows >= 0 {
		inner += " LIMIT " + strconv.Itoa(limit.rows)
	}
	b.from, b.where = "("+inner+") AS "+w.name, ""
	return nil
}
