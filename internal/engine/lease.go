package engine

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// keepLease renews the lease of a run, or of a claimed page, until it is over. It stops
// the work when somebody asked to cancel the run, and ends it at once when it was taken
// over or its lease could not be renewed in time. The returned channel closes when it has stopped.
func (e *Engine) keepLease(stop *stop, f sluice.Fence, until time.Time) <-chan struct{} {
	done := make(chan struct{})
	e.held.hold(f)
	go func() {
		defer close(done)
		defer e.held.leave(f)
		ticker := time.NewTicker(e.Lease / 4)
		defer ticker.Stop()
		for {
			select {
			case <-stop.ended.Done():
				return
			case <-ticker.C:
			}
			until = e.renew(stop, f, until)
		}
	}()
	return done
}

// renew renews once and returns when the lease ends.
func (e *Engine) renew(stop *stop, f sluice.Fence, until time.Time) time.Time {
	now := e.Clock()
	next := now.Add(e.Lease)
	cancelAsked, err := e.Store.RenewLease(stop.ended, f, next)
	switch {
	case err == nil:
		if cancelAsked {
			stop.ask(errCancelled)
		}
		return next
	case sluice.ErrorCode(err) == sluice.CodeFenced:
		stop.end(errFenced)
	case stop.ended.Err() == nil && now.After(until):
		// Another process may have it by now: nothing may be sent any more.
		e.Log.Error("the lease ended and cannot be renewed", "run", f.RunID, "page", f.Page, "error", err)
		stop.end(errFenced)
	}
	return until
}

// leases is what this process holds of runs and pages.
type leases struct {
	mu     sync.Mutex
	fences map[sluice.Fence]struct{}
	looked time.Time // when runs or pages were looked for last, by this process's own clock
	then   time.Time // and what the clock said
}

func (l *leases) hold(f sluice.Fence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fences[f] = struct{}{}
}

func (l *leases) leave(f sluice.Fence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.fences, f)
}

// leapt returns what is held when the clock has gone on by more than the time that has
// passed, and a while: it was set, or the machine slept.
func (l *leases) leapt(now time.Time, while time.Duration) []sluice.Fence {
	l.mu.Lock()
	defer l.mu.Unlock()
	ahead := now.Sub(l.then) - time.Since(l.looked)
	first := l.looked.IsZero()
	if l.looked, l.then = time.Now(), now.Round(0); first || ahead < while {
		return nil
	}
	return slices.Collect(maps.Keys(l.fences))
}

// now returns the time at which to look for runs or pages. Behind a leap of the clock
// all leases seem to have ended: what is in work here is kept, for this process would
// take it over from itself, and what is under way would be in doubt.
func (e *Engine) now(ctx context.Context) time.Time {
	now := e.Clock()
	for _, f := range e.held.leapt(now, e.Lease/4) {
		if _, err := e.Store.RenewLease(ctx, f, now.Add(e.Lease)); err != nil && sluice.ErrorCode(err) != sluice.CodeFenced {
			e.Log.Warn("keep what is in work although the clock was set", "run", f.RunID, "page", f.Page, "error", err)
		}
	}
	return now
}

// releaseLeases frees the runs that a dead process was working.
func (e *Engine) releaseLeases(ctx context.Context) {
	runs, err := e.Store.Runs(ctx, sluice.RunFilter{States: []sluice.RunState{sluice.RunRunning}, Limit: 10_000})
	if err != nil {
		e.Log.Error("look for runs of a former process", "error", err)
		return
	}
	for _, run := range runs {
		if _, err := e.Store.RenewLease(ctx, sluice.Fence{RunID: run.ID, Number: run.Fence}, e.Clock()); err != nil {
			e.Log.Warn("take over a run of a former process", "run", run.ID, "error", err)
		}
	}
}
