package database

import (
	"fmt"
	"strings"
)

// syntax is how a database wants its statements written. The zero value is that of
// standard SQL, with question marks for arguments.
type syntax struct {
	// quotes stand around names; standard SQL's when empty.
	quotes string
	// mark is how a statement names its n-th argument, as in "$%d"; a question mark when empty.
	mark string
	// asText is written behind a column so that its value arrives as it is, asIs before it.
	asIs, asText string
	// top says that SELECT TOP bounds the rows, not LIMIT.
	top bool
	// columnwise says that keys are compared column by column: (a, b) > (1, 2) is
	// not known, or not seen to fit an index.
	columnwise bool
	// bare says that a query within another loses its order: one without key runs as
	// it was written, in a transaction that cannot change anything or is rolled back.
	bare, readOnly bool
	// batches says that a text may hold several statements.
	batches bool
	// prepared says that queries have to be prepared for values to arrive as they are.
	prepared bool
	// noRow is what follows the table's name in the insertion of a row without values.
	noRow string
	// savepoint, undo and release replace SAVEPOINT's statements; " " is none.
	savepoint, undo, release string
	// hint follows the name of the table that an upsert changes.
	hint string
	// compared writes an argument so that it is compared by the column's own rules.
	compared func(mark, typ string) string
}

// quote writes a name so that it is taken as it is.
func (s syntax) quote(name string) string {
	left, right := `"`, `"`
	if s.quotes != "" {
		left, right = s.quotes[:1], s.quotes[1:]
	}
	return left + strings.ReplaceAll(name, right, right+right) + right
}

func (s syntax) quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = s.quote(n)
	}
	return strings.Join(quoted, ", ")
}

// placeholder is how a statement names its n-th argument, from 1.
func (s syntax) placeholder(n int) string {
	if s.mark == "" {
		return "?"
	}
	return fmt.Sprintf(s.mark, n)
}

// operand is a placeholder to compare a column with.
func (s syntax) operand(n int, typ string) string {
	if s.compared == nil {
		return s.placeholder(n)
	}
	return s.compared(s.placeholder(n), typ)
}

// selected is the expression that reads a column so that its value arrives as it is.
func (s syntax) selected(column string) string { return s.asIs + column + s.asText }

// first bounds a query, given from behind SELECT, to its first n rows.
func (s syntax) first(n int, rest string) string {
	if s.top {
		return fmt.Sprintf("SELECT TOP (%d) %s", n, rest)
	}
	return fmt.Sprintf("SELECT %s LIMIT %d", rest, n)
}

// behind is the condition that holds for the rows behind a key. Each of columns is
// an expression; operands name the key's values, each of which may be used more
// than once, and args lists the values by the order of their use.
func (s syntax) behind(columns, types []string, key []any) (condition string, args []any) {
	var operands []string
	use := func(i int) string {
		args = append(args, key[i])
		return s.operand(len(args), types[i])
	}
	if !s.columnwise {
		for i := range columns {
			operands = append(operands, use(i))
		}
		return "(" + strings.Join(columns, ", ") + ") > (" + strings.Join(operands, ", ") + ")", args
	}
	var cases []string
	for last := range columns {
		var parts []string
		for i := range last {
			parts = append(parts, columns[i]+" = "+use(i))
		}
		parts = append(parts, columns[last]+" > "+use(last))
		cases = append(cases, "("+strings.Join(parts, " AND ")+")")
	}
	return "(" + strings.Join(cases, " OR ") + ")", args
}

func orDefault(statement, standard string) string {
	if statement == "" {
		return standard
	}
	return strings.TrimSpace(statement)
}

// closed reports whether a query closes only brackets that it has opened, outside
// of texts, names and comments. Then nothing of it gets out of the brackets that are
// put around it.
func closed(query string) bool {
	depth := 0
	for i := 0; i < len(query); i++ {
		end := ""
		switch rest := query[i:]; {
		case query[i] == '(':
			depth++
		case query[i] == ')':
			if depth--; depth < 0 {
				return false
			}
		case query[i] == '\'' || query[i] == '"':
			end = query[i : i+1]
		case query[i] == '[':
			end = "]"
		case strings.HasPrefix(rest, "--"):
			end = "\n"
		case strings.HasPrefix(rest, "/*"):
			end = "*/"
		}
		if end != "" {
			n := strings.Index(query[i+1:], end)
			if n < 0 {
				return end == "\n"
			}
			i += n + len(end)
		}
	}
	return depth == 0
}
