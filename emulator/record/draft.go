package record

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/rule"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/transaction"
	"github.com/sluicehq/sluice/emulator/session"
)

// errDraft ends the write of a draft, so that nothing of it stays.
var errDraft = errors.New("a draft is not saved")

// draft runs a write that fills r, and undoes it.
func (s *Store) draft(ctx context.Context, typ string, level session.Level, fill func(*work, *schema.Type) (*Record, error)) (*Record, error) {
	var r *Record
	_, err := s.do(ctx, typ, level, func(w *work, t *schema.Type, _ *Result) (err error) {
		if r, err = fill(w, t); err != nil {
			return err
		}
		return errDraft
	})
	if errors.Is(err, errDraft) {
		return r, nil
	}
	return nil, err
}

// complete computes what the record engine can tell of a record that need not
// be whole: where a rule refuses it, the form shows what came before the rule.
func (w *work) complete(r *Record, isNew bool) error {
	err := rule.Prepare(w.Tx, r, isNew)
	var f *fault.Fault
	if err != nil && !errors.As(err, &f) {
		return err
	}
	return nil
}

// DraftNew returns the record that input would make, with its defaults, and
// saves nothing (Oracle help, article_1217103046). It has no ID, and no number
// that it was not given.
func (s *Store) DraftNew(ctx context.Context, typ string, input map[string]any, o WriteOptions) (*Record, error) {
	return s.draft(ctx, typ, session.Create, func(w *work, t *schema.Type) (*Record, error) {
		r := &Record{Type: t, Body: body.Body{}, Version: 1, Created: w.Now}
		if err := w.assign(r, input, o, new(Result), true); err != nil {
			return nil, err
		}
		number := r.Body["tranId"]
		err := w.complete(r, true)
		unnumber(r, number)
		return r, err
	})
}

// DraftEdit returns the record as input would leave it, and saves nothing.
func (s *Store) DraftEdit(ctx context.Context, typ, id string, input map[string]any, o WriteOptions) (*Record, error) {
	return s.draft(ctx, typ, session.Edit, func(w *work, t *schema.Type) (*Record, error) {
		r, err := w.get(t, id)
		if err != nil {
			return nil, err
		}
		if err := w.assign(r, input, o, new(Result), false); err != nil {
			return nil, err
		}
		return r, w.complete(r, false)
	})
}

// DraftTransform returns the record that Transform would make, and saves
// nothing.
func (s *Store) DraftTransform(ctx context.Context, typ, id, to string, input map[string]any, o WriteOptions) (*Record, error) {
	return s.draft(ctx, typ, session.View, func(w *work, t *schema.Type) (*Record, error) {
		r, err := w.transformed(t, id, to, input, o, new(Result))
		if err != nil {
			return nil, err
		}
		err = w.complete(r, true)
		unnumber(r, nil)
		return r, err
	})
}

// unnumber takes the numbers off a transaction that will get others.
func unnumber(r *Record, given any) {
	if r.Type.Group != schema.GroupTransaction {
		return
	}
	delete(r.Body, "transactionNumber")
	if delete(r.Body, "tranId"); given != nil {
		r.Body["tranId"] = given
	}
}

// transformed begins the record that a transformation makes.
func (w *work) transformed(t *schema.Type, id, to string, input map[string]any, o WriteOptions, res *Result) (*Record, error) {
	target, err := known(w.Schema, w.Session, to)
	if err != nil {
		return nil, err
	}
	if err := refusal.Permit(w.Session, target, session.Create); err != nil {
		return nil, err
	}
	from, err := w.get(t, id)
	if err != nil {
		return nil, err
	}
	return w.madeFrom(from, target, input, o, res)
}

// madeFrom begins a record of type target from another one.
func (w *work) madeFrom(from *Record, target *schema.Type, input map[string]any, o WriteOptions, res *Result) (*Record, error) {
	r := &Record{Type: target, Body: body.Body{}, Version: 1, Created: w.Now}
	isKnown, err := transaction.Transform(w.Tx, from, r)
	if err != nil {
		return nil, err
	}
	if !isKnown {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidRequest,
			"Error while accessing a resource. A record of type %s cannot be transformed to %s.", from.Type.Name, target.Name)
	}
	body.Defaults(target.Fields, r.Body, w)
	if err := w.assign(r, body.OrderLineAsLine(input), o, res, false); err != nil {
		return nil, err
	}
	body.Renumber(r)
	return r, nil
}
