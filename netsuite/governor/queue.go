package governor

import "slices"

// waiter is a request that waits for a slot, or holds one.
type waiter struct {
	flow  string
	ready chan struct{} // closed when the slot is given
	cuts  int           // the governor's cuts at that moment
}

// queue is the waiters of one class: flows in the order of their turns, each
// with its waiters in the order of their coming.
type queue struct {
	flows  []*flow
	size   int
	passed int // grants to other classes since this one was served
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
func (q *queue) pop() *waiter {
	q.size--
	f := q.flows[0]
	q.flows = slices.Delete(q.flows, 0, 1)
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

func (q *queue) find(key string) int {
	return slices.IndexFunc(q.flows, func(f *flow) bool { return f.key == key })
}
