package account

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/lockout"
)

// TestLoginPassword breaks one thing at a time. The person is always told the
// same, and the trail names it.
func TestLoginPassword(t *testing.T) {
	const email = "Integration@Example.com" // in any case
	lock := func(f *fixture) {
		for range lockout.Failures {
			f.locks.Failed(IntegrationUser, f.now)
		}
	}
	for _, row := range []struct {
		name, email, password string
		prepare               func(*fixture)
		detail                string
	}{
		{"all well", email, SeedPassword, nil, ""},
		{"wrong password", email, "facade", nil, "InvalidCredentials"},
		{"unknown address", "nobody@example.com", SeedPassword, nil, "InvalidCredentials"},
		{"no address", "", SeedPassword, func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Email = "" }))
		}, "InvalidCredentials"},
		{"no password set", email, "", func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Password = "" }))
		}, "InvalidCredentials"},
		{"inactive", email, SeedPassword, func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Inactive = true }))
		}, "permission_denied"},
		{"no access", email, SeedPassword, func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Access = false }))
		}, "permission_denied"},
		{"locked", email, SeedPassword, lock, "temporary_locked"},
		{"lock over", email, SeedPassword, func(f *fixture) { lock(f); f.now = f.now.Add(lockout.Duration) }, ""},
	} {
		f := newFixture(t)
		if row.prepare != nil {
			row.prepare(f)
		}
		e, err := f.LoginPassword(httptest.NewRequest(http.MethodPost, "/pages/x", nil), row.email, row.password)
		last, _ := f.LastLogin()
		if last.Detail != row.detail || (err == nil) != (row.detail == "") || err != nil && !errors.Is(err, ErrLogin) {
			t.Errorf("%s: %v, trail %+v", row.name, err, last)
		}
		if err == nil && e.ID != IntegrationUser {
			t.Errorf("%s: logged in as %q", row.name, e.ID)
		}
	}
}

// A success between failures starts the count anew.
func TestPasswordFailuresInARow(t *testing.T) {
	f := newFixture(t)
	try := func(password string) error {
		_, err := f.LoginPassword(httptest.NewRequest(http.MethodPost, "/pages/x", nil), "integration@example.com", password)
		return err
	}
	for range 3 {
		for range lockout.Failures - 1 {
			if try("wrong") == nil {
				t.Fatal("a wrong password logs in")
			}
		}
		if err := try(SeedPassword); err != nil {
			t.Fatal(err)
		}
	}
}

// State files of before the pages get what the pages need; later ones keep what
// an administrator took away.
func TestStateUpgrade(t *testing.T) {
	s := Seed("1234567_SB1", 7)
	now := Options{Now: func() time.Time { return noon }}
	restore := func(change func(*Setup)) *Setup {
		t.Helper()
		change(s)
		a, err := New(s, now)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Restore(data, now)
		if err != nil {
			t.Fatal(err)
		}
		return b.Setup()
	}
	old := restore(func(s *Setup) {
		delete(s.Features, FeatureWorkbook)
		s.Roles[0].Locked, s.Employees[0].Password = false, ""
	})
	if !old.Features[FeatureWorkbook] || !old.Roles[0].Locked || !old.Employees[0].CheckPassword(SeedPassword) {
		t.Errorf("not brought up to date: %+v %+v", old.Features, old.Employees[0])
	}
	kept := restore(func(s *Setup) {
		s.Features[FeatureWorkbook] = false
		s.Employees[0].Password = ""
	})
	if kept.Features[FeatureWorkbook] || kept.Employees[0].Password != "" {
		t.Error("what was taken away came back")
	}
}
