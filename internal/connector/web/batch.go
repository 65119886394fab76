package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// writeBatches sends the intents many at a time, one batch after another, in their order.
func (w *writer) writeBatches(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	var open []int
	for n, i := range intents {
		r, err := w.decided(i)
		if err != nil {
			return results, err
		}
		if results[n] = r; r.State == sluice.ResultNotSent {
			open = append(open, n)
		}
	}
	for places := range slices.Chunk(open, w.spec.Batch.Size) {
		batch := make([]*sluice.Intent, len(places))
		for k, n := range places {
			batch[k] = intents[n]
		}
		got, err := w.sendBatch(ctx, batch)
		for k, n := range places[:len(got)] {
			results[n] = got[k]
		}
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// sendBatch makes the request of a batch. An error is about the connection.
func (w *writer) sendBatch(ctx context.Context, batch []*sluice.Intent) ([]sluice.Result, error) {
	b, err := w.batchCall(ctx, batch)
	if err != nil {
		return nil, err
	}
	a, err := w.do(wire.Effect(ctx, batch[0]), b.call)
	if err != nil {
		r, err := w.unanswered(ctx, b.call, err)
		return b.all(r), err
	}
	if told := w.results(a); len(told) == len(batch) && !passing(a) && a.status != http.StatusUnauthorized {
		return w.judgeBatch(ctx, batch, b, a, told)
	}
	r := sluice.Result{Failure: w.failure(b.call, a, nil)}
	switch {
	case a.ok() && wire.Rehearsing(ctx): // whose answer tells of no record
		return b.all(sluice.Result{State: sluice.ResultWritten}), nil
	case a.ok():
		r.State = sluice.ResultUnknown
		r.Failure.Code, r.Failure.Classification = "http.batch_results", sluice.ClassUnknown
		r.Failure.Message = fmt.Sprintf("the API answered %s, and not with one result for each of %d records", a.text, len(batch))
		r.Failure.Remedy = "Correct the place of the results under batch; look for the records yourself where the import has no lookup"
	case a.status == http.StatusUnauthorized:
		return b.all(r), w.problem(b.call, a, nil)
	case passing(a):
		r.State = sluice.ResultUnknown
	case len(batch) == 1:
		r.State = sluice.ResultRefused
		r, err = w.ignored(ctx, batch[0], r)
		return []sluice.Result{r}, err
	default:
		return w.oneByOne(ctx, batch)
	}
	return b.all(r), nil
}

// oneByOne sends the records of a batch that was refused as a whole, to know by which.
func (w *writer) oneByOne(ctx context.Context, batch []*sluice.Intent) ([]sluice.Result, error) {
	var results []sluice.Result
	for n := range batch {
		one, err := w.sendBatch(ctx, batch[n:n+1])
		results = append(results, one...)
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// batchCall is the request of a batch.
type batchCall struct {
	call
	bodies [][]byte // of the single records
	left   []int    // fields that are left out of each
}

func (w *writer) batchCall(ctx context.Context, batch []*sluice.Intent) (batchCall, error) {
	first, _, err := w.call(ctx, batch[0])
	if err != nil {
		return batchCall{}, err
	}
	b := batchCall{call: first}
	var list []any
	for _, i := range batch {
		n, err := readNote(i)
		if err != nil {
			return b, err
		}
		fields, left := w.imp.Sent(i.Record, n.fate())
		text, err := json.Marshal(fields)
		if err != nil {
			return b, err
		}
		list, b.bodies, b.left = append(list, fields), append(b.bodies, text), append(b.left, left)
	}
	b.body, err = json.Marshal(w.wrap(list))
	return b, err
}

// all is the same result for each record, with the record as its request.
func (b *batchCall) all(r sluice.Result) []sluice.Result {
	out := make([]sluice.Result, len(b.bodies))
	for n := range out {
		out[n] = r
		if r.Failure != nil {
			f := *r.Failure
			f.Request = shorten(string(b.bodies[n]))
			out[n].Failure = &f
		}
	}
	return out
}

// results returns the list of results in an answer, nil where there is none.
func (w *writer) results(a *answer) []any {
	if len(a.body) > maxAnswer {
		return nil
	}
	v, err := decode(a.body)
	if err != nil {
		return nil
	}
	found, _ := at(v, w.spec.Batch.Results)
	list, _ := found.([]any)
	return list
}

// judgeBatch reads what the API says of each record.
func (w *writer) judgeBatch(ctx context.Context, batch []*sluice.Intent, b batchCall, a *answer, told []any) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(batch))
	var failed error
	for n, i := range batch {
		status, refusal := w.refusal(told[n])
		if refusal == "" {
			results[n] = sluice.Result{State: sluice.ResultWritten, Created: i.Operation == sluice.Add || status == http.StatusCreated, ID: textAt(told[n], w.spec.ID), LeftOut: b.left[n]}
			if w.spec.ID == "" {
				results[n].ID = ""
			}
			if w.imp.Response != "" {
				results[n].Body = told[n]
			}
			continue
		}
		text, err := json.Marshal(told[n])
		if err != nil {
			text = nil
		}
		f := &sluice.Failure{Code: "http.batch_refused", Message: w.mask("the API says of the record: " + refusal), Where: b.method + " " + w.place(b.url),
			Request: w.mask(string(b.bodies[n])), Response: w.mask(string(text))}
		f.Classification, f.Remedy = statusFailure(status)
		r, err := w.ignored(ctx, i, sluice.Result{State: sluice.ResultRefused, Failure: f})
		results[n], failed = r, errors.Join(failed, err)
	}
	return results, failed
}

// refusal returns why a result is one, or "", and the status that it names, or 0.
func (w *writer) refusal(result any) (status int, why string) {
	b := w.spec.Batch
	good := b.OK == ""
	if !good {
		v, _ := at(result, b.OK)
		text := plain(v)
		status, _ = strconv.Atoi(text)
		good = text == "true" || status >= 200 && status < 300
	}
	if b.Error != "" {
		if v, ok := at(result, b.Error); ok && !nothing(v) {
			text, err := json.Marshal(v)
			if why = plain(v); why == "" && err == nil {
				why = string(text)
			}
			return status, why
		}
	}
	if good {
		return status, ""
	}
	return status, fmt.Sprintf("there is no success at %q", b.OK)
}

// nothing reports a value that stands for no error.
func nothing(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case bool:
		return !t
	case string:
		return t == ""
	case []any:
		return len(t) == 0
	case map[string]any:
		return len(t) == 0
	}
	return false
}
