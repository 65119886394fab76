package crew

import "sync"

// News tells those who wait for something by its name that they should look again.
type News struct {
	mu      sync.Mutex
	waiting map[string]chan struct{}
}

// NewNews returns news that nobody waits for.
func NewNews() *News { return &News{waiting: map[string]chan struct{}{}} }

// Await returns a channel that gets a value whenever there may be news. One at a time
// waits for a name.
func (n *News) Await(name string) (news <-chan struct{}, forget func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ch := make(chan struct{}, 1)
	n.waiting[name] = ch
	return ch, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.waiting[name] == ch {
			delete(n.waiting, name)
		}
	}
}

// Tell wakes who waits for the name.
func (n *News) Tell(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	Wake(n.waiting[name])
}

// Wake sends a value to a channel with room for one, unless one is there already. A nil
// channel is left alone.
func Wake(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
