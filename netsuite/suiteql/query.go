package suiteql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxPageSize is the most rows that NetSuite puts on a page.
const MaxPageSize = 1000

// Kind says how the values of a key column are compared.
type Kind int

// The kinds. Numeric is for internal IDs. Text compares byte by byte and needs
// a column that NetSuite orders so: letters of one case, digits, time stamps
// written as YYYY-MM-DD HH24:MI:SS.
const (
	Numeric Kind = iota
	Text
)

// KeyColumn is one column of a query's unique key: a column of its result, by
// the name or alias it has there.
type KeyColumn struct {
	Name string
	Kind Kind
}

// Query is a SELECT that is read in key order, however many rows it has.
type Query struct {
	// SQL is the SELECT, without an ORDER BY of its own. Its ? stand for Params.
	SQL    string
	Params []string

	// Key names columns of the result that together are unique and never null.
	Key []KeyColumn

	// PageSize is 1 to 1000; 0 means 1000.
	PageSize int

	// After holds key values: only rows behind them are read. It is how a
	// reading goes on where an earlier one ended; see Row.Key.
	After []string

	// Prefetch reads the next page while the caller works on this one. It
	// holds one page more in memory.
	Prefetch bool
}

var (
	columnShape  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	decimalShape = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

// Check reports everything that is wrong with the query, before it is sent.
func (q Query) Check() error {
	var problems []error
	report := func(format string, a ...any) { problems = append(problems, fmt.Errorf(format, a...)) }
	found, err := scanSQL(q.SQL)
	if err != nil {
		problems = append(problems, err)
	} else {
		if found.orderBy {
			report("sql: ORDER BY is not possible here, the rows come in key order")
		}
		if found.placeholders != len(q.Params) {
			report("params: %d for %d placeholders", len(q.Params), found.placeholders)
		}
	}
	if len(q.Key) == 0 {
		report("key: a unique key is needed, such as id")
	}
	for i, k := range q.Key {
		if !columnShape.MatchString(k.Name) {
			report("key[%d]: %q is not a column name", i, k.Name)
		}
		if k.Kind != Numeric && k.Kind != Text {
			report("key[%d]: unknown kind", i)
		}
	}
	if q.PageSize < 0 || q.PageSize > MaxPageSize {
		report("pageSize: %d: 1 to %d is possible", q.PageSize, MaxPageSize)
	}
	if len(q.After) != 0 && len(q.After) != len(q.Key) {
		report("after: %d values for %d key columns", len(q.After), len(q.Key))
	} else {
		for i, value := range q.After {
			if q.Key[i].Kind == Numeric && !decimalShape.MatchString(value) {
				report("after[%d]: %q is not a number", i, value)
			}
		}
	}
	return errors.Join(problems...)
}

// Page returns the statement and parameters of the page behind q.After.
//
// The user's SELECT becomes a sub-select, so that the key condition applies to
// its result whatever it is made of. Numbers are written into the statement,
// checked digit by digit, since a parameter is text for NetSuite; texts are
// parameters.
func (q Query) Page() (sql string, params []string) {
	var b strings.Builder
	// The line break ends a comment that the SELECT may end with.
	b.WriteString("SELECT * FROM (" + trimSQL(q.SQL) + "\n)")
	params = slices.Clone(q.Params)
	if len(q.After) > 0 {
		b.WriteString(" WHERE ")
		params = append(params, q.writeBehind(&b)...)
	}
	b.WriteString(" ORDER BY ")
	for i, k := range q.Key {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k.Name + " ASC")
	}
	return b.String(), params
}

// writeBehind writes (a > 1) or, for several columns, (a > 1) OR (a = 1 AND b > ?).
func (q Query) writeBehind(b *strings.Builder) (params []string) {
	value := func(i int) string {
		if q.Key[i].Kind == Numeric {
			return q.After[i]
		}
		params = append(params, q.After[i])
		return "?"
	}
	for i := range q.Key {
		if i > 0 {
			b.WriteString(" OR ")
		}
		b.WriteString("(")
		for j := range i {
			b.WriteString(q.Key[j].Name + " = " + value(j) + " AND ")
		}
		b.WriteString(q.Key[i].Name + " > " + value(i) + ")")
	}
	return params
}

// Size returns the page size, the default filled in.
func (q Query) Size() int {
	if q.PageSize == 0 {
		return MaxPageSize
	}
	return q.PageSize
}

// KeyError says that a declared key does not hold: a row lacks a column of it,
// or the keys of two rows that follow each other do not rise. Reading on would
// lose or repeat rows without a sign.
type KeyError struct {
	Key      []KeyColumn
	Previous []string // key of the row before; empty for the first
	Current  []string
	Problem  string
}

// Error names the key and the two values.
func (e *KeyError) Error() string {
	names := make([]string, len(e.Key))
	for i, k := range e.Key {
		names[i] = k.Name
	}
	return fmt.Sprintf("suiteql: key (%s): %s (row %s after %s)", strings.Join(names, ", "), e.Problem,
		quoteAll(e.Current), quoteAll(e.Previous))
}

func quoteAll(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

// Seal sets the key of each row and checks that keys rise from after on. It
// returns a *KeyError where they do not.
func (q Query) Seal(rows []Row, after []string) error {
	names := make([]string, len(q.Key))
	for i, k := range q.Key {
		names[i] = strings.ToLower(k.Name)
	}
	arena := make([]string, len(rows)*len(names))
	for i := range rows {
		key := arena[:len(names):len(names)]
		arena = arena[len(names):]
		for j, name := range names {
			value, ok := rows[i].Get(name)
			if !ok {
				return &KeyError{q.Key, cloneAll(after), cloneAll(key[:j]), name + " is null or not selected"}
			}
			if q.Key[j].Kind == Numeric && !decimalShape.MatchString(value) {
				return &KeyError{q.Key, cloneAll(after), cloneAll(key[:j]), fmt.Sprintf("%s is %q, not a number", name, value)}
			}
			key[j] = value
		}
		if len(after) > 0 && q.compare(after, key) >= 0 {
			return &KeyError{q.Key, cloneAll(after), cloneAll(key), "values do not rise: the key is not unique, or not ordered as declared"}
		}
		rows[i].key, after = key, key
	}
	return nil
}

func (q Query) compare(a, b []string) int {
	for i, k := range q.Key {
		var c int
		if k.Kind == Numeric {
			c = compareDecimals(a[i], b[i])
		} else {
			c = strings.Compare(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compareDecimals compares decimal numbers of any length exactly.
func compareDecimals(a, b string) int {
	an, bn := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	if an != bn && strings.ContainsAny(a+b, "123456789") {
		if an {
			return -1
		}
		return 1
	}
	if an && bn {
		return -compareMagnitudes(a[1:], b[1:])
	}
	return compareMagnitudes(strings.TrimPrefix(a, "-"), strings.TrimPrefix(b, "-"))
}

func compareMagnitudes(a, b string) int {
	ai, af, _ := strings.Cut(a, ".")
	bi, bf, _ := strings.Cut(b, ".")
	ai, bi = strings.TrimLeft(ai, "0"), strings.TrimLeft(bi, "0")
	if len(ai) != len(bi) {
		return len(ai) - len(bi)
	}
	if c := strings.Compare(ai, bi); c != 0 {
		return c
	}
	return strings.Compare(strings.TrimRight(af, "0"), strings.TrimRight(bf, "0"))
}
