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
