package wire

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	sqlite "modernc.org/sqlite"

	"github.com/sluicehq/sluice"
)

// tap keeps what it is given.
type tap struct {
	mu      sync.Mutex
	closed  bool
	entries []sluice.DebugEntry
}

func (p *tap) Open(id string) bool { return !p.closed && id == "c1" }

func (p *tap) Record(e sluice.DebugEntry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entries = append(p.entries, e)
}

func (p *tap) last(t *testing.T) sluice.DebugEntry {
	t.Helper()
	if len(p.entries) == 0 {
		t.Fatal("nothing was recorded")
	}
	return p.entries[len(p.entries)-1]
}

// canaries are made-up secrets, each with characters that some spelling changes.
var canaries = map[string]string{
	"token_id": "canary-token-0123456789", "token_secret": `canary"secret\with+signs/and=more`, "consumer_key": "canary key with spaces",
	"private_key": "-----BEGIN MADE UP-----\ncanaryline\n-----END MADE UP-----\n",
}

func connection() *sluice.Connection {
	c := &sluice.Connection{ID: "c1", Secrets: map[string]sluice.Secret{}, Previous: &sluice.PreviousLogin{Secrets: map[string]sluice.Secret{"password": sluice.NewSecret("canary-previous")}},
		Candidate: &sluice.CandidateLogin{Secrets: map[string]sluice.Secret{"client_id": sluice.NewSecret("canary-candidate")}}}
	for name, text := range canaries {
		c.Secrets[name] = sluice.NewSecret(text)
	}
	return c
}

func (p *tap) client(next http.RoundTripper) *http.Client {
	return &http.Client{Transport: Transport(next, Watch{Connection: "c1", Tap: p, Mask: NewMask(connection())})}
}

// No secret of any kind shows in any part of what is recorded. Let Mask.Text return
// its argument, and it fails.
func TestNoSecretIsRecorded(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "session=canary-cookie")
		w.Header().Set("X-Echo", r.Header.Get("X-Api-Key"))
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(body)
	}))
	defer echo.Close()
	p := &tap{}
	body, _ := json.Marshal(map[string]any{"a": canaries, "access_token": "canary-fresh", "previous": "canary-previous", "candidate": "canary-candidate", "kept": "hello"})
	r, _ := http.NewRequestWithContext(t.Context(), "POST", strings.Replace(echo.URL, "http://", "http://user:canary-url@", 1)+"/x?a=1&oauth_token=canary-param&b=canary+key+with+spaces", bytes.NewReader(body))
	r.Header.Set("Authorization", `OAuth realm="1234567", oauth_consumer_key="canary%20key%20with%20spaces", oauth_token="canary-token-0123456789", oauth_signature="canary-signature"`)
	r.Header.Set("X-Api-Key", canaries["token_id"])
	r.Header.Set("Cookie", "session=canary-cookie")
	resp, err := p.client(http.DefaultTransport).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(resp.Body); !bytes.Equal(got, body) {
		t.Errorf("the answer is not what was sent: %s", got)
	}
	_ = resp.Body.Close()
	if len(p.entries) != 1 {
		t.Fatalf("%d entries", len(p.entries))
	}
	e := p.last(t)
	if all := fmt.Sprintf("%+v", e); strings.Contains(all, "canary") {
		t.Errorf("a secret shows: %s", all)
	}
	key := sluice.NewSecret(canaries["consumer_key"]).String()
	for text, in := range map[string]string{`"kept":"hello"`: e.Response, "Authorization: OAuth realm, oauth_consumer_key=" + key + ", oauth_token=secret:": e.Request,
		"a=1&oauth_token=[masked]": strings.ReplaceAll(strings.ReplaceAll(e.URL, "%5B", "["), "%5D", "]"), "Set-Cookie: [masked]": e.Response} {
		if !strings.Contains(in, text) {
			t.Errorf("%q is not in %s", text, in)
		}
	}
	if e.Status != http.StatusTeapot || e.Method != "POST" || e.ConnectionID != "c1" || e.At.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestTokenEndpointsAreHidden(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"unusual": "canary-fresh"}`))
	}))
	defer s.Close()
	p := &tap{}
	for _, path := range []string{"/rest/issuetoken", "/services/rest/auth/oauth2/v1/token", "/anywhere"} {
		resp, err := p.client(http.DefaultTransport).Post(s.URL+path, "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials&odd=canary-fresh"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if e := p.last(t); strings.Contains(e.Request+e.Response, "canary") || e.Status != http.StatusOK {
			t.Errorf("%s: %+v", path, e)
		}
	}
}

func TestLongBodiesAreCut(t *testing.T) {
	secret := canaries["token_id"]
	for _, at := range []int{0, MaxBody - 8, MaxBody + slack - 8, MaxBody + slack - 8 - 4*len(secret)} {
		long := strings.Repeat("x", at) + strings.Repeat(secret, 4) + strings.Repeat("y", 2*MaxBody)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long) }))
		p := &tap{}
		resp, err := p.client(http.DefaultTransport).Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		s.Close()
		e := p.last(t)
		if n := len(e.Response); n > MaxBody+1000 || strings.Contains(e.Response, "canary") || !strings.Contains(e.Response, fmt.Sprintf("cut: %d bytes", len(long))) {
			t.Errorf("at %d: %d bytes, ending in %q", at, n, e.Response[max(0, n-60):])
		}
	}
}

type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("no way to %s", canaries["token_id"])
}

func TestNoAnswerAndNoLog(t *testing.T) {
	p := &tap{}
	if _, err := p.client(broken{}).Get("http://nowhere.example"); err == nil {
		t.Error("the error is swallowed")
	}
	if e := p.last(t); e.Error != "no way to [masked]" || e.Status != 0 || e.Response != "" {
		t.Errorf("%+v", e)
	}
	p = &tap{closed: true}
	_, _ = p.client(broken{}).Get("http://nowhere.example")
	if len(p.entries) != 0 {
		t.Error("recorded although the log is off")
	}
}

// sqliteConnector opens SQLite as drivers with connectors are opened.
type sqliteConnector struct{ dsn string }

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }
func (c sqliteConnector) Driver() driver.Driver                        { return &sqlite.Driver{} }

func TestStatementsAreRecorded(t *testing.T) {
	p := &tap{}
	db := sql.OpenDB(SQL(sqliteConnector{":memory:"}, "a database", Watch{Connection: "c1", Tap: p, Mask: NewMask(connection())}))
	db.SetMaxOpenConns(1)
	defer db.Close()
	ctx := t.Context()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE t (a TEXT, b INTEGER)")
	run("INSERT INTO t VALUES (?, ?)", canaries["token_id"], 7)
	if e := p.last(t); e.Method != Exec || e.URL != "a database" || !strings.Contains(e.Request, "INSERT INTO t") || !strings.Contains(e.Request, "-- 1: [masked]\n-- 2: 7") || e.Response != "\n1 rows changed" {
		t.Errorf("%+v", e)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT b FROM t WHERE b = ?", 7).Scan(&n); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
	if e := p.last(t); e.Method != Query || !strings.Contains(e.Request, "SELECT b") {
		t.Errorf("%+v", e)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	statement, err := db.PrepareContext(ctx, "SELECT count(*) FROM t WHERE b > ?")
	if err != nil {
		t.Fatal(err)
	}
	defer statement.Close()
	if err := statement.QueryRowContext(ctx, 1).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO nowhere VALUES (1)"); err == nil {
		t.Error("no error")
	}
	if e := p.last(t); e.Error == "" {
		t.Errorf("%+v", e)
	}
}
