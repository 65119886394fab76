package engine

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// keepLease renews the lease of a run, or of a claimed page, until it is over. It stops
// the work when somebody asked to cancel the run, and ends it at once when it was taken
// over or its lease could not be renewed in time. The returned channel closes when it has stopped.
func (e *Engine) keepLease(stop *stop, f sluice.Fence, until time.Time) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
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
