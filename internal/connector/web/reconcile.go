package web

import (
	"context"
	"net/http"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/netsuite"
)

// Reconcile finds out what became of intents. Upsert, update and delete may be sent
// again, and so may an add that carries a key. Another add has to be looked for, or
// nobody knows.
func (w *writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	ctx = netsuite.ContextWithFlow(ctx, w.flow)
	results := make([]sluice.Result, len(intents))
	err := lanes.Each(ctx, lanes.Of(intents, request), w.level, func(ctx context.Context, n int) error {
		var err error
		results[n], err = w.judge(ctx, intents[n])
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func (w *writer) judge(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	if r, err := w.decided(i); err != nil || r.State != sluice.ResultNotSent {
		return r, err
	}
	n, err := readNote(i)
	if err != nil {
		return sluice.Result{}, err
	}
	absent := sluice.Result{State: sluice.ResultAbsent}
	switch {
	case n.Lookup != "" && (w.adds(i) || i.Operation == sluice.Delete):
		return w.find(ctx, n.Lookup, w.adds(i))
	case !w.adds(i):
		return absent, nil
	case n.Key != "":
		// Only the very same record has the same key: another one would be made beside it.
		if key, err := requestKey(i); err != nil || key == n.Key {
			return absent, err
		}
	}
	return sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{Code: "http.no_lookup", Classification: sluice.ClassUnknown,
		Message: "the import has no lookup to find the record by", Remedy: "Look for the record yourself; give the import a lookup for the future", Request: "POST " + n.Path}}, nil
}

// find looks a record up, to tell what became of an add or a delete.
func (w *writer) find(ctx context.Context, path string, added bool) (sluice.Result, error) {
	there, id, f, err := w.lookUp(ctx, path)
	switch {
	case err != nil:
		return sluice.Result{}, err
	case f != nil:
		return sluice.Result{State: sluice.ResultUnknown, Failure: f}, nil
	case there == added:
		return sluice.Result{State: sluice.ResultWritten, ID: id, Created: added}, nil
	}
	return sluice.Result{State: sluice.ResultAbsent}, nil
}

// lookUp asks whether a record is there. A failure is an answer that does not tell, an
// error is about the connection.
func (w *writer) lookUp(ctx context.Context, path string) (there bool, id string, f *sluice.Failure, err error) {
	u, err := w.resolve(path)
	if err != nil {
		return false, "", nil, err
	}
	k := call{method: http.MethodGet, url: u, again: true, read: true}
	a, err := w.do(ctx, k)
	switch {
	case err != nil:
		return false, "", nil, w.problem(k, nil, err)
	case a.ok():
		there, id, err = w.found(a)
		return there, id, nil, err
	case a.status == http.StatusUnauthorized:
		return false, "", nil, w.problem(k, a, nil)
	case a.status != http.StatusNotFound && a.status != http.StatusGone:
		return false, "", w.failure(k, a, nil), nil
	}
	return false, "", nil, nil
}

// found reads what a lookup was answered.
func (w *writer) found(a *answer) (there bool, id string, err error) {
	spec := w.spec.Lookup
	if spec == nil {
		spec = &sluice.HTTPLookup{} // the flow had one when the record was sent
	}
	v, err := decode(a.body)
	if err != nil {
		if spec.Records == "" && spec.ID == "" {
			return true, "", nil
		}
		return false, "", sluice.Errorf("import.lookup", "the lookup's answer is not JSON").At(w.place(a.url)).Fix("Correct the lookup's path")
	}
	if spec.Records != "" {
		list, ok := at(v, spec.Records)
		records, isList := list.([]any)
		if !ok || list != nil && !isList {
			return false, "", sluice.Errorf("import.lookup", "the lookup's answer has no list at %q", spec.Records).At(w.place(a.url)).Fix("Name the place of the list")
		}
		if len(records) == 0 {
			return false, "", nil
		}
		v = records[0]
	}
	if spec.ID == "" {
		return true, "", nil
	}
	return true, textAt(v, spec.ID), nil
}

// request names the request that an intent asks for, "" for an add: no other intent
// can be for a record that is not there yet.
func request(i *sluice.Intent) string {
	if i.Operation == sluice.Add {
		return ""
	}
	return i.Before
}
