package account

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/sluicehq/sluice/emulator/session"
)

// grantRequest is a token request with everything in it changeable.
type grantRequest struct {
	method jwt.SigningMethod
	key    any
	kid    string
	typ    string // instead of JWT
	claims jwt.MapClaims
	form   url.Values // overrides
}

func (f *fixture) grantRequest() *grantRequest {
	return &grantRequest{
		method: jwt.SigningMethodES256, key: SeedKey(7), kid: SeedCertificate,
		claims: jwt.MapClaims{
			"iss": f.client.key, "scope": []string{ScopeREST, ScopeRESTlets}, "iat": f.now.Unix(), "exp": f.now.Add(50 * time.Minute).Unix(),
			"aud": "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
		},
		form: url.Values{},
	}
}

func (f *fixture) grant(t testing.TB, g *grantRequest) *httptest.ResponseRecorder {
	t.Helper()
	token := jwt.NewWithClaims(g.method, g.claims)
	if g.kid != "" {
		token.Header["kid"] = g.kid
	}
	if g.typ != "" {
		token.Header["typ"] = g.typ
	}
	signed, err := token.SignedString(g.key)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {assertionType}, "client_assertion": {signed}}
	for k, v := range g.form {
		form[k] = v
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+TokenPath, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.ServeToken(w, r)
	return w
}

// TestGrant breaks one thing of a client credentials request at a time.
func TestGrant(t *testing.T) {
	rows := []struct {
		name    string
		breakIt func(*fixture, *grantRequest)
		detail  string // "" = a token
		answer  string
	}{
		{"nothing", func(*fixture, *grantRequest) {}, "", ""},
		{"audience on the restlets host", func(_ *fixture, g *grantRequest) {
			g.claims["aud"] = []string{"https://1234567-sb1.restlets.api.netsuite.com" + TokenPath}
		}, "", ""},
		{"audience as reached", func(_ *fixture, g *grantRequest) { g.claims["aud"] = "http://localhost:8080" + TokenPath }, "", ""},
		{"scope as text", func(_ *fixture, g *grantRequest) { g.claims["scope"] = "rest_webservices,restlets" }, "", ""},
		{"an hour", func(f *fixture, g *grantRequest) { g.claims["exp"] = f.now.Add(time.Hour).Unix() }, "", ""},
		{"more than an hour", func(f *fixture, g *grantRequest) { g.claims["exp"] = f.now.Add(time.Hour + time.Second).Unix() }, "TokenValidityTooBroad", "400 invalid_grant"},
		{"expired", func(f *fixture, _ *grantRequest) { f.now = f.now.Add(50 * time.Minute) }, "TokenExpired", "400 invalid_grant"},
		{"issued in the future", func(f *fixture, _ *grantRequest) { f.now = f.now.Add(-2 * time.Minute) }, "TokenNotAcceptable", "400 invalid_grant"},
		{"no exp", func(_ *fixture, g *grantRequest) { delete(g.claims, "exp") }, "InvalidRequest", "400 invalid_request"},
		{"foreign audience", func(_ *fixture, g *grantRequest) { g.claims["aud"] = "https://example.com" + TokenPath }, "InvalidRequest", "400 invalid_request"},
		{"typ", func(_ *fixture, g *grantRequest) { g.typ = "at+jwt" }, "InvalidTokenType", "401 invalid_client"},
		{"no kid", func(_ *fixture, g *grantRequest) { g.kid = "" }, "MissingKeyId", "401 invalid_client"},
		{"unknown kid", func(_ *fixture, g *grantRequest) { g.kid = "nobody" }, "MissingKey", "401 invalid_client"},
		{"certificate revoked", func(f *fixture, _ *grantRequest) { must(f.RevokeCertificate(SeedCertificate)) }, "MissingKey", "401 invalid_client"},
		{"certificate over", func(f *fixture, _ *grantRequest) {
			must(f.Edit(func(s *Setup) error { s.Certificates[0].NotAfter = noon.Add(-time.Second); return nil }))
		}, "MissingKey", "401 invalid_client"},
		{"unknown client", func(_ *fixture, g *grantRequest) { g.claims["iss"] = madeUp(9, "x") }, "InvalidIssuer", "401 invalid_client"},
		{"client of another certificate", func(f *fixture, g *grantRequest) {
			i, err := f.AddIntegration(IntegrationRecord{Name: "Other", ClientCredentials: true, Scopes: []string{ScopeREST}})
			must(err)
			g.claims["iss"] = i.ConsumerKey
		}, "ClientIdMismatch", "401 invalid_client"},
		{"signed with another key", func(_ *fixture, g *grantRequest) { g.key = SeedKey(8) }, "SignatureValidation", "401 invalid_client"},
		{"RS256", func(_ *fixture, g *grantRequest) { g.method, g.key = jwt.SigningMethodRS256, rsaKey(t) }, "UnsupportedAlgo", "401 invalid_client"},
		{"HS256 with the secret", func(f *fixture, g *grantRequest) { g.method, g.key = jwt.SigningMethodHS256, []byte(f.client.secret) }, "UnsupportedAlgo", "401 invalid_client"},
		{"alg none", func(_ *fixture, g *grantRequest) {
			g.method, g.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
		}, "UnsupportedAlgo", "401 invalid_client"},
		{"PS256 with an EC certificate", func(_ *fixture, g *grantRequest) { g.method, g.key = jwt.SigningMethodPS256, rsaKey(t) }, "SignatureValidation", "401 invalid_client"},
		{"no scope", func(_ *fixture, g *grantRequest) { delete(g.claims, "scope") }, "InvalidScope", "400 invalid_scope"},
		{"unknown scope", func(_ *fixture, g *grantRequest) { g.claims["scope"] = []string{"soap"} }, "InvalidScope", "400 invalid_scope"},
		{"scope not on the record", func(_ *fixture, g *grantRequest) { g.claims["scope"] = []string{ScopeConnect} }, "ScopeMismatched", "400 invalid_scope"},
		{"OAuth 2.0 off", func(f *fixture, _ *grantRequest) { must(f.SetFeature(FeatureOAuth2, false)) }, "FeatureDisabled", "400 unauthorized_client"},
		{"integration blocked", func(f *fixture, _ *grantRequest) { must(f.SetState(SeedIntegration, Blocked)) }, "IntegrationBlocked", "400 unauthorized_client"},
		{"grant not ticked", func(f *fixture, _ *grantRequest) {
			must(f.EditIntegration(SeedIntegration, func(i *IntegrationRecord) { i.ClientCredentials = false }))
		}, "InvalidIntegration", "400 unauthorized_client"},
		{"user inactive", func(f *fixture, _ *grantRequest) {
			must(f.EditEmployee(IntegrationUser, func(e *Employee) { e.Inactive = true }))
		}, "EntityOrRoleDisabled", "400 invalid_grant"},
		{"OAuth 2.0 permission missing", func(f *fixture, _ *grantRequest) { must(f.RemovePermission(IntegrationRole, PermissionLoginOAuth2)) }, "EntityOrRoleDisabled", "400 invalid_grant"},
		{"other grant", func(_ *fixture, g *grantRequest) { g.form.Set("grant_type", "password") }, "InvalidGrantType", "400 unsupported_grant_type"},
		{"no grant", func(_ *fixture, g *grantRequest) { g.form.Set("grant_type", "") }, "InvalidRequest", "400 invalid_request"},
		{"other assertion type", func(_ *fixture, g *grantRequest) { g.form.Set("client_assertion_type", "saml") }, "InvalidRequest", "400 invalid_request"},
		{"no JWT", func(_ *fixture, g *grantRequest) { g.form.Set("client_assertion", "abc") }, "InvalidRequest", "400 invalid_request"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			g := f.grantRequest()
			row.breakIt(f, g)
			w := f.grant(t, g)
			last, _ := f.LastLogin()
			if last.Detail != row.detail || last.RequestURI != TokenPath {
				t.Errorf("trail %+v, want %q", last, row.detail)
			}
			checkGrant(t, w, row.answer)
		})
	}
}

func checkGrant(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if want == "" {
		if w.Code != 200 || body["expires_in"] != float64(3600) || body["token_type"] != "Bearer" || body["access_token"] == "" || len(body) != 3 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		return
	}
	if got := fmt.Sprintf("%d %v", w.Code, body["error"]); got != want || len(body) != 1 {
		t.Errorf("%d %s, want %s", w.Code, w.Body, want)
	}
	challenge := ""
	if w.Code == 401 {
		challenge = `Basic realm="1234567_SB1"`
	}
	if got := w.Header().Get("WWW-Authenticate"); got != challenge {
		t.Errorf("WWW-Authenticate %q", got)
	}
}

func TestGrantDescribesErrors(t *testing.T) {
	f := newFixture(t)
	f.SetDescribeTokenErrors(true)
	g := f.grantRequest()
	g.kid = ""
	if got := strings.TrimSpace(f.grant(t, g).Body.String()); got != `{"error":"invalid_client","error_description":"MissingKeyId"}` {
		t.Error(got)
	}
}

// TestGrantAlgorithms uploads a certificate for each kind of key that NetSuite
// takes and logs in with each algorithm.
func TestGrantAlgorithms(t *testing.T) {
	for _, row := range []struct {
		method jwt.SigningMethod
		key    any
	}{
		{jwt.SigningMethodPS256, rsaKey(t)}, {jwt.SigningMethodPS384, rsaKey(t)}, {jwt.SigningMethodPS512, rsaKey(t)},
		{jwt.SigningMethodES256, ecKey(t, elliptic.P256())}, {jwt.SigningMethodES384, ecKey(t, elliptic.P384())}, {jwt.SigningMethodES512, ecKey(t, elliptic.P521())},
	} {
		t.Run(row.method.Alg(), func(t *testing.T) {
			f := newFixture(t)
			c, err := ParseCertificate(selfSigned(t, row.key, 3*365*24*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.NotAfter.Sub(c.NotBefore); got != maxValidity {
				t.Errorf("valid for %v, want %v", got, maxValidity)
			}
			c.IntegrationID, c.EmployeeID, c.RoleID = SeedIntegration, IntegrationUser, IntegrationRole
			if c, err = f.AddCertificate(c); err != nil {
				t.Fatal(err)
			}
			g := f.grantRequest()
			g.method, g.key, g.kid = row.method, row.key, c.ID
			checkGrant(t, f.grant(t, g), "")
		})
	}
}

func TestCertificateRules(t *testing.T) {
	for name, key := range map[string]any{"RSA 2048": must1(rsa.GenerateKey(rand.Reader, 2048)), "P-224": ecKey(t, elliptic.P224())} {
		if _, err := ParseCertificate(selfSigned(t, key, time.Hour)); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	f := newFixture(t)
	c := f.Setup().Certificates[0]
	for n := range 5 {
		c.ID = fmt.Sprintf("certificate-%d", n)
		_, err := f.AddCertificate(c)
		if wantErr := n == 4; (err != nil) != wantErr { // one is seeded
			t.Errorf("certificate %d: %v", n+2, err)
		}
	}
}

// TestBearer breaks one thing at a time of calls with an access token.
func TestBearer(t *testing.T) {
	rows := []struct {
		name    string
		api     API
		scope   string
		breakIt func(*fixture)
		detail  string
	}{
		{"REST", REST, ScopeREST, func(*fixture) {}, ""},
		{"RESTlet", RESTlet, ScopeRESTlets, func(*fixture) {}, ""},
		{"REST with the scope of RESTlets", REST, ScopeRESTlets, func(*fixture) {}, "ScopeMismatched"},
		{"RESTlet with the scope of REST", RESTlet, ScopeREST, func(*fixture) {}, "ScopeMismatched"},
		{"token services are TBA's", TokenService, ScopeREST, func(*fixture) {}, "ScopeMismatched"},
		{"last second", REST, ScopeREST, func(f *fixture) { f.now = f.now.Add(tokenLife - time.Second) }, ""},
		{"expired", REST, ScopeREST, func(f *fixture) { f.now = f.now.Add(tokenLife) }, "AccessTokenExpired"},
		{"feature off", REST, ScopeREST, func(f *fixture) { must(f.SetFeature(FeatureOAuth2, false)) }, "FeatureDisabled"},
		{"TBA off", REST, ScopeREST, func(f *fixture) { must(f.SetFeature(FeatureTBA, false)) }, ""},
		{"integration blocked", REST, ScopeREST, func(f *fixture) { must(f.SetState(SeedIntegration, Blocked)) }, "IntegrationBlocked"},
		{"credentials reset", REST, ScopeREST, func(f *fixture) { must2(f.ResetCredentials(SeedIntegration)) }, "InvalidIntegration"},
		{"role inactive", REST, ScopeREST, func(f *fixture) { must(f.EditRole(IntegrationRole, func(r *Role) { r.Inactive = true })) }, "EntityOrRoleDisabled"},
		{"REST permission missing", REST, ScopeREST, func(f *fixture) { must(f.RemovePermission(IntegrationRole, PermissionREST)) }, "permission_denied"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			token := f.accessToken(t, row.scope)
			row.breakIt(f)
			s, refused := f.bearerLogin(token, row.api)
			last, _ := f.LastLogin()
			if detailOf(refused) != row.detail || last.Detail != row.detail {
				t.Fatalf("detail %q, trail %+v, want %q", detailOf(refused), last, row.detail)
			}
			if refused == nil && (s.EmployeeID != IntegrationUser || !s.Allows("LIST_CUSTJOB", session.Full)) {
				t.Errorf("session %+v", s)
			}
			if refused != nil && refused.Challenge != `Bearer realm="1234567_SB1", error="invalid_token", error_description="Invalid login attempt."` {
				t.Errorf("challenge %s", refused.Challenge)
			}
		})
	}
}

func TestForgedBearer(t *testing.T) {
	f := newFixture(t)
	token := f.accessToken(t, ScopeREST)
	head, tail, _ := strings.Cut(token, ".")
	other := newFixture(t) // signs with another key
	for name, forged := range map[string]string{
		"foreign key": other.accessToken(t, ScopeREST), "rubbish": "abc", "empty": "", "unsigned": "eyJhbGciOiJub25lIn0." + tail, "cut": head,
	} {
		if _, refused := f.bearerLogin(forged, REST); refused == nil || refused.Fault.Status != 401 {
			t.Errorf("%s: %+v", name, refused)
		}
	}
}

func (f *fixture) accessToken(t testing.TB, scope string) string {
	t.Helper()
	g := f.grantRequest()
	g.claims["scope"] = []string{scope}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(f.grant(t, g).Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.AccessToken
}

func (f *fixture) bearerLogin(token string, api API) (*session.Session, *Refusal) {
	r := httptest.NewRequest(http.MethodGet, restURL, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return f.Login(r, api)
}

var rsaOnce *rsa.PrivateKey

func rsaKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	if rsaOnce == nil { // tests of this package run one after the other
		rsaOnce = must1(rsa.GenerateKey(rand.Reader, 3072))
	}
	return rsaOnce
}

func ecKey(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	return must1(ecdsa.GenerateKey(c, rand.Reader))
}

func selfSigned(t testing.TB, key any, valid time.Duration) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(valid - time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.(crypto.Signer).Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func must1[T any](v T, err error) T {
	must(err)
	return v
}
