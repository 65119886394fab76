package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func user(email string) *sluice.User {
	return &sluice.User{ID: "id-of-" + email, Email: email, Name: "A person", Role: sluice.RoleManage, Password: "$argon2id$made-up", CreatedAt: Noon}
}

// Users checks that users are kept and that an e-mail address in any case is one user's.
func Users(t *testing.T, s sluice.Store) {
	ctx, ann, bob := t.Context(), user("Ann@example.com"), user("bob@example.com")
	must(t, s.CreateUser(ctx, bob))
	must(t, s.CreateUser(ctx, ann))
	same(t, "by e-mail", get[*sluice.User](t)(s.User(ctx, "ann@EXAMPLE.com")), ann)
	same(t, "by ID", get[*sluice.User](t)(s.User(ctx, ann.ID)), ann)
	same(t, "all", get[[]*sluice.User](t)(s.Users(ctx)), []*sluice.User{ann, bob})
	again := user("ANN@example.com")
	again.ID = ""
	wantCode(t, s.CreateUser(ctx, again), sluice.CodeConflict)
	ann.Name, ann.Role, ann.Password = "Another name", sluice.RoleMonitor, "$argon2id$made-up-too"
	must(t, s.UpdateUser(ctx, ann))
	same(t, "changed", get[*sluice.User](t)(s.User(ctx, ann.ID)), ann)
	same(t, "beside it", get[*sluice.User](t)(s.User(ctx, bob.ID)), bob)
	must(t, s.DeleteUser(ctx, ann.ID))
	wantCode(t, s.UpdateUser(ctx, ann), sluice.CodeNotFound)
	_, err := s.User(ctx, "ann@example.com")
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.DeleteUser(ctx, ann.ID), sluice.CodeNotFound)
}

// Audit checks the order and the pages of the audit log.
func Audit(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	var want []*sluice.AuditEvent
	for i, action := range []string{"connection.create", "connection.update", "run.start"} {
		e := &sluice.AuditEvent{At: minutes(i), Actor: "ann@example.com", Action: action, Noun: "connection", NounID: "c1", Detail: "name, settings.account"}
		must(t, s.AppendAudit(ctx, e))
		want = append([]*sluice.AuditEvent{e}, want...)
	}
	same(t, "all", get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{})), want)
	same(t, "two", get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{Limit: 2})), want[:2])
	same(t, "before", get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{Before: want[1].ID, Limit: 2})), want[2:])

	other := &sluice.AuditEvent{At: minutes(5), Actor: "local", Action: "flow.create", Noun: "flow", NounID: "c1"}
	must(t, s.AppendAudit(ctx, other))
	same(t, "of a noun", get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{Noun: "connection"})), want)
	same(t, "of a thing", get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{Noun: "flow", NounID: "c1"})), []*sluice.AuditEvent{other})
	if got := get[[]*sluice.AuditEvent](t)(s.Audit(ctx, sluice.AuditFilter{Noun: "connection", NounID: "c2"})); len(got) != 0 {
		t.Errorf("a thing without events has %d", len(got))
	}
}

// TokenFoundByHash checks that a token is found by its hash and that its use is noted.
func TokenFoundByHash(t *testing.T, s sluice.Store) {
	ctx, ann := t.Context(), user("ann@example.com")
	must(t, s.CreateUser(ctx, ann))
	token := &sluice.Token{ID: "t1", UserID: ann.ID, Name: "ci", Role: sluice.RoleMonitor, Hash: "0123abcd", CreatedAt: Noon, ExpiresAt: minutes(60)}
	must(t, s.CreateToken(ctx, token))
	same(t, "tokens", get[[]*sluice.Token](t)(s.Tokens(ctx, ann.ID)), []*sluice.Token{token})
	token.LastUsed = minutes(5)
	same(t, "by hash", get[*sluice.Token](t)(s.TokenByHash(ctx, token.Hash, minutes(5))), token)
	same(t, "tokens", get[[]*sluice.Token](t)(s.Tokens(ctx, ann.ID)), []*sluice.Token{token})
	token.LastUsed = minutes(6)
	same(t, "a minute later", get[*sluice.Token](t)(s.TokenByHash(ctx, token.Hash, minutes(6))), token)
	_, err := s.TokenByHash(ctx, "absent", Noon)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.CreateToken(ctx, &sluice.Token{ID: "t2", UserID: ann.ID, Hash: token.Hash}), sluice.CodeConflict)
	must(t, s.DeleteToken(ctx, token.ID))
	wantCode(t, s.DeleteToken(ctx, token.ID), sluice.CodeNotFound)
}

// TokenGoesWithUser checks that there is no token without a user.
func TokenGoesWithUser(t *testing.T, s sluice.Store) {
	ctx, ann := t.Context(), user("ann@example.com")
	wantCode(t, s.CreateToken(ctx, &sluice.Token{UserID: ann.ID, Hash: "a"}), sluice.CodeNotFound)
	must(t, s.CreateUser(ctx, ann))
	must(t, s.CreateToken(ctx, &sluice.Token{UserID: ann.ID, Hash: "a", CreatedAt: Noon}))
	must(t, s.DeleteUser(ctx, ann.ID))
	_, err := s.TokenByHash(ctx, "a", Noon)
	wantCode(t, err, sluice.CodeNotFound)
}

// SettingSwapped checks that a setting changes only from the value that was expected.
func SettingSwapped(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	same(t, "before it was set", get[string](t)(s.Setting(ctx, "key")), "")
	for _, c := range []struct {
		old, value string
		swapped    bool
		now        string
	}{
		{"wrong", "a", false, ""}, {"", "a", true, "a"}, {"", "b", false, "a"}, {"b", "c", false, "a"}, {"a", "", true, ""}, {"", "d", true, "d"},
	} {
		same(t, "swap "+c.old+" for "+c.value, get[bool](t)(s.SwapSetting(ctx, "key", c.old, c.value)), c.swapped)
		same(t, "value", get[string](t)(s.Setting(ctx, "key")), c.now)
	}
}
