package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// window keeps requests within a rate: so many in any span of the length per.
type window struct {
	per  time.Duration
	sent []time.Time // the last so many requests, a ring
	next int
}

// newWindow returns the window of a connection, nil where it has no rate.
func newWindow(requests, per string) *window {
	n, _ := strconv.Atoi(requests) // which Check has read
	if n == 0 {
		return nil
	}
	d, _ := time.ParseDuration(per)
	return &window{per: d, sent: make([]time.Time, n)}
}

// take counts a request at now, or returns how long to wait before the next one may go.
func (w *window) take(now time.Time) time.Duration {
	if wait := w.sent[w.next].Add(w.per).Sub(now); !w.sent[w.next].IsZero() && wait > 0 {
		return wait
	}
	w.sent[w.next] = now
	w.next = (w.next + 1) % len(w.sent)
	return 0
}

// limits are the headers by which APIs tell how many requests are left, and when there
// are more: X-RateLimit-* as most write them, RateLimit-* as the IETF's draft does.
var limits = []string{"X-RateLimit-", "X-Rate-Limit-", "RateLimit-"}

// exhausted returns how long an API has no room for a further request, by its own
// account; 0 where it has, or does not say.
func exhausted(h http.Header, now time.Time) time.Duration {
	for _, prefix := range limits {
		left, err := strconv.Atoi(strings.TrimSpace(h.Get(prefix + "Remaining")))
		if err == nil && left <= 0 {
			return reset(h.Get(prefix+"Reset"), now)
		}
	}
	return 0
}

// resetIn returns when an API that refuses has room again, by such a header.
func resetIn(h http.Header, now time.Time) time.Duration {
	for _, prefix := range limits {
		if wait := reset(h.Get(prefix+"Reset"), now); wait > 0 {
			return wait
		}
	}
	return 0
}

// sinceEpoch tells seconds since 1970 from seconds to wait.
const sinceEpoch = 1_000_000_000

// reset reads seconds from now on, or since 1970.
func reset(text string, now time.Time) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	switch {
	case err != nil || n <= 0:
		return 0
	case n >= sinceEpoch:
		return max(time.Unix(n, 0).Sub(now), 0)
	}
	return time.Duration(n) * time.Second
}
