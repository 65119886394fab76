package wire

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Traffic sees what connections ask of other systems, for who watches runs. It is told
// neither bodies nor queries' values nor secrets.
type Traffic interface {
	// Made takes a request that has ended, with the context that it was made in. It never waits.
	Made(ctx context.Context, r Request)
	// Meter returns a budget's slots for a connection, and counts their use.
	Meter(b Budget) netsuite.Slots
}

// Request is one attempt at a request.
type Request struct {
	Connection string // its name
	Method     string
	Path       string // without host and query
	What       string // in words, where they are known: "upsert customer"
	Attempt    int    // 1 for the first
	At         time.Time
	Waited     time.Duration // for its slot
	Took       time.Duration
	Status     int    // 0 where there was none
	Failure    string // a code or a few words, empty for a success
	Sent       int    // bytes of the body
	Received   int
}

// Budget is what connections share of the requests that another system takes at one time.
type Budget struct {
	Name       string // as processes share it
	Account    string // as people know it
	Address    string // where it differs from the usual one
	Connection string // whose slots are asked for
	Limit      int    // by that connection's settings
	Slots      *governor.Governor
}

// Metered returns a budget's slots, counted where there is somebody to count them.
func Metered(t Traffic, b Budget) netsuite.Slots {
	if t == nil {
		return b.Slots
	}
	return t.Meter(b)
}

// maxPath bounds what is noted of a path.
const maxPath = 200

// PathOf returns the part of an address that may be noted.
func PathOf(address string, m *Mask) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := m.Text(u.EscapedPath())
	if len(path) > maxPath {
		path = strings.ToValidUTF8(path[:maxPath], "") + "…"
	}
	return path
}

// asked tells of a statement: its verb, and neither its text nor its values.
func (w sqlWatch) asked(ctx context.Context, method, text string, began time.Time, err error) {
	if w.Traffic == nil || err == driver.ErrSkip { //nolint:errorlint // it is compared so by database/sql too
		return
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	verb, _, _ = strings.Cut(verb, "\n")
	r := Request{Connection: w.Name, Method: method, What: strings.ToUpper(verb[:min(len(verb), 20)]), Attempt: 1, At: began, Took: w.Clock().Sub(began), Sent: len(text)}
	if err != nil {
		r.Failure = "refused"
	}
	w.Traffic.Made(ctx, r)
}

// Exchanged tells of each attempt of a NetSuite client, and passes it on to observe too
// where that is not nil.
func Exchanged(t Traffic, connection string, m *Mask, observe func(connection string, e netsuite.Exchange)) func(context.Context, netsuite.Exchange) {
	return func(ctx context.Context, e netsuite.Exchange) {
		if observe != nil {
			observe(connection, e)
		}
		if t == nil {
			return
		}
		t.Made(ctx, Request{Connection: connection, Method: e.Method, Path: PathOf(e.URL, m), What: e.Operation, Attempt: e.Attempt, At: e.Start,
			Waited: e.Waited, Took: e.Duration, Status: e.Status, Failure: failureOf(e), Sent: e.RequestBytes, Received: e.ResponseBytes})
	}
}

// failureOf returns the code of what went wrong. Messages are left out: they may repeat values.
func failureOf(e netsuite.Exchange) string {
	if e.Err == nil {
		return ""
	}
	if fault, ok := errors.AsType[*netsuite.Fault](e.Err); ok && fault.Code != "" {
		return fault.Code
	}
	if e.Status == 0 {
		return "no answer"
	}
	return "refused"
}
