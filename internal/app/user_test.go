package app

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/client"
)

func TestUsersAreChanged(t *testing.T) {
	s := start(t)
	owner, admin, monitor := s.user(t, sluice.RoleOwner), s.user(t, sluice.RoleAdministrator), s.user(t, sluice.RoleMonitor)
	changed, err := admin.UpdateUser(t.Context(), "monitor@example.com", client.UserChange{Name: "Another name", Role: "manage", Password: "another pass phrase"})
	if err != nil || changed.Name != "Another name" || changed.Role != "manage" {
		t.Fatalf("changed %+v, %v", changed, err)
	}
	anon := &client.Client{Base: s.URL()}
	if _, err := anon.LogIn(t.Context(), client.Credentials{Email: "monitor@example.com", Password: "another pass phrase"}); err != nil {
		t.Errorf("with the new password: %v", err)
	}
	_, err = anon.LogIn(t.Context(), client.Credentials{Email: "monitor@example.com", Password: "correct horse battery"})
	wantCode(t, err, "login.refused")
	_, err = admin.UpdateUser(t.Context(), "owner@example.com", client.UserChange{Name: "X"})
	wantCode(t, err, "forbidden")
	_, err = admin.UpdateUser(t.Context(), "monitor@example.com", client.UserChange{Role: "owner"})
	wantCode(t, err, "forbidden")
	_, err = owner.UpdateUser(t.Context(), "owner@example.com", client.UserChange{Role: "manage"})
	wantCode(t, err, "user.last_owner")
	_, err = owner.UpdateUser(t.Context(), "monitor@example.com", client.UserChange{Name: "  ", Password: "short"})
	wantProblem(t, err, "user.name", "name")
	wantProblem(t, err, "user.password", "password")

	if _, err := monitor.UpdateMe(t.Context(), client.OwnChange{Name: "Me"}); err != nil {
		t.Errorf("own name: %v", err)
	}
	if _, err := monitor.UpdateMe(t.Context(), client.OwnChange{Password: "a third pass phrase", OldPassword: "another pass phrase"}); err != nil {
		t.Errorf("own password: %v", err)
	}
	for range account.FreeAttempts {
		_, err = monitor.UpdateMe(t.Context(), client.OwnChange{Password: "a fourth pass phrase", OldPassword: "guess"})
		wantCode(t, err, "user.old_password")
	}
	_, err = monitor.UpdateMe(t.Context(), client.OwnChange{Password: "a fourth pass phrase", OldPassword: "a third pass phrase"})
	wantCode(t, err, "login.throttled")
	_, err = s.local.UpdateMe(t.Context(), client.OwnChange{Name: "Nobody"})
	wantCode(t, err, "user.nobody")
	events, err := owner.ListAudit(t.Context(), client.ListAuditQuery{Noun: "user", Name: "monitor@example.com"})
	if err != nil || events.Items[0].Detail != "password" || events.Items[0].Actor != "monitor@example.com" {
		t.Errorf("audit %+v, %v", events.Items, err)
	}
	fromHere := func(e client.AuditEvent) bool { return e.Action == "user.login" && e.Detail == "127.0.0.1" }
	if !slices.ContainsFunc(events.Items, fromHere) {
		t.Errorf("no log-in from here in %+v", events.Items)
	}
}
