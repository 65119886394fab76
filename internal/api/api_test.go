package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// stub answers what a test sets and panics on everything else.
type stub struct {
	Connections
	Records
	get    func() (*sluice.Connection, error)
	create func(sluice.Record) (*RecordRef, error)
}

func (s stub) Connection(context.Context, string) (*sluice.Connection, error) { return s.get() }

func (s stub) CreateRecord(_ context.Context, _ Actor, _, _ string, r sluice.Record) (*RecordRef, error) {
	return s.create(r)
}

// local sends a request through the data folder's handler, as the owner.
func local(t *testing.T, s stub, method, path, body string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	a, err := New(Config{Services: Services{Connections: s, Records: s}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	a.LocalHandler().ServeHTTP(w, r)
	return w, log.String()
}

func TestRouteWithoutPermissionDoesNotStart(t *testing.T) {
	a, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	nothing := page(func(http.ResponseWriter, *http.Request) {})
	for _, bad := range []route{
		{method: "GET", path: "/new", handle: nothing},
		{method: "GET", path: "/new", handle: nothing, public: true, permission: sluice.PermView},
	} {
		if err := a.register([]route{bad}); err == nil {
			t.Errorf("the route %+v was taken", bad)
		}
	}
}

func TestErrorsBecomeStatus(t *testing.T) {
	for code, want := range map[string]int{
		"not_found": 404, "conflict": 409, "forbidden": 403, "unauthorized": 401, "invalid": 422, "run.already_active": 409,
		"server.stopping": 503, "store.disk_full": 507, "store.unavailable": 503, "keyring.wrong_key": 500, "netsuite.server": 502,
		"connection.token_rejected": 422, "flow.invalid": 422, "login.throttled": 429, "setup.link_used": 410, "something.new": 422,
	} {
		w, _ := local(t, stub{get: func() (*sluice.Connection, error) {
			return nil, sluice.Errorf(code, "it is %s", "so").At("here").Fix("Do that")
		}}, "GET", "/api/v1/connections/x", "")
		var body map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		if w.Code != want || body["code"] != code || body["message"] != "it is so" || body["where"] != "here" || body["remedy"] != "Do that" {
			t.Errorf("%s: %d %s, want %d", code, w.Code, w.Body, want)
		}
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: media type %s", code, got)
		}
	}
}

func TestInternalErrorsShowNothing(t *testing.T) {
	secret := "made-up-detail-4711"
	for name, get := range map[string]func() (*sluice.Connection, error){
		"error": func() (*sluice.Connection, error) { return nil, errors.New(secret) },
		"panic": func() (*sluice.Connection, error) { panic(secret) },
	} {
		w, log := local(t, stub{get: get}, "GET", "/api/v1/connections/x", "")
		id := w.Header().Get("X-Request-Id")
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), secret) || !strings.Contains(w.Body.String(), id) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if id == "" || !strings.Contains(log, secret) || !strings.Contains(log, id) {
			t.Errorf("%s: the log does not say why: %s", name, log)
		}
	}
}

// Numbers of records keep their digits on the way in and out; what is wrong with
// a body is told without repeating the body.
func TestBodies(t *testing.T) {
	const digits = `{"amount":12345678901234567890.10,"nested":{"rate":0.1000}}`
	var got sluice.Record
	s := stub{create: func(r sluice.Record) (*RecordRef, error) {
		got = r
		return &RecordRef{Type: "invoice", ID: "1"}, nil
	}}
	if w, _ := local(t, s, "POST", "/api/v1/connections/x/records/invoice", digits); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if text, err := json.Marshal(got); err != nil || string(text) != digits {
		t.Errorf("the record arrived as %s, %v", text, err)
	}
	for body, want := range map[string]int{
		`{"name":"canary"`:                                http.StatusBadRequest,
		`{"name":"canary","kind":"files"} {}`:             http.StatusBadRequest,
		`{"name":"canary","kind":7}`:                      http.StatusUnprocessableEntity,
		`{"name":"canary","kind":"files","odd":1}`:        http.StatusUnprocessableEntity,
		`{"kind":"files","secrets":{"a":["canary"]}}`:     http.StatusUnprocessableEntity,
		`"` + strings.Repeat("canary", maxBody/6+1) + `"`: http.StatusRequestEntityTooLarge,
	} {
		w, log := local(t, s, "POST", "/api/v1/connections", body)
		if w.Code != want {
			t.Errorf("%.60s: %d, want %d: %s", body, w.Code, want, w.Body)
		}
		if strings.Contains(w.Body.String()+log, "canary") {
			t.Errorf("%.60s: the body is repeated: %s", body, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "$schema") {
			t.Errorf("%.60s: not an error of ours: %s", body, w.Body)
		}
	}
	if w, _ := local(t, s, "GET", "/api/v1/runs?colour=red", ""); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("unknown query parameter: %d", w.Code)
	}
	if w, _ := local(t, s, "POST", "/nowhere", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "not_found") {
		t.Errorf("unknown route: %d %s", w.Code, w.Body)
	}
	if w, _ := local(t, s, "GET", "/nowhere", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "not_found") {
		t.Errorf("unknown page: %d %s", w.Code, w.Body)
	}
}

// The documentation shows every operation and every object, and asks nobody else
// for anything.
func TestDocsPage(t *testing.T) {
	a, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	resp, err := http.Get(server.URL + "/docs")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", resp.Status, err)
	}
	text := string(body)
	for _, r := range a.routes() {
		if r.id != "" && !strings.Contains(text, `<article id="`+r.id+`">`) {
			t.Errorf("%s is not documented", r.id)
		}
	}
	if n := strings.Count(text, "<h4>Body</h4>"); n < 10 {
		t.Errorf("only %d operations show their body", n)
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `id="`+m[1]+`"`) {
			t.Errorf("the link to #%s leads nowhere", m[1])
		}
	}
	if m := regexp.MustCompile(`<script|src="|href="(https?:)?//|url\(`).FindString(text); m != "" {
		t.Errorf("the page needs something from elsewhere: %s", m)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
}

func TestDocumentIsOpenAPI31(t *testing.T) {
	a, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(a.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Components.Schemas["ErrorModel"] != nil || doc.Components.Schemas["ErrorBody"] == nil {
		t.Errorf("version %s, schemas of errors are not ours", doc.OpenAPI)
	}
	for _, m := range regexp.MustCompile(`"#/components/(schemas|responses)/([^"]+)"`).FindAllStringSubmatch(string(a.Document()), -1) {
		if !strings.Contains(string(a.Document()), `"`+m[2]+`": {`) {
			t.Errorf("the reference to %s leads nowhere", m[2])
		}
	}
	seen := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if op.OperationID == "" || seen[op.OperationID] {
				t.Errorf("%s %s: operation ID %q", method, path, op.OperationID)
			}
			seen[op.OperationID] = true
		}
	}
}
