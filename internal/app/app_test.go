package app

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

// server is a running App on a port of its own.
type server struct {
	*App
	local *client.Client // through the socket
	log   *servertest.Log
}

// start runs a server in a new data folder until the test ends.
func start(t testing.TB, change ...func(*Config)) *server {
	t.Helper()
	log := &servertest.Log{}
	cfg := Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", passwordCost: cheapCost(), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&cfg)
	}
	if cfg.DatabaseURL == "" {
		sqlitetest.Prepare(t, filepath.Join(cfg.DataDir, databaseFile))
	}
	a, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return &server{App: a, local: socketClient(a.cfg.DataDir), log: log}
}

// cheapCost lets tests hash passwords in no time.
func cheapCost() account.Cost { return account.Cost{Passes: 1, Memory: 64, Lanes: 1} }

// user makes a user and returns a client with a token of theirs.
func (s *server) user(t *testing.T, role sluice.Role) *client.Client {
	t.Helper()
	email := string(role) + "@example.com"
	_, err := s.local.CreateUser(t.Context(), client.NewUser{Email: email, Name: "Test " + string(role), Role: string(role), Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.local.CreateToken(t.Context(), client.NewToken{Name: "test", User: email, Role: string(role)})
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{Base: s.URL(), Token: token.Text}
}

func wantCode(t *testing.T, err error, code string) *client.ErrorBody {
	t.Helper()
	e, ok := err.(*client.ErrorBody)
	if !ok || e.Code != code {
		t.Fatalf("error %v (%T), want code %s", err, err, code)
	}
	return e
}

func get(t *testing.T, address string) *http.Response {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func TestSetupLinkWorksOnce(t *testing.T) {
	s := start(t)
	link, err := url.Parse(s.SetupURL())
	if err != nil || link.Path != "/setup" || link.Hostname() != "localhost" {
		t.Fatalf("setup link %q", s.SetupURL())
	}
	if got := get(t, s.SetupURL()); got.StatusCode != http.StatusOK || !strings.Contains(got.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Fatalf("form: %s, policy %q", got.Status, got.Header.Get("Content-Security-Policy"))
	}
	// A form of a page with the policy no-referrer has the origin "null" (Fetch, section 3.2).
	if policy := get(t, s.SetupURL()).Header.Get("Referrer-Policy"); policy != "same-origin" {
		t.Errorf("referrer policy %q: browsers would not say where the form comes from", policy)
	}
	if got := get(t, s.URL()+"/setup?token=wrong"); got.StatusCode != http.StatusGone {
		t.Errorf("wrong token: %s", got.Status)
	}
	form := url.Values{"token": {link.Query().Get("token")}, "email": {"owner@example.com"}, "name": {"The Owner"}, "password": {"short"}}
	post := func() (int, *http.Response) {
		resp, err := http.PostForm(s.URL()+"/setup", form)
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		_ = resp.Body.Close()
		return resp.StatusCode, resp
	}
	if code, _ := post(); code != http.StatusUnprocessableEntity {
		t.Errorf("short password: %d", code)
	}
	form.Set("password", "correct horse battery")
	var mu sync.Mutex
	codes := map[int]int{}
	var racing sync.WaitGroup
	for i := range 5 {
		racing.Go(func() {
			own := url.Values{}
			for k, v := range form {
				own[k] = v
			}
			own.Set("email", "owner"+string(rune('a'+i))+"@example.com")
			resp, err := http.PostForm(s.URL()+"/setup", own)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			mu.Lock()
			codes[resp.StatusCode]++
			mu.Unlock()
		})
	}
	racing.Wait()
	if codes[http.StatusOK] != 1 || codes[http.StatusGone] != 4 {
		t.Errorf("answers %v, want one 200 and four 410", codes)
	}
	users, err := s.local.ListUsers(t.Context())
	if err != nil || len(users.Items) != 1 || users.Items[0].Role != "owner" {
		t.Errorf("users %v, %v", users, err)
	}
}

func TestSetupLinkExpires(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	now.Add(account.OwnerLinkLife)
	if got := get(t, s.SetupURL()); got.StatusCode != http.StatusGone {
		t.Errorf("after %s: %s", account.OwnerLinkLife, got.Status)
	}
}

func TestNoSetupLinkWhereThereIsAUser(t *testing.T) {
	dir := t.TempDir()
	a, err := New(t.Context(), Config{DataDir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if a.SetupURL() == "" {
		t.Error("no link at the first start")
	}
	pp, _ := account.New(account.Config{Store: a.core.store, Audit: &audit.Log{Store: a.core.store, Clock: time.Now, Log: a.core.log}, Clock: time.Now, Cost: cheapCost()})
	if _, err := pp.CreateUser(t.Context(), api.Local(), api.NewUser{Email: "a@example.com", Name: "A", Role: sluice.RoleOwner, Password: sluice.NewSecret("correct horse battery")}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = New(t.Context(), Config{DataDir: dir, Listen: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if a.SetupURL() != "" {
		t.Error("a link although there is a user")
	}
}
