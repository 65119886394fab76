package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
)

// querier asks a database or a transaction. Queries write parameters as "?"; errors
// come back translated (see dialect.translate), sql.ErrNoRows as it is.
type querier struct {
	dialect *dialect
	db      interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
}

// exec runs a statement and returns the number of rows it changed.
func (q querier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := q.db.ExecContext(ctx, q.dialect.rebind(query), args...)
	if err != nil {
		return 0, q.dialect.translate(ctx, err)
	}
	n, err := result.RowsAffected()
	return n, q.dialect.translate(ctx, err)
}

// one reads the only row into targets.
func (q querier) one(ctx context.Context, targets []any, query string, args ...any) error {
	err := q.db.QueryRowContext(ctx, q.dialect.rebind(query), args...).Scan(targets...)
	if errors.Is(err, sql.ErrNoRows) {
		return sql.ErrNoRows
	}
	return q.dialect.translate(ctx, err)
}

// scanner is a row.
type scanner interface{ Scan(targets ...any) error }

// rows reads rows one by one. It yields one error at most, as its last pair.
func rows[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		found, err := q.db.QueryContext(ctx, q.dialect.rebind(query), args...)
		if err != nil {
			yield(zero, q.dialect.translate(ctx, err))
			return
		}
		defer found.Close()
		for found.Next() {
			value, err := scan(found)
			if err != nil {
				yield(zero, q.dialect.translate(ctx, err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
		if err := found.Err(); err != nil {
			yield(zero, q.dialect.translate(ctx, err))
		}
	}
}

// all reads all rows.
func all[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	var list []T
	for value, err := range rows(ctx, q, scan, query, args...) {
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

// insert stores rows with as few statements as the parameters allow. The suffix
// follows VALUES (…): an ON CONFLICT clause, or nothing.
func (q querier) insert(ctx context.Context, table string, columns []string, values [][]any, suffix string) error {
	perStatement := max(1, maxParameters/len(columns))
	row := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	for len(values) > 0 {
		n := min(perStatement, len(values))
		args := make([]any, 0, n*len(columns))
		for _, v := range values[:n] {
			args = append(args, v...)
		}
		query := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
			strings.Repeat(row+", ", n-1) + row + " " + suffix
		if _, err := q.exec(ctx, query, args...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// replacing returns the ON CONFLICT clause that overwrites the columns of the row
// that is there, except those that identify it or are kept.
func replacing(columns []string, key string, kept ...string) string {
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
