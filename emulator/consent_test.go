package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
)

const callback = "http://localhost:9/cb?tenant=7"

// begin does step 1 and returns the address of the consent page.
func begin(t testing.TB, e *Emulator) string {
	t.Helper()
	c := e.Credentials()
	c.TokenID, c.TokenSecret = "", ""
	v := threeStep(t, e, c, "/rest/requesttoken", [2]string{"oauth_callback", callback})
	return account.ConsentPath + "?state=s1&oauth_token=" + v.Get("oauth_token")
}

func TestConsentDeny(t *testing.T) {
	e := Start(t, bare)
	b := browse(t, e)
	page := begin(t, e)
	b.open(page)
	b.logIn(integrationEmail, account.SeedPassword)
	b.mustSee("Sluice asks to use")
	b.press("Deny")
	back := b.at.Query()
	if v, ok := back["oauth_verifier"]; !ok || v[0] != "" || back.Get("tenant") != "7" || back.Get("state") != "s1" {
		t.Errorf("back at %s", b.at)
	}
	b.open(page)
	b.mustSee("unknown, used or expired")
}

func TestConsentExpires(t *testing.T) {
	e := Start(t, bare)
	b := browse(t, e)
	b.open(begin(t, e))
	b.logIn(integrationEmail, account.SeedPassword)
	e.Clock().Advance(10 * time.Minute)
	b.press("Allow")
	if b.status != http.StatusBadRequest {
		b.fatal("allowed after ten minutes")
	}
	b.mustSee("unknown, used or expired")
}

// A role that may not log in with tokens is not offered, and cannot be chosen
// by hand; a role for web services only can, though it opens no page.
func TestConsentRoles(t *testing.T) {
	e := Start(t, bare)
	a := e.Account()
	plain := must(a.AddRole(account.Role{Name: "Plain"}))
	machine := must(a.AddRole(account.Role{Name: "Machine", WebServicesOnly: true, Permissions: account.Permissions{account.PermissionUserTokens: session.Full}}))
	if err := a.EditEmployee(account.IntegrationUser, func(x *account.Employee) { x.Roles = append(x.Roles, plain.ID, machine.ID) }); err != nil {
		t.Fatal(err)
	}
	b := browse(t, e)
	b.open(begin(t, e))
	b.logIn(integrationEmail, account.SeedPassword)
	b.title("Allow Access")
	if b.sees("Plain") || b.sees("Administrator") {
		b.fatal("a role is offered that may not be")
	}
	b.filled["role"] = []string{plain.ID}
	b.press("Allow")
	b.mustSee("cannot log in with tokens in that role")
	b.open(begin(t, e))
	b.check("Machine")
	b.press("Allow")
	if b.at.Query().Get("role") != machine.ID {
		t.Errorf("back at %s", b.at)
	}
	b.open(begin(t, e))
	b.click("Log in as another user")
	b.title("Login")
	b.logIn(e.Admin().Email, e.Admin().Password)
	b.mustSee("in the name of Account Administrator")
}

// The page is not fooled about state, and takes no decision from another site.
func TestConsentForms(t *testing.T) {
	e := Start(t, bare)
	b := browse(t, e)
	page := begin(t, e)
	b.open(strings.Replace(page, "state=s1", "state="+url.QueryEscape("a b"), 1))
	b.logIn(integrationEmail, account.SeedPassword)
	b.mustSee("512 letters and digits")
	b.open(page)
	b.filled["_token"] = []string{"guess"}
	b.press("Allow")
	if b.status != http.StatusForbidden {
		t.Errorf("status %d", b.status)
	}
}

// issueToken asks for a token with a password.
func issueToken(t testing.TB, e *Emulator, query, email, password, role string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+"/rest/issuetoken?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	enc := url.PathEscape
	r.Header.Set("Authorization", "NLAuth nlauth_account="+e.Credentials().Account+", nlauth_email="+enc(email)+
		", nlauth_signature="+enc(password)+", nlauth_role="+role)
	return send(r)
}

func TestIssueToken(t *testing.T) {
	e := Start(t, bare)
	must(0, e.Account().EditIntegration("1", func(i *account.IntegrationRecord) { i.IssueToken = true }))
	must(0, e.Account().SetPermission(account.IntegrationRole, account.PermissionUserTokens, session.Full))
	working := e.Account().Setup()
	key := func(e *Emulator) string { return "name=made&consumerKey=" + e.Credentials().ConsumerKey }
	for _, row := range []struct {
		name    string
		prepare func(*Emulator)
		ask     func(*Emulator) answer
		detail  string
		status  int
		code    string
	}{
		{"all well", nil, nil, "", 200, ""},
		{"box not ticked", func(e *Emulator) {
			must(0, e.Account().EditIntegration("1", func(i *account.IntegrationRecord) { i.IssueToken = false }))
		}, nil, "consumer_key_refused", 401, "INVALID_LOGIN_ATTEMPT"},
		{"feature off", func(e *Emulator) { must(0, e.Account().SetFeature(account.FeatureTBA, false)) }, nil, "FeatureDisabled", 401, "INVALID_LOGIN_ATTEMPT"},
		{"no permission", func(e *Emulator) {
			must(0, e.Account().RemovePermission(account.IntegrationRole, account.PermissionUserTokens))
		}, nil, "permission_denied", 401, "INVALID_LOGIN_ATTEMPT"},
		{"two-factor role", func(e *Emulator) {
			must(0, e.Account().EditRole(account.IntegrationRole, func(r *account.Role) { r.TwoFactor = true }))
		}, nil, "TwoFactorRequired", 401, "TWO_FA_REQD"},
		{"wrong password", nil, func(e *Emulator) answer { return issueToken(t, e, key(e), integrationEmail, "wrong", "1001") },
			"InvalidCredentials", 401, "INVALID_LOGIN_CREDENTIALS"},
		{"no key", nil, func(e *Emulator) answer {
			return issueToken(t, e, "name=x", integrationEmail, account.SeedPassword, "1001")
		},
			"MissingTokenPassportRequiredFields", 400, "INVALID_REQUEST"},
		{"a role of somebody else", nil, func(e *Emulator) answer { return issueToken(t, e, key(e), integrationEmail, account.SeedPassword, "3") },
			"permission_denied", 401, "INVALID_LOGIN_ATTEMPT"},
	} {
		for _, described := range []bool{false, true} {
			must(0, e.Account().Reset(working))
			e.Account().SetDescribeTokenErrors(described)
			if row.prepare != nil {
				row.prepare(e)
			}
			var a answer
			if row.ask != nil {
				a = row.ask(e)
			} else {
				a = issueToken(t, e, key(e), integrationEmail, account.SeedPassword, "1001")
			}
			code := row.code
			if described && code != "" {
				code = row.detail
			}
			if a.status != row.status || lastDetail(e) != row.detail || !strings.Contains(a.body, code) {
				t.Errorf("%s, described %v: %+v, trail %q", row.name, described, a, lastDetail(e))
			}
			if row.status == 200 && (!strings.Contains(a.body, `"tokenId":"`) || !strings.Contains(a.body, `"tokenSecret":"`)) {
				t.Errorf("%s: %s", row.name, a.body)
			}
		}
	}
}

// TestTokenErrorModes asks the token endpoints in both modes for what only the
// audit trail knows otherwise.
func TestTokenErrorModes(t *testing.T) {
	e := Start(t, bare)
	must(0, e.Account().EditIntegration("1", func(i *account.IntegrationRecord) { i.AuthorizationFlow = false }))
	step1 := func() answer {
		c := e.Credentials()
		c.TokenID, c.TokenSecret = "", ""
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+"/rest/requesttoken", nil)
		if err != nil {
			t.Fatal(err)
		}
		sign(r, c, e.Clock().Now(), [2]string{"oauth_callback", callback})
		return send(r)
	}
	if a := step1(); a.status != 401 || !strings.Contains(a.body, `"code":"INVALID_LOGIN_ATTEMPT"`) {
		t.Errorf("without codes: %+v", a)
	}
	if a := ask(t, e, http.MethodPost, "token-errors", `{"described":true}`); strings.TrimSpace(a.body) != `{"described":true}` {
		t.Errorf("%+v", a)
	}
	if a := step1(); a.status != 401 || !strings.Contains(a.body, `"code":"AuthorizationFlowRequired"`) {
		t.Errorf("with codes: %+v", a)
	}
	b := asAdministrator(t, e)
	b.menu("Emulator only", "Token endpoints")
	if !b.ticked("Tell the reason") {
		t.Error("the page does not show the mode")
	}
	b.uncheck("Tell the reason")
	b.press("Save")
	if a := step1(); !strings.Contains(a.body, `"code":"INVALID_LOGIN_ATTEMPT"`) {
		t.Errorf("without codes again: %+v", a)
	}
}

// TestRefresh does on the page what a sandbox refresh does.
func TestRefresh(t *testing.T) {
	e := Start(t, bareAccount, func(o *Options) { o.Bare = false })
	before := e.Credentials()
	id := must(e.Records().Writer().Create("customer", map[string]any{"companyName": "Gone"}))
	must(0, e.Account().SetFeature(account.FeatureOAuth2, false))
	b := asAdministrator(t, e)
	other := asIntegrationUser(t, e)
	b.menu("Emulator only", "Company", "Refresh sandbox")
	b.press("Refresh sandbox")
	b.title("Login")
	other.open("/app/center/card.nl")
	other.title("Login")
	s := e.Account().Setup()
	if after := e.Credentials(); s.ID != before.Account || len(s.Tokens) != 0 || len(s.Certificates) != 0 || after.ConsumerKey != before.ConsumerKey ||
		after.ConsumerSecret != before.ConsumerSecret || !s.Features[account.FeatureOAuth2] {
		t.Errorf("after: %+v, features %v", after, s.Features)
	}
	if err := e.Records().Writer().Delete("customer", id); err == nil {
		t.Error("a record of before is there")
	}
	r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+"/rest/tokeninfo", nil))
	sign(r, before, e.Clock().Now())
	if a := send(r); a.status != 401 || lastDetail(e) != "token_rejected" {
		t.Errorf("the old token: %+v, %s", a, lastDetail(e))
	}

	b = asAdministrator(t, e)
	b.menu("Setup", "Users/Roles", "New access token")
	b.newToken("Sluice", "Integration User", "Sluice Integration")
	must(0, e.Account().SetFeature(account.FeatureSOAP, false))
	if a := ask(t, e, http.MethodPost, "production", ""); a.status != http.StatusNoContent {
		t.Errorf("%+v", a)
	}
	if a := ask(t, e, http.MethodPost, "refresh-sandbox", ""); a.status != http.StatusNoContent {
		t.Errorf("%+v", a)
	}
	if s := e.Account().Setup(); s.Features[account.FeatureSOAP] || len(s.Tokens) != 0 {
		t.Error("the refresh did not copy what was made production")
	}
}

func TestRefreshNeedsSandbox(t *testing.T) {
	e := Start(t, bare, func(o *Options) { o.AccountID = "1234567" })
	if a := ask(t, e, http.MethodPost, "refresh-sandbox", ""); a.status != http.StatusBadRequest || !strings.Contains(a.body, "only a sandbox") {
		t.Errorf("%+v", a)
	}
	b := asAdministrator(t, e)
	b.menu("Emulator only", "Company", "Refresh sandbox")
	b.mustSee("Only a sandbox can be refreshed.")
	if len(e.Account().Setup().Tokens) != 1 {
		t.Error("the token is gone")
	}
}

// What is made production outlives a restart.
func TestProductionIsKept(t *testing.T) {
	file := t.TempDir() + "/state"
	e := open(t, Options{StateFile: file, Empty: true})
	must(0, e.Account().SetFeature(account.FeatureSOAP, false))
	e.SetProduction()
	must(0, e.Account().SetFeature(account.FeatureSOAP, true))
	must(0, e.Close())
	e = open(t, Options{StateFile: file, Empty: true})
	must(0, e.Refresh())
	if e.Account().Setup().Features[account.FeatureSOAP] {
		t.Error("the refresh copied something else")
	}
}
