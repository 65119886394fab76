package account

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/oauth1"
	"github.com/sluicehq/sluice/emulator/session"
)

// skew is how far a timestamp may be from the account's clock (Oracle help,
// subsect_156935170194).
const skew = 5 * time.Minute

// minNonce is the shortest nonce that is accepted.
const minNonce = 6

// claim is what a TBA request claims about itself, wherever it was written: in
// an Authorization header or in a SOAP tokenPassport.
type claim struct {
	realm, consumerKey, token, nonce, timestamp string
	method, version, signature                  string
	callback, verifier, role                    string // three-step flow only
	base                                        string // signature base string
}

// attempt is one login in progress. Its fields fill as the checks find them.
type attempt struct {
	*Account
	setup       *Setup
	api         API
	now         time.Time
	claim       claim
	integration *IntegrationRecord
	token       *AccessToken
	employee    *Employee
	role        *Role
}

// Login authenticates r for api. Each attempt, good or bad, leaves an entry in
// the Login Audit Trail; only there the true reason of a refusal can be read.
func (a *Account) Login(r *http.Request, api API) (*session.Session, *Refusal) {
	if token, ok := bearer(r); ok {
		return a.loginBearer(r, api, token)
	}
	l := a.attempt(api)
	c := l.readOAuth(r)
	if c == nil {
		c = l.check()
	}
	entry := l.entry()
	entry.RequestURI, entry.IP = requestURI(r), remoteIP(r)
	if c != nil {
		entry.fail(c.detail(api))
		a.trail.add(entry)
		return nil, l.refuse(c)
	}
	a.trail.add(entry)
	return a.session(l.setup, l.integration, l.employee, l.role), nil
}

func (a *Account) attempt(api API) *attempt {
	return &attempt{Account: a, setup: a.Setup(), api: api, now: a.Now()}
}

// bearer returns the access token of a Bearer header.
func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") && len(r.Header.Values("Authorization")) == 1
}

// readOAuth fills the claim from r's OAuth header.
func (l *attempt) readOAuth(r *http.Request) *cause {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		return noHeader
	case strings.EqualFold(scheme, "NLAuth"):
		return passwordRejected
	case !strings.EqualFold(scheme, "OAuth") || len(r.Header.Values("Authorization")) > 1:
		return syntaxError
	}
	params, err := oauth1.ParseHeader(rest)
	if err != nil {
		return syntaxError
	}
	named := map[string]string{}
	for _, p := range params {
		if _, twice := named[p.Name]; twice || p.Value == "" && isProtocol(p.Name) {
			return badParameter
		}
		named[p.Name] = p.Value
	}
	sent, err := oauth1.SignedParams(r)
	if err != nil {
		return badParameter
	}
	l.claim = claim{
		realm: named["realm"], consumerKey: named["oauth_consumer_key"], token: named["oauth_token"],
		nonce: named["oauth_nonce"], timestamp: named["oauth_timestamp"], method: named["oauth_signature_method"],
		version: named["oauth_version"], signature: named["oauth_signature"],
		callback: named["oauth_callback"], verifier: named["oauth_verifier"], role: named["role"],
		base: oauth1.BaseString(r.Method, oauth1.SignedURL(r, l.opts.BaseURL), append(params, sent...)),
	}
	return nil
}

func isProtocol(name string) bool { return name == "realm" || strings.HasPrefix(name, "oauth_") }

// check runs the checks of a TBA call in order. The order is the emulator's
// choice; Oracle publishes none. A failure from the moment the user is known
// counts towards the lock.
func (l *attempt) check() *cause {
	for _, step := range []func() *cause{l.checkForm, l.checkRealm, l.checkIntegration, l.checkToken} {
		if c := step(); c != nil {
			return c
		}
	}
	if l.locks.Locked(l.employee.ID, l.now) {
		return userLocked
	}
	for _, step := range []func() *cause{l.checkSignature, l.checkNonce, l.checkUser} {
		if c := step(); c != nil {
			l.locks.Failed(l.employee.ID, l.now)
			return c
		}
	}
	l.locks.Succeeded(l.employee.ID)
	return l.checkAPI()
}

// checkForm checks what needs no look at the account: presence, version,
// algorithm, time and nonce.
func (l *attempt) checkForm() *cause {
	c := &l.claim
	if slices.Contains([]string{c.consumerKey, c.nonce, c.timestamp, c.method, c.signature}, "") {
		return missingParameter
	}
	if l.api != requestToken && c.token == "" {
		return missingParameter
	}
	if c.version != "" && c.version != "1.0" {
		return badVersion
	}
	if c.method != "HMAC-SHA256" && !(l.api == SOAP && c.method == "HMAC_SHA256") {
		return badAlgorithm
	}
	sec, err := strconv.ParseUint(c.timestamp, 10, 40)
	if err != nil {
		return badParameter
	}
	if d := l.now.Sub(time.Unix(int64(sec), 0)); d.Abs() > skew {
		return badTimestamp
	}
	if len(c.nonce) < minNonce {
		return shortNonce
	}
	return nil
}

// checkRealm wants the account in realm form. The flow may leave it out (Oracle
// help, section_156338994830).
func (l *attempt) checkRealm() *cause {
	switch {
	case l.claim.realm == "" && l.api.flow():
		return nil
	case l.claim.realm == "":
		return missingParameter
	case l.claim.realm != l.setup.ID:
		return badSignature // what the trail shows for 1234567-sb1
	}
	return nil
}

func (l *attempt) checkIntegration() *cause {
	l.integration = l.setup.integrationByKey(l.claim.consumerKey)
	switch {
	case l.integration == nil:
		return unknownConsumer
	case l.integration.State != Enabled || !l.integration.TBA:
		return refusedConsumer
	case !l.setup.Features[FeatureTBA]:
		return featureOff
	}
	return nil
}

func (l *attempt) checkToken() *cause {
	t := l.setup.tokenByID(l.claim.token)
	if t == nil || t.Revoked || t.Inactive || t.IntegrationID != l.integration.ID {
		return unknownToken
	}
	l.token, l.employee, l.role = t, l.setup.Employee(t.EmployeeID), l.setup.Role(t.RoleID)
	return nil
}

func (l *attempt) checkSignature() *cause {
	want := oauth1.Signature(l.claim.base, l.integration.ConsumerSecret, l.token.Secret)
	if subtle.ConstantTimeCompare([]byte(want), []byte(l.claim.signature)) == 0 {
		return badSignature
	}
	return nil
}

// checkNonce remembers the nonce, so it runs after a good signature only.
func (l *attempt) checkNonce() *cause {
	if !l.nonce.First(l.employee.ID, l.claim.timestamp, l.claim.nonce, l.now) {
		return usedNonce
	}
	return nil
}

func (l *attempt) checkUser() *cause {
	if !usable(l.employee, l.role) || !mayUseTokens(l.role) {
		return noPermission
	}
	return nil
}

// usable reports whether e may act as r at all.
func usable(e *Employee, r *Role) bool {
	return e != nil && r != nil && e.Access && !e.Inactive && !r.Inactive && slices.Contains(e.Roles, r.ID)
}

func mayUseTokens(r *Role) bool {
	return r.Administrator || r.Permissions[PermissionLoginToken] > session.None || r.Permissions[PermissionUserTokens] > session.None
}

// checkAPI asks whether a user who is logged in may use the API.
func (l *attempt) checkAPI() *cause {
	return openAPI(l.setup, l.role, l.api)
}

func openAPI(s *Setup, r *Role, api API) *cause {
	feature, permission, lowest := FeatureREST, PermissionREST, session.View
	switch api {
	case REST:
	case SOAP:
		feature, permission, lowest = FeatureSOAP, PermissionSOAP, session.Full
	case RESTlet:
		if r.WebServicesOnly {
			return webServicesOnly
		}
		feature, permission, lowest = FeatureSuiteScript, "", session.None
	default:
		return nil
	}
	if !s.Features[feature] {
		return apiOff
	}
	if !r.Administrator && permission != "" && r.Permissions[permission] < lowest {
		return apiNoPermission
	}
	return nil
}
