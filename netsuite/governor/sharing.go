package governor

import (
	"sync"
	"time"
)

// Sharing makes governors whose budgets several processes share. A nil one makes
// governors of budgets that are this process's alone.
type Sharing struct {
	Process string // names this process among them
	// Budget returns where the budget with a name is kept.
	Budget func(name string) Budget

	mu        sync.Mutex
	governors map[string]*Governor
}

// New returns a governor of the budget with a name. Call it once for each name. A
// request takes no longer than hold.
func (s *Sharing) New(name string, hold time.Duration, o Options) *Governor {
	if s == nil {
		return New(o)
	}
	o.Shared = &Shared{Process: s.Process, Budget: s.Budget(name), Hold: hold}
	g := New(o)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.governors == nil {
		s.governors = map[string]*Governor{}
	}
	s.governors[name] = g
	return g
}

// Changed tells that a slot of the budget with a name may be free.
func (s *Sharing) Changed(name string) {
	s.mu.Lock()
	g := s.governors[name]
	s.mu.Unlock()
	if g != nil {
		g.Changed()
	}
}
