package account

import (
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// throttle slows down whoever fails to log in. After the free attempts each
// further failure doubles the wait. It counts by who is tried and from where
// together, so that strangers cannot lock a person out from elsewhere; by where
// alone, with more patience, against guessing many accounts; and by who alone,
// with still more, against guessing from many places.
type throttle struct {
	clock func() time.Time

	mu   sync.Mutex
	seen map[string]attempts
}

type attempts struct {
	failures int
	last     time.Time
}

// FreeAttempts is how often somebody can fail at one place before they have to wait.
const FreeAttempts = 5

const (
	freeByRemote = 20
	freeByEmail  = 50
	maxWait      = 15 * time.Minute
	forgetAfter  = time.Hour
	maxSeen      = 10_000
)

func newThrottle(clock func() time.Time) *throttle {
	return &throttle{clock: clock, seen: map[string]attempts{}}
}

func throttleKeys(email, remote string) map[string]int {
	return map[string]int{"both " + email + " " + remote: FreeAttempts, "remote " + remote: freeByRemote, "email " + email: freeByEmail}
}

// begin counts an attempt as failed until succeed says otherwise, or refuses it.
// Counting first keeps attempts at the same time from sharing one free try.
func (t *throttle) begin(email, remote string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	t.forget(now)
	keys := throttleKeys(email, remote)
	for key, free := range keys {
		a := t.seen[key]
		if wait := a.last.Add(waitAfter(a.failures, free)).Sub(now); a.failures >= free && wait > 0 {
			return sluice.Errorf("login.throttled", "there were too many failed attempts to log in").
				Fix(fmt.Sprintf("Try again in %s", wait.Round(time.Second)+time.Second))
		}
	}
	for key := range keys {
		t.seen[key] = attempts{failures: t.seen[key].failures + 1, last: now}
	}
	return nil
}

// succeed forgets the failures of who has logged in, and takes back the attempt from the others.
func (t *throttle) succeed(email, remote string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, free := range throttleKeys(email, remote) {
		if a := t.seen[key]; free == FreeAttempts || a.failures <= 1 {
			delete(t.seen, key)
		} else {
			t.seen[key] = attempts{failures: a.failures - 1, last: a.last}
		}
	}
}

func waitAfter(failures, free int) time.Duration {
	wait := time.Second
	for range failures - free {
		if wait *= 2; wait >= maxWait {
			return maxWait
		}
	}
	return wait
}

func (t *throttle) forget(now time.Time) {
	if len(t.seen) < maxSeen {
		return
	}
	maps.DeleteFunc(t.seen, func(_ string, a attempts) bool { return now.Sub(a.last) > forgetAfter })
	if len(t.seen) >= maxSeen { // a flood: better to forget than to grow
		clear(t.seen)
	}
}
