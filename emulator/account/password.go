package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/account/internal/password"
)

// minPassword is the shortest password that the pages take.
const minPassword = 10

// ErrShortPassword is returned for a new password that is too short.
var ErrShortPassword = errors.New("a password has at least 10 characters")

// ErrLogin is a refused login: the login page does not say why.
var ErrLogin = errors.New("you have entered an invalid email address or password")

// CheckPassword reports whether p is e's password. It counts no failure.
func (e *Employee) CheckPassword(p string) bool { return password.Matches(e.Password, p) }

// SetPassword gives e a password. It takes effect where e is saved.
func (e *Employee) SetPassword(p string) error {
	if len(p) < minPassword {
		return ErrShortPassword
	}
	e.Password = password.New(p)
	return nil
}

// LoginPassword authenticates a person at the login page and writes the audit
// trail. Five failures in a row lock the user, as failures of tokens do.
func (a *Account) LoginPassword(r *http.Request, email, secret string) (Employee, error) {
	l := a.attempt(TokenService)
	c := l.checkPassword(email, secret)
	e := l.entry()
	e.RequestURI, e.IP = requestURI(r), remoteIP(r)
	if l.employee == nil {
		e.User = email[:min(len(email), 100)]
	}
	if c != nil {
		e.fail(c.detail(l.api))
		a.trail.add(e)
		return Employee{}, ErrLogin
	}
	a.trail.add(e)
	return *l.employee, nil
}

// checkPassword finds the user by email address and checks lock, password and access.
func (l *attempt) checkPassword(email, secret string) *cause {
	l.employee = find(l.setup.Employees, func(e *Employee) bool { return email != "" && strings.EqualFold(e.Email, email) })
	if l.employee == nil {
		return wrongPassword
	}
	if l.locks.Locked(l.employee.ID, l.now) {
		return userLocked
	}
	if !l.employee.CheckPassword(secret) {
		l.locks.Failed(l.employee.ID, l.now)
		return wrongPassword
	}
	if !l.employee.Access || l.employee.Inactive {
		return noPermission
	}
	l.locks.Succeeded(l.employee.ID)
	return nil
}
