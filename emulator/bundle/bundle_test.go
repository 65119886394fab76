package bundle

import (
	"errors"
	"slices"
	"testing"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/permission"
	"github.com/sluicehq/sluice/emulator/session"
)

func install(t *testing.T, change func(*account.Setup)) (*account.Account, error) {
	t.Helper()
	s := account.Seed("1234567_SB1", 0)
	change(s)
	a, err := account.New(s, account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a, Install(a, 0)
}

func TestInstall(t *testing.T) {
	a, err := install(t, func(*account.Setup) {})
	if err != nil {
		t.Fatal(err)
	}
	s := a.Setup()
	for _, name := range []string{FullAccessRole, ETailRole, JIRARole, CashAppRole} {
		i := slices.IndexFunc(s.Roles, func(r account.Role) bool { return r.Name == name })
		if i < 0 {
			t.Errorf("no role %s", name)
			continue
		}
		r := s.Roles[i]
		if !r.Locked || r.TwoFactor || r.Bundle != ID || r.Permissions[account.PermissionREST] != session.Full || r.Permissions[account.PermissionLoginToken] == session.None {
			t.Errorf("role %+v", r)
		}
		for id := range r.Permissions {
			if permission.Of(id).Name == id {
				t.Errorf("%s: NetSuite has no permission %s", name, id)
			}
		}
	}
	for _, name := range Applications {
		i := slices.IndexFunc(s.Integrations, func(i account.IntegrationRecord) bool { return i.Name == name })
		if i < 0 || s.Integrations[i].State != account.Enabled || !s.Integrations[i].TBA {
			t.Errorf("integration record %s: %+v", name, s.Integrations)
		}
	}
	if err := Install(a, 0); !errors.Is(err, ErrInstalled) {
		t.Errorf("again: %v", err)
	}
}

func TestInstallWaits(t *testing.T) {
	a, err := install(t, func(s *account.Setup) { s.Preferences.RequireApproval = true })
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range a.Setup().Integrations {
		if (i.Bundle != "") != (i.State == account.Waiting) {
			t.Errorf("record %+v", i)
		}
	}
}

func TestInstallNeedsFeatures(t *testing.T) {
	for _, f := range Needs {
		a, err := install(t, func(s *account.Setup) { s.Features[f] = false })
		if err == nil || Installed(a.Setup()) || !slices.Equal(Missing(a.Setup()), []string{f}) {
			t.Errorf("without %s: %v", f, err)
		}
	}
}
