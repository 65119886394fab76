package crew

import (
	"context"
	"sync"

	"github.com/sluicehq/sluice"
)

// Keys keeps pages apart that hold records with the same key. Pages ask one
// after another, in the order of the export.
type Keys struct {
	mu    sync.Mutex
	held  map[string]bool
	freed chan struct{} // closed and replaced whenever keys are freed
}

// NewKeys returns keys that nobody holds.
func NewKeys() *Keys {
	return &Keys{held: map[string]bool{}, freed: make(chan struct{})}
}

// Lock waits until no key of the items is held, then holds them all. It reports
// false when ctx ended first.
func (k *Keys) Lock(ctx context.Context, items []sluice.Item) (unlock func(), ok bool) {
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

// AnyHeld reports whether a key of the items is held.
func (k *Keys) AnyHeld(items []sluice.Item) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.anyHeld(items)
}

func (k *Keys) anyHeld(items []sluice.Item) bool {
	for _, it := range items {
		if k.held[it.Key] {
			return true
		}
	}
	return false
}

func (k *Keys) unlock(items []sluice.Item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, it := range items {
		delete(k.held, it.Key)
	}
	close(k.freed)
	k.freed = make(chan struct{})
}
