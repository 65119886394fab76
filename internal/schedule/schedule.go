package schedule

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// Config wires a Scheduler. Store is required.
type Config struct {
	Store sluice.ScheduleStore
	Clock func() time.Time // nil means time.Now
	Log   *slog.Logger     // nil means discard
	Poll  time.Duration    // how often to look; 1 s by default
	// Wake is called when runs were made.
	Wake func()
}

// Scheduler makes the runs that are due. Any number of processes may do so on one store.
type Scheduler struct {
	Config
	mu   sync.Mutex
	seen time.Time // the latest time at which it has looked; zero before the first
}

// New returns a scheduler. It does nothing before Run.
func New(c Config) *Scheduler {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	c.Poll = cmp.Or(c.Poll, time.Second)
	return &Scheduler{Config: c}
}

const (
	// batch is how many schedules one transaction moves on.
	batch = 500
	// punctual is how late a run may be and not have been missed.
	punctual = time.Minute
	everyOne = 1 << 30 // schedules
	// CreatedBy is who makes the runs that are due.
	CreatedBy = "schedule"
)

// endOfTime is behind every due time.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Run makes runs until ctx ends.
func (s *Scheduler) Run(ctx context.Context) {
	ticker := time.NewTicker(s.Poll)
	defer ticker.Stop()
	for {
		if _, err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("make the runs that are due", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Tick makes the runs that are due now, and returns their number.
func (s *Scheduler) Tick(ctx context.Context) (int, error) {
	now, made := s.Clock(), 0
	if err := s.notice(ctx, now); err != nil {
		return 0, err
	}
	for {
		due, err := s.Store.DueSchedules(ctx, now, batch)
		if err != nil || len(due) == 0 {
			return made, err
		}
		firings := make([]sluice.Firing, len(due))
		for i, d := range due {
			firings[i] = s.firing(d, now)
		}
		runs, err := s.Store.Fire(ctx, firings)
		if err != nil {
			return made, err
		}
		if made += len(runs); len(runs) > 0 {
			s.Wake()
		}
		if len(due) < batch {
			return made, nil
		}
	}
}

// notice sees that the clock was set back since it looked last, or may have been while
// it was away: what was reckoned by a clock that was far ahead would not come due before
// that time has come again. Where at least two due times would be left out, the
// schedule is reckoned anew.
func (s *Scheduler) notice(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.seen.IsZero() && now.After(s.seen.Add(-punctual)) {
		s.seen = now
		return nil
	}
	all, err := s.Store.DueSchedules(ctx, endOfTime, everyOne)
	if err != nil {
		return err
	}
	var firings []sluice.Firing
	for _, d := range all {
		c, err := Parse(d.Schedule.Cron, d.Schedule.Zone)
		if err != nil || !d.Next.After(now) {
			continue // firing tells of it
		}
		if next := c.Next(now); d.Next.After(c.Next(next)) {
			s.Log.Warn("a schedule was reckoned by a clock that was ahead", "flow", d.FlowName, "next", d.Next, "now", next)
			firings = append(firings, sluice.Firing{FlowID: d.FlowID, Due: d.Next, Next: next})
		}
	}
	for batch := range slices.Chunk(firings, batch) {
		if _, err := s.Store.Fire(ctx, batch); err != nil {
			return err
		}
	}
	s.seen = now
	return nil
}

// firing decides what a schedule that is due, or not yet reckoned, brings.
func (s *Scheduler) firing(d *sluice.FlowSchedule, now time.Time) sluice.Firing {
	f := sluice.Firing{FlowID: d.FlowID, Due: d.Next, Overlap: d.Schedule.Overlap}
	c, err := Parse(d.Schedule.Cron, d.Schedule.Zone)
	if err != nil { // it could be read when the flow was stored
		s.Log.Error("read a schedule", "flow", d.FlowName, "error", err)
		f.Next = now.Add(time.Hour)
		return f
	}
	f.Next = c.Next(now)
	if late := now.Sub(d.Next); !d.Next.IsZero() && late > punctual {
		f.Missed = &sluice.Event{Code: sluice.EventScheduleMissed, Noun: "flow", NounID: d.FlowID, Name: d.FlowName, At: now,
			Message: fmt.Sprintf("The flow %s was due at %s, %s ago, and no server ran it then", d.FlowName, d.Next.UTC().Format(time.RFC3339), late.Round(time.Minute)),
			Remedy:  "One run makes up for all that were missed, unless the schedule says missed: skip"}
	}
	if d.Next.IsZero() || d.Schedule.Missed == sluice.MissedSkip && now.Sub(d.Next) > punctual {
		return f
	}
	f.Last = d.Next
	f.Run = &sluice.Run{FlowID: d.FlowID, FlowName: d.FlowName, Revision: d.Revision, Kind: sluice.RunScheduled, CreatedBy: CreatedBy, CreatedAt: now}
	return f
}
