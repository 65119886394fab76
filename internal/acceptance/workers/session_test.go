//go:build unix

package workers

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

// Who logs in at one server is known at the others, and who logs out at one is not any
// more. A server with the mechanism switched off knows nobody.
func TestABrowserMayMeetAnyServer(t *testing.T) {
	database, first := postgrestest.URL(t), t.TempDir()
	one := serveHere(t, app.Config{DataDir: first, DatabaseURL: database, Listen: "127.0.0.1:0"})
	two := serveHere(t, app.Config{DataDir: t.TempDir(), DatabaseURL: database, Listen: "127.0.0.1:0", KeyFile: filepath.Join(first, "key.json")})
	off := serveHere(t, app.Config{DataDir: t.TempDir(), DatabaseURL: database, Listen: "127.0.0.1:0", KeyFile: filepath.Join(first, "key.json"), WithoutSessions: true})

	socket := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, first) }}}
	person := map[string]string{"email": "someone@example.com", "name": "Someone", "role": "manage", "password": "correct horse battery"}
	if r := request(t, socket, "POST", "http://localhost/api/v1/users", person, nil); r.StatusCode/100 != 2 {
		t.Fatalf("make a user: %s", r.Status)
	}
	login := request(t, http.DefaultClient, "POST", one+"/api/v1/login", map[string]string{"email": person["email"], "password": person["password"]}, nil)
	if login.StatusCode != http.StatusOK || len(login.Cookies()) != 1 {
		t.Fatalf("log in: %s, %v", login.Status, login.Cookies())
	}
	cookie := login.Cookies()[0]
	for _, server := range []string{one, two} {
		if r := request(t, http.DefaultClient, "GET", server+"/api/v1/me", nil, cookie); r.StatusCode != http.StatusOK {
			t.Errorf("at %s: %s", server, r.Status)
		}
	}
	if r := request(t, http.DefaultClient, "GET", off+"/api/v1/me", nil, cookie); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("at a server whose sessions are its own: %s: the shared ones are not what makes a login known", r.Status)
	}
	if r := request(t, http.DefaultClient, "POST", two+"/api/v1/logout", nil, cookie); r.StatusCode != http.StatusNoContent {
		t.Errorf("log out: %s", r.Status)
	}
	if r := request(t, http.DefaultClient, "GET", one+"/api/v1/me", nil, cookie); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("at the other server after logging out: %s", r.Status)
	}
}

// serveHere runs a server in this process and returns its address.
func serveHere(t *testing.T, cfg app.Config) string {
	t.Helper()
	a, err := app.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a.URL()
}

func request(t *testing.T, c *http.Client, method, url string, body any, cookie *http.Cookie) *http.Response {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "http://"+r.URL.Host)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer
}
