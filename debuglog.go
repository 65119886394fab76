package sluice

import "time"

// Bounds of a debug log.
const (
	DefaultDebug = 15 * time.Minute
	MaxDebug     = 60 * time.Minute
)

// DebugEntry is one request of a connection and its answer, as its debug log
// keeps it. Secrets are masked before it is made; bodies are cut at 64 KiB.
type DebugEntry struct {
	ID           int64        `json:"id"`
	ConnectionID string       `json:"connection_id"`
	At           time.Time    `json:"at"`
	Method       string       `json:"method"` // GET, or QUERY and EXEC for databases
	URL          string       `json:"url"`
	Status       int          `json:"status,omitempty"`
	Took         Milliseconds `json:"took_ms"`
	Request      string       `json:"request,omitempty"`  // headers, empty line, body
	Response     string       `json:"response,omitempty"` // headers, empty line, body
	Error        string       `json:"error,omitempty"`    // where there was no answer
}

// MaxDebugBody is how much of a body a debug log keeps, in bytes.
const MaxDebugBody = 64 << 10

// Bounds of what is kept of debug logs.
const (
	DebugKept       = 30 * 24 * time.Hour
	MaxDebugEntries = 10_000 // of each connection
)

// DebugTap takes what connections exchange with other systems while their debug
// logs are on.
type DebugTap interface {
	// Open reports whether a connection's debug log is on now.
	Open(connectionID string) bool
	// Record takes one exchange, its secrets masked. It never waits.
	Record(e DebugEntry)
}
