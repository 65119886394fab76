package emulator

import (
	"sync"
	"time"
)

// Clock is the account's clock: every timestamp, expiry and lock follows it. It
// runs with the real time until it is set, moved or stopped. The zero Clock
// shows the real time. It is safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	offset  time.Duration // of a running clock against the real time
	stopped bool
	at      time.Time // of a stopped clock
	waits   map[*wait]struct{}
}

// wait is somebody waiting for a time on the clock.
type wait struct {
	until time.Time
	done  chan struct{}
}

// Now returns the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.stopped {
		return c.at
	}
	return time.Now().Add(c.offset)
}

// Set puts the clock to t. A running clock runs on from there.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(t)
}

// Advance moves the clock by d and ends the waits that fall due.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now().Add(d))
}

func (c *Clock) set(t time.Time) {
	c.at, c.offset = t, time.Until(t)
	for w := range c.waits {
		if !t.Before(w.until) {
			close(w.done)
			delete(c.waits, w)
		}
	}
}

// Stop makes the clock stand where it is.
func (c *Clock) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.stopped = c.now(), true
}

// Run lets a stopped clock run on from where it stands.
func (c *Clock) Run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		c.offset, c.stopped = time.Until(c.at), false
	}
}

// Running reports whether the clock runs, and its offset against the real time.
func (c *Clock) Running() (running bool, offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopped, time.Until(c.now())
}

// Sleep waits until d has passed in reality or the clock was moved over it,
// whichever is first, or until hurry is closed. A stopped clock delays nobody
// for ever.
func (c *Clock) Sleep(d time.Duration, hurry <-chan struct{}) {
	if d <= 0 {
		return
	}
	w := &wait{done: make(chan struct{})}
	c.mu.Lock()
	w.until = c.now().Add(d)
	if c.waits == nil {
		c.waits = map[*wait]struct{}{}
	}
	c.waits[w] = struct{}{}
	c.mu.Unlock()
	real := time.NewTimer(d)
	defer real.Stop()
	select {
	case <-real.C:
	case <-w.done:
	case <-hurry:
	}
	c.mu.Lock()
	delete(c.waits, w)
	c.mu.Unlock()
}
