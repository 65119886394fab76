package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/client"
)

// needs is the smallest role that may use each route, by hand: the test fails
// when the route table says otherwise, or has a route that is not here. Operations
// stand by their names, pages by their addresses.
var needs = map[string]sluice.Role{
	"GET /": "", "GET /openapi.json": "", "GET /docs": "", "GET /setup": "", "POST /setup": "", "POST /hooks/{name}": "", "GET /oauth/callback": "",
	"health": "", "version": "", "logIn": "", "logOut": "", "loginWays": "", "beginSignIn": "", "endSignIn": "", "GET /oidc/callback": "",

	"me": sluice.RoleMonitor, "listLinks": sluice.RoleMonitor, "unlink": sluice.RoleMonitor, "updateMe": sluice.RoleMonitor, "listKinds": sluice.RoleMonitor, "listConnections": sluice.RoleMonitor, "getConnection": sluice.RoleMonitor,
	"connectionUse": sluice.RoleMonitor, "connectionImpact": sluice.RoleMonitor, "listWSDLVersions": sluice.RoleMonitor, "sunset": sluice.RoleMonitor, "listDeletedConnections": sluice.RoleMonitor,
	"listConsumerKeys": sluice.RoleMonitor, "getConsumerKey": sluice.RoleMonitor, "consumerKeyUse": sluice.RoleMonitor,
	"listIntegrations": sluice.RoleMonitor, "getIntegration": sluice.RoleMonitor, "listNotices": sluice.RoleMonitor,
	"flowSchema": sluice.RoleMonitor, "listRevisions": sluice.RoleMonitor, "getRevision": sluice.RoleMonitor, "diffRevisions": sluice.RoleMonitor, "listFlows": sluice.RoleMonitor, "getFlow": sluice.RoleMonitor,
	"checkFlow": sluice.RoleMonitor, "pull": sluice.RoleMonitor, "listRuns": sluice.RoleMonitor, "getRun": sluice.RoleMonitor,
	"watchRun": sluice.RoleMonitor, "runRequests": sluice.RoleMonitor, "runHistory": sluice.RoleMonitor, "concurrency": sluice.RoleMonitor,
	"listErrors": sluice.RoleMonitor, "attention": sluice.RoleMonitor, "countErrors": sluice.RoleMonitor, "exportErrors": sluice.RoleMonitor, "trace": sluice.RoleMonitor, "getError": sluice.RoleMonitor, "listTokens": sluice.RoleMonitor, "createToken": sluice.RoleMonitor,
	"deleteToken": sluice.RoleMonitor, "guide": sluice.RoleMonitor, "listApplications": sluice.RoleMonitor, "explainCode": sluice.RoleMonitor,

	"createConnection": sluice.RoleManage, "updateConnection": sluice.RoleManage, "deleteConnection": sluice.RoleManage, "testConnection": sluice.RoleManage, "diagnose": sluice.RoleManage,
	"startAuthorization": sluice.RoleManage, "getAuthorization": sluice.RoleManage, "answerAuthorization": sluice.RoleManage, "proveCandidate": sluice.RoleManage,
	"dropCandidate": sluice.RoleManage, "restorePrevious": sluice.RoleManage, "dropPrevious": sluice.RoleManage,
	"roleReport": sluice.RoleManage, "prepareOAuth2": sluice.RoleManage, "tryOAuth2": sluice.RoleManage, "switchToOAuth2": sluice.RoleManage,
	"checkConnection": sluice.RoleManage, "listRESTlets": sluice.RoleManage, "setDebug": sluice.RoleManage, "debugLog": sluice.RoleManage, "clearDebug": sluice.RoleManage,
	"replaceConnection": sluice.RoleManage, "restoreConnection": sluice.RoleManage, "createConsumerKey": sluice.RoleManage, "updateConsumerKey": sluice.RoleManage,
	"deleteConsumerKey": sluice.RoleManage, "createIntegration": sluice.RoleManage, "updateIntegration": sluice.RoleManage, "deleteIntegration": sluice.RoleManage,
	"registerConnection": sluice.RoleManage, "unregisterConnection": sluice.RoleManage, "closeNotice": sluice.RoleManage,
	"suiteQL": sluice.RoleManage, "listRecords": sluice.RoleManage, "createRecord": sluice.RoleManage, "getRecord": sluice.RoleManage,
	"updateRecord": sluice.RoleManage, "deleteRecord": sluice.RoleManage, "upsertRecord": sluice.RoleManage,
	"evaluate": sluice.RoleManage, "listTables": sluice.RoleManage, "listColumns": sluice.RoleManage, "listRecordTypes": sluice.RoleManage, "describeRecord": sluice.RoleManage,
	"listOptions": sluice.RoleManage, "listSearches": sluice.RoleManage, "putFlow": sluice.RoleManage, "revertFlow": sluice.RoleManage, "cloneFlow": sluice.RoleManage, "dryRun": sluice.RoleManage, "deleteFlow": sluice.RoleManage, "enableFlow": sluice.RoleManage, "disableFlow": sluice.RoleManage,
	"previewFlow": sluice.RoleManage, "previewText": sluice.RoleManage, "plan": sluice.RoleManage, "apply": sluice.RoleManage,
	"getWatermark": sluice.RoleMonitor, "getSchedule": sluice.RoleMonitor, "getHook": sluice.RoleMonitor, "nextTimes": sluice.RoleMonitor, "search": sluice.RoleMonitor, "upcomingTimes": sluice.RoleMonitor, "getTests": sluice.RoleMonitor,
	"putTests": sluice.RoleManage, "deleteTests": sluice.RoleManage, "runTests": sluice.RoleManage, "draftTest": sluice.RoleManage,
	"setWatermark": sluice.RoleManage, "resetWatermark": sluice.RoleManage, "pauseSchedule": sluice.RoleManage, "resumeSchedule": sluice.RoleManage,
	"startRun": sluice.RoleManage, "cancelRun": sluice.RoleManage, "resumeRun": sluice.RoleManage,
	"listChannels": sluice.RoleManage, "createChannel": sluice.RoleManage, "getChannel": sluice.RoleManage, "updateChannel": sluice.RoleManage, "deleteChannel": sluice.RoleManage,
	"testChannel": sluice.RoleManage, "listMessages": sluice.RoleManage, "listEvents": sluice.RoleManage,
	"editError": sluice.RoleManage, "retryErrors": sluice.RoleManage, "resolveErrors": sluice.RoleManage, "reopenErrors": sluice.RoleManage, "assignErrors": sluice.RoleManage, "tagErrors": sluice.RoleManage,

	"listMembers": sluice.RoleMonitor, "listSessions": sluice.RoleMonitor, "endSession": sluice.RoleMonitor, "endSessions": sluice.RoleMonitor,
	"getUser": sluice.RoleAdministrator, "offerLink": sluice.RoleAdministrator, "setMember": sluice.RoleAdministrator, "GET /api/v1/audit/export": sluice.RoleAdministrator,
	"GET /password": "", "POST /password": "",
	"listUsers": sluice.RoleAdministrator, "createUser": sluice.RoleAdministrator, "updateUser": sluice.RoleAdministrator, "deleteUser": sluice.RoleAdministrator,
	"listAudit":   sluice.RoleAdministrator,
	"listBackups": sluice.RoleAdministrator, "makeBackup": sluice.RoleAdministrator, "downloadBackup": sluice.RoleAdministrator, "takeBackup": sluice.RoleAdministrator,
	"restoreState": sluice.RoleOwner, "stageBackup": sluice.RoleOwner, "stageKeptBackup": sluice.RoleOwner, "unstageBackup": sluice.RoleOwner, "confirmRestore": sluice.RoleOwner,
	"takeBackupWithKey": sluice.RoleAdministrator, "restoration": sluice.RoleAdministrator, "trustFlow": sluice.RoleAdministrator,
	"GET /metrics": sluice.RoleAdministrator,
	"listKeys":     sluice.RoleAdministrator, "rotateKey": sluice.RoleAdministrator, "dropKeys": sluice.RoleAdministrator,
	"getSettings": sluice.RoleAdministrator, "putSettings": sluice.RoleAdministrator, "getExcess": sluice.RoleAdministrator, "getServer": sluice.RoleAdministrator, "listLicences": sluice.RoleMonitor, "getLicence": sluice.RoleMonitor,
}

type endpoint struct{ method, path, id string }

// endpoints reads all routes from the server's route table, which is all that it
// answers.
func endpoints(t *testing.T, s *server) []endpoint {
	t.Helper()
	fill := strings.NewReplacer("{name}", "absent", "{connection}", "absent", "{id}", "999", "{type}", "customer", "{external_id}", "X", "{code}", "token_rejected", "{number}", "1", "{user}", "absent", "{table}", "customer", "{field}", "terms")
	var list []endpoint
	for _, r := range s.api.Routes() {
		id := r.Operation
		if id == "" {
			id = r.Method + " " + r.Path
		}
		if _, known := needs[id]; !known {
			t.Errorf("the route %s is not in this test's table", id)
		}
		list = append(list, endpoint{r.Method, fill.Replace(r.Path), id})
	}
	slices.SortFunc(list, func(a, b endpoint) int { return strings.Compare(a.id, b.id) })
	if len(list) != len(needs) {
		t.Errorf("%d routes, %d in this test's table", len(list), len(needs))
	}
	return list
}

// call sends a request with an empty object as its body and returns the status.
func (e endpoint) call(t *testing.T, s *server, change func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), e.method, s.URL()+e.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.method != http.MethodGet && e.method != http.MethodDelete {
		req, _ = http.NewRequestWithContext(t.Context(), e.method, s.URL()+e.path, strings.NewReader("{}"))
		req.Header.Set("Content-Type", "application/json")
	}
	change(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// accountWide are the roles that hold everywhere.
func accountWide() []sluice.Role {
	return slices.DeleteFunc(sluice.Roles(), func(r sluice.Role) bool { return r == sluice.RoleMember })
}

func TestRoutesAskForTheirPermission(t *testing.T) {
	s := start(t)
	tokens := map[sluice.Role]string{}
	for _, role := range accountWide() {
		tokens[role] = s.user(t, role).Token
	}
	for _, e := range endpoints(t, s) {
		least := needs[e.id]
		if e.id == "logOut" || e.id == "deleteToken" {
			continue // would end what the next rows use; their permission is view
		}
		if got := e.call(t, s, func(*http.Request) {}); (got == http.StatusUnauthorized) != (least != "") {
			t.Errorf("%s without a login: %d", e.id, got)
		}
		for role, token := range tokens {
			allowed := least == "" || slices.Index(sluice.Roles(), role) <= slices.Index(sluice.Roles(), least)
			if got := e.call(t, s, bearer(token)); (got == http.StatusForbidden) == allowed || got == http.StatusUnauthorized {
				t.Errorf("%s as %s: %d, allowed is %v", e.id, role, got, allowed)
			}
		}
	}
}

// An API token that has ended opens nothing, and is no better than none on the
// routes that need none: whoever sends it should learn.
func TestRoutesRefuseExpiredTokens(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	ends, err := s.user(t, sluice.RoleOwner).CreateToken(t.Context(), client.NewToken{Name: "ends", ExpiresIn: "1h"})
	if err != nil {
		t.Fatal(err)
	}
	me := endpoint{"GET", "/api/v1/me", ""}
	if got := me.call(t, s, bearer(ends.Text)); got != http.StatusOK {
		t.Fatalf("before its end: %d", got)
	}
	now.Add(time.Hour)
	for _, e := range endpoints(t, s) {
		if got := e.call(t, s, bearer(ends.Text)); got != http.StatusUnauthorized {
			t.Errorf("%s with an expired token: %d", e.id, got)
		}
	}
}

func TestRoutesRefuseOtherHostsAndOrigins(t *testing.T) {
	s := start(t)
	token := s.user(t, sluice.RoleOwner).Token
	with := func(set func(*http.Request)) func(*http.Request) {
		return func(r *http.Request) { bearer(token)(r); set(r) }
	}
	for _, e := range endpoints(t, s) {
		if got := e.call(t, s, with(func(r *http.Request) { r.Host = "evil.example:80" })); got != http.StatusMisdirectedRequest {
			t.Errorf("%s for a foreign host: %d", e.id, got)
		}
		want := http.StatusForbidden
		for header, value := range map[string]string{"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"} {
			got := e.call(t, s, with(func(r *http.Request) { r.Header.Set(header, value) }))
			if changes := e.method != http.MethodGet; (got == want) != changes {
				t.Errorf("%s with %s %s: %d", e.id, header, value, got)
			}
		}
	}
	for _, origin := range []string{"null", "https://localhost.evil.example", strings.Replace(s.URL(), "localhost", "localhost.", 1), "http://localhost:1"} {
		e := endpoint{"POST", "/api/v1/connections", ""}
		if got := e.call(t, s, with(func(r *http.Request) { r.Header.Set("Origin", origin) })); got != http.StatusForbidden {
			t.Errorf("origin %s: %d", origin, got)
		}
	}
	e := endpoint{"POST", "/api/v1/connections", ""}
	if got := e.call(t, s, with(func(r *http.Request) { r.Header.Set("Origin", s.URL()) })); got != http.StatusUnprocessableEntity {
		t.Errorf("own origin: %d, want the request to be looked at", got)
	}
}

func TestPublicURLIsAHostAndOrigin(t *testing.T) {
	s := start(t, func(c *Config) { c.PublicURL = "https://sluice.example.com" })
	direct := "http://" + s.Addr().String()
	token := s.user(t, sluice.RoleOwner).Token
	req, _ := http.NewRequest(http.MethodPost, direct+"/api/v1/flows/check", strings.NewReader(`{"text":""}`))
	req.Host = "sluice.example.com"
	req.Header.Set("Origin", "https://sluice.example.com")
	req.Header.Set("Content-Type", "application/json")
	bearer(token)(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("request for the public address: %s", resp.Status)
	}
}

func TestTokensThatDoNotCount(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	owner := s.user(t, sluice.RoleOwner)
	short, err := owner.CreateToken(t.Context(), client.NewToken{Name: "short", ExpiresIn: "1h"})
	if err != nil {
		t.Fatal(err)
	}
	c := &client.Client{Base: s.URL(), Token: short.Text}
	if _, err := c.Me(t.Context()); err != nil {
		t.Errorf("before its end: %v", err)
	}
	now.Add(time.Hour)
	_, err = c.Me(t.Context())
	wantCode(t, err, "unauthorized")
	c.Token = "sluice_MADEUPMADEUPMADEUPMADEUP"
	_, err = c.Me(t.Context())
	wantCode(t, err, "unauthorized")

	monitor := s.user(t, sluice.RoleMonitor)
	_, err = monitor.CreateToken(t.Context(), client.NewToken{Name: "more", Role: "owner"})
	wantCode(t, err, "forbidden")
	_, err = monitor.CreateToken(t.Context(), client.NewToken{Name: "other", User: "owner@example.com"})
	wantCode(t, err, "forbidden")
	if err := owner.DeleteUser(t.Context(), "monitor@example.com"); err != nil {
		t.Fatal(err)
	}
	_, err = monitor.Me(t.Context())
	wantCode(t, err, "unauthorized")
}

func TestLogInAndThrottle(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	s.user(t, sluice.RoleManage)
	anon := &client.Client{Base: s.URL()}
	right := client.Credentials{Email: "Manage@Example.com", Password: "correct horse battery"}
	wrong := client.Credentials{Email: right.Email, Password: "guess"}
	for range account.FreeAttempts {
		_, err := anon.LogIn(t.Context(), wrong)
		wantCode(t, err, "login.refused")
	}
	_, err := anon.LogIn(t.Context(), right)
	wantCode(t, err, "login.throttled")
	now.Add(2 * time.Second)
	if _, err := anon.LogIn(t.Context(), right); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	_, err = anon.LogIn(t.Context(), client.Credentials{Email: "nobody@example.com", Password: "guess"})
	wantCode(t, err, "login.refused")
}

func TestSessionCookie(t *testing.T) {
	s := start(t)
	s.user(t, sluice.RoleManage)
	resp, err := http.Post(s.URL()+"/api/v1/login", "application/json", strings.NewReader(`{"email":"manage@example.com","password":"correct horse battery"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	cookies := resp.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookies %v", cookies)
	}
	session := func(set map[string]string) func(*http.Request) {
		return func(r *http.Request) {
			r.AddCookie(cookies[0])
			for k, v := range set {
				r.Header.Set(k, v)
			}
		}
	}
	me, post := endpoint{"GET", "/api/v1/me", ""}, endpoint{"POST", "/api/v1/connections", ""}
	if got := me.call(t, s, session(nil)); got != http.StatusOK {
		t.Errorf("me: %d", got)
	}
	if got := post.call(t, s, session(nil)); got != http.StatusForbidden {
		t.Errorf("change by cookie that does not say where it comes from: %d", got)
	}
	if got := post.call(t, s, session(map[string]string{"Origin": s.URL()})); got != http.StatusUnprocessableEntity {
		t.Errorf("change by cookie from our own page: %d", got)
	}
	if got := (endpoint{"POST", "/api/v1/logout", ""}).call(t, s, session(map[string]string{"Origin": s.URL()})); got != http.StatusNoContent {
		t.Errorf("log out: %d", got)
	}
	if got := me.call(t, s, session(nil)); got != http.StatusUnauthorized {
		t.Errorf("me after logging out: %d", got)
	}
}
