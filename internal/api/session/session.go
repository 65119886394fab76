// Package session keeps who has logged in by browser.
package session

import (
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/sluicehq/sluice"
)

// A session ends after its lifetime, and earlier when it is not used. Sessions of a
// server that is alone live in memory: a restart asks people to log in again, and leaves
// nothing to steal. Servers that share a database keep them there, so that a browser may
// meet another server with each request.
const (
	lifetime = 12 * time.Hour
	idle     = 2 * time.Hour
)

// UserKey is where a session holds the ID of its user.
const UserKey = "user"

// New returns sessions whose cookie goes over HTTPS alone when secure. They are kept in
// the store, or in memory when it is nil.
func New(secure bool, store sluice.SessionStore) *scs.SessionManager {
	s := scs.New()
	s.Store = &sessions{live: map[string]session{}}
	if store != nil {
		s.Store = stored{store}
	}
	s.Lifetime, s.IdleTimeout = lifetime, idle
	s.HashTokenInStore = true
	s.Cookie.Name = "sluice_session"
	s.Cookie.HttpOnly = true
	s.Cookie.SameSite = http.SameSiteLaxMode
	s.Cookie.Secure = secure
	return s
}

// sessions implements scs.Store. Expired ones go when another is stored.
type sessions struct {
	mu   sync.Mutex
	live map[string]session // by the hash of their token
}

type session struct {
	data   []byte
	expiry time.Time
}

// Find returns a session's data, and false when it has ended.
func (s *sessions) Find(token string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.live[token]
	if !ok || !time.Now().Before(found.expiry) {
		return nil, false, nil
	}
	return found.data, true, nil
}

// Commit stores a session.
func (s *sessions) Commit(token string, data []byte, expiry time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(s.live, func(_ string, old session) bool { return !now.Before(old.expiry) })
	s.live[token] = session{data, expiry}
	return nil
}

// Delete forgets a session.
func (s *sessions) Delete(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, token)
	return nil
}
