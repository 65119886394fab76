package suitetalk

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// clockTolerance is how far NetSuite's clock may be behind ours: more than five
// minutes, and it would not let us in.
const clockTolerance = 5 * time.Minute

// Reconcile reads back what the intents were to write.
func (w *writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range results {
		results[n].State = sluice.ResultUnknown
	}
	err := w.each(ctx, w.flow, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		r, err := w.readBack(ctx, i)
		switch {
		case err == nil:
			results[n] = r
		case concernsConnection(err):
			return w.problem(err)
		default:
			results[n].Failure = failureOf(err, nil)
		}
		return nil
	})
	return results, err
}

// readBack looks for the effect of one intent. Updates and upserts leave no trace
// that could be told from another writer's, but may be repeated: they count as
// absent, unless they add lines.
func (w *writer) readBack(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	switch i.Operation {
	case sluice.Add:
		return w.readAdded(ctx, i)
	case sluice.Delete:
		_, err := w.Records.Get(ctx, w.spec.Record, target(i), netsuite.GetOptions{})
		if isMissing(err) {
			return sluice.Result{State: sluice.ResultWritten}, nil
		}
		return sluice.Result{State: sluice.ResultAbsent}, err
	}
	return w.readAppended(ctx, i)
}

// readAdded looks for an added record by its external ID. One that is older than
// the intent is another's: the add was refused, or will be.
func (w *writer) readAdded(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	if i.ExternalID == "" {
		return sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{
			Code: "netsuite.no_external_id", Classification: sluice.ClassUnknown, Message: w.spec.Record + " records have no external ID by which to find them",
		}}, nil
	}
	r, err := w.byExternalID(ctx, i.ExternalID)
	if isMissing(err) {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	if err != nil {
		return sluice.Result{}, err
	}
	intended := i.SettlesAt.Add(-w.settle - w.sendWindow())
	if created, ok := createdAt(r); ok && created.Before(intended.Add(-clockTolerance)) {
		return sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{
			Code: "netsuite.exists", Classification: sluice.ClassDuplicate,
			Message: "a record with the external ID " + i.ExternalID + " existed before",
			Remedy:  "Use upsert or update, or resolve this error",
		}}, nil
	}
	return sluice.Result{State: sluice.ResultWritten, ID: r.ID(), Created: true}, nil
}

func (w *writer) byExternalID(ctx context.Context, externalID string) (netsuite.Record, error) {
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

func isMissing(err error) bool { return errors.Is(err, netsuite.ErrNotFound) }
