package suitetalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// OpenImport returns a Writer for records of one type, or one that calls a RESTlet.
func (c *Connector) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if i.NetSuite == nil && i.RESTlet == nil {
		return nil, sluice.Errorf("flow.import_kind", "the connection %s is to NetSuite, the import is not", conn.Name).Fix("Give the import a netsuite or restlet part, or another connection")
	}
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := cl.login(netsuite.ContextWithFlow(ctx, o.Flow)); err != nil {
		return nil, err
	}
	if i.RESTlet != nil {
		return cl.openRESTletImport(conn, i, o)
	}
	w := &writer{client: cl, spec: i.NetSuite, operation: i.Operation, flow: o.Flow, externalIDs: true}
	if i.Operation == sluice.Delete { // it sends no fields
		return w, nil
	}
	if w.form, err = cl.shaper(netsuite.ContextWithFlow(ctx, o.Flow), conn, i.NetSuite.Record); err != nil {
		return nil, err
	}
	if i.Operation == sluice.Add {
		w.externalIDs = hasExternalIDs(w.form.Schema)
	}
	return w, nil
}

// writer writes records by the REST record service, one a request, as many at a
// time as the account's slots allow.
type writer struct {
	*client
	spec        *sluice.NetSuiteImport
	operation   sluice.Operation
	flow        string
	externalIDs bool
	form        *form.Shaper // nil for operations that send no fields
}

// Traits says that appends come one page at a time: whether lines have arrived is
// told by counting them, which two at once would confuse.
func (w *writer) Traits() sluice.Traits {
	return sluice.Traits{Ordered: w.operation == sluice.Append, SendWindow: w.sendWindow(), Settle: w.settle, ExternalIDs: w.externalIDs}
}

func (w *writer) Finish(context.Context) error { return nil }
func (w *writer) Close() error                 { return nil }

// Prepare notes, for lines that a repeated request would add again, how often
// their sublists hold them already.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	earlier := newEarlierLines(ctx, w, intents)
	return w.each(ctx, w.flow, intents, func(ctx context.Context, _ int, i *sluice.Intent) error {
		return w.countLines(ctx, i, earlier)
	})
}

// Write sends the intents. When the connection itself fails, it sends no more.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	err := w.each(ctx, w.flow, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		sent := w.form.Shape(ctx, w.body(i))
		if own, ok := errors.AsType[*sluice.Error](sent.Err); ok {
			return own
		}
		if sent.Err != nil {
			results[n] = sluice.Result{State: sluice.ResultRefused, Failure: failureOfShape(sent.Err, i.Record)}
			return nil
		}
		body := sent.Record
		ref, err := w.send(wire.Effect(withSendBy(ctx, i.SendBy), i), i, body)
		if answeredFailure(err) {
			results[n] = w.afterFailure(ctx, i, err, body)
			return nil
		}
		results[n] = resultOf(ref, err, body)
		results[n].Created = err == nil && i.Operation == sluice.Add
		results[n].LeftOut = len(sent.LeftOut)
		if results[n].State == sluice.ResultNotSent && results[n].Failure != nil {
			return w.problem(err)
		}
		return nil
	})
	return results, err
}

// answeredFailure reports a failure that NetSuite itself has answered with. Its
// work on the request is over then, unlike behind a gateway that gave up waiting.
func answeredFailure(err error) bool {
	fault, ok := errors.AsType[*netsuite.Fault](err)
	return ok && fault.Status == http.StatusInternalServerError && fault.Code != ""
}

// afterFailure reads back at once what became of a request that NetSuite failed
// on. One without effect may be sent again.
func (w *writer) afterFailure(ctx context.Context, i *sluice.Intent, cause error, body sluice.Record) sluice.Result {
	r, err := w.readBack(ctx, i)
	switch {
	case err != nil:
		return sluice.Result{State: sluice.ResultUnknown, Failure: failureOf(cause, body)}
	case r.State == sluice.ResultAbsent:
		return sluice.Result{State: sluice.ResultNotSent, Failure: failureOf(cause, body)}
	}
	return r
}

// each calls f for all intents, as many at a time as there are slots, until one
// call returns an error, which it returns. Intents for the same record are called
// one after another, in their order: NetSuite refuses to change a record twice at
// one time. The calls themselves see the account's order and fairness.
func (c *client) each(ctx context.Context, flow string, intents []*sluice.Intent, f func(ctx context.Context, n int, i *sluice.Intent) error) error {
	return lanes.Each(netsuite.ContextWithFlow(ctx, flow), lanes.Of(intents, record), c.limit, func(ctx context.Context, n int) error {
		return f(ctx, n, intents[n])
	})
}

// record names the record that an intent is for, "" where it has no ID yet.
func record(i *sluice.Intent) string {
	if i.TargetID == "" && i.ExternalID == "" {
		return ""
	}
	return target(i)
}

// body returns what is sent: the mapped record, with the external ID where the operation sets one.
func (w *writer) body(i *sluice.Intent) sluice.Record {
	switch {
	case i.Operation == sluice.Delete:
		return nil
	case i.Operation == sluice.Append:
		return sluice.Record{w.spec.Sublist: i.Record[w.spec.Sublist]}
	case i.Operation != sluice.Add || i.ExternalID == "":
		return i.Record
	}
	body := make(sluice.Record, len(i.Record)+1)
	for k, v := range i.Record {
		body[k] = v
	}
	body["externalId"] = i.ExternalID
	return body
}

// send makes the one request that the operation takes.
func (w *writer) send(ctx context.Context, i *sluice.Intent, body sluice.Record) (netsuite.Ref, error) {
	// A field that NetSuite does not know would be dropped without a word.
	plain := netsuite.WriteOptions{UnknownNames: netsuite.Refuse}
	records, options := w.Records, netsuite.WriteOptions{Replace: w.spec.Replace, UnknownNames: netsuite.Refuse}
	switch i.Operation {
	case sluice.Add:
		return records.Create(ctx, w.spec.Record, body, plain)
	case sluice.Upsert:
		return records.UpsertByExternalID(ctx, w.spec.Record, i.ExternalID, body, options)
	case sluice.Update:
		return records.Update(ctx, w.spec.Record, target(i), body, options)
	case sluice.Append:
		return records.Update(ctx, w.spec.Record, target(i), body, plain)
	case sluice.Delete:
		return netsuite.Ref{}, records.Delete(ctx, w.spec.Record, target(i))
	}
	return netsuite.Ref{}, &netsuite.InputError{Field: "operation", Problem: fmt.Sprintf("%q is not possible with records", i.Operation)}
}

// target addresses an existing record.
func target(i *sluice.Intent) string {
	if i.TargetID != "" {
		return i.TargetID
	}
	return "eid:" + i.ExternalID
}
