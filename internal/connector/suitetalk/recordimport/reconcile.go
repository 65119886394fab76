package recordimport

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/way"
	"github.com/sluicehq/sluice/netsuite"
)

// clockTolerance is how far NetSuite's clock may be behind ours: more than five
// minutes, and it would not let us in.
const clockTolerance = 5 * time.Minute

// Reconcile finds out what became of the intents: those that were marked are asked for
// by their marks, the others, and those that NetSuite has not taken, are read back.
func (w *Writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range results {
		results[n].State = sluice.ResultUnknown
	}
	recalled, err := w.recall(ctx, intents)
	if err != nil {
		return results, w.Problem(err)
	}
	err = w.each(ctx, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		r, err := w.readBackOr(ctx, i, recalled[n])
		switch {
		case err == nil:
			results[n] = r
		case outcome.ConcernsConnection(err):
			return w.Problem(err)
		default:
			results[n].Failure = outcome.Failure(err, nil)
		}
		return nil
	})
	return results, err
}

// recall asks what became of marked intents.
func (w *Writer) recall(ctx context.Context, intents []*sluice.Intent) (map[int]way.Recalled, error) {
	var places []int
	var marks []string
	for n, i := range intents {
		k, err := readNote(i)
		if err != nil {
			return nil, err
		}
		if k.Mark != "" && k.Refused == nil {
			places, marks = append(places, n), append(marks, k.Mark)
		}
	}
	if len(marks) == 0 {
		return nil, nil
	}
	list, err := w.Recaller.Recall(netsuite.ContextWithFlow(ctx, w.Flow), w.spec.Record, marks)
	if err != nil {
		return nil, err
	}
	known := map[int]way.Recalled{}
	for k, n := range places {
		known[n] = list[k]
	}
	return known, nil
}

// readBackOr judges what was recalled, as if the answer had come at once, or reads back.
func (w *Writer) readBackOr(ctx context.Context, i *sluice.Intent, known way.Recalled) (sluice.Result, error) {
	if !known.Taken {
		return w.readBack(ctx, i)
	}
	s, refused, err := w.written(ctx, i)
	if err != nil {
		return sluice.Result{}, err
	}
	if refused != nil { // the record is another one by now, and cannot be sent; what was sent, was
		k, err := readNote(i)
		if err != nil {
			return sluice.Result{}, err
		}
		s = &written{request: way.Request{Intent: i}, note: k}
	}
	r, err := w.judge(ctx, s, known.Outcome)
	if r.State == sluice.ResultNotSent {
		r.State = sluice.ResultAbsent
	}
	return r, err
}

// readBack looks for the effect of one intent. Updates and upserts leave no trace
// that could be told from another writer's, but may be repeated: they count as
// absent, unless they add lines.
func (w *Writer) readBack(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	k, err := readNote(i)
	switch {
	case err != nil:
		return sluice.Result{}, err
	case k.Refused != nil:
		return sluice.Result{State: sluice.ResultRefused, Failure: k.Refused}, nil
	case i.Operation.MakesRecord():
		r, err := w.readAdded(ctx, i)
		return w.ignored(i, r), err
	case i.Operation == sluice.Upsert && k.Fate == fateNew:
		r, err := w.readAdded(ctx, i)
		if r.State == sluice.ResultRefused && !w.Import.IgnoreExisting { // somebody else's, to be changed
			r = sluice.Result{State: sluice.ResultAbsent}
		}
		return w.ignored(i, r), err
	case i.Operation == sluice.Delete:
		there, err := w.isThere(ctx, i)
		if err == nil && !there {
			return sluice.Result{State: sluice.ResultWritten}, nil
		}
		return sluice.Result{State: sluice.ResultAbsent}, err
	case i.Operation == sluice.Attach, i.Operation == sluice.Detach:
		return w.readAttached(ctx, i, k)
	}
	return w.readAppended(ctx, i, k.Appended)
}

// isThere reports whether the record is there that the intent is for.
func (w *Writer) isThere(ctx context.Context, i *sluice.Intent) (bool, error) {
	var err error
	if i.TargetID != "" {
		_, err = w.Records.Get(ctx, w.spec.Record, i.TargetID, netsuite.GetOptions{})
	} else {
		_, err = w.byExternalID(ctx, i.ExternalID)
	}
	if outcome.Missing(err) {
		return false, nil
	}
	return err == nil, err
}

// readAdded looks for an added record by its external ID. One that is older than
// the intent is another's: the add was refused, or will be.
func (w *Writer) readAdded(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	if i.ExternalID == "" {
		return sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{
			Code: "netsuite.no_external_id", Classification: sluice.ClassUnknown, Message: w.spec.Record + " records have no external ID by which to find them",
		}}, nil
	}
	r, err := w.byExternalID(ctx, i.ExternalID)
	if outcome.Missing(err) {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	if err != nil {
		return sluice.Result{}, err
	}
	intended := i.SettlesAt.Add(-w.Settle - w.SendWindow)
	if created, ok := createdAt(r); ok && created.Before(intended.Add(-clockTolerance)) {
		return sluice.Result{State: sluice.ResultRefused, ID: r.ID(), Failure: &sluice.Failure{
			Code: "netsuite.exists", Classification: sluice.ClassDuplicate,
			Message: "a record with the external ID " + i.ExternalID + " existed before",
			Remedy:  "Use upsert or update, or resolve this error",
		}}, nil
	}
	return sluice.Result{State: sluice.ResultWritten, ID: r.ID(), Created: true}, nil
}

func (w *Writer) byExternalID(ctx context.Context, externalID string) (netsuite.Record, error) {
	if netsuite.CheckExternalID(externalID) == nil {
		return w.Records.GetByExternalID(ctx, w.spec.Record, externalID, netsuite.GetOptions{})
	}
	id, err := w.Records.FindByExternalID(ctx, w.spec.Record, externalID)
	if err != nil {
		return nil, err
	}
	return w.Records.Get(ctx, w.spec.Record, id, netsuite.GetOptions{})
}

// createdAt returns when a record was made. The field's name differs by type.
func createdAt(r netsuite.Record) (time.Time, bool) {
	for _, field := range []string{"createdDate", "dateCreated", "created"} {
		if text, ok := r[field].(string); ok {
			at, err := time.Parse(time.RFC3339, text)
			return at, err == nil
		}
	}
	return time.Time{}, false
}
