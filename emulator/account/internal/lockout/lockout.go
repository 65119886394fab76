// Package lockout locks users after failed logins in a row.
package lockout

import (
	"maps"
	"sync"
	"time"
)

// A user is locked for Duration after Failures failed logins in a row (Oracle
// help, subsect_156935170194).
const (
	Failures = 5
	Duration = 30 * time.Minute
)

// Counter counts failed logins per user. It is safe for concurrent use.
type Counter struct {
	mu    sync.Mutex
	users Users
}

// Users is what a Counter knows, for a state file.
type Users = map[string]User

// User is one user's failures so far, or the end of the lock.
type User struct {
	Failures int       `json:"failures"`
	Until    time.Time `json:"until"`
}

// Until returns when a user's lock ends, and false where there is none.
func (c *Counter) Until(user string, now time.Time) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	until := c.users[user].Until
	return until, now.Before(until)
}

// Locked reports whether a user is locked.
func (c *Counter) Locked(user string, now time.Time) bool {
	_, locked := c.Until(user, now)
	return locked
}

// Failed counts a failed login, and locks the user at the last one allowed.
func (c *Counter) Failed(user string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users == nil {
		c.users = Users{}
	}
	u := c.users[user]
	if u.Failures++; u.Failures >= Failures {
		u = User{Until: now.Add(Duration)}
	}
	c.users[user] = u
}

// Succeeded starts a user's count anew, and ends a lock.
func (c *Counter) Succeeded(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.users, user)
}

// Clear forgets everybody.
func (c *Counter) Clear() { c.Set(nil) }

// Set replaces what is known.
func (c *Counter) Set(users Users) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users = users
}

// Users returns a copy of what is known.
func (c *Counter) Users() Users {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.users)
}
