package account

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sluicehq/sluice/emulator/session"
)

// SetFeature switches an account feature on or off (Setup > Company > Enable Features).
func (a *Account) SetFeature(id string, on bool) error {
	return a.Edit(func(s *Setup) error { s.Features[id] = on; return nil })
}

// SetState sets the state of an integration record.
func (a *Account) SetState(integrationID string, state State) error {
	return a.EditIntegration(integrationID, func(i *IntegrationRecord) { i.State = state })
}

// ResetCredentials gives an integration record new keys, as the button of that
// name does. The old pair stops working.
func (a *Account) ResetCredentials(integrationID string) (consumerKey, consumerSecret string, err error) {
	consumerKey, consumerSecret = newSecret(), newSecret()
	err = a.EditIntegration(integrationID, func(i *IntegrationRecord) {
		i.ConsumerKey, i.ConsumerSecret = consumerKey, consumerSecret
	})
	return consumerKey, consumerSecret, err
}

// Revoke revokes the access token with internal ID id.
func (a *Account) Revoke(tokenID string) error {
	return a.Edit(func(s *Setup) error {
		return change("access token", tokenID, s.Token(tokenID), func(t *AccessToken) { t.Revoked = true })
	})
}

// RevokeCertificate revokes an M2M mapping.
func (a *Account) RevokeCertificate(certificateID string) error {
	return a.Edit(func(s *Setup) error {
		return change("certificate", certificateID, s.Certificate(certificateID), func(c *Certificate) { c.Revoked = true })
	})
}

// SetPermission gives a role a permission at a level.
func (a *Account) SetPermission(roleID, permission string, l session.Level) error {
	return a.EditRole(roleID, func(r *Role) {
		if r.Permissions == nil {
			r.Permissions = Permissions{}
		}
		r.Permissions[permission] = l
	})
}

// RemovePermission takes a permission from a role.
func (a *Account) RemovePermission(roleID, permission string) error {
	return a.EditRole(roleID, func(r *Role) { delete(r.Permissions, permission) })
}

// EditIntegration changes one integration record.
func (a *Account) EditIntegration(id string, f func(*IntegrationRecord)) error {
	return a.Edit(func(s *Setup) error { return change("integration", id, s.Integration(id), f) })
}

// EditRole changes one role.
func (a *Account) EditRole(id string, f func(*Role)) error {
	return a.Edit(func(s *Setup) error { return change("role", id, s.Role(id), f) })
}

// EditEmployee changes one employee.
func (a *Account) EditEmployee(id string, f func(*Employee)) error {
	return a.Edit(func(s *Setup) error { return change("employee", id, s.Employee(id), f) })
}

func change[T any](kind, id string, x *T, f func(*T)) error {
	if x == nil {
		return fmt.Errorf("no %s %s", kind, id)
	}
	f(x)
	return nil
}

// AddIntegration saves a new integration record and returns it with its
// internal ID and, where they are empty, new keys.
func (a *Account) AddIntegration(i IntegrationRecord) (IntegrationRecord, error) {
	if i.ConsumerKey == "" {
		i.ConsumerKey, i.ConsumerSecret = newSecret(), newSecret()
	}
	if i.State == "" {
		i.State = Enabled
	}
	err := a.Edit(func(s *Setup) error {
		i.ID = nextID(i.ID, 0, s.Integrations, func(x *IntegrationRecord) string { return x.ID })
		s.Integrations = append(s.Integrations, i)
		return nil
	})
	return i, err
}

// AddRole saves a new role and returns it with its internal ID.
func (a *Account) AddRole(r Role) (Role, error) {
	err := a.Edit(func(s *Setup) error {
		r.ID = nextID(r.ID, customRoles, s.Roles, func(x *Role) string { return x.ID })
		s.Roles = append(s.Roles, r)
		return nil
	})
	return r, err
}

// AddEmployee saves a new employee and returns it with its internal ID.
func (a *Account) AddEmployee(e Employee) (Employee, error) {
	err := a.Edit(func(s *Setup) error {
		e.ID = nextID(e.ID, 0, s.Employees, func(x *Employee) string { return x.ID })
		s.Employees = append(s.Employees, e)
		return nil
	})
	return e, err
}

// AddToken issues an access token and returns it with its token ID and secret.
// The user must hold the role (Setup > Users/Roles > Access Tokens > New).
func (a *Account) AddToken(t AccessToken) (AccessToken, error) {
	if t.Token == "" {
		t.Token, t.Secret = newSecret(), newSecret()
	}
	err := a.Edit(func(s *Setup) error {
		if e := s.Employee(t.EmployeeID); e == nil || !slices.Contains(e.Roles, t.RoleID) {
			return fmt.Errorf("employee %s does not hold role %s", t.EmployeeID, t.RoleID)
		}
		t.ID = nextID(t.ID, 0, s.Tokens, func(x *AccessToken) string { return x.ID })
		if t.Name == "" {
			t.Name = tokenName(s, &t)
		}
		s.Tokens = append(s.Tokens, t)
		return nil
	})
	return t, err
}

// tokenName is the name that the Access Token page fills in by itself.
func tokenName(s *Setup, t *AccessToken) string {
	i, e, r := s.Integration(t.IntegrationID), s.Employee(t.EmployeeID), s.Role(t.RoleID)
	if i == nil || e == nil || r == nil {
		return ""
	}
	return fmt.Sprintf("%s - %s, %s", i.Name, e.Name, r.Name)
}

// AddCertificate saves an M2M mapping and returns it with its certificate ID.
// An integration record has at most five that are neither revoked nor expired.
func (a *Account) AddCertificate(c Certificate) (Certificate, error) {
	if c.ID == "" {
		c.ID = newSecret()[:43]
	}
	err := a.Edit(func(s *Setup) error {
		active := 0
		for _, x := range s.Certificates {
			if x.IntegrationID == c.IntegrationID && !x.Revoked && a.Now().Before(x.NotAfter) {
				active++
			}
		}
		if active >= 5 {
			return fmt.Errorf("integration %s has five active certificates", c.IntegrationID)
		}
		s.Certificates = append(s.Certificates, c)
		return nil
	})
	return c, err
}

// customRoles is where the IDs of roles end that every account has.
const customRoles = 1000

// nextID returns id, or where it is empty one above the highest number in use
// and above low.
func nextID[T any](id string, low int, list []T, of func(*T) string) string {
	if id != "" {
		return id
	}
	high := low
	for i := range list {
		if n, err := strconv.Atoi(of(&list[i])); err == nil {
			high = max(high, n)
		}
	}
	return strconv.Itoa(high + 1)
}
