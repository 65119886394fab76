package sluice

import "time"

// RunState is the state of a run.
//
//	queued → running → completed
//	            ├────→ failed ──(resume)──→ queued
//	            └────→ cancelled
type RunState string

// The states of a run.
const (
	RunQueued    RunState = "queued"
	RunRunning   RunState = "running"
	RunCompleted RunState = "completed" // every record ended; some may have failed
	RunFailed    RunState = "failed"    // the run could not go on; its pages are kept and it can be resumed
	RunCancelled RunState = "cancelled"
)

// Ended reports whether the run will not go on by itself.
func (s RunState) Ended() bool {
	return s == RunCompleted || s == RunFailed || s == RunCancelled
}

// RunKind says why a run exists.
type RunKind string

// The kinds of run.
const (
	RunManual RunKind = "manual"
	RunRetry  RunKind = "retry" // works stored records of errors again
	// RunScheduled is a run that was due, RunNext one that follows another flow's.
	RunScheduled RunKind = "scheduled"
	RunNext      RunKind = "next"
	RunWebhook   RunKind = "webhook" // works what was delivered
)

// Run is one execution of a flow.
type Run struct {
	ID       int64    `json:"id"`
	FlowID   string   `json:"flow_id"`
	FlowName string   `json:"flow"`
	Revision int      `json:"revision"`
	Kind     RunKind  `json:"kind"`
	State    RunState `json:"state"`
	// CancelAsked is set by people; the worker sees it between records.
	CancelAsked bool `json:"cancel_asked,omitempty"`

	// Owner is the process that works the run, Fence the number of its ownership.
	// A write under an older fence is refused.
	Owner      string    `json:"owner,omitempty"`
	Fence      int64     `json:"-"`
	LeaseUntil time.Time `json:"-"`

	// Cursor is where the export goes on, opaque to all but its connector.
	Cursor     []byte `json:"-"`
	ExportDone bool   `json:"export_done"`
	// Window is what a delta export reads in this run, nil before it has begun. Where a
	// flow has several exports, theirs are in Exports.
	Window *Window `json:"window,omitempty"`

	Counts  Counts          `json:"counts"`
	Exports []ExportCounts  `json:"exports,omitempty"` // none for runs of versions that did not count them
	Steps   []StepCounts    `json:"steps"`
	Totals  []OutcomeTotals `json:"totals,omitempty"`
	Error   *Error          `json:"error,omitempty"` // why it failed

	CreatedBy  string    `json:"created_by"`
	CreatedAt  time.Time `json:"created_at"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// Counts adds up what became of a run's records. Every record that was read ends
// as exactly one of the others: Read = Written + Unchanged + Excluded + Failed
// once the run has completed.
type Counts struct {
	Read      int64 `json:"read"`      // records the export made
	Rows      int64 `json:"rows"`      // source rows in them
	Written   int64 `json:"written"`   // at least one import wrote it, none failed
	Unchanged int64 `json:"unchanged"` // all imports had it already
	Excluded  int64 `json:"excluded"`  // a filter stopped it, or no import took it
	Failed    int64 `json:"failed"`    // became a record error
}

// Add adds o to c.
func (c *Counts) Add(o Counts) {
	c.Read += o.Read
	c.Rows += o.Rows
	c.Written += o.Written
	c.Unchanged += o.Unchanged
	c.Excluded += o.Excluded
	c.Failed += o.Failed
}

// StepCounts is what one step did.
type StepCounts struct {
	Step      string `json:"step"`
	Kind      string `json:"kind"`             // as Place.Kind
	Reason    string `json:"reason,omitempty"` // a filter's, or by which way an import sends and why
	In        int64  `json:"in"`
	Created   int64  `json:"created,omitempty"` // by an import that can tell
	Written   int64  `json:"written,omitempty"` // created ones included
	Unchanged int64  `json:"unchanged,omitempty"`
	Excluded  int64  `json:"excluded,omitempty"`
	Failed    int64  `json:"failed,omitempty"`
	// Found and NotFound count the records that a lookup let go on, Requests what it asked.
	Found    int64 `json:"found,omitempty"`
	NotFound int64 `json:"not_found,omitempty"`
	Requests int64 `json:"requests,omitempty"`
	// Ignored counts the unchanged ones that an import left alone since they were there
	// already, or were not there, and the import says to pass over such.
	Ignored int64 `json:"ignored,omitempty"`
	// LeftOut counts fields that an import did not send: the other side lets nobody
	// write them, or they are for new records alone, or for others alone.
	LeftOut int64 `json:"left_out,omitempty"`
}

// RecordOutcome is what became of one record of a run.
type RecordOutcome string

// The outcomes of a record.
const (
	OutcomeWritten   RecordOutcome = "written"
	OutcomeUnchanged RecordOutcome = "unchanged"
	OutcomeExcluded  RecordOutcome = "excluded"
	OutcomeFailed    RecordOutcome = "failed"
)

// OutcomeTotals is one control total, added up per outcome. Rows and amounts are
// decimal text.
type OutcomeTotals struct {
	Name      string `json:"name"`
	Read      string `json:"read"`
	Written   string `json:"written"`
	Unchanged string `json:"unchanged"`
	Excluded  string `json:"excluded"`
	Failed    string `json:"failed"`
}

// Page is a batch of a run's records, kept until it is done.
type Page struct {
	RunID  int64
	Number int64 // from 1
	Items  []Item
}

// RecordError is a record that did not get through. It is kept with all that is
// needed to understand it and to try again.
type RecordError struct {
	ID       int64  `json:"id"`
	FlowID   string `json:"flow_id"`
	FlowName string `json:"flow"`
	RunID    int64  `json:"run_id"`
	Step     string `json:"step"`
	Seq      int64  `json:"seq"`
	Key      string `json:"key"`
	Origin   string `json:"origin,omitempty"`
	Rows     int    `json:"rows"`

	Code           string         `json:"code"`           // NetSuite's own, or ours
	Classification Classification `json:"classification"` // what kind of cure it needs
	Message        string         `json:"message"`        // the other side's own words
	Where          string         `json:"where,omitempty"`
	Remedy         string         `json:"remedy,omitempty"`

	Record   Record `json:"record"`             // as exported
	Request  string `json:"request,omitempty"`  // as sent, secrets masked
	Response string `json:"response,omitempty"` // as answered, cut at 4 KiB

	Trace    string   `json:"trace,omitempty"`    // the flow's trace key of the record
	Tags     []string `json:"tags,omitempty"`     // sorted
	Assignee string   `json:"assignee,omitempty"` // a person's e-mail address

	State      ErrorState `json:"state"`
	Retries    int        `json:"retries"` // that failed
	CreatedAt  time.Time  `json:"created_at"`
	FailedAt   time.Time  `json:"failed_at,omitzero"` // the last time
	ResolvedAt time.Time  `json:"resolved_at,omitzero"`
	ResolvedBy string     `json:"resolved_by,omitempty"` // a person, "retry", or the run that delivered the record
	Reason     string     `json:"reason,omitempty"`      // why it is resolved
}

// ErrorState is the state of a record error.
type ErrorState string

// The states of a record error. A retry that works resolves it.
const (
	ErrorOpen     ErrorState = "open"
	ErrorRetrying ErrorState = "retrying"
	ErrorResolved ErrorState = "resolved"
)

// Classification says what kind of cure a record error needs.
type Classification string

// The classifications.
const (
	ClassValue        Classification = "value"        // a value is wrong or missing
	ClassReference    Classification = "reference"    // it points to a record that is not there
	ClassDuplicate    Classification = "duplicate"    // the record exists already
	ClassMissing      Classification = "missing"      // the record to change does not exist
	ClassPermission   Classification = "permission"   // the role may not
	ClassLocked       Classification = "locked"       // the record cannot be changed now
	ClassMapping      Classification = "mapping"      // the flow's mapping failed
	ClassSource       Classification = "source"       // the source's row cannot be read
	ClassUnknown      Classification = "unknown"      // the outcome of the write is not known
	ClassIntermittent Classification = "intermittent" // may work when tried again
	ClassOther        Classification = "other"
)
