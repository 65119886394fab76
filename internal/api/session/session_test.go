package session

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

type bench struct {
	*Sessions
	t   *testing.T
	now time.Time
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	b.Sessions = &Sessions{Store: &Memory{}, Clock: func() time.Time { return b.now }, Refuse: func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) }}
	return b
}

// visit sends a request with a cookie, and returns the session it has in the end and the
// cookie that the browser has then.
func (b *bench) visit(cookie string, do func(r *http.Request) error) (*sluice.Session, string) {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: Cookie, Value: cookie})
	}
	var found *sluice.Session
	w := httptest.NewRecorder()
	b.Loaded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if do != nil {
			if err := do(r); err != nil {
				b.t.Fatal(err)
			}
		}
		found = Of(r.Context())
	})).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			b.t.Errorf("cookie %v", c)
		}
		cookie = c.Value
	}
	return found, cookie
}

func (b *bench) start(user string) func(*http.Request) error {
	return func(r *http.Request) error { return b.Start(r.Context(), user) }
}

func TestASessionEndsWithItsLifetimeAndWhenItIsIdle(t *testing.T) {
	b := newBench(t)
	begun, cookie := b.visit("", b.start("ann"))
	if begun == nil || begun.Hash == cookie || begun.Hash != hash(cookie) || Device(begun.Agent) != "Firefox on Linux" {
		t.Fatalf("begun %+v", begun)
	}
	for b.now = b.now.Add(Idle - time.Minute); b.now.Before(begun.EndsAt); b.now = b.now.Add(Idle - time.Minute) {
		if found, _ := b.visit(cookie, nil); found == nil || found.UserID != "ann" {
			t.Fatalf("%s after its beginning: %+v", b.now.Sub(begun.BegunAt), found)
		}
	}
	if found, _ := b.visit(cookie, nil); found != nil {
		t.Error("it lives longer than its lifetime, since it is used")
	}
	_, cookie = b.visit("", b.start("ann"))
	b.now = b.now.Add(Idle)
	if found, _ := b.visit(cookie, nil); found != nil {
		t.Error("it lives though nobody uses it")
	}
}

// Who plants a cookie in somebody's browser has nothing of it after they logged in.
func TestSessionFixation(t *testing.T) {
	b := newBench(t)
	_, planted := b.visit("", b.start("mallory"))
	found, cookie := b.visit(planted, b.start("ann"))
	if cookie == planted || found.UserID != "ann" {
		t.Errorf("the cookie %q stays", cookie)
	}
	if found, _ := b.visit(planted, nil); found != nil {
		t.Errorf("the planted cookie opens %+v", found)
	}
	if found, _ = b.visit("made-up", b.start("ann")); found.Hash == hash("made-up") {
		t.Error("a cookie that nobody gave out is taken")
	}
}

func TestEndedElsewhere(t *testing.T) {
	b := newBench(t)
	begun, cookie := b.visit("", b.start("ann"))
	end := func() {
		if n, err := b.Store.EndSessions(t.Context(), "ann", begun.ID, ""); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
	b.visit(cookie, func(r *http.Request) error {
		if !b.Still(r.Context()) {
			t.Error("it has not ended")
		}
		end()
		if b.Still(r.Context()) {
			t.Error("it goes on in a request that was there before")
		}
		return nil
	})
	b.now = b.now.Add(resolution)
	if found, _ := b.visit(cookie, nil); found != nil {
		t.Error("an ended session is found")
	}
	_, cookie = b.visit("", b.start("ann"))
	if found, left := b.visit(cookie, func(r *http.Request) error { return b.End(r.Context()) }); found != nil || left != "" {
		t.Errorf("after logging out: %+v, cookie %q", found, left)
	}
	if found, _ := b.visit(cookie, nil); found != nil {
		t.Error("who has the cookie is still logged in")
	}
}

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                      "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        "Samsung Internet on Android",
		"curl/8.5.0": "curl", "": "Unknown", "<script>": "Another program",
	} {
		if got := Device(agent); got != want {
			t.Errorf("%s: %s, want %s", agent, got, want)
		}
	}
}
