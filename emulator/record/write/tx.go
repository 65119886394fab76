// Package write is one write to the records of the account: its database
// transaction, whose it is, when it happens, and what it has loaded. The rules
// of the record engine work on it.
package write

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice/emulator/record/analytic"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// Tx is one write: one transaction, one user, one second on the clock.
type Tx struct {
	Schema  *schema.Schema
	Session *session.Session
	Now     time.Time // to the second, UTC
	// CustomOptional lets mandatory custom fields be missing.
	CustomOptional bool

	conn   *Conn
	loaded map[target]*body.Record
}

// target names a record for the per-write cache.
type target struct {
	group string
	id    int64
}

// Do runs f in one transaction, and undoes it if f fails. Once it has its turn
// it asks for schema and time, and runs to the end even if ctx ends: the account
// goes on working when a client hangs up.
func (c *Conn) Do(ctx context.Context, s func() *schema.Schema, ses *session.Session, now func() time.Time, f func(*Tx) error) (err error) {
	select {
	case <-c.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { c.turn <- struct{}{} }()
	w := &Tx{Schema: s(), Session: ses, Now: now().UTC().Truncate(time.Second), conn: c, loaded: map[target]*body.Record{}}
	if _, err := w.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // an error, or a panic on its way up
			if _, rollback := w.Exec("ROLLBACK"); rollback != nil {
				err = errors.Join(err, rollback)
			}
		}
	}()
	if err := f(w); err != nil {
		return err
	}
	if _, err := w.Exec("COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// Exec runs a statement, prepared once per connection.
func (w *Tx) Exec(query string, args ...any) (sql.Result, error) {
	st, err := w.conn.prepare(query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	res, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	return res, nil
}

// Once runs a statement that is not worth preparing: one that makes a table.
func (w *Tx) Once(statement string) error {
	if _, err := w.conn.conn.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%w in %s", err, statement)
	}
	return nil
}

// Row reads one row into dest; found is false if there is none.
func (w *Tx) Row(query string, args []any, dest ...any) (found bool, err error) {
	st, err := w.conn.prepare(query)
	if err != nil {
		return false, fmt.Errorf("%w in %s", err, query)
	}
	err = st.QueryRowContext(context.Background(), args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w in %s", err, query)
	}
	return true, nil
}

// Rows calls each with every row, ready to Scan.
func (w *Tx) Rows(query string, args []any, each func(*sql.Rows) error) error {
	st, err := w.conn.prepare(query)
	if err != nil {
		return fmt.Errorf("%w in %s", err, query)
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return fmt.Errorf("%w in %s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Next draws the next n numbers of a sequence and returns the first. Numbers
// are never drawn twice, not even after the record is gone.
func (w *Tx) Next(sequence string, n int64) (int64, error) {
	var last int64
	_, err := w.Row("INSERT INTO sequence (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = last + ? RETURNING last",
		[]any{sequence, n, n}, &last)
	return last - n + 1, err
}

// Projector writes to the analytic tables.
func (w *Tx) Projector() *analytic.Projector {
	return &analytic.Projector{DB: w, Schema: w.Schema, Now: w.Now}
}

// Has reports whether the account has an SDF feature.
func (w *Tx) Has(feature string) bool { return w.Session.Has(feature) }

// Zone is the user's time zone: "today" is a date there.
func (w *Tx) Zone() *time.Location {
	if w.Session.TimeZone == nil {
		return time.UTC
	}
	return w.Session.TimeZone
}
