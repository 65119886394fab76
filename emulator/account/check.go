package account

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	_ "time/tzdata" // the account's zone must exist on machines without zoneinfo

	"github.com/sluicehq/sluice/emulator/account/internal/password"
	"github.com/sluicehq/sluice/emulator/account/internal/publickey"
)

var (
	realmForm = regexp.MustCompile(`^[A-Z0-9]+(_[A-Z0-9]+)*$`)
	hex64     = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// maxValidity is how long a certificate may last: longer ones are cut (Oracle
// help, section_162686838198).
const maxValidity = 2 * 365 * 24 * time.Hour

// check reports every rule that s breaks.
func (s *Setup) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !realmForm.MatchString(s.ID) {
		bad("account ID %q: want realm form, like 1234567_SB1", s.ID)
	}
	if _, err := time.LoadLocation(s.Preferences.TimeZone); err != nil {
		bad("time zone %q: %w", s.Preferences.TimeZone, err)
	}
	s.checkUnique(bad)
	s.checkIntegrations(bad)
	s.checkReferences(bad)
	for i := range s.Certificates {
		if _, err := s.Certificates[i].key(); err != nil {
			bad("certificate %s: %w", s.Certificates[i].ID, err)
		}
	}
	return errors.Join(errs...)
}

type complain func(format string, args ...any)

func (s *Setup) checkUnique(bad complain) {
	seen := map[string]bool{}
	once := func(kind, id string) {
		if id == "" {
			bad("%s without an ID", kind)
		} else if seen[kind+" "+id] {
			bad("two of %s %s", kind, id)
		}
		seen[kind+" "+id] = true
	}
	for _, x := range s.Integrations {
		once("integration", x.ID)
		once("consumer key", x.ConsumerKey)
	}
	for _, x := range s.Roles {
		once("role", x.ID)
	}
	for _, x := range s.Employees {
		once("employee", x.ID)
	}
	for _, x := range s.Tokens {
		once("access token", x.ID)
		once("token ID", x.Token)
	}
	for _, x := range s.Certificates {
		once("certificate", x.ID)
	}
}

func (s *Setup) checkIntegrations(bad complain) {
	for _, x := range s.Integrations {
		if !slices.Contains([]State{Enabled, Blocked, Waiting}, x.State) {
			bad("integration %s: unknown state %q", x.ID, x.State)
		}
		if !hex64.MatchString(x.ConsumerKey) || !hex64.MatchString(x.ConsumerSecret) {
			bad("integration %s: consumer key and secret are 64 hex characters", x.ID)
		}
		for _, scope := range x.Scopes {
			if !slices.Contains([]string{ScopeREST, ScopeRESTlets, ScopeConnect}, scope) {
				bad("integration %s: unknown scope %q", x.ID, scope)
			}
		}
	}
}

func (s *Setup) checkReferences(bad complain) {
	for _, x := range s.Employees {
		if x.Password != "" && !password.Stored(x.Password) {
			bad("employee %s: a password is kept as salt and sum; SetPassword makes them", x.ID)
		}
		for _, role := range x.Roles {
			if s.Role(role) == nil {
				bad("employee %s: no role %s", x.ID, role)
			}
		}
	}
	refs := func(what, integration, employee, role string) {
		if s.Integration(integration) == nil || s.Employee(employee) == nil || s.Role(role) == nil {
			bad("%s: integration %q, employee %q or role %q does not exist", what, integration, employee, role)
		}
	}
	for _, x := range s.Tokens {
		refs("access token "+x.ID, x.IntegrationID, x.EmployeeID, x.RoleID)
		if !hex64.MatchString(x.Token) || !hex64.MatchString(x.Secret) {
			bad("access token %s: token ID and secret are 64 hex characters", x.ID)
		}
	}
	for _, x := range s.Certificates {
		refs("certificate "+x.ID, x.IntegrationID, x.EmployeeID, x.RoleID)
	}
}

func (c *Certificate) key() (any, error) { return publickey.Parse(c.PublicKey) }

// ParseCertificate reads an X.509 certificate in PEM form as the M2M set-up
// page does: the validity is cut to two years. IDs are left to the caller.
func ParseCertificate(data []byte) (Certificate, error) {
	x, text, err := publickey.FromCertificate(data)
	if err != nil {
		return Certificate{}, err
	}
	c := Certificate{PublicKey: text, NotBefore: x.NotBefore, NotAfter: x.NotAfter}
	if last := c.NotBefore.Add(maxValidity); c.NotAfter.After(last) {
		c.NotAfter = last
	}
	return c, nil
}
