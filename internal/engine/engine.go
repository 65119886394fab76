// Package engine works runs: it reads an export page by page, passes the records
// through the flow's steps, and writes them so that a kill at any moment loses
// none and doubles none.
//
// The order of effects is fixed: intents into the ledger, then the requests, then
// results, counts and the page's end in one transaction. See docs/architecture.md.
package engine

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/origin"
)

// Store is what the engine needs of the store.
type Store interface {
	sluice.RunStore
	sluice.PageStore
	sluice.LedgerStore
	sluice.ErrorStore
	sluice.WatermarkStore
	sluice.ShareStore
	Signal(ctx context.Context, topic string) error
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	FlowRevision(ctx context.Context, flowID string, number int) (*sluice.FlowRevision, error)
}

// Config wires an Engine. Store, Connector and Open are required.
type Config struct {
	Store     Store
	Connector sluice.Connector
	// Open finds a connection by name and opens its secrets.
	Open func(ctx context.Context, name string) (*sluice.Connection, error)

	Owner string           // names this process; unique among those that live
	Clock func() time.Time // nil means time.Now
	Log   *slog.Logger     // nil means discard

	Lease time.Duration // how long a run stays ours without a sign of life; 20 s by default
	Poll  time.Duration // how often to look for runs without being woken; 1 s by default
	Runs  int           // runs worked at one time; 4 by default
	// Grace is how long pages in work may go on when the engine stops; 30 s by default.
	Grace time.Duration

	// Sole says that no other process can be working on the store, since its owner
	// holds a lock: runs that a dead one left are taken up at once.
	Sole bool
	// Share lets other processes work pages of the runs that this one owns, and this one
	// pages of theirs, so many at one time; 8 by default. Who owns a run then works its
	// pages like any other process, by claiming them.
	Share bool
	Pages int

	// WithoutLedger switches the ledger off: no intents, no external IDs of our
	// own, no reading back. Records are then lost or doubled when something breaks;
	// it exists so that tests can show that the ledger is what prevents it.
	WithoutLedger bool
	Tracing       Tracing
	Switches      Switches
}

// Switches switch off what keeps delta exports from losing records, so that tests can
// show that it does.
type Switches struct {
	NoOverlap      bool // windows begin at the watermark itself
	WatermarkFirst bool // the watermark moves before the records are delivered
	OwnClock       bool // windows end at this process's time, not the source's
}

// Engine works runs until its context ends.
type Engine struct {
	Config
	wake  chan struct{}
	crowd *crowd // nil without Config.Share
	shelf *lookup.Shelf
	held  leases

	mu     sync.Mutex
	active map[int64]context.CancelCauseFunc // runs that this process works
}

// Why a run in work is ended from outside.
var (
	errCancelled = errors.New("somebody asked to cancel the run")
	errFenced    = errors.New("another process owns the run")
	errStopping  = errors.New("the engine is stopping")
)

// New returns an engine. It does nothing before Run.
func New(c Config) *Engine {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Lease = cmp.Or(c.Lease, 20*time.Second)
	c.Poll = cmp.Or(c.Poll, time.Second)
	c.Grace = cmp.Or(c.Grace, 30*time.Second)
	c.Runs = cmp.Or(c.Runs, 4)
	c.Pages = cmp.Or(c.Pages, 8)
	e := &Engine{Config: c, wake: make(chan struct{}, 1), shelf: lookup.NewShelf(c.Clock), active: map[int64]context.CancelCauseFunc{},
		held: leases{fences: map[sluice.Fence]struct{}{}}}
	if c.Share {
		e.crowd = e.newCrowd()
	}
	return e
}

// Wake says that there may be a run to work.
func (e *Engine) Wake() {
	select {
	case e.wake <- struct{}{}:
	default: // a wake-up is pending already
	}
}

// Run claims runs and works them until ctx ends. It returns when the pages that
// were in work are done or their grace is over; what is left is taken up by the
// next process.
func (e *Engine) Run(ctx context.Context) error {
	if e.Sole {
		e.releaseLeases(ctx)
	}
	slots := make(chan struct{}, e.Runs)
	var working sync.WaitGroup
	defer working.Wait()
	if e.crowd != nil {
		working.Go(func() { e.workClaims(ctx) })
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case slots <- struct{}{}:
		}
		run := e.claim(ctx)
		if run == nil {
			<-slots
			if !e.idle(ctx, e.wake) {
				return nil
			}
			continue
		}
		working.Go(func() {
			defer func() { <-slots; e.Wake() }()
			e.work(ctx, run)
		})
	}
}

// claim takes the next run, or returns nil when there is none to be had now.
func (e *Engine) claim(ctx context.Context) *sluice.Run {
	now := e.now(ctx)
	run, err := e.Store.ClaimRun(ctx, e.Owner, now, now.Add(e.Lease))
	if err != nil {
		if ctx.Err() == nil {
			e.Log.Error("claim a run", "error", err)
		}
		return nil
	}
	return run
}

// idle waits for a wake-up or the next poll. It reports false when ctx ended.
func (e *Engine) idle(ctx context.Context, wake <-chan struct{}) bool {
	timer := time.NewTimer(e.Poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-timer.C:
	}
	return true
}

// work works one run to its end, or until it is stopped.
func (e *Engine) work(ctx context.Context, run *sluice.Run) {
	stop := newStop(origin.Run(ctx, run.ID), e.Grace)
	defer stop.release()
	e.register(run.ID, stop.ask)
	defer e.register(run.ID, nil)

	lease := e.keepLease(stop, sluice.Fence{RunID: run.ID, Number: run.Fence}, run.LeaseUntil)
	err := e.execute(stop, run)
	if err != nil && stop.asked.Err() != nil {
		err = stop.cause()
	}
	stop.release()
	<-lease
	e.end(e.Log.With("run", run.ID, "flow", run.FlowName, "fence", run.Fence), run, err)
}

func (e *Engine) register(id int64, cancel context.CancelCauseFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if cancel == nil {
		delete(e.active, id)
		return
	}
	e.active[id] = cancel
}

// end stores how the run ended, unless it is another's by now or goes on in the next process.
func (e *Engine) end(log *slog.Logger, run *sluice.Run, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fence := sluice.Fence{RunID: run.ID, Number: run.Fence}
	state, cause := sluice.RunCompleted, (*sluice.Error)(nil)
	switch {
	case err == nil:
	case errors.Is(err, errFenced) || sluice.ErrorCode(err) == sluice.CodeFenced:
		log.Warn("another process took the run over")
		return
	case errors.Is(err, errStopping):
		if _, err := e.Store.RenewLease(ctx, fence, e.Clock()); err != nil {
			log.Warn("give the run back", "error", err)
		}
		return
	case errors.Is(err, errCancelled):
		state = sluice.RunCancelled
	default:
		state, cause = sluice.RunFailed, asError(err)
		log.Error("run failed", "error", err)
	}
	if err := e.Store.EndRun(ctx, fence, state, cause, e.Clock()); err != nil {
		log.Error("store the end of the run", "state", state, "error", err)
		return
	}
	log.Info("run ended", "state", state)
}

// asError makes an error fit to be shown: an *sluice.Error stays, anything else
// is internal and its text is for the log only.
func asError(err error) *sluice.Error {
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		return e
	}
	return sluice.Errorf("internal", "an internal error stopped the run").Fix("See the server's log, then resume the run")
}
