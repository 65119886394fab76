package recordimport

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/netsuite"
)

// afterRefusal looks closer at a record that NetSuite has refused. It may be the
// destination's state that stands against it, not the record.
func (w *Writer) afterRefusal(ctx context.Context, i *sluice.Intent, k note, r sluice.Result) (sluice.Result, error) {
	switch {
	case r.Failure.Classification == sluice.ClassDuplicate && (i.Operation.MakesRecord() || k.Fate == fateNew):
		return w.existing(ctx, i, r)
	case i.Operation.NeedsRecord() || k.Fate == fateChanged:
		return w.missing(ctx, i, k, r)
	}
	return r, nil
}

// existing judges a record that could not be made since there is one like it: the one
// with its external ID, or another one that has a name in common.
func (w *Writer) existing(ctx context.Context, i *sluice.Intent, r sluice.Result) (sluice.Result, error) {
	if i.ExternalID == "" || i.Operation != sluice.Upsert && !w.Import.IgnoreExisting {
		return r, nil
	}
	found, err := w.byExternalID(ctx, i.ExternalID)
	switch {
	case outcome.Missing(err):
		return r, nil
	case err != nil:
		return w.unclear(err, r)
	case w.Import.IgnoreExisting:
		return sluice.Result{State: sluice.ResultIgnored, ID: found.ID()}, nil
	}
	r.State = sluice.ResultNotSent // it has come up since it was looked for: now it is there to be changed
	return r, nil
}

// missing judges a record that could not be changed. NetSuite says of a transaction that
// is not there what it says of one of another type, and with no code of its own.
func (w *Writer) missing(ctx context.Context, i *sluice.Intent, k note, r sluice.Result) (sluice.Result, error) {
	if r.Failure.Classification == sluice.ClassPermission || r.Failure.Classification == sluice.ClassLocked {
		return r, nil
	}
	there, err := w.isThere(ctx, i)
	switch {
	case err != nil:
		return w.unclear(err, r)
	case there && (i.Operation == sluice.Attach || i.Operation == sluice.Detach):
		return w.asWanted(ctx, i, k, r)
	case there:
		return r, nil
	case k.Fate == fateChanged: // gone since it was looked for: now it is there to be made
		r.State = sluice.ResultNotSent
		return r, nil
	}
	r.Failure.Classification = sluice.ClassMissing
	r.Failure.Remedy = "The record to change is not there: check its ID, or use upsert, or ignore_missing"
	return w.ignored(i, r), nil
}

// asWanted takes a relation for changed that is as it was to be.
func (w *Writer) asWanted(ctx context.Context, i *sluice.Intent, k note, r sluice.Result) (sluice.Result, error) {
	read, err := w.readAttached(ctx, i, k)
	if err != nil {
		return w.unclear(err, r)
	}
	if read.State == sluice.ResultWritten {
		return read, nil
	}
	return r, nil
}

// ignored makes a refusal of a record that was there, or was not, one to pass over where
// the import says so.
func (w *Writer) ignored(i *sluice.Intent, r sluice.Result) sluice.Result {
	if r.State != sluice.ResultRefused || r.Failure == nil {
		return r
	}
	class := r.Failure.Classification
	if w.Import.IgnoreMissing && class == sluice.ClassMissing && i.Operation.NeedsRecord() ||
		w.Import.IgnoreExisting && class == sluice.ClassDuplicate && r.ID != "" {
		return sluice.Result{State: sluice.ResultIgnored, ID: r.ID}
	}
	return r
}

// unclear ends a closer look that failed: the refusal stands, unless the connection is
// what failed.
func (w *Writer) unclear(err error, r sluice.Result) (sluice.Result, error) {
	if outcome.ConcernsConnection(err) {
		r.State = sluice.ResultNotSent
		return r, w.Problem(err)
	}
	return r, nil
}

// contactsList is the sublist with a record's contacts. Customers and partners have it
// (REST API Browser 2026.1).
const contactsList = "contactRoles"

// readAttached tells whether a contact is attached as it was to be. What else can be
// attached, and to what else, no list tells: it may be attached again, or detached again.
func (w *Writer) readAttached(ctx context.Context, i *sluice.Intent, k note) (sluice.Result, error) {
	absent := sluice.Result{State: sluice.ResultAbsent}
	if w.spec.Attachment == nil || w.spec.Attachment.Type != sluice.AttachContact || !w.Form.Knows(contactsList) {
		return absent, nil
	}
	contact, err := w.internalID(ctx, sluice.AttachContact, k.Other)
	if err != nil {
		return absent, err
	}
	lines, err := w.lines(ctx, i, contactsList)
	if err != nil && !outcome.Missing(err) {
		return absent, err
	}
	attached := false
	for _, line := range lines {
		attached = attached || reference(line["contact"]) == contact && (k.Role == "" || reference(line["role"]) == k.Role)
	}
	if attached == (i.Operation == sluice.Attach) {
		return sluice.Result{State: sluice.ResultWritten, ID: i.TargetID}, nil
	}
	return absent, nil
}

// internalID returns the internal ID of what an address names; "" where it is not there.
func (w *Writer) internalID(ctx context.Context, recordType, at string) (string, error) {
	if len(at) < 4 || at[:4] != "eid:" {
		return at, nil
	}
	r, err := w.Records.Get(ctx, recordType, at, netsuite.GetOptions{})
	if outcome.Missing(err) {
		return "", nil
	}
	return r.ID(), err
}

func reference(v any) string {
	m, _ := v.(map[string]any)
	id, _ := m["id"].(string)
	return id
}
