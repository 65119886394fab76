package web

import (
	"context"
	"encoding/json"
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
	var n note
	if err := json.Unmarshal([]byte(i.Before), &n); err != nil {
		return sluice.Result{}, sluice.Errorf("import.ledger", "the ledger's note %q is not of this kind of import", i.Before).Fix("Give the step another name if it was another kind of import before")
	}
	absent := sluice.Result{State: sluice.ResultAbsent}
	switch {
	case n.Lookup != "" && (i.Operation == sluice.Add || i.Operation == sluice.Delete):
		return w.find(ctx, n.Lookup, i.Operation)
	case i.Operation != sluice.Add:
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
func (w *writer) find(ctx context.Context, path string, o sluice.Operation) (sluice.Result, error) {
	u, err := w.resolve(path)
	if err != nil {
		return sluice.Result{}, err
	}
	k := call{method: http.MethodGet, url: u, again: true, read: true}
	a, err := w.do(ctx, k)
	if err != nil {
		return sluice.Result{}, w.problem(k, nil, err)
	}
	there, id := false, ""
	switch {
	case a.ok():
		if there, id, err = w.found(a); err != nil {
			return sluice.Result{}, err
		}
	case a.status == http.StatusUnauthorized:
		return sluice.Result{}, w.problem(k, a, nil)
	case a.status != http.StatusNotFound && a.status != http.StatusGone:
		return sluice.Result{State: sluice.ResultUnknown, Failure: w.failure(k, a, nil)}, nil
	}
	if there == (o == sluice.Add) {
		return sluice.Result{State: sluice.ResultWritten, ID: id, Created: o == sluice.Add}, nil
	}
	return sluice.Result{State: sluice.ResultAbsent}, nil
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
