package sluice

import (
	"context"
	"io"
	"time"
)

// Connector reaches other systems. Connections are given with their secrets opened.
type Connector interface {
	// Test proves that the connection works, or says what is wrong. It never returns nil.
	Test(ctx context.Context, c *Connection) *Evidence
	// OpenExport starts reading where cursor says; nil means from the start. Errors
	// are *Error: a missing file or column, a refused login, a broken query.
	OpenExport(ctx context.Context, c *Connection, e *Export, o ExportOptions) (Reader, error)
	// OpenImport gets ready to write.
	OpenImport(ctx context.Context, c *Connection, i *Import, o ImportOptions) (Writer, error)
}

// ExportOptions says what an export continues.
type ExportOptions struct {
	Cursor []byte // from the last Batch that was kept
	// Seen is the number of records in the batches that were kept.
	Seen int64
	Flow string // for fair shares between flows
	// FlowID is whose inbox a webhook export reads; empty for a flow that is not stored.
	FlowID string
	// Preview reads to show, and takes nothing.
	Preview bool
	// Window is what a delta export reads; nil means everything.
	Window *Window
}

// SourceClock is a Connector that can tell the time by a source's own clock, which is
// the one that stamps its changes. Delta exports need it.
type SourceClock interface {
	SourceTime(ctx context.Context, c *Connection) (time.Time, error)
}

// ImportOptions says what an import belongs to.
type ImportOptions struct {
	FlowID string
	Flow   string
	RunID  int64
	Step   string
	// Texts asks for the texts of requests and answers of what is written.
	Texts bool
}

// Reader reads an export's records.
type Reader interface {
	// Next returns up to limit records, and io.EOF (with no records) behind the
	// last. It may return fewer, and does where they are large, so that they are not all
	// in memory at once. Item.Key and Item.Seq are the engine's to set. A Reader that cannot go
	// on returns an *Error; rows it cannot read but can name are Items with Refused set.
	Next(ctx context.Context, limit int) (Batch, error)
	io.Closer
}

// Batch is what a Reader read at once.
type Batch struct {
	Items []Item
	// Cursor continues behind these items, in this process or another.
	Cursor []byte
	// Inbox is how far the flow's inbox was read with these items; nil where it was not.
	Inbox *InboxMark
}

// Writer writes an import's records.
type Writer interface {
	// Traits says how the engine has to treat this writer.
	Traits() Traits
	// Prepare sets each intent's Before. No two intents of a page have the same key.
	Prepare(ctx context.Context, intents []*Intent) error
	// Write sends the intents and returns one result for each, in their order. An
	// error means that the destination cannot be used at all now (login refused,
	// disk full); the results, if any, still count, and intents without one were not sent.
	Write(ctx context.Context, intents []*Intent) ([]Result, error)
	// Reconcile finds out what became of intents whose outcome is not known.
	Reconcile(ctx context.Context, intents []*Intent) ([]Result, error)
	// Finish is called once when all pages of the run are done.
	Finish(ctx context.Context) error
	io.Closer
}

// Traits describes a Writer.
type Traits struct {
	// Ordered writers take one page at a time, in the order of the export.
	Ordered bool
	// SendWindow bounds how long after its intent a request may begin.
	SendWindow time.Duration
	// Settle bounds how long the other side may go on working on a request.
	Settle time.Duration
	// ExternalIDs says that adds can carry an external ID.
	ExternalIDs bool
	// Route is the way that the records take; nil where there is one way only.
	Route *Route
}

// Router is a Connector that knows several ways for an import's records.
type Router interface {
	// Route says which one they take, without asking anybody; nil for an import that has
	// one way only. The connection may be nil while it is not stored yet.
	Route(c *Connection, i *Import) (*Route, error)
}

// LookupConnector is a Connector whose systems can be asked in the middle of a flow.
type LookupConnector interface {
	// OpenLookup gets ready to ask. It is not called for static tables.
	OpenLookup(ctx context.Context, c *Connection, l *Lookup, o LookupOptions) (Finder, error)
}

// LookupOptions says what a lookup belongs to.
type LookupOptions struct {
	Flow string // for fair shares between flows
}

// Finder answers the questions of a lookup. It may be used by several goroutines.
type Finder interface {
	// Find answers questions, no two of which are the same, in as few requests as the
	// system permits. An error means that the system cannot be used now, and nothing
	// was found out; what concerns one question alone is in its Answer.
	Find(ctx context.Context, questions []Question) (Findings, error)
	io.Closer
}

// ResultState says what became of a write.
type ResultState int

// The states of a result.
const (
	// ResultNotSent: nothing reached the other side; sending again is safe.
	ResultNotSent ResultState = iota
	// ResultWritten: the record is there.
	ResultWritten
	// ResultRefused: the other side said no; it changed nothing.
	ResultRefused
	// ResultUnknown: the request may have had its effect.
	ResultUnknown
	// ResultIgnored: the record was there already, or was not there, and the import says
	// to pass over such. It was left as it is.
	ResultIgnored
	// ResultAbsent, from Reconcile: there is no trace of it. Before SettlesAt that
	// proves nothing; afterwards sending again is safe.
	ResultAbsent
)

// Result is what became of one intent.
type Result struct {
	State   ResultState
	ID      string // internal ID, where the other side told it
	Created bool   // a new record was made
	LeftOut int    // fields that were not sent, as StepCounts.LeftOut
	// Body is what the other side answered, as JSON values with json.Number, for imports
	// with a response mapping; nil where it is not JSON or there was no answer.
	Body    any
	Failure *Failure
	// Request and Response are what was sent and answered, secrets masked, where
	// ImportOptions.Texts asks for them; a refusal's are in its Failure.
	Request, Response string
}

// Shaper is a Connector that changes records on their way out, to the form in
// which the other side takes them. A preview shows what it makes of them.
type Shaper interface {
	// Shape returns what the import would send of a mapped record. It writes nothing.
	Shape(ctx context.Context, c *Connection, i *Import, r Record) (Shape, error)
}

// Shape is a record as it would be sent.
type Shape struct {
	Record  Record
	LeftOut []string // fields that would not be sent
	Failure *Failure // why the record would be refused before it is sent
	Route   *Route   // by which way it would be sent; nil where there is one way only
}

// Failure says why a record did not get through.
type Failure struct {
	Code           string
	Classification Classification
	Message        string
	Where          string
	Remedy         string
	Request        string // as sent, secrets masked
	Response       string
}
