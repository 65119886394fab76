package emulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/internal/reference"
)

// recordedError is an error body that others recorded or Oracle's help prints.
type recordedError struct {
	Evidence, What string
	Body           map[string]any
}

// recordedErrors reads a list of them. The collection is no part of the project;
// without it the test is skipped.
func recordedErrors(t *testing.T, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(reference.Read(t, "fixtures/rest/errors/"+name), into); err != nil {
		t.Fatal(err)
	}
}

// cause is what a client does for an error to arise.
type cause struct {
	before       func(*Emulator) (undo func(), err error)
	method, path string
	body         string
	prefer       string
	wrongSecret  bool
}

const (
	recordService = "/services/rest/record/v1/"
	queryService  = "/services/rest/query/v1/suiteql"
)

// causes are the causes of the recorded errors, by the beginning of what the
// collection calls them.
var causes = map[string]cause{
	"401 TBA/OAuth rejected":           {method: "GET", path: recordService + "customer", wrongSecret: true},
	"400 q= on non-filterable field":   {method: "GET", path: recordService + "employee?q=lastModifiedDate%20AFTER%20%221/1/2026%22"},
	"400 SuiteQL unknown column":       {method: "POST", path: queryService, prefer: "transient", body: `{"q":"SELECT subsidiary FROM transaction"}`, before: withoutSubsidiaries},
	"400 SuiteQL unknown table":        {method: "POST", path: queryService, prefer: "transient", body: `{"q":"SELECT id FROM Email"}`},
	"400 SuiteQL table the role may":   {method: "POST", path: queryService, prefer: "transient", body: `{"q":"SELECT id FROM customer"}`, before: withoutCustomers},
	"400 SuiteQL planner gives up":     {method: "POST", path: queryService, prefer: "transient", body: `{"q":"SELECT DISTINCT BUILTIN.DF(entity) FROM transaction"}`},
	"400 q= date literal in the wrong": {method: "GET", path: recordService + "customer?q=lastModifiedDate%20AFTER%20%228/5/2026%2023:53%22"},
	"400 q= unparsable":                {method: "GET", path: recordService + "customer?q=lastModifiedDate%20AFTER%20'8/5/2026'"},
	"400 duplicate entity on create":   {method: "POST", path: recordService + "customer", body: `{"companyName":"Twice"}`, before: twice},
	"400 required fields missing":      {method: "POST", path: recordService + "customer", body: `{}`},
	"400 record locked by workflow":    {method: "GET", path: recordService + "vendor/5", before: lockVendor},
	"400 GET of a transaction id":      {method: "GET", path: recordService + "vendorBill/999999"},
	"400 body is not JSON":             {method: "POST", path: recordService + "customer", body: "{"},
	"404 entity id does not exist":     {method: "GET", path: recordService + "employee/999999"},
	"404 record type unknown":          {method: "GET", path: recordService + "bad-path"},
	"400 semantic error":               {method: "POST", path: recordService + "salesOrder", body: `{"entity":{"id":9},"item":{"items":[{"item":{"id":9999},"amount":1}]}}`},
	"429 concurrency":                  {method: "GET", path: recordService + "customer", before: fullPool},
	"400/409 idempotency key reuse":    {method: "POST", path: recordService + "department", body: "{}", prefer: "respond-async", before: usedKey},
	"403 no permission":                {method: "GET", path: recordService + "customer", before: withoutCustomers},
}

// A 500 has no cause that a client could bring about: failure_test.go asks for it.
var causeless = []string{"500"}

func withoutSubsidiaries(e *Emulator) (func(), error) {
	return func() { _ = e.Account().SetFeature("SUBSIDIARIES", true) }, e.Account().SetFeature("SUBSIDIARIES", false)
}

func withoutCustomers(e *Emulator) (func(), error) {
	undo := func() { _ = e.Account().SetPermission("1001", "LIST_CUSTJOB", session.Full) }
	return undo, e.Account().RemovePermission("1001", "LIST_CUSTJOB")
}

func lockVendor(e *Emulator) (func(), error) {
	return func() {}, e.Records().Writer().Lock("vendor", 5, true)
}

func twice(e *Emulator) (func(), error) {
	_, err := e.Records().Writer().Create("customer", map[string]any{"companyName": "Twice"})
	return func() {}, err
}

func fullPool(e *Emulator) (func(), error) {
	var leave []func()
	for range e.Gate().Stats().Limit {
		f, _ := e.Gate().Enter("1")
		leave = append(leave, f)
	}
	return func() {
		for _, f := range leave {
			f()
		}
	}, nil
}

const usedUUID = "cac827ea-3543-4cda-add2-bae634326c27"

func usedKey(e *Emulator) (func(), error) {
	first := provoke(e, cause{method: "POST", path: recordService + "department", body: "{}", prefer: "respond-async"})
	return func() {}, first.err
}

// TestRecordedErrors brings about every error of the collection from its own
// cause, and wants the body that was recorded, as far as it was.
func TestRecordedErrors(t *testing.T) {
	var file struct{ Entries []recordedError }
	recordedErrors(t, "suitetalk-rest-errors.json", &file)
	e := Start(t, func(o *Options) { o.Company = company.Size{Customers: 2, Items: 2, Orders: 2, Invoices: 1} })
	for _, want := range file.Entries {
		t.Run(want.What, func(t *testing.T) {
			c, ok := findCause(want.What)
			if !ok {
				if !slices.ContainsFunc(causeless, func(s string) bool { return strings.HasPrefix(want.What, s) }) {
					t.Errorf("%s (%s): nobody knows its cause", want.What, want.Evidence)
				}
				return
			}
			if c.before != nil {
				undo, err := c.before(e)
				if err != nil {
					t.Fatal(err)
				}
				defer undo()
			}
			got := provoke(e, c)
			var body map[string]any
			if err := json.Unmarshal([]byte(got.body), &body); err != nil {
				t.Fatalf("%d %s: %v", got.status, got.body, err)
			}
			compareError(t, want, got.status, body)
		})
	}
}

func findCause(what string) (cause, bool) {
	for begin, c := range causes {
		if strings.HasPrefix(what, begin) {
			return c, true
		}
	}
	return cause{}, false
}

// provoke sends the request of a cause.
func provoke(e *Emulator, c cause) answer {
	r, err := http.NewRequest(c.method, e.URL()+c.path, strings.NewReader(c.body))
	if err != nil {
		return answer{err: err}
	}
	credentials := e.Credentials()
	if c.wrongSecret {
		credentials.TokenSecret += "x"
	}
	sign(r, credentials, e.Clock().Now())
	if c.prefer != "" {
		r.Header.Set("Prefer", c.prefer)
		r.Header.Set("X-NetSuite-Idempotency-Key", usedUUID)
	}
	return send(r)
}

// placeholders are texts that nobody recorded.
var placeholders = regexp.MustCompile(`^UNVERIFIED`)

// compareError compares what was recorded. The type is one of two forms: that of
// RFC 2616 was printed until 2023.
func compareError(t *testing.T, want recordedError, status int, got map[string]any) {
	t.Helper()
	inBody, _ := want.Body["status"].(float64)
	if status != int(inBody) && !(status == http.StatusConflict && want.Body["title"] == "Conflict") {
		t.Errorf("status %d, want %v", status, inBody)
	}
	for _, name := range []string{"title", "status"} {
		if got[name] != want.Body[name] {
			t.Errorf("%s = %v, want %v", name, got[name], want.Body[name])
		}
	}
	if wanted := want.Body["type"].(string); got["type"] != wanted && !strings.Contains(wanted, "rfc2616") {
		t.Errorf("type = %v, want %s", got["type"], wanted)
	}
	if want.Body["o:errorCode"] != got["o:errorCode"] {
		t.Errorf("o:errorCode = %v, want %v", got["o:errorCode"], want.Body["o:errorCode"])
	}
	wanted := want.Body["o:errorDetails"].([]any)
	details, _ := got["o:errorDetails"].([]any)
	if len(details) != len(wanted) {
		t.Fatalf("%d details, want %d", len(details), len(wanted))
	}
	for i := range wanted {
		one, other := wanted[i].(map[string]any), details[i].(map[string]any)
		for name, v := range one {
			if s, _ := v.(string); other[name] != v && !placeholders.MatchString(s) {
				t.Errorf("%s = %v, want %v", name, other[name], v)
			}
		}
		for name := range other {
			if _, ok := one[name]; !ok {
				t.Errorf("%s is said and was not recorded: %v", name, other[name])
			}
		}
	}
}
