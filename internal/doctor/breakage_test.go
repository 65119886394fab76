package doctor_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/doctor"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// breakage is one way to break the set-up, and what the doctor has to say of it.
type breakage struct {
	what  string
	do    func(w *world)
	m2m   bool // the connection logs in by certificate
	codes bool // the token endpoints let the audit trail's code out
	at    string
	code  string
	steps string // most likely first
}

// The sets that are left where NetSuite does not tell more.
const (
	anyToken  = "integration-record access-token user-role role-permissions enable-features account-id sandbox-refresh"
	tokenSide = "access-token user-role role-permissions sandbox-refresh"
	closed    = "role-permissions enable-features"
	client    = "certificate integration-record account-id sandbox-refresh"
	grant     = "user-role role-permissions certificate sandbox-refresh"
	notClient = "integration-record enable-features"
)

func settingsBreakages() []breakage {
	return []breakage{
		{what: "the account ID has a space in it", at: "settings", code: "account_id", steps: "account-id", do: func(w *world) { w.conn.Settings["account"] = "1234567 SB1" }},
		{what: "the token secret is missing", at: "settings", code: "invalid", steps: "access-token", do: func(w *world) { delete(w.conn.Secrets, "token_secret") }},
		{what: "the consumer key has a line end", at: "settings", code: "value_shape", steps: "integration-record", do: func(w *world) { w.secret("consumer_key", w.reveal("consumer_key")+"\n") }},
		{what: "the consumer key stands in the token's field too", at: "settings", code: "value_shape", steps: "access-token", do: func(w *world) { w.secret("token_id", w.reveal("consumer_key")) }},
		{what: "the token secret lacks its last character", at: "login", code: "value_shape", steps: "access-token", do: func(w *world) { w.secret("token_secret", w.reveal("token_secret")[:63]) }},
		{what: "the consumer secret is that of something else", at: "login", code: "value_shape", steps: "integration-record", do: func(w *world) { w.secret("consumer_secret", "made-up-secret") }},
		{what: "the private key is no key", m2m: true, at: "settings", code: "private_key", steps: "certificate", do: func(w *world) { w.secret("private_key", "made up, no key at all") }},
		{what: "the private key is the certificate", m2m: true, at: "settings", code: "private_key", steps: "certificate", do: func(w *world) {
			w.secret("private_key", "-----BEGIN CERTIFICATE-----\nMADEUP\n-----END CERTIFICATE-----\n")
		}},
		{what: "the base URL is another account's", at: "settings", code: "wrong_account", steps: "base-url", do: func(w *world) { w.conn.Settings["base_url"] = "https://7654321.suitetalk.api.netsuite.com" }},
	}
}

func roadBreakages() []breakage {
	noName := func(w *world, known error) {
		delete(w.conn.Settings, "base_url")
		w.subj.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
		}}}
		w.subj.LookupHost = func(context.Context, string) ([]string, error) { return []string{"192.0.2.1"}, known }
	}
	direct := func(w *world, base string) {
		w.conn.Settings["base_url"], w.subj.HTTPClient = base, &http.Client{Transport: &http.Transport{}}
	}
	return []breakage{
		{what: "no host belongs to the account ID", at: "name", code: "name_unknown", steps: "account-id", do: func(w *world) { noName(w, nil) }},
		{what: "the machine has no name service", at: "name", code: "name_unknown", steps: "network", do: func(w *world) { noName(w, errors.New("no such host")) }},
		{what: "a firewall shuts NetSuite off", at: "connection", code: "unreachable", steps: "network", do: func(w *world) {
			delete(w.conn.Settings, "base_url")
			w.subj.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no route to host")}
			}}}
		}},
		{what: "nothing listens at the base URL", at: "connection", code: "unreachable", steps: "base-url", do: func(w *world) {
			dead := httptest.NewServer(nil)
			dead.Close()
			direct(w, dead.URL)
		}},
		{what: "a proxy replaces the certificate", at: "encryption", code: "tls", steps: "network", do: func(w *world) { direct(w, w.selfSigned()) }},
		{what: "the base URL says https where there is http", at: "encryption", code: "tls", steps: "base-url", do: func(w *world) { direct(w, strings.Replace(w.emu.URL(), "http", "https", 1)) }},
		{what: "a proxy answers with a page of its own", at: "login", code: "not_netsuite", steps: "network", do: func(w *world) {
			s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "<h1>Blocked by policy</h1>", http.StatusForbidden)
			}))
			w.t.Cleanup(s.Close)
			delete(w.conn.Settings, "base_url")
			hc := s.Client()
			hc.Transport.(*http.Transport).TLSClientConfig.ServerName = "example.com" // whom the test's certificate is for
			hc.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
			}
			w.subj.HTTPClient = hc
		}},
		{what: "the base URL answers with a way to somewhere else", at: "login", code: "not_netsuite", steps: "base-url", do: func(w *world) {
			s := httptest.NewServer(http.RedirectHandler("https://example.com/", http.StatusFound))
			w.t.Cleanup(s.Close)
			w.conn.Settings["base_url"] = s.URL
		}},
		{what: "a web server answers at the base URL", at: "login", code: "not_netsuite", steps: "base-url", do: func(w *world) {
			s := httptest.NewServer(http.NotFoundHandler())
			w.t.Cleanup(s.Close)
			w.conn.Settings["base_url"] = s.URL
		}},
		{what: "the clock is ten minutes ahead", at: "clock", code: "clock_skew", steps: "clock", do: func(w *world) { w.skew = 10 * time.Minute }},
		{what: "the clock is six minutes behind", at: "clock", code: "clock_skew", steps: "clock", do: func(w *world) { w.skew = -6 * time.Minute }},
		{what: "the clock is six minutes behind", m2m: true, at: "clock", code: "clock_skew", steps: "clock", do: func(w *world) { w.skew = -6 * time.Minute }},
		{what: "NetSuite is under maintenance", at: "login", code: "netsuite_failed", steps: "", do: func(w *world) {
			w.says("/", http.StatusServiceUnavailable, `{"title":"Service Unavailable","status":503}`)
		}},
		{what: "the account is busy", at: "login", code: "concurrency", steps: "concurrency", do: func(w *world) {
			w.says("/rest/", http.StatusTooManyRequests, `{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED","message":"Request limit exceeded."}}`)
		}},
		{what: "overload: a good login is refused after a minute", at: "login", code: "concurrency", steps: "concurrency", do: func(w *world) { w.refuse("/rest/tokeninfo", 1, 61*time.Second) }},
		{what: "overload: the token is good, REST web services refuse it after a minute", m2m: true, at: "rest", code: "concurrency", steps: "concurrency", do: func(w *world) { w.refuse("/services/rest/system/v1/serverTime", 1, 61*time.Second) }},
		{what: "overload: refused twice after a minute, requests were refused before", at: "login", code: "concurrency", steps: "concurrency", do: func(w *world) {
			w.refuse("/rest/tokeninfo", 2, 61*time.Second)
			w.subj.Refusals = 12
		}},
		{what: "refused twice after a minute, no request was refused before", at: "login", code: "concurrency", steps: "concurrency access-token integration-record user-role", do: func(w *world) { w.refuse("/rest/tokeninfo", 2, 61*time.Second) }},
	}
}

func tokenBreakages() []breakage {
	list := []breakage{
		{what: "the account ID is another account's", code: "wrong_account", steps: "account-id", do: func(w *world) { w.conn.Settings["account"] = "7654321" }},
		{what: "the feature Token-based Authentication is off", steps: anyToken, do: func(w *world) { w.feature(account.FeatureTBA) }},
		{what: "the integration record is blocked", steps: anyToken, do: func(w *world) { w.must(w.emu.Account().SetState(account.SeedIntegration, account.Blocked)) }},
		{what: "the integration record waits for approval", steps: anyToken, do: func(w *world) { w.must(w.emu.Account().SetState(account.SeedIntegration, account.Waiting)) }},
		{what: "the integration record's credentials were reset", steps: anyToken, do: func(w *world) {
			_, _, err := w.emu.Account().ResetCredentials(account.SeedIntegration)
			w.must(err)
		}},
		{what: "the consumer key is wrong", steps: anyToken, do: func(w *world) { w.wrong("consumer_key") }},
		{what: "the consumer secret is wrong", steps: anyToken, do: func(w *world) { w.wrong("consumer_secret") }},
		{what: "consumer key and token ID are swapped, and so are the secrets", steps: anyToken, do: func(w *world) {
			for _, pair := range [][2]string{{"consumer_key", "token_id"}, {"consumer_secret", "token_secret"}} {
				w.conn.Secrets[pair[0]], w.conn.Secrets[pair[1]] = w.conn.Secrets[pair[1]], w.conn.Secrets[pair[0]]
			}
		}},
		{what: "the token is revoked, and the record has no authorization flow to prove the key by", steps: anyToken, do: func(w *world) {
			w.integration(func(i *account.IntegrationRecord) { i.AuthorizationFlow = false })
			w.must(w.emu.Account().Revoke(account.SeedToken))
		}},
		{what: "the token is revoked", steps: tokenSide, do: func(w *world) { w.must(w.emu.Account().Revoke(account.SeedToken)) }},
		{what: "the token is of another integration record", steps: tokenSide, do: func(w *world) {
			other, err := w.emu.Account().AddIntegration(account.IntegrationRecord{Name: "Other", State: account.Enabled, TBA: true})
			w.must(err)
			token, err := w.emu.Account().AddToken(account.AccessToken{IntegrationID: other.ID, EmployeeID: account.IntegrationUser, RoleID: account.IntegrationRole})
			w.must(err)
			w.secret("token_id", token.Token)
			w.secret("token_secret", token.Secret)
		}},
		{what: "the token secret is wrong", steps: tokenSide, do: func(w *world) { w.wrong("token_secret") }},
		{what: "the user is inactive", steps: tokenSide, do: func(w *world) { w.employee(func(e *account.Employee) { e.Inactive = true }) }},
		{what: "the user has no access", steps: tokenSide, do: func(w *world) { w.employee(func(e *account.Employee) { e.Access = false }) }},
		{what: "the role was taken from the user", steps: tokenSide, do: func(w *world) { w.employee(func(e *account.Employee) { e.Roles = nil }) }},
		{what: "the role is inactive", steps: tokenSide, do: func(w *world) { w.role(func(r *account.Role) { r.Inactive = true }) }},
		{what: "the role may not log in with tokens", steps: tokenSide, do: func(w *world) { w.permission(account.PermissionLoginToken) }},
		{what: "five refused logins have locked the user", steps: tokenSide, do: func(w *world) { w.lock() }},
		{what: "the sandbox was refreshed, which has two connections", code: "sandbox_refreshed", steps: "sandbox-refresh", do: func(w *world) {
			w.sibling("netsuite-2")
			w.refresh()
		}},
		{what: "the token is revoked, another connection of the sandbox works", steps: "access-token user-role role-permissions", do: func(w *world) {
			w.sibling("netsuite-2")
			w.must(w.emu.Account().Revoke(account.SeedToken))
		}},
		{what: "five refused logins have locked the user, and the answer says so", codes: true, code: "user_locked", steps: "user-role", do: func(w *world) {
			w.lock()
			w.says("/rest/tokeninfo", http.StatusUnauthorized, `{"error":{"code":"temporary_locked","message":"Refused."}}`)
		}},
		{what: "the integration record is blocked, and the endpoint says so", codes: true, steps: "integration-record", do: func(w *world) {
			w.must(w.emu.Account().SetState(account.SeedIntegration, account.Blocked))
			w.letOut("IntegrationBlocked")
		}},
		{what: "the consumer key is unknown, and the endpoint says so", codes: true, steps: "integration-record", do: func(w *world) {
			w.wrong("consumer_key")
			w.letOut("UnknownIntegration")
		}},
		{what: "the feature is off, and the endpoint says so", codes: true, steps: "enable-features", do: func(w *world) {
			w.feature(account.FeatureTBA)
			w.letOut("FeatureDisabled")
		}},
		{what: "the token is revoked, and the endpoint says that the record has no authorization flow", codes: true, steps: "access-token user-role role-permissions integration-record sandbox-refresh", do: func(w *world) {
			w.must(w.emu.Account().Revoke(account.SeedToken))
			w.letOut("AuthorizationFlowRequired")
		}},
	}
	for i := range list {
		list[i].at = "login"
		if list[i].code == "" {
			list[i].code = "login_refused"
		}
	}
	return list
}

// lock refuses five logins of the user, beside the proxy.
func (w *world) lock() {
	id, err := netsuite.ParseAccountID(w.conn.Get("account"))
	w.must(err)
	wrong := &auth.TBA{Realm: id.Realm(), ConsumerKey: w.reveal("consumer_key"), ConsumerSecret: auth.NewSecret(w.reveal("consumer_secret")),
		TokenID: w.reveal("token_id"), TokenSecret: auth.NewSecret("made-up"), Clock: w.emu.Clock().Now}
	c, err := netsuite.New(id, wrong, netsuite.WithBaseURL(w.emu.URL()))
	w.must(err)
	for range 5 {
		if _, err := c.System.TokenInfo(w.t.Context()); !errors.Is(err, netsuite.ErrLogin) {
			w.t.Fatalf("a login that has to be refused: %v", err)
		}
	}
	if _, locked := w.emu.Account().LockedUntil(account.IntegrationUser); !locked {
		w.t.Fatal("the user is not locked")
	}
}

// letOut makes the three-step flow's endpoint tell the audit trail's code.
func (w *world) letOut(code string) {
	w.says("/rest/requesttoken", http.StatusUnauthorized, `{"error":{"code":"`+code+`","message":"Refused."}}`)
}

func serviceBreakages() []breakage {
	stock := []netsuite.Script{{ID: "customscript_stock", Deploy: "customdeploy_stock"}}
	return []breakage{
		{what: "the feature REST Web Services is off", at: "rest", code: "api_closed", steps: closed, do: func(w *world) { w.feature(account.FeatureREST) }},
		{what: "the role lacks REST Web Services", at: "rest", code: "api_closed", steps: closed, do: func(w *world) { w.permission(account.PermissionREST) }},
		{what: "the role lacks REST Web Services", m2m: true, at: "rest", code: "api_closed", steps: closed, do: func(w *world) { w.permission(account.PermissionREST) }},
		{what: "the role lacks SuiteAnalytics Workbook", at: "suiteql", code: "api_closed", steps: closed, do: func(w *world) {
			w.says("/services/rest/query/", http.StatusForbidden, `{"title":"Forbidden","status":403,"o:errorDetails":[{"detail":"Your role may not query.","o:errorCode":"INSUFFICIENT_PERMISSION"}]}`)
		}},
		{what: "a RESTlet is called and the role is Web Services Only", at: "restlets", code: "restlet_closed", steps: "role", do: func(w *world) {
			w.script()
			w.subj.RESTlets = stock
			w.role(func(r *account.Role) { r.WebServicesOnly = true })
		}},
		{what: "the RESTlet is not deployed", at: "restlets", code: "restlet_unknown", steps: "restlet-deployment", do: func(w *world) { w.subj.RESTlets = stock }},
		{what: "the role is not in the RESTlet's audience", at: "restlets", code: "restlet_closed", steps: "restlet-deployment", do: func(w *world) {
			w.script(account.AdministratorRole)
			w.subj.RESTlets = stock
		}},
		{what: "the feature Server SuiteScript is off", at: "restlets", code: "api_closed", steps: closed, do: func(w *world) {
			w.script()
			w.subj.RESTlets = stock
			w.feature(account.FeatureSuiteScript)
		}},
		{what: "the role may not see a record type that a flow writes", at: "permissions", code: "permission", steps: "role-permissions", do: func(w *world) {
			w.permission("TRAN_SALESORD")
			w.subj.Needs = []doctor.Need{{Flow: "orders", Record: "salesOrder"}}
		}},
		{what: "the role may not see a table that a flow queries", at: "permissions", code: "permission", steps: "role-permissions", do: func(w *world) {
			w.permission("LIST_CUSTJOB")
			w.subj.Needs = []doctor.Need{{Flow: "customers", Query: "SELECT id FROM customer"}}
		}},
		{what: "flows use SOAP and the feature SOAP Web Services is off", at: "permissions", code: "api_closed", steps: "enable-features", do: func(w *world) {
			w.feature(account.FeatureSOAP)
			w.subj.Needs = []doctor.Need{{Flow: "lists", SOAP: true}}
		}},
		{what: "flows use SOAP and the role lacks SOAP Web Services", at: "permissions", code: "api_closed", steps: "role-permissions", do: func(w *world) {
			w.permission(account.PermissionSOAP)
			w.subj.Needs = []doctor.Need{{Flow: "lists", SOAP: true}}
		}},
		{what: "the account works in another time zone than the flows count on", at: "time-zone", code: "time_zone", steps: "time-zone", do: func(w *world) { w.subj.TimeZone = "Asia/Tokyo" }},
	}
}

// certificateBreakages come twice: NetSuite's token endpoint may say why, or not.
func certificateBreakages() []breakage {
	type row struct {
		what, silent, told string
		do                 func(w *world)
	}
	const refreshed = "the sandbox was refreshed, which has a token connection of the same record"
	rows := []row{
		{"the certificate is revoked", client, "certificate sandbox-refresh", func(w *world) { w.must(w.emu.Account().RevokeCertificate(account.SeedCertificate)) }},
		{"the certificate has ended", client, "certificate sandbox-refresh", func(w *world) {
			w.certificate(func(c *account.Certificate) { c.NotAfter = w.emu.Clock().Now().Add(-time.Hour) })
		}},
		{"the private key is another one's", client, "certificate", func(w *world) { w.secret("private_key", ecPEM(w.t, 99)) }},
		{"the client ID is wrong", client, "integration-record", func(w *world) { w.wrong("client_id") }},
		{"the feature OAuth 2.0 is off", notClient, "enable-features", func(w *world) { w.feature(account.FeatureOAuth2) }},
		{"the integration record is blocked", notClient, "integration-record", func(w *world) { w.must(w.emu.Account().SetState(account.SeedIntegration, account.Blocked)) }},
		{"the grant is not ticked", notClient, "integration-record", func(w *world) { w.integration(func(i *account.IntegrationRecord) { i.ClientCredentials = false }) }},
		{"a scope is not ticked", "integration-record", "integration-record", func(w *world) {
			w.integration(func(i *account.IntegrationRecord) { i.Scopes = []string{account.ScopeREST} })
		}},
		{"the user is inactive", grant, "user-role", func(w *world) { w.employee(func(e *account.Employee) { e.Inactive = true }) }},
		{"the role may not log in with OAuth 2.0", grant, "user-role", func(w *world) { w.permission(account.PermissionLoginOAuth2) }},
		{refreshed, "sandbox-refresh integration-record", "sandbox-refresh", func(w *world) {
			w.sibling("netsuite-2")
			w.refresh()
		}},
	}
	var list []breakage
	for _, r := range rows {
		told := "login_refused"
		if r.what == refreshed {
			told = "sandbox_refreshed"
		}
		list = append(list,
			breakage{what: r.what, do: r.do, m2m: true, at: "login", code: "login_refused", steps: r.silent},
			breakage{what: r.what, do: r.do, m2m: true, codes: true, at: "login", code: told, steps: r.told})
	}
	return list
}

func (w *world) certificate(change func(*account.Certificate)) {
	w.must(w.emu.Account().Edit(func(s *account.Setup) error {
		change(s.Certificate(account.SeedCertificate))
		return nil
	}))
}
