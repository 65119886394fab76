package engine

import (
	"context"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// openWindow decides what a delta export reads, once for the run: whoever resumes it or
// takes it over reads the same.
func (p *pager) openWindow(ctx context.Context, conn *sluice.Connection) error {
	has := &p.exports[p.source.Row]
	if p.source.Delta == nil || has.Window != nil {
		return nil
	}
	mark, err := p.watermark(ctx, p.source.Export)
	if err != nil {
		return err
	}
	until, err := p.until(ctx, conn, p.source.Delta)
	if err != nil {
		return err
	}
	w := p.window(p.source.Delta, mark, until)
	if err := p.keepWindow(ctx, w); err != nil {
		return err
	}
	has.Window = w
	if p.Switches.WatermarkFirst {
		return p.moveWatermark(ctx, p.source.Export, w)
	}
	return nil
}

// keepWindow stores what the export reads. That of a flow's only export is the run's.
func (p *pager) keepWindow(ctx context.Context, w *sluice.Window) error {
	if len(p.program.Sources) == 1 {
		return p.Store.SetWindow(ctx, p.fence, w)
	}
	brought := p.program.Start()
	brought.Exports[p.source.Row].Window = w
	return p.Store.AppendPages(ctx, p.fence, nil, p.cursor, false, p.advance(brought))
}

// watermark returns how far an export has got, the zero time when it has not begun
// or read something else until now.
func (x *execution) watermark(ctx context.Context, e *sluice.Export) (time.Time, error) {
	w, err := x.Store.Watermark(ctx, x.run.FlowID, e.Label())
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound:
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, err
	case w.Source != e.DeltaSource():
		return time.Time{}, nil
	}
	return w.At, nil
}

// window is [watermark − overlap, until), or begins where the flow says when there is
// no watermark.
func (x *execution) window(d *sluice.Delta, mark, until time.Time) *sluice.Window {
	w := &sluice.Window{Mark: mark, Until: until}
	if mark.IsZero() {
		start, given := d.StartTime()
		if !given {
			start = until
		}
		w.From = start
		return w
	}
	w.From = mark
	if !x.Switches.NoOverlap {
		w.From = mark.Add(-d.OverlapTime())
	}
	return w
}

// until is where a window ends: the source's present time less the lag, and not beyond
// the watermarks of the flow that this one stays behind.
func (x *execution) until(ctx context.Context, conn *sluice.Connection, d *sluice.Delta) (time.Time, error) {
	now, err := x.sourceTime(ctx, conn)
	if err != nil {
		return time.Time{}, err
	}
	until := now.UTC().Add(-d.LagTime()).Truncate(time.Microsecond) // as it is stored
	if d.After == "" {
		return until, nil
	}
	parent, err := x.Store.Flow(ctx, d.After)
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range parent.Flow.Sources() {
		if e.Delta == nil {
			continue
		}
		w, err := x.Store.Watermark(ctx, parent.FlowID, e.Label())
		switch {
		case sluice.ErrorCode(err) == sluice.CodeNotFound:
			return time.Time{}, nil // it has delivered nothing yet
		case err != nil:
			return time.Time{}, err
		case w.At.Before(until):
			until = w.At
		}
	}
	return until, nil
}

// sourceTime asks the source for the time: its clock stamps the changes, ours may be wrong.
func (x *execution) sourceTime(ctx context.Context, conn *sluice.Connection) (time.Time, error) {
	if x.Switches.OwnClock {
		return x.Clock(), nil
	}
	clock, ok := x.Connector.(sluice.SourceClock)
	if !ok {
		return time.Time{}, sluice.Errorf("export.no_clock", "the connection %s cannot tell its time, so that changes since the last run cannot be read", conn.Name).
			At("export.delta").Fix("Leave out delta")
	}
	return clock.SourceTime(ctx, conn)
}

// checkWindows refuses to go on with a run whose watermark has been moved by another
// run, or by a person: its pages may hold what has changed and was delivered since.
func (x *execution) checkWindows(ctx context.Context) error {
	for _, s := range x.program.Sources {
		w := x.exports[s.Row].Window
		if w == nil || x.Switches.WatermarkFirst {
			continue
		}
		mark, err := x.watermark(ctx, s.Export)
		if err != nil {
			return err
		}
		if !mark.Equal(w.Mark) && !mark.Equal(w.Until) {
			return sluice.Errorf("run.overtaken", "since run %d began, the flow's watermark was moved to %s", x.run.ID, mark.Format(time.RFC3339)).
				Fix("Start a new run: it reads what this one has not delivered")
		}
	}
	return nil
}

// moveWatermarks moves the flow's watermarks to the end of what the run has delivered.
func (x *execution) moveWatermarks(ctx context.Context) error {
	for _, s := range x.program.Sources {
		if w := x.exports[s.Row].Window; w != nil {
			if err := x.moveWatermark(ctx, s.Export, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveWatermark moves one export's watermark. A sample moves none.
func (x *execution) moveWatermark(ctx context.Context, e *sluice.Export, w *sluice.Window) error {
	if e.Sample > 0 || !w.Until.After(w.Mark) {
		return nil
	}
	return x.Store.MoveWatermark(ctx, x.fence, w.Mark, &sluice.Watermark{
		FlowID: x.run.FlowID, Export: e.Label(), At: w.Until, Source: e.DeltaSource(),
		RunID: x.run.ID, UpdatedAt: x.Clock(), UpdatedBy: x.run.CreatedBy,
	})
}

// startNext queues the flows that follow this one, but for retries and samples. One that is queued already will
// see what this run brought. A kill between this and the run's end repeats it.
func (x *execution) startNext(ctx context.Context) {
	if x.run.Kind == sluice.RunRetry || slices.ContainsFunc(x.program.Sources, func(s *program.Source) bool { return s.Sample > 0 }) {
		return
	}
	for _, name := range x.program.Flow.Next {
		if err := x.queueNext(ctx, name); err != nil {
			x.Log.Warn("start the next flow", "flow", name, "after", x.run.ID, "error", err)
		}
	}
}

func (x *execution) queueNext(ctx context.Context, name string) error {
	flow, err := x.Store.Flow(ctx, name)
	if err != nil || !flow.Enabled {
		return err
	}
	err = x.Store.CreateRun(ctx, x.newRun(flow, sluice.RunNext, "flow "+x.run.FlowName), nil)
	if sluice.ErrorCode(err) == sluice.CodeAlreadyActive {
		return nil
	}
	x.Wake()
	return err
}

// gone reports whether a deletion was refused since there is nothing left to delete.
func gone(it *delivery, f *sluice.Failure) bool {
	return it.intent.Operation == sluice.Delete && f != nil && f.Classification == sluice.ClassMissing
}
