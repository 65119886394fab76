// Package metadata describes record types as NetSuite's catalogue does.
package metadata

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is what a field holds.
type Kind string

// The kinds of field.
const (
	Scalar      Kind = "scalar"      // one value; Type and Format say which
	Enumeration Kind = "enumeration" // one of NetSuite's own values: {"id","refName"}
	Reference   Kind = "reference"   // a record of type RefType, or a subrecord
	Sublist     Kind = "sublist"     // lines, or the choices of a multi-select
	Subrecord   Kind = "subrecord"   // an object with fields of its own
)

// Field is one field of a record type.
type Field struct {
	Name       string
	Title      string // label
	Type       string // JSON type: string, integer, number, boolean, object, array
	Format     string // int64, double, date, date-time, …
	Kind       Kind
	RefType    string // record type of a reference, in lower case
	Nullable   bool
	ReadOnly   bool
	Custom     bool
	Filterable bool    // may stand in netsuite.ListOptions.Q
	Fields     []Field // of a sublist's lines or a subrecord
}

// Schema describes a record type.
type Schema struct {
	Type       string
	Fields     []Field  // sorted by name
	Filterable []string // fields that netsuite.ListOptions.Q takes
	Raw        json.RawMessage
}

// Field returns the field with the name, in any case.
func (s Schema) Field(name string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// schemaJSON is the part of JSON Schema that NetSuite uses.
type schemaJSON struct {
	Ref        string                     `json:"$ref"`
	Title      string                     `json:"title"`
	Type       json.RawMessage            `json:"type"` // a name or a list of names
	Format     string                     `json:"format"`
	Nullable   bool                       `json:"nullable"`
	ReadOnly   bool                       `json:"readOnly"`
	Custom     bool                       `json:"x-ns-custom-field"`
	Filterable []string                   `json:"x-ns-filterable"`
	Properties map[string]json.RawMessage `json:"properties"`
	Items      json.RawMessage            `json:"items"`
}

// Parse reads the JSON schema of a record type. A property that is not
// understood is kept by its name: a new kind must not hide the others.
func Parse(recordType string, body []byte) (Schema, error) {
	var root schemaJSON
	if err := json.Unmarshal(body, &root); err != nil {
		return Schema{}, fmt.Errorf("schema of %s: %w", recordType, err)
	}
	if root.Properties == nil {
		return Schema{}, fmt.Errorf("schema of %s: no properties", recordType)
	}
	schema := Schema{Type: recordType, Filterable: root.Filterable, Raw: slices.Clone(body)}
	schema.Fields = fieldsOf(root, 0)
	for i := range schema.Fields {
		f := &schema.Fields[i]
		f.Filterable = slices.ContainsFunc(root.Filterable, func(name string) bool { return strings.EqualFold(name, f.Name) })
	}
	return schema, nil
}

// maxNesting bounds fields of fields; records nest three deep.
const maxNesting = 6

// fieldsOf reads the properties of an object.
func fieldsOf(object schemaJSON, nesting int) []Field {
	fields := make([]Field, 0, len(object.Properties))
	for _, name := range slices.Sorted(maps.Keys(object.Properties)) {
		if name == "links" {
			continue
		}
		var property schemaJSON
		_ = json.Unmarshal(object.Properties[name], &property)
		fields = append(fields, fieldOf(name, property, nesting))
	}
	return fields
}

func fieldOf(name string, p schemaJSON, nesting int) Field {
	f := Field{
		Name: name, Title: p.Title, Type: typeName(p.Type), Format: p.Format, Kind: Scalar,
		Nullable: p.Nullable, ReadOnly: p.ReadOnly, Custom: p.Custom,
	}
	if nesting >= maxNesting {
		return f
	}
	if p.Ref != "" {
		f.Kind, f.RefType = Reference, refType(p.Ref)
		return f
	}
	if raw, ok := p.Properties["items"]; ok {
		var list, line schemaJSON
		_ = json.Unmarshal(raw, &list)
		_ = json.Unmarshal(list.Items, &line)
		f.Kind, f.Fields = Sublist, fieldsOf(line, nesting+1)
		if line.Ref != "" {
			f.RefType = refType(line.Ref)
		}
		return f
	}
	if len(p.Properties) == 0 {
		return f
	}
	if _, hasName := p.Properties["refName"]; hasName && len(p.Properties) <= 4 {
		f.Kind = Reference
		if _, isResource := p.Properties["links"]; !isResource {
			f.Kind = Enumeration
		}
		return f
	}
	f.Kind, f.Fields = Subrecord, fieldsOf(p, nesting+1)
	return f
}

// refType takes the record type from a reference, whose last segment it is.
func refType(ref string) string {
	ref = strings.TrimRight(ref, "/")
	return strings.ToLower(ref[strings.LastIndexByte(ref, '/')+1:])
}

// typeName takes the one name, or the first of a list that is not null.
func typeName(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return name
	}
	var names []string
	_ = json.Unmarshal(raw, &names)
	for _, n := range names {
		if n != "null" {
			return n
		}
	}
	return ""
}
