package account

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/sluicehq/sluice/emulator/session"
)

// tokenLife is how long an OAuth 2.0 access token lasts (Oracle help, section_158081952044).
const tokenLife = time.Hour

const (
	tokenIssuer = "https://system.netsuite.com"
	subjectM2M  = "account"
)

// bearerClaims are the claims of an access token: sub is
// account;0;role;entity;integration, aud the client ID.
type bearerClaims struct {
	jwt.RegisteredClaims
	Scope []string `json:"scope"`
}

// issue signs an access token for the mapping c.
func (a *Account) issue(c *Certificate, i *IntegrationRecord, scopes []string, now time.Time) (string, error) {
	claims := bearerClaims{Scope: scopes, RegisteredClaims: jwt.RegisteredClaims{
		Issuer: tokenIssuer, Audience: jwt.ClaimStrings{i.ConsumerKey}, ID: newSecret()[:22],
		Subject:  strings.Join([]string{subjectM2M, "0", c.RoleID, c.EmployeeID, i.ID}, ";"),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
	}}
	return jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(a.key)
}

// loginBearer authenticates a request by an OAuth 2.0 access token.
func (a *Account) loginBearer(r *http.Request, api API, token string) (*session.Session, *Refusal) {
	l := a.attempt(api)
	detail := l.checkBearer(token)
	entry := l.entry()
	entry.RequestURI, entry.IP = requestURI(r), remoteIP(r)
	if detail == "" {
		a.trail.add(entry)
		return a.session(l.setup, l.integration, l.employee, l.role), nil
	}
	entry.fail(detail)
	a.trail.add(entry)
	return nil, l.refuseBearer(detail)
}

// checkBearer returns the audit trail's detail of a refusal, or "" (Oracle
// help, subsect_158324637123).
func (l *attempt) checkBearer(token string) string {
	var claims bearerClaims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithoutClaimsValidation())
	_, err := parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return &l.key.PublicKey, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return "InvalidSignature"
	case err != nil || claims.ExpiresAt == nil || len(claims.Audience) != 1:
		return "TokenRejected"
	case !l.now.Before(claims.ExpiresAt.Time):
		return "AccessTokenExpired"
	case !l.setup.Features[FeatureOAuth2]:
		return "FeatureDisabled"
	}
	if l.integration = l.setup.integrationByKey(claims.Audience[0]); l.integration == nil {
		return "InvalidIntegration"
	}
	if l.integration.State != Enabled {
		return "IntegrationBlocked"
	}
	if !l.readSubject(claims.Subject) || !mayUseOAuth2(l.role) {
		return "EntityOrRoleDisabled"
	}
	if want := scopeOf(l.api); want == "" || !slices.Contains(claims.Scope, want) {
		return "ScopeMismatched"
	}
	if c := openAPI(l.setup, l.role, l.api); c != nil {
		return c.detail(l.api)
	}
	return ""
}

func (l *attempt) readSubject(subject string) bool {
	parts := strings.Split(subject, ";")
	if len(parts) != 5 {
		return false
	}
	l.role, l.employee = l.setup.Role(parts[2]), l.setup.Employee(parts[3])
	return usable(l.employee, l.role)
}

func mayUseOAuth2(r *Role) bool {
	return r.Administrator || r.Permissions[PermissionLoginOAuth2] > session.None
}

// scopeOf returns the scope that an API needs. SOAP and the TBA token services
// have none: they refuse OAuth 2.0 (Oracle help, article_2104046421).
func scopeOf(api API) string {
	switch api {
	case REST:
		return ScopeREST
	case RESTlet:
		return ScopeRESTlets
	}
	return ""
}

func (l *attempt) refuseBearer(detail string) *Refusal {
	x := &Refusal{Detail: detail, api: l.api}
	if l.api == REST {
		x.rest(unknownToken, "Bearer", "invalid_token", l.setup.ID)
		return x
	}
	c := unknownToken
	if l.api == RESTlet && l.role != nil && l.role.WebServicesOnly {
		c = webServicesOnly
	}
	x.restlet(c, "Bearer", "invalid_token", l.setup.ID)
	return x
}
