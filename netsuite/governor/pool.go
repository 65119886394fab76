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

// held is a slot that a process has for one request.
type held struct {
	Number  int64  `json:"number"`
	Process string `json:"process"`
	Until   int64  `json:"until"` // by then the request is certainly over
	Cuts    int    `json:"cuts"`  // the pool's cuts when it was given
}

// process is what a process has told of itself.
type process struct {
	Limit   int                     `json:"limit"`
	Seen    int64                   `json:"seen"`
	Owed    int64                   `json:"owed,omitempty"` // since when a free slot is left to it
	Waiting [classes]map[string]int `json:"waiting"`        // requests by flow
}

// ending is a slot given back.
type ending struct {
	number int64
	result netsuite.Result
}

// demand is what a process brings to an exchange.
type demand struct {
	process string
	limit   int
	hold    time.Duration // how long a slot may be used from now
	waiting [classes]map[string]int
	ended   []ending
}

// grant is a slot that a process may use for one request.
type grant struct {
	number int64
	class  int
	flow   string
}

// exchange takes back what a process has ended and gives it what it is due. It reports
// whether free slots are left for processes that wait: somebody should tell them.
func (p *pool) exchange(d demand, now time.Time) (grants []grant, wake bool) {
	at := now.UnixMicro()
	p.tidy(at)
	p.meet(d, at)
	for _, e := range d.ended {
		p.end(d.process, e)
	}
	p.line(at)
	shadow := p.shadow(at)
	for free := int(p.Allowance) - len(p.Held); free > 0; free-- {
		c, ok := shadow.next(d.process)
		if !ok {
			break
		}
		if c.process != d.process {
			if owed := p.Processes[c.process]; owed.Owed == 0 {
				owed.Owed = at
			}
			wake = true
			continue
		}
		p.Turn++
		p.Last++
		p.Held = append(p.Held, held{Number: p.Last, Process: d.process, Until: now.Add(d.hold).UnixMicro(), Cuts: p.Cuts})
		p.Served[lineOf(c.class, c.flow)] = p.Turn
		p.Passed = shadow.passed
		take(p.Processes[d.process].Waiting[c.class], c.flow)
		grants = append(grants, grant{p.Last, c.class, c.flow})
	}
	return grants, wake
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

// end takes a slot back and learns from how its request ended. A slot that was freed
// before, since its time was over, teaches nothing.
func (p *pool) end(process string, e ending) {
	i := slices.IndexFunc(p.Held, func(h held) bool { return h.Number == e.number && h.Process == process })
	if i < 0 {
		return
	}
	was := p.Held[i]
	p.Held = slices.Delete(p.Held, i, i+1)
	switch {
	case e.result == netsuite.Refused && was.Cuts == p.Cuts: // else the cut that followed it has answered for it
		p.Cuts++
		p.Allowance = max(1, p.Allowance*sharedCut)
	case e.result == netsuite.Answered:
		p.Allowance = min(float64(p.Limit), p.Allowance+1/p.Allowance)
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
