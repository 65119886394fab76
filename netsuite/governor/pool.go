package governor

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

const (
	// stickiness is how many turns a process may be ahead of another one's flow before
	// it leaves a slot to it: a slot that stays costs no time, one that changes hands does.
	stickiness = 8
	// owedFor is how long a slot is left free for a process that was told of it.
	owedFor = 100 * time.Millisecond
	// freshFor is how long a process counts as waiting without a word from it.
	freshFor = 2 * time.Second
	// knownFor is how long the limit that a process was set up with counts.
	knownFor = time.Minute
)

// pool is what all processes know of an account's slots together. It is pure: who
// stores it sees to it that one exchange follows the other. Times are microseconds
// of one clock.
type pool struct {
	Limit     int     `json:"limit"`     // the lowest that a process was set up with
	Allowance float64 `json:"allowance"` // 1 to Limit; its whole part counts
	Cuts      int     `json:"cuts"`      // how often the allowance was cut
	Last      int64   `json:"last"`      // number of the last slot given
	Turn      int64   `json:"turn"`      // grants so far

	Held      []held              `json:"held"`
	Processes map[string]*process `json:"processes"`
	// Served tells, for flows that wait, the turn of their last grant or of their coming.
	Served map[string]int64 `json:"served"`
	Passed [classes]int     `json:"passed"` // grants to other classes since a class was served
}

// held is a slot that a process has, for one request after another.
type held struct {
	Number  int64  `json:"number"`
	Process string `json:"process"`
	Until   int64  `json:"until"`          // by then its request is certainly over
	Cuts    int    `json:"cuts"`           // the pool's cuts when its request began
	Drop    bool   `json:"drop,omitempty"` // the process was told to give it back
}

// process is what a process has told of itself.
type process struct {
	Limit   int                     `json:"limit"`
	Seen    int64                   `json:"seen"`
	Owed    int64                   `json:"owed,omitempty"` // since when a free slot is left to it
	Waiting [classes]map[string]int `json:"waiting"`        // requests by flow
}

// ending is the end of a request, with which a slot is given back or kept for a next one.
type ending struct {
	number int64
	result netsuite.Result
	kept   bool
	class  int // of the next request
	flow   string
}

// demand is what a process brings to an exchange.
type demand struct {
	process string
	limit   int
	hold    time.Duration // how long a slot may be used from now
	waiting [classes]map[string]int
	ended   []ending
	at      int64 // when it is made; the pool's to set
}

// grant is a slot that a process may use for one request.
type grant struct {
	number int64
	class  int
	flow   string
}

// answer is what a process gets in an exchange.
type answer struct {
	grants []grant
	// drops are slots of the process that it gives back after their request.
	drops []int64
	// wake says that slots are left free for others that wait: somebody should tell them.
	wake bool
}

// exchange takes back what a process has ended and gives it what it is due.
func (p *pool) exchange(d demand, now time.Time) (a answer) {
	at := now.UnixMicro()
	d.at = at
	p.tidy(at)
	p.meet(d, at)
	for _, e := range d.ended {
		if !p.end(d, e, now) {
			a.drops = append(a.drops, e.number)
		}
	}
	p.line(at)
	shadow := p.shadow(at)
	p.grant(d, now, shadow, &a)
	p.drop(d, shadow, &a)
	return a
}

// grant shares out the free slots.
func (p *pool) grant(d demand, now time.Time, shadow *shadow, a *answer) {
	for free := int(p.Allowance) - len(p.Held); free > 0; free-- {
		c, ok := shadow.next(d.process)
		if !ok {
			return
		}
		if c.process != d.process {
			if owed := p.Processes[c.process]; owed.Owed == 0 {
				owed.Owed = now.UnixMicro()
			}
			a.wake = true
			continue
		}
		p.Turn++
		p.Last++
		p.Held = append(p.Held, held{Number: p.Last, Process: d.process, Until: now.Add(d.hold).UnixMicro(), Cuts: p.Cuts})
		p.Served[lineOf(c.class, c.flow)] = p.Turn
		p.Passed = shadow.passed
		take(p.Processes[d.process].Waiting[c.class], c.flow)
		a.grants = append(a.grants, grant{p.Last, c.class, c.flow})
	}
}

// drop tells the process to give slots back that are beyond the allowance, or one that
// another process is due. Slots change hands one after the other: all at once they would
// come back all at once.
func (p *pool) drop(d demand, shadow *shadow, a *answer) {
	beyond := len(p.Held) - int(p.Allowance)
	pending, passing := 0, 0 // were told before, and are there to do so
	for _, h := range p.Held {
		if !h.Drop {
			continue
		}
		pending++
		if q := p.Processes[h.Process]; q != nil && q.present(d.at) {
			passing++
		}
	}
	due := func() bool {
		c, ok := shadow.next(d.process)
		return ok && c.process != d.process
	}
	for i := range p.Held {
		h := &p.Held[i]
		if h.Process != d.process || h.Drop {
			continue
		}
		if pending < beyond || passing == 0 && due() {
			pending, passing = pending+1, passing+1
			h.Drop = true
			a.drops = append(a.drops, h.Number)
		}
	}
}

// tidy frees the slots whose request is over although nobody said so, and forgets
// processes that were not heard of for long.
func (p *pool) tidy(at int64) {
	if p.Processes == nil {
		p.Processes, p.Served = map[string]*process{}, map[string]int64{}
	}
	p.Held = slices.DeleteFunc(p.Held, func(h held) bool { return h.Until < at })
	maps.DeleteFunc(p.Processes, func(_ string, q *process) bool { return q.Seen < at-knownFor.Microseconds() })
}

// meet notes what a process says of itself.
func (p *pool) meet(d demand, at int64) {
	p.Processes[d.process] = &process{Limit: d.limit, Seen: at, Waiting: d.waiting}
	lowest := d.limit
	for _, q := range p.Processes {
		lowest = min(lowest, q.Limit)
	}
	if lowest != p.Limit && (p.Limit == 0 || p.Allowance >= float64(p.Limit)) {
		p.Allowance = float64(lowest) // no refusal speaks against the new limit
	}
	p.Limit = lowest
	p.Allowance = min(p.Allowance, float64(lowest))
}

// end ends a slot's request and learns from it. The slot is given back, or goes on with
// the next request. It reports false for one that was freed before, since its time was
// over: it teaches nothing.
func (p *pool) end(d demand, e ending, now time.Time) bool {
	i := slices.IndexFunc(p.Held, func(h held) bool { return h.Number == e.number && h.Process == d.process })
	if i < 0 {
		return !e.kept
	}
	was := p.Held[i]
	switch {
	case e.result == netsuite.Refused && was.Cuts == p.Cuts: // else the cut that followed it has answered for it
		p.Cuts++
		p.Allowance = max(1, p.Allowance*sharedCut)
	case e.result == netsuite.Answered:
		p.Allowance = min(float64(p.Limit), p.Allowance+1/p.Allowance)
	}
	if !e.kept {
		p.Held = slices.Delete(p.Held, i, i+1)
		return true
	}
	p.Turn++
	p.Held[i].Until, p.Held[i].Cuts = now.Add(d.hold).UnixMicro(), p.Cuts
	p.Served[lineOf(e.class, e.flow)] = p.Turn
	p.passOver(e.class, now.UnixMicro())
	return true
}

// passOver counts the classes that wait while another is served.
func (p *pool) passOver(served int, at int64) {
	for class := range classes {
		waits := false
		for _, q := range p.Processes {
			waits = waits || q.present(at) && len(q.Waiting[class]) > 0
		}
		switch {
		case class == served:
			p.Passed[class] = 0
		case waits:
			p.Passed[class]++
		}
	}
}

// sharedCut is what a refusal leaves of the allowance. The smallest accounts have five
// slots: half of what was too much by one would leave others empty.
const sharedCut = 0.7

// line keeps for each flow that waits when it was served, or came.
func (p *pool) line(at int64) {
	waiting := map[string]bool{}
	for _, q := range p.Processes {
		if !q.present(at) {
			continue
		}
		for class := range classes {
			for flow := range q.Waiting[class] {
				waiting[lineOf(class, flow)] = true
			}
		}
	}
	for name := range waiting {
		if _, ok := p.Served[name]; !ok {
			p.Served[name] = p.Turn
		}
	}
	maps.DeleteFunc(p.Served, func(name string, _ int64) bool { return !waiting[name] })
}

// lineOf names a flow of a class.
func lineOf(class int, flow string) string { return string(rune('0'+class)) + flow }

// present reports whether a process is there to take what it waits for. One that left
// a slot lying, or was not heard of, may be frozen or dead.
func (q *process) present(at int64) bool {
	return at-q.Seen < freshFor.Microseconds() && (q.Owed == 0 || at-q.Owed < owedFor.Microseconds())
}

func take(waiting map[string]int, flow string) {
	if waiting[flow]--; waiting[flow] <= 0 {
		delete(waiting, flow)
	}
}

// shadow is the pool's queues while slots are shared out in thought.
type shadow struct {
	waiting map[string]*[classes]map[string]int // by process
	served  map[string]int64
	passed  [classes]int
	turn    int64
}

func (p *pool) shadow(at int64) *shadow {
	s := &shadow{waiting: map[string]*[classes]map[string]int{}, served: maps.Clone(p.Served), passed: p.Passed, turn: p.Turn}
	for name, q := range p.Processes {
		if !q.present(at) {
			continue
		}
		var copied [classes]map[string]int
		for class := range classes {
			copied[class] = maps.Clone(q.Waiting[class])
		}
		s.waiting[name] = &copied
	}
	return s
}

// chosen is who gets the next slot.
type chosen struct {
	process string
	class   int
	flow    string
}

// next chooses who gets a free slot: the flow of the most urgent class that was served
// the longest ago, or one of the asking process that is not much ahead of it.
func (s *shadow) next(asks string) (chosen, bool) {
	class, ok := s.class()
	if !ok {
		return chosen{}, false
	}
	var best, own chosen
	for name, waiting := range s.waiting {
		for flow := range waiting[class] {
			c := chosen{name, class, flow}
			if best.process == "" || s.before(c, best) {
				best = c
			}
			if name == asks && (own.process == "" || s.before(c, own)) {
				own = c
			}
		}
	}
	if own.process != "" && s.servedAt(own)-s.servedAt(best) <= stickiness {
		best = own
	}
	s.turn++
	s.served[lineOf(class, best.flow)] = s.turn
	take(s.waiting[best.process][class], best.flow)
	return best, true
}

func (s *shadow) servedAt(c chosen) int64 { return s.served[lineOf(c.class, c.flow)] }

// before orders by turns, then by name, so that the order of maps decides nothing.
func (s *shadow) before(a, b chosen) bool {
	if x, y := s.servedAt(a), s.servedAt(b); x != y {
		return x < y
	}
	if a.flow != b.flow {
		return strings.Compare(a.flow, b.flow) < 0
	}
	return a.process < b.process
}

// class chooses the class that is served, and counts who is passed over for it.
func (s *shadow) class() (int, bool) {
	var waits [classes]bool
	for _, waiting := range s.waiting {
		for class := range classes {
			waits[class] = waits[class] || len(waiting[class]) > 0
		}
	}
	return choose(waits, &s.passed)
}
