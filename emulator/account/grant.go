package account

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/sluicehq/sluice/emulator/account/internal/oauth1"
)

const (
	// TokenPath is the OAuth 2.0 token endpoint.
	TokenPath     = "/services/rest/auth/oauth2/v1/token"
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// future is how far ahead of the account's clock an assertion may be issued.
	future = time.Minute
)

// assertionMethods are the accepted algorithms. RS256 is not among them (Oracle
// help, section_162755359851).
var assertionMethods = []string{"PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}

// grantError is a refusal of the token endpoint: the audit trail's detail, and
// the OAuth error that the client gets.
type grantError struct{ detail, code string }

// ServeToken answers the OAuth 2.0 token endpoint: the client credentials grant.
func (a *Account) ServeToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	l := a.attempt(REST)
	token, bad := l.grant(r)
	entry := l.entry()
	entry.RequestURI, entry.IP = requestURI(r), remoteIP(r)
	if bad != nil {
		entry.fail(bad.detail)
		a.trail.add(entry)
		a.writeGrantError(w, bad)
		return
	}
	a.trail.add(entry)
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": token, "expires_in": int(tokenLife.Seconds()), "token_type": "Bearer",
	})
}

func (a *Account) writeGrantError(w http.ResponseWriter, bad *grantError) {
	body := map[string]string{"error": bad.code}
	if a.describe.Load() {
		body["error_description"] = bad.detail
	}
	status := http.StatusBadRequest
	if bad.code == "invalid_client" {
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Basic realm="`+a.ID()+`"`)
	}
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone if this fails
}

// assertion is what a client assertion says.
type assertion struct {
	jwt.RegisteredClaims
	Scope scopes `json:"scope"`
}

// scopes are written as an array or as one string with commas or spaces.
type scopes []string

func (s *scopes) UnmarshalJSON(b []byte) error {
	var list []string
	if json.Unmarshal(b, &list) == nil {
		*s = list
		return nil
	}
	var one string
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*s = strings.FieldsFunc(one, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

// grant checks the request and returns an access token.
func (l *attempt) grant(r *http.Request) (string, *grantError) {
	if err := r.ParseForm(); err != nil {
		return "", &grantError{"InvalidRequest", "invalid_request"}
	}
	switch grant := r.PostForm.Get("grant_type"); {
	case grant == "":
		return "", &grantError{"InvalidRequest", "invalid_request"}
	case grant != "client_credentials":
		return "", &grantError{"InvalidGrantType", "unsupported_grant_type"}
	case r.PostForm.Get("client_assertion_type") != assertionType:
		return "", &grantError{"InvalidRequest", "invalid_request"}
	}
	claims, c, bad := l.readAssertion(r.PostForm.Get("client_assertion"))
	if bad != nil {
		return "", bad
	}
	for _, step := range []*grantError{
		l.checkAudience(r, claims), l.checkTimes(claims), l.checkClient(), l.checkMapping(), l.checkScopes(claims.Scope),
	} {
		if step != nil {
			return "", step
		}
	}
	token, err := l.issue(c, l.integration, claims.Scope, l.now)
	if err != nil {
		return "", &grantError{"UnexpectedError", "server_error"}
	}
	return token, nil
}

// readAssertion parses the JWT and verifies it with the certificate it names.
func (l *attempt) readAssertion(text string) (*assertion, *Certificate, *grantError) {
	var claims assertion
	token, _, err := jwt.NewParser().ParseUnverified(text, &claims)
	if token == nil || errors.Is(err, jwt.ErrTokenMalformed) {
		return nil, nil, &grantError{"InvalidRequest", "invalid_request"}
	}
	if alg, _ := token.Header["alg"].(string); !slices.Contains(assertionMethods, alg) {
		return nil, nil, &grantError{"UnsupportedAlgo", "invalid_client"}
	}
	if typ, ok := token.Header["typ"].(string); ok && !strings.EqualFold(typ, "JWT") {
		return nil, nil, &grantError{"InvalidTokenType", "invalid_client"}
	}
	kid, _ := token.Header["kid"].(string)
	if kid == "" {
		return nil, nil, &grantError{"MissingKeyId", "invalid_client"}
	}
	if l.integration = l.setup.integrationByKey(claims.Issuer); l.integration == nil {
		return nil, nil, &grantError{"InvalidIssuer", "invalid_client"}
	}
	c := l.setup.Certificate(kid)
	if c == nil || c.Revoked || l.now.Before(c.NotBefore) || l.now.After(c.NotAfter) {
		return nil, nil, &grantError{"MissingKey", "invalid_client"}
	}
	if c.IntegrationID != l.integration.ID {
		return nil, nil, &grantError{"ClientIdMismatch", "invalid_client"}
	}
	parser := jwt.NewParser(jwt.WithValidMethods(assertionMethods), jwt.WithoutClaimsValidation())
	if _, err := parser.Parse(text, func(*jwt.Token) (any, error) { return c.key() }); err != nil {
		return nil, nil, &grantError{"SignatureValidation", "invalid_client"}
	}
	l.employee, l.role = l.setup.Employee(c.EmployeeID), l.setup.Role(c.RoleID)
	return &claims, c, nil
}

// checkAudience wants the token URL, on the suitetalk or the restlets host
// (Oracle's sample uses the latter) or as the client reached it.
func (l *attempt) checkAudience(r *http.Request, claims *assertion) *grantError {
	label := strings.ReplaceAll(strings.ToLower(l.setup.ID), "_", "-")
	allowed := []string{
		"https://" + label + ".suitetalk.api.netsuite.com" + TokenPath,
		"https://" + label + ".restlets.api.netsuite.com" + TokenPath,
		oauth1.SignedURL(r, l.opts.BaseURL), oauth1.SignedURL(r, nil),
	}
	if !slices.ContainsFunc(claims.Audience, func(aud string) bool { return slices.Contains(allowed, aud) }) {
		return &grantError{"InvalidRequest", "invalid_request"}
	}
	return nil
}

func (l *attempt) checkTimes(claims *assertion) *grantError {
	if claims.IssuedAt == nil || claims.ExpiresAt == nil {
		return &grantError{"InvalidRequest", "invalid_request"}
	}
	issued, expires := claims.IssuedAt.Time, claims.ExpiresAt.Time
	switch {
	case expires.Sub(issued) > time.Hour:
		return &grantError{"TokenValidityTooBroad", "invalid_grant"}
	case !l.now.Before(expires):
		return &grantError{"TokenExpired", "invalid_grant"}
	case issued.After(l.now.Add(future)):
		return &grantError{"TokenNotAcceptable", "invalid_grant"}
	}
	return nil
}

func (l *attempt) checkClient() *grantError {
	switch {
	case !l.setup.Features[FeatureOAuth2]:
		return &grantError{"FeatureDisabled", "unauthorized_client"}
	case l.integration.State != Enabled:
		return &grantError{"IntegrationBlocked", "unauthorized_client"}
	case !l.integration.ClientCredentials:
		return &grantError{"InvalidIntegration", "unauthorized_client"}
	}
	return nil
}

func (l *attempt) checkMapping() *grantError {
	if !usable(l.employee, l.role) || !mayUseOAuth2(l.role) {
		return &grantError{"EntityOrRoleDisabled", "invalid_grant"}
	}
	return nil
}

func (l *attempt) checkScopes(want scopes) *grantError {
	if len(want) == 0 {
		return &grantError{"InvalidScope", "invalid_scope"}
	}
	for _, s := range want {
		if !slices.Contains([]string{ScopeREST, ScopeRESTlets, ScopeConnect}, s) {
			return &grantError{"InvalidScope", "invalid_scope"}
		}
		if !slices.Contains(l.integration.Scopes, s) {
			return &grantError{"ScopeMismatched", "invalid_scope"}
		}
	}
	return nil
}
