// Package timing holds the rules round watermarks and schedules of flows, and round
// flows that follow each other.
package timing

import (
	"context"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/schedule"
)

// Timing holds the rules.
type Timing struct {
	Store interface {
		sluice.WatermarkStore
		sluice.ScheduleStore
		Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	}
	Audit *audit.Log
	Clock func() time.Time
	Log   *slog.Logger
}

// delta returns a flow that has a watermark to speak of.
func (t *Timing) delta(ctx context.Context, name string) (*sluice.FlowRevision, error) {
	f, err := t.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	if f.Flow.Export.Delta == nil {
		return nil, sluice.Errorf("flow.no_delta", "the flow %q has no delta export, and so no watermark", f.Flow.Name).Fix("Give its export the key delta")
	}
	return f, nil
}

// Watermark shows how far a flow's delta export has got.
func (t *Timing) Watermark(ctx context.Context, name string) (*sluice.WatermarkView, error) {
	f, err := t.delta(ctx, name)
	if err != nil {
		return nil, err
	}
	out := &sluice.WatermarkView{Flow: f.Flow.Name, Export: sluice.ExportName}
	w, err := t.Store.Watermark(ctx, f.FlowID, sluice.ExportName)
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound:
		return out, nil
	case err != nil:
		return nil, err
	}
	out.At, out.RunID, out.UpdatedAt, out.UpdatedBy = w.At, w.RunID, w.UpdatedAt, w.UpdatedBy
	if out.Valid = w.Source == f.Flow.Export.DeltaSource(); out.Valid {
		out.From = w.At.Add(-f.Flow.Export.Delta.OverlapTime())
	}
	return out, nil
}

// SetWatermark makes the next run begin at a time, less the overlap.
func (t *Timing) SetWatermark(ctx context.Context, by api.Actor, name string, at time.Time) (*sluice.WatermarkView, error) {
	f, err := t.delta(ctx, name)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		return nil, sluice.Errorf(sluice.CodeInvalid, "there is no time to set the watermark to").At("at").Fix("Give a time, such as 2026-01-31T00:00:00Z")
	}
	w := &sluice.Watermark{FlowID: f.FlowID, Export: sluice.ExportName, At: at.UTC(), Source: f.Flow.Export.DeltaSource(), UpdatedAt: t.Clock().UTC(), UpdatedBy: by.Name}
	if err := t.Store.PutWatermark(ctx, w); err != nil {
		return nil, err
	}
	t.Audit.Note(ctx, by, "watermark-set", "flow", f.Flow.Name, at.UTC().Format(time.RFC3339))
	return t.Watermark(ctx, name)
}

// ResetWatermark makes the next run begin where the flow says that the first one does.
func (t *Timing) ResetWatermark(ctx context.Context, by api.Actor, name string) error {
	f, err := t.delta(ctx, name)
	if err != nil {
		return err
	}
	err = t.Store.DeleteWatermark(ctx, f.FlowID, sluice.ExportName)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil
	}
	if err == nil {
		t.Audit.Note(ctx, by, "watermark-reset", "flow", f.Flow.Name, "")
	}
	return err
}

// Resets says which watermarks a change of a flow makes useless.
func (t *Timing) Resets(ctx context.Context, old *sluice.FlowRevision, now *sluice.Flow) ([]string, error) {
	was := old.Flow.Export.DeltaSource()
	if was == "" || was == now.Export.DeltaSource() {
		return nil, nil
	}
	w, err := t.Store.Watermark(ctx, old.FlowID, sluice.ExportName)
	if sluice.ErrorCode(err) == sluice.CodeNotFound || err == nil && w.Source != was {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []string{sluice.ExportName + " at " + w.At.Format(time.RFC3339)}, nil
}

// Schedule shows a flow's schedule.
func (t *Timing) Schedule(ctx context.Context, name string) (*sluice.FlowSchedule, error) {
	f, err := t.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	s, err := t.Store.Schedule(ctx, f.FlowID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil, sluice.Errorf("flow.no_schedule", "the flow %q has no schedule", f.Flow.Name).Fix("Give it the key schedule")
	}
	return s, err
}

// NextTimes returns the times after a time at which a flow comes due, whether or not
// it is paused.
func (t *Timing) NextTimes(ctx context.Context, name string, n int, after time.Time) ([]time.Time, error) {
	s, err := t.Schedule(ctx, name)
	if err != nil {
		return nil, err
	}
	c, err := schedule.Parse(s.Schedule.Cron, s.Schedule.Zone)
	if err != nil {
		return nil, err
	}
	if after.IsZero() {
		after = t.Clock()
	}
	times := []time.Time{}
	for range n {
		if after = c.Next(after); after.IsZero() {
			break
		}
		times = append(times, after)
	}
	return times, nil
}

// PauseSchedule stops a schedule, or lets it go on with the next time that comes.
func (t *Timing) PauseSchedule(ctx context.Context, by api.Actor, name string, paused bool) (*sluice.FlowSchedule, error) {
	s, err := t.Schedule(ctx, name)
	if err != nil {
		return nil, err
	}
	if !paused && s.Schedule.Paused {
		return nil, sluice.Errorf("schedule.paused_by_file", "the flow file of %q says that the schedule is paused", s.FlowName).Fix("Take schedule.paused out of the file and apply it")
	}
	if s.Paused == paused {
		return s, nil
	}
	if err := t.Store.PauseSchedule(ctx, s.FlowID, paused); err != nil {
		return nil, err
	}
	action := "schedule-resume"
	if paused {
		action = "schedule-pause"
	}
	t.Audit.Note(ctx, by, action, "flow", s.FlowName, "")
	return t.Schedule(ctx, name)
}
