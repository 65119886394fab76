package retention

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// CountExcess counts what is outdated.
func (s Retention) CountExcess(ctx context.Context, o sluice.Outdated) (sluice.Excess, error) {
	var e sluice.Excess
	for _, c := range []struct {
		into   *int64
		before time.Time
		text   string
		args   []any
	}{
		{&e.Runs, o.Runs, "SELECT COUNT(*) FROM runs r WHERE " + ended + " AND NOT " + stays, []any{query.Micros(o.Runs), query.Micros(o.Runs)}},
		{&e.RunsKept, o.Runs, "SELECT COUNT(*) FROM runs r WHERE " + ended, []any{query.Micros(o.Runs), query.Micros(o.Runs)}},
		{&e.Audit, o.Audit, "SELECT COUNT(*) FROM audit_events WHERE at < ?", []any{query.Micros(o.Audit)}},
		{&e.Debug, o.Debug, "SELECT COUNT(*) FROM debug_entries WHERE at < ? AND connection_id IN (SELECT id FROM connections)", []any{query.Micros(o.Debug)}},
		{&e.Messages, o.Messages, "SELECT COUNT(*) FROM messages WHERE state <> 'waiting' AND due_at < ? AND sent_at < ?", []any{query.Micros(o.Messages), query.Micros(o.Messages)}},
		{&e.Requests, o.Requests, "SELECT COUNT(DISTINCT run_id) FROM run_traffic WHERE at < ?", []any{query.Micros(o.Requests)}},
		{&e.Slots, o.Slots, "SELECT COUNT(*) FROM slot_minutes WHERE minute < ?", []any{query.Micros(o.Slots)}},
		{&e.Touches, o.Touches, "SELECT COUNT(*) FROM (SELECT at, SUM(size) OVER (ORDER BY id DESC) AS held FROM touch_pages) AS p WHERE at < ? OR held > ?",
			[]any{query.Micros(o.Touches), o.TouchBytes}},
	} {
		if c.before.IsZero() {
			continue // kept for ever
		}
		if err := s.Read().One(ctx, []any{c.into}, c.text, c.args...); err != nil {
			return e, err
		}
	}
	e.RunsKept -= e.Runs // of all that are older
	return e, nil
}

// CountErrorExcess counts the resolved errors of a flow that are too old or too much.
func (s Retention) CountErrorExcess(ctx context.Context, flowID string, before time.Time, bytes int64) (n int64, err error) {
	var open int64
	if err := s.Read().One(ctx, []any{&open}, "SELECT COALESCE(SUM(size), 0) FROM record_errors WHERE flow_id = ? AND state <> 'resolved'", flowID); err != nil {
		return 0, err
	}
	err = s.Read().One(ctx, []any{&n}, `SELECT COUNT(*) FROM (SELECT resolved_at, SUM(size) OVER (ORDER BY resolved_at DESC, id DESC) AS held
		FROM record_errors WHERE flow_id = ? AND state = 'resolved') AS o WHERE resolved_at < ? OR held > ?`, flowID, query.Micros(before), max(0, bytes-open))
	return n, err
}

// StoredBytes returns how large the database is.
func (s Retention) StoredBytes(ctx context.Context) (n int64, err error) {
	return n, s.Read().One(ctx, []any{&n}, s.Size)
}
