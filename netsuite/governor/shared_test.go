package governor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"pgregory.net/rapid"
)

// table is a shared budget in memory, which takes its time as a database does.
type table struct {
	takes time.Duration

	mu        sync.Mutex
	state     []byte
	governors []*Governor
	broken    bool
}

func (b *table) Change(_ context.Context, change func([]byte, time.Time) ([]byte, bool, error)) error {
	time.Sleep(b.takes)
	b.mu.Lock()
	if b.broken {
		b.mu.Unlock()
		return errors.New("the database is away")
	}
	next, wake, err := change(b.state, time.Now())
	if err == nil {
		b.state = next
	}
	governors := slices.Clone(b.governors)
	b.mu.Unlock()
	if wake && err == nil {
		for _, g := range governors {
			g.Changed()
		}
	}
	return err
}

func (b *table) fail(broken bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = broken
}

func (b *table) pool(t *testing.T) *pool {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var p pool
	if err := json.Unmarshal(b.state, &p); err != nil {
		t.Fatal(err)
	}
	return &p
}

// rest lets the governors end their last exchange.
func rest() { time.Sleep(5 * time.Second) }

func (b *table) join(limit int) *Governor {
	b.mu.Lock()
	defer b.mu.Unlock()
	g := New(Options{Limit: limit, Shared: &Shared{Process: fmt.Sprint("process-", len(b.governors)), Budget: b, Hold: time.Minute}})
	b.governors = append(b.governors, g)
	return g
}

// counter is an account that counts what is in flight, and refuses nothing.
type counter struct {
	mu            sync.Mutex
	inFlight, top int
	busy          time.Duration
	since         time.Time
	served        map[string]int
}

func (c *counter) change(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.busy += now.Sub(c.since) * time.Duration(c.inFlight)
	c.since = now
	c.inFlight += n
	c.top = max(c.top, c.inFlight)
}

// work lets a flow send one request after another until ctx ends.
func (c *counter) work(ctx context.Context, g *Governor, class netsuite.Class, flow string, takes time.Duration) {
	ctx = netsuite.ContextWithFlow(ctx, flow)
	for {
		release, err := g.Acquire(ctx, class)
		if err != nil {
			return
		}
		c.change(1)
		time.Sleep(takes)
		c.change(-1)
		release(netsuite.Answered)
		c.mu.Lock()
		c.served[flow]++
		c.mu.Unlock()
	}
}

// Three processes with 40 flows and 5 slots: never more than 5 requests, nearly always 5,
// and all flows alike. Without Options.Shared there are up to 15.
func TestProcessesShareSlots(t *testing.T) {
	for _, alone := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			defer rest()
			const limit, flows, lasts = 5, 40, 2 * time.Minute
			b := &table{takes: 3 * time.Millisecond}
			c := &counter{since: time.Now(), served: map[string]int{}}
			ctx, cancel := context.WithTimeout(t.Context(), lasts)
			defer cancel()
			governors := []*Governor{b.join(limit), b.join(limit), b.join(limit)}
			if alone {
				for i := range governors {
					governors[i] = New(Options{Limit: limit})
				}
			}
			var wg sync.WaitGroup
			for i := range flows {
				wg.Go(func() {
					c.work(ctx, governors[i%3], netsuite.Scheduled, fmt.Sprint("flow-", i), 200*time.Millisecond)
				})
			}
			wg.Wait()
			if alone {
				if c.top <= limit {
					t.Error("processes that share nothing keep to the limit: the shared budget is not what keeps it")
				}
				return
			}
			if c.top != limit {
				t.Errorf("%d requests at one time, want %d", c.top, limit)
			}
			if share := float64(c.busy) / float64(lasts*limit); share < 0.95 {
				t.Errorf("slots were busy for %.3f of the time", share)
			}
			least, most := 1<<30, 0
			for i := range flows {
				n := c.served[fmt.Sprint("flow-", i)]
				least, most = min(least, n), max(most, n)
			}
			if least*2 < most {
				t.Errorf("flows were served between %d and %d times: %v", least, most, c.served)
			}
		})
	}
}

func TestUrgentRequestsOfOtherProcessesGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		b := &table{takes: time.Millisecond}
		c := &counter{since: time.Now(), served: map[string]int{}}
		ctx, cancel := context.WithCancel(t.Context())
		busy, person := b.join(2), b.join(2)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { c.work(ctx, busy, netsuite.Backfill, fmt.Sprint("load-", i), time.Second) })
		}
		time.Sleep(10 * time.Second)
		for range 5 {
			asked := time.Now()
			release, err := person.Acquire(ctx, netsuite.Interactive)
			if err != nil {
				t.Fatal(err)
			}
			release(netsuite.Answered)
			if waited := time.Since(asked); waited > 1100*time.Millisecond {
				t.Errorf("a person waited %s, longer than a request takes", waited)
			}
			time.Sleep(300 * time.Millisecond)
		}
		cancel()
		wg.Wait()
	})
}

// A process that stops without a word keeps its slots until its requests are over for
// certain, and costs the others nothing else.
func TestADeadProcessHoldsItsSlotsUntilItsRequestsAreOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		b := &table{takes: time.Millisecond}
		dies, lives := b.join(2), b.join(2)
		acquire(t, dies, netsuite.Scheduled)
		died := time.Now()
		acquire(t, lives, netsuite.Scheduled)(netsuite.Answered)
		acquire(t, lives, netsuite.Scheduled)
		if waited := time.Since(died); waited > 2*time.Second {
			t.Errorf("the free slot was waited for %s", waited)
		}
		release := acquire(t, lives, netsuite.Scheduled)
		waited := time.Since(died)
		if held := time.Minute + beginWithin; waited < held || waited > held+time.Second {
			t.Errorf("the dead process's slot came after %s, want %s", waited, held)
		}
		release(netsuite.Answered)
	})
}

// A process that is frozen while it waits is passed over, and what it is given and does
// not begin on in time is not used.
func TestALateProcessBeginsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		b := &table{takes: time.Millisecond}
		late := time.Duration(0)
		g := New(Options{Limit: 1, Clock: func() time.Time { return time.Now().Add(late) },
			Shared: &Shared{Process: "late", Budget: b, Hold: time.Second}})
		hold := acquire(t, g, netsuite.Scheduled)
		got := make(chan func(netsuite.Result))
		go func() {
			release, err := g.Acquire(t.Context(), netsuite.Scheduled)
			if err != nil {
				t.Error(err)
			}
			got <- release
		}()
		synctest.Wait()
		g.mu.Lock()
		late = time.Hour // between the grant's exchange and its use
		g.shared.hand(g, grant{number: 99, class: int(netsuite.Scheduled)}, time.Now().Add(beginWithin))
		g.mu.Unlock()
		select {
		case <-got:
			t.Fatal("a request begins an hour after its slot was given")
		case <-time.After(500 * time.Millisecond):
		}
		hold(netsuite.Answered)
		(<-got)(netsuite.Answered)
		if b.pool(t).Last < 2 {
			t.Error("the request began without a slot of its own")
		}
	})
}

func TestASharedBudgetThatIsAwayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		b := &table{takes: time.Millisecond}
		g := b.join(1)
		release := acquire(t, g, netsuite.Scheduled)
		b.fail(true)
		release(netsuite.Answered)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := g.Acquire(ctx, netsuite.Scheduled); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a slot without a budget: %v", err)
		}
		b.fail(false)
		acquire(t, g, netsuite.Scheduled)(netsuite.Answered) // the slot that could not be given back was
		time.Sleep(5 * time.Second)
		if p := b.pool(t); len(p.Held) != 0 {
			t.Errorf("slots held at the end: %+v", p.Held)
		}
	})
}

// Two processes share the budgets of one name, and those of another not.
func TestSharingGoesByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		tables := map[string]*table{"a": {}, "b": {}}
		find := func(name string) Budget { return tables[name] }
		one, other := &Sharing{Process: "one", Budget: find}, &Sharing{Process: "other", Budget: find}
		a := one.New("a", time.Minute, Options{Limit: 1})
		hold := acquire(t, a, netsuite.Scheduled)
		acquire(t, other.New("b", time.Minute, Options{Limit: 1}), netsuite.Scheduled)
		got := make(chan struct{})
		go func() {
			acquire(t, other.New("a", time.Minute, Options{Limit: 1}), netsuite.Scheduled)(netsuite.Answered)
			close(got)
		}()
		time.Sleep(10 * time.Second)
		select {
		case <-got:
			t.Fatal("two processes have the one slot of a budget")
		default:
		}
		hold(netsuite.Answered)
		time.Sleep(time.Millisecond) // until it is given back
		other.Changed("a")
		other.Changed("none")
		synctest.Wait()
		select {
		case <-got:
		default:
			t.Error("a process that was told does not take the slot")
		}
		if alone := (*Sharing)(nil).New("a", time.Minute, Options{Limit: 3}); alone.shared != nil {
			t.Error("a process that is alone shares")
		}
	})
}

func TestARefusalCutsForAllProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer rest()
		b := &table{takes: time.Millisecond}
		one, other := b.join(5), b.join(5)
		var held []func(netsuite.Result)
		for range 5 {
			held = append(held, acquire(t, one, netsuite.Scheduled))
		}
		for _, release := range held[:3] {
			release(netsuite.Refused) // one round: one cut
		}
		time.Sleep(time.Second)
		if p := b.pool(t); p.Cuts != 1 || int(p.Allowance) != 3 {
			t.Fatalf("after one round of refusals: %+v", p)
		}
		acquire(t, other, netsuite.Scheduled)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := other.Acquire(ctx, netsuite.Scheduled); err == nil {
			t.Error("the other process goes beyond what the refusal left")
		}
		if s := other.Stats(); s.Allowance != 3 {
			t.Errorf("the other process sees %+v", s)
		}
	})
}

// Whatever processes do, die of or are told late: no slot is given beyond the allowance,
// who keeps asking is served though others keep their slots, and what is beyond a cut
// allowance is given back.
func TestPoolProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &poolWorld{T: t, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), limit: rapid.IntRange(1, 8).Draw(t, "limit"),
			now: time.UnixMicro(1_700_000_000_000_000), holds: map[string][]int64{}, drops: map[int64]bool{}, served: map[string]int{}}
		processes := rapid.IntRange(1, 4).Draw(t, "processes")
		// With one slot that is held through deaths and late news, turns are rare: everybody
		// has one sooner or later.
		for n := 0; n < 200 || len(w.served) < processes; n++ {
			if n == 5000 {
				t.Fatalf("after %d steps some of %d processes were never served: %v", n, processes, w.served)
			}
			w.step(fmt.Sprint(w.random.IntN(processes)))
		}
		w.calm = true
		for n := range 4 * processes { // everybody ends what it has, and keeps what it may
			w.step(fmt.Sprint(n % processes))
		}
		if w.p.Limit > 0 && w.total() > int(w.p.Allowance) {
			t.Fatalf("%d slots stay held, allowance %.2f", w.total(), w.p.Allowance)
		}
	})
}

type poolWorld struct {
	*rapid.T
	p      pool
	random *rand.Rand
	now    time.Time
	limit  int
	calm   bool // nothing is refused any more
	holds  map[string][]int64
	drops  map[int64]bool
	served map[string]int
}

func (w *poolWorld) total() (n int) {
	for _, h := range w.holds {
		n += len(h)
	}
	return n
}

// step lets a process end some requests, keep some slots, and ask for others.
func (w *poolWorld) step(name string) {
	w.now = w.now.Add(time.Duration(w.random.IntN(60)) * time.Millisecond)
	d := demand{process: name, limit: w.limit + w.random.IntN(2), hold: time.Minute}
	for class := range classes {
		d.waiting[class] = map[string]int{}
	}
	if w.calm {
		d.limit = w.limit
	}
	class, flow := w.random.IntN(classes), fmt.Sprint("flow-", w.random.IntN(4))
	d.waiting[class][flow] = 1 + w.random.IntN(3)
	var left []int64
	for _, number := range w.holds[name] {
		e := ending{number: number, result: netsuite.Answered, class: class, flow: flow}
		switch ends := w.random.IntN(4); {
		case ends == 0 && !w.calm:
			left = append(left, number)
			continue
		case ends == 1 && !w.calm:
			e.result = netsuite.Result(w.random.IntN(3))
		default:
			e.kept = !w.drops[number]
		}
		if e.kept {
			left = append(left, number)
			w.served[name]++
		}
		d.ended = append(d.ended, e)
	}
	a := w.p.exchange(d, w.now)
	for _, g := range a.grants {
		left = append(left, g.number)
		w.served[name]++
	}
	w.holds[name] = left
	for _, number := range a.drops {
		w.drops[number] = true
	}
	if total := w.total(); total != len(w.p.Held) || len(a.grants) > 0 && total > int(w.p.Allowance) || int(w.p.Allowance) > w.limit+1 || w.p.Allowance < 1 {
		w.Fatalf("%d slots held, %d known, allowance %.2f, limit %d", total, len(w.p.Held), w.p.Allowance, w.p.Limit)
	}
}
