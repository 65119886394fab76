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
