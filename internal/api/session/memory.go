package session

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// Memory keeps sessions for this process alone.
type Memory struct {
	mu   sync.Mutex
	byID map[string]sluice.Session
}

var _ sluice.SessionStore = (*Memory)(nil)

// PutSession implements sluice.SessionStore, as do the other methods.
func (m *Memory) PutSession(_ context.Context, s *sluice.Session, idle time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.byID, func(_ string, old sluice.Session) bool {
		return !s.BegunAt.Before(old.EndsAt) || !s.BegunAt.Before(old.SeenAt.Add(idle))
	})
	if m.byID == nil {
		m.byID = map[string]sluice.Session{}
	}
	m.byID[s.ID] = *s
	return nil
}

// SessionByHash finds a session.
func (m *Memory) SessionByHash(_ context.Context, hash string) (*sluice.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.byID {
		if s.Hash == hash {
			return &s, nil
		}
	}
	return nil, sluice.NotFound("session", "with that cookie")
}

// TouchSession notes that a session was seen.
func (m *Memory) TouchSession(_ context.Context, id string, at time.Time) error {
	return m.change(id, func(s *sluice.Session) { s.SeenAt = at })
}

// HintSession keeps the hint of a session.
func (m *Memory) HintSession(_ context.Context, id string, hint []byte) error {
	return m.change(id, func(s *sluice.Session) { s.Hint = hint })
}

func (m *Memory) change(id string, do func(*sluice.Session)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.byID[id]
	if !ok {
		return sluice.NotFound("session", id)
	}
	do(&s)
	m.byID[id] = s
	return nil
}

// Sessions returns sessions, the last seen first.
func (m *Memory) Sessions(_ context.Context, userID string) ([]*sluice.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*sluice.Session
	for _, s := range m.byID {
		if userID == "" || s.UserID == userID {
			list = append(list, &s)
		}
	}
	slices.SortFunc(list, func(a, b *sluice.Session) int { return b.SeenAt.Compare(a.SeenAt) })
	return list, nil
}

// EndSessions removes sessions.
func (m *Memory) EndSessions(_ context.Context, userID, id, keep string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.byID)
	maps.DeleteFunc(m.byID, func(_ string, s sluice.Session) bool {
		return s.UserID == userID && (s.ID == id || id == "") && s.ID != keep
	})
	return int64(before - len(m.byID)), nil
}
