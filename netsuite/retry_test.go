package netsuite

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const okBody = `{"id":"107","items":[]}`

// A failure is what the first attempts meet; the server then answers well.
type failure = http.HandlerFunc

func answers(status int, body string) failure {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hangUp breaks the connection after the request was read, behind sent.
func hangUp(sent string) failure {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, sent)
		_ = conn.(*net.TCPConn).SetLinger(0)
		if sent != "" {
			_ = conn.(*net.TCPConn).SetLinger(-1)
		}
		_ = conn.Close()
	}
}

const restletRefusal = `{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED","message":"limit"}}`

// TestRetryRules is the table of the package documentation: what is repeated
// and what is certain, by operation and failure. Each failure is met three
// times; four attempts mean that it was repeated to the good end.
func TestRetryRules(t *testing.T) {
	for _, c := range []struct {
		name        string
		fail        failure // nil: the connection is not made
		read, write int     // attempts
		certainty   Certainty
	}{
		{"not connected", nil, 4, 4, NotApplied},
		{"429", answers(429, ""), 4, 4, NotApplied},
		{"RESTlet refusal", answers(400, restletRefusal), 4, 4, NotApplied},
		{"reset after sending", hangUp(""), 4, 1, Unknown},
		{"answer cut in its head", hangUp("HTTP/1.1 200 OK\r\nContent-"), 4, 1, Unknown},
		{"answer cut in its body", hangUp("HTTP/1.1 200 OK\r\nContent-Length: 50\r\nLocation: /x/1\r\n\r\n{\"id\":"), 4, 1, Unknown},
		{"500", answers(500, `{"o:errorDetails":[{"o:errorCode":"UNEXPECTED_ERROR"}]}`), 4, 1, Unknown},
		{"502 with HTML", answers(502, "<html>"), 4, 1, Unknown},
		{"503", answers(503, ""), 4, 1, Unknown},
		{"400", answers(400, `{"o:errorDetails":[{"o:errorCode":"USER_ERROR"}]}`), 1, 1, NotApplied},
		{"401", answers(401, ""), 1, 1, NotApplied},
		{"403", answers(403, ""), 1, 1, NotApplied},
		{"404", answers(404, ""), 1, 1, NotApplied},
		{"302", answers(302, ""), 1, 1, NotApplied},
	} {
		for _, op := range []struct {
			name     string
			attempts int
			do       func(*Client) error
		}{
			{"get", c.read, func(cl *Client) error {
				_, err := cl.Records.Get(t.Context(), "customer", "107", GetOptions{})
				return err
			}},
			{"suiteql", c.read, func(cl *Client) error {
				_, err := cl.SuiteQL.Page(t.Context(), "SELECT id FROM customer", nil, 0, 0)
				return err
			}},
			{"create", c.write, func(cl *Client) error {
				_, err := cl.Records.Create(t.Context(), "customer", Record{"companyName": "A"}, WriteOptions{})
				return err
			}},
			{"update", c.write, func(cl *Client) error {
				_, err := cl.Records.Update(t.Context(), "customer", "107", Record{"companyName": "A"}, WriteOptions{})
				return err
			}},
			{"delete", c.write, func(cl *Client) error { return cl.Records.Delete(t.Context(), "customer", "107") }},
		} {
			t.Run(c.name+"/"+op.name, func(t *testing.T) { checkRetry(t, c.fail, op.do, op.attempts, c.certainty) })
		}
	}
}

func checkRetry(t *testing.T, fail failure, do func(*Client) error, attempts int, certainty Certainty) {
	var count atomic.Int64
	var signatures sync.Map
	handler := func(w http.ResponseWriter, r *http.Request) {
		if _, seen := signatures.LoadOrStore(r.Header.Get("Authorization"), true); seen {
			t.Error("a signature was sent twice")
		}
		if fail != nil && count.Add(1) <= 3 {
			fail(w, r)
			return
		}
		w.Header().Set("Location", "http://"+r.Host+"/services/rest/record/v1/customer/107")
		if r.Method == "GET" || strings.Contains(r.URL.Path, "suiteql") {
			_, _ = io.WriteString(w, okBody)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
	dialer := &net.Dialer{}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if fail == nil && count.Add(1) <= 3 {
			return nil, &net.OpError{Op: "dial", Err: errors.New("no route")}
		}
		return dialer.DialContext(ctx, network, addr)
	}}
	var last Exchange
	c, _ := newTestClient(t, handler, WithHTTPClient(&http.Client{Transport: transport}), OnExchange(func(_ context.Context, e Exchange) { last = e }))
	err := do(c)
	if got := int(count.Load()); got != attempts {
		t.Errorf("%d attempts, want %d (%v)", got, attempts, err)
	}
	if last.Attempt != attempts {
		t.Errorf("the last exchange reported is attempt %d", last.Attempt)
	}
	switch {
	case attempts == 4 && err != nil:
		t.Errorf("no good end: %v", err)
	case attempts == 1 && err == nil:
		t.Error("no error")
	case attempts == 1 && Applied(err) != certainty:
		t.Errorf("applied: %s, want %s (%v)", Applied(err), certainty, err)
	}
}

// The same failures without an end: reads stop after MaxAttempts, waits for
// concurrency after MaxElapsed, and the error is the last one.
func TestRetryEnds(t *testing.T) {
	for _, c := range []struct {
		name     string
		fail     failure
		attempts int
		class    error
	}{
		{"failures", answers(500, ""), 5, ErrServer},
		// 0.5 + 1 + 2 + 4 + 8 + 16 s, then 18 times 30 s make 571.5 s of 600
		{"refusals", answers(429, ""), 25, ErrConcurrency},
	} {
		attempts := 0
		cl, clock := newTestClient(t, func(w http.ResponseWriter, r *http.Request) { attempts++; c.fail(w, r) })
		start := clock.now()
		_, err := cl.System.GovernanceLimits(t.Context())
		if attempts != c.attempts || !errors.Is(err, c.class) {
			t.Errorf("%s: %d attempts, %v", c.name, attempts, err)
		}
		if total := clock.now().Sub(start); total > 10*time.Minute {
			t.Errorf("%s: tried for %s", c.name, total)
		}
		if clock.slept[0] != 500*time.Millisecond || clock.slept[1] != time.Second {
			t.Errorf("%s: waits %v", c.name, clock.slept)
		}
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	attempts := 0
	c, clock := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts == 1 {
			w.Header().Set("Retry-After", "42")
			w.WriteHeader(429)
			return
		}
		_, _ = io.WriteString(w, okBody)
	})
	if _, err := c.Records.Get(t.Context(), "customer", "1", GetOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(clock.slept) != 1 || clock.slept[0] != 42*time.Second {
		t.Errorf("waits %v", clock.slept)
	}
}

func TestDelayIsFullJitterBelowARisingCeiling(t *testing.T) {
	p := RetryPolicy{}.withDefaults()
	for failures, want := range map[int]time.Duration{1: 500 * time.Millisecond, 2: time.Second, 7: 30 * time.Second, 40: 30 * time.Second, 1000: 30 * time.Second} {
		if got := p.delay(failures, 1); got != want {
			t.Errorf("ceiling after %d failures: %s, want %s", failures, got, want)
		}
		if got := p.delay(failures, 0); got != 0 {
			t.Errorf("floor after %d failures: %s", failures, got)
		}
	}
}

// slowSlots grants a slot after an hour.
type slowSlots struct{ clock *fakeTime }

func (s slowSlots) Acquire(ctx context.Context, _ Class) (func(Result), error) {
	return func(Result) {}, s.clock.sleep(ctx, time.Hour)
}

// Hours in the queue of the governor are not held against the request: with
// retrier.waited left out of next, the first refusal would be the end.
func TestWaitingForSlotsIsNoRetryTime(t *testing.T) {
	attempts := 0
	c, clock := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts < 5 {
			w.WriteHeader(429)
			return
		}
		_, _ = io.WriteString(w, okBody)
	})
	c.slots = slowSlots{clock}
	if _, err := c.Records.Get(t.Context(), "customer", "1", GetOptions{}); err != nil || attempts != 5 {
		t.Errorf("%v after %d attempts", err, attempts)
	}
}
