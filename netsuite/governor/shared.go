package governor

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// Shared makes a governor's budget one of several processes.
type Shared struct {
	Process string // names this process among them
	Budget  Budget
	// Hold is how long a request may take: the slot of a process that died is free
	// again when its request is certainly over.
	Hold time.Duration
}

// Budget keeps what processes know of an account's slots together.
type Budget interface {
	// Change lets change turn the state into the next one, one caller at a time. The
	// state is nil at first; now is of one clock for all callers. After a change that
	// says wake, the governors of the other processes are told by [Governor.Changed].
	// Change may call change several times, and counts the last.
	Change(ctx context.Context, change func(state []byte, now time.Time) (next []byte, wake bool, err error)) error
}

const (
	// beginWithin is how long after an exchange requests may begin on the slots that it
	// gave or let the process keep.
	beginWithin = 3 * time.Second
	// askAgain is how often a process that waits asks without being told to: it shows
	// that it lives, and finds the slots of those that do not.
	askAgain = 250 * time.Millisecond
	// askAfterFailure is how long it waits when the budget could not be reached.
	askAfterFailure = time.Second
	// askFor bounds one exchange.
	askFor = 10 * time.Second
)

// shared is a governor's part in a shared budget. A goroutine trades with the budget as
// long as somebody waits or has something to give back; all that came up during one
// exchange goes into the next. The governor's mutex guards the fields.
type shared struct {
	Shared
	wake    chan struct{}
	trading bool
	told    bool // others were told that requests wait here
	ended   []ending
	slots   map[int64]*slot // that this process has
}

// Changed tells a governor with a shared budget that a slot may be free.
func (g *Governor) Changed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shared != nil && g.shared.trading {
		g.shared.poke(g)
	}
}

// SetHold changes how long a request may take, where the budget is shared.
func (g *Governor) SetHold(hold time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shared != nil {
		g.shared.Hold = hold
	}
}

// poke has an exchange made soon. g.mu is held.
func (s *shared) poke(g *Governor) {
	select {
	case s.wake <- struct{}{}:
	default: // one is due already
	}
	if !s.trading {
		s.trading = true
		go s.trade(g)
	}
}

// end ends a request. Its slot goes to the next one that waits here, without asking
// first, unless others are due it or the account was full: an exchange takes time in which
// the slot would be idle. The others hear of it in the next one. g.mu is held.
func (s *shared) end(g *Governor, w *waiter, result netsuite.Result) {
	e := ending{number: w.slot.number, result: result}
	defer s.poke(g)
	if result == netsuite.Answered && !w.slot.drop && w.slot.usable(g.clock()) {
		if class, ok := g.nextClass(); ok {
			next := g.queues[class].pop()
			next.slot = w.slot
			e.kept, e.class, e.flow = true, class, next.flow
			g.give(next)
		}
	}
	if !e.kept {
		delete(s.slots, e.number)
	}
	s.ended = append(s.ended, e)
}

// trade exchanges slots until there is nothing to wait for and nothing to give back.
func (s *shared) trade(g *Governor) {
	for {
		select {
		case <-s.wake:
		default:
		}
		d, more := s.demand(g)
		if !more {
			return
		}
		pause := askAgain
		if err := s.exchange(g, d); err != nil {
			pause = askAfterFailure
		}
		if d.idle() {
			continue // nobody waits: see whether that is so still
		}
		timer := time.NewTimer(pause)
		select {
		case <-s.wake:
			s.again()
		case <-timer.C:
		}
		timer.Stop()
	}
}

// again leaves a wake-up for the next round.
func (s *shared) again() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// demand collects what to say in an exchange. It reports false, and ends the trade,
// when there is nothing.
func (s *shared) demand(g *Governor) (demand, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := demand{process: s.Process, limit: g.limit, hold: s.Hold + beginWithin, ended: s.ended}
	for class := range classes {
		d.waiting[class] = g.queues[class].byFlow()
	}
	if len(d.ended) == 0 && d.idle() && !s.told {
		s.trading = false
		return d, false
	}
	s.ended, s.told = nil, !d.idle()
	return d, true
}

// idle reports whether nobody waits.
func (d *demand) idle() bool {
	for _, flows := range d.waiting {
		if len(flows) > 0 {
			return false
		}
	}
	return true
}

// exchange trades once, and hands out what it brought.
func (s *shared) exchange(g *Governor, d demand) error {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	// By the wall clock: the other one stands still while the machine sleeps.
	begin := g.clock().Round(0).Add(beginWithin)
	var got answer
	allowance := 0
	err := s.Budget.Change(ctx, func(state []byte, now time.Time) ([]byte, bool, error) {
		var p pool
		if len(state) > 0 {
			if err := json.Unmarshal(state, &p); err != nil {
				return nil, false, fmt.Errorf("governor: the account's shared state: %w", err)
			}
		}
		copied := d
		for class := range classes { // an exchange takes from it, and may be made again
			copied.waiting[class] = maps.Clone(d.waiting[class])
		}
		got = p.exchange(copied, now)
		allowance = int(p.Allowance)
		next, err := json.Marshal(&p)
		return next, got.wake, err
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		// It may have been stored for all that: slots that nobody begins on are free when
		// their time is over, and one that ended twice ended once.
		s.ended = slices.Concat(d.ended, s.ended)
		return err
	}
	g.allowance = float64(allowance)
	for _, e := range d.ended {
		if kept := s.slots[e.number]; kept != nil && e.kept {
			kept.begin = begin
		}
	}
	for _, given := range got.grants {
		s.hand(g, given, begin)
	}
	for _, number := range got.drops {
		if dropped := s.slots[number]; dropped != nil {
			dropped.drop = true
		}
	}
	return nil
}

// hand gives a slot to whom it was asked for, or another that waits in the place of
// one that does not any more. g.mu is held.
func (s *shared) hand(g *Governor, given grant, begin time.Time) {
	w := g.queues[given.class].popOf(given.flow)
	for class := 0; w == nil && class < classes; class++ {
		w = g.queues[class].popOf("")
	}
	if w == nil {
		s.ended = append(s.ended, ending{number: given.number, result: netsuite.Failed})
		s.poke(g)
		return
	}
	w.slot = &slot{number: given.number, begin: begin}
	s.slots[given.number] = w.slot
	g.give(w)
}
