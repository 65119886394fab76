package acceptance

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
)

// badLogin is a set-up that NetSuite refuses, beside what mends it.
type badLogin struct {
	name  string
	spoil func(*bench) error
	says  complaint
	mend  func(*bench) error
}

// must fails the test for an error of a bench's change.
func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// edit changes the connection to NetSuite by the command line.
func (b *bench) edit(fields ...string) error {
	b.t.Helper()
	b.do(nil, append([]string{"connection", "edit", "netsuite"}, fields...)...)
	return nil
}

// loginRefused is what every refused login says. NetSuite does not tell why.
func loginRefused(remedy string) complaint {
	return complaint{"connection.token_rejected", "Invalid login attempt", "netsuite", remedy}
}

// A login that NetSuite refuses fails the run before anything is written, and is
// tried so few times that NetSuite does not lock the user.
func TestARefusedLoginFailsTheRun(t *testing.T) {
	role := func(permission string) (spoil, mend func(*bench) error) {
		return func(b *bench) error { return b.account.Account().RemovePermission(account.IntegrationRole, permission) },
			func(b *bench) error { return b.account.Account().SetPermission(account.IntegrationRole, permission, 4) }
	}
	state := func(s account.State) func(*bench) error {
		return func(b *bench) error { return b.account.Account().SetState(account.SeedIntegration, s) }
	}
	feature := func(on bool) func(*bench) error {
		return func(b *bench) error { return b.account.Account().SetFeature(account.FeatureTBA, on) }
	}
	clock := func(d time.Duration) func(*bench) error {
		return func(b *bench) error { b.account.Clock().Advance(d); return nil }
	}
	inactive := func(yes bool) func(*bench) error {
		return func(b *bench) error {
			return b.account.Account().EditEmployee(account.IntegrationUser, func(e *account.Employee) { e.Inactive = yes })
		}
	}
	noREST, withREST := role(account.PermissionREST)
	noTokens, withTokens := role(account.PermissionLoginToken)
	cases := []badLogin{
		{"another account's ID", func(b *bench) error { return b.edit("--set", "account=7654321") }, loginRefused("account ID"),
			func(b *bench) error { return b.edit("--set", "account="+b.account.Credentials().Account) }},
		{"wrong token secret", func(b *bench) error { return b.edit("--secret", "token_secret=env:NETSUITE_CONSUMER_SECRET") }, loginRefused("secret"),
			func(b *bench) error { return b.edit("--secret", "token_secret=env:NETSUITE_TOKEN_SECRET") }},
		{"role without REST web services", noREST, loginRefused("REST Web Services"), withREST},
		{"role without logging in by token", noTokens, loginRefused("Log in using Access Tokens"), withTokens},
		{"integration record blocked", state(account.Blocked), loginRefused("blocked integration record"), state(account.Enabled)},
		{"feature off", feature(false), loginRefused("Login Audit Trail"), feature(true)},
		{"user inactive", inactive(true), loginRefused("inactive"), inactive(false)},
		{"clock ten minutes behind", clock(10 * time.Minute), complaint{"connection.clock_skew", "Invalid login attempt", "netsuite", "behind NetSuite's"}, clock(-10 * time.Minute)},
		{"clock ten minutes ahead", clock(-10 * time.Minute), complaint{"connection.clock_skew", "Invalid login attempt", "netsuite", "ahead of NetSuite's"}, clock(10 * time.Minute)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, setup{})
			b.must(c.spoil(b))
			before := len(b.account.Account().AuditTrail())
			r := b.failed("people-in", c.says)
			if attempts := len(b.account.Account().AuditTrail()) - before; attempts != 1 {
				t.Fatalf("the run tried to log in %d times; five failures lock the user", attempts)
			}
			b.refused(1, complaint{c.says.code, "", c.says.where, ""}, "connection", "test", "netsuite") // in the doctor's words
			b.account.Account().Unlock(account.IntegrationUser)                                          // the tries of this test add up
			b.must(c.mend(b))
			b.holds(1, 0)
			b.resumed(r)
		})
	}
}

// A token that is revoked in the middle of a run: what was written stays written,
// the rest is kept, and goes on with another token.
func TestATokenRevokedInTheMiddle(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{rows: 40, onWrite: 10, then: func(b *bench) error { return b.account.Account().Revoke(account.SeedToken) }})
	r := b.failed("people-in", loginRefused("revoked token"))
	token, err := b.account.Account().AddToken(account.AccessToken{IntegrationID: account.SeedIntegration, EmployeeID: account.IntegrationUser, RoleID: account.IntegrationRole})
	b.must(err)
	b.env = append(b.env, "ANOTHER_TOKEN_ID="+token.Token, "ANOTHER_TOKEN_SECRET="+token.Secret)
	b.must(b.edit("--secret", "token_id=env:ANOTHER_TOKEN_ID", "--secret", "token_secret=env:ANOTHER_TOKEN_SECRET"))
	if n := len(b.arrived()); n < 10 || n == 40 {
		t.Fatalf("%d of 40 records were written before the token went", n)
	}
	b.resumed(r)
}

// A role that may not make customers fails the records, not the run: other records
// of the same role go on. The records are kept, and a retry brings them in.
func TestAMissingPermissionFailsTheRecords(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{})
	b.must(b.account.Account().SetPermission(account.IntegrationRole, "LIST_CUSTJOB", 1))
	b.recordErrors("people-in", 9, "permission", complaint{"INSUFFICIENT_PERMISSION", "", "", "Give the role the permission"})
	b.holds(1, 0)
	b.must(b.account.Account().SetPermission(account.IntegrationRole, "LIST_CUSTJOB", 4))
	b.do(nil, "error", "retry", "--flow", "people-in")
	b.holds(1, 9)
	if left := b.errors(); len(left) != 0 {
		t.Fatalf("errors are left: %+v", left)
	}
}

// An account ID that no account can have is refused before it is stored.
func TestAMalformedAccountIDIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{})
	for _, id := range []string{"12 34567", "1234567/evil", "https://example.com", "system.netsuite.com", "1234567_SB1;"} {
		e := b.refused(1, complaint{"connection.invalid", "cannot be changed", "", ""}, "connection", "edit", "netsuite", "--set", "account="+id)
		if len(e.Problems) != 1 || e.Problems[0].Code != "connection.account_id" || e.Problems[0].Path != "settings.account" || e.Problems[0].Remedy == "" {
			t.Fatalf("%q: %+v", id, e.Problems)
		}
	}
	b.flow("people-in")
	b.holds(1, b.rows)
}
