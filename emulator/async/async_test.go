package async_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice/emulator/async"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// echo answers with what it got, and refuses a body that says so.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if string(body) == "refuse" {
		fault.Write(w, fault.User("No."))
		return
	}
	w.Header().Set("Location", "here")
	fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
})

type desk struct {
	t     *testing.T
	queue *async.Queue
	front http.Handler
	user  string
}

func open(t *testing.T, o async.Options) *desk {
	q := async.New(o)
	t.Cleanup(q.Close)
	return &desk{t: t, queue: q, front: q.Take(echo, nil), user: "1"}
}

func (d *desk) send(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(session.With(r.Context(), &session.Session{EmployeeID: d.user})))
	return w
}

func (d *desk) get(path string, headers ...string) (int, map[string]any) {
	d.t.Helper()
	w := d.send(d.queue, "GET", path, "", headers...)
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		body = map[string]any{"text": w.Body.String()}
	}
	return w.Code, body
}

// TestJob follows a request from 202 to its result, through the states that
// Oracle's help prints.
func TestJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := open(t, async.Options{Before: func(*http.Request) *fault.Fault { <-hold; return nil }})
		w := d.send(d.front, "POST", "/x", "one", "Prefer", "respond-async, transient")
		if w.Code != 202 || w.Header().Get("Preference-Applied") != "respond-async" || w.Header().Get("Location") != "http://example.com/services/rest/async/v1/job/1" {
			t.Fatal(w.Code, w.Header())
		}
		synctest.Wait()
		if _, job := d.get("/services/rest/async/v1/job/1"); job["completed"] != false || job["progress"] != "processing" || job["id"] != "1" {
			t.Error(job)
		}
		if code, body := d.get("/services/rest/async/v1/job/1/task/1/result", "Prefer", "transient"); code != 404 {
			t.Error("a result before its time:", code, body)
		}
		d.send(d.front, "POST", "/x", "refuse", "Prefer", "respond-async")
		if _, job := d.get("/services/rest/async/v1/job/2"); job["progress"] != "pending" {
			t.Error(job)
		}
		close(hold)
		d.queue.Wait()
		if _, task := d.get("/services/rest/async/v1/job/1/task/1"); task["progress"] != "succeeded" || task["completed"] != true || task["endTime"] == nil {
			t.Error(task)
		}
		if code, body := d.get("/services/rest/async/v1/job/1/task/1/result", "prefer", "transient"); code != 200 || body["text"] != "POST /x one" {
			t.Error(code, body)
		}
		if _, job := d.get("/services/rest/async/v1/job/2/"); job["progress"] != "succeeded" {
			t.Error("the job of a task that failed:", job)
		}
		if _, task := d.get("/services/rest/async/v1/job/2/task/1"); task["progress"] != "failed" {
			t.Error(task)
		}
		if code, _ := d.get("/services/rest/async/v1/job/2/task/1/result"); code != 400 {
			t.Error("the result of a query without Prefer: transient:", code)
		}
		d.user = "2"
		if code, _ := d.get("/services/rest/async/v1/job/1"); code != 404 {
			t.Error("somebody else's job:", code)
		}
	})
}

// TestIdempotencyKey: a key is good for one job, whatever its letters' case.
// It fails when add does not look for the key.
func TestIdempotencyKey(t *testing.T) {
	d := open(t, async.Options{})
	const key = "cac827ea-3543-4cda-add2-bae634326c27"
	d.send(d.front, "POST", "/x", "one", "Prefer", "respond-async", "x-netsuite-idempotency-key", key)
	w := d.send(d.front, "POST", "/x", "one", "Prefer", "respond-async", "X-NetSuite-Idempotency-Key", strings.ToUpper(key))
	if w.Code != 409 || !strings.HasSuffix(w.Header().Get("Location"), "/job/1") || !strings.Contains(w.Body.String(), `"IDEMPOTENCY_ERROR"`) {
		t.Error(w.Code, w.Header(), w.Body)
	}
	if w := d.send(d.front, "POST", "/x", "one", "X-NetSuite-Idempotency-Key", key); w.Code != 200 {
		t.Error("a synchronous call looks at no key:", w.Code)
	}
	if w := d.send(d.front, "POST", "/x", "one", "Prefer", "respond-async", "X-NetSuite-Idempotency-Key", "mine"); w.Code != 400 {
		t.Error("no UUID:", w.Code)
	}
	if code, _ := d.get("/services/rest/async/v1/job/2"); code != 404 {
		t.Error("the second request made a job")
	}
}

// TestCloseDropsWhatHasNotBegun: the task under way ends, the next job does not begin.
func TestCloseDropsWhatHasNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := open(t, async.Options{Before: func(*http.Request) *fault.Fault { <-hold; return nil }})
		for range 2 {
			d.send(d.front, "POST", "/x", "one", "Prefer", "respond-async")
		}
		synctest.Wait()
		go close(hold)
		d.queue.Close()
		if _, task := d.get("/services/rest/async/v1/job/2/task/1"); task["progress"] != "pending" {
			t.Error(task)
		}
		if n := d.queue.Open(); n != 1 {
			t.Errorf("%d open jobs, want 1", n)
		}
	})
}
