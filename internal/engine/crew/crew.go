// Package crew works pages side by side, and keeps those apart that hold records of the
// same key.
package crew

import (
	"context"
	"sync"
)

// Crew works a bounded number of pages at one time. After a failure it begins
// nothing more, but lets what is in work end.
type Crew struct {
	slots  chan struct{}
	cancel context.CancelFunc // called upon the first failure
	wg     sync.WaitGroup

	mu  sync.Mutex
	err error
}

// New returns a crew of a size. It calls cancel upon the first failure.
func New(size int, cancel context.CancelFunc) *Crew {
	return &Crew{slots: make(chan struct{}, size), cancel: cancel}
}

// Work runs f as soon as there is a slot. It reports false, without running f,
// when ctx ended first.
func (c *Crew) Work(ctx context.Context, f func() error) bool {
	select {
	case <-ctx.Done():
		return false
	case c.slots <- struct{}{}:
	}
	if ctx.Err() != nil { // both were ready
		<-c.slots
		return false
	}
	c.wg.Go(func() {
		defer func() { <-c.slots }()
		if err := f(); err != nil {
			c.Fail(err)
		}
	})
	return true
}

// Fail records the first failure.
func (c *Crew) Fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.cancel()
	}
}

// Wait returns the first failure when all work has ended.
func (c *Crew) Wait() error {
	c.wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
