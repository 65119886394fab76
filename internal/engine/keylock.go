package engine

import (
	"context"
	"sync"

	"github.com/sluicehq/sluice"
)

// keyLocks keeps pages apart that hold records with the same key. Pages ask one
// after another, in the order of the export.
type keyLocks struct {
	mu    sync.Mutex
	held  map[string]bool
	freed chan struct{} // closed and replaced whenever keys are freed
}

func newKeyLocks() *keyLocks {
	return &keyLocks{held: map[string]bool{}, freed: make(chan struct{})}
}

// lock waits until no key of the items is held, then holds them all. It reports
// false when ctx ended first.
func (k *keyLocks) lock(ctx context.Context, items []sluice.Item) (unlock func(), ok bool) {
	for {
		k.mu.Lock()
		if !k.anyHeld(items) {
			for _, it := range items {
				k.held[it.Key] = true
			}
			k.mu.Unlock()
			return func() { k.unlock(items) }, true
		}
		freed := k.freed
		k.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, false
		case <-freed:
		}
	}
}

func (k *keyLocks) anyHeld(items []sluice.Item) bool {
	for _, it := range items {
		if k.held[it.Key] {
			return true
		}
	}
	return false
}

func (k *keyLocks) unlock(items []sluice.Item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, it := range items {
		delete(k.held, it.Key)
	}
	close(k.freed)
	k.freed = make(chan struct{})
}
