package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/mapping"
	"github.com/sluicehq/sluice/netsuite"
)

// maxSendWindow bounds how long after its intent a request may begin.
const maxSendWindow = time.Minute

// OpenImport gets ready to write.
func (c *Connector) OpenImport(ctx context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if i.HTTP == nil {
		return nil, sluice.Errorf("flow.import_kind", "the connection %s is of the kind %s, the import is not", conn.Name, conn.Kind).Fix("Use a connection that fits, or another kind of import")
	}
	cl, err := c.client(ctx, conn)
	if err != nil {
		return nil, err
	}
	w := &writer{client: cl, imp: i, spec: i.HTTP, flow: o.Flow}
	var problems []sluice.Problem
	if w.path, problems = mapping.CompileTemplate(i.HTTP.Path); len(problems) == 0 && i.HTTP.Lookup != nil {
		w.lookup, problems = mapping.CompileTemplate(i.HTTP.Lookup.Path)
	}
	return w, sluice.Problems("flow.invalid", "the import's addresses cannot be used", problems)
}

// writer is the Writer of HTTP APIs.
type writer struct {
	*client
	imp    *sluice.Import
	spec   *sluice.HTTPImport
	flow   string
	path   *mapping.Template
	lookup *mapping.Template // nil without
}

// Traits says how long requests take. A request may be at work for its timeout, and
// for the settle time once its connection is gone.
func (w *writer) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: w.sendWindow(), Settle: w.timeout + w.settle}
}

// sendWindow is no longer than the settle time, which a connection to a server on
// the same machine sets to seconds.
func (w *writer) sendWindow() time.Duration { return min(maxSendWindow, w.settle) }

// Finish has nothing to do: each record was a request.
func (w *writer) Finish(context.Context) error { return nil }

// Close has nothing to do.
func (w *writer) Close() error { return nil }

// note is what the ledger keeps of an intent. It speaks for itself, so that a changed
// mapping can still tell whether the request had its effect.
type note struct {
	Path   string `json:"path"`
	Key    string `json:"key,omitempty"` // that the idempotency header has
	Lookup string `json:"lookup,omitempty"`
	// Found is what was looked for before sending: "new" or "there", with the ID. It is
	// empty where it was not looked.
	Found string `json:"found,omitempty"`
	ID    string `json:"id,omitempty"`
	// Refused is why the record is not sent.
	Refused *sluice.Failure `json:"refused,omitempty"`
}

const (
	foundNew   = "new"
	foundThere = "there"
)

func (n note) fate() sluice.Fate {
	return map[string]sluice.Fate{foundNew: sluice.FateNew, foundThere: sluice.FateChanged}[n.Found]
}

// Prepare notes where each record goes and, where the request depends on it, whether the
// record is there. While the API has asked for a pause it waits, since the time to send
// begins behind it.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	if err := w.rest(ctx); err != nil {
		return err
	}
	notes := make([]note, len(intents))
	for k, i := range intents {
		var err error
		notes[k], err = w.note(ctx, i)
		if _, own := errors.AsType[*sluice.Error](err); err != nil && !own {
			return err
		} // else Write refuses it
	}
	if w.imp.IgnoreExisting || w.imp.Conditional() {
		ctx := netsuite.ContextWithFlow(ctx, w.flow)
		err := lanes.Each(ctx, lanes.Of(intents, func(*sluice.Intent) string { return "" }), w.level, func(ctx context.Context, k int) error {
			return w.look(ctx, &notes[k])
		})
		if err != nil {
			return err
		}
	}
	for k, i := range intents {
		text, err := json.Marshal(notes[k])
		if err != nil {
			return err
		}
		i.Before = string(text)
	}
	return nil
}

func (w *writer) note(ctx context.Context, i *sluice.Intent) (n note, err error) {
	if w.spec.IdempotencyHeader != "" {
		if n.Key, err = requestKey(i); err != nil {
			return n, err
		}
	}
	if n.Path, err = w.path.Path(ctx, i.Record); err != nil || w.lookup == nil {
		return n, err
	}
	n.Lookup, err = w.lookup.Path(ctx, i.Record)
	return n, err
}

// requestKey names a request so that the same record is the same request, in this
// process or another.
func requestKey(i *sluice.Intent) (string, error) {
	digest, err := i.Record.Digest()
	return sluice.GeneratedExternalID(i.FlowID, i.Step, i.Key, digest), err
}

// Write sends the intents. When the connection itself fails, it sends no more.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	ctx = netsuite.ContextWithFlow(ctx, w.flow)
	if w.spec.Batch != nil {
		return w.writeBatches(ctx, intents)
	}
	results := make([]sluice.Result, len(intents))
	err := lanes.Each(ctx, lanes.Of(intents, request), w.level, func(ctx context.Context, n int) error {
		var err error
		results[n], err = w.send(ctx, intents[n])
		return err
	})
	return results, err
}

// send makes one record's request. An error is about the connection.
func (w *writer) send(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	if r, err := w.decided(i); err != nil || r.State != sluice.ResultNotSent {
		return r, err
	}
	k, left, err := w.call(ctx, i)
	if err != nil {
		own, ok := errors.AsType[*sluice.Error](err)
		if !ok {
			return sluice.Result{}, err
		}
		return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: own.Code, Classification: sluice.ClassValue, Message: own.Message, Where: own.Where, Remedy: own.Remedy}}, nil
	}
	a, err := w.do(wire.Effect(ctx, i), k)
	if err != nil {
		return w.unanswered(ctx, k, err)
	}
	r := sluice.Result{State: sluice.ResultRefused, Failure: w.failure(k, a, nil)}
	switch {
	case a.ok():
		r = w.written(i, a)
		r.LeftOut = left
		return r, nil
	case a.status == http.StatusUnauthorized:
		r.State = sluice.ResultNotSent
		return r, w.problem(k, a, nil)
	case a.status == http.StatusNotFound && a.doubted && i.Operation == sluice.Delete:
		return sluice.Result{State: sluice.ResultWritten}, nil // the attempt before has deleted it
	case passing(a):
		r.State = sluice.ResultUnknown
		return r, nil
	}
	return w.ignored(ctx, i, r)
}

// unanswered is what a request without an answer leaves behind.
func (w *writer) unanswered(ctx context.Context, k call, err error) (sluice.Result, error) {
	mute, ok := errors.AsType[*silence](err)
	switch {
	case ok && mute.sent:
		return sluice.Result{State: sluice.ResultUnknown, Failure: w.failure(k, nil, err)}, nil
	case ok && ctx.Err() != nil, errors.Is(err, errTooLate):
		return sluice.Result{}, ctx.Err()
	case ok:
		return sluice.Result{Failure: w.failure(k, nil, err)}, w.problem(k, nil, err)
	}
	return sluice.Result{}, err
}

func (w *writer) written(i *sluice.Intent, a *answer) sluice.Result {
	r := sluice.Result{State: sluice.ResultWritten, Created: i.Operation == sluice.Add || i.Operation == sluice.Upsert && a.status == http.StatusCreated}
	if w.spec.ID == "" && w.imp.Response == "" || len(a.body) > maxAnswer {
		return r
	}
	v, err := decode(a.body)
	if err == nil && w.spec.ID != "" {
		r.ID = textAt(v, w.spec.ID)
	}
	if err == nil && w.imp.Response != "" {
		r.Body = v
	}
	return r
}

// call is the request of an intent, and how many of the record's fields it leaves out.
func (w *writer) call(ctx context.Context, i *sluice.Intent) (call, int, error) {
	n, err := w.note(ctx, i)
	if err != nil {
		return call{}, 0, err
	}
	k := call{method: w.spec.RequestMethod(i.Operation), by: i.SendBy, again: !w.adds(i) || n.Key != ""}
	if k.url, err = w.resolve(n.Path); err != nil {
		return k, 0, err
	}
	if n.Key != "" {
		k.header = http.Header{http.CanonicalHeaderKey(w.spec.IdempotencyHeader): {n.Key}}
	}
	if k.method == http.MethodDelete {
		return k, 0, nil
	}
	before, err := readNote(i)
	if err != nil {
		return k, 0, err
	}
	fields, left := w.imp.Sent(i.Record, before.fate())
	k.body, err = json.Marshal(w.wrap(fields))
	return k, left, err
}

// wrap returns what is sent of a record, or of a list of them.
func (w *writer) wrap(body any) any {
	if w.spec.Wrap == "" {
		return body
	}
	return map[string]any{w.spec.Wrap: body}
}
