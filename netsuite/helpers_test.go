package netsuite

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite/auth"
)

// account is made up, as are all credentials of these tests.
func testAccount(t testing.TB) AccountID {
	t.Helper()
	a, err := ParseAccountID("1234567_SB1")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func testTBA() *auth.TBA {
	return &auth.TBA{Realm: "1234567_SB1", ConsumerKey: "made-up-consumer", ConsumerSecret: auth.NewSecret("made-up-consumer-secret"),
		TokenID: "made-up-token", TokenSecret: auth.NewSecret("made-up-token-secret")}
}

// fakeTime is a clock that only sleeping moves.
type fakeTime struct {
	mu    sync.Mutex
	at    time.Time
	slept []time.Duration
}

func newFakeTime() *fakeTime { return &fakeTime{at: time.Unix(1800000000, 0)} }

func (f *fakeTime) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *fakeTime) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
	f.slept = append(f.slept, d)
	return ctx.Err()
}

// newTestClient returns a client of a server that h serves, whose waits take no
// time and whose jitter is the whole delay.
func newTestClient(t testing.TB, h http.HandlerFunc, options ...Option) (*Client, *fakeTime) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	clock := newFakeTime()
	defaults := []Option{WithBaseURL(server.URL), WithClock(clock.now), WithSleep(clock.sleep),
		WithRandom(func() float64 { return 1 })}
	c, err := New(testAccount(t), testTBA(), append(defaults, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, clock
}
