package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice/emulator/record/analytic"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// work is one write: one transaction, one user, one second on the clock.
type work struct {
	s      *Store
	schema *schema.Schema
	ses    *session.Session
	now    time.Time // to the second, UTC
	loaded map[target]*Record
}

// target names a record for the per-write cache.
type target struct {
	group string
	id    int64
}

// write runs f in one transaction. Once it has its turn it runs to the end
// even if ctx ends: the account goes on working when a client hangs up.
func (s *Store) write(ctx context.Context, ses *session.Session, f func(*work) error) (err error) {
	select {
	case <-s.writer.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.writer.turn <- struct{}{} }()
	w := &work{s: s, schema: s.schema.Load(), ses: ses, loaded: map[target]*Record{}}
	if w.ses == nil {
		w.ses = s.system()
	}
	now := w.ses.Now
	if now == nil {
		now = s.now
	}
	w.now = now().UTC().Truncate(time.Second)
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

// system is the session of work that no request asked for.
func (s *Store) system() *session.Session {
	return &session.Session{
		Administrator: true, EmployeeName: "-System-", EmployeeID: "-4", TimeZone: time.UTC, Now: s.now,
		Features: map[string]bool{"SUBSIDIARIES": true},
	}
}

// Exec runs a statement, prepared once per connection.
func (w *work) Exec(query string, args ...any) (sql.Result, error) {
	st, err := w.s.writer.prepare(query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	res, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	return res, nil
}

// row reads one row into dest; found is false if there is none.
func (w *work) row(query string, args []any, dest ...any) (found bool, err error) {
	st, err := w.s.writer.prepare(query)
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

// next draws the next n numbers of a sequence and returns the first. Numbers
// are never drawn twice, not even after the record is gone.
func (w *work) next(sequence string, n int64) (int64, error) {
	var last int64
	_, err := w.row("INSERT INTO sequence (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = last + ? RETURNING last",
		[]any{sequence, n, n}, &last)
	return last - n + 1, err
}

// rows is the projector to the analytic tables.
func (w *work) rows() *analytic.Projector {
	return &analytic.Projector{DB: w, Schema: w.schema, Now: w.now}
}

// Has reports whether the account has an SDF feature.
func (w *work) Has(feature string) bool { return w.ses.Has(feature) }
