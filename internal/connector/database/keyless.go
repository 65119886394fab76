package database

import (
	"context"
	"database/sql"

	"github.com/sluicehq/sluice"
)

// start runs the whole query.
func (q *query) start(ctx context.Context) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it outlives this call
	q.cancel = cancel
	var err error
	if q.rows, err = q.QueryContext(running, "SELECT "+q.selection()); err != nil {
		return err
	}
	return q.pass()
}

// startBare runs the query as it was written. The transaction sees to it that it
// only reads.
func (q *query) startBare(ctx context.Context) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	q.cancel = cancel
	var err error
	if q.tx, err = q.BeginTx(running, &sql.TxOptions{ReadOnly: q.Syntax().ReadOnly}); err != nil {
		return err
	}
	if q.rows, err = q.ask(running, q.tx, q.text); err != nil {
		return err
	}
	if err := q.take(q.rows); err != nil {
		return err
	}
	if len(q.columns) == 0 {
		return sluice.Errorf("source.query", "the statement is not a query: it gives no columns").At("export.sql.query").Fix("Write a SELECT")
	}
	return q.pass()
}

// ask queries so that values arrive as they are.
func (q *query) ask(ctx context.Context, by preparer, text string, args ...any) (*sql.Rows, error) {
	if !q.Syntax().Prepared {
		return by.QueryContext(ctx, text, args...)
	}
	statement, err := by.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if by == preparer(q.DB) { // one of a transaction ends with it
		defer func() { _ = statement.Close() }() // which waits for the rows
	}
	return statement.QueryContext(ctx, args...)
}

// preparer is a database or a transaction.
type preparer interface {
	PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// pass goes over the rows that were read before.
func (q *query) pass() error {
	for range q.count {
		if !q.rows.Next() {
			if err := q.rows.Err(); err != nil {
				return err
			}
			return sluice.Errorf("source.changed", "the query has fewer rows than were read before").Fix("Start a new run, or give the export a key")
		}
	}
	return nil
}
