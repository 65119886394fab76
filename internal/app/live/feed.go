package live

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

const (
	lookEvery  = 500 * time.Millisecond
	slotsEvery = 2 * time.Second
	lastErrors = 5
	maxMissed  = 20 // looks in a row that the store did not answer
)

// feed asks for one run and passes on what is new.
type feed struct {
	*Live
	runID int64
	stop  context.CancelFunc

	mu     sync.Mutex
	heard  map[chan *api.RunEvent]bool
	latest *api.RunEvent
	over   bool // nothing comes any more

	// What follows belongs to the goroutine that asks.
	pace    pace
	slots   []traffic.Slots
	slotsAt time.Time
	errors  []api.LastError
	failed  int64 // of the run when errors were read
}

// newFeed begins to ask.
func (l *Live) newFeed(runID int64) *feed {
	f := &feed{Live: l, runID: runID, heard: map[chan *api.RunEvent]bool{}, slots: []traffic.Slots{}, errors: []api.LastError{}}
	var ctx context.Context
	ctx, f.stop = context.WithCancel(context.Background())
	go f.ask(ctx)
	return f
}

// join returns a channel that holds the latest state that was not taken.
func (f *feed) join() chan *api.RunEvent {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := make(chan *api.RunEvent, 1)
	if f.latest != nil {
		events <- f.latest
	}
	if f.over {
		close(events)
		return events
	}
	f.heard[events] = true
	return events
}

// leave takes a channel out, and reports whether nobody is left.
func (f *feed) leave(events chan *api.RunEvent) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.heard, events)
	return len(f.heard) == 0
}

// ask asks for the run until it has ended or nobody watches any more.
func (f *feed) ask(ctx context.Context) {
	timer := time.NewTicker(lookEvery)
	defer timer.Stop()
	defer f.end()
	for missed := 0; missed < maxMissed; {
		e, err := f.look(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			f.Log.WarnContext(ctx, "watch a run", "run", f.runID, "error", err)
			missed++
		default:
			missed = 0
			f.tell(e)
			if e.Run.State.Ended() {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}

// tell passes a state on where it is another than the one before.
func (f *feed) tell(e *api.RunEvent) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if reflect.DeepEqual(f.latest, e) {
		return
	}
	f.latest = e
	for events := range f.heard {
		select {
		case <-events: // who has not taken it does not need it any more
		default:
		}
		events <- e
	}
}

// end closes all channels behind the last state.
func (f *feed) end() {
	f.Live.mu.Lock()
	f.drop(f)
	f.Live.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	for events := range f.heard {
		close(events)
	}
	clear(f.heard)
}

// look asks for the present state.
func (f *feed) look(ctx context.Context) (*api.RunEvent, error) {
	run, err := f.Store.Run(ctx, f.runID)
	if err != nil {
		return nil, err
	}
	run.LeaseUntil = time.Time{} // it moves without telling anything
	now := f.Clock()
	if err := f.lookAround(ctx, run, now); err != nil {
		return nil, err
	}
	c := run.Counts
	e := &api.RunEvent{Run: run, Done: c.Written + c.Unchanged + c.Excluded + c.Failed, Slots: f.slots, Errors: f.errors}
	f.pace.put(e, now)
	return e, nil
}

// lookAround reads slots from time to time, and errors when there are more of them.
func (f *feed) lookAround(ctx context.Context, run *sluice.Run, now time.Time) (err error) {
	switch {
	case run.State.Ended():
		f.slots = []traffic.Slots{}
	case f.slotsAt.IsZero() || now.Sub(f.slotsAt) >= slotsEvery:
		if f.slots, err = f.Slots(ctx, run.FlowName); err != nil {
			return err
		}
		f.slotsAt = now
	}
	if run.Counts.Failed == f.failed {
		return nil
	}
	list, err := f.Store.RecordErrors(ctx, sluice.ErrorFilter{RunID: run.ID, Limit: lastErrors})
	if err != nil {
		return err
	}
	f.failed, f.errors = run.Counts.Failed, make([]api.LastError, 0, len(list))
	for _, e := range list {
		f.errors = append(f.errors, api.LastError{ID: e.ID, Step: e.Step, Key: e.Key, Code: e.Code, Message: e.Message, At: e.CreatedAt})
	}
	return nil
}
