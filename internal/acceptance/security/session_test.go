package security

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/client"
)

func (s *server) logIn(email string, change ...func(*http.Request)) reply {
	s.t.Helper()
	got := s.send("POST", "/api/v1/login", fmt.Sprintf(`{"email": %q, "password": %q}`, email, password), change...)
	if got.StatusCode != http.StatusOK || got.session() == nil {
		s.t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	return got
}

// To see it fail, let Start keep the session that the browser came with.
func TestSessionFixation(t *testing.T) {
	s := start(t)
	s.user("mallory@example.com", sluice.RoleMonitor)
	s.user("ann@example.com", sluice.RoleOwner)
	planted := s.logIn("mallory@example.com").session().Value
	for name, token := range map[string]string{"a session of the attacker's": planted, "a token that the attacker made up": strings.Repeat("A", 43)} {
		got := s.logIn("ann@example.com", cookie(token)).session()
		if got.Value == token {
			t.Errorf("%s goes on as the victim's", name)
		}
		if me := s.send("GET", "/api/v1/me", "", cookie(token)); strings.Contains(me.body, "ann@example.com") {
			t.Errorf("%s is the victim now: %s", name, me.body)
		}
		if me := s.send("GET", "/api/v1/me", "", cookie(got.Value)); !strings.Contains(me.body, "ann@example.com") {
			t.Errorf("the victim is not logged in: %s", me.body)
		}
		s.send("POST", "/api/v1/logout", "", cookie(got.Value))
		if me := s.send("GET", "/api/v1/me", "", cookie(got.Value)); me.StatusCode != http.StatusUnauthorized {
			t.Errorf("a session that has ended: %d", me.StatusCode)
		}
	}
}

func TestRequestsOfOtherSites(t *testing.T) {
	s := start(t)
	s.user("ann@example.com", sluice.RoleOwner)
	session := s.logIn("ann@example.com").session().Value
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, tt := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"own page":               {func(*http.Request) {}, 422},
		"another origin":         {header("Origin", "https://evil.example"), 403},
		"another port":           {header("Origin", "http://127.0.0.1:1"), 403},
		"sandboxed frame":        {header("Origin", "null"), 403},
		"said by the browser":    {header("Sec-Fetch-Site", "cross-site"), 403},
		"a sibling":              {header("Sec-Fetch-Site", "same-site"), 403},
		"no origin":              {func(r *http.Request) { r.Header.Del("Origin") }, 403},
		"another name of ours":   {func(r *http.Request) { r.Host = "evil.example" }, 421},
		"a form, as text":        {header("Content-Type", "text/plain"), 415},
		"a form, as forms do it": {header("Content-Type", "application/x-www-form-urlencoded"), 415},
	} {
		if got := s.send("POST", "/api/v1/connections", "{}", cookie(session), tt.change); got.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d: %s", name, got.StatusCode, tt.want, got.body)
		}
	}
}

func TestHeadersAndCookies(t *testing.T) {
	for _, public := range []string{"", "https://sluice.example.com"} {
		s := start(t, func(c *app.Config) { c.PublicURL = public })
		s.user("ann@example.com", sluice.RoleOwner)
		c := s.logIn("ann@example.com").session()
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != (public != "") {
			t.Errorf("the session's cookie at %q: %+v", public, c)
		}
		for _, path := range []string{"/", "/login", "/setup?token=x", "/docs", "/api/v1/health", "/api/v1/me", "/no/such/page", "/oidc/callback", "/assets/none.js"} {
			got := s.send("GET", path, "", func(r *http.Request) { r.Header.Set("Accept", "text/html") })
			h := got.Header
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
				if h.Get(name) != want {
					t.Errorf("%s: %s is %q", path, name, h.Get(name))
				}
			}
			if sts := h.Get("Strict-Transport-Security"); (sts != "") != (public != "") {
				t.Errorf("%s at %q: Strict-Transport-Security is %q", path, public, sts)
			}
			if got.StatusCode/100 != 3 && strings.HasPrefix(h.Get("Content-Type"), "text/html") {
				csp := h.Get("Content-Security-Policy")
				for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'", "default-src '"} {
					if !strings.Contains(csp, want) {
						t.Errorf("%s: the policy has no %s: %s", path, want, csp)
					}
				}
				if script, _, _ := strings.Cut(csp[max(strings.Index(csp, "script-src"), 0):], ";"); strings.Contains(script, "unsafe") {
					t.Errorf("%s: the policy lets inline scripts run: %s", path, csp)
				}
			}
		}
	}
}

// A token ends with its time, with its removal and with its person, and does no more than
// its person may. To see it fail, leave the checks out of ActorByToken.
func TestTokensEnd(t *testing.T) {
	now := time.Now()
	s := start(t, func(c *app.Config) { c.Clock = func() time.Time { return now } })
	ann := s.user("ann@example.com", sluice.RoleOwner)
	issue := func(role sluice.Role, life string) *client.IssuedToken {
		token, err := s.local.CreateToken(t.Context(), client.NewToken{Name: "t", User: "ann@example.com", Role: string(role), ExpiresIn: life})
		must(t, err)
		return token
	}
	status := func(token *client.IssuedToken, path string) int {
		return s.send("GET", path, "", bearer(token.Text)).StatusCode
	}
	short, long, gone := issue(sluice.RoleOwner, "1h"), issue(sluice.RoleOwner, ""), issue(sluice.RoleOwner, "")
	for _, token := range []*client.IssuedToken{short, long, gone} {
		if got := status(token, "/api/v1/me"); got != 200 {
			t.Fatalf("a fresh token: %d", got)
		}
	}
	now = now.Add(time.Hour)
	if got := status(short, "/api/v1/me"); got != 401 {
		t.Errorf("after its time: %d", got)
	}
	must(t, s.local.DeleteToken(t.Context(), gone.ID))
	if got := status(gone, "/api/v1/me"); got != 401 {
		t.Errorf("after its removal: %d", got)
	}
	s.user("bob@example.com", sluice.RoleOwner) // somebody has to be one
	_, err := s.local.UpdateUser(t.Context(), ann.ID, client.UserChange{Role: string(sluice.RoleMonitor)})
	must(t, err)
	if got := status(long, "/api/v1/users"); got != 403 {
		t.Errorf("more than its person may now: %d", got)
	}
	must(t, s.local.DeleteUser(t.Context(), ann.ID))
	if got := status(long, "/api/v1/me"); got != 401 {
		t.Errorf("after its person was removed: %d", got)
	}
	for _, forged := range []string{"", "sluice_", long.Text + "x", long.Text[:len(long.Text)-1], strings.ToLower(long.Text)} {
		if got := s.send("GET", "/api/v1/me", "", bearer(forged)).StatusCode; got != 401 {
			t.Errorf("the token %q: %d", forged, got)
		}
	}
}

// A server without passwords takes none, by no way but the data folder's socket and the
// owner's one-time link.
func TestNoPasswords(t *testing.T) {
	s := start(t, func(c *app.Config) {
		c.OIDC = oidc.Config{Issuer: "https://id.example.com", ClientID: "sluice", NoPasswords: true}
	})
	s.user("ann@example.com", sluice.RoleOwner)
	for _, word := range []string{password, "wrong"} {
		if got := s.send("POST", "/api/v1/login", fmt.Sprintf(`{"email": "ann@example.com", "password": %q}`, word)); got.StatusCode != http.StatusForbidden || got.session() != nil {
			t.Errorf("%d %s", got.StatusCode, got.body)
		}
	}
	made, err := s.local.CreateUser(t.Context(), client.NewUser{Email: "bob@example.com", Name: "Bob", Role: string(sluice.RoleOwner)})
	must(t, err)
	if made.Link != nil {
		_, path, _ := strings.Cut(strings.TrimPrefix(made.Link.URL, "http://"), "/")
		_, token, _ := strings.Cut(path, "token=")
		got := s.send("POST", "/password", "token="+token+"&password="+strings.ReplaceAll(password, " ", "+"), func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		})
		if got.StatusCode != http.StatusForbidden || got.session() != nil {
			t.Errorf("a link sets a password, and logs in: %d", got.StatusCode)
		}
	}
	var ways struct{ Password bool }
	must(t, json.Unmarshal([]byte(s.send("GET", "/api/v1/login", "").body), &ways))
	if ways.Password {
		t.Error("the page offers a password")
	}
}
