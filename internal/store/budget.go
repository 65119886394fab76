package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
)

// ChangeBudget changes what is known of an account's slots under the lock of its row.
func (s *DB) ChangeBudget(ctx context.Context, account string, change func(state []byte, now time.Time) (next []byte, wake bool, err error)) error {
	return s.writeTo(ctx, s.shared, func(q querier) error {
		state, now, err := budget(ctx, q, account)
		if err != nil {
			return err
		}
		next, wake, err := change(state, now)
		if err != nil {
			return err
		}
		query, args := "UPDATE budgets SET state = ? WHERE account = ?", []any{string(next), account}
		if wake && s.signals != nil {
			query, args = s.signals.with(query, args, sluice.TopicBudget+account)
		}
		_, err = q.exec(ctx, query, args...)
		return err
	})
}

// budget locks what is known of an account's slots. It takes as few round trips as can
// be: slots are idle meanwhile.
func budget(ctx context.Context, q querier, account string) (state []byte, now time.Time, err error) {
	clock := q.dialect.clock
	if clock == "" {
		clock = strconv.FormatInt(time.Now().UnixMicro(), 10)
	}
	query := "SELECT state, " + clock + " FROM budgets WHERE account = ?" + q.dialect.forUpdate
	err = q.one(ctx, []any{&state, (*micros)(&now)}, query, account)
	if !errors.Is(err, sql.ErrNoRows) {
		return state, now, err
	}
	if _, err := q.exec(ctx, "INSERT INTO budgets (account, state) VALUES (?, '') ON CONFLICT (account) DO NOTHING", account); err != nil {
		return nil, now, err
	}
	err = q.one(ctx, []any{&state, (*micros)(&now)}, query, account)
	return state, now, err
}

// Session returns a session's data.
func (s *DB) Session(ctx context.Context, token string, now time.Time) ([]byte, error) {
	var data []byte
	err := s.read().one(ctx, []any{&data}, "SELECT data FROM sessions WHERE token = ? AND expires_at > ?", token, micros(now))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

// PutSession stores a session.
func (s *DB) PutSession(ctx context.Context, token string, data []byte, expires, now time.Time) error {
	return s.writeTo(ctx, s.shared, func(q querier) error {
		if _, err := q.exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", micros(now)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?) ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
			token, data, micros(expires))
		return err
	})
}

// DeleteSession forgets a session, here and in a crash of the database.
func (s *DB) DeleteSession(ctx context.Context, token string) error {
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "DELETE FROM sessions WHERE token = ?", token)
		return err
	})
}
