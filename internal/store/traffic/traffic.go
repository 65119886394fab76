// Package traffic keeps what runs asked of other systems, and how request slots were used.
package traffic

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Traffics is a sluice.TrafficStore.
type Traffics struct{ query.Database }

// PutTraffic keeps what a process noted of runs.
func (s Traffics) PutTraffic(ctx context.Context, process string, at time.Time, notes map[int64][]byte) error {
	if len(notes) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(notes))
	return s.Write(ctx, func(q query.Querier) error {
		for _, id := range ids {
			_, err := q.Exec(ctx, `INSERT INTO run_traffic (run_id, process, at, body) SELECT id, ?, ?, ? FROM runs WHERE id = ?
				ON CONFLICT (run_id, process) DO UPDATE SET at = excluded.at, body = excluded.body`, process, query.Micros(at), notes[id], id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Traffic returns what all processes noted of a run.
func (s Traffics) Traffic(ctx context.Context, runID int64) ([][]byte, error) {
	scan := func(row query.Scanner) (body []byte, err error) { return body, row.Scan(&body) }
	return query.All(ctx, s.Read(), scan, "SELECT body FROM run_traffic WHERE run_id = ? ORDER BY at, process", runID)
}

var minuteColumns = []string{"minute", "account", "process", "body"}

// PutSlots keeps minutes.
func (s Traffics) PutSlots(ctx context.Context, minutes []sluice.SlotMinute) error {
	if len(minutes) == 0 {
		return nil
	}
	values := make([][]any, len(minutes))
	for i, m := range minutes {
		values[i] = []any{query.Micros(m.Minute), m.Account, m.Process, m.Body}
	}
	return s.Write(ctx, func(q query.Querier) error {
		return query.Insert(ctx, q, "slot_minutes", minuteColumns, values, query.Replacing(minuteColumns, "minute, account, process"))
	})
}

// SlotMinutes returns the minutes from since on, in order.
func (s Traffics) SlotMinutes(ctx context.Context, account string, since time.Time) ([]sluice.SlotMinute, error) {
	where := &query.Conditions{}
	where.Add("minute >= ?", query.Micros(since))
	if account != "" {
		where.Add("account = ?", account)
	}
	scan := func(row query.Scanner) (m sluice.SlotMinute, err error) {
		return m, row.Scan((*query.Micros)(&m.Minute), &m.Account, &m.Process, &m.Body)
	}
	return query.All(ctx, s.Read(), scan, "SELECT minute, account, process, body FROM slot_minutes"+where.Text()+" ORDER BY minute, account, process", where.Args...)
}

// ForgetTraffic removes what was noted before these times.
func (s Traffics) ForgetTraffic(ctx context.Context, requests, slots time.Time) error {
	_, err := query.Prune(ctx, s, "DELETE FROM run_traffic WHERE (run_id, process) IN (SELECT run_id, process FROM run_traffic WHERE at < ? LIMIT ?)", query.Micros(requests))
	_, also := query.Prune(ctx, s, "DELETE FROM slot_minutes WHERE (minute, account, process) IN (SELECT minute, account, process FROM slot_minutes WHERE minute < ? ORDER BY minute LIMIT ?)",
		query.Micros(slots))
	return errors.Join(err, also)
}
