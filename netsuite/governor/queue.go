package governor

import (
	"slices"
	"time"
)

// waiter is a request that waits for a slot, or holds one.
type waiter struct {
	flow  string
	ready chan struct{} // closed when the slot is given
	cuts  int           // the governor's cuts at that moment

	slot *slot // where the budget is shared
}

// slot is a shared slot that this process has.
type slot struct {
	number int64
	begin  time.Time // when a request on it must have begun
	drop   bool      // to be given back after its request
}

// usable reports whether a request may still begin on the slot that was given. It may
// not when the process was frozen meanwhile: by the time that the request ends, another
// one may have the slot.
func (s *slot) usable(now time.Time) bool { return s == nil || !now.Round(0).After(s.begin) }

// queue is the waiters of one class: flows in the order of their turns, each
// with its waiters in the order of their coming.
type queue struct {
	flows []*flow
	size  int
}

type flow struct {
	key     string
	waiters []*waiter
}

func (q *queue) empty() bool { return q.size == 0 }

// push adds a waiter. A flow that comes anew has its turn after the others.
func (q *queue) push(w *waiter) {
	q.size++
	if i := q.find(w.flow); i >= 0 {
		q.flows[i].waiters = append(q.flows[i].waiters, w)
		return
	}
	q.flows = append(q.flows, &flow{w.flow, []*waiter{w}})
}

// pop takes the first waiter of the flow whose turn it is, and puts the flow at
// the end.
func (q *queue) pop() *waiter { return q.popAt(0) }

// popOf is pop for the flow with that key, or any where it does not wait any more. It
// returns nil when nobody waits.
func (q *queue) popOf(key string) *waiter {
	if q.empty() {
		return nil
	}
	return q.popAt(max(0, q.find(key)))
}

// popAt takes the first waiter of the flow at a place, and puts the flow at the end.
func (q *queue) popAt(i int) *waiter {
	q.size--
	f := q.flows[i]
	q.flows = slices.Delete(q.flows, i, i+1)
	w := f.waiters[0]
	f.waiters = slices.Delete(f.waiters, 0, 1)
	if len(f.waiters) > 0 {
		q.flows = append(q.flows, f)
	}
	return w
}

func (q *queue) remove(w *waiter) {
	i := q.find(w.flow)
	if i < 0 {
		return
	}
	f := q.flows[i]
	j := slices.Index(f.waiters, w)
	if j < 0 {
		return
	}
	q.size--
	if f.waiters = slices.Delete(f.waiters, j, j+1); len(f.waiters) == 0 {
		q.flows = slices.Delete(q.flows, i, i+1)
	}
}

// byFlow returns how many wait, by flow.
func (q *queue) byFlow() map[string]int {
	waiting := make(map[string]int, len(q.flows))
	for _, f := range q.flows {
		waiting[f.key] = len(f.waiters)
	}
	return waiting
}

func (q *queue) find(key string) int {
	return slices.IndexFunc(q.flows, func(f *flow) bool { return f.key == key })
}
