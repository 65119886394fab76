package engine

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// watchEvery is how often a running script's memory is looked at.
const watchEvery = 5 * time.Millisecond

// watch returns why the execution has to end: it takes too long or too much
// memory, or the account stops. It returns nil when the execution is finished.
//
// The engine does not count what a script allocates. What is looked at is by how
// much the whole process grows meanwhile; what is garbage does not count.
func (m *Machine) watch(finished <-chan struct{}) *ended {
	deadline := time.NewTimer(m.limits.Time)
	defer deadline.Stop()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var halt <-chan struct{}
	if m.Account.Stop != nil {
		halt = m.Account.Stop()
	}
	heap := newHeap(m.limits.Memory)
	for {
		select {
		case <-finished:
			return nil
		case <-deadline.C:
			return &ended{"SSS_TIME_LIMIT_EXCEEDED", "Script Execution Time Exceeded."}
		case <-halt:
			return &ended{"UNEXPECTED_ERROR", "The account stops its work."}
		case <-tick.C:
			if heap.exceeded() {
				return &ended{"SSS_MEMORY_USAGE_EXCEEDED", "Script Memory Usage Exceeded."}
			}
		}
	}
}

// heap judges how much the process has grown.
type heap struct {
	sample []metrics.Sample
	limit  uint64
	start  uint64 // what lived at the start, as far as known
	mark   uint64 // beyond it a collection tells what lives
}

func newHeap(limit uint64) *heap {
	h := &heap{sample: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}, limit: limit}
	h.start = h.objects()
	h.mark = h.start + limit
	return h
}

func (h *heap) objects() uint64 {
	metrics.Read(h.sample)
	return h.sample[0].Value.Uint64()
}

// exceeded collects garbage only when the heap has grown by the limit, and then
// not again before it has grown by half of it once more.
func (h *heap) exceeded() bool {
	if h.objects() < h.mark {
		return false
	}
	runtime.GC()
	live := h.objects()
	h.start = min(h.start, live)
	if live-h.start > h.limit {
		return true
	}
	h.mark = live + max(h.limit/2, h.limit-(live-h.start))
	return false
}
