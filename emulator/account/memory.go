package account

import (
	"sync"
	"time"
)

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
