package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/restlet"
)

// TestEffects lets one request go wrong in each way and looks at what the
// client got, what was done, and whether the next request is well again.
func TestEffects(t *testing.T) {
	rows := []struct {
		effect failure.Effect
		status int // 0 = the connection broke before an answer
		body   string
		broken bool // the answer broke off
		done   int  // calls of the RESTlet
	}{
		{failure.DropBefore, 0, "", true, 0},
		{failure.DropAfter, 0, "", true, 1},
		{failure.Truncate, 200, `{"body":"","method":"GET","param`, true, 1},
		{failure.TooMany, 400, `{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED","message":"Concurrent request limit exceeded. Request blocked."}}`, false, 0},
		{failure.ServerError, 500, `{"error":{"code":"UNEXPECTED_ERROR","message":"An unexpected error occurred. Error ID: `, false, 0},
		{failure.Unavailable, 503, `{"error":{"code":"UNEXPECTED_ERROR","message":"The service is temporarily unavailable."}}`, false, 0},
		{failure.Slow, 200, `{"body":""`, false, 1},
	}
	for _, row := range rows {
		t.Run(string(row.effect), func(t *testing.T) {
			e := Start(t, bare)
			path, calls := echo(t, e)
			if err := e.Faults().Add(failure.Rule{Name: "once", Path: "restlet", Effect: row.effect, Count: 1, Delay: time.Microsecond}); err != nil {
				t.Fatal(err)
			}
			a := call(t, e, http.MethodGet, path, "")
			if a.status != row.status || !strings.HasPrefix(a.body, row.body) || (a.err != nil) != row.broken {
				t.Errorf("got %+v", a)
			}
			if calls() != row.done {
				t.Errorf("%d calls done, want %d", calls(), row.done)
			}
			if a := call(t, e, http.MethodGet, path, ""); a.status != 200 || a.err != nil {
				t.Errorf("the next request: %+v", a)
			}
			if s := e.Stats(); s.Faults[0].Fired != 1 || s.Faults[0].Seen != 2 || s.Concurrency.Current != 0 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestEffectsREST: REST words refusals its own way.
func TestEffectsREST(t *testing.T) {
	for effect, want := range map[failure.Effect]string{
		failure.TooMany:     `429 {"type":"https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html","title":"Bad Request","status":429,"o:errorCode":"USER_ERROR","o:errorDetails":[{"detail":"Concurrent request limit exceeded. Request blocked.","o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}`,
		failure.Unavailable: `503 {"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.4","title":"Service Unavailable","status":503,"o:errorDetails":[{"detail":"The service is temporarily unavailable.","o:errorCode":"UNEXPECTED_ERROR"}]}`,
	} {
		e := Start(t, bare)
		if err := e.Faults().Add(failure.Rule{Effect: effect}); err != nil {
			t.Fatal(err)
		}
		a := call(t, e, http.MethodGet, "/services/rest/record/v1/nothing", "")
		if got := fmt.Sprintf("%d %s", a.status, strings.TrimSpace(a.body)); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestRefusedUsesNonce: a refusal after login has used the nonce up, so a
// client that sends the same signature again is found out.
func TestRefusedUsesNonce(t *testing.T) {
	e := Start(t, bare)
	path, _ := echo(t, e)
	if err := e.Faults().Add(failure.Rule{Effect: failure.TooMany, Count: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	sign(r, e.Credentials(), e.Clock().Now())
	if a := send(r); a.status != 400 {
		t.Fatalf("%+v", a)
	}
	if a := send(r); a.status != 401 {
		t.Errorf("the same signature again: %+v", a)
	}
}

// TestCommitLate: the connection is cut at once, nothing is done before the
// delay is over, and then it is done although nobody listens any more.
// Serving the request under the client's context makes it fail.
func TestCommitLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, Options{Empty: true})
		var done []string
		var mu sync.Mutex
		post := func(ctx context.Context, r *restlet.Request) (any, error) {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			done = append(done, string(r.Body))
			return nil, nil
		}
		if err := e.RegisterRESTlet(restlet.Script{ScriptID: "s", DeployID: "d", Post: post}); err != nil {
			t.Fatal(err)
		}
		if err := e.Faults().Add(failure.Rule{Method: "POST", Effect: failure.CommitLate, Delay: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		ctx, gone := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+restlet.Path+"?script=s&deploy=d", strings.NewReader("work"))
		c := e.Credentials()
		sign(r, c, e.Clock().Now())
		r.Header.Set("Content-Type", "text/plain")
		cutOff := serveUntilCut(e, r)
		gone()
		if !cutOff {
			t.Fatal("the connection was not cut")
		}
		have := func() int { mu.Lock(); defer mu.Unlock(); return len(done) }
		time.Sleep(5*time.Second - time.Nanosecond)
		synctest.Wait()
		if have() != 0 || e.Stats().LateCommits != 1 || e.Gate().Stats().Current != 1 {
			t.Fatalf("before the delay is over: %d done, %+v", have(), e.Stats())
		}
		if err := e.Quiesce(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(done) != 1 || done[0] != "work" || e.Stats().LateCommits != 0 || e.Gate().Stats().Current != 0 {
			t.Fatalf("after it: %q %+v", done, e.Stats())
		}
	})
}

func serveUntilCut(e *Emulator, r *http.Request) (cutOff bool) {
	defer func() { cutOff = recover() == http.ErrAbortHandler }()
	e.ServeHTTP(httptest.NewRecorder(), r)
	return false
}

// TestCommitLateOnTheWire does it over a real connection, and moves the
// account's clock instead of waiting.
func TestCommitLateOnTheWire(t *testing.T) {
	e := Start(t, bare)
	path, calls := echo(t, e)
	if err := e.Faults().Add(failure.Rule{Effect: failure.CommitLate, Delay: time.Hour, Count: 1}); err != nil {
		t.Fatal(err)
	}
	a := call(t, e, http.MethodPost, path, `{"a":1}`)
	if !errors.Is(a.err, io.EOF) || calls() != 0 {
		t.Fatalf("%+v, %d calls", a, calls())
	}
	for e.Stats().LateCommits == 1 { // the waiter may not have begun to wait
		e.Clock().Advance(2 * time.Hour)
	}
	if calls() != 1 {
		t.Errorf("%d calls, want 1", calls())
	}
}

// TestCloseFinishesLateCommits: Close does at once what was left for later.
func TestCloseFinishesLateCommits(t *testing.T) {
	e := Start(t, bare)
	path, calls := echo(t, e)
	if err := e.Faults().Add(failure.Rule{Effect: failure.CommitLate, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	call(t, e, http.MethodPost, path, "")
	if err := e.Close(); err != nil || calls() != 1 {
		t.Errorf("%d calls, %v", calls(), err)
	}
}

// TestGateUnderLoad keeps 40 clients at it: never more than the limit work at a
// time, and exactly the limit do at the peak.
func TestGateUnderLoad(t *testing.T) {
	const limit, clients = 5, 40
	e := Start(t, bare, func(o *Options) { o.Concurrency = limit })
	var mu sync.Mutex
	now, most := 0, 0
	full := make(chan struct{})
	work := func(context.Context, *restlet.Request) (any, error) {
		mu.Lock()
		now++
		if most = max(most, now); now == limit {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-full // nobody leaves before the pool was full once
		mu.Lock()
		now--
		mu.Unlock()
		return nil, nil
	}
	if err := e.RegisterRESTlet(restlet.Script{ScriptID: "s", DeployID: "d", Get: work}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for {
				a := call(t, e, http.MethodGet, restlet.Path+"?script=s&deploy=d", "")
				if a.status == http.StatusOK {
					return
				}
				if a.status != http.StatusBadRequest || !strings.Contains(a.body, "SSS_REQUEST_LIMIT_EXCEEDED") {
					t.Errorf("%+v", a)
					return
				}
			}
		})
	}
	wg.Wait()
	s := e.Gate().Stats()
	if s.Max != limit || most != limit || s.Current != 0 || s.Admitted != clients {
		t.Errorf("gate %+v, RESTlet saw %d", s, most)
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, Options{Latency: FixedLatency(3 * time.Second), Empty: true})
		if err := e.Faults().Add(failure.Rule{Effect: failure.Slow, Delay: 4 * time.Second}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r := httptest.NewRequest(http.MethodGet, "http://localhost/rest/tokeninfo", nil)
		sign(r, e.Credentials(), e.Clock().Now())
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if took := time.Since(began); took != 7*time.Second || w.Code != 200 {
			t.Errorf("%v, %d %s", took, w.Code, w.Body)
		}
	})
}
