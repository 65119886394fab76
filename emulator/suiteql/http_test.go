package suiteql

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/session"
)

// post sends a request to the handler with a session and returns the reply.
func post(t *testing.T, e *Engine, target, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://acct.example:8080/services/rest/query/v1/suiteql"+target, strings.NewReader(body))
	r.Header.Set("Prefer", "transient")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r.WithContext(session.With(t.Context(), testSession(t))))
	reply, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), strings.TrimSpace(string(reply))
}

func TestReplyShape(t *testing.T) {
	e, _ := newTestEngine(t)
	const base = "http://acct.example:8080/services/rest/query/v1/suiteql"
	const q = `{"q":"SELECT ID AS MyId, email, isinactive FROM customer WHERE id <> ? ORDER BY id", "params":["13"]}`
	res, body := post(t, e, "?limit=2", q)
	want := `{"links":[{"rel":"next","href":"` + base + `?limit=2&offset=2"},{"rel":"last","href":"` + base + `?limit=2&offset=2"},{"rel":"self","href":"` + base + `?limit=2&offset=0"}],` +
		`"count":2,"hasMore":true,"items":[{"links":[],"myid":"10","email":"big@example.com","isinactive":"F"},{"links":[],"myid":"11","isinactive":"F"}],"offset":0,"totalResults":3}`
	if res.StatusCode != 200 || strings.ReplaceAll(body, `\u0026`, "&") != want {
		t.Errorf("%d\n got %s\nwant %s", res.StatusCode, body, want)
	}
	if ct := res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/vnd.oracle.resource+json; type=collection") {
		t.Errorf("Content-Type %s", ct)
	}
	_, body = post(t, e, "?limit=2&offset=2", q)
	if rels := relations(t, body); rels != "prev first self" {
		t.Errorf("last page links: %s", rels)
	}
	_, body = post(t, e, "", `{"q":"SELECT 'a\"\\<b>\u0001' x FROM dual"}`)
	var reply struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(body), &reply); err != nil || reply.Items[0]["x"] != "a\"\\<b>\u0001" {
		t.Errorf("%s: %v", body, err)
	}
	if !strings.Contains(body, "<b>") {
		t.Errorf("HTML is escaped: %s", body)
	}
	_, body = post(t, e, "", `{"q":"SELECT id FROM customer WHERE id = 0"}`)
	if !strings.Contains(body, `"count":0,"hasMore":false,"items":[],"offset":0,"totalResults":0`) || relations(t, body) != "self" {
		t.Errorf("empty result: %s", body)
	}
}

func relations(t *testing.T, body string) string {
	t.Helper()
	var reply struct{ Links []link }
	if err := json.Unmarshal([]byte(body), &reply); err != nil {
		t.Fatal(err)
	}
	var rels []string
	for _, l := range reply.Links {
		rels = append(rels, l.Rel)
	}
	return strings.Join(rels, " ")
}

func TestRequestRules(t *testing.T) {
	e, _ := newTestEngine(t)
	const q = `{"q":"SELECT id FROM customer"}`
	tests := []struct {
		name, target, body string
		header             []string
		want               string // status, code and place
	}{
		{"fine", "", q, nil, "200"},
		{"several preferences", "", q, []string{"Prefer", "respond-async, Transient"}, "200"},
		{"no content type needed, none refused", "?limit=1000&offset=0", q, []string{"Content-Type", "text/plain"}, "200"},
		{"no Prefer", "", q, []string{"Prefer", ""}, "400 INVALID_HEADER Prefer"},
		{"other Prefer", "", q, []string{"Prefer", "return=minimal"}, "400 INVALID_HEADER Prefer"},
		{"limit 0", "?limit=0", q, nil, "400 INVALID_PARAMETER limit"},
		{"limit 1001", "?limit=1001", q, nil, "400 INVALID_PARAMETER limit"},
		{"limit x", "?limit=x", q, nil, "400 INVALID_PARAMETER limit"},
		{"offset between pages", "?limit=10&offset=5", q, nil, "400 INVALID_PARAMETER offset"},
		{"offset below 0", "?limit=10&offset=-10", q, nil, "400 INVALID_PARAMETER offset"},
		{"offset 100000", "?offset=100000", q, nil, "400 INVALID_PARAMETER offset"},
		{"no JSON", "", "SELECT", nil, "400 INVALID_CONTENT "},
		{"wrong type", "", `{"q":1}`, nil, "400 INVALID_CONTENT "},
		{"no q", "", "{}", nil, "400 INVALID_PARAMETER q"},
		{"bad q", "", `{"q":"SELECT"}`, nil, "400 INVALID_PARAMETER q"},
	}
	for _, tt := range tests {
		res, body := post(t, e, tt.target, tt.body, tt.header...)
		if got := describe(t, res, body); got != tt.want {
			t.Errorf("%s: %s (%s)", tt.name, got, body)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/services/rest/query/v1/suiteql", nil)
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d", w.Code)
	}
	r.Method = http.MethodPost
	w = httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("without a session: %d", w.Code)
	}
}

// describe returns "200", or status, code and place of a fault.
func describe(t *testing.T, res *http.Response, body string) string {
	t.Helper()
	if res.StatusCode == 200 {
		return "200"
	}
	var f struct {
		Status  int
		Details []struct {
			Code   string `json:"o:errorCode"`
			Param  string `json:"o:errorQueryParam"`
			Header string `json:"o:errorHeader"`
		} `json:"o:errorDetails"`
	}
	if err := json.Unmarshal([]byte(body), &f); err != nil || f.Status != res.StatusCode {
		t.Fatalf("%s: %v", body, err)
	}
	return res.Status[:3] + " " + f.Details[0].Code + " " + f.Details[0].Param + f.Details[0].Header
}
