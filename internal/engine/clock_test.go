package engine_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The clock is set back by two hours while records are in doubt: what becomes of them is
// found out in the time that it takes, not when the old time has come again. Switched
// off by leaving deliverer.bound out.
func TestAClockThatIsSetBackHoldsNothingUp(t *testing.T) {
	for name, flow := range makingFlows() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSystem(20)
				s.script = broken(3)
				b := newBench(t, s, flow)
				var back, writes atomic.Int64
				b.clock = func() time.Time { return time.Now().Round(0).Add(-time.Duration(back.Load())) }
				s.clock = b.clock
				s.before = func() {
					if writes.Add(1) == 2 {
						back.Store(int64(2 * time.Hour))
					}
				}
				b.expectAccounted(b.complete())
			})
		})
	}
}
