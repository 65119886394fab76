package record

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// Plain turns trees into documents and documents into trees. A document is what
// JSON has: nil, text, bool, json.Number, []any, map[string]any, in the form of
// NetSuite's REST records as far as SOAP has the same:
//
//	a record            {"id", "externalId", fields…}
//	a reference         {"id", "externalId", "refName", "type"}
//	a sublist           [{…}, …] under SOAP's own name: "itemList"
//	a custom field      under its script ID, beside the others
//	an enumeration      its value: "_inventoryItem"
//	a day               "2026-01-02", the day in the user's zone
//	an instant          "2026-01-02T11:04:05Z"
//
// SOAP tells days and instants by the same type. A value is a day when it is the
// first instant of one in the user's zone, unless the field's name is that of an
// instant (lastModifiedDate, createdDate, …Time).
type Plain struct {
	Version schema.Version
	Zone    *time.Location // of the integration's user; nil means Pacific

	// CustomKind tells the kind of a custom field to be written. Where it is nil
	// or returns "", the value tells: a bool is Boolean, a number Double, a
	// reference Select, a list MultiSelect, a day or instant Date, text String.
	CustomKind func(scriptID string) CustomKind
}

// Document returns the document of a record that was read.
func (p Plain) Document(e *Element) map[string]any {
	t, _ := schema.Lookup(e.Type)
	doc := map[string]any{}
	putText(doc, "id", e.InternalID())
	putText(doc, "externalId", e.ExternalID())
	p.fields(doc, t, e)
	return doc
}

func putText(doc map[string]any, name, text string) {
	if text != "" {
		doc[name] = text
	}
}

// fields adds the children of e, whose type may be unknown (nil).
func (p Plain) fields(doc map[string]any, t *schema.Type, e *Element) {
	for i := range e.Children {
		child := &e.Children[i]
		var f schema.Field
		known := false
		if t != nil {
			f, known = t.Field(p.version(), child.Name)
		}
		switch {
		case child.Name == "nullFieldList":
		case child.Name == "customFieldList":
			p.custom(doc, child)
		case !known:
			doc[child.Name] = p.unknown(child)
		case f.Many:
			list, _ := doc[child.Name].([]any)
			doc[child.Name] = append(list, p.Value(f, child))
		default:
			doc[child.Name] = p.Value(f, child)
		}
	}
}

func (p Plain) version() schema.Version {
	if p.Version == "" {
		return schema.Latest
	}
	return p.Version
}

func (p Plain) zone() *time.Location {
	if p.Zone == nil {
		return value.Pacific()
	}
	return p.Zone
}

// unknown is a field that the table lacks, or of a type that it lacks.
func (p Plain) unknown(e *Element) any {
	if t, ok := schema.Lookup(e.Type); ok {
		return p.Value(schema.Field{Name: e.Name, Type: t.Key()}, e)
	}
	if len(e.Children) == 0 && len(e.Attrs) == 0 {
		return e.Text
	}
	doc := map[string]any{}
	for _, a := range e.Attrs {
		doc[a.Name] = a.Value
	}
	p.fields(doc, nil, e)
	return doc
}

// Value returns the value of an element whose declaration is f.
func (p Plain) Value(f schema.Field, e *Element) any {
	if e.Nil {
		return nil
	}
	switch f.Kind {
	case schema.Complex:
		return p.complex(f, e)
	case schema.Boolean:
		if b, err := value.Bool(e.Text); err == nil {
			return b
		}
	case schema.Int, schema.Long, schema.Double:
		if text := strings.TrimSpace(e.Text); json.Valid([]byte(text)) && value.CheckDecimal(text) == nil {
			return json.Number(text)
		}
	case schema.DateTime:
		return p.date(f.Name, e.Text)
	}
	return e.Text
}

// instants are the names of fields that hold an instant even when it is midnight.
var instants = regexp.MustCompile(`(?i)^(last|date)?(modified|created)|(modified|created)(date)?$|time$|^deletedDate$|^lastLogin|change$`)

func (p Plain) date(name, text string) string {
	at, err := value.ParseTime(text)
	if err != nil {
		return text
	}
	if !instants.MatchString(name) {
		day := at.In(p.zone()).Format(time.DateOnly)
		if first, err := value.Date(day, p.zone()); err == nil {
			if begin, err := value.ParseTime(first); err == nil && begin.Equal(at) {
				return day
			}
		}
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func (p Plain) complex(f schema.Field, e *Element) any {
	t, ok := schema.Lookup(f.Type)
	if actual, known := schema.Lookup(e.Type); known {
		t, ok = actual, true
	}
	switch {
	case !ok:
		return p.unknown(e)
	case IsRef(t):
		return refDocument(e)
	}
	if list, ok := t.List(p.version()); ok && len(t.Layout(p.version()).Fields) == 1 {
		items := []any{}
		for i := range e.Children {
			if e.Children[i].Name == list.Name {
				items = append(items, p.Value(list, &e.Children[i]))
			}
		}
		return items
	}
	doc := map[string]any{}
	for _, a := range e.Attrs {
		doc[a.Name] = a.Value
	}
	p.fields(doc, t, e)
	return doc
}

// IsRef reports whether a type is a reference.
func IsRef(t *schema.Type) bool {
	return t.Is("platformCore:BaseRef") || t.Is("platformCore:ListOrRecordRef")
}

func refDocument(e *Element) map[string]any {
	doc := map[string]any{}
	for _, a := range e.Attrs {
		if name := a.Name; name == "internalId" {
			putText(doc, "id", a.Value)
		} else {
			putText(doc, name, a.Value)
		}
	}
	putText(doc, "refName", e.Value("name"))
	return doc
}

// custom adds custom fields under their IDs. NetSuite has been seen to send
// hidden ones without any (NetSweet/netsuite issue 325): these are left out.
func (p Plain) custom(doc map[string]any, list *Element) {
	for i := range list.Children {
		e := &list.Children[i]
		id := e.Attr("scriptId")
		if id == "" {
			id = e.Attr("internalId")
		}
		if id != "" {
			doc[id] = p.Custom(e, "value")
		}
	}
}

// Custom returns the value of a custom field, which is under "value", or in a row
// under "searchValue". A MultiSelect is a list even of one.
func (p Plain) Custom(e *Element, under string) any {
	t, ok := schema.Lookup(e.Type)
	if !ok {
		return p.unknown(e)
	}
	f, ok := t.Field(p.version(), under)
	if !ok {
		return p.unknown(e)
	}
	f.Name = e.Name // which tells days and instants apart
	values := []any{}
	for i := range e.Children {
		if e.Children[i].Name == under {
			values = append(values, p.Value(f, &e.Children[i]))
		}
	}
	switch {
	case f.Many:
		return values
	case len(values) == 0:
		return nil
	}
	return values[0]
}
