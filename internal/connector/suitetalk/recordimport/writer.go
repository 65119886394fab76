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
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/wire"
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
}

// Writer writes records of one type, one a request, as many at a time as the
// account's slots allow.
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
	return sluice.Traits{Ordered: counts, SendWindow: w.SendWindow, Settle: w.Settle, ExternalIDs: w.ExternalIDs}
}

// Finish has nothing to do: each record was a request.
func (w *Writer) Finish(context.Context) error { return nil }

// Close has nothing to do.
func (w *Writer) Close() error { return nil }

// Write sends the intents. When the connection itself fails, it sends no more.
func (w *Writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	err := w.each(ctx, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		var err error
		results[n], err = w.one(ctx, i)
		return err
	})
	return results, err
}

// one sends one intent. An error is about the connection.
func (w *Writer) one(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	k, err := readNote(i)
	if err != nil {
		return sluice.Result{}, err
	}
	if k.Refused != nil {
		return sluice.Result{State: sluice.ResultRefused, Failure: k.Refused}, nil
	}
	fields, conditional := w.fields(i, k)
	sent := w.Form.Shape(ctx, fields)
	if own, ok := errors.AsType[*sluice.Error](sent.Err); ok {
		return sluice.Result{}, own
	}
	if sent.Err != nil {
		return sluice.Result{State: sluice.ResultRefused, Failure: outcome.OfShape(sent.Err, i.Record)}, nil
	}
	body := k.keyed(sent.Record)
	ref, err := w.send(wire.Effect(sendby.With(ctx, i.SendBy), i), i, k, body)
	if outcome.Answered(err) {
		return w.afterFailure(ctx, i, err, body), nil
	}
	r := outcome.Result(ref, err, body)
	r.Created = err == nil && (i.Operation.MakesRecord() || k.Fate == fateNew)
	r.LeftOut = len(sent.LeftOut) + conditional
	if r.State == sluice.ResultRefused {
		return w.afterRefusal(ctx, i, k, r)
	}
	if w.Texts && err == nil {
		r.Request = strings.TrimSpace(fmt.Sprintf("%s %s %s", i.Operation, w.spec.Record, record(i)) + "\n" + outcome.Shown(body))
		if r.Response = "done"; ref.ID != "" {
			r.Response += "; internal ID " + ref.ID
		}
	}
	if r.State == sluice.ResultNotSent && r.Failure != nil {
		return r, w.Problem(err)
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

// send makes the one request that the operation takes.
func (w *Writer) send(ctx context.Context, i *sluice.Intent, k note, body sluice.Record) (netsuite.Ref, error) {
	// A field that NetSuite does not know would be dropped without a word.
	plain := netsuite.WriteOptions{UnknownNames: netsuite.Refuse}
	records, replacing := w.Records, netsuite.WriteOptions{Replace: present(replacedLists(w.spec), body), UnknownNames: netsuite.Refuse}
	switch i.Operation {
	case sluice.Add:
		return records.Create(ctx, w.spec.Record, body, plain)
	case sluice.Upsert:
		switch k.Fate {
		case fateNew:
			return records.Create(ctx, w.spec.Record, body, plain)
		case fateChanged:
			return records.Update(ctx, w.spec.Record, Target(i), body, replacing)
		}
		return records.UpsertByExternalID(ctx, w.spec.Record, i.ExternalID, body, replacing)
	case sluice.Update:
		return records.Update(ctx, w.spec.Record, Target(i), body, replacing)
	case sluice.Append:
		return records.Update(ctx, w.spec.Record, Target(i), body, plain)
	case sluice.Delete:
		return netsuite.Ref{}, records.Delete(ctx, w.spec.Record, Target(i))
	case sluice.Transform:
		return records.Transform(ctx, w.spec.Transform.From, k.Other, w.spec.Record, body, replacing)
	case sluice.Attach:
		return netsuite.Ref{}, records.Attach(ctx, w.spec.Record, Target(i), w.spec.Attachment.Type, k.Other, netsuite.AttachOptions{Role: k.Role})
	case sluice.Detach:
		return netsuite.Ref{}, records.Detach(ctx, w.spec.Record, Target(i), w.spec.Attachment.Type, k.Other)
	}
	return netsuite.Ref{}, &netsuite.InputError{Field: "operation", Problem: fmt.Sprintf("%q is not possible with records", i.Operation)}
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
