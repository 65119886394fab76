package record

// The types of references, for [Ref].Class.
const (
	RecordRef            = "RecordRef"
	CustomRecordRef      = "CustomRecordRef"      // an instance of a custom record
	CustomTransactionRef = "CustomTransactionRef" // a custom transaction
	CustomizationRef     = "CustomizationRef"     // a custom type, list or field
)

// Ref names a record, a value of a list, or a type. NetSuite takes either ID and
// prefers the internal one. Internal IDs are texts, some of them negative.
type Ref struct {
	InternalID string
	ExternalID string
	Name       string // as NetSuite shows it; it is not read from requests

	Type     string // record type, of RecordRef and its like: customer
	TypeID   string // internal ID of the custom record type or list, of CustomRecordRef and ListOrRecordRef
	ScriptID string // of CustomRecordRef and CustomizationRef

	// Class is the reference's own type, where it is not that which the field
	// has: a CustomRecordRef for an instance of a custom record.
	Class string
}

// IsZero reports whether the reference names nothing.
func (r Ref) IsZero() bool { return r.InternalID == "" && r.ExternalID == "" && r.ScriptID == "" }

// class is the xsi:type where one is needed.
func (r Ref) class() string {
	switch {
	case r.Class != "":
		return r.Class
	case r.TypeID != "":
		return CustomRecordRef
	case r.ScriptID != "":
		return CustomizationRef
	}
	return RecordRef
}

// Element returns the reference as an element. Where the field's declared type
// is not a reference of one kind only, typed says which it is.
func (r Ref) Element(name string, typed bool) Element {
	e := Element{Name: name}
	if typed || r.Class != "" {
		e.Type = r.class()
	}
	for _, a := range []Attr{{"internalId", r.InternalID}, {"externalId", r.ExternalID}, {"type", r.Type}, {"typeId", r.TypeID}, {"scriptId", r.ScriptID}} {
		if a.Value != "" {
			e.Attrs = append(e.Attrs, a)
		}
	}
	if r.Name != "" {
		e.Children = []Element{{Name: "name", Text: r.Name}}
	}
	return e
}

// Ref reads a reference.
func (e *Element) Ref() Ref {
	return Ref{
		InternalID: e.Attr("internalId"), ExternalID: e.Attr("externalId"), Type: e.Attr("type"),
		TypeID: e.Attr("typeId"), ScriptID: e.Attr("scriptId"), Name: e.Value("name"), Class: e.TypeName(),
	}
}
