package account

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const appCallback = "http://localhost:9000/oauth/netsuite?tenant=7"

// flow drives the three steps as an application and a browser do.
type flow struct {
	*fixture
	t *testing.T
}

func newFlow(t *testing.T) flow {
	f := flow{newFixture(t), t}
	f.client.token, f.client.tokenSecret = "", ""
	f.client.params = map[string]string{"oauth_token": "-", "oauth_callback": appCallback}
	return f
}

func (f flow) post(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := f.request(http.MethodPost, "http://localhost:8080"+path)
	if path == "/rest/requesttoken" {
		f.ServeRequestToken(w, r)
	} else {
		f.ServeAccessToken(w, r)
	}
	return w
}

// begin does step 1 and readies the signer for step 3.
func (f flow) begin() url.Values {
	f.t.Helper()
	w := f.post("/rest/requesttoken")
	v, err := url.ParseQuery(w.Body.String())
	if err != nil || w.Code != 200 || v.Get("oauth_callback_confirmed") != "true" {
		f.t.Fatalf("step 1: %d %s", w.Code, w.Body)
	}
	f.client.token, f.client.tokenSecret = v.Get("oauth_token"), v.Get("oauth_token_secret")
	return v
}

// decide agrees as "employee/role", or denies where as is empty, and returns the callback's query.
func (f flow) decide(token, state, as string) url.Values {
	f.t.Helper()
	c, err := f.Consent(token, state)
	if err != nil {
		f.t.Fatalf("step 2: %v", err)
	}
	back := f.Deny
	if employee, role, ok := strings.Cut(as, "/"); ok {
		back = func(c Consent) string { return must1(f.Allow(c, employee, role)) }
	}
	u, err := url.Parse(back(c))
	if err != nil {
		f.t.Fatal(err)
	}
	return u.Query()
}

func (f flow) verify(verifier string) {
	f.client.params = map[string]string{"oauth_verifier": verifier}
}

func TestThreeSteps(t *testing.T) {
	f := newFlow(t)
	step1 := f.begin()
	c, err := f.Consent(step1.Get("oauth_token"), "abc")
	if err != nil || c.Application != "Sluice" || len(c.Roles(f.Setup(), IntegrationUser)) != 1 || len(c.Roles(f.Setup(), AdministratorUser)) != 1 {
		t.Errorf("consent %+v, %v", c, err)
	}
	back := f.decide(step1.Get("oauth_token"), "abc", "2/1001")
	for name, want := range map[string]string{"tenant": "7", "oauth_token": step1.Get("oauth_token"), "company": "1234567_SB1", "role": "1001", "entity": "2", "state": "abc"} {
		if got := back.Get(name); got != want {
			t.Errorf("callback %s = %q, want %q", name, got, want)
		}
	}
	f.verify(back.Get("oauth_verifier"))
	w := f.post("/rest/accesstoken")
	step3, _ := url.ParseQuery(w.Body.String())
	if w.Code != 200 || len(step3) != 2 {
		t.Fatalf("step 3: %d %s", w.Code, w.Body)
	}
	if w := f.post("/rest/accesstoken"); w.Code != 401 {
		t.Errorf("step 3 again: %d %s", w.Code, w.Body)
	}
	f.client.token, f.client.tokenSecret, f.client.params = step3.Get("oauth_token"), step3.Get("oauth_token_secret"), nil
	s, refused := f.Login(f.request(http.MethodGet, restURL), REST)
	if refused != nil || s.RoleID != IntegrationRole {
		t.Errorf("the new token: %q %+v", detailOf(refused), s)
	}
}

func TestDeny(t *testing.T) {
	f := newFlow(t)
	token := f.begin().Get("oauth_token")
	back := f.decide(token, "", "")
	if v, ok := back["oauth_verifier"]; !ok || v[0] != "" || back.Get("company") != "" {
		t.Errorf("callback %v", back)
	}
	f.verify("guess")
	f.post("/rest/accesstoken")
	if last, _ := f.LastLogin(); last.Detail != "TokenRejected" {
		t.Errorf("trail %+v", last)
	}
}

// TestFlowDetails breaks one thing at a time of step 1 or of step 3.
func TestFlowDetails(t *testing.T) {
	rows := []struct {
		name   string
		step1  func(flow)
		step3  func(flow)
		detail string
	}{
		{"unknown key", func(f flow) { f.client.key = madeUp(9, "x") }, nil, "UnknownIntegration"},
		{"blocked", func(f flow) { must(f.SetState(SeedIntegration, Blocked)) }, nil, "IntegrationBlocked"},
		{"box empty", func(f flow) {
			must(f.EditIntegration(SeedIntegration, func(i *IntegrationRecord) { i.AuthorizationFlow = false }))
		}, nil, "AuthorizationFlowRequired"},
		{"foreign callback", func(f flow) { f.client.params["oauth_callback"] = "http://127.0.0.1:9000/x" }, nil, "InvalidCallback http://127.0.0.1:9000/x"},
		{"no callback", func(f flow) { f.client.params["oauth_callback"] = "-" }, nil, "MissingRequiredParameter"},
		{"short nonce", func(f flow) { f.client.params["oauth_nonce"] = "abc" }, nil, "NonceRejected"},
		{"wrong secret", func(f flow) { f.client.secret = madeUp(9, "x") }, nil, "InvalidSignature"},
		{"SHA1", func(f flow) { f.client.params["oauth_signature_method"] = "HMAC-SHA1" }, nil, "UnknownAlgorithm"},
		{"version", func(f flow) { f.client.params["oauth_version"] = "1.1" }, nil, "VersionRejected"},
		{"TBA off", func(f flow) { must(f.SetFeature(FeatureTBA, false)) }, nil, "FeatureDisabled"},
		{"no realm", func(f flow) { f.client.realm = "-" }, nil, ""},
		{"blocked, and no realm", func(f flow) { f.client.realm = "-"; must(f.SetState(SeedIntegration, Blocked)) }, nil, ""},
		{"box TBA empty, and no realm", func(f flow) {
			f.client.realm = "-"
			must(f.EditIntegration(SeedIntegration, func(i *IntegrationRecord) { i.TBA = false }))
		}, nil, "IntegrationBlocked"},
		{"with role", func(f flow) { f.client.params["role"] = IntegrationRole }, nil, ""},

		{"all well", nil, func(flow) {}, ""},
		{"blocked after the consent", nil, func(f flow) { must(f.SetState(SeedIntegration, Waiting)) }, "IntegrationBlocked"},
		{"blocked, and still no realm", nil, func(f flow) { f.client.realm = "-"; must(f.SetState(SeedIntegration, Waiting)) }, "IntegrationBlocked"},
		{"wrong verifier", nil, func(f flow) { f.verify("guess") }, "InvalidVerifier"},
		{"no verifier", nil, func(f flow) { f.verify("-") }, "MissingRequiredParameter"},
		{"wrong token secret", nil, func(f flow) { f.client.tokenSecret = madeUp(9, "x") }, "InvalidSignature"},
		{"other token", nil, func(f flow) { f.client.token = madeUp(9, "x") }, "TokenRejected"},
		{"too late", nil, func(f flow) { f.now = f.now.Add(requestLife) }, "TokenRejected"},
		{"user inactive", nil, func(f flow) { must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Inactive = true })) }, "EntityOrRoleDisabled"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFlow(t)
			path := "/rest/requesttoken"
			if row.step1 != nil {
				row.step1(f)
			} else {
				path = "/rest/accesstoken"
				token := f.begin().Get("oauth_token")
				f.verify(f.decide(token, "", "2/1001").Get("oauth_verifier"))
				row.step3(f)
			}
			w := f.post(path)
			if last, _ := f.LastLogin(); last.Detail != row.detail {
				t.Errorf("trail %+v, want %q; answer %d %s", last, row.detail, w.Code, w.Body)
			}
			if (w.Code == 200) != (row.detail == "") {
				t.Errorf("answer %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestRevokeToken(t *testing.T) {
	f := newFixture(t)
	revoke := func(token string) int {
		w := httptest.NewRecorder()
		f.ServeRevokeToken(w, f.request(http.MethodGet, "http://localhost:8080/rest/revoketoken?consumerKey="+f.client.key+"&token="+token))
		return w.Code
	}
	other, err := f.AddToken(AccessToken{IntegrationID: SeedIntegration, EmployeeID: AdministratorUser, RoleID: AdministratorRole})
	must(err)
	if got := revoke(other.Token); got != 400 {
		t.Errorf("another user's token: %d", got)
	}
	withPassword := func(token, password string) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/rest/revoketoken?consumerKey="+f.client.key+"&token="+token, nil)
		r.Header.Set("Authorization", "NLAuth nlauth_account="+f.ID()+", nlauth_email=integration%40example.com, nlauth_signature="+password)
		f.ServeRevokeToken(w, r)
		return w.Code
	}
	mine, err := f.AddToken(AccessToken{IntegrationID: SeedIntegration, EmployeeID: IntegrationUser, RoleID: IntegrationRole})
	must(err)
	for _, row := range []struct {
		token, password string
		want            int
	}{{mine.Token, "wrong", 401}, {other.Token, SeedPassword, 400}, {mine.Token, SeedPassword, 200}, {mine.Token, SeedPassword, 400}} {
		if got := withPassword(row.token, row.password); got != row.want {
			t.Errorf("%.10s by password %s: %d, want %d", row.token, row.password, got, row.want)
		}
	}
	if got := revoke(f.client.token); got != 200 {
		t.Errorf("own token: %d", got)
	}
	if got := revoke(f.client.token); got != 401 {
		t.Errorf("own token again: %d", got)
	}
}
