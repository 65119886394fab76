package hook

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
)

// maxHeld bounds the bodies that are in memory at one time. Whoever sends slowly holds
// no more than what has arrived.
const maxHeld = 256 << 20

// meter counts the bytes of bodies that are in memory.
type meter struct{ held atomic.Int64 }

// metered is a body being read.
type metered struct {
	*meter
	from io.Reader
	mine int64
}

var errFull = sluice.Errorf("webhook.busy", "the server receives too much at once").Fix("Send it again later")

// Read reads on while there is room.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.mine += int64(n)
	if m.held.Add(int64(n)) > maxHeld {
		return n, errFull
	}
	return n, err
}

// read reads a body of at most so many bytes. The caller releases it.
func (m *meter) read(from io.Reader, length int64, most int) (body []byte, release func(), err error) {
	if length > int64(most) {
		return nil, func() {}, tooLarge(most)
	}
	r := &metered{meter: m, from: io.LimitReader(from, int64(most)+1)}
	release = func() { m.held.Add(-r.mine) }
	body, err = io.ReadAll(r)
	switch {
	case errors.Is(err, errFull):
		return nil, release, err
	case err != nil:
		return nil, release, sluice.Errorf("request.malformed", "the delivery did not arrive whole: %w", err)
	case len(body) > most:
		return nil, release, tooLarge(most)
	}
	return body, release, nil
}

// Pauses of what is done now and then.
const (
	forgetEvery = time.Hour        // old IDs
	tellEvery   = 10 * time.Minute // people, of wrong signatures
)

// sender is what is known of who sends to a flow.
type sender struct {
	mu      sync.Mutex
	tokens  float64 // deliveries that may come at once
	filled  time.Time
	forgot  time.Time
	told    time.Time
	settled bool // no notice of wrong signatures is open
}

// sender returns that of a flow.
func (h *Hooks) sender(flowID string) *sender {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.senders[flowID]
	if !ok {
		s = &sender{}
		h.senders[flowID] = s
	}
	return s
}

// take counts a delivery, and returns how long to wait when there are too many: more
// than a burst of ten seconds' worth.
func (s *sender) take(now time.Time, perMinute int) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	perSecond := float64(perMinute) / 60
	burst := max(perSecond*10, 1)
	if s.filled.IsZero() {
		s.tokens = burst
	} else {
		s.tokens = min(burst, s.tokens+max(now.Sub(s.filled), 0).Seconds()*perSecond)
	}
	s.filled = now
	if s.tokens < 1 {
		return time.Duration((1 - s.tokens) / perSecond * float64(time.Second))
	}
	s.tokens--
	return 0
}

// accepted notes a delivery that was stored. It reports whether it is time to forget
// old IDs, and whether a notice may be open that is settled by it.
func (s *sender) accepted(now time.Time) (forget, settle bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if forget = now.Sub(s.forgot) >= forgetEvery; forget {
		s.forgot = now
	}
	settle, s.settled = !s.settled, true
	return forget, settle
}

// refused notes a wrong signature. It reports whether people are to be told.
func (s *sender) refused(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.told.IsZero() && now.Sub(s.told) < tellEvery {
		return false
	}
	s.told, s.settled = now, false
	return true
}
