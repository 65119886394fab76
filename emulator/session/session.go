// Package session says who a request to the emulated account acts as.
//
// Login (package account) puts a Session into the request's context; every
// service of the account reads it from there and nowhere else, so that REST,
// SuiteQL, RESTlets and SOAP judge permissions, features and preferences alike.
package session

import (
	"context"
	"strings"
	"time"
)

// Level is how far a role may go with a permission, as NetSuite grades it.
type Level int

// The levels in rising order. A higher one includes the lower ones.
const (
	None Level = iota
	View
	Create
	Edit
	Full
)

// String returns the level as the role page prints it.
func (l Level) String() string {
	return [...]string{"None", "View", "Create", "Edit", "Full"}[l]
}

// ParseLevel returns the level that a word names, in any case.
func ParseLevel(word string) (Level, bool) {
	for l := None; l <= Full; l++ {
		if strings.EqualFold(l.String(), word) {
			return l, true
		}
	}
	return None, false
}

// Session is one authenticated request: the account, the user, the role the
// user acts in, and the preferences that decide how values are shown.
type Session struct {
	AccountID     string // realm form: 1234567_SB1
	AccountName   string
	IntegrationID string // internal ID of the integration record
	EmployeeID    string // internal ID of the user (an employee)
	EmployeeName  string
	RoleID        string
	RoleName      string

	// Administrator is true for the Administrator role, which may do all.
	Administrator bool
	// Permissions maps SDF permission IDs (LIST_CUSTJOB, TRAN_SALESORD …) to levels.
	Permissions map[string]Level
	// Features maps SDF feature IDs (SUBSIDIARIES, RESTWEBSERVICES …) to whether they are on.
	Features map[string]bool

	// TimeZone, DateFormat and TimeFormat are the user's preferences
	// (America/Los_Angeles, M/D/YYYY, h:mm a): SuiteQL and the q filter use them.
	TimeZone   *time.Location
	DateFormat string
	TimeFormat string

	// Now is the account's clock.
	Now func() time.Time
}

// Allows reports whether the role holds permission p at level l or above.
// The empty permission is held by everybody who logged in.
func (s *Session) Allows(p string, l Level) bool {
	return s.Administrator || p == "" || s.Permissions[p] >= l
}

// Has reports whether the account has feature f switched on. The empty feature is always on.
func (s *Session) Has(f string) bool { return f == "" || s.Features[f] }

type key struct{}

// With returns a context that carries s.
func With(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, key{}, s)
}

// From returns the session that login put into ctx, or nil outside a logged-in request.
func From(ctx context.Context) *Session {
	s, _ := ctx.Value(key{}).(*Session)
	return s
}
