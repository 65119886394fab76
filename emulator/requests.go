package emulator

import (
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
)

// requestsKept is how many requests the log keeps.
const requestsKept = 1000

// RequestEntry is one request in the log. Headers and bodies are not kept.
type RequestEntry struct {
	ID        string    `json:"id"` // X-N-OperationId
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Query     string    `json:"query,omitempty"`
	Operation string    `json:"operation,omitempty"` // of SOAP
	// Status is 0 where the connection was cut without an answer.
	Status      int            `json:"status"`
	Duration    time.Duration  `json:"duration"` // nanoseconds
	User        string         `json:"user,omitempty"`
	Role        string         `json:"role,omitempty"`
	Integration string         `json:"integration,omitempty"`
	Refusal     string         `json:"refusal,omitempty"` // audit trail detail
	Limited     bool           `json:"limited,omitempty"` // over the concurrency limit
	Effect      failure.Effect `json:"effect,omitempty"`
	Rule        string         `json:"rule,omitempty"`
}

// requestLog keeps the newest requests.
type requestLog struct {
	mu   sync.Mutex
	ring []RequestEntry
	next int
	all  int
}

func (l *requestLog) add(e RequestEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all++
	if len(l.ring) < requestsKept {
		l.ring = append(l.ring, e)
		return
	}
	l.ring[l.next] = e
	l.next = (l.next + 1) % requestsKept
}

func (l *requestLog) list() []RequestEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.ring[l.next:], l.ring[:l.next])
}

func (l *requestLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next, l.all = nil, 0, 0
}
