package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/sluicehq/sluice/internal/store/query"
)

// querier asks a database or a transaction; it is this package's query.Querier, with
// the dialect at hand.
type querier struct {
	dialect *dialect
	db      conn
}

// conn is a database or a transaction.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

var _ query.Querier = querier{}

// Exec implements query.Querier.
func (q querier) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	result, err := q.asked(ctx).ExecContext(ctx, q.dialect.rebind(text), args...)
	if err != nil {
		return 0, q.dialect.translate(ctx, err)
	}
	n, err := result.RowsAffected()
	return n, q.dialect.translate(ctx, err)
}

// One implements query.Querier.
func (q querier) One(ctx context.Context, targets []any, text string, args ...any) error {
	err := q.asked(ctx).QueryRowContext(ctx, q.dialect.rebind(text), args...).Scan(targets...)
	if errors.Is(err, sql.ErrNoRows) {
		return sql.ErrNoRows
	}
	return q.dialect.translate(ctx, err)
}

// Select implements query.Querier.
func (q querier) Select(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	found, err := q.asked(ctx).QueryContext(ctx, q.dialect.rebind(text), args...)
	return found, q.dialect.translate(ctx, err)
}

// Translate implements query.Querier.
func (q querier) Translate(ctx context.Context, err error) error {
	return q.dialect.translate(ctx, err)
}

// In implements query.Querier.
func (q querier) In(column string, values any) (string, any, error) {
	list, err := q.dialect.list(values)
	if err != nil {
		return "", nil, fmt.Errorf("store: list parameter: %w", err)
	}
	return q.dialect.in(column), list, nil
}

// ForUpdate implements query.Querier.
func (q querier) ForUpdate(skipLocked bool) string {
	if skipLocked {
		return q.dialect.skipLocked
	}
	return q.dialect.forUpdate
}

// Read returns a querier outside of any transaction, for the stores of single nouns.
func (s *DB) Read() query.Querier { return s.read() }

// Write runs f in one transaction, for the stores of single nouns.
func (s *DB) Write(ctx context.Context, f func(q query.Querier) error) error {
	return s.write(ctx, func(q querier) error { return f(q) })
}

// What the files of this package call the shared parts.

type (
	scanner    = query.Scanner
	conditions struct{ query.Conditions }
)

func (c *conditions) add(condition string, arg any) { c.Add(condition, arg) }
func (c *conditions) text() string                  { return c.Text() }

func (q querier) exec(ctx context.Context, text string, args ...any) (int64, error) {
	return q.Exec(ctx, text, args...)
}

func (q querier) one(ctx context.Context, targets []any, text string, args ...any) error {
	return q.One(ctx, targets, text, args...)
}

func (q querier) inList(column string, values any) (string, any, error) { return q.In(column, values) }

func (q querier) insert(ctx context.Context, table string, columns []string, values [][]any, suffix string) error {
	return query.Insert(ctx, q, table, columns, values, suffix)
}

func rows[T any](ctx context.Context, q querier, scan func(scanner) (T, error), text string, args ...any) iter.Seq2[T, error] {
	return query.Rows(ctx, q, scan, text, args...)
}

func all[T any](ctx context.Context, q querier, scan func(scanner) (T, error), text string, args ...any) ([]T, error) {
	return query.All(ctx, q, scan, text, args...)
}

func replacing(columns []string, key string, kept ...string) string {
	return query.Replacing(columns, key, kept...)
}

func limit(n int) int { return query.Limit(n) }

func first[T any](list []T, err error, noun, id string) (T, error) {
	return query.First(list, err, noun, id)
}

func noRows(err error, noun, id string) error { return query.NoRows(err, noun, id) }

func someRow(changed int64, err error, noun, id string) error {
	return query.SomeRow(changed, err, noun, id)
}
