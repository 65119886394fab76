package account

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/lockout"
	"github.com/sluicehq/sluice/emulator/session"
)

// TestTrailDetails breaks one thing at a time. The trail must name it, and the
// client must not be able to tell it from anything else. Taking any check out
// of attempt.check makes its row fail.
func TestTrailDetails(t *testing.T) {
	rows := []struct {
		name          string
		breakIt       func(*fixture)
		rest, restlet string // details
		invalid       bool   // RESTlets answer 400 INVALID_REQUEST
	}{
		{"unknown consumer key", func(f *fixture) { f.client.key = madeUp(99, "other") }, "consumer_key_unknown", "", false},
		{"keys reset", func(f *fixture) { must2(f.ResetCredentials(SeedIntegration)) }, "consumer_key_unknown", "", false},
		{"integration blocked", func(f *fixture) { must(f.SetState(SeedIntegration, Blocked)) }, "consumer_key_refused", "", false},
		{"integration waiting", func(f *fixture) { must(f.SetState(SeedIntegration, Waiting)) }, "consumer_key_refused", "", false},
		{"box TBA empty", func(f *fixture) {
			must(f.EditIntegration(SeedIntegration, func(i *IntegrationRecord) { i.TBA = false }))
		}, "consumer_key_refused", "", false},
		{"unknown token", func(f *fixture) { f.client.token = madeUp(99, "token") }, "token_rejected", "", false},
		{"token revoked", func(f *fixture) { must(f.Revoke(SeedToken)) }, "token_rejected", "", false},
		{"token of another integration", func(f *fixture) {
			i, err := f.AddIntegration(IntegrationRecord{Name: "Other", TBA: true})
			must(err)
			f.client.key, f.client.secret = i.ConsumerKey, i.ConsumerSecret
		}, "token_rejected", "", false},
		{"user inactive", func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Inactive = true }))
		}, "permission_denied", "", false},
		{"user without access", func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Access = false }))
		}, "permission_denied", "", false},
		{"role taken from user", func(f *fixture) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Roles = nil }))
		}, "permission_denied", "", false},
		{"role inactive", func(f *fixture) {
			must(f.EditRole(IntegrationRole, func(r *Role) { r.Inactive = true }))
		}, "permission_denied", "", false},
		{"token permission missing", func(f *fixture) {
			must(f.RemovePermission(IntegrationRole, PermissionLoginToken))
		}, "permission_denied", "", false},
		{"consumer secret wrong", func(f *fixture) { f.client.secret = madeUp(99, "secret") }, "InvalidSignature", "", false},
		{"token secret wrong", func(f *fixture) { f.client.tokenSecret = madeUp(99, "secret") }, "InvalidSignature", "", false},
		{"signature wrong", func(f *fixture) { f.client.breakSignature = true }, "InvalidSignature", "", false},
		{"realm in host form", func(f *fixture) { f.client.realm = "1234567-sb1" }, "InvalidSignature", "", false},
		{"realm in lower case", func(f *fixture) { f.client.realm = "1234567_sb1" }, "InvalidSignature", "", false},
		{"HMAC-SHA1", func(f *fixture) { f.client.params = map[string]string{"oauth_signature_method": "HMAC-SHA1"} }, "UnknownAlgorithm", "", true},
		{"SOAP's spelling of the algorithm", func(f *fixture) {
			f.client.params = map[string]string{"oauth_signature_method": "HMAC_SHA256"}
		}, "UnknownAlgorithm", "", true},
		{"clock slow", func(f *fixture) { f.now = f.now.Add(5*time.Minute + time.Second) }, "InvalidTimestamp", "", true},
		{"clock fast", func(f *fixture) { f.now = f.now.Add(-5*time.Minute - time.Second) }, "InvalidTimestamp", "", true},
		{"timestamp no number", func(f *fixture) { f.client.params = map[string]string{"oauth_timestamp": "noon"} }, "parameter_rejected", "", true},
		{"nonce short", func(f *fixture) { f.client.params = map[string]string{"oauth_nonce": "abcde"} }, "nonce_rejected", "", false},
		{"parameter twice", func(f *fixture) {
			f.client.breakHeader = func(h string) string { return h + `, oauth_version="1.0"` }
		}, "parameter_rejected", "", true},
		{"parameter empty", func(f *fixture) { f.client.params = map[string]string{"oauth_token": ""} }, "parameter_rejected", "", true},
		{"parameter missing", func(f *fixture) { f.client.params = map[string]string{"oauth_nonce": "-"} }, "MissingTokenPassportRequiredFields", "", true},
		{"realm missing", func(f *fixture) { f.client.realm = "-" }, "MissingTokenPassportRequiredFields", "", true},
		{"version 2", func(f *fixture) { f.client.params = map[string]string{"oauth_version": "2.0"} }, "VersionRejected", "", true},
		{"TBA off", func(f *fixture) { must(f.SetFeature(FeatureTBA, false)) }, "FeatureDisabled", "", false},
		{"nonce used", func(f *fixture) {
			f.client.params = map[string]string{"oauth_nonce": "usedbefore"}
			if _, refused := f.Login(f.request(http.MethodGet, restURL), TokenService); refused != nil {
				panic(refused.Detail)
			}
		}, "NonceUsed", "nonce_used", false},
		{"user locked", func(f *fixture) {
			for range lockout.Failures {
				f.locks.Failed(IntegrationUser, f.now)
			}
		}, "temporary_locked", "", false},
	}
	for _, row := range rows {
		for _, api := range []API{REST, RESTlet} {
			want := row.rest
			if api == RESTlet && row.restlet != "" {
				want = row.restlet
			}
			t.Run(row.name+"/"+[]string{"REST", "RESTlet"}[api], func(t *testing.T) {
				f := newFixture(t)
				at := f.now
				row.breakIt(f)
				r := httptest.NewRequest(http.MethodGet, restURL, nil)
				f.client.sign(r, at, f.nonce())
				s, refused := f.Login(r, api)
				if refused == nil {
					t.Fatalf("logged in as %s", s.EmployeeName)
				}
				last, _ := f.LastLogin()
				if last.Detail != want || refused.Detail != want || last.Status != Failure {
					t.Errorf("trail %q, refusal %q, want %q", last.Detail, refused.Detail, want)
				}
				checkOutward(t, refused, r, api, row.invalid)
			})
		}
	}
}

// checkOutward compares the answer with what every failed login gets.
func checkOutward(t *testing.T, refused *Refusal, r *http.Request, api API, invalid bool) {
	t.Helper()
	w := httptest.NewRecorder()
	refused.Write(w, r)
	const challenge = `OAuth realm="1234567_SB1", error="token_rejected", error_description="Invalid login attempt."`
	switch {
	case api == REST:
		expect(t, w, 401, challenge, `{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.","o:errorCode":"INVALID_LOGIN"}]}`)
	case invalid:
		expect(t, w, 400, "", `{"error":{"code":"INVALID_REQUEST","message":"The request could not be understood by the server due to malformed syntax."}}`)
	default:
		expect(t, w, 401, challenge, `{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}`)
	}
}

func expect(t *testing.T, w *httptest.ResponseRecorder, status int, challenge, body string) {
	t.Helper()
	if got := strings.TrimSpace(w.Body.String()); w.Code != status || got != body {
		t.Errorf("answer %d %s\nwant   %d %s", w.Code, got, status, body)
	}
	if got := w.Header().Get("WWW-Authenticate"); got != challenge {
		t.Errorf("WWW-Authenticate %q, want %q", got, challenge)
	}
}

func TestLoginSession(t *testing.T) {
	f := newFixture(t)
	r := f.request(http.MethodGet, restURL)
	s, refused := f.Login(r, REST)
	if refused != nil {
		t.Fatal(refused.Detail)
	}
	if s.AccountID != "1234567_SB1" || s.EmployeeID != IntegrationUser || s.RoleID != IntegrationRole || s.IntegrationID != SeedIntegration {
		t.Errorf("session %+v", s)
	}
	if s.TimeZone.String() != "America/Los_Angeles" || !s.Allows("TRAN_SALESORD", session.Full) || s.Allows("ADMI_MANAGEROLES", session.View) || !s.Has(FeatureREST) {
		t.Errorf("session %+v", s)
	}
	last, _ := f.LastLogin()
	want := TrailEntry{Time: noon, Status: Success, User: "Integration User", Role: "Sluice Integration", Application: "Sluice",
		TokenName: "Sluice - Integration User, Sluice Integration", RequestURI: "/services/rest/record/v1/customer", IP: "192.0.2.1"}
	if last != want {
		t.Errorf("trail\n%+v, want\n%+v", last, want)
	}
}

// TestMalformedHeader: what cannot be parsed is 400 INVALID_REQUEST on both APIs.
func TestMalformedHeader(t *testing.T) {
	for _, h := range []string{
		"OAuth realm=1234567_SB1, oauth_token=abc", `OAuth realm="1234567_SB1`, `OAuth realm="x" oauth_token="y"`, "Basic YTpi", `OAuth realm="%zz"`, `OAuth realm="x",`,
	} {
		for _, api := range []API{REST, RESTlet} {
			f := newFixture(t)
			r := httptest.NewRequest(http.MethodGet, restURL, nil)
			r.Header.Set("Authorization", h)
			_, refused := f.Login(r, api)
			if refused == nil || refused.Fault.Status != 400 || refused.Fault.Code() != "INVALID_REQUEST" {
				t.Errorf("%s: %+v", h, refused)
			}
		}
	}
}

// TestNoOAuth: other ways to log in, and none at all.
func TestNoOAuth(t *testing.T) {
	for _, row := range []struct {
		header    string
		api       API
		challenge string
		code      string
	}{
		{"", REST, "OAuth", "INVALID_LOGIN"},
		{"", RESTlet, "OAuth", "INVALID_LOGIN_ATTEMPT"},
		{"NLAuth nlauth_account=1, nlauth_email=a@example.com", REST, "OAuth", "INVALID_LOGIN"},
		{"NLAuth nlauth_account=1, nlauth_email=a@example.com", RESTlet, "OAuth", "INVALID_LOGIN_CREDENTIALS"},
		{"Bearer", REST, "Bearer", "INVALID_LOGIN"},
	} {
		f := newFixture(t)
		r := httptest.NewRequest(http.MethodGet, restURL, nil)
		if row.header != "" {
			r.Header.Set("Authorization", row.header)
		}
		_, refused := f.Login(r, row.api)
		if refused == nil || refused.Fault.Status != 401 || refused.Fault.Code() != row.code || !strings.HasPrefix(refused.Challenge, row.challenge+" ") {
			t.Errorf("%q: %+v", row.header, refused)
		}
	}
}

func TestAPIPermission(t *testing.T) {
	rows := []struct {
		name    string
		api     API
		breakIt func(*fixture)
		code    string // "" = may enter
	}{
		{"REST", REST, func(*fixture) {}, ""},
		{"REST feature off", REST, func(f *fixture) { must(f.SetFeature(FeatureREST, false)) }, "INVALID_LOGIN"},
		{"REST permission missing", REST, func(f *fixture) { must(f.RemovePermission(IntegrationRole, PermissionREST)) }, "INVALID_LOGIN"},
		{"RESTlet without REST permission", RESTlet, func(f *fixture) { must(f.RemovePermission(IntegrationRole, PermissionREST)) }, ""},
		{"RESTlet SuiteScript off", RESTlet, func(f *fixture) { must(f.SetFeature(FeatureSuiteScript, false)) }, "INVALID_LOGIN_ATTEMPT"},
		{"RESTlet web services only", RESTlet, func(f *fixture) {
			must(f.EditRole(IntegrationRole, func(r *Role) { r.WebServicesOnly = true }))
		}, "INVALID_LOGIN_CREDENTIALS"},
		{"REST web services only", REST, func(f *fixture) {
			must(f.EditRole(IntegrationRole, func(r *Role) { r.WebServicesOnly = true }))
		}, ""},
		{"tokeninfo needs no API", TokenService, func(f *fixture) { must(f.SetFeature(FeatureREST, false)) }, ""},
		{"user access tokens instead", REST, func(f *fixture) {
			must(f.RemovePermission(IntegrationRole, PermissionLoginToken))
			must(f.SetPermission(IntegrationRole, PermissionUserTokens, session.Full))
		}, ""},
		{"token management is no login", REST, func(f *fixture) {
			must(f.RemovePermission(IntegrationRole, PermissionLoginToken))
			must(f.SetPermission(IntegrationRole, "ADMI_MANAGE_OAUTH_TOKENS", session.Full))
		}, "INVALID_LOGIN"},
		{"administrator without permissions", REST, func(f *fixture) {
			k, err := f.AddToken(AccessToken{IntegrationID: SeedIntegration, EmployeeID: AdministratorUser, RoleID: AdministratorRole})
			must(err)
			f.client.token, f.client.tokenSecret = k.Token, k.Secret
		}, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			row.breakIt(f)
			_, refused := f.Login(f.request(http.MethodGet, restURL), row.api)
			code := ""
			if refused != nil {
				code = refused.Fault.Code()
			}
			if code != row.code {
				t.Errorf("code %q, want %q", code, row.code)
			}
		})
	}
}

// TestLock: five failures in a row lock the user, success in between starts
// the count anew, and half an hour later the lock is gone.
func TestLock(t *testing.T) {
	f := newFixture(t)
	try := func(good bool) string {
		f.client.breakSignature = !good
		_, refused := f.Login(f.request(http.MethodGet, restURL), REST)
		if refused == nil {
			return ""
		}
		return refused.Detail
	}
	for range 4 {
		try(false)
	}
	if got := try(true); got != "" {
		t.Fatalf("locked after four: %s", got)
	}
	for range 5 {
		if got := try(false); got != "InvalidSignature" {
			t.Fatal(got)
		}
	}
	if until, ok := f.LockedUntil(IntegrationUser); !ok || until != noon.Add(30*time.Minute) {
		t.Fatalf("locked until %v, %v", until, ok)
	}
	if got := try(true); got != "temporary_locked" {
		t.Fatalf("not locked after five: %q", got)
	}
	f.now = noon.Add(30*time.Minute - time.Second)
	if got := try(true); got != "temporary_locked" {
		t.Fatalf("unlocked early: %q", got)
	}
	f.now = noon.Add(30 * time.Minute)
	if got := try(true); got != "" {
		t.Fatalf("still locked: %q", got)
	}
}

// TestReplay: the same nonce is refused at the same second for the same user
// only, and is remembered as long as its timestamp is accepted.
func TestReplay(t *testing.T) {
	f := newFixture(t)
	login := func(at time.Time, nonce string) string {
		r := httptest.NewRequest(http.MethodGet, restURL, nil)
		f.client.sign(r, at, nonce)
		if _, refused := f.Login(r, REST); refused != nil {
			return refused.Detail
		}
		return ""
	}
	steps := []struct {
		now, at time.Time
		nonce   string
		want    string
	}{
		{noon, noon, "firstnonce", ""},
		{noon, noon, "firstnonce", "NonceUsed"},
		{noon, noon.Add(time.Second), "firstnonce", ""},
		{noon, noon, "othernonce", ""},
		{noon.Add(5 * time.Minute), noon, "firstnonce", "NonceUsed"},
		{noon.Add(5*time.Minute + time.Second), noon, "firstnonce", "InvalidTimestamp"},
	}
	for i, step := range steps {
		f.now = step.now
		if got := login(step.at, step.nonce); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
	// A bad signature does not use a nonce up.
	f.client.breakSignature = true
	login(f.now, "thirdnonce")
	f.client.breakSignature = false
	if got := login(f.now, "thirdnonce"); got != "" {
		t.Errorf("nonce of a refused request: %q", got)
	}
	f.now = noon.Add(time.Hour)
	login(f.now, "fourthnonce")
	if n := len(f.Account.nonce.Used()); n != 1 {
		t.Errorf("%d timestamps kept an hour later, want 1", n)
	}
}

func TestStateRoundTrip(t *testing.T) {
	f := newFixture(t)
	must(f.SetState(SeedIntegration, Blocked))
	f.Login(f.request(http.MethodGet, restURL), REST)
	must(f.SetState(SeedIntegration, Enabled))
	used := f.request(http.MethodGet, restURL)
	if _, refused := f.Login(used, REST); refused != nil {
		t.Fatal(refused.Detail)
	}
	data, err := json.Marshal(f.Account)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Restore(data, Options{Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, refused := b.Login(used, REST); refused == nil || refused.Detail != "NonceUsed" {
		t.Errorf("a restart forgot the nonce: %+v", refused)
	}
	if n := len(b.AuditTrail()); n != 3 {
		t.Errorf("%d trail entries, want 3", n)
	}
	again, err := json.Marshal(b.Setup())
	if first, _ := json.Marshal(f.Setup()); err != nil || string(again) != string(first) {
		t.Errorf("set-up changed: %s", again)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func must2(_, _ string, err error) { must(err) }
