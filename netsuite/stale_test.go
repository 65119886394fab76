package netsuite

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
)

// closedPool hands out kept connections that NetSuite has closed, so many of them,
// before it makes a new one.
type closedPool struct{ closed int }

var errClosed = errors.New("http: server closed idle connection")

func (p *closedPool) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	trace.GotConn(httptrace.GotConnInfo{Reused: p.closed > 0})
	if p.closed--; p.closed >= 0 {
		return nil, errClosed
	}
	trace.WroteHeaders()
	answer := httptest.NewRecorder()
	answer.Header().Set("Location", "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/customer/7")
	answer.WriteHeader(http.StatusNoContent)
	return answer.Result(), nil
}

// Kept connections that NetSuite closed meanwhile are no failures: nothing was sent,
// and a write goes on another one at once, however short its time is.
func TestClosedKeptConnectionsAreNoFailures(t *testing.T) {
	clock := newFakeTime()
	c, err := New(testAccount(t), testTBA(), WithSleep(clock.sleep), WithHTTPClient(&http.Client{Transport: &closedPool{closed: 20}}))
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{})
	if err != nil || made.ID != "7" {
		t.Fatalf("%+v, %v", made, err)
	}
	if len(clock.slept) > 0 {
		t.Errorf("it waited: %v", clock.slept)
	}
}

// A pool that only ever has closed connections ends in the error they end in.
func TestAPoolOfClosedConnectionsEnds(t *testing.T) {
	clock := newFakeTime()
	c, err := New(testAccount(t), testTBA(), WithSleep(clock.sleep), WithHTTPClient(&http.Client{Transport: &closedPool{closed: 1 << 30}}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{})
	if !errors.Is(err, errClosed) || Applied(err) != NotApplied {
		t.Fatalf("%v, %s", err, Applied(err))
	}
}
