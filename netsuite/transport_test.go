package netsuite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/netsuite/auth"
)

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

// silent is a connection over which the request goes and no answer comes.
type silent struct{ attempts int }

func (s *silent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.attempts++
	httptrace.ContextClientTrace(r.Context()).WroteHeaders()
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestAttemptTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &silent{}
		c, err := New(testAccount(t), testTBA(), WithHTTPClient(&http.Client{Transport: wire}), WithAttemptTimeout(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{})
		var transport *TransportError
		if !errors.As(err, &transport) || !transport.Sent || Applied(err) != Unknown || wire.attempts != 1 || time.Since(start) != time.Minute {
			t.Errorf("write: %v after %d attempts, %s", err, wire.attempts, time.Since(start))
		}
		wire.attempts = 0
		_, err = c.Records.Get(t.Context(), "customer", "1", GetOptions{})
		if !errors.Is(err, context.DeadlineExceeded) || wire.attempts != 5 {
			t.Errorf("read: %v after %d attempts", err, wire.attempts)
		}
	})
}

// A certificate that does not verify stays so: nothing was sent, nothing is repeated.
func TestBadCertificateIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	attempts := 0
	c, err := New(testAccount(t), testTBA(), WithBaseURL(server.URL), WithSleep(newFakeTime().sleep), OnExchange(func(context.Context, Exchange) { attempts++ }))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Records.Delete(t.Context(), "customer", "1")
	if err == nil || attempts != 1 || Applied(err) != NotApplied {
		t.Errorf("%d attempts, %v, %s", attempts, err, Applied(err))
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
		c2, err := New(testAccount(t), brokenAuth{c.err}, WithSleep(newFakeTime().sleep), OnExchange(func(context.Context, Exchange) { attempts++ }))
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
	}, OnExchange(func(_ context.Context, e Exchange) { exchanges = append(exchanges, e) }), WithBodies(10))
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

// Another protocol on the same transport: a body that carries its own
// signature is built anew for each attempt, and its faults say what they are.
func TestCallWithItsOwnSignatureAndFaults(t *testing.T) {
	var bodies []string
	c, _ := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bodies = append(bodies, string(body)); r.Header.Get("Authorization") != "" {
			t.Error("an unsigned call was signed")
		}
		w.WriteHeader(500)
		if len(bodies) == 1 {
			_, _ = io.WriteString(w, "<code>WS_REQUEST_BLOCKED</code>")
			return
		}
		_, _ = io.WriteString(w, "<code>USER_ERROR</code><message>Invalid login attempt.</message>")
	})
	err := c.Do(t.Context(), Call{
		Operation: "soap add", Effect: Write, Method: "POST", URL: c.Endpoints().SuiteTalk + "/services/NetSuitePort_2025_2", Unsigned: true,
		Body: func() ([]byte, error) { return fmt.Appendf(nil, "passport %d", len(bodies)), nil },
		Refuse: func(r *Response) *Fault {
			if strings.Contains(string(r.Body), "WS_REQUEST_BLOCKED") {
				return &Fault{Code: "WS_REQUEST_BLOCKED"}
			}
			return &Fault{Code: "USER_ERROR", Category: ErrLogin, Details: []FaultDetail{{Detail: "Invalid login attempt."}}}
		},
	})
	if !errors.Is(err, ErrLogin) || Applied(err) != NotApplied || strings.Join(bodies, ",") != "passport 0,passport 1" {
		t.Errorf("%v, bodies %q", err, bodies)
	}
	if want := "netsuite: soap add: HTTP 500 USER_ERROR: Invalid login attempt."; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}

func TestErrorTexts(t *testing.T) {
	cause := errors.New("connection reset")
	for want, err := range map[string]error{
		"netsuite: get customer 1: not sent: connection reset":                       &TransportError{Operation: "get customer 1", Err: cause},
		"netsuite: get customer 1: sent, no answer: connection reset":                &TransportError{Operation: "get customer 1", Sent: true, Err: cause},
		"netsuite: get customer 1: answer (HTTP 200) not usable: connection reset":   &TransportError{Operation: "get customer 1", Sent: true, Status: 200, Err: cause},
		"netsuite: externalId: missing":                                              &InputError{"externalId", "missing"},
		"netsuite: no customer has the external ID A":                                &lookupError{"no customer has the external ID A", ErrNotFound},
		"netsuite: suiteql: the answer announces more than it has pages for":         &brokenPaging{"suiteql"},
		"netsuite: get customer 1: HTTP 404 NONEXISTENT_ID: gone; x (operation op7)": &Fault{Operation: "get customer 1", Status: 404, Code: "NONEXISTENT_ID", OperationID: "op7", Details: []FaultDetail{{Detail: "gone"}, {}, {Detail: "x"}}},
		"netsuite: get customer 1: HTTP 502: Bad Gateway":                            &Fault{Operation: "get customer 1", Status: 502},
	} {
		if err.Error() != want {
			t.Errorf("text %q, want %q", err, want)
		}
	}
	if got := fmt.Sprint(Unknown, NotApplied, Succeeded, Interactive, Scheduled, Backfill, Class(9), Applied(nil), Applied(cause)); got !=
		"unknown not applied succeeded interactive scheduled backfill unknown succeeded unknown" {
		t.Errorf("names %s", got)
	}
}
