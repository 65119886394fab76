// Package xsd reads the part of XML Schema that NetSuite's published schemas
// use: complex types of one sequence, extension, attributes and enumerations.
// The generator of the type table and the tests that check the table use it;
// the client does not.
package xsd

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Set is one version's schemas.
type Set struct {
	Types map[string]*Type    // by "prefix:Name"
	Enums map[string][]string // values by "prefix:Name"
	Areas []Area              // in order of prefix
}

// Area is one target namespace under its usual prefix.
type Area struct{ Prefix, URI string }

// Type is a complex type.
type Type struct {
	Prefix, Name string
	Base         string // "prefix:Name" of what it extends; empty for none
	Abstract     bool
	Elements     []Element
	Attributes   []string // names
}

// Key names the type: prefix:Name.
func (t *Type) Key() string { return t.Prefix + ":" + t.Name }

// Element is a child element.
type Element struct {
	Name     string
	Type     string // "prefix:Name"; prefix xsd for the built-in types
	Many     bool
	Required bool
}

type document struct {
	Target  string     `xml:"targetNamespace,attr"`
	Attrs   []xml.Attr `xml:",any,attr"`
	Complex []complex  `xml:"complexType"`
	Simple  []simple   `xml:"simpleType"`
}

type complex struct {
	Name      string      `xml:"name,attr"`
	Abstract  bool        `xml:"abstract,attr"`
	Sequence  []element   `xml:"sequence>element"`
	Attribute []attribute `xml:"attribute"`
	Extension *extension  `xml:"complexContent>extension"`
	Text      *extension  `xml:"simpleContent>extension"`
}

type extension struct {
	Base      string      `xml:"base,attr"`
	Sequence  []element   `xml:"sequence>element"`
	Attribute []attribute `xml:"attribute"`
}

type element struct {
	Name string `xml:"name,attr"`
	Ref  string `xml:"ref,attr"`
	Type string `xml:"type,attr"`
	Min  string `xml:"minOccurs,attr"`
	Max  string `xml:"maxOccurs,attr"`
}

type attribute struct {
	Name string `xml:"name,attr"`
}

type simple struct {
	Name   string `xml:"name,attr"`
	Values []struct {
		Value string `xml:"value,attr"`
	} `xml:"restriction>enumeration"`
}

// Load reads all *.xsd files of a folder.
func Load(folder string) (*Set, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.xsd"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no schemas in %s", folder)
	}
	slices.Sort(paths)
	s := &Set{Types: map[string]*Type{}, Enums: map[string][]string{}}
	documents := make([]*document, len(paths))
	usual := map[string]string{} // namespace → prefix
	for i, path := range paths {
		if documents[i], err = read(path); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		usual[documents[i].Target] = documents[i].prefix()
	}
	for _, d := range documents {
		s.add(d, usual)
	}
	slices.SortFunc(s.Areas, func(a, b Area) int { return strings.Compare(a.Prefix, b.Prefix) })
	return s, nil
}

func read(path string) (*document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := &document{}
	if err := xml.Unmarshal(data, d); err != nil {
		return nil, err
	}
	if d.prefix() == "" {
		return nil, fmt.Errorf("namespace %s has no prefix", d.Target)
	}
	return d, nil
}

// prefix is what a document calls its own namespace.
func (d *document) prefix() string {
	for _, a := range d.Attrs {
		if a.Name.Space == "xmlns" && a.Value == d.Target {
			return a.Name.Local
		}
	}
	return ""
}

// key resolves a qualified name: some documents call a namespace otherwise than
// it calls itself.
func (d *document) key(name string, usual map[string]string) string {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		return name
	}
	for _, a := range d.Attrs {
		if a.Name.Space == "xmlns" && a.Name.Local == prefix && usual[a.Value] != "" {
			return usual[a.Value] + ":" + local
		}
	}
	return name
}

func (s *Set) add(d *document, usual map[string]string) {
	prefix := d.prefix()
	s.Areas = append(s.Areas, Area{prefix, d.Target})
	for _, c := range d.Complex {
		t := c.build(prefix)
		t.Base = d.key(t.Base, usual)
		for i, e := range t.Elements {
			t.Elements[i].Type = d.key(e.Type, usual)
		}
		s.Types[t.Key()] = t
	}
	for _, e := range d.Simple {
		values := make([]string, len(e.Values))
		for i, v := range e.Values {
			values[i] = v.Value
		}
		s.Enums[prefix+":"+e.Name] = values
	}
}

func (c complex) build(prefix string) *Type {
	t := &Type{Prefix: prefix, Name: c.Name, Abstract: c.Abstract}
	sequence, attributes := c.Sequence, c.Attribute
	switch {
	case c.Extension != nil:
		t.Base = c.Extension.Base
		sequence, attributes = c.Extension.Sequence, c.Extension.Attribute
	case c.Text != nil:
		attributes = c.Text.Attribute
		t.Base = c.Text.Base
	}
	for _, e := range sequence {
		x := Element{Name: e.Name, Type: e.Type, Many: e.Max == "unbounded", Required: e.Min != "0"}
		if e.Ref != "" {
			// A global element: in these schemas its type has the element's name.
			area, name, _ := strings.Cut(e.Ref, ":")
			x.Name, x.Type = name, area+":"+strings.ToUpper(name[:1])+name[1:]
		}
		t.Elements = append(t.Elements, x)
	}
	for _, a := range attributes {
		t.Attributes = append(t.Attributes, a.Name)
	}
	return t
}
