package governor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
				t.Errorf("flows were served between %d and %d times", least, most)
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

// Whatever processes do, die of or are told late: no more slots are held than the
// lowest limit and the allowance let, and who keeps asking is served.
func TestPoolProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p pool
		now := time.UnixMicro(1_700_000_000_000_000)
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		processes := rapid.IntRange(1, 4).Draw(t, "processes")
		holds := map[string][]int64{}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		served := map[string]int{}
		for range 300 {
			now = now.Add(time.Duration(random.IntN(60)) * time.Millisecond)
			name := fmt.Sprint(random.IntN(processes))
			d := demand{process: name, limit: limit + random.IntN(2), hold: time.Minute}
			for class := range classes {
				d.waiting[class] = map[string]int{}
			}
			d.waiting[random.IntN(classes)][fmt.Sprint("flow-", random.IntN(4))] = 1 + random.IntN(3)
			for random.IntN(4) > 0 && len(holds[name]) > 0 {
				result := netsuite.Result(random.IntN(3))
				d.ended = append(d.ended, ending{holds[name][0], result})
				holds[name] = holds[name][1:]
			}
			before := maps.Clone(served)
			grants, _ := p.exchange(d, now)
			for _, g := range grants {
				holds[name] = append(holds[name], g.number)
				served[name]++
			}
			total := 0
			for _, h := range holds {
				total += len(h)
			}
			if total != len(p.Held) || len(grants) > 0 && total > int(p.Allowance) || int(p.Allowance) > limit+1 || p.Allowance < 1 {
				t.Fatalf("%d slots held, %d known, allowance %.2f, limit %d, before %v", total, len(p.Held), p.Allowance, p.Limit, before)
			}
		}
		for name := range holds {
			if served[name] == 0 {
				t.Fatalf("process %s was never served: %v", name, served)
			}
		}
	})
}
