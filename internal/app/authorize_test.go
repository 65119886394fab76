package app

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/client"
)

// browser is a person's browser, logged in to the server.
type browser struct {
	t    *testing.T
	http *http.Client
	base string
}

// browse logs a person in.
func (s *server) browse(t *testing.T, role sluice.Role) *browser {
	t.Helper()
	s.user(t, role)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, base: s.URL(), http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	b.send("POST", "/api/v1/login", `{"email":"`+string(role)+`@example.com","password":"correct horse battery"}`, http.StatusOK, nil)
	return b
}

// send makes a request of a page of ours.
func (b *browser) send(method, path, body string, status int, out any) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Origin", b.base)
	req.Header.Set("Content-Type", "application/json")
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		b.t.Fatalf("%s %s: %s %s, %v", method, path, resp.Status, data, err)
	}
	if out != nil {
		if err := json.Unmarshal(data, out); err != nil {
			b.t.Fatal(err)
		}
	}
}

// visit opens an address, follows no redirect, and returns status, Location and page.
func (b *browser) visit(address string) (int, string, string) {
	b.t.Helper()
	resp, err := b.http.Get(address)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(page)
}

// automatic returns an account and a connection to it that is yet to be authorized.
func automatic(t *testing.T, name string, opts ...emulator.Option) (*emulator.Emulator, client.ConnectionInput) {
	t.Helper()
	emu := emulator.Start(t, append(opts, func(o *emulator.Options) { o.Empty = true })...)
	c := emu.Credentials()
	return emu, client.ConnectionInput{Name: name, Kind: sluice.KindNetSuite,
		Settings: map[string]string{"type": sluice.AuthTokenAuto, "base_url": c.BaseURL},
		Secrets:  map[string]string{"consumer_key": c.ConsumerKey, "consumer_secret": c.ConsumerSecret}}
}

// consent returns where NetSuite's page sends the browser to when the integration
// user presses Allow.
func consent(t *testing.T, emu *emulator.Emulator, page string) *url.URL {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(page, emu.URL()+account.ConsentPath+"?") {
		t.Fatalf("NetSuite's page is %s", page)
	}
	c, err := emu.Account().Consent(u.Query().Get("oauth_token"), u.Query().Get("state"))
	if err != nil {
		t.Fatal(err)
	}
	back, err := emu.Account().Allow(c, account.IntegrationUser, account.IntegrationRole)
	if err != nil {
		t.Fatal(err)
	}
	callback, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	return callback
}

func (s *server) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
}

// A person saves and authorizes a connection that does not even know its account.
// It ends Online, knows who it is, and the browser is back where it came from.
func TestSaveAndAuthorize(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	b := s.browse(t, sluice.RoleManage)
	created, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	if e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{}); err != nil || e.OK || e.Error.Code != "connection.not_authorized" || !strings.Contains(e.Error.Remedy, "authorize") {
		t.Fatalf("a test before the authorization: %+v, %v", e, err)
	}
	var a client.Authorization
	b.send("POST", "/api/v1/connections/netsuite/authorize", `{"return":"/connections/netsuite?tab=settings"}`, http.StatusOK, &a)
	if a.State != "pending" || a.Callback != s.URL()+"/oauth/callback" || !strings.HasPrefix(a.Callback, "http://localhost:") {
		t.Fatalf("authorization %+v", a)
	}
	back := consent(t, emu, a.URL)
	status, location, _ := b.visit(back.String())
	if status != http.StatusSeeOther || location != "/connections/netsuite?tab=settings&authorization="+a.ID {
		t.Fatalf("callback: %d %s", status, location)
	}
	var ended client.Authorization
	b.send("GET", "/api/v1/authorizations/"+a.ID, "", http.StatusOK, &ended)
	if ended.State != "granted" || ended.Identity == nil || ended.URL != "" || ended.FinishedAt.IsZero() {
		t.Errorf("in the end: %+v", ended)
	}
	conn, err := s.local.GetConnection(t.Context(), "netsuite")
	s.must(t, err)
	if conn.ID != created.ID || conn.Status != string(sluice.StatusOnline) || conn.Settings["account"] != emulator.DefaultAccountID {
		t.Errorf("connection %+v", conn)
	}
	if who := conn.Identity; who == nil || who.Account != emulator.DefaultAccountID || who.RoleID != account.IntegrationRole || who.RoleName == "" || who.EntityID != account.IntegrationUser {
		t.Errorf("identity %+v", who)
	}
	if _, err := s.local.SuiteQL(t.Context(), "netsuite", client.SuiteQLQuery{Query: "SELECT id FROM customer"}); err != nil {
		t.Errorf("a query: %v", err)
	}
	tokens := emu.Account().Setup().Tokens
	made := tokens[len(tokens)-1]
	s.keepsToItself(t, made.Token, made.Secret, back.Query().Get("state"), back.Query().Get("oauth_verifier"))
	if status, _, page := b.visit(back.String()); status != http.StatusUnprocessableEntity || !strings.Contains(page, "authorization.unknown_state") {
		t.Errorf("the same answer again: %d %s", status, page)
	}
}

// Nobody but the browser that started an authorization can finish it, and who tries
// does not use it up. To see the test fail, leave the binding out of hashState.
func TestAuthorizationIsBoundToTheBrowser(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	b := s.browse(t, sluice.RoleManage)
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	var a client.Authorization
	b.send("POST", "/api/v1/connections/netsuite/authorize", `{}`, http.StatusOK, &a)
	back := consent(t, emu, a.URL)
	stranger := &browser{t: t, http: &http.Client{}, base: b.base}
	if status, _, page := stranger.visit(back.String()); status != http.StatusUnprocessableEntity || !strings.Contains(page, "another browser") {
		t.Errorf("another browser: %d %s", status, page)
	}
	if resp, err := b.http.Head(back.String()); err != nil || resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a look ahead: %v, %v", resp, err)
	}
	status, _, page := b.visit(back.String())
	if status != http.StatusOK || !strings.Contains(page, "The connection is authorized") || strings.Contains(page, "oauth_verifier") {
		t.Errorf("the browser itself: %d %s", status, page)
	}
}

// The browser is at another name than the callback will come to: its cookie would not come along.
func TestAuthorizationNeedsTheAdvertisedName(t *testing.T) {
	s := start(t)
	_, input := automatic(t, "netsuite")
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	s.user(t, sluice.RoleManage)
	jar, _ := cookiejar.New(nil)
	b := &browser{t: t, base: strings.Replace(s.URL(), "localhost", "127.0.0.1", 1), http: &http.Client{Jar: jar}}
	b.send("POST", "/api/v1/login", `{"email":"manage@example.com","password":"correct horse battery"}`, http.StatusOK, nil)
	var e client.ErrorBody
	b.send("POST", "/api/v1/connections/netsuite/authorize", `{}`, http.StatusUnprocessableEntity, &e)
	if e.Code != "authorization.other_address" || !strings.Contains(e.Remedy, s.URL()) {
		t.Errorf("%+v", e)
	}
}

func TestAuthorizationStartIsChecked(t *testing.T) {
	s := start(t)
	_, input := automatic(t, "netsuite")
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	for _, path := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "connections", "/a\nb", "/%5C/../#x"} {
		_, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Return: path})
		if e := wantCode(t, err, "authorization.return"); e.Where != "return" {
			t.Errorf("%q: %+v", path, e)
		}
	}
	for _, callback := range []string{"http://127.0.0.1:8080/x", "https://localhost:8080/x", "http://localhost/x", "http://localhost:8080/x?y=1", "http://evil.example:80/", "http://u@localhost:1/"} {
		_, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: callback})
		wantCode(t, err, "authorization.callback_address")
	}
	input.Name, input.Settings["type"], input.Settings["account"] = "manual", sluice.AuthToken, "1234567"
	input.Secrets["token_id"], input.Secrets["token_secret"] = "made-up-id", "made-up-secret"
	_, err = s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	_, err = s.local.StartAuthorization(t.Context(), "manual", client.AuthorizationStart{})
	wantCode(t, err, "authorization.wrong_type")
}

// Every way in which the flow fails has a code of its own, where NetSuite tells the
// reason; where it answers all alike, the reason is among those that are named. The
// connection gets no token, and what it was stays.
func TestAuthorizationFailures(t *testing.T) {
	edit := func(f func(*account.IntegrationRecord)) func(*emulator.Emulator) error {
		return func(e *emulator.Emulator) error { return e.Account().EditIntegration(account.SeedIntegration, f) }
	}
	cases := []struct {
		name, code string
		before     func(*emulator.Emulator) error             // at the start
		between    func(*emulator.Emulator, *fakeClock) error // after the consent
		answer     func(url.Values)                           // on the way back
		input      func(*client.ConnectionInput)
		told       bool // NetSuite's answer is not the same for all
	}{
		{name: "unknown consumer key", code: "authorization.unknown_consumer_key", input: func(in *client.ConnectionInput) { in.Secrets["consumer_key"] = "made-up-key" }},
		{name: "wrong consumer secret", code: "authorization.consumer_secret", input: func(in *client.ConnectionInput) { in.Secrets["consumer_secret"] = "made-up-secret" }},
		{name: "Authorization Flow box missing", code: "authorization.flow_not_allowed", before: edit(func(i *account.IntegrationRecord) { i.AuthorizationFlow = false })},
		{name: "wrong callback", code: "authorization.wrong_callback", before: edit(func(i *account.IntegrationRecord) { i.CallbackURL = "https://sluice.example.com/oauth/callback" })},
		{name: "integration record blocked", code: "authorization.integration_blocked", before: edit(func(i *account.IntegrationRecord) { i.State = account.Blocked })},
		{name: "blocked meanwhile", code: "authorization.integration_blocked", between: func(e *emulator.Emulator, _ *fakeClock) error {
			return e.Account().SetState(account.SeedIntegration, account.Blocked)
		}},
		{name: "feature off", code: "authorization.feature_off", before: func(e *emulator.Emulator) error { return e.Account().SetFeature(account.FeatureTBA, false) }},
		{name: "clock", code: "authorization.clock", told: true, before: func(e *emulator.Emulator) error { e.Clock().Advance(10 * time.Minute); return nil }},
		{name: "denied", code: "authorization.denied", told: true, answer: func(q url.Values) { q.Set("oauth_verifier", ""); q.Del("company") }},
		{name: "another flow's answer", code: "authorization.answer", told: true, answer: func(q url.Values) { q.Set("oauth_token", "another") }},
		{name: "wrong verifier", code: "authorization.wrong_verifier", answer: func(q url.Values) { q.Set("oauth_verifier", "made-up-verifier") }},
		{name: "wrong account", code: "authorization.wrong_account", told: true, input: func(in *client.ConnectionInput) { in.Settings["account"] = emulator.DefaultAccountID },
			answer: func(q url.Values) { q.Set("company", "7654321") }},
		{name: "no account", code: "authorization.answer", told: true, answer: func(q url.Values) { q.Set("company", "") }},
		{name: "expired", code: "authorization.expired", told: true, between: func(_ *emulator.Emulator, c *fakeClock) error { c.Add(10 * time.Minute); return nil }},
		{name: "NetSuite's request token expired", code: "authorization.request_expired", between: func(e *emulator.Emulator, c *fakeClock) error {
			e.Clock().Advance(11 * time.Minute)
			c.Add(9 * time.Minute)
			return nil
		}},
		{name: "role lost its permission", code: "authorization.user_or_role", between: func(e *emulator.Emulator, _ *fakeClock) error {
			return e.Account().RemovePermission(account.IntegrationRole, account.PermissionLoginToken)
		}},
	}
	for _, describes := range []bool{true, false} {
		for _, c := range cases {
			mode := map[bool]string{true: " told", false: " not told"}[describes]
			t.Run(c.name+mode, func(t *testing.T) {
				t.Parallel()
				now := newClock()
				emu, input := automatic(t, "netsuite", func(o *emulator.Options) {
					o.DescribeTokenErrors = describes
					o.Clock = &emulator.Clock{}
				})
				now.Add(emu.Clock().Now().Sub(now.Now()))
				s := start(t, func(cfg *Config) { cfg.Clock = now.Now })
				if c.input != nil {
					c.input(&input)
				}
				_, err := s.local.CreateConnection(t.Context(), input)
				s.must(t, err)
				if c.before != nil {
					s.must(t, c.before(emu))
				}
				got := s.authorizeBadly(t, emu, func() error {
					if c.between == nil {
						return nil
					}
					return c.between(emu, now)
				}, c.answer)
				wantFailure(t, got, c.code, describes || c.told)
				stored := s.secrets(t, "netsuite")
				if !stored["token_id"].Empty() || len(stored) != 2 {
					t.Errorf("a token was stored: %v", stored)
				}
			})
		}
	}
}

// authorizeBadly goes through the flow and returns the error that it ends with.
func (s *server) authorizeBadly(t *testing.T, emu *emulator.Emulator, between func() error, answer func(url.Values)) *client.ErrorBody {
	t.Helper()
	a, err := s.local.StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: "http://localhost:1/oauth/callback"})
	if err != nil {
		e, ok := err.(*client.ErrorBody)
		if !ok {
			t.Fatal(err)
		}
		return e
	}
	back := consent(t, emu, a.URL)
	if err := between(); err != nil {
		t.Fatal(err)
	}
	query := back.Query()
	if answer != nil {
		answer(query)
	}
	a, err = s.local.AnswerAuthorization(t.Context(), a.ID, client.AuthorizationQuery{Query: query.Encode()})
	if err != nil || a.State != "failed" || a.Error == nil {
		t.Fatalf("answer: %+v, %v", a, err)
	}
	return &client.ErrorBody{Code: a.Error.Code, Message: a.Error.Message, Where: a.Error.Where, Remedy: a.Error.Remedy, Problems: a.Error.Problems}
}

func wantFailure(t *testing.T, got *client.ErrorBody, code string, told bool) {
	t.Helper()
	if got.Remedy == "" {
		t.Errorf("%s without a remedy", got.Code)
	}
	if told {
		if got.Code != code || !strings.HasPrefix(got.Where, "guide/") {
			t.Errorf("%+v, want the code %s", got, code)
		}
		return
	}
	if got.Code != "authorization.refused" {
		t.Fatalf("%+v, want authorization.refused", got)
	}
	for _, p := range got.Problems {
		if p.Code == code && p.Remedy != "" && strings.HasPrefix(p.Path, "guide/") {
			return
		}
	}
	t.Errorf("%s is not among the causes %v", code, got.Problems)
}

// The record that a log-in installs can wait for approval: the token is there and refused.
func TestAuthorizedTokenThatWaitsForApproval(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	noREST := func() error { return emu.Account().RemovePermission(account.IntegrationRole, account.PermissionREST) }
	got := s.authorizeBadly(t, emu, noREST, nil)
	if got.Code != "authorization.not_usable" || len(got.Problems) != 1 {
		t.Errorf("%+v", got)
	}
	s.must(t, emu.Account().SetPermission(account.IntegrationRole, account.PermissionREST, 4))
	emu.Account().Unlock(account.IntegrationUser)
	if e, err := s.local.TestConnection(t.Context(), "netsuite", client.TestConnectionQuery{}); err != nil || !e.OK {
		t.Errorf("after the approval: %+v, %v", e, err)
	}
}

func TestAuthorizationIsTheStartersOwn(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite")
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	a, err := s.user(t, sluice.RoleManage).StartAuthorization(t.Context(), "netsuite", client.AuthorizationStart{Callback: "http://localhost:1/oauth/callback"})
	s.must(t, err)
	back := consent(t, emu, a.URL)
	other := s.user(t, sluice.RoleAdministrator)
	_, err = other.AnswerAuthorization(t.Context(), a.ID, client.AuthorizationQuery{Query: back.RawQuery})
	wantCode(t, err, "forbidden")
}

// What a server began, it finishes after a restart: the authorization is stored, and
// the browser is known by a cookie that no session is needed for.
func TestAuthorizationSurvivesARestart(t *testing.T) {
	emu, input := automatic(t, "netsuite")
	dir := t.TempDir()
	same := func(c *Config) { c.DataDir = dir }
	var back *url.URL
	var person *http.Client
	t.Run("before", func(t *testing.T) {
		s := start(t, same)
		b := s.browse(t, sluice.RoleManage)
		_, err := s.local.CreateConnection(t.Context(), input)
		s.must(t, err)
		var a client.Authorization
		b.send("POST", "/api/v1/connections/netsuite/authorize", `{}`, http.StatusOK, &a)
		back, person = consent(t, emu, a.URL), b.http
	})
	s := start(t, same)
	b := &browser{t: t, http: person, base: s.URL()}
	back.Host = strings.TrimPrefix(s.URL(), "http://")
	if status, _, page := b.visit(back.String()); status != http.StatusOK {
		t.Errorf("after the restart: %d %s", status, page)
	}
	conn, err := s.local.GetConnection(t.Context(), "netsuite")
	if err != nil || conn.Status != string(sluice.StatusOnline) {
		t.Errorf("%+v, %v", conn, err)
	}
}

// Two servers on one store: either finishes what the other began, and only one does.
func TestAuthorizationOverTwoServers(t *testing.T) {
	emu, input := automatic(t, "netsuite")
	dir := t.TempDir()
	first := start(t, func(c *Config) { c.DatabaseURL = "sqlite:" + dir + "/shared.db" })
	second := start(t, func(c *Config) {
		c.DatabaseURL, c.KeyFile = "sqlite:"+dir+"/shared.db", filepath.Join(first.cfg.DataDir, "key.json")
	})
	b := first.browse(t, sluice.RoleManage)
	_, err := first.local.CreateConnection(t.Context(), input)
	first.must(t, err)
	var a client.Authorization
	b.send("POST", "/api/v1/connections/netsuite/authorize", `{}`, http.StatusOK, &a)
	back := consent(t, emu, a.URL)
	back.Host = strings.TrimPrefix(second.URL(), "http://")
	if status, _, page := b.visit(back.String()); status != http.StatusOK {
		t.Fatalf("the other server: %d %s", status, page)
	}
	back.Host = strings.TrimPrefix(first.URL(), "http://")
	if status, _, page := b.visit(back.String()); status == http.StatusOK {
		t.Errorf("used twice over two servers: %d %s", status, page)
	}
	conn, err := first.local.GetConnection(t.Context(), "netsuite")
	if err != nil || conn.Status != string(sluice.StatusOnline) {
		t.Errorf("%+v, %v", conn, err)
	}
}

// Two pages of one browser authorize two connections; the second does not take the
// first one's cookie away.
func TestTwoAuthorizationsInOneBrowser(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "first")
	b := s.browse(t, sluice.RoleManage)
	var begun [2]client.Authorization
	for i, name := range []string{"first", "second"} {
		input.Name = name
		_, err := s.local.CreateConnection(t.Context(), input)
		s.must(t, err)
		b.send("POST", "/api/v1/connections/"+name+"/authorize", `{}`, http.StatusOK, &begun[i])
	}
	for _, a := range begun {
		if status, _, page := b.visit(consent(t, emu, a.URL).String()); status != http.StatusOK {
			t.Errorf("%s: %d %s", a.Connection, status, page)
		}
	}
}

// keepsToItself fails where a secret is in the log or in a file of the data folder.
// To see it fail, store the state itself in place of its hash.
func (s *server) keepsToItself(t *testing.T, secrets ...string) {
	t.Helper()
	places := map[string]string{"the log": s.log.String()}
	err := filepath.WalkDir(s.cfg.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		places[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for place, text := range places {
		for i, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) {
				t.Errorf("%s holds secret %d", place, i)
			}
		}
	}
}
