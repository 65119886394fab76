package store

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/inbox"
)

// inboxTx lets package inbox ask.
type inboxTx struct{ querier }

func (t inboxTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return t.exec(ctx, query, args...)
}

func (t inboxTx) One(ctx context.Context, targets []any, query string, args ...any) error {
	return t.one(ctx, targets, query, args...)
}

func (t inboxTx) Each(ctx context.Context, use func(scan func(...any) error) (bool, error), query string, args ...any) error {
	scan := func(row scanner) (bool, error) { return use(row.Scan) }
	for more, err := range rows(ctx, t.querier, scan, query, args...) {
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (inboxTx) Time(t *time.Time) any { return (*micros)(t) }

func (inboxTx) Document(v any) any { return document{v} }

func (t inboxTx) ForUpdate() string { return t.dialect.forUpdate }

// Receive stores a delivery and queues a run for it, or neither.
func (s *DB) Receive(ctx context.Context, d *sluice.Delivery, r *sluice.Run) (bool, error) {
	stored, made := *d, *r
	err := s.write(ctx, func(q querier) error {
		tx := inboxTx{q}
		if err := inbox.Put(ctx, tx, &stored); err != nil {
			return err
		}
		queued, err := inbox.Queued(ctx, tx, d.FlowID)
		if err != nil || queued {
			return err
		}
		made = *r
		return insertRun(ctx, q, &made)
	})
	switch {
	case errors.Is(err, inbox.ErrKnown):
		return false, nil
	case errors.Is(err, errReference):
		return false, sluice.NotFound("flow", d.FlowID)
	case err != nil:
		return false, err
	}
	d.Seq, r.ID, r.State = stored.Seq, made.ID, made.State
	return true, nil
}

// Waiting returns deliveries that have not become pages.
func (s *DB) Waiting(ctx context.Context, flowID string, after int64, most int) ([]*sluice.Delivery, error) {
	return inbox.Waiting(ctx, inboxTx{s.read()}, flowID, after, limit(most))
}

// Newest returns the newest deliveries that are still there.
func (s *DB) Newest(ctx context.Context, flowID string, most int) ([]*sluice.Delivery, error) {
	return inbox.Newest(ctx, inboxTx{s.read()}, flowID, limit(most))
}

// Inbox counts what waits.
func (s *DB) Inbox(ctx context.Context, flowID string) (sluice.InboxState, error) {
	return inbox.State(ctx, inboxTx{s.read()}, flowID)
}

// ForgetDeliveries forgets old IDs.
func (s *DB) ForgetDeliveries(ctx context.Context, flowID string, before time.Time) error {
	return s.write(ctx, func(q querier) error { return inbox.Forget(ctx, inboxTx{q}, flowID, before) })
}
