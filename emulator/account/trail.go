package account

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// trailLength is how many entries the audit trail keeps.
const trailLength = 10_000

// Statuses of an audit trail entry.
const (
	Success = "Success"
	Failure = "Failure"
)

// TrailEntry is one line of the Login Audit Trail, with the columns of Setup >
// Users/Roles > User Management > View Login Audit Trail.
type TrailEntry struct {
	Time        time.Time `json:"time"`
	Status      string    `json:"status"` // Success or Failure
	Detail      string    `json:"detail,omitempty"`
	User        string    `json:"user,omitempty"`
	Role        string    `json:"role,omitempty"`
	Application string    `json:"application,omitempty"` // integration record
	TokenName   string    `json:"tokenName,omitempty"`
	RequestURI  string    `json:"requestUri"`
	IP          string    `json:"ip,omitempty"`
}

func (e *TrailEntry) fail(detail string) { e.Status, e.Detail = Failure, detail }

// entry starts the trail entry of l from what is known so far.
func (l *attempt) entry() TrailEntry {
	e := TrailEntry{Time: l.now, Status: Success}
	if l.integration != nil {
		e.Application = l.integration.Name
	}
	if l.token != nil {
		e.TokenName = l.token.Name
	}
	if l.employee != nil {
		e.User = l.employee.Name
	}
	if l.role != nil {
		e.Role = l.role.Name
	}
	return e
}

// requestURI leaves the query out: revoketoken carries a token ID there.
func requestURI(r *http.Request) string { return r.URL.EscapedPath() }

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// trail keeps the newest entries in a ring.
type trail struct {
	mu   sync.Mutex
	ring []TrailEntry
	next int
}

func (t *trail) add(e TrailEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ring) < trailLength {
		t.ring = append(t.ring, e)
		return
	}
	t.ring[t.next] = e
	t.next = (t.next + 1) % trailLength
}

func (t *trail) list() []TrailEntry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Concat(t.ring[t.next:], t.ring[:t.next])
}

func (t *trail) set(list []TrailEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring, t.next = slices.Clone(list), 0
}

func (t *trail) clear() { t.set(nil) }

// AuditTrail returns the Login Audit Trail, oldest entry first. It keeps the
// newest 10,000.
func (a *Account) AuditTrail() []TrailEntry { return a.trail.list() }

// LastLogin returns the newest entry of the Login Audit Trail.
func (a *Account) LastLogin() (TrailEntry, bool) {
	list := a.trail.list()
	if len(list) == 0 {
		return TrailEntry{}, false
	}
	return list[len(list)-1], true
}
