package sluice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Delta makes an export read what changed since the last run that went through.
type Delta struct {
	// Fields names result columns (of SuiteQL and SQL) or fields (of records) that hold
	// times of change. The latest of them counts.
	Fields []string `json:"fields"`
	// Overlap is how far before the watermark a run begins, as in 5m: for changes that
	// were stamped before they could be seen. DefaultOverlap when empty.
	Overlap string `json:"overlap,omitempty"`
	// Lag is how long changes rest before they are read. None when empty.
	Lag string `json:"lag,omitempty"`
	// Start is where the first run begins: all (default), now, or a time in RFC 3339.
	Start string `json:"start,omitempty"`
	// Deletes reads what was deleted, too.
	Deletes *Deletes `json:"deletes,omitempty"`
	// After names a flow whose watermark this one never overtakes.
	After string `json:"after,omitempty"`
}

// Values of Delta.Start besides a time.
const (
	StartAll = "all"
	StartNow = "now"
)

// DefaultOverlap covers the five minutes that clocks of one system are apart at most.
const DefaultOverlap = 5 * time.Minute

// Deletes says where a delta export finds what was deleted at the source.
type Deletes struct {
	// Types are NetSuite's record types, as its table deletedrecord names them. Their
	// internal IDs become the column that is the export's key.
	Types []string `json:"types,omitempty"`
	// Query gives one row for each deleted row of a database, with the export's key
	// columns and the time of deletion.
	Query string `json:"query,omitempty"`
	Field string `json:"field,omitempty"` // the column of Query with the time of deletion
}

// DeletedField is the field that marks a record as deleted at its source.
const DeletedField = "_deleted"

// OverlapTime is Overlap as a duration. Flows are checked when they are stored.
func (d *Delta) OverlapTime() time.Duration {
	if d.Overlap == "" {
		return DefaultOverlap
	}
	t, _ := time.ParseDuration(d.Overlap)
	return t
}

// LagTime is Lag as a duration.
func (d *Delta) LagTime() time.Duration {
	t, _ := time.ParseDuration(d.Lag)
	return t
}

// StartTime is Start as a time: the zero time for all, and false for now.
func (d *Delta) StartTime() (time.Time, bool) {
	switch d.Start {
	case "", StartAll:
		return time.Time{}, true
	case StartNow:
		return time.Time{}, false
	}
	t, _ := time.Parse(time.RFC3339, d.Start)
	return t.UTC(), true
}

// ParseDuration reads a duration as flow files write it: not negative.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil && d < 0 {
		err = fmt.Errorf("%q is negative", text)
	}
	return d, err
}

// Window is what one run of a delta export reads: what changed at From or later and
// before Until, by the source's clock, in UTC. It stays with the run when that is
// resumed.
type Window struct {
	From  time.Time `json:"from,omitzero"` // zero: from the beginning, with what has no time
	Until time.Time `json:"until,omitzero"`
	// Mark is the watermark that the run began with; zero without one. What changed
	// before it was read before.
	Mark time.Time `json:"mark,omitzero"`
}

// Empty reports whether nothing can be in the window.
func (w *Window) Empty() bool { return !w.Until.After(w.From) || !w.Until.After(w.Mark) }

// Watermark is how far a delta export has got: everything that changed before At was
// delivered, or is a record error.
type Watermark struct {
	FlowID string    `json:"flow_id"`
	Export string    `json:"export"` // the export's name within the flow
	At     time.Time `json:"at"`     // by the source's clock
	// Source tells what it was read from. A watermark of another source says nothing.
	Source    string    `json:"source"`
	RunID     int64     `json:"run_id,omitempty"` // that moved it; 0 when a person set it
	UpdatedAt time.Time `json:"updated_at"`
	UpdatedBy string    `json:"updated_by"`
}

// WatermarkView is how far a flow's delta export has got.
type WatermarkView struct {
	Flow   string    `json:"flow"`
	Export string    `json:"export"`
	At     time.Time `json:"at,omitzero" doc:"What changed before was delivered; absent before the first run"`
	// Valid is false for a watermark of an export that read something else.
	Valid     bool      `json:"valid" doc:"False when there is none, or the flow reads something else since: the next run begins at the start"`
	From      time.Time `json:"from,omitzero" doc:"Where the next run begins: the watermark less the overlap"`
	RunID     int64     `json:"run_id,omitempty" doc:"The run that moved it"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	UpdatedBy string    `json:"updated_by,omitempty"`
}

// DeltaSource tells delta exports apart that read something else: a watermark of one
// says nothing about another. It is empty for other exports.
func (e *Export) DeltaSource() string {
	if e.Delta == nil {
		return ""
	}
	read := *e
	read.Name, read.Key, read.Once, read.Limit, read.Sample = "", nil, nil, 0, 0
	read.Delta = &Delta{Fields: e.Delta.Fields}
	text, err := json.Marshal(read)
	if err != nil {
		return "unreadable" // texts, numbers and lists: it never is
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Once makes an export set a flag in its source for every record that was delivered,
// so that its query finds each record once. Exactly one of Table and Record is set.
type Once struct {
	// Table is the database's table, whose columns named as the export's key identify the row.
	Table string `json:"table,omitempty"`
	// Record is NetSuite's record type; the export's key is the internal ID.
	Record string `json:"record,omitempty"`
	// Set is a Bloblang mapping from the record as exported to the fields to set.
	Set string `json:"set"`
}

// Import is the write that sets the flag, through the export's own connection.
func (o *Once) Import(e *Export) *Import {
	out := &Import{Connection: e.Connection, Operation: Update}
	if o.Table != "" {
		out.SQL = &SQLImport{Table: o.Table, Key: e.Key}
	} else {
		out.NetSuite = &NetSuiteImport{Record: o.Record}
	}
	return out
}
