package engine

import (
	"context"
	"sync"
)

// crew works a bounded number of pages at one time. After a failure it begins
// nothing more, but lets what is in work end.
type crew struct {
	slots  chan struct{}
	cancel context.CancelFunc // called upon the first failure
	wg     sync.WaitGroup

	mu  sync.Mutex
	err error
}

func newCrew(size int, cancel context.CancelFunc) *crew {
	return &crew{slots: make(chan struct{}, size), cancel: cancel}
}

// work runs f as soon as there is a slot. It reports false, without running f,
// when ctx ended first.
func (c *crew) work(ctx context.Context, f func() error) bool {
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
			c.fail(err)
		}
	})
	return true
}

// fail records the first failure.
func (c *crew) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.cancel()
	}
}

// wait returns the first failure when all work has ended.
func (c *crew) wait() error {
	c.wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
