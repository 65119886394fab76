// Package way has the ways by which a page of records gets into NetSuite. A Way is told
// what is to be done with each record and tells what became of it; what that means for
// the record, and what is to be looked at more closely, is the import's to judge.
package way

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/netsuite"
)

// Verb is what is done with one record.
type Verb string

// The verbs.
const (
	Create    Verb = "create"
	Update    Verb = "update"
	Upsert    Verb = "upsert"
	Delete    Verb = "delete"
	Transform Verb = "transform"
	Attach    Verb = "attach"
	Detach    Verb = "detach"
)

// Request is what is to be done with one record.
type Request struct {
	Intent  *sluice.Intent
	Verb    Verb
	Record  string // type
	Target  string // of a record that is there: an internal ID, or eid: and an external ID
	Body    sluice.Record
	Options netsuite.WriteOptions

	OtherType string // of a transform's source, or of what is attached
	Other     string // its ID
	Role      string // of an attached contact

	// Lane names the record that the request works on: two requests in one lane go one
	// after the other. "" is a lane of its own.
	Lane string
	// Mark is what the ledger keeps of the request, by which a Recaller knows it again.
	Mark string
}

// externalID is the external ID that the target names, or "".
func (r *Request) externalID() string {
	id, _ := strings.CutPrefix(r.Target, "eid:")
	if id == r.Target {
		return ""
	}
	return id
}

func (r *Request) sendBy() time.Time { return r.Intent.SendBy }

// beforeAll makes a request for all of the list begin before the first of them is late.
func beforeAll[R interface{ sendBy() time.Time }](ctx context.Context, list []R) context.Context {
	first := slices.MinFunc(list, func(a, b R) int { return a.sendBy().Compare(b.sendBy()) })
	return sendby.With(ctx, first.sendBy())
}

// Outcome is how a request ended: netsuite.Applied tells of Err what is certain.
type Outcome struct {
	netsuite.Ref
	Err error
}

// Took takes the outcome of the n-th request, before the next one in its lane begins. An
// error means that no other request shall begin.
type Took func(ctx context.Context, n int, o Outcome) error

// Way writes a page of records.
type Way interface {
	// Send sends the requests, none of them later than its intent's SendBy and each once,
	// and hands the outcome of each to took. It returns the error that took returns.
	Send(ctx context.Context, requests []*Request, took Took) error
}

// Recaller is a Way that can tell another process what became of its requests, better
// than reading the records back can.
type Recaller interface {
	Way
	// Mark marks requests before the ledger gets their intents. Send sends them as marked.
	Mark(requests []*Request)
	// Recall finds out what became of requests for records of a type, by their marks. An
	// error is about the connection.
	Recall(ctx context.Context, recordType string, marks []string) ([]Recalled, error)
}

// Recalled is what a Recaller knows of a request.
type Recalled struct {
	// Taken says that NetSuite has the request. Otherwise it has not, and never will.
	Taken bool
	Outcome
}
