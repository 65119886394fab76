package envelope

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Element is one element of an answer.
type Element struct {
	Area     *wsdl.Area // nil for the operation's own when it came unqualified
	Name     string
	Type     *wsdl.Type // written as xsi:type; nil without one
	Attrs    []Attr
	Text     string
	Children []*Element
}

// Attr is an attribute without namespace.
type Attr struct{ Name, Value string }

// New returns an element with children; nil children are left out.
func New(a *wsdl.Area, name string, children ...*Element) *Element {
	e := &Element{Area: a, Name: name}
	e.Add(children...)
	return e
}

// Text returns an element that holds text.
func Text(a *wsdl.Area, name, text string) *Element {
	return &Element{Area: a, Name: name, Text: text}
}

// Add appends children; nil is left out.
func (e *Element) Add(children ...*Element) {
	for _, c := range children {
		if c != nil {
			e.Children = append(e.Children, c)
		}
	}
}

// With sets attributes given as name, value …; those without value are left out.
func (e *Element) With(pairs ...string) *Element {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			e.Attrs = append(e.Attrs, Attr{pairs[i], pairs[i+1]})
		}
	}
	return e
}

// As sets the xsi:type.
func (e *Element) As(t *wsdl.Type) *Element { e.Type = t; return e }

// Style is how an answer writes its namespaces. All say the same; recorded
// answers show each of them.
type Style int

// The styles.
const (
	// AtUse declares a prefix where it is needed and not in scope, and writes
	// the messages' namespace as the default: what most recorded answers do.
	AtUse Style = iota
	// Numbered declares prefixes ns1, ns2 … on each element that needs one.
	Numbered
	// Default changes the default namespace instead of using prefixes.
	Default
	styles
)

// StyleOf picks a style by a number that differs from answer to answer.
func StyleOf(n uint64) Style { return Style(n % uint64(styles)) }

// Writer writes answers of one version.
type Writer struct {
	Version string
	Style   Style
	buf     bytes.Buffer
	scopes  []scope
	count   int
}

// scope is what one open element declares.
type scope struct {
	def      string // default namespace
	prefixes map[string]string
}

// Envelope returns the whole message. header may be nil.
func (w *Writer) Envelope(header, body *Element) []byte {
	w.buf.Reset()
	w.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<soapenv:Envelope xmlns:soapenv="` + SOAP +
		`" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="` + Instance + `">`)
	if header != nil {
		w.buf.WriteString("<soapenv:Header>")
		w.element(header)
		w.buf.WriteString("</soapenv:Header>")
	}
	w.buf.WriteString("<soapenv:Body>")
	w.element(body)
	w.buf.WriteString("</soapenv:Body></soapenv:Envelope>")
	return slices.Clone(w.buf.Bytes())
}

func (w *Writer) element(e *Element) {
	s := scope{def: w.defaultNamespace(), prefixes: map[string]string{}}
	w.scopes = append(w.scopes, s)
	own := &w.scopes[len(w.scopes)-1]
	name := w.name(e, own)
	typ := ""
	if e.Type != nil {
		typ = w.prefix(e.Type.Area, own) + ":" + e.Type.Name
	}
	w.buf.WriteString("<" + name)
	if own.def != s.def {
		w.attr("xmlns", own.def)
	}
	declared := make([]string, 0, len(own.prefixes))
	for p := range own.prefixes {
		declared = append(declared, p)
	}
	slices.Sort(declared)
	for _, p := range declared {
		w.attr("xmlns:"+p, own.prefixes[p])
	}
	for _, a := range e.Attrs {
		w.attr(a.Name, a.Value)
	}
	if typ != "" {
		w.attr("xsi:type", typ)
	}
	if e.Text == "" && len(e.Children) == 0 {
		w.buf.WriteString("/>")
	} else {
		w.buf.WriteString(">")
		w.escape(e.Text)
		for _, c := range e.Children {
			w.element(c)
		}
		w.buf.WriteString("</" + name + ">")
	}
	w.scopes = w.scopes[:len(w.scopes)-1]
}

func (w *Writer) defaultNamespace() string {
	if n := len(w.scopes); n > 0 {
		return w.scopes[n-1].def
	}
	return ""
}

// name returns how the element is written here, and declares what that needs.
func (w *Writer) name(e *Element, s *scope) string {
	if e.Area == nil {
		s.def = ""
		return e.Name
	}
	uri := e.Area.Namespace(w.Version)
	if w.Style == Default || e.Area.Prefix == "platformMsgs" && e.Name != "documentInfo" && e.Name != "nsId" {
		s.def = uri
		return e.Name
	}
	return w.prefix(e.Area, s) + ":" + e.Name
}

// prefix returns a prefix for the area, declared here if none is in scope.
func (w *Writer) prefix(a *wsdl.Area, s *scope) string {
	uri := a.Namespace(w.Version)
	for i := len(w.scopes) - 1; i >= 0; i-- {
		for p, u := range w.scopes[i].prefixes {
			if u == uri {
				return p
			}
		}
	}
	p := a.Prefix
	if w.Style == Numbered {
		w.count++
		p = "ns" + strconv.Itoa(w.count)
	}
	s.prefixes[p] = uri
	return p
}

func (w *Writer) attr(name, value string) {
	w.buf.WriteString(" " + name + `="`)
	w.escape(value)
	w.buf.WriteString(`"`)
}

func (w *Writer) escape(text string) {
	if strings.ContainsAny(text, "&<>\"'\t\r\n") || !plain(text) {
		_ = xml.EscapeText(&w.buf, []byte(text)) // a buffer takes everything
		return
	}
	w.buf.WriteString(text)
}

// plain reports whether the text is ASCII, which needs no look at each rune.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 || text[i] < 0x20 {
			return false
		}
	}
	return true
}
