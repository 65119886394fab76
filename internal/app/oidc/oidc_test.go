package oidc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apioidc "github.com/sluicehq/sluice/internal/api/oidc"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// house is the rules on a store of their own, with a provider that can lie.
type house struct {
	*Rules
	liar  *liar
	store sluice.Store
	now   time.Time
}

func newHouse(t *testing.T, change ...func(*Config)) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sluice.db")
	sqlitetest.Prepare(t, path)
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	keys, err := keyring.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{liar: newLiar(t), store: st, now: noon}
	clock := func() time.Time { return h.now }
	c := Config{Issuer: h.liar.URL, ClientID: "sluice", Secret: sluice.NewSecret("made-up client secret"), Name: "Example ID", SignUp: "domain=example.com"}
	for _, f := range change {
		f(&c)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h.Rules = New(Options{Config: c, Store: st, Keys: keys, URL: func() string { return "http://localhost:8321" }, Clock: clock, Log: log,
		Audit: &audit.Log{Store: st, Clock: clock, Log: log}})
	return h
}

var browser = sluice.NewSecret(strings.Repeat("b", 26))

// begin begins a sign-in and returns the query of the provider's page.
func (h *house) begin(t *testing.T, b apioidc.Beginning) url.Values {
	t.Helper()
	b.Binding = browser
	page, err := h.Begin(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	h.liar.set(func(l *liar) { l.nonce = u.Query().Get("nonce") })
	return u.Query()
}

func (h *house) finish(t *testing.T, query url.Values, more ...func(*apioidc.Answer)) (*apioidc.Outcome, error) {
	t.Helper()
	a := apioidc.Answer{Query: url.Values{"state": query["state"], "code": {"made-up"}}, Binding: browser, Remote: "192.0.2.1"}
	for _, f := range more {
		f(&a)
	}
	return h.Finish(t.Context(), a)
}

// signIn goes all the way, and returns the user and the code of what refused it.
func (h *house) signIn(t *testing.T, more ...func(*apioidc.Answer)) (*sluice.User, string) {
	t.Helper()
	out, err := h.finish(t, h.begin(t, apioidc.Beginning{}), more...)
	if err != nil {
		return nil, sluice.ErrorCode(err)
	}
	user, err := h.store.User(t.Context(), out.UserID)
	if err != nil {
		t.Fatal(err)
	}
	return user, ""
}

func (h *house) user(t *testing.T, email string, role sluice.Role) *sluice.User {
	t.Helper()
	u := &sluice.User{Email: email, Name: "A person", Role: role, Password: "$argon2id$made-up", CreatedAt: noon}
	if err := h.store.CreateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u
}

func (h *house) actions(t *testing.T) []string {
	t.Helper()
	events, err := h.store.Audit(t.Context(), sluice.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range slices.Backward(events) {
		list = append(list, e.Action)
	}
	return list
}

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	query := h.begin(t, apioidc.Beginning{Return: "/flows?x=1", Origin: "http://localhost:8321"})
	for name, want := range map[string]string{"response_type": "code", "client_id": "sluice", "redirect_uri": "http://localhost:8321/oidc/callback",
		"scope": "openid email profile", "code_challenge_method": "S256"} {
		if query.Get(name) != want {
			t.Errorf("%s is %q", name, query.Get(name))
		}
	}
	out, err := h.finish(t, query)
	if err != nil || out.Return != "/flows?x=1" || out.Linking {
		t.Fatalf("%+v, %v", out, err)
	}
	sum := sha256.Sum256([]byte(h.liar.asked.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != query.Get("code_challenge") {
		t.Error("the verifier is not what the challenge was made of")
	}
	user, err := h.store.User(t.Context(), out.UserID)
	if err != nil || user.Email != "ann@example.com" || user.Role != sluice.RoleMonitor || user.Password != "" || user.Name != "Ann" {
		t.Errorf("%+v, %v", user, err)
	}
	if again, code := h.signIn(t); code != "" || again.ID != user.ID {
		t.Errorf("the second time: %v, %s", again, code)
	}
	if got := h.actions(t); !slices.Equal(got, []string{"user.create", "user.login", "user.login"}) {
		t.Errorf("audit log: %v", got)
	}
	end, err := url.Parse(h.EndURL(t.Context(), out.Hint))
	if err != nil || end.Path != "/end" || end.Query().Get("id_token_hint") == "" || end.Query().Get("post_logout_redirect_uri") != "http://localhost:8321/login" {
		t.Errorf("logging out leads to %v, %v", end, err)
	}
	if h.EndURL(t.Context(), []byte("not sealed here")) != "" {
		t.Error("a hint that does not open leads somewhere")
	}
}

// TestTokensThatDoNotHold gives tokens that an honest provider would not, or not for
// this sign-in. Without the check that each is about, it would log somebody in.
func TestTokensThatDoNotHold(t *testing.T) {
	mac := func(l *liar) func(string) []byte { // with the public key as the secret
		return func(text string) []byte {
			m := hmac.New(sha256.New, l.key.N.Bytes())
			m.Write([]byte(text))
			return m.Sum(nil)
		}
	}
	other := keys()[2]
	for name, tt := range map[string]struct {
		lie  func(l *liar)
		code string
	}{
		"wrong nonce":         {func(l *liar) { l.nonce = "of another sign-in" }, "oidc.token"},
		"no nonce":            {func(l *liar) { l.claims = map[string]any{"nonce": nil} }, "oidc.token"},
		"wrong audience":      {func(l *liar) { l.claims = map[string]any{"aud": "another client"} }, "oidc.token"},
		"several audiences":   {func(l *liar) { l.claims = map[string]any{"aud": []string{"sluice", "another"}} }, "oidc.token"},
		"for another party":   {func(l *liar) { l.claims = map[string]any{"aud": []string{"sluice", "another"}, "azp": "another"} }, "oidc.token"},
		"wrong issuer":        {func(l *liar) { l.claims = map[string]any{"iss": "https://elsewhere.example.com"} }, "oidc.token"},
		"no subject":          {func(l *liar) { l.claims = map[string]any{"sub": ""} }, "oidc.token"},
		"expired":             {func(l *liar) { l.claims = map[string]any{"exp": noon.Add(-2 * time.Minute).Unix()} }, "oidc.expired"},
		"not yet":             {func(l *liar) { l.claims = map[string]any{"nbf": noon.Add(10 * time.Minute).Unix()} }, "oidc.token"},
		"alg none":            {func(l *liar) { l.header = map[string]any{"alg": "none"}; l.sign = func(string) []byte { return nil } }, "oidc.token"},
		"HMAC of public key":  {func(l *liar) { l.header = map[string]any{"alg": "HS256"}; l.sign = mac(l) }, "oidc.token"},
		"somebody else's key": {func(l *liar) { l.sign = (&liar{key: other}).signed }, "oidc.token"},
		"key in the token":    {func(l *liar) { l.sign = (&liar{key: other}).signed; l.header = map[string]any{"kid": "mine"} }, "oidc.token"},
		"e-mail not proven":   {func(l *liar) { l.claims = map[string]any{"email_verified": false} }, "oidc.email_unproven"},
		"no proof of e-mail":  {func(l *liar) { l.claims = map[string]any{"email_verified": nil} }, "oidc.email_unproven"},
		"not an e-mail":       {func(l *liar) { l.claims = map[string]any{"email": "Ann <ann@example.com>"} }, "oidc.email_unproven"},
		"another domain":      {func(l *liar) { l.claims = map[string]any{"email": "ann@example.com.evil.example"} }, "oidc.no_account"},
		"user info of others": {func(l *liar) {
			l.claims = map[string]any{"email": nil}
			l.info = map[string]any{"sub": "s2", "email": "ann@example.com", "email_verified": true}
		}, "oidc.token"},
		"proof of one address, another address": {func(l *liar) {
			l.claims = map[string]any{"email": nil} // email_verified alone is signed
			l.info = map[string]any{"sub": "s1", "email": "ann@example.com"}
		}, "oidc.email_unproven"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.liar.info = map[string]any{"sub": "s1"}
			query := h.begin(t, apioidc.Beginning{})
			h.liar.set(tt.lie)
			out, err := h.finish(t, query)
			if sluice.ErrorCode(err) != tt.code || out.UserID != "" {
				t.Errorf("%v, %v; want %s", out, err, tt.code)
			}
			if users, err := h.store.Users(t.Context()); err != nil || len(users) != 0 {
				t.Errorf("%d users, %v", len(users), err)
			}
		})
	}
}

func TestStatesWorkOnceInTheirBrowser(t *testing.T) {
	h := newHouse(t)
	query := h.begin(t, apioidc.Beginning{})
	refused := func(what string, change func(*apioidc.Answer)) {
		t.Helper()
		if _, err := h.finish(t, query, change); sluice.ErrorCode(err) != "oidc.state" {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("another browser", func(a *apioidc.Answer) { a.Binding = sluice.NewSecret(strings.Repeat("c", 26)) })
	refused("no cookie", func(a *apioidc.Answer) { a.Binding = sluice.Secret{} })
	refused("another state", func(a *apioidc.Answer) { a.Query.Set("state", strings.Repeat("A", 26)) })
	refused("no state", func(a *apioidc.Answer) { a.Query.Del("state") })
	if _, err := h.finish(t, query); err != nil {
		t.Fatalf("the right one, after others were tried: %v", err)
	}
	refused("again", func(*apioidc.Answer) {})
	query = h.begin(t, apioidc.Beginning{})
	h.now = h.now.Add(life)
	refused("ten minutes later", func(*apioidc.Answer) {})
	for _, issuer := range []string{"https://elsewhere.example.com"} {
		_, err := h.finish(t, h.begin(t, apioidc.Beginning{}), func(a *apioidc.Answer) { a.Query.Set("iss", issuer) })
		if sluice.ErrorCode(err) != "oidc.token" {
			t.Errorf("an answer of %s: %v", issuer, err)
		}
	}
}

func TestReturnsAreOurPages(t *testing.T) {
	h := newHouse(t)
	for path, ours := range map[string]bool{"": true, "/": true, "/flows/a?b=c": true, "//evil.example": false, "https://evil.example": false, "/\\evil.example": false,
		"\\\\evil.example": false, "/\t/evil.example": false, "evil": false, "javascript:alert(1)": false, "/%0d%0aSet-Cookie:x": true, "/\r\nX: y": false, "///evil.example": false} {
		_, err := h.Begin(t.Context(), apioidc.Beginning{Return: path, Binding: browser})
		if (err == nil) != ours {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := h.Begin(t.Context(), apioidc.Beginning{Binding: browser, Origin: "http://127.0.0.1:8321"}); sluice.ErrorCode(err) != "oidc.other_address" {
		t.Errorf("begun at another name: %v", err)
	}
}

func TestWhoIsWho(t *testing.T) {
	t.Run("by e-mail address where the provider is trusted for it", func(t *testing.T) {
		h := newHouse(t, func(c *Config) { c.TrustEmail = true })
		ann := h.user(t, "Ann@example.com", sluice.RoleOwner)
		if user, code := h.signIn(t); code != "" || user.ID != ann.ID {
			t.Fatalf("%v, %s", user, code)
		}
		// Somebody else who comes by the address is not her.
		h.liar.set(func(l *liar) { l.claims = map[string]any{"sub": "s2"} })
		if _, code := h.signIn(t); code != "oidc.taken" {
			t.Errorf("another subject with her address: %s", code)
		}
		// She is the subject, whatever her address is now.
		h.liar.set(func(l *liar) { l.claims = map[string]any{"email": "ann@other.example", "email_verified": false} })
		if user, code := h.signIn(t); code != "" || user.ID != ann.ID {
			t.Errorf("with another address: %v, %s", user, code)
		}
	})
	t.Run("not by e-mail address otherwise", func(t *testing.T) {
		h := newHouse(t)
		h.user(t, "ann@example.com", sluice.RoleOwner)
		if _, code := h.signIn(t); code != "oidc.not_linked" {
			t.Error(code)
		}
	})
	t.Run("nobody gets an account unless it is said", func(t *testing.T) {
		h := newHouse(t, func(c *Config) { c.SignUp = "none"; c.TrustEmail = true })
		if _, code := h.signIn(t); code != "oidc.no_account" {
			t.Error(code)
		}
		if got := h.actions(t); !slices.Equal(got, []string{"user.refuse"}) {
			t.Errorf("audit log: %v", got)
		}
	})
	t.Run("who was removed does not come back", func(t *testing.T) {
		h := newHouse(t, func(c *Config) { c.TrustEmail = true })
		user, _ := h.signIn(t)
		if err := h.store.DeleteUser(t.Context(), user.ID); err != nil {
			t.Fatal(err)
		}
		if _, code := h.signIn(t); code != "oidc.removed" {
			t.Errorf("the same subject: %s", code)
		}
		h.liar.set(func(l *liar) { l.claims = map[string]any{"email": "fresh@example.com"} })
		if _, code := h.signIn(t); code != "oidc.removed" {
			t.Errorf("the same subject under another address: %s", code)
		}
		h.liar.set(func(l *liar) { l.claims = map[string]any{"sub": "s2"} })
		if _, code := h.signIn(t); code != "oidc.removed" {
			t.Errorf("the same address under another subject: %s", code)
		}
		h.liar.set(func(l *liar) { l.claims = nil })
		again := h.user(t, "ann@example.com", sluice.RoleManage) // an administrator makes the account again
		if user, code := h.signIn(t); code != "" || user.ID != again.ID {
			t.Errorf("made again: %v, %s", user, code)
		}
	})
}

func TestLinking(t *testing.T) {
	h := newHouse(t)
	ann, bob := h.user(t, "ann@example.com", sluice.RoleManage), h.user(t, "bob@example.com", sluice.RoleManage)
	link := func(u *sluice.User, present string) string {
		query := h.begin(t, apioidc.Beginning{Link: &api.Actor{Name: u.Email, UserID: u.ID, Role: u.Role}})
		out, err := h.finish(t, query, func(a *apioidc.Answer) { a.Present = present })
		if !out.Linking {
			t.Error("it was no linking")
		}
		return map[bool]string{false: sluice.ErrorCode(err)}[err == nil]
	}
	h.liar.set(func(l *liar) { l.claims = map[string]any{"email": "not-hers@elsewhere.example", "email_verified": nil} })
	if code := link(ann, bob.ID); code != "oidc.other_person" {
		t.Errorf("somebody else's session: %q", code)
	}
	if code := link(ann, ""); code != "oidc.other_person" {
		t.Errorf("no session: %q", code)
	}
	if code := link(ann, ann.ID); code != "" {
		t.Fatal(code)
	}
	if code := link(bob, bob.ID); code != "oidc.linked_already" {
		t.Errorf("one person, two accounts: %q", code)
	}
	h.liar.set(func(l *liar) { l.claims["sub"] = "s2" })
	if code := link(ann, ann.ID); code != "oidc.taken" {
		t.Errorf("two persons, one account: %q", code)
	}
	h.liar.set(func(l *liar) { l.claims["sub"] = "s1" })
	if user, code := h.signIn(t); code != "" || user.ID != ann.ID {
		t.Errorf("%v, %s", user, code)
	}
	if err := h.Unlink(t.Context(), api.Actor{UserID: ann.ID}); err != nil {
		t.Fatal(err)
	}
	if _, code := h.signIn(t); code == "" {
		t.Error("an unlinked person is let in")
	}
}

func TestRolesOfAClaim(t *testing.T) {
	h := newHouse(t, func(c *Config) {
		c.SignUp, c.Claim, c.TrustEmail = "claim", "realm.roles", true
		c.Roles = map[string]sluice.Role{"ops": sluice.RoleManage, "admins": sluice.RoleAdministrator, "readers": sluice.RoleMonitor}
	})
	groups := func(list ...string) {
		h.liar.set(func(l *liar) { l.claims = map[string]any{"realm": map[string]any{"roles": list}} })
	}
	groups("others")
	if _, code := h.signIn(t); code != "oidc.no_role" {
		t.Errorf("without a role: %s", code)
	}
	if users, err := h.store.Users(t.Context()); err != nil || len(users) != 0 {
		t.Errorf("who was refused has an account: %v, %v", users, err)
	}
	for _, tt := range []struct {
		groups []string
		want   sluice.Role
	}{{[]string{"readers", "ops"}, sluice.RoleManage}, {[]string{"admins"}, sluice.RoleAdministrator}, {[]string{"readers"}, sluice.RoleMonitor}} {
		groups(tt.groups...)
		if user, code := h.signIn(t); code != "" || user.Role != tt.want {
			t.Errorf("%v: %v, %s", tt.groups, user, code)
		}
	}
	groups()
	if _, code := h.signIn(t); code != "oidc.no_role" {
		t.Errorf("with no role any more: %s", code)
	}
	olive := h.user(t, "olive@example.com", sluice.RoleOwner)
	h.liar.set(func(l *liar) {
		l.claims = map[string]any{"sub": "s3", "email": "olive@example.com", "realm": map[string]any{"roles": []string{"readers"}}}
	})
	if user, code := h.signIn(t); code != "" || user.ID != olive.ID || user.Role != sluice.RoleOwner {
		t.Errorf("the owner: %v, %s", user, code)
	}
}

func TestProvidersThatChange(t *testing.T) {
	h := newHouse(t)
	h.liar.set(func(l *liar) { l.down = true })
	for range 2 { // the second within the pause
		if _, err := h.Begin(t.Context(), apioidc.Beginning{Binding: browser}); sluice.ErrorCode(err) != "oidc.unreachable" {
			t.Fatalf("a provider that is down: %v", err)
		}
	}
	h.liar.set(func(l *liar) { l.down = false })
	h.now = h.now.Add(pause)
	if _, code := h.signIn(t); code != "" {
		t.Fatalf("a provider that is back: %s", code)
	}
	h.liar.set(func(l *liar) { l.key, l.kid = keys()[1], "second" })
	if _, code := h.signIn(t); code != "" {
		t.Errorf("with another key: %s", code)
	}
	query := h.begin(t, apioidc.Beginning{})
	h.liar.set(func(l *liar) { l.down = true })
	if _, err := h.finish(t, query); sluice.ErrorCode(err) != "oidc.unreachable" {
		t.Errorf("down in between: %v", err)
	}
	h.liar.set(func(l *liar) { l.down = false })
	h.now = noon.Add(known + time.Minute)
	h.liar.set(func(l *liar) {
		l.claims = map[string]any{"exp": h.now.Add(-30 * time.Second).Unix()}
	})
	if _, code := h.signIn(t); code != "" {
		t.Errorf("a clock that is half a minute behind: %s", code)
	}
	fresh := newHouse(t)
	fresh.liar.discover = map[string]any{"token_endpoint": "http://id.example.com/token"}
	if _, err := fresh.Begin(t.Context(), apioidc.Beginning{Binding: browser}); sluice.ErrorCode(err) != "oidc.misconfigured" {
		t.Errorf("codes would go over the net in the clear: %v", err)
	}
	wrong := newHouse(t)
	wrong.liar.discover = map[string]any{"issuer": "https://elsewhere.example.com"}
	if _, err := wrong.Begin(t.Context(), apioidc.Beginning{Binding: browser}); sluice.ErrorCode(err) != "oidc.misconfigured" {
		t.Errorf("another issuer: %v", err)
	}
}

func TestConfigsThatCannotBe(t *testing.T) {
	good := Config{Issuer: "https://id.example.com", ClientID: "sluice"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"issuer in the clear":     func(c *Config) { c.Issuer = "http://id.example.com" },
		"issuer with a query":     func(c *Config) { c.Issuer += "?x=y" },
		"no client":               func(c *Config) { c.ClientID = "" },
		"no issuer, no passwords": func(c *Config) { *c = Config{NoPasswords: true} },
		"who signs up":            func(c *Config) { c.SignUp = "everybody" },
		"no domain":               func(c *Config) { c.SignUp = "domain=" },
		"claim without roles":     func(c *Config) { c.Claim = "groups" },
		"sign-up without roles":   func(c *Config) { c.SignUp = "claim" },
		"owners from a claim":     func(c *Config) { c.Claim, c.Roles = "groups", map[string]sluice.Role{"x": sluice.RoleOwner} },
		"owners by default":       func(c *Config) { c.DefaultRole = sluice.RoleOwner },
	} {
		c := good
		change(&c)
		if sluice.ErrorCode(c.Check()) != "server.oidc" {
			t.Errorf("%s: %v", name, c.Check())
		}
	}
}
