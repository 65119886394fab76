package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/client"
)

// logIn logs in by browser and returns that browser.
func (s *server) logIn(t *testing.T, email, password string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	noError(t, err)
	browser := &http.Client{Jar: jar}
	resp, err := browser.Post(s.URL()+"/api/v1/login", "application/json", strings.NewReader(fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)))
	noError(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("log in: %s", resp.Status)
	}
	return browser
}

// status asks as a page of the browser does.
func (s *server) status(t *testing.T, browser *http.Client, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	noError(t, err)
	r.Header.Set("Origin", s.URL())
	r.Header.Set("Content-Type", "application/json")
	resp, err := browser.Do(r)
	noError(t, err)
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body) // the status is all that is asked for
	return resp.StatusCode
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	s.user(t, sluice.RoleManage)
	admin := s.user(t, sluice.RoleAdministrator)
	const email, password = "manage@example.com", "correct horse battery"
	one, two, three := s.logIn(t, email, password), s.logIn(t, email, password), s.logIn(t, email, password)
	list, err := admin.ListSessions(t.Context(), client.ListSessionsQuery{User: email})
	if err != nil || len(list.Items) != 3 || list.Items[0].User != email || list.Items[0].Remote != "127.0.0.1" {
		t.Fatalf("sessions %+v, %v", list, err)
	}
	in := func(b *http.Client) bool { return s.status(t, b, "GET", "/api/v1/me", "") == http.StatusOK }
	if got := s.status(t, one, "POST", "/api/v1/sessions/end", ""); got != http.StatusOK || !in(one) || in(two) || in(three) {
		t.Errorf("ending the others: %d, %v %v %v", got, in(one), in(two), in(three))
	}
	two = s.logIn(t, email, password)
	if got := s.status(t, two, "PUT", "/api/v1/me", `{"password":"another pass phrase","old_password":"correct horse battery"}`); got != http.StatusOK || in(one) || !in(two) {
		t.Errorf("another password: %d, the other browser is logged in: %v, this one: %v", got, in(one), in(two))
	}
	mine, err := admin.ListSessions(t.Context(), client.ListSessionsQuery{User: email})
	noError(t, err)
	noError(t, admin.EndSession(t.Context(), mine.Items[0].ID))
	if in(two) {
		t.Error("ended by an administrator, and still logged in")
	}
	two = s.logIn(t, email, "another pass phrase")
	now.Add(3 * time.Hour)
	if list, err := admin.ListSessions(t.Context(), client.ListSessionsQuery{User: email}); err != nil || in(two) || len(list.Items) != 0 {
		t.Errorf("after hours without use: %v, %+v, %v", in(two), list, err)
	}
}

// Who is logged in stays so when the server starts again, also on SQLite; the database
// has nothing that opens a session.
func TestSessionsOutliveTheServer(t *testing.T) {
	dir := t.TempDir()
	run := func(listen string) (*App, func()) {
		return serveFor(t, Config{DataDir: dir, Listen: listen, passwordCost: cheapCost()})
	}
	first, stop := run("127.0.0.1:0")
	s := &server{App: first, local: socketClient(dir)}
	s.user(t, sluice.RoleMonitor)
	browser := s.logIn(t, "monitor@example.com", "correct horse battery")
	address, err := url.Parse(s.URL())
	noError(t, err)
	text := browser.Jar.Cookies(address)[0].Value
	sessions, err := first.core.store.Sessions(t.Context(), "")
	noError(t, err)
	if len(sessions) != 1 || strings.Contains(fmt.Sprintf("%+v", *sessions[0]), text) {
		t.Errorf("the cookie's text is stored: %+v", sessions)
	}
	stop()
	second, stop := run("127.0.0.1:0")
	defer stop()
	r, err := http.NewRequestWithContext(t.Context(), "GET", second.URL()+"/api/v1/me", nil)
	noError(t, err)
	r.AddCookie(&http.Cookie{Name: "sluice_session", Value: text})
	resp, err := http.DefaultClient.Do(r)
	noError(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("after the server started again: %s", resp.Status)
	}
}

func TestOneTimeLinks(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	owner, admin := s.user(t, sluice.RoleOwner), s.user(t, sluice.RoleAdministrator)
	made, err := owner.CreateUser(t.Context(), client.NewUser{Email: "new@example.com", Name: "New", Role: "monitor"})
	if err != nil || made.Link == nil {
		t.Fatalf("made %+v, %v", made, err)
	}
	anon := &client.Client{Base: s.URL()}
	_, err = anon.LogIn(t.Context(), client.Credentials{Email: "new@example.com"})
	wantCode(t, err, "login.refused")
	use := func(link, password string) int {
		address, err := url.Parse(link)
		noError(t, err)
		resp, err := http.PostForm(s.URL()+"/password", url.Values{"token": {address.Query().Get("token")}, "password": {password}})
		noError(t, err)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := use(made.Link.URL, "short"); got != http.StatusUnprocessableEntity {
		t.Errorf("a short password: %d", got)
	}
	if got := get(t, made.Link.URL); got.StatusCode != http.StatusOK {
		t.Errorf("the page: %s", got.Status)
	}
	if got := use(made.Link.URL, "a long pass phrase"); got != http.StatusOK {
		t.Errorf("the first time: %d", got)
	}
	if got := use(made.Link.URL, "another long pass phrase"); got != http.StatusGone {
		t.Errorf("the second time: %d", got)
	}
	noError(t, second(anon.LogIn(t.Context(), client.Credentials{Email: "new@example.com", Password: "a long pass phrase"})))
	older, err := admin.OfferLink(t.Context(), "new@example.com")
	noError(t, err)
	newer, err := admin.OfferLink(t.Context(), "new@example.com")
	noError(t, err)
	if got := use(older.URL, "a long pass phrase"); got != http.StatusGone {
		t.Errorf("a link that a newer one took the place of: %d", got)
	}
	now.Add(account.LinkLife)
	if got := use(newer.URL, "a long pass phrase"); got != http.StatusGone {
		t.Errorf("after its time: %d", got)
	}
	_, err = admin.OfferLink(t.Context(), "owner@example.com")
	wantCode(t, err, sluice.CodeForbidden)
}

// second returns an error without what it came with.
func second[T any](_ T, err error) error { return err }

func TestWhatGoesWithAPerson(t *testing.T) {
	v := newVillage(t)
	ctx := t.Context()
	noError(t, v.inside.AssignErrors(ctx, client.ErrorAssignment{IDs: []int64{v.failed}, Assignee: "inside@example.com"}))
	browser := v.logIn(t, "inside@example.com", "correct horse battery")
	p, err := v.local.GetUser(ctx, "inside@example.com")
	if err != nil || p.Assigned != 1 || p.Tokens != 1 || p.Sessions != 1 || p.SeenAt.IsZero() {
		t.Fatalf("theirs %+v, %v", p, err)
	}
	noError(t, v.local.DeleteUser(ctx, "inside@example.com"))
	if got := v.status(t, browser, "GET", "/api/v1/me", ""); got != http.StatusUnauthorized {
		t.Errorf("their browser: %d", got)
	}
	_, err = v.inside.Me(ctx)
	wantCode(t, err, "unauthorized")
	if e, err := v.local.GetError(ctx, v.failed); err != nil || e.Assignee != "" || e.State != "open" {
		t.Errorf("their error %+v, %v", e, err)
	}
}

func TestAuditExport(t *testing.T) {
	s := start(t)
	owner := s.user(t, sluice.RoleOwner)
	evil := `=HYPERLINK("http://evil.example","x")`
	for _, name := range []string{evil, "+1", "-1", "@SUM(A1)", "plain", "line\nbreak, \"quoted\""} {
		noError(t, s.core.store.AppendAudit(t.Context(), &sluice.AuditEvent{At: time.Now(), Actor: "x@example.com", Action: "flow.create", Noun: "flow", NounID: name, Detail: name}))
	}
	for n := range 2500 { // more than is read at a time
		noError(t, s.core.store.AppendAudit(t.Context(), &sluice.AuditEvent{At: time.Now(), Actor: "y@example.com", Action: "run.start", Noun: "run", NounID: fmt.Sprint(n)}))
	}
	fetch := func(query string) []byte {
		var text bytes.Buffer
		noError(t, owner.Fetch(t.Context(), http.MethodGet, "/api/v1/audit/export", must1(url.ParseQuery(query)), nil, &text))
		return text.Bytes()
	}
	rows, err := csv.NewReader(bytes.NewReader(fetch("format=csv&actor=x@example.com"))).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "-") {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	lines := bytes.Split(bytes.TrimSpace(fetch("format=jsonl&noun=run")), []byte("\n"))
	var last sluice.AuditEvent
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || len(lines) != 2500 || last.NounID != "0" {
		t.Errorf("%d lines, the last %+v, %v", len(lines), last, err)
	}
	list, err := owner.ListAudit(t.Context(), client.ListAuditQuery{Noun: "audit"})
	if err != nil || len(list.Items) != 2 || list.Items[1].Detail != "csv, actor x@example.com" || list.Items[0].Actor != "owner@example.com" {
		t.Errorf("the exports themselves: %+v, %v", list, err)
	}
	err = owner.Fetch(t.Context(), http.MethodGet, "/api/v1/audit/export", url.Values{"format": {"xml"}}, nil, io.Discard)
	wantCode(t, err, "invalid")
	searched, err := owner.ListAudit(t.Context(), client.ListAuditQuery{Text: "QUOTED", Since: time.Now().Add(-time.Hour), Action: "flow."})
	if err != nil || len(searched.Items) != 1 {
		t.Errorf("searched %+v, %v", searched, err)
	}
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// serveFor runs a server until the returned function is called.
func serveFor(t *testing.T, cfg Config) (*App, func()) {
	t.Helper()
	a, err := New(t.Context(), cfg)
	noError(t, err)
	return a, running(t, a)
}

// No sequence of changes of roles and tokens lets a token do what its person may not at
// that moment, or what no administrator has granted. Switched off by the mutant
// tokens-for-ever.
func TestNoSequenceOfRoleChangesGivesMore(t *testing.T) {
	dir := t.TempDir()
	a, stop := serveFor(t, Config{DataDir: dir, Listen: "127.0.0.1:0", passwordCost: cheapCost(), Idle: true})
	defer stop()
	s := &server{App: a, local: socketClient(filepath.Clean(dir))}
	ctx := t.Context()
	names := []string{"shop", "stock", "office"}
	fewer(t)
	turn := 0
	rapid.Check(t, func(rt *rapid.T) {
		turn++
		email := fmt.Sprintf("p%d@example.com", turn)
		granted := model{Role: "member", In: map[string]string{}}
		noError(t, second(s.local.CreateUser(ctx, client.NewUser{Email: email, Name: "P", Role: "member", Password: "correct horse battery"})))
		limits := []model{}
		tokens := []*client.Client{}
		rt.Repeat(map[string]func(*rapid.T){
			"account-wide": func(rt *rapid.T) {
				granted.Role = rapid.SampledFrom([]string{"member", "monitor", "manage"}).Draw(rt, "role")
				noError(t, second(s.local.UpdateUser(ctx, email, client.UserChange{Role: granted.Role})))
			},
			"in an integration": func(rt *rapid.T) {
				name, role := rapid.SampledFrom(names).Draw(rt, "name"), rapid.SampledFrom([]string{"member", "monitor", "manage"}).Draw(rt, "role")
				granted.In[name] = role
				noError(t, second(s.local.SetMember(ctx, name, email, client.Membership{Role: role})))
			},
			"a token": func(rt *rapid.T) {
				limit := model{Role: rapid.SampledFrom([]string{"", "monitor", "manage", "administrator"}).Draw(rt, "role"), In: map[string]string{}}
				if rapid.Bool().Draw(rt, "in one") {
					limit.In[rapid.SampledFrom(names).Draw(rt, "name")] = rapid.SampledFrom([]string{"monitor", "manage"}).Draw(rt, "its role")
				}
				by, above := s.local, model{Role: "owner"}
				if len(tokens) > 0 && rapid.Bool().Draw(rt, "by a token") {
					i := rapid.IntRange(0, len(tokens)-1).Draw(rt, "which")
					by, above = tokens[i], limits[i]
				}
				made, err := by.CreateToken(ctx, client.NewToken{Name: "t", User: email, Role: limit.Role, Integrations: limit.In})
				if err != nil {
					return // refused: nothing is there that could do more
				}
				if limit.Role == "" && len(limit.In) == 0 {
					limit = model{Role: "owner"} // whatever the person may
				}
				tokens, limits = append(tokens, &client.Client{Base: s.URL(), Token: made.Text}), append(limits, model{Role: limit.Role, In: limit.In, above: &above})
			},
			"": func(rt *rapid.T) {
				for i, c := range tokens {
					me, err := c.Me(ctx)
					noError(t, err)
					for _, name := range append(names, "never granted") {
						got := rank(me.Role, me.Integrations[name])
						if want := granted.rank(name); got < want {
							rt.Fatalf("token %d holds %+v in %s, and its person %+v", i, me, name, granted)
						}
						for l := &limits[i]; l != nil; l = l.above {
							if got < l.rank(name) {
								rt.Fatalf("token %d holds %+v in %s past its limit %+v", i, me, name, *l)
							}
						}
					}
				}
			},
		})
	})
}

// fewer keeps a property test short that asks a server: -rapid.checks, when it is given, goes first.
func fewer(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks == nil || checks.Value.String() != checks.DefValue {
		return
	}
	noError(t, checks.Value.Set("8"))
	t.Cleanup(func() { noError(t, checks.Value.Set(checks.DefValue)) })
}

// model is what somebody was granted, or a token is limited to.
type model struct {
	Role  string
	In    map[string]string
	above *model // of a token that was made by a token: that one's limit
}

func (m *model) rank(name string) int { return rank(m.Role, m.In[name]) }

// rank is the place of the greater of two roles: 0 may most.
func rank(roles ...string) int {
	best := len(sluice.Roles()) - 1 // member: nothing
	for _, r := range roles {
		for at, known := range sluice.Roles() {
			if string(known) == r {
				best = min(best, at)
			}
		}
	}
	return best
}
