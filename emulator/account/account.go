// Package account is the set-up side of the emulated NetSuite account: who may
// log in, with which keys, in which role, and what the Login Audit Trail says
// about it.
//
// It verifies signatures by RFC 5849 and Oracle's published samples alone and
// shares nothing with any client. Everything can be edited while it serves.
package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/lockout"
	"github.com/sluicehq/sluice/emulator/account/internal/nonce"
	"github.com/sluicehq/sluice/emulator/session"
)

// Options configure an Account beside its Setup.
type Options struct {
	// Now is the account's clock; nil means time.Now.
	Now func() time.Time
	// BaseURL is the address that clients sign, when a gateway stands between
	// (https://1234567.suitetalk.api.netsuite.com); nil means scheme and host
	// as received.
	BaseURL *url.URL
	// DescribeTokenErrors makes the token endpoints tell the audit trail's
	// detail, as SetDescribeTokenErrors says.
	DescribeTokenErrors bool
	// Changed is called after each edit, when set.
	Changed func()
}

// Account is one emulated account. It is safe for concurrent use: requests read
// an immutable Setup, edits replace it.
type Account struct {
	opts  Options
	setup atomic.Pointer[Setup]
	zone  atomic.Pointer[time.Location]
	edit  sync.Mutex // one edit at a time
	key   *ecdsa.PrivateKey
	trail trail
	nonce nonce.Log
	locks lockout.Counter
	flow  requestTokens

	describe atomic.Bool // token errors tell the reason
}

// New returns an account with the given set-up.
func New(s *Setup, opts Options) (*Account, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Account{opts: opts, key: key}
	a.describe.Store(opts.DescribeTokenErrors)
	return a, a.store(s.clone())
}

func (a *Account) store(s *Setup) error {
	if s.Features == nil {
		s.Features = map[string]bool{}
	}
	if err := s.check(); err != nil {
		return err
	}
	zone, err := time.LoadLocation(s.Preferences.TimeZone)
	if err != nil {
		return err
	}
	a.zone.Store(zone)
	a.setup.Store(s)
	return nil
}

// Setup returns the present set-up. It is shared: do not change it.
func (a *Account) Setup() *Setup { return a.setup.Load() }

// ID returns the account ID in realm form.
func (a *Account) ID() string { return a.Setup().ID }

// Now returns the time on the account's clock.
func (a *Account) Now() time.Time { return a.opts.Now() }

// Edit changes the set-up: change gets a copy, which takes effect when change
// returns no error and the result keeps the rules.
func (a *Account) Edit(change func(*Setup) error) error {
	if err := a.apply(change); err != nil {
		return err
	}
	if a.opts.Changed != nil {
		a.opts.Changed()
	}
	return nil
}

func (a *Account) apply(change func(*Setup) error) error {
	a.edit.Lock()
	defer a.edit.Unlock()
	s := a.Setup().clone()
	if err := change(s); err != nil {
		return err
	}
	return a.store(s)
}

// Reset puts the account back to s and forgets audit trail, nonces and locks.
func (a *Account) Reset(s *Setup) error {
	if err := a.Edit(func(now *Setup) error { *now = *s.clone(); return nil }); err != nil {
		return err
	}
	a.trail.clear()
	a.nonce.Clear()
	a.locks.Clear()
	a.flow.clear()
	return nil
}

// SetDescribeTokenErrors switches what failed requests to the token endpoints
// tell. Which of both NetSuite does is not known. Off: the general code of a
// refused login, and nothing beside error for OAuth 2.0. On: the audit trail's
// detail, as the code of the three-step flow and of issuetoken, and as
// error_description for OAuth 2.0.
func (a *Account) SetDescribeTokenErrors(on bool) { a.describe.Store(on) }

// DescribesTokenErrors tells the present mode.
func (a *Account) DescribesTokenErrors() bool { return a.describe.Load() }

// session returns what services know about a logged-in request.
func (a *Account) session(s *Setup, i *IntegrationRecord, e *Employee, r *Role) *session.Session {
	return &session.Session{
		AccountID: s.ID, AccountName: s.Name, IntegrationID: i.ID,
		EmployeeID: e.ID, EmployeeName: e.Name, RoleID: r.ID, RoleName: r.Name,
		Administrator: r.Administrator, Permissions: r.Permissions, Features: s.Features,
		TimeZone: a.zone.Load(), DateFormat: s.Preferences.DateFormat, TimeFormat: s.Preferences.TimeFormat,
		Now: a.Now,
	}
}

// SessionFor returns a session of an employee in a role as the user interface
// would open it: without keys. Tests and seeds act through it.
func (a *Account) SessionFor(employeeID, roleID string) (*session.Session, error) {
	s := a.Setup()
	e, r := s.Employee(employeeID), s.Role(roleID)
	if e == nil || r == nil {
		return nil, errors.New("no employee " + employeeID + " or no role " + roleID)
	}
	return a.session(s, &IntegrationRecord{}, e, r), nil
}

// LockedUntil returns when a user's lock ends, and false where there is none.
func (a *Account) LockedUntil(employeeID string) (time.Time, bool) {
	return a.locks.Until(employeeID, a.Now())
}

// Unlock ends a user's lock, as an administrator's reset does.
func (a *Account) Unlock(employeeID string) { a.locks.Succeeded(employeeID) }

// newSecret returns 64 random hex characters, the form of NetSuite's keys.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}

// Check reports what Edit would say to a change, without making it.
func (a *Account) Check(change func(*Setup) error) error {
	s := a.Setup().clone()
	return errors.Join(change(s), s.check())
}
