package account

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// ConsentPath is the page of the three-step flow on which the user agrees. It
// is the login pages' business; what it decides is here.
const ConsentPath = "/app/login/secure/authorizetoken.nl"

// stateForm is what step 2 accepts as state (Oracle help, section_156536698849).
var stateForm = regexp.MustCompile(`^[A-Za-z0-9]{0,512}$`)

// Why step 2 cannot go on.
var (
	ErrRequestToken = errors.New("the request token is unknown, used or expired: start again from the application")
	ErrState        = errors.New("state has at most 512 letters and digits")
	ErrConsentRole  = errors.New("that user cannot log in with tokens in that role")
)

// Consent is step 2 of a three-step flow that waits for a user.
type Consent struct {
	RequestToken  string
	State         string // of the application, given back to it
	IntegrationID string
	Application   string
	WantRole      string // role that the application asked for, or empty
	callback      string
}

// Consent returns the waiting step 2 of a request token.
func (a *Account) Consent(requestToken, state string) (Consent, error) {
	s, ok := a.flow.get(requestToken, a.Now())
	if !ok || s.verifier != "" {
		return Consent{}, ErrRequestToken
	}
	if !stateForm.MatchString(state) {
		return Consent{}, ErrState
	}
	c := Consent{RequestToken: requestToken, State: state, IntegrationID: s.integrationID, WantRole: s.wantRole, callback: s.callback}
	if i := a.Setup().Integration(s.integrationID); i != nil {
		c.Application = i.Name
	}
	return c, nil
}

// Roles returns the employee's roles in which step 2 may be agreed to: those
// that may log in with tokens, or of them the one that the application asked for.
func (c Consent) Roles(s *Setup, employeeID string) []Role {
	var out []Role
	e := s.Employee(employeeID)
	if e == nil {
		return nil
	}
	for _, id := range e.Roles {
		if r := s.Role(id); usable(e, r) && mayUseTokens(r) && (c.WantRole == "" || c.WantRole == id) {
			out = append(out, *r)
		}
	}
	return out
}

// Allow records that the employee agrees in a role, and returns the address of
// the application with the verifier.
func (a *Account) Allow(c Consent, employeeID, roleID string) (string, error) {
	setup, now := a.Setup(), a.Now()
	if !slices.ContainsFunc(c.Roles(setup, employeeID), func(r Role) bool { return r.ID == roleID }) {
		return "", ErrConsentRole
	}
	s, ok := a.flow.get(c.RequestToken, now)
	if !ok || s.verifier != "" {
		return "", ErrRequestToken
	}
	s.verifier, s.employeeID, s.roleID = newSecret(), employeeID, roleID
	a.flow.put(s, now)
	return c.back(url.Values{
		"oauth_token": {s.token}, "oauth_verifier": {s.verifier}, "company": {setup.ID}, "role": {roleID}, "entity": {employeeID},
	}), nil
}

// Deny ends the flow and returns the address of the application, with an empty
// verifier.
func (a *Account) Deny(c Consent) string {
	a.flow.take(c.RequestToken)
	return c.back(url.Values{"oauth_token": {c.RequestToken}, "oauth_verifier": {""}})
}

// back returns the callback; a query that it has already stays in front.
func (c Consent) back(v url.Values) string {
	if c.State != "" {
		v.Set("state", c.State)
	}
	joint := "?"
	if strings.Contains(c.callback, "?") {
		joint = "&"
	}
	return c.callback + joint + v.Encode()
}
