// Package recordimport writes NetSuite records by the REST record service, and finds out
// what became of those whose answer was lost.
package recordimport

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/way"
	"github.com/sluicehq/sluice/netsuite"
)

// Account is the way to NetSuite.
type Account struct {
	Records    *netsuite.Records
	Limit      int           // requests at one time
	SendWindow time.Duration // how long after its intent a request may begin
	Settle     time.Duration // from the last moment to send until NetSuite has certainly stopped
	// Problem turns an error that concerns the connection into one for people.
	Problem func(error) *sluice.Error
}

// Options say what a Writer writes.
type Options struct {
	Account
	Import      *sluice.Import
	Flow        string
	ExternalIDs bool         // records that are made can carry an external ID
	Form        *form.Shaper // nil for operations that send no fields
	Texts       bool         // results tell what was sent and answered
	Way         way.Way      // by which records are sent
	Route       *sluice.Route
	Recaller    way.Recaller // knows what was sent by marks, in this process or an earlier one
}

// Writer writes records of one type, by the way that it is given.
type Writer struct {
	Options
	spec  *sluice.NetSuiteImport
	other other
}

// New returns a Writer.
func New(o Options) (*Writer, error) {
	w := &Writer{Options: o, spec: o.Import.NetSuite}
	return w, w.other.compile(w.spec)
}

// SendsFields reports whether an operation sends fields of the record.
func SendsFields(o sluice.Operation) bool {
	return o != sluice.Delete && o != sluice.Attach && o != sluice.Detach
}

// Traits says that lines which are added come one page at a time: whether they have
// arrived is told by counting them, which two at once would confuse.
func (w *Writer) Traits() sluice.Traits {
	counts := w.Import.Operation == sluice.Append || len(w.spec.Append) > 0
	return sluice.Traits{Ordered: counts, SendWindow: w.SendWindow, Settle: w.Settle, ExternalIDs: w.ExternalIDs, Route: w.Route}
}

// Finish has nothing to do: each page was through when its results were there.
func (w *Writer) Finish(context.Context) error { return nil }

// Close has nothing to do.
func (w *Writer) Close() error { return nil }

// Write sends the intents. When the connection itself fails, it sends no more.
func (w *Writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	var sent []*written
	var requests []*way.Request
	for n, i := range intents {
		s, refused, err := w.written(ctx, i)
		switch {
		case err != nil:
			return results, err
		case refused != nil:
			results[n] = sluice.Result{State: sluice.ResultRefused, Failure: refused}
		default:
			s.place = n
			sent, requests = append(sent, s), append(requests, &s.request)
		}
	}
	err := w.Way.Send(netsuite.ContextWithFlow(ctx, w.Flow), requests, func(ctx context.Context, n int, o way.Outcome) error {
		var err error
		results[sent[n].place], err = w.judge(ctx, sent[n], o)
		return err
	})
	return results, err
}

// written is an intent with the request that it becomes.
type written struct {
	request way.Request
	note    note
	leftOut int // fields that are not sent
	place   int
}

// written makes the request of an intent, or says why it is not sent. An error is about
// the connection.
func (w *Writer) written(ctx context.Context, i *sluice.Intent) (*written, *sluice.Failure, error) {
	k, err := readNote(i)
	if err != nil || k.Refused != nil {
		return nil, k.Refused, err
	}
	fields, conditional := w.fields(i, k)
	sent := w.Form.Shape(ctx, fields)
	if own, ok := errors.AsType[*sluice.Error](sent.Err); ok {
		return nil, nil, own
	}
	if sent.Err != nil {
		return nil, outcome.OfShape(sent.Err, i.Record), nil
	}
	s := &written{request: w.request(i, k, k.keyed(sent.Record)), note: k, leftOut: len(sent.LeftOut) + conditional}
	return s, nil, nil
}

// judge says what a request's outcome means for the record. An error is about the connection.
func (w *Writer) judge(ctx context.Context, s *written, o way.Outcome) (sluice.Result, error) {
	i, body := s.request.Intent, s.request.Body
	if outcome.Answered(o.Err) {
		return w.afterFailure(ctx, i, o.Err, body), nil
	}
	r := outcome.Result(o.Ref, o.Err, body)
	r.Created = o.Err == nil && (i.Operation.MakesRecord() || s.note.Fate == fateNew)
	r.LeftOut = s.leftOut
	if r.State == sluice.ResultRefused {
		return w.afterRefusal(ctx, i, s.note, r)
	}
	if w.Texts && o.Err == nil {
		r.Request = strings.TrimSpace(fmt.Sprintf("%s %s %s", i.Operation, w.spec.Record, record(i)) + "\n" + outcome.Shown(body))
		if r.Response = "done"; o.ID != "" {
			r.Response += "; internal ID " + o.ID
		}
	}
	if r.State == sluice.ResultNotSent && r.Failure != nil {
		return r, w.Problem(o.Err)
	}
	return r, nil
}

// afterFailure reads back at once what became of a request that NetSuite failed
// on. One without effect may be sent again.
func (w *Writer) afterFailure(ctx context.Context, i *sluice.Intent, cause error, body sluice.Record) sluice.Result {
	r, err := w.readBack(ctx, i)
	switch {
	case err != nil:
		return sluice.Result{State: sluice.ResultUnknown, Failure: outcome.Failure(cause, body)}
	case r.State == sluice.ResultAbsent:
		return sluice.Result{State: sluice.ResultNotSent, Failure: outcome.Failure(cause, body)}
	}
	return r
}

// each calls f for all intents, as many at a time as there are slots, until one
// call returns an error, which it returns. Intents for the same record are called
// one after another, in their order: NetSuite refuses to change a record twice at
// one time. The calls themselves see the account's order and fairness.
func (w *Writer) each(ctx context.Context, intents []*sluice.Intent, f func(ctx context.Context, n int, i *sluice.Intent) error) error {
	return lanes.Each(netsuite.ContextWithFlow(ctx, w.Flow), lanes.Of(intents, record), w.Limit, func(ctx context.Context, n int) error {
		return f(ctx, n, intents[n])
	})
}

// record names the record that an intent works on, "" where it has no ID yet. A
// transform works on the record that it makes another one of.
func record(i *sluice.Intent) string {
	if i.Operation == sluice.Transform {
		n, _ := readNote(i)
		return n.Other
	}
	if i.TargetID == "" && i.ExternalID == "" {
		return ""
	}
	return Target(i)
}

// Target addresses an existing record.
func Target(i *sluice.Intent) string {
	if i.TargetID != "" {
		return i.TargetID
	}
	return "eid:" + i.ExternalID
}

// fields returns what is sent of the mapped record, with the external ID where a record
// is made, and how many fields were left out since they are not for this one.
func (w *Writer) fields(i *sluice.Intent, k note) (sluice.Record, int) {
	if !SendsFields(i.Operation) {
		return nil, 0
	}
	if i.Operation == sluice.Append {
		return sluice.Record{w.spec.Sublist: i.Record[w.spec.Sublist]}, 0
	}
	fields, left := w.Import.Sent(i.Record, k.fate())
	if i.ExternalID == "" || !i.Operation.MakesRecord() && k.Fate != fateNew {
		return fields, left
	}
	body := make(sluice.Record, len(fields)+1)
	for name, value := range fields {
		body[name] = value
	}
	body["externalId"] = i.ExternalID
	return body, left
}

// request says what is to be done with the record of an intent.
func (w *Writer) request(i *sluice.Intent, k note, body sluice.Record) way.Request {
	// A field that NetSuite does not know would be dropped without a word.
	plain := netsuite.WriteOptions{UnknownNames: netsuite.Refuse}
	r := way.Request{Intent: i, Record: w.spec.Record, Target: Target(i), Body: body, Options: plain, Lane: record(i), Mark: k.Mark}
	replacing := netsuite.WriteOptions{Replace: present(replacedLists(w.spec), body), UnknownNames: netsuite.Refuse}
	switch i.Operation {
	case sluice.Add:
		r.Verb = way.Create
	case sluice.Upsert:
		switch k.Fate {
		case fateNew:
			r.Verb = way.Create
		case fateChanged:
			r.Verb, r.Options = way.Update, replacing
		default:
			r.Verb, r.Options, r.Target = way.Upsert, replacing, "eid:"+i.ExternalID
		}
	case sluice.Update:
		r.Verb, r.Options = way.Update, replacing
	case sluice.Append:
		r.Verb = way.Update
	case sluice.Delete:
		r.Verb = way.Delete
	case sluice.Transform:
		r.Verb, r.Options, r.OtherType, r.Other = way.Transform, replacing, w.spec.Transform.From, k.Other
	case sluice.Attach, sluice.Detach:
		r.Verb = map[sluice.Operation]way.Verb{sluice.Attach: way.Attach, sluice.Detach: way.Detach}[i.Operation]
		r.OtherType, r.Other, r.Role = w.spec.Attachment.Type, k.Other, k.Role
	}
	return r
}

// present leaves the sublists that the body has: one that it does not mention stays as it is.
func present(sublists []string, body sluice.Record) []string {
	var out []string
	for _, name := range sublists {
		for field := range body {
			if strings.EqualFold(field, name) {
				out = append(out, field)
			}
		}
	}
	return out
}
