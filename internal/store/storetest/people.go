package storetest

import (
	"testing"
	"time"

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
	ann.Name, ann.Role, ann.Password = "Another name", sluice.RoleMember, "$argon2id$made-up-too"
	ann.Integrations = map[string]sluice.Role{"shop": sluice.RoleManage, "Lager & Söhne": sluice.RoleMonitor}
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
	for name, one := range map[string]struct {
		f    sluice.AuditFilter
		want []*sluice.AuditEvent
	}{
		"of an actor":         {sluice.AuditFilter{Actor: "local"}, []*sluice.AuditEvent{other}},
		"of an action":        {sluice.AuditFilter{Action: "run.start"}, want[:1]},
		"of a noun's actions": {sluice.AuditFilter{Action: "flow."}, []*sluice.AuditEvent{other}},
		"with a text":         {sluice.AuditFilter{Text: "SETTINGS.ACC"}, want},
		"with an address":     {sluice.AuditFilter{Text: "ann@"}, want},
		"with a wildcard":     {sluice.AuditFilter{Text: "ann%"}, nil},
		"since":               {sluice.AuditFilter{Since: minutes(2)}, []*sluice.AuditEvent{other, want[0]}},
		"until":               {sluice.AuditFilter{Until: minutes(1)}, want[2:]},
		"all together":        {sluice.AuditFilter{Noun: "connection", Actor: "ann@example.com", Text: "name", Since: minutes(1), Until: minutes(2)}, want[1:2]},
	} {
		same(t, name, get[[]*sluice.AuditEvent](t)(s.Audit(ctx, one.f)), one.want)
	}
}

// Sessions checks that sessions are kept until they end, and go with their user.
func Sessions(t *testing.T, s sluice.Store) {
	ctx, ann, bob := t.Context(), user("ann@example.com"), user("bob@example.com")
	must(t, s.CreateUser(ctx, ann))
	must(t, s.CreateUser(ctx, bob))
	session := func(id, userID string, minute int) *sluice.Session {
		return &sluice.Session{ID: id, UserID: userID, Hash: "hash of " + id, Agent: "A browser\x00", Remote: "::1", BegunAt: minutes(minute), SeenAt: minutes(minute), EndsAt: minutes(60)}
	}
	a, b, c := session("a", ann.ID, 0), session("b", ann.ID, 1), session("c", bob.ID, 2)
	for _, one := range []*sluice.Session{a, b, c} {
		must(t, s.PutSession(ctx, one, time.Hour))
	}
	same(t, "by hash", get[*sluice.Session](t)(s.SessionByHash(ctx, b.Hash)), b)
	same(t, "seen", get[*sluice.User](t)(s.User(ctx, ann.ID)).SeenAt, minutes(1))
	a.SeenAt, a.Hint = minutes(30), []byte{0, 0xff}
	must(t, s.HintSession(ctx, a.ID, a.Hint))
	must(t, s.TouchSession(ctx, a.ID, a.SeenAt))
	same(t, "seen later", get[*sluice.User](t)(s.User(ctx, ann.ID)).SeenAt, minutes(30))
	same(t, "of one", get[[]*sluice.Session](t)(s.Sessions(ctx, ann.ID)), []*sluice.Session{a, b})
	same(t, "of all", get[[]*sluice.Session](t)(s.Sessions(ctx, "")), []*sluice.Session{a, c, b})
	same(t, "somebody else's", get[int64](t)(s.EndSessions(ctx, bob.ID, a.ID, "")), int64(0))
	must(t, s.PutSession(ctx, session("d", ann.ID, 42), 40*time.Minute)) // b and c were not seen for so long
	same(t, "unused ones go", get[[]*sluice.Session](t)(s.Sessions(ctx, "")), []*sluice.Session{session("d", ann.ID, 42), a})
	same(t, "others", get[int64](t)(s.EndSessions(ctx, ann.ID, "", "d")), int64(1))
	_, err := s.SessionByHash(ctx, a.Hash)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.TouchSession(ctx, a.ID, minutes(43)), sluice.CodeNotFound)
	same(t, "one", get[int64](t)(s.EndSessions(ctx, ann.ID, "d", "")), int64(1))
	must(t, s.PutSession(ctx, session("e", bob.ID, 43), time.Hour))
	must(t, s.DeleteUser(ctx, bob.ID))
	same(t, "after its user", len(get[[]*sluice.Session](t)(s.Sessions(ctx, ""))), 0)
	must(t, s.PutSession(ctx, session("f", ann.ID, 44), time.Hour))
	must(t, s.PutSession(ctx, session("g", ann.ID, 60), time.Hour))
	same(t, "ended ones go", len(get[[]*sluice.Session](t)(s.Sessions(ctx, ""))), 1)
}

// TokenFoundByHash checks that a token is found by its hash and that its use is noted.
func TokenFoundByHash(t *testing.T, s sluice.Store) {
	ctx, ann := t.Context(), user("ann@example.com")
	must(t, s.CreateUser(ctx, ann))
	token := &sluice.Token{ID: "t1", UserID: ann.ID, Name: "ci", Role: sluice.RoleMonitor, Hash: "0123abcd", CreatedAt: Noon, ExpiresAt: minutes(60),
		Integrations: map[string]sluice.Role{"shop": sluice.RoleMonitor}}
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
