package emulator

import (
	"fmt"
	"net/http"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/bundle"
)

// controlAccount adds the endpoints that show and edit the account's set-up.
// PATCH merges its JSON into one element: {"state": "BLOCKED"},
// {"permissions": {"ADMI_LOGIN_OAUTH": "None"}}.
func (e *Emulator) controlAccount(handle func(string, func(*http.Request) (any, error))) {
	a := e.account
	handle("GET account", func(*http.Request) (any, error) { return a.Setup(), nil })
	handle("PUT account", func(r *http.Request) (any, error) {
		var s account.Setup
		if err := decode(r, &s); err != nil {
			return nil, err
		}
		err := a.Edit(func(now *account.Setup) error { *now = s; return nil })
		return a.Setup(), err
	})
	handle("PATCH account/features", patch(a, func(s *account.Setup, _ string) *map[string]bool { return &s.Features }))
	handle("PATCH account/preferences", patch(a, func(s *account.Setup, _ string) *account.Preferences { return &s.Preferences }))
	handle("PATCH account/integrations/{id}", patch(a, (*account.Setup).Integration))
	handle("PATCH account/roles/{id}", patch(a, (*account.Setup).Role))
	handle("PATCH account/employees/{id}", patch(a, (*account.Setup).Employee))
	handle("PATCH account/tokens/{id}", patch(a, (*account.Setup).Token))
	handle("PATCH account/certificates/{id}", patch(a, (*account.Setup).Certificate))
	handle("POST account/integrations/{id}/reset-credentials", func(r *http.Request) (any, error) {
		key, secret, err := a.ResetCredentials(r.PathValue("id"))
		return map[string]string{"consumer_key": key, "consumer_secret": secret}, err
	})
	handle("POST account/integrations", add(a.AddIntegration))
	handle("POST account/roles", add(a.AddRole))
	handle("POST account/employees", add(a.AddEmployee))
	handle("POST account/tokens", add(a.AddToken))
	handle("POST account/certificates", add(a.AddCertificate))
	handle("POST account/bundle", func(*http.Request) (any, error) { return nil, bundle.Install(a, e.seed.Load()) })
	handle("POST account/employees/{id}/password", e.controlPassword)
	handle("POST account/employees/{id}/unlock", func(r *http.Request) (any, error) {
		a.Unlock(r.PathValue("id"))
		return nil, nil
	})
}

// controlPassword sets an employee's password for the login page.
func (e *Emulator) controlPassword(r *http.Request) (any, error) {
	var want struct {
		Password string `json:"password"`
	}
	if err := decode(r, &want); err != nil {
		return nil, err
	}
	return nil, e.account.Edit(func(s *account.Setup) error {
		x := s.Employee(r.PathValue("id"))
		if x == nil {
			return fmt.Errorf("no employee %s", r.PathValue("id"))
		}
		return x.SetPassword(want.Password)
	})
}

// tokenErrors is the mode of the token endpoints.
type tokenErrors struct {
	Described bool `json:"described"`
}

// controlTokenErrors shows the mode of the token endpoints, or sets it.
func (e *Emulator) controlTokenErrors(r *http.Request) (any, error) {
	if r.Method == http.MethodPost {
		var want tokenErrors
		if err := decode(r, &want); err != nil {
			return nil, err
		}
		e.account.SetDescribeTokenErrors(want.Described)
	}
	return tokenErrors{e.account.DescribesTokenErrors()}, nil
}

// patch merges a request's JSON into the element that find returns.
func patch[T any](a *account.Account, find func(*account.Setup, string) *T) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var after *T
		err := a.Edit(func(s *account.Setup) error {
			if after = find(s, r.PathValue("id")); after == nil {
				return fmt.Errorf("%s does not exist", r.URL.Path)
			}
			return decode(r, after)
		})
		return after, err
	}
}

// add saves a new element given as JSON and returns it with its ID and keys.
func add[T any](save func(T) (T, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var v T
		if err := decode(r, &v); err != nil {
			return nil, err
		}
		return save(v)
	}
}
