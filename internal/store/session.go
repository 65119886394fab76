package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

const sessionColumns = "id, user_id, hash, agent, remote, begun_at, seen_at, ends_at, hint"

func scanSession(row scanner) (*sluice.Session, error) {
	var s sluice.Session
	err := row.Scan(&s.ID, &s.UserID, &s.Hash, (*foreign)(&s.Agent), (*foreign)(&s.Remote), (*micros)(&s.BegunAt), (*micros)(&s.SeenAt), (*micros)(&s.EndsAt), &s.Hint)
	return &s, err
}

// PutSession stores a new session, whose user must exist.
func (s *DB) PutSession(ctx context.Context, n *sluice.Session, idle time.Duration) error {
	return s.write(ctx, func(q querier) error {
		if _, err := q.exec(ctx, "DELETE FROM sessions WHERE ends_at <= ? OR seen_at <= ?", micros(n.BegunAt), micros(n.BegunAt.Add(-idle))); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "INSERT INTO sessions ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			n.ID, n.UserID, n.Hash, foreign(n.Agent), foreign(n.Remote), micros(n.BegunAt), micros(n.SeenAt), micros(n.EndsAt), n.Hint); err != nil {
			return err
		}
		return seen(ctx, q, n.UserID, n.SeenAt)
	})
}

// SessionByHash finds a session by the hash of its cookie's text.
func (s *DB) SessionByHash(ctx context.Context, hash string) (*sluice.Session, error) {
	list, err := all(ctx, s.read(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE hash = ?", hash)
	return first(list, err, "session", "with that cookie")
}

// TouchSession notes that a session was seen. It does not wait for the disk where the
// database can do without: what a crash takes is a minute.
func (s *DB) TouchSession(ctx context.Context, id string, at time.Time) error {
	return s.writeTo(ctx, s.shared, func(q querier) error {
		var user string
		err := q.one(ctx, []any{&user}, "UPDATE sessions SET seen_at = ? WHERE id = ? RETURNING user_id", micros(at), id)
		if err = noRows(err, "session", id); err != nil {
			return err
		}
		return seen(ctx, q, user, at)
	})
}

// HintSession keeps the hint of a session.
func (s *DB) HintSession(ctx context.Context, id string, hint []byte) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE sessions SET hint = ? WHERE id = ?", hint, id)
		return someRow(changed, err, "session", id)
	})
}

// seen notes that somebody asked for a user.
func seen(ctx context.Context, q querier, userID string, at time.Time) error {
	_, err := q.exec(ctx, "UPDATE users SET seen_at = ? WHERE id = ? AND seen_at < ?", micros(at), userID, micros(at))
	return err
}

// Sessions returns sessions, the last seen first.
func (s *DB) Sessions(ctx context.Context, userID string) ([]*sluice.Session, error) {
	where := conditions{}
	if userID != "" {
		where.add("user_id = ?", userID)
	}
	return all(ctx, s.read(), scanSession, "SELECT "+sessionColumns+" FROM sessions"+where.text()+" ORDER BY seen_at DESC, id", where.Args...)
}

// EndSessions removes a user's session with the ID or, without one, all but keep.
func (s *DB) EndSessions(ctx context.Context, userID, id, keep string) (ended int64, err error) {
	err = s.write(ctx, func(q querier) (err error) {
		ended, err = q.exec(ctx, "DELETE FROM sessions WHERE user_id = ? AND (id = ? OR ? = '') AND id <> ?", userID, id, id, keep)
		return err
	})
	return ended, err
}
