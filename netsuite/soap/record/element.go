// Package record holds NetSuite records, references, searches and search rows as
// SOAP knows them: ordered trees, typed by package schema. There is no code for
// any one record type.
package record

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/xmlstream"
)

// Element is a node of a tree. A record is an Element whose Type is the record's.
type Element struct {
	Name  string // local name
	Type  string // of xsi:type: "listRel:Customer" as read; to write, "Customer" or "customer" will do
	Attrs []Attr
	Text  string
	Nil   bool // xsi:nil: there is no value

	Children []Element
}

// Attr is an attribute.
type Attr struct{ Name, Value string }

const (
	xsi      = "http://www.w3.org/2001/XMLSchema-instance"
	maxInner = 100 // attributes of one element
)

// ErrAttributes refuses an element with more attributes than NetSuite has use for.
var ErrAttributes = errors.New("record: an element with more than 100 attributes")

// Read reads the element whose start tag r has just read, up to its end. Names
// are local: answers have been seen with prefixes of every kind and with
// xmlns="" in the middle.
func Read(r *xmlstream.Reader) (Element, error) {
	var d Decoder
	return d.Read(r)
}

// Decoder reads elements one after the other with the same working memory.
type Decoder struct {
	stack []Element // children of the open elements
	text  []byte    // of the open elements
}

// Read does what the function of its name does.
func (d *Decoder) Read(r *xmlstream.Reader) (Element, error) {
	d.stack, d.text = d.stack[:0], d.text[:0]
	return d.read(r)
}

func (d *Decoder) read(r *xmlstream.Reader) (Element, error) {
	e := Element{Name: r.Name()}
	if err := e.readAttrs(r); err != nil {
		return e, err
	}
	children, text := len(d.stack), len(d.text)
	for {
		kind, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return e, io.ErrUnexpectedEOF
		case err != nil:
			return e, err
		}
		switch kind {
		case xmlstream.Start:
			child, err := d.read(r)
			if err != nil {
				return e, err
			}
			d.stack = append(d.stack, child)
		case xmlstream.Text:
			d.text = append(d.text, r.Text()...)
		case xmlstream.End:
			d.finish(&e, children, text)
			return e, nil
		}
	}
}

// finish gives an element what is its own of the working memory.
func (d *Decoder) finish(e *Element, children, text int) {
	if len(d.stack) > children {
		// Between children there is nothing but layout.
		e.Children = slices.Clone(d.stack[children:])
		clear(d.stack[children:])
		d.stack = d.stack[:children]
	} else {
		e.Text = string(d.text[text:])
	}
	d.text = d.text[:text]
}

func (e *Element) readAttrs(r *xmlstream.Reader) error {
	attrs := r.Attrs()
	switch n := len(attrs); {
	case n > maxInner:
		return ErrAttributes
	case n > 0:
		e.Attrs = make([]Attr, 0, n)
	}
	for _, a := range attrs {
		switch {
		case a.Space != xsi:
			e.Attrs = append(e.Attrs, Attr{a.Name, string(a.Value)})
		case a.Name == "type":
			space, local := r.Resolve(strings.TrimSpace(string(a.Value)))
			e.Type = local
			if area, ok := schema.AreaOf(space); ok {
				e.Type = area + ":" + local
			}
		case a.Name == "nil":
			e.Nil = string(a.Value) == "true" || string(a.Value) == "1"
		}
	}
	return nil
}

// TypeName is the type without its namespace: Customer.
func (e *Element) TypeName() string {
	if _, name, ok := strings.Cut(e.Type, ":"); ok {
		return name
	}
	return e.Type
}

// Attr returns an attribute's value, empty where it is missing.
func (e *Element) Attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// InternalID returns the internal ID of a record or reference.
func (e *Element) InternalID() string { return e.Attr("internalId") }

// ExternalID returns the external ID of a record or reference.
func (e *Element) ExternalID() string { return e.Attr("externalId") }

// Find returns the first element at a path below e, or nil.
func (e *Element) Find(path ...string) *Element {
	for _, name := range path {
		i := e.index(name)
		if i < 0 {
			return nil
		}
		e = &e.Children[i]
	}
	return e
}

func (e *Element) index(name string) int {
	for i := range e.Children {
		if e.Children[i].Name == name {
			return i
		}
	}
	return -1
}

// Value returns the text at a path below e, empty where there is none.
func (e *Element) Value(path ...string) string {
	if found := e.Find(path...); found != nil {
		return found.Text
	}
	return ""
}

// All returns the elements of a name that the element list holds: the lines of an
// order are All("itemList", "item").
func (e *Element) All(list, name string) []Element {
	holder := e.Find(list)
	if holder == nil {
		return nil
	}
	var all []Element
	for _, c := range holder.Children {
		if c.Name == name {
			all = append(all, c)
		}
	}
	return all
}

// Custom returns the custom field with a script ID or internal ID, or nil. In
// search rows values are under "searchValue" in place of "value".
func (e *Element) Custom(id string) *Element {
	list := e.Find("customFieldList")
	if list == nil {
		return nil
	}
	for i := range list.Children {
		if c := &list.Children[i]; c.Attr("scriptId") == id || c.Attr("internalId") == id {
			return c
		}
	}
	return nil
}
