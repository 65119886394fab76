package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// area is the content of one XSD file.
type area struct {
	namespace string // core platform
	prefix    string // platformCore
	elements  []field
	types     []*complexType
	enums     []*enum
}

type complexType struct {
	name, base     string
	abstract, text bool
	fields         []field // attributes begin with @
}

type field struct {
	name, typ, many, mark string
}

type enum struct {
	name   string
	values []value
}

type value struct{ name, mark string }

func (a *area) find(name string) *complexType {
	for _, t := range a.types {
		if t.name == name {
			return t
		}
	}
	return nil
}

// The parts of XML Schema that the files use.
type (
	xsdSchema struct {
		Attrs    []xml.Attr   `xml:",any,attr"`
		Target   string       `xml:"targetNamespace,attr"`
		Elements []xsdElement `xml:"element"`
		Complex  []xsdComplex `xml:"complexType"`
		Simple   []xsdSimple  `xml:"simpleType"`
	}
	xsdElement struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
		Ref  string `xml:"ref,attr"`
		Min  string `xml:"minOccurs,attr"`
		Max  string `xml:"maxOccurs,attr"`
	}
	xsdAttribute struct {
		Name    string `xml:"name,attr"`
		Type    string `xml:"type,attr"`
		Use     string `xml:"use,attr"`
		Default string `xml:"default,attr"`
	}
	xsdContent struct {
		Base       string         `xml:"base,attr"`
		Elements   []xsdElement   `xml:"sequence>element"`
		Attributes []xsdAttribute `xml:"attribute"`
	}
	xsdComplex struct {
		Name     string `xml:"name,attr"`
		Abstract bool   `xml:"abstract,attr"`
		xsdContent
		Extension *xsdContent `xml:"complexContent>extension"`
		Text      *xsdContent `xml:"simpleContent>extension"`
	}
	xsdSimple struct {
		Name   string `xml:"name,attr"`
		Values []struct {
			Value string `xml:"value,attr"`
		} `xml:"restriction>enumeration"`
	}
)

var namespace = regexp.MustCompile(`^urn:([a-z.]+)_\d{4}_\d\.([a-z]+)\.webservices\.netsuite\.com$`)

func short(uri string) (string, error) {
	m := namespace.FindStringSubmatch(uri)
	if m == nil {
		return "", fmt.Errorf("no namespace of NetSuite's: %q", uri)
	}
	return m[1] + " " + m[2], nil
}

func load(file string) (*xsdSchema, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s xsdSchema
	return &s, xml.Unmarshal(text, &s)
}

// readPrefixes gives every namespace the prefix that its own file uses.
func readPrefixes(files []string) (map[string]string, error) {
	out := map[string]string{}
	for _, file := range files {
		s, err := load(file)
		if err != nil {
			return nil, err
		}
		target, err := short(s.Target)
		if err != nil {
			return nil, err
		}
		for _, a := range s.Attrs {
			if a.Value == s.Target && a.Name.Space == "xmlns" {
				out[target] = a.Name.Local
			}
		}
	}
	return out, nil
}

func readArea(file string, prefixes map[string]string) (*area, error) {
	s, err := load(file)
	if err != nil {
		return nil, err
	}
	r := reader{local: map[string]string{}}
	for _, a := range s.Attrs {
		if ns, err := short(a.Value); err == nil && a.Name.Space == "xmlns" {
			r.local[a.Name.Local] = prefixes[ns]
		}
	}
	target, err := short(s.Target)
	if err != nil {
		return nil, err
	}
	out := &area{namespace: target, prefix: prefixes[target]}
	r.own = out.prefix
	for _, e := range s.Elements {
		out.elements = append(out.elements, field{name: e.Name, typ: r.name(e.Type)})
	}
	for _, c := range s.Complex {
		out.types = append(out.types, r.complex(&c))
	}
	for _, x := range s.Simple {
		e := &enum{name: x.Name}
		for _, v := range x.Values {
			e.values = append(e.values, value{name: v.Value})
		}
		out.enums = append(out.enums, e)
	}
	return out, nil
}

// reader resolves the prefixes of one file.
type reader struct {
	local map[string]string
	own   string
}

// name writes a qualified name with the area's prefix, and without one for the
// area's own types and those of XML Schema.
func (r *reader) name(qualified string) string {
	prefix, local, _ := strings.Cut(qualified, ":")
	if p, ok := r.local[prefix]; ok && p != r.own {
		return brief(p) + "." + local
	}
	return local
}

// brief is a prefix without the word that most begin with: core for platformCore.
func brief(prefix string) string {
	rest, ok := strings.CutPrefix(prefix, "platform")
	if !ok {
		return prefix
	}
	return strings.ToLower(rest[:1]) + rest[1:]
}

func (r *reader) complex(c *xsdComplex) *complexType {
	t := &complexType{name: c.Name, abstract: c.Abstract}
	content := &c.xsdContent
	if c.Extension != nil {
		content = c.Extension
		t.base = r.name(content.Base)
	}
	if c.Text != nil {
		content, t.text = c.Text, true
	}
	for _, e := range content.Elements {
		f := field{name: e.Name, typ: r.name(e.Type), many: many(e.Min, e.Max)}
		if e.Ref != "" { // a reference to a global element of the same name
			f.name, f.typ = "&", r.name(e.Ref)
			f.name += f.typ[strings.LastIndex(f.typ, ".")+1:]
		}
		t.fields = append(t.fields, f)
	}
	for _, a := range content.Attributes {
		f := field{name: "@" + a.Name, typ: r.name(a.Type)}
		if a.Use == "required" {
			f.many = "!"
		}
		if a.Default != "" {
			f.many = "=" + a.Default
		}
		t.fields = append(t.fields, f)
	}
	return t
}

// many writes how often an element occurs: not at all for at most once.
func many(low, high string) string {
	switch {
	case low == "0" && (high == "" || high == "1"):
		return ""
	case low == "0" && high == "unbounded":
		return "*"
	case high == "unbounded":
		return "+"
	case high == "" || high == "1":
		return "!"
	}
	return "{" + high + "}"
}
