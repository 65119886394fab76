package record

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/rule"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/transaction"
	"github.com/sluicehq/sluice/emulator/session"
)

// WriteOptions are the parts of a write request beside its body.
type WriteOptions = body.Options

// Result is what a write tells.
type Result struct {
	ID       int64
	Created  bool     // false for an update
	Warnings []string // paths of the properties that were skipped
}

// Create adds a record and returns its new internal ID. input is decoded JSON
// with json.Number. Errors are *fault.Fault for every refusal.
func (s *Store) Create(ctx context.Context, typ string, input map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.Create, func(w *work, t *schema.Type, res *Result) error {
		return w.create(t, input, o, res)
	})
}

// Update changes a record. id is an internal ID or eid:EXTERNALID.
func (s *Store) Update(ctx context.Context, typ, id string, input map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.Edit, func(w *work, t *schema.Type, res *Result) error {
		r, err := w.get(t, id)
		if err != nil {
			return err
		}
		return w.update(r, input, o, res)
	})
}

// Upsert updates the type's record with that external ID, or creates one.
func (s *Store) Upsert(ctx context.Context, typ, externalID string, input map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.None, func(w *work, t *schema.Type, res *Result) error {
		id, err := w.Find(t.Group, externalID)
		if err != nil {
			return err
		}
		r, err := w.Load(t.Group, id)
		if err != nil {
			return err
		}
		level := session.Edit
		if r == nil {
			level = session.Create
		}
		if err := refusal.Permit(w.Session, t, level); err != nil {
			return err
		}
		if r != nil && r.Type.Name != t.Name {
			return fault.User("This record already exists.").At("externalId") // as another type of the group
		}
		if r != nil {
			if err := refusal.Locked(r); err != nil {
				return err
			}
			return w.update(r, input, o, res)
		}
		return w.create(t, withExternalID(input, externalID), o, res)
	})
}

func withExternalID(input map[string]any, externalID string) map[string]any {
	out := map[string]any{"externalId": externalID}
	for k, v := range input {
		if !strings.EqualFold(k, "externalId") {
			out[k] = v
		}
	}
	return out
}

// do checks type and permission and runs one write.
func (s *Store) do(ctx context.Context, typ string, level session.Level, f func(*work, *schema.Type, *Result) error) (Result, error) {
	var res Result
	err := s.write(ctx, session.From(ctx), func(w *work) error { return w.do(typ, level, &res, f) })
	return res, err
}

func (w *work) do(typ string, level session.Level, res *Result, f func(*work, *schema.Type, *Result) error) error {
	t, err := known(w.Schema, w.Session, typ)
	if err != nil {
		return err
	}
	if err := refusal.Permit(w.Session, t, level); err != nil {
		return err
	}
	return f(w, t, res)
}

// Batch is several writes that happen together or not at all, as the system.
// It is much faster than as many writes.
type Batch struct{ w *work }

// Batch runs f. Nothing stays of what it wrote if it fails.
func (s *Store) Batch(ctx context.Context, f func(Batch) error) error {
	return s.write(ctx, nil, func(w *work) error { return f(Batch{w}) })
}

// Create adds a record and returns its internal ID.
func (b Batch) Create(typ string, input map[string]any) (int64, error) {
	var res Result
	err := b.w.do(typ, session.Create, &res, func(w *work, t *schema.Type, res *Result) error {
		return w.create(t, input, WriteOptions{}, res)
	})
	return res.ID, err
}

// Transform makes a record of type to from another one and returns its ID.
func (b Batch) Transform(typ string, id int64, to string, input map[string]any) (int64, error) {
	var res Result
	err := b.w.do(typ, session.View, &res, func(w *work, t *schema.Type, res *Result) error {
		r, err := w.transformed(t, body.IDText(id), to, input, WriteOptions{}, res)
		if err != nil {
			return err
		}
		return w.add(r, res)
	})
	return res.ID, err
}

// known returns the type if the account has it.
func known(s *schema.Schema, ses *session.Session, name string) (*schema.Type, error) {
	t := s.Type(name)
	if t == nil || !ses.Has(t.Feature) {
		return nil, refusal.UnknownType(name)
	}
	return t, nil
}

// get loads the record that a request's path names.
func (w *work) get(t *schema.Type, id string) (*Record, error) {
	n, err := w.Lookup(t.Group, t, id, false)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, refusal.Absent(t)
	}
	r, err := w.Load(t.Group, n)
	if err != nil {
		return nil, err
	}
	return r, refusal.Locked(r)
}

func (w *work) create(t *schema.Type, input map[string]any, o WriteOptions, res *Result) error {
	r := &Record{Type: t, Body: body.Body{}, Version: 1, Created: w.Now}
	if err := w.assign(r, input, o, res, true); err != nil {
		return err
	}
	order := body.RefID(r.Body, "createdFrom")
	if does := t.Ledger.Does; order == 0 || does != "ship" && does != "receive" {
		return w.add(r, res)
	}
	from, err := w.Load(schema.GroupTransaction, order) // what is shipped or received is the order's
	if err == nil {
		r, err = w.madeFrom(from, t, input, o, res)
	}
	if err != nil {
		return err
	}
	return w.add(r, res)
}

// add saves a new record.
func (w *work) add(r *Record, res *Result) error {
	id, err := w.Next("id:"+r.Type.Group, 1)
	if err != nil {
		return err
	}
	r.ID = id
	res.ID, res.Created = id, true
	return w.finish(r, true)
}

func (w *work) update(r *Record, input map[string]any, o WriteOptions, res *Result) error {
	r.Version++
	if err := transaction.Period(w.Tx, r); err != nil { // a closed period also holds what is already in it
		return err
	}
	from := r.Body["createdFrom"]
	if err := w.assign(r, input, o, res, false); err != nil {
		return err
	}
	if from != nil { // said once, when the record is made
		r.Body["createdFrom"] = from
	}
	res.ID = r.ID
	return w.finish(r, false)
}

// assign checks the request and puts it into the record's body.
func (w *work) assign(r *Record, input map[string]any, o WriteOptions, res *Result, isNew bool) (err error) {
	w.CustomOptional = o.CustomOptional
	res.Warnings, err = body.Apply(w, w.Schema, r.Type.Fields, r.Body, input, o, isNew)
	return err
}

// finish applies the rules and saves the record with its consequences.
func (w *work) finish(r *Record, isNew bool) error {
	r.ExternalID = body.Text(r.Body, "externalId")
	if err := rule.Prepare(w.Tx, r, isNew); err != nil {
		return err
	}
	r.Modified = w.Now
	times := map[string]time.Time{"lastModifiedDate": w.Now, "createdDate": r.Created, "dateCreated": r.Created, "created": r.Created}
	for name, at := range times {
		if f := r.Type.Fields.Lookup(name); f != nil {
			r.Body[f.Name] = at.Format(body.Wire)
		}
	}
	if err := w.Save(r); err != nil {
		return err
	}
	if r.Type.Group == schema.GroupTransaction {
		return transaction.Relink(w.Tx, r, false)
	}
	return nil
}

// Delete removes a record, unless another one refers to it.
func (s *Store) Delete(ctx context.Context, typ, id string) error {
	_, err := s.do(ctx, typ, session.Full, func(w *work, t *schema.Type, _ *Result) error {
		r, err := w.get(t, id)
		if err != nil {
			return err
		}
		return w.delete(r)
	})
	return err
}

// Transform makes a record of type to from the one that typ and id name; input
// overrides what the new record takes from it. Lines are matched by line,
// which is the line of the original, or orderLine.
func (s *Store) Transform(ctx context.Context, typ, id, to string, input map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.View, func(w *work, t *schema.Type, res *Result) error {
		r, err := w.transformed(t, id, to, input, o, res)
		if err != nil {
			return err
		}
		return w.add(r, res)
	})
}

// Transforms names the types that a record of the type can be made into, in a
// fixed order.
func (s *Store) Transforms(t *schema.Type) []string { return transaction.Targets(t) }

// ParseID returns the number of an internal ID, or false.
func ParseID(s string) (int64, bool) {
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0
}
