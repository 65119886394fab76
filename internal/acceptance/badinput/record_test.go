package badinput

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice/internal/client"
)

// meanwhile does something at the first request to the account that fits, before the
// account works on it.
func (w *world) meanwhile(t *testing.T, method, path string, do func()) {
	var done atomic.Bool // what is done may be such a request itself
	act := func(r *http.Request) {
		if r.Method == method && strings.HasSuffix(r.URL.Path, path) && done.CompareAndSwap(false, true) {
			do()
		}
	}
	w.inside.Store(&act)
	t.Cleanup(func() { w.inside.Store(nil) })
}

// customer makes customers and returns their internal IDs.
func (w *world) newCustomers(t *testing.T, name string, n int) []string {
	t.Helper()
	var ids []string
	for i := range n {
		ref, err := w.CreateRecord(t.Context(), "netsuite", "customer", map[string]any{"companyName": fmt.Sprintf("%s %d", name, i+1), "subsidiary": map[string]any{"id": "1"}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ref.ID)
	}
	return ids
}

func (w *world) deleteCustomer(t *testing.T, id string) func() {
	return func() {
		if err := w.DeleteRecord(t.Context(), "netsuite", "customer", id); err != nil {
			t.Error(err)
		}
	}
}

const changing = `name: %[1]s
export:
  connection: netsuite
  %[2]s
  key: [id]
steps:
  - map: |
      root.id = this.id
      root.comments = "seen"
  - import: {connection: netsuite, operation: %[3]s, netsuite: {record: customer, id: this.id}}
pages: {size: 10, parallel: 1}
`

// A record that is gone when its change comes is an error of its own, with the row that
// it was; one that is gone when it is to be deleted, or before it was read, is none.
func recordDeletedMeanwhile(t *testing.T, w *world) {
	t.Run("before an update", func(t *testing.T) {
		ids := w.newCustomers(t, "Updated", 3)
		w.apply(t, fmt.Sprintf(changing, "update-gone", `suiteql: {query: "SELECT id FROM customer WHERE companyname LIKE 'Updated %'", key: [id]}`, "update"))
		w.meanwhile(t, http.MethodPatch, "/customer/"+ids[0], w.deleteCustomer(t, ids[0]))
		w.through(t, "update-gone", 3, 2, 1)
		w.open(t, "update-gone", says{"NONEXISTENT_ID", "row " + ids[0], "does not exist", "ignore_missing"})
	})
	t.Run("before a delete", func(t *testing.T) {
		ids := w.newCustomers(t, "Removed", 3)
		w.apply(t, fmt.Sprintf(changing, "delete-gone", `suiteql: {query: "SELECT id FROM customer WHERE companyname LIKE 'Removed %'", key: [id]}`, "delete"))
		w.meanwhile(t, http.MethodDelete, "/customer/"+ids[0], w.deleteCustomer(t, ids[0]))
		if r := w.through(t, "delete-gone", 3, 2, 0); r.Counts.Unchanged != 1 { // it is gone, as it should be
			t.Errorf("%+v", r.Counts)
		}
		if got := w.customers(t, "Removed %"); len(got) != 0 {
			t.Errorf("%q are still there", got)
		}
	})
	t.Run("between the list and the record", func(t *testing.T) {
		ids := w.newCustomers(t, "Listed", 3)
		w.apply(t, `name: list-gone
export:
  connection: netsuite
  records: {type: customer, filter: 'companyName START_WITH "Listed"'}
  key: [id]
steps: [{import: {connection: files, operation: add, jsonl: {path: list-gone.jsonl}}}]
`)
		w.meanwhile(t, http.MethodGet, "/customer/"+ids[0], w.deleteCustomer(t, ids[0]))
		w.through(t, "list-gone", 2, 2, 0) // what is not there any more is not read
	})
}

// An edit that is no record any more is refused, and one that the flow does not take is
// an error again: the record stays until it is mended.
func editedRecord(t *testing.T, w *world) {
	w.put(t, "edits-in.csv", "id,amount\n1,1\n2,two\n3,3\n")
	w.apply(t, reading("edits", "connection: files\n  csv: {path: edits-in.csv}"))
	w.through(t, "edits", 3, 2, 1)
	e := w.open(t, "edits", says{"mapping.failed", "edits-in.csv row 3", `"two" is not a number`, "Correct"})[0]
	for name, c := range map[string]struct {
		body string
		want says
	}{
		"no JSON":       {`{"id": "2", "amount": `, says{"request.malformed", "body", "line 1, column 23: the text ends too early", "one JSON"}},
		"no object":     {`["2", "2"]`, says{"invalid", "body", "expected object", "Correct"}},
		"no fields":     {`{}`, says{"error.record_invalid", "", "no fields", "whole record"}},
		"no key":        {`{"amount": "2"}`, says{"record.key_missing", "record", "id", ""}},
		"a list as key": {`{"id": ["2"], "amount": "2"}`, says{"record.key_invalid", "record", "id", ""}},
		"two values":    {`{"id": "2", "amount": "2"} {}`, says{"request.malformed", "body", "more than one", "one JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			wantCode(t, w.editRaw(t, e.ID, c.body), c.want)
			if kept, err := w.GetError(t.Context(), e.ID); err != nil || kept.State != "open" || kept.Record["amount"] != "two" {
				t.Errorf("after the refusal: %+v, %v", kept, err)
			}
		})
	}
	retry := func(amount string) *client.Run {
		t.Helper()
		if _, err := w.EditError(t.Context(), e.ID, map[string]any{"id": "2", "amount": amount}); err != nil {
			t.Fatal(err)
		}
		runs, err := w.RetryErrors(t.Context(), client.ErrorIDs{IDs: []int64{e.ID}})
		if err != nil || len(runs.Items) != 1 {
			t.Fatal(runs, err)
		}
		return w.ended(t, runs.Items[0].ID)
	}
	w.wants(t, retry("2,0"), 1, 0, 1)
	w.open(t, "edits", says{"mapping.failed", "edits-in.csv row 3", `"2,0" is not a number`, "Correct"})
	w.wants(t, retry("2.0"), 1, 1, 0)
	w.open(t, "edits")
	if got := w.read(t, "edits.csv"); strings.Count(got, "\n") != 4 {
		t.Errorf("the source is %q", got)
	}
}

// editRaw sends an edit as it is.
func (w *world) editRaw(t *testing.T, id int64, body string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, fmt.Sprintf("http://sluice/api/v1/errors/%d/record", id), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := w.HTTP.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return errorOf(t, resp)
}

const hookFlow = `name: hook
export: {connection: shop, webhook: {records: /order}, key: [id]}
steps: [{import: {connection: files, operation: add, jsonl: {path: hook.jsonl}}}]
`

// sign signs a delivery as Shopify does.
func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// deliver sends a delivery and returns the status of its answer.
func (w *world) deliver(t *testing.T, id, body, signature string) (int, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/hooks/hook", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Shopify-Webhook-Id", id)
	if signature != "" {
		r.Header.Set("X-Shopify-Hmac-Sha256", signature)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, errorOf(t, resp)
}

// A delivery that nobody with the secret has signed gets nowhere; the right one after it does.
func wrongSignature(t *testing.T, w *world) {
	w.apply(t, hookFlow)
	const body = `{"order": {"id": 7}}`
	for name, signature := range map[string]string{
		"none": "", "of another secret": sign("another-made-up-secret", body), "of another body": sign(hookSecret, body+" "),
		"cut short": sign(hookSecret, body)[:20], "no base64": "§§§",
	} {
		status, err := w.deliver(t, "d-1", body, signature)
		if status != http.StatusUnauthorized {
			t.Errorf("%s: answered %d", name, status)
		}
		if e, ok := errors.AsType[*client.ErrorBody](err); !ok || e.Code != "webhook.signature" || e.Where+e.Remedy != "" { // who has no secret learns nothing
			t.Errorf("%s: %+v", name, err)
		}
		if strings.Contains(err.Error(), hookSecret) {
			t.Errorf("%s: the answer tells the secret", name)
		}
	}
	notices, err := w.ListNotices(t.Context(), client.ListNoticesQuery{})
	if err != nil || len(notices.Items) == 0 {
		t.Fatal(err)
	}
	if n := notices.Items[0]; n.Code != "webhook.signature" || !strings.Contains(n.Message, "flow hook") || !strings.Contains(n.Remedy, "connection shop") {
		t.Errorf("the notice is %+v", n)
	}
	if hook, err := w.GetHook(t.Context(), "hook"); err != nil || hook.Last != 0 || hook.Waiting != 0 {
		t.Errorf("the inbox has %+v, %v", hook, err)
	}
	if status, err := w.deliver(t, "d-1", body, sign(hookSecret, body)); status != http.StatusAccepted {
		t.Fatalf("the right signature: %d, %v", status, err)
	}
	runs, err := w.ListRuns(t.Context(), client.ListRunsQuery{Flow: "hook"})
	if err != nil || len(runs.Items) != 1 {
		t.Fatalf("%+v, %v", runs, err)
	}
	w.wants(t, w.ended(t, runs.Items[0].ID), 1, 1, 0)
}
