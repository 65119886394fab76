package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// Record returns the tree of a document, to be written as a record of the type.
// Besides the form that [Plain] describes it takes
//
//	a reference         also its internal ID alone: "12", or "eid:X" for an external one
//	a sublist           {"items": [{…}, …], "replaceAll": true or false}, which must be said
//	nil                 to clear the field
//
// Problems are *netsuite.InputError with their paths, all of them joined.
func (p Plain) Record(recordType string, doc map[string]any) (*Element, error) {
	r, ok := schema.RecordType(recordType)
	if !ok {
		return nil, &netsuite.InputError{Field: "type", Problem: fmt.Sprintf("%q is no record type of SOAP", recordType)}
	}
	t, _ := schema.Lookup(r.Type)
	b := planter{Plain: p}
	e := New(r.Name)
	b.fields(e, t, doc, r.Name)
	return e, errors.Join(b.problems...)
}

// planter makes trees of documents.
type planter struct {
	Plain
	problems []error
}

func (b *planter) bad(path, format string, args ...any) {
	if len(b.problems) < maxProblems {
		b.problems = append(b.problems, &netsuite.InputError{Field: path, Problem: fmt.Sprintf(format, args...)})
	}
}

func (b *planter) fields(e *Element, t *schema.Type, doc map[string]any, path string) {
	layout := t.Layout(b.version())
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		v := doc[name]
		at := path + "." + name
		place, ok := layout.Find(name)
		if !ok {
			place, ok = foldedFind(layout, name)
		}
		switch {
		case !ok && b.attribute(e, t, name, v):
		case !ok && isCustomID(name):
			b.custom(e, name, v, at)
		case !ok:
			b.bad(at, "%s of version %s has no such field", t.Name, b.version())
		case v == nil:
			b.clear(e, t, layout.Fields[place].Name, at)
		default:
			b.field(e, layout.Fields[place], v, at)
		}
	}
}

// foldedFind finds a field whose name differs in case only, if there is one.
func foldedFind(l *schema.Layout, name string) (int, bool) {
	found := -1
	for i, f := range l.Fields {
		if strings.EqualFold(f.Name, name) {
			if found >= 0 {
				return 0, false
			}
			found = i
		}
	}
	return found, found >= 0
}

func (b *planter) attribute(e *Element, t *schema.Type, name string, v any) bool {
	if name == "id" {
		name = "internalId"
	}
	if !t.Has(name) || name == "replaceAll" {
		return false
	}
	if text, ok := scalar(v); ok {
		e.SetAttr(name, text)
	}
	return true
}

func isCustomID(name string) bool { return strings.HasPrefix(strings.ToLower(name), "cust") }

func (b *planter) clear(e *Element, t *schema.Type, name, path string) {
	if _, ok := t.Field(b.version(), "nullFieldList"); !ok {
		b.bad(path, "a field of a line cannot be cleared by nil")
		return
	}
	e.SetNull(name)
}

// scalar returns a plain value as SOAP writes it.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}

func (b *planter) field(e *Element, f schema.Field, v any, path string) {
	if f.Many {
		items, ok := v.([]any)
		if !ok {
			items = []any{v}
		}
		for i, item := range items {
			b.one(e, f, item, fmt.Sprintf("%s[%d]", path, i+1))
		}
		return
	}
	b.one(e, f, v, path)
}

func (b *planter) one(e *Element, f schema.Field, v any, path string) {
	if f.Kind != schema.Complex {
		text, ok := scalar(v)
		if !ok {
			b.bad(path, "a plain value is needed")
			return
		}
		e.Add(Element{Name: f.Name, Text: text})
		return
	}
	t, ok := schema.Lookup(f.Type)
	switch {
	case !ok:
		b.bad(path, "type %s is not known", f.Type)
	case IsRef(t):
		if ref, ok := b.ref(v, path); ok {
			e.Add(ref.Element(f.Name, t.Abstract))
		}
	default:
		child := Element{Name: f.Name}
		b.complex(&child, t, v, path)
		e.Add(child)
	}
}

func (b *planter) complex(e *Element, t *schema.Type, v any, path string) {
	list, isList := t.List(b.version())
	isList = isList && len(t.Layout(b.version()).Fields) == 1
	doc, isMap := v.(map[string]any)
	if isList && isMap {
		if all, ok := doc["replaceAll"].(bool); ok {
			text, _ := scalar(all)
			e.SetAttr("replaceAll", text)
		}
		v = doc["items"]
	}
	items, isItems := v.([]any)
	switch {
	case isList && isItems:
		b.field(e, list, items, path)
	case isList:
		b.bad(path, `a list is needed: {"items": […], "replaceAll": true or false}`)
	case isMap:
		b.fields(e, t, doc, path)
	default:
		b.bad(path, "an object is needed")
	}
}

// ref reads a reference: an object, or an ID alone.
func (b *planter) ref(v any, path string) (Ref, bool) {
	if id, ok := scalar(v); ok {
		if external, ok := strings.CutPrefix(id, "eid:"); ok {
			return Ref{ExternalID: external}, true
		}
		return Ref{InternalID: id}, id != "" || b.noRef(path)
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return Ref{}, b.noRef(path)
	}
	text := func(name string) string { s, _ := scalar(doc[name]); return s }
	r := Ref{InternalID: text("id"), ExternalID: text("externalId"), Type: text("type"), TypeID: text("typeId"), ScriptID: text("scriptId")}
	return r, !r.IsZero() || b.noRef(path)
}

func (b *planter) noRef(path string) bool {
	b.bad(path, `a reference is needed: {"id": "12"} or {"externalId": "X"}`)
	return false
}

func (b *planter) custom(e *Element, id string, v any, path string) {
	if v == nil {
		e.SetNull(id)
		return
	}
	kind := CustomKind("")
	if b.CustomKind != nil {
		kind = b.CustomKind(id)
	}
	if kind == "" {
		kind = kindOf(v)
	}
	if kind != CustomSelect && kind != CustomMultiSelect {
		text, ok := scalar(v)
		if !ok {
			b.bad(path, "a plain value is needed for a custom field of kind %s", kind)
			return
		}
		e.SetCustom(CustomText(id, kind, text))
		return
	}
	items, ok := v.([]any)
	if !ok {
		items = []any{v}
	}
	var refs []Ref
	for _, item := range items {
		if ref, ok := b.ref(item, path); ok {
			refs = append(refs, ref)
		}
	}
	if kind == CustomSelect && len(refs) != 1 {
		b.bad(path, "one reference is needed, there are %d", len(refs))
		return
	}
	e.SetCustom(CustomRef(id, kind, refs...))
}

// kindOf guesses a custom field's kind by its value.
func kindOf(v any) CustomKind {
	switch v := v.(type) {
	case bool:
		return CustomBoolean
	case json.Number:
		return CustomDouble
	case map[string]any:
		return CustomSelect
	case []any:
		return CustomMultiSelect
	case string:
		if _, err := value.ParseTime(v); err == nil || value.IsDate(v) {
			return CustomDate
		}
	}
	return CustomString
}
