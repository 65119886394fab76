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

func (f flow) decide(form url.Values) url.Values {
	f.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+ConsentPath, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.ServeConsent(w, r)
	u, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != http.StatusFound {
		f.t.Fatalf("step 2: %d %s", w.Code, w.Body)
	}
	return u.Query()
}

func (f flow) verify(verifier string) {
	f.client.params = map[string]string{"oauth_verifier": verifier}
}

func TestThreeSteps(t *testing.T) {
	f := newFlow(t)
	step1 := f.begin()
	w := httptest.NewRecorder()
	f.ServeConsent(w, httptest.NewRequest(http.MethodGet, ConsentPath+"?state=abc&oauth_token="+step1.Get("oauth_token"), nil))
	for _, want := range []string{"<strong>Sluice</strong>", `value="2/1001"`, `value="1/3"`, `name="state" value="abc"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, w.Body)
		}
	}
	back := f.decide(url.Values{"oauth_token": {step1.Get("oauth_token")}, "state": {"abc"}, "as": {"2/1001"}, "decision": {"allow"}})
	for name, want := range map[string]string{"tenant": "7", "oauth_token": step1.Get("oauth_token"), "company": "1234567_SB1", "role": "1001", "entity": "2", "state": "abc"} {
		if got := back.Get(name); got != want {
			t.Errorf("callback %s = %q, want %q", name, got, want)
		}
	}
	f.verify(back.Get("oauth_verifier"))
	w = f.post("/rest/accesstoken")
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
	back := f.decide(url.Values{"oauth_token": {token}, "decision": {"deny"}})
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
		{"with role", func(f flow) { f.client.params["role"] = IntegrationRole }, nil, ""},

		{"all well", nil, func(flow) {}, ""},
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
				f.verify(f.decide(url.Values{"oauth_token": {token}, "as": {"2/1001"}, "decision": {"allow"}}).Get("oauth_verifier"))
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

func TestCallbackMatches(t *testing.T) {
	for _, row := range []struct {
		record, callback string
		want             bool
	}{
		{"https://example.com/cb", "https://example.com/cb", true},
		{"https://example.com/cb", "https://example.com/cb/", false},
		{"https://example.com/cb", "https://example.com/CB", false},
		{"", "", false},
		{"http://localhost:*", "http://localhost:8080/any", true},
		{"http://localhost:*/cb", "http://localhost:1/cb", true},
		{"http://localhost:*/cb", "http://localhost:1/other", false},
		{"http://localhost:*", "http://127.0.0.1:8080/any", false},
		{"http://localhost:*", "http://localhost.example.com/", false},
		{"http://localhost:*", "http://user@localhost:80/", false},
		{"http://localhost:8080/cb", "http://localhost:9090/cb", false},
		{"https://*.example.com/callback", "https://a.example.com/callback", true},
		{"https://*.example.com/callback", "https://a.b.example.com/callback", false},
		{"https://*.example.com/callback", "https://example.com/callback", false},
		{"https://*.example.com/callback", "https://a.example.com/other", false},
	} {
		if got := callbackMatches(row.record, row.callback); got != row.want {
			t.Errorf("%s with %s: %v", row.record, row.callback, got)
		}
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
	if got := revoke(f.client.token); got != 200 {
		t.Errorf("own token: %d", got)
	}
	if got := revoke(f.client.token); got != 401 {
		t.Errorf("own token again: %d", got)
	}
}
