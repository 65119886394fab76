package account

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/callback"
	"github.com/sluicehq/sluice/emulator/account/internal/oauth1"
)

// requestLife is how long a request token waits for the user. Oracle publishes
// no figure.
const requestLife = 10 * time.Minute

// requestToken is step 1's answer, until step 3 turns it into an access token.
type requestTokenState struct {
	token, secret, integrationID, callback string
	wantRole                               string // role that step 1 asked for
	expires                                time.Time
	verifier, employeeID, roleID           string // set by the user's consent
}

// requestTokens holds the request tokens of the three-step flow.
type requestTokens struct {
	mu   sync.Mutex
	open map[string]requestTokenState
}

func (t *requestTokens) put(s requestTokenState, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]requestTokenState{}
	}
	for k, v := range t.open {
		if now.After(v.expires) {
			delete(t.open, k)
		}
	}
	t.open[s.token] = s
}

func (t *requestTokens) get(token string, now time.Time) (requestTokenState, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.open[token]
	return s, ok && now.Before(s.expires)
}

// take removes a request token and reports whether it was there: of two racing
// exchanges one wins.
func (t *requestTokens) take(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.open[token]
	delete(t.open, token)
	return ok
}

func (t *requestTokens) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = nil
}

// ServeRequestToken answers step 1 of the three-step TBA flow, POST
// /rest/requesttoken (Oracle help, section_156338994830).
func (a *Account) ServeRequestToken(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodPost) {
		return
	}
	l := a.attempt(requestToken)
	c := l.readOAuth(r)
	if c == nil {
		c = l.checkRequest()
	}
	if l.finish(w, r, c) {
		return
	}
	s := requestTokenState{
		token: newSecret(), secret: newSecret(), integrationID: l.integration.ID,
		callback: l.claim.callback, wantRole: l.claim.role, expires: l.now.Add(requestLife),
	}
	a.flow.put(s, l.now)
	v := url.Values{"oauth_token": {s.token}, "oauth_token_secret": {s.secret}, "oauth_callback_confirmed": {"true"}}
	if s.wantRole != "" {
		v.Set("role", s.wantRole)
	}
	writeForm(w, v)
}

// checkRequest runs step 1's checks.
func (l *attempt) checkRequest() *cause {
	if c := l.checkFlow(); c != nil {
		return c
	}
	if l.claim.callback == "" {
		return missingParameter
	}
	if !callback.Matches(l.integration.CallbackURL, l.claim.callback) {
		return badCallback
	}
	return l.checkFlowSignature("")
}

// checkFlow runs the checks that steps 1 and 3 share. Step 1 does not look at
// the record's state where no realm names the account (Oracle help,
// subsect_156934879823).
func (l *attempt) checkFlow() *cause {
	for _, step := range []func() *cause{l.checkForm, l.checkRealm, l.checkIntegration} {
		c := step()
		if c == refusedConsumer && l.api == requestToken && l.claim.realm == "" && l.integration.State != Enabled {
			continue
		}
		if c != nil {
			return c
		}
	}
	if !l.integration.AuthorizationFlow {
		return flowOff
	}
	return nil
}

func (l *attempt) checkFlowSignature(tokenSecret string) *cause {
	want := oauth1.Signature(l.claim.base, l.integration.ConsumerSecret, tokenSecret)
	if subtle.ConstantTimeCompare([]byte(want), []byte(l.claim.signature)) == 0 {
		return badSignature
	}
	if !l.nonce.First("integration "+l.integration.ID, l.claim.timestamp, l.claim.nonce, l.now) {
		return usedNonce
	}
	return nil
}

// finish writes the trail entry and, where c is set, the refusal.
func (l *attempt) finish(w http.ResponseWriter, r *http.Request, c *cause) (refused bool) {
	e := l.entry()
	e.RequestURI, e.IP = requestURI(r), remoteIP(r)
	if c == nil {
		l.trail.add(e)
		return false
	}
	detail := c.detail(l.api)
	x := l.refuse(c)
	if l.describe.Load() && detail != "" {
		x.Fault.Details[0].Code = detail
	}
	if c == badCallback {
		detail += " " + l.claim.callback
	}
	e.fail(detail)
	l.trail.add(e)
	x.Write(w, r)
	return true
}

// ServeAccessToken answers step 3, POST /rest/accesstoken (Oracle help, section_156537025868).
func (a *Account) ServeAccessToken(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodPost) {
		return
	}
	l := a.attempt(accessToken)
	c := l.readOAuth(r)
	if c == nil {
		c = l.checkExchange()
	}
	if l.finish(w, r, c) {
		return
	}
	t, err := a.AddToken(AccessToken{IntegrationID: l.integration.ID, EmployeeID: l.employee.ID, RoleID: l.role.ID})
	if err != nil { // the role was taken away meanwhile
		l.refuse(noPermission).Write(w, r)
		return
	}
	writeForm(w, url.Values{"oauth_token": {t.Token}, "oauth_token_secret": {t.Secret}})
}

// checkExchange runs step 3's checks and uses the request token up.
func (l *attempt) checkExchange() *cause {
	if c := l.checkFlow(); c != nil {
		return c
	}
	s, ok := l.flow.get(l.claim.token, l.now)
	if !ok || s.integrationID != l.integration.ID {
		return unknownToken
	}
	if l.claim.verifier == "" {
		return missingParameter
	}
	if c := l.checkFlowSignature(s.secret); c != nil {
		return c
	}
	if s.verifier == "" || subtle.ConstantTimeCompare([]byte(s.verifier), []byte(l.claim.verifier)) == 0 {
		return badVerifier
	}
	l.employee, l.role = l.setup.Employee(s.employeeID), l.setup.Role(s.roleID)
	if !usable(l.employee, l.role) || !mayUseTokens(l.role) {
		return noPermission
	}
	if !l.flow.take(s.token) {
		return unknownToken
	}
	return nil
}

func writeForm(w http.ResponseWriter, v url.Values) {
	w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(v.Encode())) // the client is gone if this fails
}
