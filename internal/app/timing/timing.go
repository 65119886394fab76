// Package timing holds the rules round watermarks and schedules of flows, and round
// flows that follow each other.
package timing

import (
	"context"
	"log/slog"
	"strings"
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

// delta returns a flow and its delta export of a name, which may be left out where the
// flow has one such export only.
func (t *Timing) delta(ctx context.Context, name, export string) (*sluice.FlowRevision, *sluice.Export, error) {
	f, err := t.Store.Flow(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	var found []*sluice.Export
	var names []string
	for _, e := range f.Flow.Sources() {
		if e.Delta != nil {
			names = append(names, e.Label())
			if export == "" || export == e.Label() {
				found = append(found, e)
			}
		}
	}
	switch {
	case len(names) == 0:
		return nil, nil, sluice.Errorf("flow.no_delta", "the flow %q has no delta export, and so no watermark", f.Flow.Name).Fix("Give its export the key delta")
	case len(found) == 0:
		return nil, nil, sluice.NotFound("delta export", export).Fix("The flow's delta exports are " + strings.Join(names, ", "))
	case len(found) > 1:
		return nil, nil, sluice.Errorf(sluice.CodeInvalid, "the flow %q has several delta exports", f.Flow.Name).At("export").Fix("Name one of " + strings.Join(names, ", "))
	}
	return f, found[0], nil
}

// Watermark shows how far a flow's delta export has got.
func (t *Timing) Watermark(ctx context.Context, name, export string) (*sluice.WatermarkView, error) {
	f, e, err := t.delta(ctx, name, export)
	if err != nil {
		return nil, err
	}
	out := &sluice.WatermarkView{Flow: f.Flow.Name, Export: e.Label()}
	w, err := t.Store.Watermark(ctx, f.FlowID, e.Label())
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound:
		return out, nil
	case err != nil:
		return nil, err
	}
	out.At, out.RunID, out.UpdatedAt, out.UpdatedBy = w.At, w.RunID, w.UpdatedAt, w.UpdatedBy
	if out.Valid = w.Source == e.DeltaSource(); out.Valid {
		out.From = w.At.Add(-e.Delta.OverlapTime())
	}
	return out, nil
}

// SetWatermark makes the next run begin at a time, less the overlap.
func (t *Timing) SetWatermark(ctx context.Context, by api.Actor, name, export string, at time.Time) (*sluice.WatermarkView, error) {
	f, e, err := t.delta(ctx, name, export)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		return nil, sluice.Errorf(sluice.CodeInvalid, "there is no time to set the watermark to").At("at").Fix("Give a time, such as 2026-01-31T00:00:00Z")
	}
	w := &sluice.Watermark{FlowID: f.FlowID, Export: e.Label(), At: at.UTC(), Source: e.DeltaSource(), UpdatedAt: t.Clock().UTC(), UpdatedBy: by.Name}
	if err := t.Store.PutWatermark(ctx, w); err != nil {
		return nil, err
	}
	t.Audit.Note(ctx, by, "watermark-set", "flow", f.Flow.Name, at.UTC().Format(time.RFC3339))
	return t.Watermark(ctx, name, e.Label())
}

// ResetWatermark makes the next run begin where the flow says that the first one does.
func (t *Timing) ResetWatermark(ctx context.Context, by api.Actor, name, export string) error {
	f, e, err := t.delta(ctx, name, export)
	if err != nil {
		return err
	}
	err = t.Store.DeleteWatermark(ctx, f.FlowID, e.Label())
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
	var lost []string
	for _, e := range old.Flow.Sources() {
		was := e.DeltaSource()
		if heir := now.Source(e.Name); was == "" || heir != nil && was == heir.DeltaSource() {
			continue
		}
		w, err := t.Store.Watermark(ctx, old.FlowID, e.Label())
		if sluice.ErrorCode(err) == sluice.CodeNotFound || err == nil && w.Source != was {
			continue
		}
		if err != nil {
			return nil, err
		}
		lost = append(lost, e.Label()+" at "+w.At.Format(time.RFC3339))
	}
	return lost, nil
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
