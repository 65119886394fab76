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
