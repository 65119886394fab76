package account

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// nonces remembers which nonces each user has used, as long as their timestamps
// would still be accepted.
type nonces struct {
	mu     sync.Mutex
	used   map[string]map[string]bool // timestamp → user and nonce
	pruned time.Time
}

// first records a nonce and reports whether it is new.
func (n *nonces) first(user, timestamp, nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.prune(now)
	second := n.used[timestamp]
	if second == nil {
		if n.used == nil {
			n.used = map[string]map[string]bool{}
		}
		second = map[string]bool{}
		n.used[timestamp] = second
	}
	k := user + "\x00" + nonce
	if second[k] {
		return false
	}
	second[k] = true
	return true
}

// prune forgets, once a minute, timestamps that checkForm refuses by now. A
// clock that is set back may make them acceptable again: they are kept twice
// as long as needed.
func (n *nonces) prune(now time.Time) {
	if since := now.Sub(n.pruned); since.Abs() < time.Minute {
		return
	}
	n.pruned = now
	oldest := now.Add(-2 * skew).Unix()
	maps.DeleteFunc(n.used, func(timestamp string, _ map[string]bool) bool {
		sec, _ := strconv.ParseInt(timestamp, 10, 64) // checkForm parsed it
		return sec < oldest
	})
}

func (n *nonces) clear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.used = nil
}

// A user is locked for lockTime after maxFailures failed logins in a row.
const (
	maxFailures = 5
	lockTime    = 30 * time.Minute
)

// locks counts failed logins per user.
type locks struct {
	mu    sync.Mutex
	users map[string]lock
}

type lock struct {
	Failures int       `json:"failures"`
	Until    time.Time `json:"until"`
}

func (l *locks) locked(user string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.users[user].Until)
}

func (l *locks) failed(user string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users == nil {
		l.users = map[string]lock{}
	}
	u := l.users[user]
	if u.Failures++; u.Failures >= maxFailures {
		u = lock{Until: now.Add(lockTime)}
	}
	l.users[user] = u
}

func (l *locks) succeeded(user string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.users, user)
}

func (l *locks) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users = nil
}

// LockedUntil returns when a user's lock ends, and false where there is none.
func (a *Account) LockedUntil(employeeID string) (time.Time, bool) {
	a.locks.mu.Lock()
	defer a.locks.mu.Unlock()
	until := a.locks.users[employeeID].Until
	return until, a.Now().Before(until)
}

// Unlock ends a user's lock, as an administrator's reset does.
func (a *Account) Unlock(employeeID string) { a.locks.succeeded(employeeID) }
