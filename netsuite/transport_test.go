package netsuite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite/auth"
)

const okBody = `{"id":"107"}`

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
	c, _ := newTestClient(t, handler, WithHTTPClient(&http.Client{Transport: transport}), OnExchange(func(e Exchange) { last = e }))
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

// A wait that the caller's deadline would cut short is not begun, and the error
// is NetSuite's, not the context's.
func TestRetryRespectsTheDeadline(t *testing.T) {
	attempts := 0
	c, clock := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		attempts++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(429)
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := c.Records.Get(ctx, "customer", "1", GetOptions{})
	if attempts != 1 || len(clock.slept) != 0 || !errors.Is(err, ErrConcurrency) {
		t.Errorf("%d attempts, waits %v, %v", attempts, clock.slept, err)
	}
}

func TestCancellation(t *testing.T) {
	arrived := make(chan struct{})
	c, _ := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	err := c.Records.Delete(ctx, "customer", "1")
	if !errors.Is(err, context.Canceled) || Applied(err) != Unknown {
		t.Errorf("cancelled under way: %v, %s", err, Applied(err))
	}
	if err := c.Records.Delete(ctx, "customer", "1"); !errors.Is(err, context.Canceled) || Applied(err) != NotApplied {
		t.Errorf("cancelled before: %v, %s", err, Applied(err))
	}
}

func TestAttemptTimeout(t *testing.T) {
	stop := make(chan struct{})
	var attempts atomic.Int64
	c, _ := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) {
		attempts.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		<-stop
	}, WithAttemptTimeout(20*time.Millisecond))
	t.Cleanup(func() { close(stop) })
	_, err := c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{})
	var transport *TransportError
	if !errors.As(err, &transport) || !transport.Sent || Applied(err) != Unknown || attempts.Load() != 1 {
		t.Errorf("%v after %d attempts", err, attempts.Load())
	}
}

type brokenAuth struct{ err error }

func (a brokenAuth) Authenticate(context.Context, *http.Request) error { return a.err }

func TestAuthenticationFailures(t *testing.T) {
	for _, c := range []struct {
		err      error
		attempts int
		login    bool
	}{
		{errors.New("key missing"), 1, false},
		{&auth.TokenError{Status: 401, Code: "invalid_client"}, 1, true},
		{&auth.TokenError{Status: 503}, 5, false},
	} {
		attempts := 0
		c2, err := New(testAccount(t), brokenAuth{c.err}, WithSleep(newFakeTime().sleep), OnExchange(func(Exchange) { attempts++ }))
		if err != nil {
			t.Fatal(err)
		}
		err = c2.Records.Delete(t.Context(), "customer", "1")
		if attempts != c.attempts || errors.Is(err, ErrLogin) != c.login || Applied(err) != NotApplied || !errors.Is(err, c.err) {
			t.Errorf("%v: %d attempts, %v", c.err, attempts, err)
		}
	}
}

// renewing is an authenticator whose first token is stale.
type renewing struct{ token, rejections int }

func (a *renewing) Authenticate(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", fmt.Sprintf("Bearer made-up-%d", a.token))
	return nil
}

func (a *renewing) Rejected(_ *http.Request, h http.Header) bool {
	a.token++
	a.rejections++
	return strings.Contains(h.Get("WWW-Authenticate"), "invalid_token")
}

func TestStaleTokenIsRenewedOnce(t *testing.T) {
	for _, c := range []struct {
		good     string
		attempts int
		ok       bool
	}{{"Bearer made-up-1", 2, true}, {"none", 2, false}} {
		attempts := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if attempts++; r.Header.Get("Authorization") == c.good {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(401)
		}))
		defer server.Close()
		a := &renewing{}
		client, err := New(testAccount(t), a, WithBaseURL(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		err = client.Records.Delete(t.Context(), "customer", "1")
		if (err == nil) != c.ok || attempts != c.attempts || a.rejections != 1 {
			t.Errorf("%d attempts, %d rejections, %v", attempts, a.rejections, err)
		}
	}
}

// The client neither keeps cookies nor follows redirects: a signed request goes
// to one address.
func TestNoCookiesNoRedirects(t *testing.T) {
	requests := 0
	c, _ := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if requests++; len(r.Cookies()) != 0 || r.Header.Get("User-Agent") != "tests/1" {
			t.Errorf("headers %v", r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "NS_ROUTING_VERSION", Value: "LAGGING", Path: "/"})
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
	}, WithUserAgent("tests/1"))
	for range 2 {
		if _, err := c.Records.Get(t.Context(), "customer", "1", GetOptions{}); !errors.Is(err, ErrInvalid) {
			t.Errorf("redirect: %v", err)
		}
	}
	if requests != 2 {
		t.Errorf("%d requests", requests)
	}
}

// A connection that was kept open and breaks under a GET: net/http would repeat
// the request with the same signature. With the body of type once left out of
// prepare, this fails.
func TestNoSignatureIsReplayedOnABrokenKeptConnection(t *testing.T) {
	var seen []string
	c, _ := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if r.ContentLength != 0 || len(r.TransferEncoding) != 0 {
			t.Errorf("a GET with a body: %d %v", r.ContentLength, r.TransferEncoding)
		}
		if len(seen) == 2 {
			hangUp("")(w, r)
			return
		}
		_, _ = io.WriteString(w, okBody)
	})
	for range 2 {
		if _, err := c.Records.Get(t.Context(), "customer", "1", GetOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 3 || seen[1] == seen[2] {
		t.Errorf("%d requests reached the server, the last two signed %q", len(seen), seen[1:])
	}
}

// countingSlots notes what the client asks for and tells.
type countingSlots struct {
	held, peak int
	classes    []Class
	flows      []string
	results    []Result
}

func (s *countingSlots) Acquire(ctx context.Context, class Class) (func(Result), error) {
	s.held++
	s.peak = max(s.peak, s.held)
	s.classes = append(s.classes, class)
	s.flows = append(s.flows, FlowFromContext(ctx))
	return func(r Result) { s.held--; s.results = append(s.results, r) }, nil
}

func TestSlotsAreHeldForAttemptsOnly(t *testing.T) {
	slots := &countingSlots{}
	attempts := 0
	var c *Client
	c, clock := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch attempts++; attempts {
		case 1:
			w.WriteHeader(429)
		case 2:
			hangUp("")(w, r)
		default:
			_, _ = io.WriteString(w, okBody)
		}
	}, WithSlots(slots), WithClass(Backfill))
	ownSleep := c.sleep
	c.sleep = func(ctx context.Context, d time.Duration) error {
		if slots.held != 0 {
			t.Error("a slot is held while the client waits")
		}
		return ownSleep(ctx, d)
	}
	ctx := ContextWithFlow(t.Context(), "orders")
	if _, err := c.Records.Get(ctx, "customer", "1", GetOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Records.Get(ContextWithClass(ctx, Interactive), "customer", "1", GetOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(slots.results, slots.classes, slots.flows, slots.held, slots.peak, len(clock.slept)); got !=
		fmt.Sprint([]Result{Refused, Failed, Answered, Answered}, []Class{Backfill, Backfill, Backfill, Interactive}, []string{"orders", "orders", "orders", "orders"}, 0, 1, 2) {
		t.Errorf("slots saw %s", got)
	}
}

func TestExchangeHidesSecrets(t *testing.T) {
	var exchanges []Exchange
	c, _ := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-N-OperationId", "op-7")
		w.WriteHeader(403)
		_, _ = io.WriteString(w, `{"error":{"code":"X","message":"refused"}}`)
	}, OnExchange(func(e Exchange) { exchanges = append(exchanges, e) }), WithBodies(10))
	err := c.System.RevokeToken(t.Context(), "made-up-consumer", "made-up-token")
	text := fmt.Sprintf("%+v %#v %v %+v %+v %#v", exchanges, exchanges[0], err, err, c, testTBA())
	for _, secret := range []string{"made-up-consumer-secret", "made-up-token-secret", "token=made-up", "oauth_signature"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is shown in %s", secret, text)
		}
	}
	e := exchanges[0]
	if e.Operation != "revoke token" || e.Status != 403 || e.OperationID != "op-7" || e.ResponseBytes != 42 || string(e.ResponseBody) != `{"error":{` ||
		!strings.Contains(e.URL, "token=[redacted]") || !errors.Is(e.Err, ErrPermission) {
		t.Errorf("exchange %+v", e)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	a := testAccount(t)
	for name, make := range map[string]func() (*Client, error){
		"account": func() (*Client, error) { return New(AccountID{}, testTBA()) },
		"auth":    func() (*Client, error) { return New(a, nil) },
		"slots":   func() (*Client, error) { return New(a, testTBA(), WithSlots(nil)) },
		"client":  func() (*Client, error) { return New(a, testTBA(), WithHTTPClient(nil)) },
		"timeout": func() (*Client, error) { return New(a, testTBA(), WithAttemptTimeout(0)) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
