package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// clock is a clock that stands still but for what is waited for.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// world is a connector with an API to speak to.
type world struct {
	*Connector
	*sluice.Connection
	clock *clock
	t     testing.TB
}

func newWorld(t testing.TB, api http.HandlerFunc) world {
	t.Helper()
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	at := &clock{now: time.Now()}
	return world{New(Options{Clock: at.time, Wait: at.wait}), connection(server.URL), at, t}
}

func connection(base string) *sluice.Connection {
	return &sluice.Connection{ID: "1", Name: "api", Kind: sluice.KindHTTP, Settings: map[string]string{"base_url": base, "timeout": "5s"}, Secrets: map[string]sluice.Secret{}}
}

func (w world) open(e sluice.HTTPExport, o sluice.ExportOptions) sluice.Reader {
	w.t.Helper()
	r, err := w.OpenExport(w.t.Context(), w.Connection, &sluice.Export{HTTP: &e}, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// read reads an export to its end.
func (w world) read(e sluice.HTTPExport) ([]sluice.Record, error) {
	r, err := w.OpenExport(w.t.Context(), w.Connection, &sluice.Export{HTTP: &e}, sluice.ExportOptions{})
	if err != nil {
		return nil, err
	}
	var out []sluice.Record
	for {
		batch, err := r.Next(w.t.Context(), 100)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		for _, it := range batch.Items {
			out = append(out, it.Record)
		}
	}
}

func (w world) writer(i sluice.HTTPImport, o sluice.Operation) sluice.Writer {
	w.t.Helper()
	out, err := w.OpenImport(w.t.Context(), w.Connection, &sluice.Import{Operation: o, HTTP: &i}, sluice.ImportOptions{Flow: "f"})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// intend prepares records for writing.
func (w world) intend(to sluice.Writer, o sluice.Operation, records ...sluice.Record) []*sluice.Intent {
	w.t.Helper()
	var intents []*sluice.Intent
	for n, r := range records {
		intents = append(intents, &sluice.Intent{FlowID: "flow", Step: "import-1", Key: fmt.Sprint(n), Operation: o, Record: r})
	}
	if err := to.Prepare(w.t.Context(), intents); err != nil {
		w.t.Fatal(err)
	}
	for _, i := range intents {
		i.SendBy = w.clock.time().Add(to.Traits().SendWindow)
		i.SettlesAt = i.SendBy.Add(to.Traits().Settle)
	}
	return intents
}

// send writes one record.
func (w world) send(i sluice.HTTPImport, o sluice.Operation, r sluice.Record) (sluice.Result, error) {
	w.t.Helper()
	to := w.writer(i, o)
	results, err := to.Write(w.t.Context(), w.intend(to, o, r))
	return results[0], err
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// hang breaks the connection without an answer.
func hang(w http.ResponseWriter) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

func TestLogins(t *testing.T) {
	for _, tt := range []struct {
		settings map[string]string
		secrets  map[string]string
		want     string // of Authorization, X-Api-Key, query k
	}{
		{nil, nil, "||"},
		{map[string]string{"type": "basic", "user": "me"}, map[string]string{"password": "made:up"}, "Basic bWU6bWFkZTp1cA==||"},
		{map[string]string{"type": "bearer"}, map[string]string{"token": "made-up"}, "Bearer made-up||"},
		{map[string]string{"type": "api-key"}, map[string]string{"api_key": "made-up"}, "|made-up|"},
		{map[string]string{"type": "api-key", "key_in": "query", "key_name": "k"}, map[string]string{"api_key": "made up&"}, "||made up&"},
	} {
		got := ""
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Authorization") + "|" + r.Header.Get("X-Api-Key") + "|" + r.URL.Query().Get("k")
			reply(w, 200, []any{})
		})
		for k, v := range tt.settings {
			w.Settings[k] = v
		}
		for k, v := range tt.secrets {
			w.Secrets[k] = sluice.NewSecret(v)
		}
		if e := w.Test(t.Context(), w.Connection); !e.OK || got != tt.want {
			t.Errorf("%v: %q, want %q (%s)", tt.settings, got, tt.want, e.Message)
		}
	}
}

// oauthWorld is an API whose tokens are good for a number of uses.
func oauthWorld(t *testing.T, inBody bool, uses int) (world, *int) {
	t.Helper()
	tokens, used := 0, 0
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			id, secret, basic := r.BasicAuth()
			if inBody {
				id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
			}
			if basic == inBody || id != "the%20id" && id != "the+id" && id != "the id" || !strings.HasPrefix(secret, "made") || r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("scope") != "read write" {
				reply(w, 401, map[string]any{"error": "invalid_client", "error_description": "no " + secret})
				return
			}
			tokens++
			used = 0
			reply(w, 200, map[string]any{"access_token": fmt.Sprintf("token-%d", tokens), "token_type": "Bearer", "expires_in": 3600})
			return
		}
		if used++; r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", tokens) || used > uses {
			reply(w, 401, nil)
			return
		}
		reply(w, 200, []any{map[string]any{"id": 1}})
	})
	w.Settings["type"], w.Settings["token_url"], w.Settings["client_id"], w.Settings["scope"] = "oauth2", w.Settings["base_url"]+"/token", "the id", "read write"
	if inBody {
		w.Settings["client_auth"] = "body"
	}
	w.Secrets["client_secret"] = sluice.NewSecret("made up")
	return w, &tokens
}

func TestOAuthKeepsAndRenewsItsToken(t *testing.T) {
	for _, inBody := range []bool{false, true} {
		w, tokens := oauthWorld(t, inBody, 3)
		list := sluice.HTTPExport{Path: "/list"}
		for n, want := range []int{1, 1, 1, 2} { // the token ends early at the fourth
			if got, err := w.read(list); err != nil || len(got) != 1 || *tokens != want {
				t.Fatalf("body %v, request %d: %v, %v, %d tokens", inBody, n, got, err, *tokens)
			}
		}
		w.clock.now = w.clock.now.Add(time.Hour - early + time.Second)
		if _, err := w.read(list); err != nil || *tokens != 3 {
			t.Errorf("body %v: %v, %d tokens", inBody, err, *tokens)
		}
	}
}

// A new token is tried once: an API that refuses everything is not asked for ever.
func TestOAuthRefused(t *testing.T) {
	w, tokens := oauthWorld(t, false, 0)
	if _, err := w.read(sluice.HTTPExport{Path: "/list"}); sluice.ErrorCode(err) != "connection.login_refused" || *tokens != 2 {
		t.Errorf("%v, %d tokens", err, *tokens)
	}
	w, _ = oauthWorld(t, false, 9)
	w.Secrets["client_secret"] = sluice.NewSecret("other made up")
	_, err := w.read(sluice.HTTPExport{Path: "/list"})
	if sluice.ErrorCode(err) != "connection.login_refused" || strings.Contains(err.Error(), "other") {
		t.Errorf("%v", err)
	}
	w.Settings["base_url"] = "https://api.example.com"
	w.UpdatedAt = w.clock.now
	if _, err := w.read(sluice.HTTPExport{Path: "/list"}); sluice.ErrorCode(err) != "connection.plain_token_url" {
		t.Errorf("%v", err)
	}
}

// Credentials go nowhere but to the origin of the base URL.
func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; reply(w, 200, []any{}) }))
	defer other.Close()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL+"/x?key=secret", http.StatusTemporaryRedirect)
		case "/near":
			http.Redirect(w, r, "/list", http.StatusFound)
		case "/link":
			reply(w, 200, map[string]any{"list": []any{map[string]any{"id": 1}}, "next": other.URL + "/x"})
		default:
			reply(w, 200, []any{map[string]any{"auth": r.Header.Get("Authorization")}})
		}
	})
	w.Settings["type"] = "bearer"
	w.Secrets["token"] = sluice.NewSecret("made-up")
	if _, err := w.read(sluice.HTTPExport{Path: "/away"}); sluice.ErrorCode(err) != "http.redirect" || strings.Contains(err.Error(), "secret") {
		t.Errorf("redirect: %v", err)
	}
	if _, err := w.read(sluice.HTTPExport{Path: "/link", Records: "list", Page: &sluice.HTTPPage{By: "link", Next: "next"}}); sluice.ErrorCode(err) != "source.foreign_link" {
		t.Errorf("next page: %v", err)
	}
	if r, err := w.send(sluice.HTTPImport{Path: "/away"}, sluice.Add, sluice.Record{"a": "b"}); err != nil || r.State != sluice.ResultRefused || r.Failure.Code != "http.redirect" {
		t.Errorf("import: %+v, %v", r, err)
	}
	if r, err := w.send(sluice.HTTPImport{Path: "/near"}, sluice.Add, sluice.Record{"a": "b"}); err != nil || r.State != sluice.ResultRefused {
		t.Errorf("a POST became a GET: %+v, %v", r, err)
	}
	if got, err := w.read(sluice.HTTPExport{Path: "/near"}); err != nil || got[0]["auth"] != "Bearer made-up" {
		t.Errorf("redirect within the origin: %v, %v", got, err)
	}
	if asked > 0 {
		t.Errorf("the other origin was asked %d times", asked)
	}
}

func TestEvidence(t *testing.T) {
	status := 200
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		if r.URL.Path != "/v1/me" || r.Header.Get("X-Team") != "blue" {
			status = 404
		}
		reply(w, status, map[string]any{"error": map[string]any{"message": "no made-up for you"}})
	})
	w.Settings["base_url"] += "/v1/"
	w.Settings["test_path"], w.Settings["headers"] = "/me", "X-Team: blue\n"
	w.Settings["type"] = "bearer"
	w.Secrets["token"] = sluice.NewSecret("made-up")
	e := w.Test(t.Context(), w.Connection)
	if !e.OK || e.Message != sluice.WorkingGreat {
		t.Errorf("%+v", e)
	}
	skew := false
	for _, f := range e.Facts {
		skew = skew || f.Name == "Clock skew" && !f.OK && strings.HasPrefix(f.Value, "1h0m")
	}
	if !skew {
		t.Errorf("a clock that is an hour off was not seen: %+v", e.Facts)
	}
	for code, want := range map[int]string{401: "connection.login_refused", 403: "connection.permission", 404: "http.not_found", 500: "connection.unreachable"} {
		status = code
		if e := w.Test(t.Context(), w.Connection); e.OK || e.Error.Code != want || strings.Contains(e.Message, "made-up") || len(e.Facts) == 0 {
			t.Errorf("%d: %+v", code, e.Error)
		}
	}
	for setting, value := range map[string]string{"headers": "Authorization: Bearer x", "base_url": "https://user:pass@example.com"} {
		c := connection("http://127.0.0.1:1")
		c.ID, c.Settings[setting] = "", value
		if e := w.Test(t.Context(), c); e.OK || !strings.HasPrefix(e.Error.Code, "connection.invalid") {
			t.Errorf("%s: %+v", setting, e.Error)
		}
	}
	nobody := connection("http://127.0.0.1:1")
	nobody.ID = ""
	if e := w.Test(t.Context(), nobody); e.OK || e.Error.Code != "connection.unreachable" {
		t.Errorf("%+v", e.Error)
	}
}

func TestBorrowedConcurrency(t *testing.T) {
	lender := connection("http://127.0.0.1:1")
	lender.Name, lender.Settings["concurrency"] = "lender", "2"
	c := New(Options{Connection: func(context.Context, string) (*sluice.Connection, error) { return lender, nil }})
	borrower := connection("http://127.0.0.1:1")
	borrower.ID, borrower.Settings["borrow_from"] = "2", "lender"
	one, err := c.client(t.Context(), lender)
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.client(t.Context(), borrower)
	if err != nil || one.budget != two.budget || two.Stats().Limit != 2 {
		t.Errorf("%v, limit %d", err, two.Stats().Limit)
	}
	lender.Settings["concurrency"] = "7"
	if two, err = c.client(t.Context(), borrower); err != nil || two.Stats().Limit != 7 {
		t.Errorf("%v, limit %d", err, two.Stats().Limit)
	}
}

// tap keeps a debug log.
type tap struct {
	mu      sync.Mutex
	entries []sluice.DebugEntry
}

func (*tap) Open(string) bool { return true }

func (t *tap) Record(e sluice.DebugEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, e)
}

func TestDebugLogHasNoSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, []any{map[string]any{"you": r.Header.Get("Authorization")}})
	}))
	defer server.Close()
	log := &tap{}
	w := world{New(Options{Tap: log}), connection(server.URL), &clock{now: time.Now()}, t}
	w.Settings["type"], w.Settings["user"] = "basic", "me"
	w.Secrets["password"] = sluice.NewSecret("canary-made-up")
	if got, err := w.read(sluice.HTTPExport{Path: "/list"}); err != nil || len(got) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	text := fmt.Sprintf("%+v", log.entries)
	if len(log.entries) != 1 || !strings.Contains(text, "/list") || strings.Contains(text, "canary") || strings.Contains(text, "Y2FuYXJ5") {
		t.Errorf("%s", text)
	}
}
