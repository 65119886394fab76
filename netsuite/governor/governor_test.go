package governor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"pgregory.net/rapid"
)

func acquire(t *testing.T, g *Governor, class netsuite.Class) func(netsuite.Result) {
	t.Helper()
	release, err := g.Acquire(t.Context(), class)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// line lets waiters come one after the other and notes the order in which they
// are served, each giving its slot back at once.
type line struct {
	t      *testing.T
	g      *Governor
	mu     sync.Mutex
	served []string
}

func (l *line) join(class netsuite.Class, flow, name string) {
	ctx := netsuite.ContextWithFlow(l.t.Context(), flow)
	go func() {
		release, err := l.g.Acquire(ctx, class)
		if err != nil {
			l.t.Error(err)
			return
		}
		l.mu.Lock()
		l.served = append(l.served, name)
		l.mu.Unlock()
		release(netsuite.Answered)
	}()
	synctest.Wait()
}

func TestUrgentFirstThenFlowsInTurnThenFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Options{Limit: 1})
		hold := acquire(t, g, netsuite.Interactive)
		l := &line{t: t, g: g}
		l.join(netsuite.Backfill, "x", "backfill")
		for i := range 3 {
			l.join(netsuite.Scheduled, "big", fmt.Sprintf("big%d", i))
		}
		l.join(netsuite.Scheduled, "small", "small0")
		l.join(netsuite.Scheduled, "small", "small1")
		l.join(netsuite.Interactive, "", "person")
		if got := g.Stats().Waiting; got != [classes]int{1, 5, 1} {
			t.Errorf("waiting %v", got)
		}
		hold(netsuite.Answered)
		synctest.Wait()
		want := "person big0 small0 big1 small1 big2 backfill"
		if got := strings.Join(l.served, " "); got != want {
			t.Errorf("served %s\nwant   %s", got, want)
		}
	})
}

// With patience ignored in nextClass, the back-fill waits for ever.
func TestNoClassStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Options{Limit: 1})
		hold := acquire(t, g, netsuite.Interactive)
		l := &line{t: t, g: g}
		l.join(netsuite.Backfill, "", "backfill")
		l.join(netsuite.Scheduled, "", "scheduled")
		for range 100 {
			l.join(netsuite.Interactive, "", "person")
		}
		hold(netsuite.Answered)
		synctest.Wait()
		scheduled, backfill := slices.Index(l.served, "scheduled"), slices.Index(l.served, "backfill")
		if scheduled < 0 || scheduled > patience[netsuite.Scheduled]+1 {
			t.Errorf("scheduled came after %d others", scheduled)
		}
		if backfill < 0 || backfill > patience[netsuite.Backfill]+1 {
			t.Errorf("backfill came after %d others", backfill)
		}
	})
}

func TestRefusalsOfOneRoundCutOnceAndAnswersRestore(t *testing.T) {
	g := New(Options{Limit: 8})
	var held []func(netsuite.Result)
	for range 8 {
		held = append(held, acquire(t, g, netsuite.Scheduled))
	}
	for _, release := range held {
		release(netsuite.Refused)
	}
	if s := g.Stats(); s.Allowance != 4 || s.Refusals != 8 || s.InUse != 0 {
		t.Fatalf("after one round of refusals: %+v", s)
	}
	for range 10 { // far below the floor
		acquire(t, g, netsuite.Scheduled)(netsuite.Refused)
	}
	if s := g.Stats(); s.Allowance != 1 {
		t.Fatalf("allowance %d, want the floor of 1", s.Allowance)
	}
	acquire(t, g, netsuite.Scheduled)(netsuite.Failed)
	if s := g.Stats(); s.Allowance != 1 {
		t.Errorf("a failure without an answer changed the allowance to %d", s.Allowance)
	}
	answers := 0
	for g.Stats().Allowance < 8 {
		acquire(t, g, netsuite.Scheduled)(netsuite.Answered)
		if answers++; answers > 100 {
			t.Fatal("the allowance does not come back")
		}
	}
	if answers < 8 {
		t.Errorf("the allowance came back after %d answers: that is no additive increase", answers)
	}
	for range 50 {
		acquire(t, g, netsuite.Scheduled)(netsuite.Answered)
	}
	if s := g.Stats(); s.Allowance != 8 {
		t.Errorf("allowance %d beyond the limit", s.Allowance)
	}
}

func TestCancelledWaiterLeavesNoTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Options{Limit: 1})
		hold := acquire(t, g, netsuite.Interactive)
		reason := errors.New("run cancelled")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() {
			_, err := g.Acquire(ctx, netsuite.Scheduled)
			done <- err
		}()
		synctest.Wait()
		cancel(reason)
		if err := <-done; !errors.Is(err, reason) {
			t.Errorf("error %v, want the cause", err)
		}
		if _, err := g.Acquire(ctx, netsuite.Scheduled); !errors.Is(err, reason) {
			t.Errorf("ended context: %v", err)
		}
		hold(netsuite.Answered)
		hold(netsuite.Answered) // a second call does nothing
		if s := g.Stats(); s.InUse != 0 || s.Waiting != [classes]int{} {
			t.Errorf("%+v", s)
		}
		if _, err := g.Acquire(t.Context(), netsuite.Class(7)); err == nil {
			t.Error("unknown class accepted")
		}
	})
}

func TestSetLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Options{Limit: 1})
		l := &line{t: t, g: g}
		hold := acquire(t, g, netsuite.Scheduled)
		l.join(netsuite.Scheduled, "", "waiter")
		g.SetLimit(2)
		synctest.Wait()
		if len(l.served) != 1 {
			t.Error("a raised limit serves no waiter")
		}
		second := acquire(t, g, netsuite.Scheduled)
		g.SetLimit(0)
		if s := g.Stats(); s.Limit != 1 || s.InUse != 2 {
			t.Errorf("%+v", s)
		}
		l.join(netsuite.Scheduled, "", "later")
		hold(netsuite.Answered)
		synctest.Wait()
		if len(l.served) != 1 {
			t.Error("a slot beyond the lowered limit was given again")
		}
		second(netsuite.Answered)
		synctest.Wait()
		if len(l.served) != 2 {
			t.Error("the last waiter was not served")
		}
	})
}

func TestUtilization(t *testing.T) {
	at := time.Unix(0, 0)
	g := New(Options{Limit: 4, Clock: func() time.Time { return at }})
	a, b := acquire(t, g, netsuite.Scheduled), acquire(t, g, netsuite.Scheduled)
	at = at.Add(10 * time.Second)
	a(netsuite.Answered)
	at = at.Add(10 * time.Second)
	b(netsuite.Answered)
	at = at.Add(20 * time.Second)
	s := g.Stats()
	if s.Busy != 30*time.Second || s.Elapsed != 40*time.Second || s.Utilization() != 30.0/160 || s.MaxInUse != 2 || s.Granted != 2 {
		t.Errorf("%+v, utilization %v", s, s.Utilization())
	}
}

// TestProperties drives a governor through random histories and checks after
// each step what must always hold: no more in flight than allowed when a slot
// is given, no slot idle while somebody waits, nobody lost.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := New(Options{Limit: rapid.IntRange(1, 6).Draw(t, "limit")})
		m := &history{g: g}
		t.Repeat(map[string]func(*rapid.T){
			"come": func(t *rapid.T) {
				m.come(rapid.IntRange(0, classes-1).Draw(t, "class"), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "flow"))
			},
			"answered": func(t *rapid.T) { m.release(t, netsuite.Answered) },
			"refused":  func(t *rapid.T) { m.release(t, netsuite.Refused) },
			"failed":   func(t *rapid.T) { m.release(t, netsuite.Failed) },
			"leave":    func(t *rapid.T) { m.leave(t) },
			"limit":    func(t *rapid.T) { g.SetLimit(rapid.IntRange(0, 6).Draw(t, "new limit")) },
			"":         m.check,
		})
		m.drain(t)
	})
}

// history works on the governor's queues directly, so that a step ends when it
// returns and no goroutine has to be waited for.
type history struct {
	g       *Governor
	waiting []entry
	holding []entry
	served  int
	came    int
	left    int
}

type entry struct {
	w     *waiter
	class int
	seq   int
}

func (m *history) come(class int, flow string) {
	w := &waiter{flow: flow, ready: make(chan struct{})}
	m.g.mu.Lock()
	m.g.queues[class].push(w)
	m.g.dispatch()
	m.g.mu.Unlock()
	m.waiting = append(m.waiting, entry{w, class, m.came})
	m.came++
}

func (m *history) settle(t *rapid.T) {
	still := m.waiting[:0]
	for _, e := range m.waiting {
		select {
		case <-e.w.ready:
			for _, other := range still {
				if other.class == e.class && other.w.flow == e.w.flow && other.seq < e.seq {
					t.Fatalf("waiter %d was served before %d of its own flow", e.seq, other.seq)
				}
			}
			m.holding = append(m.holding, e)
			m.served++
		default:
			still = append(still, e)
		}
	}
	m.waiting = still
}

func (m *history) release(t *rapid.T, result netsuite.Result) {
	m.settle(t)
	if len(m.holding) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.holding)-1).Draw(t, "holder")
	m.g.release(m.holding[i].w, result)
	m.holding = slices.Delete(m.holding, i, i+1)
}

func (m *history) leave(t *rapid.T) {
	m.settle(t)
	if len(m.waiting) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.waiting)-1).Draw(t, "waiter")
	e := m.waiting[i]
	if !m.g.withdraw(netsuite.Class(e.class), e.w) {
		t.Fatalf("waiter %d waits and has its slot", e.seq)
	}
	m.waiting = slices.Delete(m.waiting, i, i+1)
	m.left++
}

func (m *history) check(t *rapid.T) {
	before := len(m.holding)
	m.settle(t)
	s := m.g.Stats()
	waiting := s.Waiting[0] + s.Waiting[1] + s.Waiting[2]
	switch {
	case s.InUse != len(m.holding) || waiting != len(m.waiting):
		t.Fatalf("%+v, but %d hold and %d wait", s, len(m.holding), len(m.waiting))
	case s.Allowance < 1 || s.Allowance > s.Limit:
		t.Fatalf("allowance %d of %d", s.Allowance, s.Limit)
	case len(m.holding) > before && s.InUse > s.Limit && s.InUse > s.Allowance:
		t.Fatalf("a slot was given beyond the limit: %+v", s)
	case waiting > 0 && s.InUse < s.Allowance:
		t.Fatalf("a slot is idle while %d wait: %+v", waiting, s)
	case m.came != m.served+m.left+len(m.waiting):
		t.Fatalf("%d came, %d were served, %d left, %d wait", m.came, m.served, m.left, len(m.waiting))
	}
}

func (m *history) drain(t *rapid.T) {
	for m.settle(t); len(m.holding) > 0; m.settle(t) {
		m.g.release(m.holding[0].w, netsuite.Answered)
		m.holding = m.holding[1:]
	}
	if len(m.waiting) > 0 {
		t.Fatalf("%d were never served", len(m.waiting))
	}
}

// Real goroutines, real contention: the peak never passes the limit.
func TestPeakStaysWithinLimit(t *testing.T) {
	g := New(Options{Limit: 3})
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			ctx := netsuite.ContextWithFlow(t.Context(), fmt.Sprint(i%5))
			release, err := g.Acquire(ctx, netsuite.Class(i%classes))
			if err != nil {
				t.Error(err)
				return
			}
			release(netsuite.Result(i % 3))
		})
	}
	wg.Wait()
	if s := g.Stats(); s.MaxInUse > 3 || s.InUse != 0 || s.Granted != 200 {
		t.Errorf("%+v", s)
	}
}
