package pages

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
)

const (
	// idle is how long a login lasts without a request. It is the emulator's choice.
	idle = 3 * time.Hour
	// tokenField carries the token of the login in forms.
	tokenField = "_token"
)

// login is a person who is logged in. Its fields are fixed; what changes is
// behind mu.
type login struct {
	id, token      string
	employee, role string // role is empty until it is chosen

	mu     sync.Mutex
	seen   time.Time
	notice notice
	once   map[string][]pair
}

// notice is a message that the next page shows.
type notice struct{ Title, Text string }

// pair is a label with its value.
type pair struct{ Label, Value string }

// owns reports whether a form's token is that of the login.
func (l *login) owns(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(l.token)) == 1
}

// say leaves a notice for the next page.
func (l *login) say(n notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notice = n
}

func (l *login) takeNotice() notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.notice
	l.notice = notice{}
	return n
}

// show keeps secrets for the next visit of a page, which is the only one that
// shows them.
func (l *login) show(page string, secrets ...pair) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.once == nil {
		l.once = map[string][]pair{}
	}
	l.once[page] = secrets
}

func (l *login) takeOnce(page string) []pair {
	l.mu.Lock()
	defer l.mu.Unlock()
	secrets := l.once[page]
	delete(l.once, page)
	return secrets
}

// logins are the people who are logged in, in memory alone.
type logins struct {
	mu   sync.Mutex
	byID map[string]*login
}

// cookieName differs by port: browsers share the cookies of localhost between
// ports, and several accounts may be emulated at once.
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return "emulated_account_" + port
	}
	return "emulated_account"
}

// find returns the login of a request, or nil. A login ends when the user loses
// access or the role.
func (l *logins) find(v *visit) *login {
	c, err := v.r.Cookie(cookieName(v.r))
	if err != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.byID[c.Value]
	if found == nil {
		return nil
	}
	now := v.now()
	found.mu.Lock()
	defer found.mu.Unlock()
	if now.Sub(found.seen) > idle || !stillIn(v.setup, found) {
		delete(l.byID, found.id)
		return nil
	}
	found.seen = now
	return found
}

func stillIn(s *account.Setup, l *login) bool {
	e := s.Employee(l.employee)
	if e == nil || !e.Access || e.Inactive {
		return false
	}
	if l.role == "" {
		return true
	}
	for _, r := range uiRoles(s, e) {
		if r.ID == l.role {
			return true
		}
	}
	return false
}

// uiRoles are the employee's roles that may use the pages.
func uiRoles(s *account.Setup, e *account.Employee) []account.Role {
	var out []account.Role
	for _, id := range e.Roles {
		if r := s.Role(id); r != nil && !r.Inactive && !r.WebServicesOnly {
			out = append(out, *r)
		}
	}
	return out
}

// begin logs an employee in, in a role or without one, and sets the cookie. A
// login that the browser had ends.
func (l *logins) begin(v *visit, employee, role string) *login {
	fresh := &login{id: rand.Text(), token: rand.Text(), employee: employee, role: role, seen: v.now()}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = map[string]*login{}
	}
	if v.login != nil {
		delete(l.byID, v.login.id)
	}
	l.byID[fresh.id] = fresh
	v.login = fresh
	v.setCookie(fresh.id, 0)
	return fresh
}

// end logs out.
func (l *logins) end(v *visit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v.login != nil {
		delete(l.byID, v.login.id)
	}
	v.login, v.user = nil, nil
	v.setCookie("", -1)
}

func (l *logins) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byID = nil
}

// setCookie allows navigation from other sites, since applications send people
// to the consent page, but no foreign forms.
func (v *visit) setCookie(value string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: cookieName(v.r), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
	})
}
