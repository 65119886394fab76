package web

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sluicehq/sluice"
)

// readNote reads what Prepare has noted.
func readNote(i *sluice.Intent) (n note, err error) {
	if err = json.Unmarshal([]byte(i.Before), &n); err != nil {
		err = sluice.Errorf("import.ledger", "the ledger's note %q is not of this kind of import", i.Before).Fix("Give the step another name if it was another kind of import before")
	}
	return n, err
}

// adds reports whether an intent makes a record, and changes none that is there.
func (w *writer) adds(i *sluice.Intent) bool {
	return i.Operation == sluice.Add || i.Operation == sluice.Upsert && w.imp.IgnoreExisting
}

// look notes whether the record is there.
func (w *writer) look(ctx context.Context, n *note) error {
	if n.Lookup == "" { // the address cannot be made: Write refuses the record
		return nil
	}
	there, id, f, err := w.lookUp(ctx, n.Lookup)
	if n.Found, n.ID, n.Refused = foundNew, id, f; there {
		n.Found = foundThere
	}
	return err
}

// decided tells what becomes of a record by what was found before it was sent: one
// that is not sent at all for that reason is ignored or refused.
func (w *writer) decided(i *sluice.Intent) (sluice.Result, error) {
	n, err := readNote(i)
	switch {
	case err != nil:
		return sluice.Result{}, err
	case n.Refused != nil:
		return sluice.Result{State: sluice.ResultRefused, Failure: n.Refused}, nil
	case w.imp.IgnoreExisting && n.Found == foundThere:
		return sluice.Result{State: sluice.ResultIgnored, ID: n.ID}, nil
	}
	return sluice.Result{}, nil
}

// ignored makes a refusal one to pass over, where the import says so and the API's state
// stands against the record. The lookup decides where there is one.
func (w *writer) ignored(ctx context.Context, i *sluice.Intent, r sluice.Result) (sluice.Result, error) {
	exists := w.imp.IgnoreExisting && r.Failure.Classification == sluice.ClassDuplicate
	misses := w.imp.IgnoreMissing && r.Failure.Classification == sluice.ClassMissing
	if !exists && !misses {
		return r, nil
	}
	pass := sluice.Result{State: sluice.ResultIgnored}
	n, err := readNote(i)
	if err != nil || n.Lookup == "" {
		return pass, err
	}
	there, id, f, err := w.lookUp(ctx, n.Lookup)
	switch {
	case err != nil:
		r.State = sluice.ResultNotSent
		return r, err
	case f != nil || there != exists:
		return r, nil
	}
	pass.ID = id
	return pass, nil
}

// statusFailure is what a status means that a result of a batch names.
func statusFailure(status int) (sluice.Classification, string) {
	if status < http.StatusBadRequest {
		return sluice.ClassOther, "Check what the API says"
	}
	return class(status)
}
