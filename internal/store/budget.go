package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
)

// ChangeBudget changes what is known of an account's slots under the lock of its row.
func (s *DB) ChangeBudget(ctx context.Context, account string, change func(state []byte, now time.Time) (next []byte, wake bool, err error)) error {
	return s.writeTo(ctx, s.shared, func(q querier) error {
		if _, err := q.exec(ctx, "INSERT INTO budgets (account, state) VALUES (?, '') ON CONFLICT (account) DO NOTHING", account); err != nil {
			return err
		}
		var state string
		now := micros(time.Now())
		if err := q.one(ctx, []any{&state}, "SELECT state FROM budgets WHERE account = ?"+q.dialect.forUpdate, account); err != nil {
			return err
		}
		if q.dialect.clock != "" {
			if err := q.one(ctx, []any{&now}, q.dialect.clock); err != nil {
				return err
			}
		}
		next, wake, err := change([]byte(state), time.Time(now))
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, "UPDATE budgets SET state = ? WHERE account = ?", string(next), account); err != nil || !wake {
			return err
		}
		return s.signals.tell(ctx, q, sluice.TopicBudget+account)
	})
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
