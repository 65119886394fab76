package main

import (
	"encoding/xml"
	"os"
	"strings"
)

// width is where lines are wrapped.
const width = 130

// text writes the area in the notation that package wsdl reads:
//
//	namespace core platform platformCore
//	element NAME TYPE
//	type NAME < BASE flags
//	  TYPE: field field field! TYPE: …
//	enum NAME
//	  value value value(2024_2-)
func (a *area) text() string {
	var b strings.Builder
	b.WriteString("# Names and types of the published WSDL 2023_2, with what other versions have beside it. Made by derive; do not edit.\n")
	b.WriteString("namespace " + a.namespace + " " + a.prefix + "\n")
	for _, e := range a.elements {
		b.WriteString("element " + e.name + " " + e.typ + "\n")
	}
	for _, t := range a.types {
		b.WriteString("type " + t.name)
		if t.base != "" {
			b.WriteString(" < " + t.base)
		}
		if t.abstract {
			b.WriteString(" abstract")
		}
		if t.text {
			b.WriteString(" text")
		}
		b.WriteString("\n")
		var words []string
		last := ""
		for _, f := range t.fields {
			if f.typ != last {
				words = append(words, f.typ+":")
				last = f.typ
			}
			words = append(words, f.name+f.many+f.mark)
		}
		wrap(&b, words)
	}
	for _, e := range a.enums {
		b.WriteString("enum " + e.name + "\n")
		var words []string
		for _, v := range e.values {
			words = append(words, v.name+v.mark)
		}
		wrap(&b, words)
	}
	return b.String()
}

func wrap(b *strings.Builder, words []string) {
	line := " "
	for _, w := range words {
		if len(line)+1+len(w) > width {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + w
	}
	if line != " " {
		b.WriteString(line + "\n")
	}
}

// readOperations writes the operations: name, header parts, faults.
func readOperations(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var w struct {
		Binding []struct {
			Operation []struct {
				Name    string `xml:"name,attr"`
				Headers []struct {
					Part string `xml:"part,attr"`
				} `xml:"input>header"`
				Faults []struct {
					Name string `xml:"name,attr"`
				} `xml:"fault"`
			} `xml:"operation"`
		} `xml:"binding"`
	}
	if err := xml.Unmarshal(text, &w); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Operations of the published WSDL 2023_2 with header parts and faults. Made by derive; do not edit.\n")
	for _, o := range w.Binding[0].Operation {
		if o.Name == "" {
			continue
		}
		b.WriteString("operation " + o.Name + "\n")
		var words []string
		for _, h := range o.Headers {
			words = append(words, h.Part)
		}
		for _, f := range o.Faults {
			words = append(words, f.Name)
		}
		wrap(&b, words)
	}
	return b.String(), nil
}
