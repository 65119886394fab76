package netsuite

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sluicehq/sluice/internal/reference"
)

var classNames = map[string]error{"login": ErrLogin, "permission": ErrPermission, "not found": ErrNotFound,
	"concurrency": ErrConcurrency, "duplicate": ErrDuplicate, "invalid": ErrInvalid, "server": ErrServer}

type faultCase struct {
	Name, Class, Applied, Body                     string
	Status                                         int
	Get, Script, Query                             bool
	Code, Title, Detail, Path, QueryParam, Snippet string
}

func faultCases(t testing.TB) []faultCase {
	t.Helper()
	data, err := os.ReadFile("testdata/faults.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []faultCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestFaults(t *testing.T) {
	for _, c := range faultCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			f := newFault(c.Status, http.Header{}, []byte(c.Body))
			f.call = callKind{get: c.Get, script: c.Script, query: c.Query}
			want, known := classNames[c.Class]
			if !known {
				t.Fatalf("unknown class %q", c.Class)
			}
			for name, class := range classNames {
				if errors.Is(f, class) != (class == want) {
					t.Errorf("errors.Is(%v, %s) is %t", f, name, errors.Is(f, class))
				}
			}
			if got := Applied(f).String(); got != c.Applied {
				t.Errorf("applied: %s, want %s", got, c.Applied)
			}
			if f.Code != c.Code || !strings.Contains(f.Message(), c.Detail) || !strings.Contains(f.Title, c.Title) || !strings.Contains(f.Snippet, c.Snippet) {
				t.Errorf("fault %+v", f)
			}
			if c.Path != "" && f.Details[0].Path != c.Path || c.QueryParam != "" && f.Details[0].QueryParam != c.QueryParam {
				t.Errorf("details %+v", f.Details)
			}
		})
	}
}

// TestRecordedFaults reads the whole collection of recorded bodies, where it is
// at hand; testdata/faults.json holds the ones that matter.
func TestRecordedFaults(t *testing.T) {
	data := reference.Read(t, "fixtures/rest/errors/suitetalk-rest-errors.json")
	var collection struct {
		Entries []struct {
			What string
			Body json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &collection); err != nil || len(collection.Entries) < 20 {
		t.Fatalf("%d entries, %v", len(collection.Entries), err)
	}
	for _, e := range collection.Entries {
		var body struct {
			Title   string
			Status  int
			Details []struct {
				Detail string
				Code   string `json:"o:errorCode"`
			} `json:"o:errorDetails"`
		}
		if err := json.Unmarshal(e.Body, &body); err != nil {
			t.Fatal(err)
		}
		f := newFault(body.Status, http.Header{}, e.Body)
		if len(f.Details) != 1 || f.Code != body.Details[0].Code || f.Message() != body.Details[0].Detail || f.Title != body.Title || f.Snippet != "" {
			t.Errorf("%s: %+v", e.What, f)
		}
		if f.Class() == ErrInvalid && body.Status != 400 {
			t.Errorf("%s: class %v", e.What, f.Class())
		}
	}
}

func TestFaultHeaders(t *testing.T) {
	date := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	f := newFault(429, http.Header{"X-N-Operationid": {"op-1"}, "Retry-After": {"7"}, "Date": {date.Format(http.TimeFormat)},
		"Www-Authenticate": {`OAuth realm="1", error="token_rejected"`}}, nil)
	f.LocalTime = date.Add(6 * time.Minute)
	if skew, ok := f.Skew(); !ok || skew != 6*time.Minute {
		t.Errorf("skew %s, %t", skew, ok)
	}
	if f.OperationID != "op-1" || f.RetryAfter != 7*time.Second || !strings.Contains(f.Challenge, "token_rejected") || !strings.Contains(f.Error(), "op-1") {
		t.Errorf("fault %+v", f)
	}
	if _, ok := newFault(429, http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}, nil).Skew(); ok {
		t.Error("a skew without a date")
	}
	late := newFault(401, http.Header{}, nil)
	if late.LateLogin() {
		t.Error("a quick refusal is late")
	}
	if late.Elapsed = time.Minute; !late.LateLogin() {
		t.Error("a refusal after a minute is not late")
	}
}

func FuzzFault(f *testing.F) {
	for _, c := range faultCases(f) {
		f.Add(c.Status, []byte(c.Body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		fault := newFault(status, http.Header{}, body)
		if fault.Class() == nil || fault.Error() == "" {
			t.Fatal("no class or no text")
		}
		if len([]rune(fault.Snippet)) > 301 || !utf8.ValidString(fault.Snippet) || strings.ContainsAny(fault.Snippet, "\n\x00\x1b") {
			t.Fatalf("snippet %q", fault.Snippet)
		}
		if fault.Code == "" && len(fault.Details) > 0 && fault.Details[0].Code != "" {
			t.Fatalf("code lost: %+v", fault)
		}
		if status == 401 && !errors.Is(fault, ErrLogin) && !errors.Is(fault, ErrConcurrency) {
			t.Fatalf("401 is %v", fault.Class())
		}
	})
}
