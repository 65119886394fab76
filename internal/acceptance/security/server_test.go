// Package security attacks a server, each test in one way. SECURITY.md says what each is about.
package security

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

// server is a whole server on a port of its own.
type server struct {
	*app.App
	t     *testing.T
	dir   string
	local *client.Client // through the socket, as an owner
	log   *servertest.Log
	stop  func()
}

func start(t *testing.T, change ...func(*app.Config)) *server {
	t.Helper()
	dir := t.TempDir()
	sqlitetest.Prepare(t, filepath.Join(dir, "sluice.db"))
	return startIn(t, dir, change...)
}

// startIn starts a server on a data folder that is there already.
func startIn(t *testing.T, dir string, change ...func(*app.Config)) *server {
	t.Helper()
	s := &server{t: t, dir: dir, log: &servertest.Log{}}
	cfg := app.Config{DataDir: dir, Listen: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if s.App, err = app.New(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	over := false
	s.stop = func() {
		if over {
			return
		}
		over = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	t.Cleanup(func() { s.stop() })
	s.local = &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, dir) }}}}
	return s
}

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const password = "made-up password of a person"

// user makes a person.
func (s *server) user(email string, role sluice.Role) *client.CreatedUser {
	s.t.Helper()
	u, err := s.local.CreateUser(s.t.Context(), client.NewUser{Email: email, Name: "A person", Role: string(role), Password: password})
	must(s.t, err)
	return u
}

// reply is what a request brought.
type reply struct {
	*http.Response
	body string
}

// send sends a request over the network. It follows no redirects.
func (s *server) send(method, path, body string, change ...func(*http.Request)) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.Addr().String()+path, strings.NewReader(body))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", s.URL())
	_, r.Host, _ = strings.Cut(s.URL(), "://")
	for _, c := range change {
		c(r)
	}
	hc := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer hc.CloseIdleConnections()
	resp, err := hc.Do(r)
	must(s.t, err)
	text, err := io.ReadAll(resp.Body)
	must(s.t, err)
	_ = resp.Body.Close()
	return reply{resp, string(text)}
}

// cookie sends a session along.
func cookie(value string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "sluice_session", Value: value}) }
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// session returns the session that an answer sets, nil for none.
func (r reply) session() *http.Cookie {
	for _, c := range r.Cookies() {
		if c.Name == "sluice_session" && c.MaxAge >= 0 {
			return c
		}
	}
	return nil
}
