package query

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"

	"github.com/sluicehq/sluice"
)

// Querier asks a database or a transaction. Queries write parameters as "?"; errors
// come back as sluice's own, sql.ErrNoRows as it is.
type Querier interface {
	// Exec runs a statement and returns the number of rows it changed.
	Exec(ctx context.Context, text string, args ...any) (int64, error)
	// One reads the only row into targets.
	One(ctx context.Context, targets []any, text string, args ...any) error
	Select(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	// Translate turns a driver's error into one of ours.
	Translate(ctx context.Context, err error) error
	// In returns the condition that a column is in a list, and its one parameter.
	In(column string, values any) (condition string, list any, err error)
	// ForUpdate is the clause that locks rows which nobody else holds, and passes over
	// the others; empty where a transaction locks the database.
	ForUpdate(skipLocked bool) string
}

// Database opens queriers.
type Database interface {
	// Read returns a querier outside of any transaction.
	Read() Querier
	// Write runs f in one transaction, which is rolled back when f fails. It may run f
	// again, so f changes nothing but the database and what it sets anew each time.
	Write(ctx context.Context, f func(q Querier) error) error
}

// Scanner is a row.
type Scanner interface{ Scan(targets ...any) error }

// Rows reads rows one by one. It yields one error at most, as its last pair.
func Rows[T any](ctx context.Context, q Querier, scan func(Scanner) (T, error), text string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		found, err := q.Select(ctx, text, args...)
		if err != nil {
			yield(zero, err)
			return
		}
		defer found.Close()
		for found.Next() {
			value, err := scan(found)
			if err != nil {
				yield(zero, q.Translate(ctx, err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
		if err := found.Err(); err != nil {
			yield(zero, q.Translate(ctx, err))
		}
	}
}

// All reads all rows.
func All[T any](ctx context.Context, q Querier, scan func(Scanner) (T, error), text string, args ...any) ([]T, error) {
	var list []T
	for value, err := range Rows(ctx, q, scan, text, args...) {
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

// maxParameters bounds the parameters of a statement. SQLite takes 32,766,
// PostgreSQL 65,535; statements of this size are already as fast as larger ones.
const maxParameters = 4_000

// Insert stores rows with as few statements as the parameters allow. The suffix
// follows VALUES (…): an ON CONFLICT clause, or nothing.
func Insert(ctx context.Context, q Querier, table string, columns []string, values [][]any, suffix string) error {
	perStatement := max(1, maxParameters/len(columns))
	row := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	for len(values) > 0 {
		n := min(perStatement, len(values))
		args := make([]any, 0, n*len(columns))
		for _, v := range values[:n] {
			args = append(args, v...)
		}
		text := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
			strings.Repeat(row+", ", n-1) + row + " " + suffix
		if _, err := q.Exec(ctx, text, args...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// Replacing returns the ON CONFLICT clause that overwrites the columns of the row
// that is there, except those that identify it or are kept.
func Replacing(columns []string, key string, kept ...string) string {
	skip := make(map[string]bool)
	for _, name := range append(strings.Split(key, ", "), kept...) {
		skip[name] = true
	}
	var set []string
	for _, name := range columns {
		if !skip[name] {
			set = append(set, name+" = excluded."+name)
		}
	}
	return "ON CONFLICT (" + key + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// Conditions is a WHERE clause in the making.
type Conditions struct {
	parts []string
	Args  []any
}

// Add adds a condition with its parameters.
func (c *Conditions) Add(condition string, args ...any) {
	c.parts = append(c.parts, condition)
	c.Args = append(c.Args, args...)
}

// Text returns the clause, empty without a condition.
func (c *Conditions) Text() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// Limit returns how many rows a filter asks for.
func Limit(n int) int {
	if n <= 0 {
		return 100
	}
	return n
}

// Like returns the pattern that finds a text anywhere, for LIKE … ESCAPE '\'.
func Like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// First returns the only element, or CodeNotFound.
func First[T any](list []T, err error, noun, id string) (T, error) {
	if err == nil && len(list) == 0 {
		err = sluice.NotFound(noun, id)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return list[0], nil
}

// NoRows turns the absence of a row into the absence of a noun.
func NoRows(err error, noun, id string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return sluice.NotFound(noun, id)
	}
	return err
}

// SomeRow is NoRows for statements that should have changed a row.
func SomeRow(changed int64, err error, noun, id string) error {
	if err == nil && changed == 0 {
		return sluice.NotFound(noun, id)
	}
	return err
}
