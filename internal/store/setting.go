package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting returns a value, "" when it was never set.
func (s *DB) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.read().one(ctx, []any{(*foreign)(&value)}, "SELECT value FROM settings WHERE name = ?", name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// SwapSetting sets a value that is still old. To be never set and to be empty are the same.
func (s *DB) SwapSetting(ctx context.Context, name, old, value string) (bool, error) {
	var changed int64
	err := s.write(ctx, func(q querier) (err error) {
		if old == "" {
			changed, err = q.exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE settings.value = ''`, name, foreign(value))
			return err
		}
		changed, err = q.exec(ctx, "UPDATE settings SET value = ? WHERE name = ? AND value = ?", foreign(value), name, foreign(old))
		return err
	})
	return changed == 1, err
}
