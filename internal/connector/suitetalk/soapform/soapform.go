// Package soapform turns records in the form of NetSuite's record service, which is what
// flows map to, into the form of SOAP. The two differ in the names and the wrapping of
// sublists, in enumerations, and in what has to be said of lines that are there already.
package soapform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/metadata"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// Form writes records of one connection.
type Form struct {
	Version schema.Version
	Zone    *time.Location   // of the integration's user, for days
	Schema  *metadata.Schema // of the record service, for the kinds of custom fields; nil where it is not known
}

// Unsayable is what a record asks for and SOAP has no safe word for. The record service
// has one.
type Unsayable struct{ Field, Why string }

// Error names the field.
func (u *Unsayable) Error() string { return u.Field + ": " + u.Why }

// Lines says what becomes of lines that a record has already.
type Lines struct {
	New     bool     // the record is made: it has none
	Replace []string // sublists whose lines are replaced by those sent
}

// Record returns the record to be sent. The error is an *Unsayable, or of the values.
func (f *Form) Record(recordType string, body map[string]any, lines Lines) (*record.Element, error) {
	known, ok := schema.RecordType(recordType)
	if !ok {
		return nil, &Unsayable{recordType, "SOAP has no such record type"}
	}
	t, _ := schema.Lookup(known.Type)
	w := work{Form: f, lines: lines}
	if lines.New {
		w.fresh++
	}
	doc := w.object(t, body, "")
	if w.err != nil {
		return nil, w.err
	}
	tree, err := record.Plain{Version: f.Version, Zone: f.Zone, CustomKind: f.kind}.Record(recordType, doc)
	if err != nil {
		return nil, err
	}
	_, err = record.Encoder{Version: f.Version, Zone: f.Zone}.Append(nil, "platformMsgs", "platformCore:Record", named(tree))
	return tree, err
}

// named is the tree as a request holds it.
func named(tree *record.Element) *record.Element {
	e := *tree
	e.Name = "record"
	return &e
}

// kind tells what a custom field holds by NetSuite's catalogue.
func (f *Form) kind(scriptID string) record.CustomKind {
	if f.Schema == nil {
		return ""
	}
	field, ok := f.Schema.Field(scriptID)
	if !ok {
		return ""
	}
	switch field.Kind {
	case metadata.Reference, metadata.Enumeration:
		return record.CustomSelect
	case metadata.Sublist:
		return record.CustomMultiSelect
	}
	switch field.Type {
	case "boolean":
		return record.CustomBoolean
	case "integer":
		return record.CustomLong
	case "number":
		return record.CustomDouble
	}
	if strings.HasPrefix(field.Format, "date") || field.Format == "time" {
		return record.CustomDate
	}
	return record.CustomString
}

// work is the work on one record.
type work struct {
	*Form
	lines Lines
	fresh int   // > 0 within what nothing is there of yet: a null says nothing
	err   error // the first
}

func (w *work) cannot(field, why string, args ...any) any {
	if w.err == nil {
		w.err = &Unsayable{field, fmt.Sprintf(why, args...)}
	}
	return nil
}

// object turns the fields of a record, a subrecord or a line, under SOAP's names.
func (w *work) object(t *schema.Type, in map[string]any, path string) map[string]any {
	out := make(map[string]any, len(in))
	for name, v := range in {
		f, ok := w.field(t, name)
		switch {
		case strings.EqualFold(name, "externalId"), name == "id" && path == "":
			out[name] = plain(v)
		case ok && v == nil && w.fresh > 0:
		case ok && v == nil && path != "":
			out[f.Name] = w.emptied(f, path+name)
		case ok:
			out[f.Name] = w.value(f, name, v, path+name)
		case strings.HasPrefix(strings.ToLower(name), "cust"):
			out[name] = w.custom(v)
		default:
			w.cannot(path+name, "SOAP has no such field")
		}
	}
	return out
}

// field finds SOAP's name of a field: the same but for its case, or with the word List.
func (w *work) field(t *schema.Type, name string) (schema.Field, bool) {
	for _, spelled := range []string{name, name + "List"} {
		for _, f := range t.Layout(w.version()).Fields {
			if strings.EqualFold(f.Name, spelled) {
				return f, true
			}
		}
	}
	return schema.Field{}, false
}

func (w *work) version() schema.Version {
	if w.Version == "" {
		return schema.Latest
	}
	return w.Version
}

// emptied clears a field of a subrecord, which has no list of fields to be cleared: an
// empty text overwrites (Oracle help section_N3527090).
func (w *work) emptied(f schema.Field, path string) any {
	if f.Kind != schema.String {
		return w.cannot(path, "within a subrecord SOAP clears texts alone")
	}
	return ""
}

func (w *work) value(f schema.Field, name string, v any, path string) any {
	switch {
	case v == nil:
		return nil
	case f.Kind == schema.Enum:
		return w.enumeration(f, v, path)
	case f.Kind != schema.Complex:
		return plain(v)
	}
	t, ok := schema.Lookup(f.Type)
	if !ok || record.IsRef(t) {
		return reference(v)
	}
	if line, ok := t.List(w.version()); ok && len(t.Layout(w.version()).Fields) == 1 {
		return w.list(t, line, name, v, path)
	}
	if fields, ok := v.(map[string]any); ok {
		return w.object(t, fields, path+".")
	}
	return w.cannot(path, "an object is expected")
}

// list turns the lines of a sublist or the choices of a multi-select.
func (w *work) list(t *schema.Type, line schema.Field, name string, v any, path string) any {
	if held, ok := v.(map[string]any); ok {
		v = held["items"]
	}
	items, ok := v.([]any)
	if !ok {
		return w.cannot(path, "a list is expected")
	}
	whole := w.lines.New || slices.ContainsFunc(w.lines.Replace, func(r string) bool { return strings.EqualFold(r, name) })
	if whole {
		w.fresh++
		defer func() { w.fresh-- }()
	}
	out := make([]any, len(items))
	for n, item := range items {
		out[n] = w.value(line, name, item, fmt.Sprintf("%s.%d", path, n+1))
	}
	doc := map[string]any{"items": out}
	if !t.Has("replaceAll") {
		return doc
	}
	if !whole {
		return w.cannot(path, "its lines are merged with those that are there, and SOAP deletes the others of sublists without keys")
	}
	doc["replaceAll"] = true
	return doc
}

// enumeration writes NetSuite's own values: SOAP's begin with an underscore.
func (w *work) enumeration(f schema.Field, v any, path string) any {
	if choice, ok := v.(map[string]any); ok {
		v = choice["id"]
	}
	text, ok := v.(string)
	switch {
	case ok && strings.HasPrefix(text, "_"):
		return text
	case ok && f.Name == "country":
		if name, known := country(text, w.version()); known {
			return name
		}
	}
	return w.cannot(path, "SOAP has words of its own for the value %v", v)
}

func (w *work) custom(v any) any {
	switch t := v.(type) {
	case map[string]any:
		if items, ok := t["items"].([]any); ok {
			out := make([]any, len(items))
			for n, item := range items {
				out[n] = reference(item)
			}
			return out
		}
		return reference(v)
	case []any:
		out := make([]any, len(t))
		for n, item := range t {
			out[n] = reference(item)
		}
		return out
	}
	return plain(v)
}

// reference is an ID alone, or what names a record.
func reference(v any) any {
	held, ok := v.(map[string]any)
	if !ok {
		return plain(v)
	}
	out := map[string]any{}
	for _, name := range []string{"id", "externalId"} {
		if id, ok := held[name]; ok && id != nil {
			out[name] = plain(id)
		}
	}
	return out
}

// plain makes numbers of every Go type JSON's.
func plain(v any) any {
	switch v.(type) {
	case nil, string, bool, json.Number:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return json.Number(text)
}
