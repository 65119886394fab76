package record

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// New returns an empty record of a type: "customer", "salesOrder".
func New(recordType string) *Element { return &Element{Name: "record", Type: recordType} }

// NewCustom returns an empty instance of the custom record type with the
// internal ID.
func NewCustom(typeID string) *Element {
	return New("customRecord").SetRef("recType", Ref{InternalID: typeID})
}

// SetAttr sets an attribute; an empty value removes it.
func (e *Element) SetAttr(name, value string) *Element {
	for i, a := range e.Attrs {
		if a.Name == name {
			e.Attrs = append(e.Attrs[:i:i], e.Attrs[i+1:]...)
			break
		}
	}
	if value != "" {
		e.Attrs = append(e.Attrs, Attr{name, value})
	}
	return e
}

// SetInternalID says which record is meant.
func (e *Element) SetInternalID(id string) *Element { return e.SetAttr("internalId", id) }

// SetExternalID says which record is meant, or what its external ID becomes.
func (e *Element) SetExternalID(id string) *Element { return e.SetAttr("externalId", id) }

// Put sets a field, in place of one of its name.
func (e *Element) Put(field Element) *Element {
	if i := e.index(field.Name); i >= 0 {
		e.Children[i] = field
		return e
	}
	e.Children = append(e.Children, field)
	return e
}

// Add adds a field beside those of its name.
func (e *Element) Add(field Element) *Element {
	e.Children = append(e.Children, field)
	return e
}

// Set sets a field of text, number, enumeration (_inventoryItem), or day
// (2026-01-02, where the field holds a date). Empty text overwrites; to clear a
// field of another kind use SetNull.
func (e *Element) Set(name, text string) *Element { return e.Put(Element{Name: name, Text: text}) }

// SetBool sets a check box.
func (e *Element) SetBool(name string, v bool) *Element { return e.Set(name, strconv.FormatBool(v)) }

// SetTime sets a field of date and time.
func (e *Element) SetTime(name string, t time.Time) *Element { return e.Set(name, value.Time(t)) }

// SetRef sets a reference.
func (e *Element) SetRef(name string, r Ref) *Element { return e.Put(r.Element(name, false)) }

// SetNull clears fields, by name or by the script ID of a custom field. It is
// the only way to clear a custom field. A record's form cannot be cleared.
func (e *Element) SetNull(names ...string) *Element {
	list := e.Find("nullFieldList")
	if list == nil {
		e.Children = append([]Element{{Name: "nullFieldList"}}, e.Children...)
		list = &e.Children[0]
	}
	for _, name := range names {
		list.Add(Element{Name: "name", Text: name})
	}
	return e
}

// Lines says what becomes of the lines that a sublist has already. NetSuite's
// own default is Replace, which loses lines that the request does not hold; so
// there is none here (Oracle help section_N3441570).
type Lines string

// What becomes of the lines.
const (
	// Replace makes the lines sent the whole: others are deleted.
	Replace Lines = "true"
	// Merge changes the lines whose key the record has, keeps others, and adds
	// the rest. A sublist without keys is replaced even so.
	Merge Lines = "false"
)

// SetList sets a sublist or another list: SetList("itemList", record.Merge, lines…)
// with lines of the name "item" (see Line).
func (e *Element) SetList(name string, mode Lines, lines ...Element) *Element {
	return e.Put(Element{Name: name, Attrs: []Attr{{"replaceAll", string(mode)}}, Children: lines})
}

// SetLines says what becomes of the lines of every sublist that does not say so
// itself, those within lines included: for a record that was read, or initialized,
// and is sent back. A record read with bodyFieldsOnly has no sublists to say it of.
func (e *Element) SetLines(v schema.Version, mode Lines) *Element {
	if r, ok := schema.RecordType(e.Type); ok {
		if t, ok := schema.Lookup(r.Type); ok {
			e.setLines(t, v, mode)
		}
	}
	return e
}

func (e *Element) setLines(t *schema.Type, v schema.Version, mode Lines) {
	if t.Has("replaceAll") && e.Attr("replaceAll") == "" {
		e.SetAttr("replaceAll", string(mode))
	}
	for i := range e.Children {
		f, _ := t.Field(v, e.Children[i].Name)
		if inner, ok := schema.Lookup(f.Type); ok {
			e.Children[i].setLines(inner, v, mode)
		}
	}
}

// Line returns an empty line of a sublist, or another part of a record.
func Line(name string) *Element { return &Element{Name: name} }

// SetCustom sets custom fields, in place of those of the same ID.
func (e *Element) SetCustom(fields ...Element) *Element {
	list := e.Find("customFieldList")
	if list == nil {
		e.Children = append(e.Children, Element{Name: "customFieldList"})
		list = &e.Children[len(e.Children)-1]
	}
	for _, f := range fields {
		list.putCustom(f)
	}
	return e
}

func (e *Element) putCustom(f Element) {
	for i, c := range e.Children {
		if c.Attr("scriptId") == f.Attr("scriptId") && c.Attr("internalId") == f.Attr("internalId") {
			e.Children[i] = f
			return
		}
	}
	e.Children = append(e.Children, f)
}

// CustomKind is a kind of custom field, as the first part of its type's name.
type CustomKind string

// The kinds. Date serves dates, times of day, and both together.
const (
	CustomString      CustomKind = "String"
	CustomLong        CustomKind = "Long"
	CustomDouble      CustomKind = "Double"
	CustomBoolean     CustomKind = "Boolean"
	CustomDate        CustomKind = "Date"
	CustomSelect      CustomKind = "Select"
	CustomMultiSelect CustomKind = "MultiSelect"
)

// CustomText returns a custom field whose value is text: of every kind but
// Select and MultiSelect. The ID is the script ID, or the internal ID in digits.
func CustomText(id string, kind CustomKind, text string) Element {
	return custom(id, kind, Element{Name: "value", Text: text})
}

// CustomRef returns a custom field of a list or record: Select with one
// reference, MultiSelect with any number.
func CustomRef(id string, kind CustomKind, refs ...Ref) Element {
	values := make([]Element, len(refs))
	for i, r := range refs {
		r.Class = ""
		values[i] = r.Element("value", false)
	}
	return custom(id, kind, values...)
}

func custom(id string, kind CustomKind, values ...Element) Element {
	e := Element{Name: "customField", Type: string(kind) + "CustomFieldRef", Children: values}
	e.SetAttr(customAttr(id), id)
	return e
}

// customAttr tells which ID of a custom field an ID is.
func customAttr(id string) string {
	if id != "" && strings.Trim(id, "0123456789") == "" {
		return "internalId"
	}
	return "scriptId"
}
