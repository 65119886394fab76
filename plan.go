package sluice

import "context"

// Planner is a Connector that can show what imports would send. Its plans run the
// very code that writes; only the requests that would change something do not leave.
type Planner interface {
	// OpenPlan is OpenImport for a Writer without effect: each request that would have
	// changed something goes to tell, which may be called from several goroutines at
	// once. Requests that only read are made.
	OpenPlan(ctx context.Context, c *Connection, i *Import, o ImportOptions, tell func(PlannedRequest)) (Writer, error)
	// Existing reads the record that an intent would change, with its sublists. It
	// returns nil where there is none, and CodeCannotTell where the other side
	// has no way to ask.
	Existing(ctx context.Context, c *Connection, i *Import, intent *Intent) (Record, error)
}

// CodeCannotTell is the code of a question that a connector has no answer to.
const CodeCannotTell = "plan.cannot_tell"

// PlannedRequest is a request as it would be sent, its secrets masked.
type PlannedRequest struct {
	Intent *Intent           `json:"-"`
	Method string            `json:"method"` // of HTTP; EXEC for a statement, APPEND for lines of a file
	URL    string            `json:"url"`    // the kind of database, or a file's path
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"` // a statement has its arguments in comments behind it
}

// RecordChange is a record before and after a request.
type RecordChange struct {
	Found  bool          `json:"found"`        // the record is there already
	ID     string        `json:"id,omitempty"` // its internal ID
	Fields []FieldChange `json:"fields,omitempty"`
	// Problem is why the record could not be looked at.
	Problem string `json:"problem,omitempty"`
}

// FieldChange is one field before and after a request. Fields that the request does
// not name stay as they are.
type FieldChange struct {
	Field  string `json:"field"` // with the place of a line: item[2].quantity
	State  string `json:"state" enum:"added,changed,cleared,removed,unchanged"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

// Values of FieldChange.State.
const (
	FieldAdded     = "added"   // it had no value
	FieldChanged   = "changed" // it had another
	FieldCleared   = "cleared" // its value goes
	FieldRemoved   = "removed" // the line, or the whole record, goes
	FieldUnchanged = "unchanged"
)
