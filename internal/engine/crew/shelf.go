package crew

import (
	"sync"
	"time"
)

// Shelf keeps what is opened once for all who use it, and closed when nobody has used it
// for a while.
type Shelf[K comparable, V any] struct {
	open  func(key K) (V, error)
	close func(V)
	idle  time.Duration

	mu   sync.Mutex
	kept map[K]*kept[V]
}

// NewShelf returns an empty shelf.
func NewShelf[K comparable, V any](idle time.Duration, open func(K) (V, error), close func(V)) *Shelf[K, V] {
	return &Shelf[K, V]{open: open, close: close, idle: idle, kept: map[K]*kept[V]{}}
}

type kept[V any] struct {
	// opening holds one token, for whoever opens. It is a channel since that may take a
	// while: virtual time goes on only while waiters wait on channels.
	opening chan struct{}
	opened  bool
	value   V

	users int
	timer *time.Timer // closes it; nil while it is used
}

// Take returns what is kept under a key, opening it where it is not. The caller calls
// leave when it is done with it.
func (s *Shelf[K, V]) Take(key K) (value V, leave func(), err error) {
	s.mu.Lock()
	k := s.kept[key]
	if k == nil {
		k = &kept[V]{opening: make(chan struct{}, 1)}
		s.kept[key] = k
	}
	k.users++
	if k.timer != nil {
		k.timer.Stop()
		k.timer = nil
	}
	s.mu.Unlock()
	k.opening <- struct{}{}
	defer func() { <-k.opening }()
	if !k.opened {
		if k.value, err = s.open(key); err != nil {
			s.leave(key, k)
			return value, nil, err
		}
		k.opened = true
	}
	return k.value, func() { s.leave(key, k) }, nil
}

func (s *Shelf[K, V]) leave(key K, k *kept[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.users--; k.users > 0 {
		return
	}
	k.timer = time.AfterFunc(s.idle, func() {
		s.mu.Lock()
		idle := k.users == 0 && s.kept[key] == k
		if idle {
			delete(s.kept, key)
		}
		s.mu.Unlock()
		if idle {
			s.discard(k)
		}
	})
}

func (s *Shelf[K, V]) discard(k *kept[V]) {
	if k.opened {
		s.close(k.value)
	}
}

// Close closes all that is kept. Nobody uses it any more.
func (s *Shelf[K, V]) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, k := range s.kept {
		if k.timer != nil {
			k.timer.Stop()
		}
		s.discard(k)
		delete(s.kept, key)
	}
}
