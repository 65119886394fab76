package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/failure"
)

const batchType = "application/vnd.oracle.resource+json; type=collection"

// batch sends a request with headers and waits until its job is done.
func batch(t *testing.T, e *Emulator, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, e.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sign(r, e.Credentials(), e.Clock().Now())
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	got := send(r)
	if err := e.Quiesce(t.Context()); err != nil {
		t.Fatal(err)
	}
	return got
}

// result is the answer to the nth record of a job.
func (a answer) result(t *testing.T, e *Emulator, n int) answer {
	t.Helper()
	job, ok := strings.CutPrefix(a.header.Get("Location"), e.URL())
	if !ok {
		t.Fatalf("%d %s: no job in %q", a.status, a.body, a.header.Get("Location"))
	}
	return call(t, e, "GET", fmt.Sprintf("%s/task/%d/result", job, n), "")
}

// TestBatch makes, changes, reads and deletes records in batches: each record
// has an answer of its own, in its place.
func TestBatch(t *testing.T) {
	e := Start(t)
	const customers = "/services/rest/record/v1/customer"
	made := batch(t, e, "POST", customers, `{"items":[{"companyName":"A","externalId":"a"},{"email":"x"},{"companyName":"B","externalId":"b 1"}]}`,
		"Prefer", "respond-async", "Content-Type", batchType)
	if made.status != 202 {
		t.Fatal(made.status, made.body)
	}
	for n, want := range []int{204, 400, 204} {
		if got := made.result(t, e, n+1); got.status != want {
			t.Errorf("record %d: %d %s, want %d", n+1, got.status, got.body, want)
		}
	}
	id := made.result(t, e, 1).header.Get("Location")
	if !strings.Contains(id, customers+"/") {
		t.Errorf("Location %q", id)
	}
	id = id[strings.LastIndex(id, "/")+1:]
	if list := call(t, e, "GET", made.header.Get("Location")[len(e.URL()):]+"/task", ""); strings.Count(list.body, `"rel":"self"`) != 4 {
		t.Errorf("task list: %s", list.body)
	}

	changed := batch(t, e, "PATCH", customers, fmt.Sprintf(`{"items":[{"id":%s,"externalId":"c","email":"one@example.com"},{"externalId":"b 1","email":"two@example.com"},{"email":"?"}]}`, id),
		"prefer", "respond-async", "prefer", `batch-processing="parallel"`, "content-type", batchType)
	for n, want := range []int{204, 204, 400} {
		if got := changed.result(t, e, n+1); got.status != want {
			t.Errorf("change %d: %d %s, want %d", n+1, got.status, got.body, want)
		}
	}
	put := batch(t, e, "PUT", customers, `{"items":[{"externalId":"c","companyName":"C"},{"externalId":"d","companyName":"D"}]}`, "Prefer", "respond-async", "Content-Type", batchType)
	if a, b := put.result(t, e, 1), put.result(t, e, 2); a.status != 204 || b.status != 204 || !strings.HasSuffix(a.header.Get("Location"), "/"+id) {
		t.Errorf("upserts: %d %q, %d", a.status, a.header.Get("Location"), b.status)
	}

	read := batch(t, e, "GET", customers+"?expandRecords=true&ids="+id+",eid:d,eid:'b%201',999999&fields=companyName", "", "Prefer", "respond-async")
	for n, want := range []string{`"companyName":"C"`, `"companyName":"D"`, `"companyName":"B"`, "NONEXISTENT_ID"} {
		if got := read.result(t, e, n+1); !strings.Contains(got.body, want) {
			t.Errorf("read %d: %s, want %s", n+1, got.body, want)
		}
	}
	gone := batch(t, e, "DELETE", customers+"?ids="+id+",eid:d", "", "Prefer", "respond-async")
	if got := gone.result(t, e, 2); got.status != 204 {
		t.Error(got.status, got.body)
	}
	if got := call(t, e, "GET", customers+"/"+id, ""); got.status != 404 {
		t.Error("not deleted:", got.status)
	}
}

// TestBatchRefused: what is no batch, or too large, makes no job.
func TestBatchRefused(t *testing.T) {
	e := Start(t, bare)
	many := make([]any, 101)
	for i := range many {
		many[i] = map[string]any{"name": fmt.Sprint(i)}
	}
	big, err := json.Marshal(map[string]any{"items": many})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, method, path, body, prefer, contentType string }{
		{"101 records", "POST", "department", string(big), "respond-async", batchType},
		{"no records", "POST", "department", `{"items":[]}`, "respond-async", batchType},
		{"no list", "POST", "department", `{"name":"x"}`, "respond-async", batchType},
		{"synchronous", "POST", "department", `{"items":[{"name":"x"}]}`, "", batchType},
		{"not said to be a collection", "PATCH", "department", `{"items":[{"id":1}]}`, "respond-async", "application/json"},
		{"ids without expandRecords", "GET", "department?ids=1", "", "respond-async", ""},
		{"synchronous read", "GET", "department?ids=1&expandRecords=true", "", "", ""},
		{"synchronous deletion", "DELETE", "department?ids=1", "", "", ""},
	} {
		if got := batch(t, e, c.method, "/services/rest/record/v1/"+c.path, c.body, "Prefer", c.prefer, "Content-Type", c.contentType); got.status != 400 {
			t.Errorf("%s: %d %s, want 400", c.what, got.status, got.body)
		}
	}
}

// TestBatchDropped: a batch whose answer is lost was accepted once; its key finds
// it, and a rule makes one of its records fail.
func TestBatchDropped(t *testing.T) {
	e := Start(t, bare)
	const key = "0d1c1f7e-7c0f-4b7e-9b7d-4f3f5cdd3a11"
	for _, rule := range []failure.Rule{{Method: "POST", Effect: failure.DropAfter, Count: 1}, {Method: failure.Task, Effect: failure.ServerError, Nth: 2}} {
		if err := e.Faults().Add(rule); err != nil {
			t.Fatal(err)
		}
	}
	body := `{"items":[{"name":"x","symbol":"XXX","exchangeRate":1},{"name":"y","symbol":"YYY","exchangeRate":1}]}`
	submit := func() answer {
		return batch(t, e, "POST", "/services/rest/record/v1/currency", body, "Prefer", "respond-async", "Content-Type", batchType, "X-NetSuite-Idempotency-Key", key)
	}
	if first := submit(); first.err == nil {
		t.Fatal("the answer arrived")
	}
	again := submit()
	if again.status != 409 {
		t.Fatal(again.status, again.body)
	}
	if got := again.result(t, e, 1); got.status != 204 {
		t.Error(got.status, got.body)
	}
	if got := again.result(t, e, 2); got.status != 500 {
		t.Error(got.status, got.body)
	}
	if n := strings.Count(call(t, e, "GET", "/services/rest/record/v1/currency", "").body, `"id"`); n != 1 {
		t.Errorf("%d currencies, want 1", n)
	}
}

// TestLaterQuery: a query is worked later if it prefers that together with
// transient, and its result wants transient too; any other request may be as well.
func TestLaterQuery(t *testing.T) {
	e := Start(t)
	const suiteql = "/services/rest/query/v1/suiteql"
	asked := batch(t, e, "POST", suiteql+"?limit=2", `{"q":"SELECT id FROM customer"}`, "Prefer", "respond-async, transient")
	if asked.status != 202 {
		t.Fatal(asked.status, asked.body)
	}
	result := strings.TrimPrefix(asked.header.Get("Location"), e.URL()) + "/task/1/result"
	if got := batch(t, e, "GET", result, ""); got.status != 400 {
		t.Error("without transient:", got.status, got.body)
	}
	if got := batch(t, e, "GET", result, "", "Prefer", "transient"); got.status != 200 || !strings.Contains(got.body, `"count":2`) {
		t.Error(got.status, got.body)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/services/rest/record/v1/customer/9", "", 200},
		{"POST", "/services/rest/record/v1/vendorBill/999999/!transform/vendorPayment", "", 400},
		{"DELETE", "/services/rest/record/v1/term/999999", "", 403},
	} {
		if got := batch(t, e, c.method, c.path, c.body, "Prefer", "respond-async").result(t, e, 1); got.status != c.status {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, got.status, got.body, c.status)
		}
	}
}
