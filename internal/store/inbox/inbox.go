// Package inbox keeps what other systems have delivered until it has become pages.
package inbox

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
)

// Tx is a transaction of the store, or its reader.
type Tx interface {
	Exec(ctx context.Context, query string, args ...any) (changed int64, err error)
	// One reads the only row; sql.ErrNoRows where there is none.
	One(ctx context.Context, targets []any, query string, args ...any) error
	// Each reads rows until use returns false.
	Each(ctx context.Context, use func(scan func(targets ...any) error) (more bool, err error), query string, args ...any) error
	// Time and Document are how the store keeps times and values as JSON; they scan into
	// what they point to.
	Time(t *time.Time) any
	Document(v any) any
	// ForUpdate ends a query that locks its rows.
	ForUpdate() string
}

// ErrKnown says that a delivery was received before.
var ErrKnown = errors.New("inbox: received before")

// Put stores a delivery. The row of the inbox is locked until the transaction ends, so
// that no delivery is seen before one with a lower place: a run that has read up to a
// place has read everything before it.
func Put(ctx context.Context, tx Tx, d *sluice.Delivery) error {
	at := tx.Time(&d.ReceivedAt)
	err := tx.One(ctx, []any{&d.Seq}, `INSERT INTO inboxes (flow_id, last, last_at) VALUES (?, 1, ?)
		ON CONFLICT (flow_id) DO UPDATE SET last = inboxes.last + 1, last_at = excluded.last_at RETURNING last`, d.FlowID, at)
	if err != nil {
		return err
	}
	if d.ID != "" {
		fresh, err := tx.Exec(ctx, "INSERT INTO delivery_ids (flow_id, id, received_at) VALUES (?, ?, ?) ON CONFLICT (flow_id, id) DO NOTHING", d.FlowID, d.ID, at)
		if err != nil {
			return err
		}
		if fresh == 0 {
			return ErrKnown
		}
	}
	_, err = tx.Exec(ctx, "INSERT INTO deliveries (flow_id, seq, id, received_at, headers, body, taken, done) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
		d.FlowID, d.Seq, d.ID, at, tx.Document(d.Headers), d.Body, false)
	return err
}

// Queued reports whether a run is queued that will read what is in the inbox. The run
// stays queued until the transaction ends: whoever claims it afterwards sees what the
// transaction has put in.
func Queued(ctx context.Context, tx Tx, flowID string) (bool, error) {
	var id int64
	err := tx.One(ctx, []any{&id}, "SELECT id FROM runs WHERE flow_id = ? AND kind = 'webhook' AND state = 'queued' LIMIT 1"+tx.ForUpdate(), flowID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Shown is how many deliveries stay in the inbox although they have become pages, to
// be shown in a preview.
const Shown = 5

// Take takes what was read out of the inbox of the run's flow.
func Take(ctx context.Context, tx Tx, runID int64, m *sluice.InboxMark) error {
	var flowID string
	if err := tx.One(ctx, []any{&flowID}, "SELECT flow_id FROM runs WHERE id = ?", runID); err != nil {
		return err
	}
	for _, s := range []struct {
		query string
		args  []any
	}{
		{"UPDATE deliveries SET taken = ? WHERE flow_id = ? AND seq = ?", []any{m.Taken, flowID, m.Seq}},
		{"UPDATE deliveries SET done = ? WHERE flow_id = ? AND seq < ? AND NOT done", []any{true, flowID, m.Seq}},
		{"DELETE FROM deliveries WHERE flow_id = ? AND seq < ? AND done", []any{flowID, m.Seq - Shown}},
	} {
		if _, err := tx.Exec(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// maxBytes bounds the bodies that are read at once, beyond the first.
const maxBytes = 8 << 20

// Waiting reads deliveries that wait behind a place.
func Waiting(ctx context.Context, tx Tx, flowID string, after int64, limit int) ([]*sluice.Delivery, error) {
	return read(ctx, tx, "WHERE flow_id = ? AND seq > ? AND NOT done ORDER BY seq LIMIT ?", flowID, after, limit)
}

// Newest reads the newest deliveries.
func Newest(ctx context.Context, tx Tx, flowID string, limit int) ([]*sluice.Delivery, error) {
	return read(ctx, tx, "WHERE flow_id = ? ORDER BY seq DESC LIMIT ?", flowID, limit)
}

func read(ctx context.Context, tx Tx, where string, args ...any) ([]*sluice.Delivery, error) {
	var list []*sluice.Delivery
	size := 0
	err := tx.Each(ctx, func(scan func(...any) error) (bool, error) {
		var d sluice.Delivery
		if err := scan(&d.FlowID, &d.Seq, &d.ID, tx.Time(&d.ReceivedAt), tx.Document(&d.Headers), &d.Body, &d.Taken); err != nil {
			return false, err
		}
		list = append(list, &d)
		size += len(d.Body)
		return size < maxBytes, nil
	}, "SELECT flow_id, seq, id, received_at, headers, body, taken FROM deliveries "+where, args...)
	return list, err
}

// State counts what waits.
func State(ctx context.Context, tx Tx, flowID string) (sluice.InboxState, error) {
	var s sluice.InboxState
	err := tx.One(ctx, []any{&s.Last, tx.Time(&s.LastAt)}, "SELECT last, last_at FROM inboxes WHERE flow_id = ?", flowID)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, tx.One(ctx, []any{&s.Waiting}, "SELECT count(*) FROM deliveries WHERE flow_id = ? AND NOT done", flowID)
}

// Forget forgets old IDs.
func Forget(ctx context.Context, tx Tx, flowID string, before time.Time) error {
	_, err := tx.Exec(ctx, "DELETE FROM delivery_ids WHERE flow_id = ? AND received_at < ?", flowID, tx.Time(&before))
	return err
}
