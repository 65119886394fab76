package doctor

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// login tries the connection's login, and finds out what can be found out about
// a refusal without causing a third.
func (e *examination) login(ctx context.Context) {
	s := e.stage("login")
	client, err := e.connect(e.conn)
	if err != nil {
		e.broken(s, *decided("connection.invalid", "The connection cannot be used", "", err.Error(), "Correct its settings"))
		return
	}
	e.client = client
	if seen := e.answered(e.Seen); e.Seen != nil && seen.refused() {
		e.failed++
		s.note("the login before", seen.text())
		if e.decideRefusal(ctx, s, seen) {
			return
		}
	}
	if e.conn.Get("type") == sluice.AuthOAuth2M2M {
		e.loginByCertificate(ctx, s)
		return
	}
	e.loginByToken(ctx, s)
}

func (e *examination) loginByToken(ctx context.Context, s *stage) {
	info, a := e.tokenInfo(ctx, s, e.client)
	if a.err == nil {
		s.State = sluice.StageOK
		s.note("who the token is", fmt.Sprintf("role %s (%s), user %s, account %s", info.RoleName, info.RoleID, info.EntityID, info.CompanyID))
		return
	}
	if !a.refused() && !a.busy() { // the token services are out of reach: the login is tried where it is needed
		a = e.serverTime(ctx, s, e.client)
		e.restAnswer = &a
	}
	switch {
	case a.err == nil:
		s.State = sluice.StageOK
	case a.refused():
		e.refusedToken(ctx, s, a)
	default:
		e.noAnswer(s, a)
	}
}

// refusedToken narrows down why a token's login was refused.
func (e *examination) refusedToken(ctx context.Context, s *stage, a answer) {
	if e.decideRefusal(ctx, s, a) || e.decideOverload(ctx, s, a) {
		return
	}
	v := sluice.Verdict{Code: "connection.login_refused", Question: question(a.at)}
	if !e.consumerWorks(ctx, s, &v) {
		if e.verdict == nil {
			v.Summary = "NetSuite refused the login and does not say why"
			v.Steps = append(v.Steps, e.integrationCandidate(), e.tokenCandidate(), e.userCandidate(), e.permissionCandidate(e.tokenPermission()),
				e.featureCandidate(e.loginFeature()), e.accountCandidate())
			e.broken(s, e.withRefresh(v, e.siblingsOffline()))
		}
		return
	}
	if e.restWorks(ctx, s) {
		return
	}
	v.Summary = "NetSuite refused the token; account, feature, integration record and consumer key are good"
	v.Steps = append([]sluice.Candidate{e.tokenCandidate(), e.userCandidate(), e.permissionCandidate(e.tokenPermission())}, v.Steps...)
	e.broken(s, e.askSibling(ctx, s, v, false))
}

// restWorks makes sure of a refusal at the service that flows use: what the
// token services refuse to a role of web services alone is not documented. The
// login that it takes is kept for another connection of a sandbox, if there is one.
func (e *examination) restWorks(ctx context.Context, s *stage) bool {
	if e.failed >= maxFailedLogins || e.restAnswer != nil || e.refreshable() && e.otherLogin() != nil {
		return false
	}
	a := e.serverTime(ctx, s, e.client)
	if a.err != nil {
		return false
	}
	s.State, e.restAnswer = sluice.StageOK, &a
	return true
}

// decideRefusal judges a refusal that speaks for itself.
func (e *examination) decideRefusal(ctx context.Context, s *stage, a answer) bool {
	protocol := protocolTBA
	if e.conn.Get("type") == sluice.AuthOAuth2M2M {
		protocol = protocolOAuth2
	}
	if m, ok := a.told(protocol); ok {
		v := byCode(m)
		if slices.ContainsFunc(m.Codes, func(c string) bool { return sameCode(c, "token_rejected") || sameCode(c, "MissingKey") }) {
			v = e.askSibling(ctx, s, v, false) // lost, perhaps with all others
			if len(v.Steps) > 1 {
				v.Question = question(a.at)
			}
		}
		e.broken(s, v)
		return true
	}
	if a.foreign() {
		e.broken(s, e.notNetSuite(a))
		return true
	}
	if other, ok := a.realm(); ok && other != e.account {
		e.broken(s, *decided("connection.wrong_account", "The account ID is not that of the account that answers", stepAccount,
			fmt.Sprintf("The refusal comes from %s, the connection says %s", other, e.account), "Set the account ID to that of the account in which the keys were made"))
		return true
	}
	if len(e.suspicions) > 0 {
		v := sluice.Verdict{Code: "connection.value_shape", Summary: e.suspicions[0].Why + ", and the login was refused", Steps: e.suspicions}
		if len(v.Steps) > 1 {
			v.Question = "Which of them is whole in NetSuite, or in the place that they were kept in?"
		}
		e.broken(s, v)
		return true
	}
	return false
}

// decideOverload tells a busy account from a bad login: far over its limit an
// account refuses good logins after about a minute. Such a login is tried once
// more; that it is good then, or late again, decides.
func (e *examination) decideOverload(ctx context.Context, s *stage, a answer) bool {
	if !a.late() {
		return false
	}
	const why = "A login was refused late, as happens far over the limit of requests at one time"
	if e.failed >= maxFailedLogins {
		e.broken(s, e.likelyOverload(why, a))
		return true
	}
	again := e.logIn(ctx, s, e.conn, e.client)
	switch {
	case again.err == nil:
		e.broken(s, e.overload(why+"; the same login is good now"))
	case again.busy():
		e.broken(s, e.overload(why+"; the next request was refused for concurrency"))
	case again.late():
		e.broken(s, e.likelyOverload(why+", twice", again))
	default:
		return false
	}
	return true
}

// likelyOverload is decided where NetSuite has refused requests for concurrency of late.
func (e *examination) likelyOverload(why string, a answer) sluice.Verdict {
	if e.Refusals > 0 {
		return e.overload(fmt.Sprintf("%s; %d requests were refused for concurrency before", why, e.Refusals))
	}
	v := e.overload(why)
	v.Summary = "NetSuite refused the login late, which points to a busy account rather than to the keys"
	v.Steps = append(v.Steps, e.tokenCandidate(), e.integrationCandidate(), e.userCandidate())
	v.Question = question(a.at)
	return v
}

// consumerWorks proves consumer key and secret by the three-step flow's first
// step, which looks at no token and no user. It counts where it succeeds: a
// refusal can as well mean that the record does not allow the flow. A code that
// NetSuite lets out is used.
func (e *examination) consumerWorks(ctx context.Context, s *stage, v *sluice.Verdict) bool {
	if e.failed >= maxFailedLogins {
		return false
	}
	ends := e.endpoints()
	flow := auth.ThreeStep{RESTlets: ends.RESTlets, App: ends.App, Realm: e.account.Realm(), HTTPClient: e.HTTPClient, Clock: e.clock,
		ConsumerKey: e.conn.Secrets["consumer_key"].Reveal(), ConsumerSecret: auth.NewSecret(e.conn.Secrets["consumer_secret"].Reveal())}
	a := e.ask(ctx, s, "POST "+ends.RESTlets+"/rest/requesttoken", func(ctx context.Context) error {
		_, err := flow.Request(ctx, "http://localhost:8321/callback", "")
		return err
	})
	if a.err == nil {
		return true
	}
	m, ok := a.told(protocolThreeStep)
	if !ok {
		return false
	}
	if slices.ContainsFunc(m.Codes, func(c string) bool { return sameCode(c, "AuthorizationFlowRequired") || sameCode(c, "InvalidCallback") }) {
		// The key is known, or there would be no record to lack the box. Its secret is not proven.
		secret := e.integrationCandidate()
		secret.Why, secret.Fix = "The consumer secret is wrong; the key is known", "Copy the consumer secret again, or reset the integration record's credentials"
		v.Steps = append(v.Steps, secret)
		return true
	}
	e.broken(s, byCode(m))
	return false
}

func (e *examination) loginByCertificate(ctx context.Context, s *stage) {
	if e.failed >= maxFailedLogins {
		return
	}
	a := e.serverTime(ctx, s, e.client)
	switch {
	case a.token != nil && a.refused():
		e.refusedCertificate(ctx, s, a)
	case a.err == nil, a.fault != nil && a.refused():
		// NetSuite gave an access token: what it refuses then is the API.
		s.State = sluice.StageOK
		e.restAnswer = &a
	default:
		e.noAnswer(s, a)
	}
}

// refusedCertificate narrows down a refusal of the OAuth 2.0 token endpoint by
// its error (Oracle help, subsect_158521832417), which is coarse.
func (e *examination) refusedCertificate(ctx context.Context, s *stage, a answer) {
	if e.decideRefusal(ctx, s, a) {
		return
	}
	v := sluice.Verdict{Code: "connection.login_refused", Question: question(a.at),
		Summary: "NetSuite refused an access token (" + a.token.Code + ") and does not say why"}
	lost := false
	switch a.token.Code {
	case "invalid_client":
		v.Steps = []sluice.Candidate{e.certificateCandidate(), e.integrationCandidate(), e.accountCandidate()}
		lost = true
	case "invalid_grant":
		v.Steps = []sluice.Candidate{e.userCandidate(), e.permissionCandidate(e.tokenPermission()), e.certificateCandidate()}
		lost = true
	case "unauthorized_client":
		v.Steps = []sluice.Candidate{e.integrationCandidate(), e.featureCandidate(e.loginFeature())}
	case "invalid_scope":
		v = *decided(v.Code, "The integration record lacks a scope", stepIntegration, "NetSuite answered invalid_scope", "Tick REST Web Services and RESTlets on the integration record")
	case "invalid_request":
		v = *decided(v.Code, "NetSuite did not accept the form of the request", stepBaseURL, "The assertion is made out to "+e.endpoints().SuiteTalk, "Take the base URL away, or make it the address by which NetSuite knows itself")
	default:
		v.Steps = []sluice.Candidate{e.certificateCandidate(), e.integrationCandidate(), e.userCandidate(), e.permissionCandidate(e.tokenPermission()), e.featureCandidate(e.loginFeature())}
	}
	if lost {
		v = e.askSibling(ctx, s, v, true)
	}
	e.broken(s, v)
}

// noAnswer judges a request that was neither answered well nor refused a login.
func (e *examination) noAnswer(s *stage, a answer) {
	switch {
	case a.busy():
		e.broken(s, e.overload(a.text()))
	case a.failedInside():
		e.broken(s, outage(a.text()))
	case a.foreign(), a.redirected(), a.fault != nil && !e.own() && a.fault.Status == http.StatusNotFound:
		e.broken(s, e.notNetSuite(a))
	case a.fault != nil && a.fault.Class() == netsuite.ErrPermission:
		v := e.permissionVerdict("REST Web Services", a)
		e.broken(s, v)
	case a.fault != nil:
		e.broken(s, *decided("connection.unexpected", "NetSuite answered what it should not", "", a.text(), ourFault))
	default:
		v := *decided("connection.unreachable", "The way to NetSuite breaks off", stepNetwork, a.text(), "Let this machine reach all hosts *.netsuite.com: firewall, proxy, route")
		if !e.own() {
			v.Steps[0].Step, v.Steps[0].Fix = stepBaseURL, "Correct the base URL: what answers there breaks off"
		}
		e.broken(s, v)
	}
}

// notNetSuite is the verdict of an answer that is not NetSuite's. On the
// account's own hosts it comes from something on the way.
func (e *examination) notNetSuite(a answer) sluice.Verdict {
	if e.own() {
		return *decided("connection.not_netsuite", "Something on the way answers in NetSuite's place", stepNetwork, a.text(), "Let the proxy or firewall pass *.netsuite.com, or give the proxy the login that it wants")
	}
	return *decided("connection.not_netsuite", "What answers at the base URL is not NetSuite", stepBaseURL, a.text(), "Correct the base URL, or take it away")
}
