package engine

import (
	"context"
	"errors"
	"time"
)

// stop ends a run in two degrees. Once it is asked for, nothing new begins and
// nobody waits any more, but pages in work go on. Once it has ended, requests in
// flight are cut: their outcome is then unknown, and the ledger's to find out.
type stop struct {
	asked context.Context
	ended context.Context
	ask   context.CancelCauseFunc
	end   context.CancelCauseFunc
}

// newStop returns a stop that is asked for when ctx ends, and that ends itself
// when grace has passed since it was asked for.
func newStop(ctx context.Context, grace time.Duration) *stop {
	s := &stop{}
	s.ended, s.end = context.WithCancelCause(context.WithoutCancel(ctx))
	s.asked, s.ask = context.WithCancelCause(ctx)
	context.AfterFunc(s.ended, func() { s.ask(context.Cause(s.ended)) })
	context.AfterFunc(s.asked, func() {
		timer := time.AfterFunc(grace, func() { s.end(context.Cause(s.asked)) })
		context.AfterFunc(s.ended, func() { timer.Stop() })
	})
	return s
}

// cause says why the stop was asked for: one of errCancelled, errFenced, errStopping.
func (s *stop) cause() error {
	cause := context.Cause(s.asked)
	if errors.Is(cause, errCancelled) || errors.Is(cause, errFenced) {
		return cause
	}
	return errStopping
}

// release frees what the stop holds. The run is over.
func (s *stop) release() { s.end(errStopping) }

// wait lets d pass. It returns the stop's cause when the stop is asked for first.
func (s *stop) wait(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.asked.Done():
		return s.cause()
	case <-timer.C:
		return nil
	}
}
