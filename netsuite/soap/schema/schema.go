package schema

import (
	"strings"
	"sync"
)

// Kind is what a field's text must look like, or that it is no text.
type Kind byte

// The kinds. Enum is text too, of which the versions know different values.
const (
	Complex  Kind = 0
	String   Kind = 's'
	Boolean  Kind = 'b'
	DateTime Kind = 't'
	Int      Kind = 'i'
	Long     Kind = 'l'
	Double   Kind = 'd'
	Base64   Kind = 'x'
	Enum     Kind = 'e'
)

// Field is one child element of a type.
type Field struct {
	Name     string
	Area     string // prefix of the namespace that the element itself is in: tranSales
	Kind     Kind
	Type     string // of a Complex field: "platformCore:RecordRef"
	Many     bool   // it may repeat
	Required bool

	since, until Version
}

// in reports whether a version has the field.
func (f Field) in(v Version) bool {
	return (f.since == "" || v >= f.since) && (f.until == "" || v < f.until)
}

// Type is a complex type.
type Type struct {
	Area, Name string
	Abstract   bool

	base       string
	attributes []string
	own        []Field
	layouts    sync.Map // Version → *Layout
}

// Layout is what a version makes of a type.
type Layout struct {
	Fields []Field // in the order in which they must stand

	index map[string]int
}

// Find returns the place of a field among Fields.
func (l *Layout) Find(name string) (int, bool) {
	i, ok := l.index[name]
	return i, ok
}

// Key names the type among all: "tranSales:SalesOrder".
func (t *Type) Key() string { return t.Area + ":" + t.Name }

// Is reports whether t is the type with the key or extends it.
func (t *Type) Is(key string) bool {
	for ; t != nil; t = byKey(t.base) {
		if t.Key() == key {
			return true
		}
	}
	return false
}

// Has reports whether the type has an attribute.
func (t *Type) Has(attribute string) bool {
	for ; t != nil; t = byKey(t.base) {
		for _, a := range t.attributes {
			if a == attribute {
				return true
			}
		}
	}
	return false
}

// Layout returns the child elements that a version has: those of the type that
// it extends come first. It is shared: do not change it.
func (t *Type) Layout(v Version) *Layout {
	if known, ok := t.layouts.Load(v); ok {
		return known.(*Layout)
	}
	l := &Layout{}
	if base := byKey(t.base); base != nil {
		l.Fields = append(l.Fields, base.Layout(v).Fields...)
	}
	for _, f := range t.own {
		if f.in(v) {
			l.Fields = append(l.Fields, f)
		}
	}
	l.index = make(map[string]int, len(l.Fields))
	for i, f := range l.Fields {
		l.index[f.Name] = i
	}
	known, _ := t.layouts.LoadOrStore(v, l)
	return known.(*Layout)
}

// Field returns one child element.
func (t *Type) Field(v Version, name string) (Field, bool) {
	l := t.Layout(v)
	i, ok := l.Find(name)
	if !ok {
		return Field{}, false
	}
	return l.Fields[i], true
}

// List returns the one element that repeats in a type that is a list of them:
// for SalesOrderItemList it is the field "item".
func (t *Type) List(v Version) (Field, bool) {
	var list Field
	found := 0
	for _, f := range t.Layout(v).Fields {
		if f.Many {
			list = f
			found++
		}
	}
	return list, found == 1
}

// Record is a record type.
type Record struct {
	Name   string // customer, salesOrder: what references and getDeleted call it
	Type   string // key of its type
	Search string // key of the type of its search; empty where it has none

	// Kind is what restricts a search of many types to this one: the value
	// _salesOrder of the field "type". Empty where the search is of this alone.
	Kind string
}

// Lookup finds a type by key, or by name where only one namespace has it.
func Lookup(name string) (*Type, bool) {
	key := name
	if !strings.Contains(name, ":") {
		key = load().names[name]
	}
	t := byKey(key)
	return t, t != nil
}

// RecordType finds a record type by the name that references use (salesOrder),
// by that of its type (SalesOrder) or by its key (tranSales:SalesOrder).
func RecordType(name string) (Record, bool) {
	if _, after, ok := strings.Cut(name, ":"); ok {
		name = after
	}
	if name == "" {
		return Record{}, false
	}
	r, ok := load().records[strings.ToLower(name[:1])+name[1:]]
	return r, ok
}

// RecordTypes lists the record types in the order of their names.
func RecordTypes() []Record {
	table := load()
	list := make([]Record, 0, len(table.recordNames))
	for _, name := range table.recordNames {
		list = append(list, table.records[name])
	}
	return list
}

// Areas lists the prefixes of the namespaces.
func Areas() []string { return load().areaNames }

// Namespace returns the address of a namespace in a version: for platformCore it
// is urn:core_2025_2.platform.webservices.netsuite.com. Empty for no known area.
func Namespace(area string, v Version) string {
	return strings.Replace(load().areas[area], "*", string(v), 1)
}

// AreaOf returns the prefix of a namespace, whatever its version.
func AreaOf(namespace string) (string, bool) {
	first, last := strings.IndexByte(namespace, '_'), strings.IndexByte(namespace, '.')
	if first < 0 || last < first {
		return "", false
	}
	area, ok := load().byNamespace[namespace[:first+1]+"*"+namespace[last:]]
	return area, ok
}
