// Package login knows who is logged in to the pages, in memory alone: by a
// cookie, with a token for forms, and with what only the next page may show.
package login

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"sync"
	"time"
)

// idle is how long a login lasts without a request. It is the emulator's choice.
const idle = 3 * time.Hour

// Login is a person who is logged in. Role is empty until it is chosen.
type Login struct {
	Token          string // proves that a form is from a page of this login
	Employee, Role string // internal IDs

	id     string
	mu     sync.Mutex
	seen   time.Time
	notice Notice
	once   map[string]any
}

// Notice is a message that the next page shows.
type Notice struct{ Title, Text string }

// Owns reports whether a form's token is that of the login.
func (l *Login) Owns(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(l.Token)) == 1
}

// Say leaves a notice for the next page.
func (l *Login) Say(n Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notice = n
}

// Notice returns the notice, once.
func (l *Login) Notice() Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.notice
	l.notice = Notice{}
	return n
}

// Keep keeps a value for the next visit of a page.
func (l *Login) Keep(page string, value any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.once == nil {
		l.once = map[string]any{}
	}
	l.once[page] = value
}

// Take returns what was kept for a page, once.
func (l *Login) Take(page string) any {
	l.mu.Lock()
	defer l.mu.Unlock()
	value := l.once[page]
	delete(l.once, page)
	return value
}

// Register holds the logins. It is safe for concurrent use.
type Register struct {
	mu   sync.Mutex
	byID map[string]*Login
}

// cookieName differs by port: browsers share the cookies of localhost between
// ports, and several accounts may be emulated at once.
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return "emulated_account_" + port
	}
	return "emulated_account"
}

// Find returns the login of a request, or nil. One that has been idle for long,
// or for which still says no, ends.
func (g *Register) Find(r *http.Request, now time.Time, still func(*Login) bool) *Login {
	c, err := r.Cookie(cookieName(r))
	if err != nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.byID[c.Value]
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.seen) > idle || !still(l) {
		delete(g.byID, l.id)
		return nil
	}
	l.seen = now
	return l
}

// Begin logs an employee in and sets the cookie. The login before ends.
func (g *Register) Begin(w http.ResponseWriter, r *http.Request, before *Login, employee, role string, now time.Time) *Login {
	l := &Login{id: rand.Text(), Token: rand.Text(), Employee: employee, Role: role, seen: now}
	g.mu.Lock()
	defer g.mu.Unlock()
	if before != nil {
		delete(g.byID, before.id)
	}
	if g.byID == nil {
		g.byID = map[string]*Login{}
	}
	g.byID[l.id] = l
	setCookie(w, r, l.id, 0)
	return l
}

// End logs out.
func (g *Register) End(w http.ResponseWriter, r *http.Request, l *Login) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l != nil {
		delete(g.byID, l.id)
	}
	setCookie(w, r, "", -1)
}

// Clear ends all logins.
func (g *Register) Clear() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.byID = nil
}

// setCookie allows navigation from other sites, since applications send people
// to the consent page, but no foreign forms.
func setCookie(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
}
