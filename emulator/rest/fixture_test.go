package rest

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
)

// recorded reads the error bodies that others recorded from live accounts. The
// collection is no part of the project; without it the test is skipped.
func recorded(t *testing.T) map[string]map[string]any {
	t.Helper()
	shared := os.Getenv("SLUICE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(shared, "fixtures", "rest", "errors", "suitetalk-rest-errors.json"))
	if os.IsNotExist(err) {
		t.Skip("no recorded answers: set SLUICE_SHARED to the folder that holds fixtures/rest/errors")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Entries []struct {
			Evidence, What string
			Body           map[string]any
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for _, e := range file.Entries {
		out[e.What] = e.Body
	}
	return out
}

// TestRecordedErrors wants the bodies of live accounts for the same mistakes.
func TestRecordedErrors(t *testing.T) {
	bodies := recorded(t)
	a := newAccount(t)
	a.create("customer", `{"companyName":"Twice"}`)
	if err := a.store.Writer().Lock("customer", 11, true); err != nil {
		t.Fatal(err)
	}
	used := 0
	for start, c := range map[string]struct{ request, body string }{
		"400 q= on non-filterable field":                                    {`GET employee?q=lastModifiedDate AFTER "1/1/2026"`, ""},
		"400 q= date literal in the wrong spelling":                         {`GET customer?q=lastModifiedDate AFTER "8/5/2026 23:53"`, ""},
		"400 q= unparsable (e.g. single-quoted literal)":                    {`GET customer?q=lastModifiedDate AFTER '8/5/2026'`, ""},
		"400 duplicate entity on create":                                    {"POST customer", `{"companyName":"Twice"}`},
		"400 required fields missing on create":                             {"POST customer", `{}`},
		"400 record locked by workflow":                                     {"GET customer/11", ""},
		"400 GET of a transaction id that does not exist / is another type": {"GET salesOrder/999999", ""},
		"400 body is not JSON":                                              {"POST customer", "{"},
		"404 entity id does not exist":                                      {"GET customer/-1", ""},
		"404 record type unknown":                                           {"GET bad-path", ""},
		"400 semantic error with JSON path":                                 {"POST salesOrder", `{"entity":{"id":9},"location":{"id":1},"item":{"items":[{"item":{"id":9999},"amount":1}]}}`},
	} {
		for what, want := range bodies {
			if !strings.HasPrefix(what, start) {
				continue
			}
			used++
			got := a.do(c.request, c.body).body
			if strings.Contains(want["type"].(string), "w3.org") { // the old form of the type, replaced since
				delete(want, "type")
				delete(got, "type")
			}
			if code := at(want, "o:errorDetails", 0, "o:errorCode"); code == "UNVERIFIED" {
				delete(at(want, "o:errorDetails", 0).(map[string]any), "o:errorCode")
				delete(at(got, "o:errorDetails", 0).(map[string]any), "o:errorCode")
			}
			equal(t, what, encode(t, got), encode(t, want))
		}
	}
	equal(t, "answers compared", used, 11)
}

// TestNoSession: a request that did not log in gets the recorded 401.
func TestNoSession(t *testing.T) {
	store, err := record.Open(t.Context(), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", recordPath+"/customer", nil)
	New(store, Options{}).ServeHTTP(w, r)
	equal(t, "status", w.Code, 401)
	w = httptest.NewRecorder()
	ses := &session.Session{Now: time.Now}
	New(store, Options{}).ServeHTTP(w, r.WithContext(session.With(r.Context(), ses)))
	equal(t, "a session without permissions", w.Code, 403)
}
