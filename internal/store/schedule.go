package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/outbox"
)

const scheduleColumns = "s.flow_id, f.name, f.newest, s.schedule, s.paused, s.next_at, s.last_at, f.enabled FROM schedules s JOIN flows f ON f.id = s.flow_id "

func scanSchedule(row scanner) (*sluice.FlowSchedule, error) {
	var s sluice.FlowSchedule
	err := row.Scan(&s.FlowID, &s.FlowName, &s.Revision, document{&s.Schedule}, &s.Paused, (*micros)(&s.Next), (*micros)(&s.Last), &s.Enabled)
	return &s, err
}

// keepSchedule brings the schedule in step with a flow that is saved. One that is as
// it was goes on as it was; a changed one is reckoned anew.
func keepSchedule(ctx context.Context, q querier, flowID string, s *sluice.Schedule) error {
	if s == nil {
		_, err := q.exec(ctx, "DELETE FROM schedules WHERE flow_id = ?", flowID)
		return err
	}
	_, err := q.exec(ctx, `INSERT INTO schedules (flow_id, schedule, paused, held, next_at, last_at) VALUES (?, ?, ?, ?, 0, 0)
		ON CONFLICT (flow_id) DO UPDATE SET schedule = excluded.schedule, held = excluded.held,
			next_at = CASE schedules.schedule WHEN excluded.schedule THEN schedules.next_at ELSE 0 END`,
		flowID, document{s}, false, s.Paused)
	return err
}

// Schedule returns a flow's schedule.
func (s *DB) Schedule(ctx context.Context, flowID string) (*sluice.FlowSchedule, error) {
	list, err := all(ctx, s.read(), scanSchedule, "SELECT "+scheduleColumns+"WHERE s.flow_id = ?", flowID)
	return first(list, err, "schedule of flow", flowID)
}

// DueSchedules returns what is due.
func (s *DB) DueSchedules(ctx context.Context, now time.Time, most int) ([]*sluice.FlowSchedule, error) {
	return all(ctx, s.read(), scanSchedule, "SELECT "+scheduleColumns+"WHERE NOT s.paused AND NOT s.held AND s.next_at <= ? AND f.enabled ORDER BY s.next_at LIMIT ?", micros(now), limit(most))
}

// Fire moves schedules on and makes their runs.
func (s *DB) Fire(ctx context.Context, firings []sluice.Firing) ([]*sluice.Run, error) {
	var made []*sluice.Run
	err := s.write(ctx, func(q querier) error {
		made = nil
		for _, f := range firings {
			run, err := fire(ctx, q, f)
			if err != nil {
				return err
			}
			if run != nil {
				made = append(made, run)
			}
		}
		return nil
	})
	return made, err
}

// fire applies one firing, unless another process has.
func fire(ctx context.Context, q querier, f sluice.Firing) (*sluice.Run, error) {
	set, args := "next_at = ?", []any{micros(f.Next)}
	if !f.Last.IsZero() {
		set, args = set+", last_at = ?", append(args, micros(f.Last))
	}
	changed, err := q.exec(ctx, "UPDATE schedules SET "+set+" WHERE flow_id = ? AND next_at = ? AND NOT paused AND NOT held", append(args, f.FlowID, micros(f.Due))...)
	if err != nil || changed == 0 {
		return nil, err
	}
	if f.Missed != nil {
		if err := outbox.Note(ctx, q, f.Missed); err != nil {
			return nil, err
		}
	}
	if f.Run == nil {
		return nil, nil
	}
	if !f.Overlap {
		var active int64
		err := q.one(ctx, []any{&active}, "SELECT COUNT(*) FROM runs WHERE flow_id = ? AND state IN ('queued', 'running')", f.FlowID)
		if err != nil || active > 0 {
			return nil, err
		}
	}
	run := *f.Run
	return &run, insertRun(ctx, q, &run)
}

// PauseSchedule stops a schedule or lets it go on.
func (s *DB) PauseSchedule(ctx context.Context, flowID string, paused bool) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE schedules SET paused = ?, next_at = 0 WHERE flow_id = ?", paused, flowID)
		return someRow(changed, err, "schedule of flow", flowID)
	})
}
