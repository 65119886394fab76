package soap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// rounds is how often the records of a list are sent that may be sent again.
const rounds = 4

// writing carries out the writes of a list, or of one record.
type writing struct {
	client     *Client
	operation  operation
	parts      [][]byte
	repeatable []bool
	last       []byte // after the records
	single     string // the one record, for messages, where it is no list
	results    []WriteResult
	doubt      map[int]bool // records that an attempt before may have saved
	company    map[int]bool // records of unknown outcome that could be repeated but for others of their request
}

func (c *Client) writing(o operation, parts [][]byte, repeatable []bool) *writing {
	return &writing{client: c, operation: o, parts: parts, repeatable: repeatable, results: make([]WriteResult, len(parts)), doubt: map[int]bool{}, company: map[int]bool{}}
}

// errNotSent is why records behind the end of the context have no result.
var errNotSent = errors.New("not sent")

// first carries out the write of one record.
func (w *writing) first(ctx context.Context) (WriteResult, error) {
	w.run(ctx)
	return w.results[0], w.results[0].Err
}

// run sends all records, and again those that may be.
func (w *writing) run(ctx context.Context) []WriteResult {
	pending := make([]int, len(w.parts))
	for i := range pending {
		pending[i] = i
	}
	for round := 1; len(pending) > 0; round++ {
		w.send(ctx, pending)
		pending = w.again(pending)
		if len(pending) == 0 || round == rounds || w.client.backoff(ctx, round, w.wait(pending)) != nil {
			break
		}
	}
	return w.results
}

// send sends the records with the numbers, in as many requests as it takes.
func (w *writing) send(ctx context.Context, numbers []int) {
	parts := make([][]byte, len(numbers))
	for i, n := range numbers {
		parts[i] = w.parts[n]
	}
	limits := w.client.limits
	for s := range chunks(parts, w.operation.limit(limits), limits.Bytes) {
		w.sendSpan(ctx, numbers, s)
	}
}

func (w *writing) sendSpan(ctx context.Context, numbers []int, s span) {
	if ctx.Err() != nil {
		w.unsent(numbers[s.from:s.to], context.Cause(ctx))
		return
	}
	r := w.request(numbers[s.from:s.to])
	results, err := w.client.writeResponses(ctx, r)
	for _, n := range numbers[s.from:s.to] {
		w.doubt[n] = w.doubt[n] || r.doubt
	}
	if errors.Is(err, ErrTooLarge) && s.len() > 1 {
		first, second := s.halves()
		w.sendSpan(ctx, numbers, first)
		w.sendSpan(ctx, numbers, second)
		return
	}
	if err == nil && len(results) != s.len() {
		// Which result belongs to which record is anyone's guess.
		err = missingIn(r, fmt.Sprintf("result for each of %d records: it has %d", s.len(), len(results)))
	}
	for i, n := range numbers[s.from:s.to] {
		if err == nil {
			w.record(n, results[i])
			continue
		}
		w.record(n, WriteResult{Err: err})
		w.company[n] = w.repeatable[n] && r.effect == netsuite.Write && netsuite.Applied(err) == netsuite.Unknown
	}
}

// record keeps what became of a record, in the light of the attempts before.
func (w *writing) record(n int, result WriteResult) {
	switch {
	case result.Err == nil || !w.doubt[n]:
	case w.operation.one == "delete" && errors.Is(result.Err, netsuite.ErrNotFound):
		result.Err = nil // an attempt of which no answer came has deleted it
	default:
		result.Err = inDoubt(result.Err)
	}
	w.doubt[n] = w.doubt[n] || netsuite.Applied(result.Err) == netsuite.Unknown
	w.results[n] = result
}

// inDoubt returns an error that says the same, and that nothing is certain.
func inDoubt(err error) error {
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok {
		doubtful := *fault
		doubtful.Doubt = true
		return &doubtful
	}
	doubtful := netsuite.TransportError{Method: "POST", Err: err}
	if transport, ok := errors.AsType[*netsuite.TransportError](err); ok {
		doubtful = *transport
	}
	doubtful.Sent = true
	return &doubtful
}

// unsent marks records that the end of the context kept back, but for those
// whose attempt before says more.
func (w *writing) unsent(numbers []int, cause error) {
	for _, n := range numbers {
		if w.results[n].Err == nil {
			w.results[n].Err = &netsuite.TransportError{Operation: w.operation.list, Method: "POST", URL: w.client.URL(), Err: errors.Join(errNotSent, cause)}
		}
	}
}

func (w *writing) request(numbers []int) *request {
	r := &request{operation: w.operation.list, what: fmt.Sprintf("%d records", len(numbers)), effect: netsuite.Read, headers: withPreferences}
	if w.single != "" {
		r.operation, r.what = w.operation.one, w.single
	}
	if w.operation.one == "delete" {
		r.missing = netsuite.ErrNotFound
	}
	for _, n := range numbers {
		r.parts = append(r.parts, w.parts[n])
		if !w.repeatable[n] {
			r.effect = netsuite.Write
		}
	}
	if w.last != nil {
		r.parts = append(r.parts, w.last)
	}
	return r
}

// again picks the records to send again: those certainly not applied for a
// reason that passes, and those of unknown outcome that may be repeated. What the
// netsuite.Client has tried as often as it may is left.
func (w *writing) again(numbers []int) []int {
	var pending []int
	for _, n := range numbers {
		if w.company[n] {
			delete(w.company, n)
			pending = append(pending, n)
			continue
		}
		fault, ok := errors.AsType[*netsuite.Fault](w.results[n].Err)
		if !ok || fault.Attempt > 0 {
			continue // no answer, or an answer to the whole request
		}
		switch class := fault.Class(); {
		case class == netsuite.ErrConcurrency, class == netsuite.ErrUnavailable, class == ErrChanged && w.operation.one != "add":
			pending = append(pending, n)
		case class == netsuite.ErrServer && w.repeatable[n]:
			pending = append(pending, n)
		}
	}
	return pending
}

// wait is how long NetSuite asks to wait, for the one that asks longest.
func (w *writing) wait(numbers []int) time.Duration {
	var longest time.Duration
	for _, n := range numbers {
		if fault, ok := errors.AsType[*netsuite.Fault](w.results[n].Err); ok {
			longest = max(longest, fault.RetryAfter)
		}
	}
	return longest
}

// writeResponses sends a request whose answer is a writeResponse or a list of them.
func (c *Client) writeResponses(ctx context.Context, r *request) ([]WriteResult, error) {
	var results []WriteResult
	err := c.call(ctx, r, func(a *answer) error {
		results = nil
		return a.each(func(name string) (err error) {
			switch name {
			case "writeResponseList":
				results, err = a.writeResponseList(r)
			case "writeResponse":
				var one WriteResult
				one, err = a.writeResponse(r)
				results = []WriteResult{one}
			}
			return err
		})
	})
	return results, err
}
