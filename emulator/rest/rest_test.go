package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
)

var clock = time.Date(2026, 6, 15, 12, 30, 45, 0, time.UTC)

// account is an emulated account with the sample company behind an HTTP
// server; tests change its session to act as others.
type account struct {
	t      testing.TB
	store  *record.Store
	ses    session.Session
	server *httptest.Server
	now    time.Time
}

func newAccount(t testing.TB) *account {
	t.Helper()
	a := &account{t: t, now: clock}
	file := filepath.Join(t.TempDir(), "account.db")
	image, err := sampleImage()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, image, 0o600); err != nil {
		t.Fatal(err)
	}
	a.store, err = record.Open(t.Context(), record.Options{Path: file, Now: func() time.Time { return a.now }})
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	a.ses = session.Session{
		AccountID: "TSTDRV0000001", EmployeeID: "1", Administrator: true, Features: map[string]bool{"SUBSIDIARIES": true},
		TimeZone: zone, DateFormat: "M/D/YYYY", TimeFormat: "h:mm a", Now: func() time.Time { return a.now },
	}
	h := New(a.store, Options{})
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ses := a.ses
		h.ServeHTTP(w, r.WithContext(session.With(r.Context(), &ses)))
	}))
	t.Cleanup(func() {
		a.server.Close()
		if err := a.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// sampleImage is the file of an account with the sample company, made once.
var sampleImage = sync.OnceValues(func() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "sample-account-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "account.db")
	store, err := record.Open(context.Background(), record.Options{Path: file, Now: func() time.Time { return clock }})
	if err != nil {
		return nil, err
	}
	if err := company.Sample(context.Background(), store, 1, clock, company.Size{}); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if err := store.Close(); err != nil { // moves the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(file)
})

// answer is one HTTP answer with its JSON body, if it has one.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// do sends "METHOD path" below /services/rest/record/v1 and a JSON body.
func (a *account) do(request, body string, headers ...string) answer {
	a.t.Helper()
	method, target, _ := strings.Cut(request, " ")
	if !strings.HasPrefix(target, "/services") {
		target = recordPath + "/" + target
	}
	target = strings.ReplaceAll(target, " ", "%20")
	req, err := http.NewRequest(method, a.server.URL+target, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	out := answer{status: res.StatusCode, header: res.Header}
	if len(text) > 0 {
		dec := json.NewDecoder(strings.NewReader(string(text)))
		dec.UseNumber()
		if err := dec.Decode(&out.body); err != nil {
			a.t.Fatalf("%s: %v in %s", request, err, text)
		}
	}
	return out
}

// create adds a record that must be accepted and returns its internal ID.
func (a *account) create(typ, body string) string {
	a.t.Helper()
	res := a.do("POST "+typ, body)
	if res.status != http.StatusNoContent {
		a.t.Fatalf("POST %s = %d %v", typ, res.status, res.body)
	}
	return path.Base(res.header.Get("Location"))
}

// get returns a record that must be there, sublists included.
func (a *account) get(at string) map[string]any {
	a.t.Helper()
	res := a.do("GET "+at+"?expandSubResources=true", "")
	if res.status != http.StatusOK {
		a.t.Fatalf("GET %s = %d %v", at, res.status, res.body)
	}
	return res.body
}

// detail is the first error detail of an answer.
func (r answer) detail() fault.Detail {
	list, _ := r.body["o:errorDetails"].([]any)
	if len(list) == 0 {
		return fault.Detail{}
	}
	text, _ := json.Marshal(list[0])
	var d fault.Detail
	_ = json.Unmarshal(text, &d)
	return d
}

// at walks into decoded JSON: names and list indexes.
func at(v any, steps ...any) any {
	for _, s := range steps {
		switch s := s.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestOrderRoundTrip(t *testing.T) {
	a := newAccount(t)
	res := a.do("POST salesOrder", `{"entity":{"externalId":"cust-0001"},"memo":"first","shippingCost":5.5,
		"item":{"items":[{"item":{"id":"1"},"quantity":3,"rate":10.005},{"item":"2","amount":7}]}}`)
	equal(t, "status", res.status, 204)
	location := res.header.Get("Location")
	if !strings.HasPrefix(location, a.server.URL+recordPath+"/salesOrder/") {
		t.Fatalf("Location %q", location)
	}
	order := a.get("salesOrder/" + path.Base(location))
	equal(t, "memo", order["memo"], "first")
	equal(t, "entity", at(order, "entity", "refName"), "Harbor Outfitters")
	equal(t, "status", at(order, "status", "refName"), "Pending Fulfillment")
	equal(t, "amount", at(order, "item", "items", 0, "amount"), "30.02")
	equal(t, "line", at(order, "item", "items", 1, "line"), "2")
	equal(t, "rate of the second line", at(order, "item", "items", 1, "rate"), "7")
	equal(t, "subtotal", order["subtotal"], "37.02")
	equal(t, "total", order["total"], "42.52")
	equal(t, "lastModifiedDate", order["lastModifiedDate"], "2026-06-15T12:30:45Z")
}

func encode(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
