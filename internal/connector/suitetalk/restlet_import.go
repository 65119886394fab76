package suitetalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// restletWriter hands records to a RESTlet, one a call.
type restletWriter struct {
	*client
	imp      *sluice.Import
	spec     *sluice.RESTletImport
	responds bool // the import maps answers
	script   netsuite.Script
	method   string
	flow     string
}

func (c *client) openRESTletImport(conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if err := linked(conn); err != nil {
		return nil, err
	}
	return &restletWriter{client: c, imp: i, spec: i.RESTlet, responds: i.Response != "", script: netsuite.Script{ID: i.RESTlet.Script, Deploy: i.RESTlet.Deployment},
		method: i.RESTlet.MethodFor(i.Operation), flow: o.Flow}, nil
}

// Traits says that external IDs are the mapping's: a script takes no others.
func (w *restletWriter) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: w.sendWindow(), Settle: w.settle}
}

// What Prepare notes of a record, where the call depends on whether it is there.
const (
	restletNew   = "new"
	restletThere = "there"
)

// Prepare notes whether the record is there, where the call depends on it.
func (w *restletWriter) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	for _, i := range intents {
		i.Before = ""
	}
	if w.spec.Lookup == nil || !w.imp.IgnoreExisting && !w.imp.IgnoreMissing && !w.imp.Conditional() {
		return nil
	}
	return w.each(ctx, w.flow, intents, func(ctx context.Context, _ int, i *sluice.Intent) error {
		found, err := w.lookUp(ctx, i)
		if err != nil {
			return w.restletProblem(err, w.script)
		}
		if i.Before = restletNew; found.State == sluice.ResultWritten {
			i.Before = restletThere
		}
		return nil
	})
}

// ignores reports whether the import passes over the record, by what Prepare has found.
func (w *restletWriter) ignores(i *sluice.Intent) bool {
	return w.imp.IgnoreExisting && i.Before == restletThere || w.imp.IgnoreMissing && i.Before == restletNew
}

// adds reports whether the call makes a record, and changes none that is there.
func (w *restletWriter) adds(i *sluice.Intent) bool {
	return i.Operation == sluice.Add || i.Operation == sluice.Upsert && w.imp.IgnoreExisting
}

func (w *restletWriter) Finish(context.Context) error { return nil }
func (w *restletWriter) Close() error                 { return nil }

// Write calls the RESTlet for each intent. When the connection itself fails, or
// there is no such RESTlet, it calls no more.
func (w *restletWriter) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	err := w.each(ctx, w.flow, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		var err error
		results[n], err = w.one(ctx, i)
		return err
	})
	return results, err
}

// one makes the call of one intent. An error is about the connection or the RESTlet.
func (w *restletWriter) one(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	if w.ignores(i) {
		return sluice.Result{State: sluice.ResultIgnored}, nil
	}
	fields, left := w.imp.Sent(i.Record, map[string]sluice.Fate{restletNew: sluice.FateNew, restletThere: sluice.FateChanged}[i.Before])
	params, err := w.params(fields)
	if err != nil {
		return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: "restlet.parameter", Classification: sluice.ClassValue,
			Message: err.Error(), Request: outcome.Shown(i.Record), Remedy: "Map to fields with texts, numbers and booleans alone"}}, nil
	}
	answer, err := w.call(wire.Effect(sendby.With(ctx, i.SendBy), i), w.script, w.method, params, fields)
	if err == nil {
		r := w.judge(i, answer)
		r.LeftOut = left
		return r, nil
	}
	if scriptError(err) {
		return w.thrown(ctx, i, err), nil
	}
	r := outcome.Result(netsuite.Ref{}, err, i.Record)
	if unreachable(err) {
		r = sluice.Result{State: sluice.ResultNotSent, Failure: outcome.Failure(err, i.Record)}
	}
	if r.State == sluice.ResultNotSent && r.Failure != nil {
		return r, w.restletProblem(err, w.script)
	}
	return r, nil
}

// unreachable reports a refusal that comes before the script and meets every record.
func unreachable(err error) bool {
	fault, ok := errors.AsType[*netsuite.Fault](err)
	return ok && netsuite.Applied(err) == netsuite.NotApplied && (fault.Code == "SSS_INVALID_SCRIPTLET_ID" || fault.Status >= 403 && fault.Status <= 405)
}

// params are the parameters of a DELETE: the record's fields.
func (w *restletWriter) params(r sluice.Record) (url.Values, error) {
	if w.method != sluice.MethodDelete {
		return nil, nil
	}
	params := url.Values{}
	for name, value := range r {
		switch v := value.(type) {
		case nil:
		case string, bool, json.Number, int, int64:
			params.Set(name, fmt.Sprint(v))
		default:
			return nil, fmt.Errorf("the field %s is no text, number or boolean, and DELETE has no body", name)
		}
	}
	return params, nil
}

// judge reads what the script answered. One that catches its own errors answers
// them with success (Oracle help, section_4634920277).
func (w *restletWriter) judge(i *sluice.Intent, answer any) sluice.Result {
	if w.spec.Error != "" {
		if value, ok := at(answer, w.spec.Error); ok && value != false && value != "" {
			return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: "restlet.refused", Classification: sluice.ClassOther,
				Message: textOf(value), Where: w.spec.Error, Request: outcome.Shown(i.Record), Response: textOf(answer), Remedy: "Correct the record or the mapping, then retry"}}
		}
	}
	r := sluice.Result{State: sluice.ResultWritten, Created: w.adds(i) || i.Before == restletNew}
	if w.spec.Result != "" {
		if value, ok := at(answer, w.spec.Result); ok {
			r.ID = textOf(value)
		}
	}
	if w.responds {
		r.Body = answer
	}
	return r
}

func textOf(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text[:min(len(text), outcome.MaxShown)])
}

// thrown judges a call whose script threw an error. The script has ended, so what
// it has written is there by now.
func (w *restletWriter) thrown(ctx context.Context, i *sluice.Intent, cause error) sluice.Result {
	refused := sluice.Result{State: sluice.ResultRefused, Failure: outcome.Failure(cause, i.Record)}
	refused.Failure.Remedy = "Correct the record or the script, then retry. What the script wrote before it failed is still there"
	if !w.adds(i) && !w.imp.IgnoreMissing || w.spec.Lookup == nil {
		return refused
	}
	found, err := w.lookUp(ctx, i)
	switch {
	case err != nil:
		return sluice.Result{State: sluice.ResultUnknown, Failure: outcome.Failure(cause, i.Record)}
	case w.adds(i) && found.State == sluice.ResultWritten:
		return found
	case w.imp.IgnoreMissing && found.State == sluice.ResultAbsent: // gone since it was looked for
		return sluice.Result{State: sluice.ResultIgnored}
	}
	return refused
}

// Reconcile finds out what became of calls without an answer. All but adds may be repeated.
func (w *restletWriter) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	err := w.each(ctx, w.flow, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		var err error
		switch {
		case w.ignores(i):
			results[n] = sluice.Result{State: sluice.ResultIgnored}
		case !w.adds(i):
			results[n] = sluice.Result{State: sluice.ResultAbsent}
		case w.spec.Lookup == nil || i.ExternalID == "":
			results[n] = sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{Code: "restlet.no_lookup", Classification: sluice.ClassUnknown,
				Message: "the import names no lookup by which to find what RESTlet " + w.script.ID + " has added"}}
		default:
			results[n], err = w.lookUp(ctx, i)
		}
		if err != nil && outcome.ConcernsConnection(err) {
			return w.restletProblem(err, w.script)
		}
		if err != nil {
			results[n] = sluice.Result{State: sluice.ResultUnknown, Failure: outcome.Failure(err, nil)}
		}
		return nil
	})
	return results, err
}

// lookUp asks the RESTlet whether it has the record.
func (w *restletWriter) lookUp(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	answer, err := w.call(ctx, w.script, sluice.MethodGet, url.Values{w.spec.Lookup.Param: {i.ExternalID}}, nil)
	if err != nil {
		return sluice.Result{}, err
	}
	value, ok := at(answer, w.spec.Lookup.Found)
	if !ok || isEmpty(value) {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	r := sluice.Result{State: sluice.ResultWritten, Created: true}
	if w.spec.Lookup.Found != "" {
		r.ID = textOf(value)
	}
	return r, nil
}

// isEmpty reports a value that stands for nothing.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
