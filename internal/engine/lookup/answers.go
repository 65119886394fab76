package lookup

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// answers keeps what was found, those that were used last, and sees to it that one
// question is not asked by two pages at one time. That nothing was found is not
// kept: a step may make what was looked for. The records in it are shared, and
// nobody changes them.
type answers struct {
	limit int           // records that are kept
	keep  time.Duration // how long; 0 for as long as there is room
	clock func() time.Time

	mu      sync.Mutex
	entries map[string]*list.Element // of *entry
	order   *list.List               // the one used last is in front
	size    int
	pending map[string]chan struct{} // questions that are being asked; closed once that has ended
	used    time.Time
}

// entry is one answer.
type entry struct {
	key    string
	answer sluice.Answer
	at     time.Time
}

func (e *entry) size() int { return max(1, len(e.answer.Records)) }

func newAnswers(limit int, keep time.Duration, clock func() time.Time) *answers {
	return &answers{limit: limit, keep: keep, clock: clock, entries: map[string]*list.Element{}, order: list.New(), pending: map[string]chan struct{}{}}
}

// asker asks questions of a system.
type asker func(ctx context.Context, questions []sluice.Question) (sluice.Findings, error)

// find returns the answers to questions by their keys, asking those that it does not have.
func (a *answers) find(ctx context.Context, questions map[string]sluice.Question, ask asker) (found map[string]sluice.Answer, requests int, err error) {
	found = map[string]sluice.Answer{}
	for {
		mine, other := a.begin(questions, found)
		if len(mine) > 0 {
			n, err := a.ask(ctx, mine, questions, found, ask)
			requests += n
			if err != nil {
				return nil, requests, err
			}
		}
		if other == nil {
			return found, requests, nil
		}
		select {
		case <-ctx.Done():
			return nil, requests, ctx.Err()
		case <-other:
		}
	}
}

// begin takes what is there, and returns the keys that are the caller's to ask and
// one question that somebody else is asking.
func (a *answers) begin(questions map[string]sluice.Question, found map[string]sluice.Answer) (mine []string, other chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.used = a.clock()
	for key := range questions {
		if _, done := found[key]; done {
			continue
		}
		if answer, ok := a.get(key); ok {
			found[key] = answer
		} else if waiting, ok := a.pending[key]; ok {
			other = waiting
		} else {
			mine = append(mine, key)
			a.pending[key] = make(chan struct{})
		}
	}
	return mine, other
}

// get returns an answer that is not too old. a.mu is held.
func (a *answers) get(key string) (sluice.Answer, bool) {
	element, ok := a.entries[key]
	if !ok {
		return sluice.Answer{}, false
	}
	e := element.Value.(*entry)
	if a.keep > 0 && a.used.Sub(e.at) >= a.keep {
		a.drop(element)
		return sluice.Answer{}, false
	}
	a.order.MoveToFront(element)
	return e.answer, true
}

func (a *answers) drop(element *list.Element) {
	e := a.order.Remove(element).(*entry)
	delete(a.entries, e.key)
	a.size -= e.size()
}

func (a *answers) ask(ctx context.Context, keys []string, questions map[string]sluice.Question, found map[string]sluice.Answer, ask asker) (int, error) {
	list := make([]sluice.Question, len(keys))
	for i, key := range keys {
		list[i] = questions[key]
	}
	at := a.clock() // an answer is as old as its question
	findings, err := ask(ctx, list)
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, key := range keys {
		close(a.pending[key])
		delete(a.pending, key)
		if err == nil {
			found[key] = findings.Answers[i]
			a.put(&entry{key, findings.Answers[i], at})
		}
	}
	return findings.Requests, err
}

// put keeps an answer. a.mu is held.
func (a *answers) put(e *entry) {
	if e.answer.Refused != nil || len(e.answer.Records) == 0 || e.size() > a.limit {
		return
	}
	a.entries[e.key] = a.order.PushFront(e)
	for a.size += e.size(); a.size > a.limit; {
		a.drop(a.order.Back())
	}
}

// Shelf keeps answers for all runs of a process.
type Shelf struct {
	clock func() time.Time
	mu    sync.Mutex
	kept  map[string]*answers
}

// NewShelf returns an empty shelf.
func NewShelf(clock func() time.Time) *Shelf {
	return &Shelf{clock: clock, kept: map[string]*answers{}}
}

// answers returns the place for a lookup's answers. Places that nobody has used for
// as long as their answers are good go.
func (s *Shelf) answers(name string, limit int, keep time.Duration) *answers {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, a := range s.kept {
		if n != name && a.idle() {
			delete(s.kept, n)
		}
	}
	a, ok := s.kept[name]
	if !ok || a.limit != limit || a.keep != keep {
		a = newAnswers(limit, keep, s.clock)
		a.used = s.clock()
		s.kept[name] = a
	}
	return a
}

func (a *answers) idle() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.clock().Sub(a.used) >= a.keep
}
