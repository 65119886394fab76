package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func TestPasswords(t *testing.T) {
	p := newPasswords(FullCost())
	hash, err := p.hash(t.Context(), sluice.NewSecret("correct horse battery"))
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatalf("hash %q, %v", hash, err)
	}
	for _, tt := range []struct {
		hash, password string
		want           bool
	}{{hash, "correct horse battery", true}, {hash, "correct horse batterz", false}, {hash, "", false}, {"", "", false}, {"", "x", false}} {
		if got, err := p.matches(t.Context(), tt.hash, sluice.NewSecret(tt.password)); err != nil || got != tt.want {
			t.Errorf("%q: %v, %v", tt.password, got, err)
		}
	}
	for _, bad := range []string{"plain", "$argon2id$v=19$m=65536,t=0,p=4$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=3,p=4$AAAA$AAAA", "$argon2i$v=19$m=65536,t=3,p=4$AAAA$AAAA"} {
		if ok, err := p.matches(t.Context(), bad, sluice.NewSecret("x")); ok || err == nil {
			t.Errorf("hash %q: %v, %v", bad, ok, err)
		}
	}
}

func TestThrottle(t *testing.T) {
	clock := &fakeClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	th := newThrottle(clock.Now)
	for i := range FreeAttempts {
		if err := th.begin("a@example.com", "10.0.0.1"); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if sluice.ErrorCode(th.begin("a@example.com", "10.0.0.1")) != "login.throttled" {
		t.Error("not throttled after the free attempts")
	}
	if err := th.begin("a@example.com", "10.0.0.2"); err != nil {
		t.Errorf("the same person from elsewhere: %v", err)
	}
	wait := time.Second
	for range 11 { // each failure doubles the wait, up to its limit
		clock.Add(wait - time.Millisecond)
		if th.begin("a@example.com", "10.0.0.1") == nil {
			t.Fatalf("let in before %s", wait)
		}
		clock.Add(time.Millisecond)
		if err := th.begin("a@example.com", "10.0.0.1"); err != nil {
			t.Fatalf("not let in after %s: %v", wait, err)
		}
		wait = min(2*wait, maxWait)
	}
	clock.Add(maxWait)
	if err := th.begin("a@example.com", "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	th.succeed("a@example.com", "10.0.0.1")
	if err := th.begin("a@example.com", "10.0.0.1"); err != nil {
		t.Errorf("after success: %v", err)
	}
	if err := th.begin("a@example.com", "10.0.0.1"); err != nil {
		t.Errorf("the second attempt after success: %v", err)
	}
}

func TestThrottleCountsGuessersOfManyAccounts(t *testing.T) {
	th := newThrottle((&fakeClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}).Now)
	for i := range freeByRemote {
		if err := th.begin(fmt.Sprintf("u%d@example.com", i), "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
	}
	if th.begin("fresh@example.com", "10.0.0.1") == nil {
		t.Error("one address may try any number of accounts")
	}
	for i := range maxSeen {
		_ = th.begin(fmt.Sprintf("u%d@example.com", i), fmt.Sprint(i))
	}
	if len(th.seen) > maxSeen+3 {
		t.Errorf("%d entries kept", len(th.seen))
	}
}

// fakeClock stands still until it is told otherwise.
type fakeClock struct{ now time.Time }

func (c *fakeClock) Now() time.Time { return c.now }

func (c *fakeClock) Add(d time.Duration) { c.now = c.now.Add(d) }
