// Package governor shares out an account's concurrency: how many requests may
// be in flight at once, over all clients of the account.
package governor

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// DefaultLimit is the smallest account's limit of five, less one for others.
const DefaultLimit = 4

// Options configure a Governor.
type Options struct {
	Limit int              // most requests in flight; 0 means DefaultLimit
	Clock func() time.Time // nil: time.Now
	// Shared makes the budget one of several processes; nil: this process has it alone.
	Shared *Shared
}

// Governor is a budget of slots for one account. Share it between all clients of the
// account in a process; Options.Shared makes it one with those of other processes. It
// is safe for concurrent use.
//
// It learns how much the account really gives: each refusal for concurrency
// halves the allowance, once for requests that were under way together; answers
// raise it again by one for as many as the allowance counts. It stays between 1
// and the limit.
//
// A free slot goes to the most urgent class that waits, except that a class
// passed over often enough is served first, so that none starves. Within a
// class flows take turns, and within a flow the first to come is the first served.
type Governor struct {
	clock func() time.Time

	mu        sync.Mutex
	limit     int
	allowance float64 // 1 to limit; its whole part counts
	cuts      int     // how often the allowance was cut
	queues    [classes]queue
	passed    [classes]int // grants to other classes since a class was served
	shared    *shared      // nil where the budget is this process's alone

	inUse, maxInUse int
	granted         int
	refusals        int
	started         time.Time
	busy            time.Duration // integral of inUse over time, up to counted
	counted         time.Time
}

var _ netsuite.Slots = (*Governor)(nil)

// classes is the number of netsuite's classes.
const classes = int(netsuite.Backfill) + 1

// patience is how many grants to other classes a waiting class puts up with.
var patience = [classes]int{netsuite.Interactive: 1 << 30, netsuite.Scheduled: 8, netsuite.Backfill: 32}

// New returns a governor with all slots free.
func New(o Options) *Governor {
	g := &Governor{clock: o.Clock, limit: o.Limit}
	if g.clock == nil {
		g.clock = time.Now
	}
	if g.limit <= 0 {
		g.limit = DefaultLimit
	}
	g.allowance = float64(g.limit)
	g.started = g.clock()
	g.counted = g.started
	if o.Shared != nil {
		g.shared = &shared{Shared: *o.Shared, wake: make(chan struct{}, 1), slots: map[int64]*slot{}}
	}
	return g
}

// Acquire waits for a slot. The flow key comes from the context. The error
// wraps the context's cause; no slot is held then. A second call of release
// does nothing.
func (g *Governor) Acquire(ctx context.Context, class netsuite.Class) (release func(netsuite.Result), err error) {
	if class < 0 || int(class) >= classes {
		return nil, fmt.Errorf("governor: unknown class %d", class)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("governor: %w", context.Cause(ctx))
	}
	for {
		w, err := g.wait(ctx, class)
		if err != nil {
			return nil, err
		}
		var once sync.Once
		release = func(result netsuite.Result) { once.Do(func() { g.release(w, result) }) }
		if g.usable(w) {
			return release, nil
		}
		release(netsuite.Failed)
	}
}

// usable reports whether a request may begin on the slot that a waiter was given.
func (g *Governor) usable(w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return w.slot.usable(g.clock())
}

// wait queues for a slot until it is given.
func (g *Governor) wait(ctx context.Context, class netsuite.Class) (*waiter, error) {
	w := &waiter{flow: netsuite.FlowFromContext(ctx), ready: make(chan struct{})}
	g.mu.Lock()
	g.queues[class].push(w)
	g.dispatch()
	g.mu.Unlock()
	select {
	case <-w.ready:
	case <-ctx.Done():
		if g.withdraw(class, w) {
			return nil, fmt.Errorf("governor: %w", context.Cause(ctx))
		}
		// The slot came at the same moment; the caller's request will see the
		// end of the context and give it back.
	}
	return w, nil
}

// withdraw takes a waiter out of its queue, and reports false if it already
// has its slot.
func (g *Governor) withdraw(class netsuite.Class, w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-w.ready:
		return false
	default:
	}
	g.queues[class].remove(w)
	if g.shared != nil {
		g.shared.poke(g) // others may have what was asked for here
	}
	return true
}

func (g *Governor) release(w *waiter, result netsuite.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.account()
	g.inUse--
	if result == netsuite.Refused {
		g.refusals++
	}
	if g.shared != nil {
		g.shared.end(g, w, result)
		return
	}
	switch result {
	case netsuite.Refused:
		if w.cuts == g.cuts { // else the cut that followed it has answered for it
			g.cuts++
			g.allowance = max(1, g.allowance/2)
		}
	case netsuite.Answered:
		g.allowance = min(float64(g.limit), g.allowance+1/g.allowance)
	}
	g.dispatch()
}

// dispatch hands out slots while there are any. g.mu is held.
func (g *Governor) dispatch() {
	if g.shared != nil {
		g.shared.poke(g)
		return
	}
	for g.inUse < int(g.allowance) {
		class, ok := g.nextClass()
		if !ok {
			return
		}
		w := g.queues[class].pop()
		w.cuts = g.cuts
		g.give(w)
	}
}

// give lets a waiter go. g.mu is held.
func (g *Governor) give(w *waiter) {
	g.account()
	g.inUse++
	g.maxInUse = max(g.maxInUse, g.inUse)
	g.granted++
	close(w.ready)
}

// nextClass chooses who is served, and counts who is passed over for it.
func (g *Governor) nextClass() (int, bool) {
	var waits [classes]bool
	for class := range classes {
		waits[class] = !g.queues[class].empty()
	}
	return choose(waits, &g.passed)
}

// choose returns the most urgent class that waits, or one that was passed over too often.
func choose(waits [classes]bool, passed *[classes]int) (int, bool) {
	chosen := -1
	for class := range classes {
		if !waits[class] {
			passed[class] = 0
			continue
		}
		if chosen < 0 || passed[class] >= patience[class] {
			chosen = class
		}
	}
	if chosen < 0 {
		return 0, false
	}
	for class := range classes {
		switch {
		case class == chosen:
			passed[class] = 0
		case waits[class]:
			passed[class]++
		}
	}
	return chosen, true
}

// account adds the time since the last change to the integral. g.mu is held.
func (g *Governor) account() {
	now := g.clock()
	g.busy += now.Sub(g.counted) * time.Duration(g.inUse)
	g.counted = now
}

// SetLimit changes the limit, to 1 at least. Slots already given out beyond it
// are not taken back.
func (g *Governor) SetLimit(limit int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	limit = max(1, limit)
	if g.allowance >= float64(g.limit) {
		g.allowance = float64(limit) // no refusal speaks against the new limit
	}
	g.limit = limit
	g.allowance = min(g.allowance, float64(limit))
	g.dispatch()
}

// Stats is a governor's state and history.
type Stats struct {
	Limit     int // as configured
	Allowance int // what refusals have left of it
	InUse     int
	MaxInUse  int
	Waiting   [classes]int // by class
	Granted   int          // slots given out so far
	Refusals  int          // for concurrency, so far

	Elapsed time.Duration // since New
	Busy    time.Duration // slots in use, added up over time
}

// Utilization is the part of all slots' time that was in use, 0 to 1 while the
// limit stays the same.
func (s Stats) Utilization() float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.Busy) / (float64(s.Elapsed) * float64(s.Limit))
}

// Stats returns the present state.
func (g *Governor) Stats() Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.account()
	s := Stats{
		Limit: g.limit, Allowance: int(g.allowance), InUse: g.inUse, MaxInUse: g.maxInUse,
		Granted: g.granted, Refusals: g.refusals, Elapsed: g.counted.Sub(g.started), Busy: g.busy,
	}
	for class := range classes {
		s.Waiting[class] = g.queues[class].size
	}
	return s
}
