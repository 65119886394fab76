package sluice

import (
	"context"
	"time"
)

// MaxTouchText bounds the request and the answer that a touch keeps, in bytes.
const MaxTouchText = 4 << 10

// TouchOutcome is what came of bringing one record to one import.
type TouchOutcome string

// The outcomes of a touch.
const (
	TouchCreated   TouchOutcome = "created"
	TouchWritten   TouchOutcome = "written"
	TouchUnchanged TouchOutcome = "unchanged" // it was there already: nothing was sent
	TouchFailed    TouchOutcome = "failed"
	TouchUnknown   TouchOutcome = "unknown" // sent, and nobody knows what became of it
)

// Touch is what an import did with one record.
type Touch struct {
	Seq        int64        `json:"seq"`
	Key        string       `json:"key,omitempty"`
	Trace      string       `json:"trace,omitempty"` // the flow's trace key of the record
	ExternalID string       `json:"external_id,omitempty"`
	ID         string       `json:"id,omitempty"` // internal ID
	Operation  Operation    `json:"operation"`
	Outcome    TouchOutcome `json:"outcome"`
	Code       string       `json:"code,omitempty"` // of the failure
	Message    string       `json:"message,omitempty"`
	Request    string       `json:"request,omitempty"`  // as sent, or the record as mapped; secrets masked
	Response   string       `json:"response,omitempty"` // as answered
}

// Named reports whether the record goes by one of the names: by its key, its trace key
// or one of its IDs.
func (t *Touch) Named(names map[string]bool) bool {
	return names[t.Key] || t.Trace != "" && names[t.Trace] || t.ExternalID != "" && names[t.ExternalID] || t.ID != "" && names[t.ID]
}

// TouchPage is what one import did with the records of a page.
type TouchPage struct {
	FlowID     string    `json:"flow_id"`
	FlowName   string    `json:"flow"`
	RunID      int64     `json:"run_id"`
	Page       int64     `json:"page"`
	Step       string    `json:"step"`
	Connection string    `json:"connection"`
	At         time.Time `json:"at"`
	Touches    []Touch   `json:"touches"`
}

// TouchStore keeps touches for a while. They come with PageResult.
type TouchStore interface {
	// Touches returns those of records that go by one of the names, newest first, from
	// so many pages at most.
	Touches(ctx context.Context, names []string, pages int) ([]TouchPage, error)
	// DropTouches removes pages of touches from before a time, then the oldest until the
	// rest holds so many bytes.
	DropTouches(ctx context.Context, before time.Time, bytes int64) (TouchDrop, error)
}

// TouchDrop says what DropTouches removed, in pages.
type TouchDrop struct {
	Old  int64 // since their time was over
	Over int64 // since there was too much
}
