package record

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// WriteOptions are the parts of a write request beside its body.
type WriteOptions struct {
	Names           Validation // properties the type does not have
	Values          Validation // values of the wrong syntax
	Replace         []string   // sublists to replace, or fields that null may clear
	ReplaceSelected bool       // null clears only fields in Replace
}

// Result is what a write tells.
type Result struct {
	ID       int64
	Created  bool     // false for an update
	Warnings []string // paths of the properties that were skipped
}

// Create adds a record and returns its new internal ID. body is decoded JSON
// with json.Number. Errors are *fault.Fault for every refusal.
func (s *Store) Create(ctx context.Context, typ string, body map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.Create, func(w *work, t *Type, res *Result) error {
		return w.create(t, body, o, res)
	})
}

// Update changes a record. id is an internal ID or eid:EXTERNALID.
func (s *Store) Update(ctx context.Context, typ, id string, body map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.Edit, func(w *work, t *Type, res *Result) error {
		r, err := w.get(t, id)
		if err != nil {
			return err
		}
		return w.update(r, body, o, res)
	})
}

// Upsert updates the type's record with that external ID, or creates one.
func (s *Store) Upsert(ctx context.Context, typ, externalID string, body map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.None, func(w *work, t *Type, res *Result) error {
		id, err := w.find(t.Group, externalID)
		if err != nil {
			return err
		}
		r, err := w.load(t.Group, id)
		if err != nil {
			return err
		}
		level := session.Edit
		if r == nil {
			level = session.Create
		}
		if err := permit(w.ses, t, level); err != nil {
			return err
		}
		if r != nil && r.Type.Name != t.Name {
			return fault.User("This record already exists.").At("externalId") // as another type of the group
		}
		if r != nil {
			return w.update(r, body, o, res)
		}
		return w.create(t, withExternalID(body, externalID), o, res)
	})
}

func withExternalID(body map[string]any, externalID string) map[string]any {
	out := map[string]any{"externalId": externalID}
	for k, v := range body {
		if !strings.EqualFold(k, "externalId") {
			out[k] = v
		}
	}
	return out
}

// do checks type and permission and runs one write.
func (s *Store) do(ctx context.Context, typ string, level session.Level, f func(*work, *Type, *Result) error) (Result, error) {
	var res Result
	ses := session.From(ctx)
	err := s.write(ctx, ses, func(w *work) error {
		t, err := w.schema.known(w.ses, typ)
		if err != nil {
			return err
		}
		if err := permit(w.ses, t, level); err != nil {
			return err
		}
		return f(w, t, &res)
	})
	return res, err
}

// known returns the type if the account has it.
func (s *schema) known(ses *session.Session, name string) (*Type, error) {
	t := s.typ(name)
	if t == nil || !ses.Has(t.Feature) {
		return nil, fault.New(http.StatusNotFound, fault.NonexistentType, "Record type '%s' does not exist.", name)
	}
	return t, nil
}

// permit refuses what the role may not do with records of the type. The words
// are this project's: no recorded answer shows NetSuite's.
func permit(ses *session.Session, t *Type, level session.Level) error {
	if ses.Allows(t.Permission, level) {
		return nil
	}
	return fault.New(http.StatusForbidden, fault.InsufficientPermission,
		"Permission Violation: The subrole does not have permission to access this record type. Required permission: %s, level %s.", t.Permission, level)
}

// get loads the record that a request's path names.
func (w *work) get(t *Type, id string) (*Record, error) {
	n, err := w.lookup(t.Group, t, id, false)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, absent(t)
	}
	r, err := w.load(t.Group, n)
	if err != nil {
		return nil, err
	}
	return r, w.locked(r)
}

func (w *work) create(t *Type, body map[string]any, o WriteOptions, res *Result) error {
	r := &Record{Type: t, Body: Body{}, Version: 1, Created: w.now}
	if err := w.assign(r, body, o, res, true); err != nil {
		return err
	}
	id, err := w.next("id:"+t.Group, 1)
	if err != nil {
		return err
	}
	r.ID = id
	res.ID, res.Created = id, true
	return w.finish(r, true)
}

func (w *work) update(r *Record, body map[string]any, o WriteOptions, res *Result) error {
	r.Version++
	if err := w.period(r); err != nil { // a closed period also holds what is already in it
		return err
	}
	if err := w.assign(r, body, o, res, false); err != nil {
		return err
	}
	res.ID = r.ID
	return w.finish(r, false)
}

// assign checks the request and puts it into the record's body.
func (w *work) assign(r *Record, body map[string]any, o WriteOptions, res *Result, isNew bool) error {
	d := &decoder{w: w, names: o.Names, values: o.Values}
	ch, err := d.decode(r.Type.Fields, body)
	if err != nil {
		return err
	}
	res.Warnings = d.warnings
	m := &merge{w: w, selective: o.ReplaceSelected, replace: map[string]bool{}}
	for _, name := range o.Replace {
		if r.Type.Fields.Lookup(name) == nil {
			return fault.New(http.StatusBadRequest, fault.InvalidParameter,
				"Unknown field name '%s' in the replace parameter. Provide a valid field name.", name).InParam("replace")
		}
		m.replace[strings.ToLower(name)] = true
	}
	return m.body(r.Type.Fields, r.Body, ch, isNew)
}

// finish applies the rules and saves the record with its consequences.
func (w *work) finish(r *Record, isNew bool) error {
	r.ExternalID = text(r.Body, "externalId")
	if err := w.prepare(r, isNew); err != nil {
		return err
	}
	r.Modified = w.now
	for name, at := range map[string]string{"lastModifiedDate": "m", "createdDate": "c", "dateCreated": "c", "created": "c"} {
		f := r.Type.Fields.Lookup(name)
		switch {
		case f == nil:
		case at == "m":
			r.Body[f.Name] = w.now.Format(wireLayout)
		default:
			r.Body[f.Name] = r.Created.Format(wireLayout)
		}
	}
	if err := w.save(r); err != nil {
		return err
	}
	if r.Type.Group == GroupTransaction {
		return w.relink(r, false)
	}
	return nil
}

// Delete removes a record, unless another one refers to it.
func (s *Store) Delete(ctx context.Context, typ, id string) error {
	_, err := s.do(ctx, typ, session.Full, func(w *work, t *Type, _ *Result) error {
		r, err := w.get(t, id)
		if err != nil {
			return err
		}
		return w.delete(r)
	})
	return err
}

// ParseID returns the number of an internal ID, or false.
func ParseID(s string) (int64, bool) {
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0
}
