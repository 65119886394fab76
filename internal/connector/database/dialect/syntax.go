package dialect

import (
	"fmt"
	"strings"
)

// Syntax is how a database wants its statements written. The zero value is that of
// standard SQL, with question marks for arguments.
type Syntax struct {
	// Quotes stand around names; standard SQL's when empty.
	Quotes string
	// Mark is how a statement names its n-th argument, as in "$%d"; a question mark when empty.
	Mark string
	// AsText is written behind a column so that its value arrives as it is, AsIs before it.
	AsIs, AsText string
	// Top says that SELECT TOP bounds the rows, not LIMIT.
	Top bool
	// Columnwise says that keys are compared column by column: (a, b) > (1, 2) is
	// not known, or not seen to fit an index.
	Columnwise bool
	// Bare says that a query within another loses its order: one without key runs as
	// it was written, in a transaction that cannot change anything or is rolled back.
	Bare, ReadOnly bool
	// Batches says that a text may hold several statements.
	Batches bool
	// Prepared says that queries have to be prepared for values to arrive as they are.
	Prepared bool
	// NoRow is what follows the table's name in the insertion of a row without values.
	NoRow string
	// Savepoint, Undo and Release replace SAVEPOINT's statements; " " is none.
	Savepoint, Undo, Release string
	// OnConflict says that an upsert is INSERT … ON CONFLICT, which returns whether
	// the row is new as the expression Inserted.
	OnConflict bool
	Inserted   string
	// Hint follows the name of the table that an upsert changes.
	Hint string
	// Compared writes an argument so that it is compared by the column's own rules.
	Compared func(mark, typ string) string
}

// Quote writes a name so that it is taken as it is.
func (s Syntax) Quote(name string) string {
	left, right := `"`, `"`
	if s.Quotes != "" {
		left, right = s.Quotes[:1], s.Quotes[1:]
	}
	return left + strings.ReplaceAll(name, right, right+right) + right
}

// QuoteAll lists names.
func (s Syntax) QuoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = s.Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// Placeholder is how a statement names its n-th argument, from 1.
func (s Syntax) Placeholder(n int) string {
	if s.Mark == "" {
		return "?"
	}
	return fmt.Sprintf(s.Mark, n)
}

// Operand is a placeholder to compare a column with.
func (s Syntax) Operand(n int, typ string) string {
	if s.Compared == nil {
		return s.Placeholder(n)
	}
	return s.Compared(s.Placeholder(n), typ)
}

// Selected is the expression that reads a column so that its value arrives as it is.
func (s Syntax) Selected(column string) string { return s.AsIs + column + s.AsText }

// First bounds a query, given from behind SELECT, to its first n rows.
func (s Syntax) First(n int, rest string) string {
	if s.Top {
		return fmt.Sprintf("SELECT TOP (%d) %s", n, rest)
	}
	return fmt.Sprintf("SELECT %s LIMIT %d", rest, n)
}

// Behind is the condition that holds for the rows behind a key. Each of columns is
// an expression; operands name the key's values, each of which may be used more
// than once, and args lists the values by the order of their use.
func (s Syntax) Behind(columns, types []string, key []any) (condition string, args []any) {
	var operands []string
	use := func(i int) string {
		args = append(args, key[i])
		return s.Operand(len(args), types[i])
	}
	if !s.Columnwise {
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

// OrDefault returns a statement that replaces a standard one, or the standard one;
// "" where there is none.
func OrDefault(statement, standard string) string {
	if statement == "" {
		return standard
	}
	return strings.TrimSpace(statement)
}

// Closed reports whether a query closes only brackets that it has opened, outside
// of texts, names and comments. Then nothing of it gets out of the brackets that are
// put around it.
func Closed(query string) bool {
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
