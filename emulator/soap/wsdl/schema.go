// Package wsdl is the shape of NetSuite's SOAP messages as the emulator knows
// it: types, fields, enumerations and operations of all versions, from compact
// tables (data/*.txt), and the WSDL and XSD files that describe what the
// account serves.
package wsdl

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./derive

// Versions are the endpoints that answer, oldest first.
var versions = []string{"2023_1", "2023_2", "2024_1", "2024_2", "2025_1", "2025_2"}

// Versions returns the endpoint versions that answer, oldest first.
func Versions() []string { return slices.Clone(versions) }

// Served reports whether the endpoint of the version answers.
func Served(version string) bool { return slices.Contains(versions, version) }

// Area is one namespace, and one XSD file.
type Area struct {
	Prefix string // as the published files abbreviate it: platformCore
	File   string // platform.core.xsd
	word   string // core
	domain string // platform

	elements []Field
	types    []*Type
	enums    []*Enum
	byName   map[string]*Type
	byEnum   map[string]*Enum
}

// Namespace is the area's URI in a version.
func (a *Area) Namespace(version string) string {
	return "urn:" + a.word + "_" + version + "." + a.domain + ".webservices.netsuite.com"
}

// Type is a complex type.
type Type struct {
	Name     string
	Area     *Area
	Base     *Type
	Abstract bool
	// Text is true for elements that hold text beside their attributes.
	Text bool
	// Own are the elements that the type adds to those of its base, in order.
	Own []Field
	// Attrs are the attributes that it adds.
	Attrs []Field

	base   string
	all    []*Field
	byName map[string]*Field
	attrs  map[string]*Field
}

// Field is an element of a type, an attribute, or a global element.
type Field struct {
	Name  string
	Type  *Type  // of an element with elements
	Enum  *Enum  // of an enumerated text
	Basic string // XML Schema's type of all others: string, double …
	Area  *Area  // whose namespace the element is in

	Required, Repeats bool
	Default           string // of an attribute
	ref               bool   // declared elsewhere, as a global element
	typ               string
	since, until      string
}

// In reports whether a version has the field.
func (f *Field) In(version string) bool { return within(f.since, f.until, version) }

func within(since, until, version string) bool {
	return since <= version && (until == "" || version <= until)
}

// Enum is an enumeration.
type Enum struct {
	Name   string
	Area   *Area
	values []enumValue
	plain  sync.Map // by version: the values by what Plain makes of them
}

type enumValue struct{ text, since, until string }

// Values returns the values that a version has.
func (e *Enum) Values(version string) []string {
	var out []string
	for _, v := range e.values {
		if within(v.since, v.until, version) {
			out = append(out, v.text)
		}
	}
	return out
}

// Plain returns the values of a version by what fold makes of them. fold is always
// the same function: the first answer is kept.
func (e *Enum) Plain(version string, fold func(string) string) map[string]string {
	if m, ok := e.plain.Load(version); ok {
		return m.(map[string]string)
	}
	m := map[string]string{}
	for _, v := range e.Values(version) {
		m[fold(v)] = v
	}
	kept, _ := e.plain.LoadOrStore(version, m)
	return kept.(map[string]string)
}

// Fields returns the elements of the type, those of its bases first.
func (t *Type) Fields() []*Field { return t.all }

// Field returns the element of that name, or nil.
func (t *Type) Field(name string) *Field { return t.byName[name] }

// Attr returns the attribute of that name, or nil.
func (t *Type) Attr(name string) *Field { return t.attrs[name] }

// Is reports whether the type is, or extends, the one of that name.
func (t *Type) Is(name string) bool {
	for ; t != nil; t = t.Base {
		if t.Name == name {
			return true
		}
	}
	return false
}

// List returns the element that repeats in a type that is nothing but a list,
// or nil.
func (t *Type) List() *Field {
	if t == nil || len(t.all) != 1 || !t.all[0].Repeats {
		return nil
	}
	return t.all[0]
}

// Operation is one operation of the service.
type Operation struct {
	Name    string
	Headers []string
	Faults  []string
}

// Schema holds all areas.
type Schema struct {
	Areas      []*Area
	Operations []Operation
	byPrefix   map[string]*Area
	byName     map[string]*Type // the first area's
	messages   *Area
}

// Load returns the schema. It is read once and shared.
var Load = sync.OnceValues(load)

// Area returns the area with that prefix.
func (s *Schema) Area(prefix string) *Area { return s.byPrefix[brief(prefix)] }

// ByNamespace returns the area of a URI in a version, or nil.
func (s *Schema) ByNamespace(uri, version string) *Area {
	for _, a := range s.Areas {
		if a.Namespace(version) == uri {
			return a
		}
	}
	return nil
}

// Type returns the type that a prefix and a name say, or nil.
func (s *Schema) Type(prefix, name string) *Type {
	if a := s.Area(prefix); a != nil {
		return a.byName[name]
	}
	return nil
}

// TypeIn returns the type of a qualified name in a version, or nil.
func (s *Schema) TypeIn(uri, name, version string) *Type {
	if a := s.ByNamespace(uri, version); a != nil {
		return a.byName[name]
	}
	return nil
}

// Find returns the first type of that name in any area, or nil.
func (s *Schema) Find(name string) *Type { return s.byName[name] }

// Message returns the type of the messages' global element, or nil.
func (s *Schema) Message(name string) *Type {
	for i := range s.messages.elements {
		if e := &s.messages.elements[i]; e.Name == name {
			return e.Type
		}
	}
	return nil
}

// Operation returns the operation of that name, or nil.
func (s *Schema) Operation(name string) *Operation {
	for i := range s.Operations {
		if s.Operations[i].Name == name {
			return &s.Operations[i]
		}
	}
	return nil
}

// basics are XML Schema's types in the tables.
const basics = " string boolean dateTime double long int base64Binary "

// resolve binds the names of types.
func (s *Schema) resolve() error {
	for _, a := range s.Areas {
		for i := range a.elements {
			if err := s.bind(a, &a.elements[i]); err != nil {
				return err
			}
		}
		for _, t := range a.types {
			if t.base != "" {
				if t.Base = s.named(a, t.base); t.Base == nil {
					return fmt.Errorf("%s.%s: no base %s", a.Prefix, t.Name, t.base)
				}
			}
			for _, list := range [][]Field{t.Own, t.Attrs} {
				for i := range list {
					if err := s.bind(a, &list[i]); err != nil {
						return fmt.Errorf("%s.%s: %w", a.Prefix, t.Name, err)
					}
				}
			}
		}
	}
	s.byName = map[string]*Type{}
	for _, a := range s.Areas {
		for _, t := range a.types {
			if s.byName[t.Name] == nil {
				s.byName[t.Name] = t
			}
			t.flatten()
		}
	}
	return nil
}

func (s *Schema) named(a *Area, name string) *Type {
	if prefix, local, ok := strings.Cut(name, "."); ok {
		return s.Type(prefix, local)
	}
	return a.byName[name]
}

func (s *Schema) bind(a *Area, f *Field) error {
	f.Area = a
	owner, local := a, f.typ
	if prefix, rest, ok := strings.Cut(f.typ, "."); ok {
		owner, local = s.byPrefix[prefix], rest
	} else if strings.Contains(basics, " "+local+" ") {
		f.Basic = local
		return nil
	}
	if owner == nil {
		return fmt.Errorf("%s: no area of %s", f.Name, f.typ)
	}
	if f.ref {
		for i := range owner.elements {
			if e := &owner.elements[i]; e.Name == local {
				f.Area = owner
				f.Type = s.named(owner, e.typ)
			}
		}
	} else {
		f.Type, f.Enum = owner.byName[local], owner.byEnum[local]
	}
	if f.Type == nil && f.Enum == nil {
		return fmt.Errorf("%s: no type %s", f.Name, f.typ)
	}
	return nil
}

// flatten lists inherited elements and attributes with the type's own.
func (t *Type) flatten() {
	if t.byName != nil {
		return
	}
	t.byName, t.attrs = map[string]*Field{}, map[string]*Field{}
	if t.Base != nil {
		t.Base.flatten()
		t.all = slices.Clone(t.Base.all)
		for name, f := range t.Base.attrs {
			t.attrs[name] = f
		}
	}
	for i := range t.Own {
		t.all = append(t.all, &t.Own[i])
	}
	for i := range t.Attrs {
		t.attrs[t.Attrs[i].Name] = &t.Attrs[i]
	}
	for _, f := range t.all {
		t.byName[f.Name] = f
	}
}

// Enum returns the enumeration that a prefix and a name say, or nil.
func (s *Schema) Enum(prefix, name string) *Enum {
	if a := s.Area(prefix); a != nil {
		return a.byEnum[name]
	}
	return nil
}
