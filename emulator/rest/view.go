package rest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// view renders stored bodies as the record service shows them. Fields without
// value are left out.
type view struct {
	*call
	readOptions
	refs map[refKey]record.Ref
}

type refKey struct {
	target, id string
}

// object renders a record, a subrecord or a line.
func (v *view) object(fields *schema.FieldSet, body map[string]any, at string) (map[string]any, error) {
	out := map[string]any{"links": self(at)}
	for _, f := range fields.List {
		if !v.ses.Has(f.Feature) || body[f.Name] == nil && f.Kind != schema.Sublist ||
			v.only != nil && !slices.Contains(v.only, strings.ToLower(f.Name)) {
			continue
		}
		value, err := v.field(f, body, at+"/"+f.Name)
		if err != nil {
			return nil, err
		}
		out[f.Name] = value
	}
	return out, nil
}

func (v *view) field(f *schema.Field, body map[string]any, at string) (any, error) {
	switch f.Kind {
	case schema.Sublist:
		if v.expands(f.Name) {
			whole := *v
			whole.expand = true
			return whole.sublist(f, body, at)
		}
		return map[string]any{"links": self(at)}, nil
	case schema.Subrecord:
		sub, _ := body[f.Name].(map[string]any)
		if v.expands(f.Name) {
			return v.object(f.Fields, sub, at)
		}
		return map[string]any{"links": self(at)}, nil
	case schema.Multi:
		return v.multi(f, body, at)
	case schema.Reference:
		return v.reference(f, fmt.Sprint(body[f.Name]))
	case schema.Enum:
		return v.enum(f, fmt.Sprint(body[f.Name])), nil
	}
	return body[f.Name], nil
}

// sublist renders a sublist with its lines; only their links without
// expandSubResources.
func (v *view) sublist(f *schema.Field, body map[string]any, at string) (map[string]any, error) {
	stored, _ := body[f.Name].([]any)
	items := []any{}
	for i, l := range stored {
		line, _ := l.(map[string]any)
		if !v.expand {
			items = append(items, map[string]any{"links": self(at + "/" + lineName(f, line, i))})
			continue
		}
		item, err := v.object(f.Fields, line, at+"/"+lineName(f, line, i))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return map[string]any{"links": self(at), "items": items, "totalResults": len(items)}, nil
}

func (v *view) multi(f *schema.Field, body map[string]any, at string) (map[string]any, error) {
	ids, _ := body[f.Name].([]any)
	items := []any{}
	for _, id := range ids {
		ref, err := v.reference(f, fmt.Sprint(id))
		if err != nil {
			return nil, err
		}
		delete(ref, "refName") // Oracle help, section_1545142093, shows none here
		items = append(items, ref)
	}
	return map[string]any{"links": self(at), "items": items, "totalResults": len(items)}, nil
}

// reference renders a reference. A record that the service does not expose
// has the address of the service itself (Oracle help, section_1545142037).
func (v *view) reference(f *schema.Field, id string) (map[string]any, error) {
	ref, err := v.ref(f, id)
	if err != nil {
		return nil, err
	}
	at := v.href("")
	if ref.Type != nil {
		at = v.href(ref.Type.Name, id)
	}
	out := map[string]any{"links": self(at), "id": id}
	if ref.Name != "" {
		out["refName"] = ref.Name
	}
	return out, nil
}

func (v *view) ref(f *schema.Field, id string) (record.Ref, error) {
	key := refKey{f.Target, id}
	if ref, ok := v.refs[key]; ok {
		return ref, nil
	}
	ref, err := v.store.Refer(v.r.Context(), f, id)
	if err == nil {
		v.refs[key] = ref
	}
	return ref, err
}

func (v *view) enum(f *schema.Field, id string) any {
	if v.simpleEnum {
		return id
	}
	name := id
	for _, o := range f.Enum {
		if o.ID == id {
			name = o.Name
		}
	}
	return map[string]any{"id": id, "refName": name}
}
