package metadata

import (
	"sync"
	"time"
)

// life is how long an answer is taken for good: long enough for somebody who builds a
// flow, short enough for a field that was just added.
const life = 10 * time.Minute

// maxKept bounds what is kept.
const maxKept = 500

// kept keeps answers. Callers that ask for the same at one time cause one question.
type kept struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	mu    sync.Mutex // held while it is read
	value any
	until time.Time
}

// keep returns the answer under a key, read anew when it is too old or refresh is set.
func keep[T any](k *kept, now time.Time, key string, refresh bool, read func() (T, error)) (T, error) {
	e := k.entry(key, now)
	e.mu.Lock()
	defer e.mu.Unlock()
	if value, ok := e.value.(T); ok && !refresh && now.Before(e.until) {
		return value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	k.mu.Lock() // which entry reads
	e.value, e.until = value, now.Add(life)
	k.mu.Unlock()
	return value, nil
}

func (k *kept) entry(key string, now time.Time) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries == nil || len(k.entries) >= maxKept && k.entries[key] == nil {
		k.drop(now)
	}
	e, ok := k.entries[key]
	if !ok {
		e = &entry{}
		k.entries[key] = e
	}
	return e
}

// drop makes room: what is too old goes, and everything where that is not enough. k.mu is held.
func (k *kept) drop(now time.Time) {
	left := map[string]*entry{}
	for key, e := range k.entries {
		if now.Before(e.until) {
			left[key] = e
		}
	}
	if len(left) >= maxKept {
		left = map[string]*entry{}
	}
	k.entries = left
}
