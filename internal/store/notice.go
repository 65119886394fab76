package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/outbox"
)

// OpenNotice stores a notice and sets its ID, unless one with its code and thing is open.
func (s *DB) OpenNotice(ctx context.Context, n *sluice.Notice) (bool, error) {
	var id int64
	err := s.write(ctx, func(q querier) error {
		err := q.one(ctx, []any{&id}, `INSERT INTO notices (code, noun, noun_id, name, message, remedy, at, closed_at, closed_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, 0, '') ON CONFLICT (code, noun_id) WHERE closed_at = 0 DO NOTHING RETURNING id`,
			n.Code, n.Noun, n.NounID, n.Name, foreign(n.Message), foreign(n.Remedy), micros(n.At))
		if err != nil {
			return err
		}
		return outbox.Note(ctx, q, &sluice.Event{Code: n.Code, Noun: n.Noun, NounID: n.NounID, Name: n.Name, Message: n.Message, Remedy: n.Remedy, At: n.At})
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	n.ID = id
	return true, nil
}

// CloseNotices closes the open notices of a thing; without codes, all of them.
func (s *DB) CloseNotices(ctx context.Context, nounID string, codes []string, by string, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		where := conditions{}
		where.add("noun_id = ?", nounID)
		if len(codes) > 0 {
			condition, list, err := q.inList("code", codes)
			if err != nil {
				return err
			}
			where.add(condition, list)
		}
		_, err := q.exec(ctx, "UPDATE notices SET closed_at = ?, closed_by = ?"+where.text()+" AND closed_at = 0", append([]any{micros(at), foreign(by)}, where.Args...)...)
		return err
	})
}

// CloseNotice closes a notice. One that is closed stays as it was closed.
func (s *DB) CloseNotice(ctx context.Context, id int64, by string, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, `UPDATE notices SET closed_by = CASE closed_at WHEN 0 THEN ? ELSE closed_by END,
			closed_at = CASE closed_at WHEN 0 THEN ? ELSE closed_at END WHERE id = ?`, foreign(by), micros(at), id)
		return someRow(changed, err, "notice", number64(id))
	})
}

// Notices returns notices, newest first, the open ones alone when asked to; a limit
// of 0 means 100.
func (s *DB) Notices(ctx context.Context, open bool, count int) ([]*sluice.Notice, error) {
	scan := func(row scanner) (*sluice.Notice, error) {
		var n sluice.Notice
		return &n, row.Scan(&n.ID, &n.Code, &n.Noun, &n.NounID, &n.Name, (*foreign)(&n.Message), (*foreign)(&n.Remedy),
			(*micros)(&n.At), (*micros)(&n.ClosedAt), (*foreign)(&n.ClosedBy))
	}
	where := conditions{}
	if open {
		where.add("closed_at = ?", 0)
	}
	return all(ctx, s.read(), scan, "SELECT id, code, noun, noun_id, name, message, remedy, at, closed_at, closed_by FROM notices"+
		where.text()+" ORDER BY id DESC LIMIT ?", append(where.Args, limit(count))...)
}
