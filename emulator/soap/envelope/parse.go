// Package envelope reads SOAP 1.1 requests into trees and writes answers.
package envelope

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Namespaces of SOAP and XML Schema.
const (
	SOAP     = "http://schemas.xmlsoap.org/soap/envelope/"
	Instance = "http://www.w3.org/2001/XMLSchema-instance"
)

// Bounds of what is read: a request nests far less and, at 100 MB, has fewer elements.
const (
	maxDepth = 64
	maxNodes = 4_000_000
)

// Node is one element of a request.
type Node struct {
	Name     xml.Name
	Type     xml.Name // xsi:type, resolved; empty without one
	Attrs    []xml.Attr
	Text     string // text directly in it
	Nil      bool   // xsi:nil
	Children []*Node
	Shape    *wsdl.Type // what Bind found: nil for plain text
}

// Attr returns the attribute of that local name, or "". It may be called on nil.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// Child returns the first child of that local name, or nil. It may be called on nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name.Local == name {
			return c
		}
	}
	return nil
}

// All returns the children of that local name.
func (n *Node) All(name string) []*Node {
	var out []*Node
	if n != nil {
		for _, c := range n.Children {
			if c.Name.Local == name {
				out = append(out, c)
			}
		}
	}
	return out
}

// Value returns the text without surrounding space. It may be called on nil.
func (n *Node) Value() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

// Request is a SOAP message: its header, nil without one, and the element in
// its body.
type Request struct {
	Header *Node
	Body   *Node
}

// Parse reads a request. Document types and processing instructions are
// refused, nesting and the number of elements are bounded.
func Parse(r io.Reader) (*Request, error) {
	p := parser{dec: xml.NewDecoder(r)}
	p.dec.Entity = map[string]string{}
	root, err := p.document()
	if err != nil {
		return nil, err
	}
	if root.Name != (xml.Name{Space: SOAP, Local: "Envelope"}) {
		return nil, fmt.Errorf("the root element is %s, not a SOAP 1.1 Envelope", root.Name.Local)
	}
	out := &Request{Header: root.Child("Header")}
	body := root.Child("Body")
	if body == nil || len(body.Children) != 1 {
		return nil, errors.New("the envelope's Body does not hold one element")
	}
	out.Body = body.Children[0]
	return out, nil
}

type parser struct {
	dec    *xml.Decoder
	stack  []*Node
	scopes []map[string]string // prefixes that each open element declares
	nodes  int
}

func (p *parser) document() (*Node, error) {
	var root *Node
	for {
		token, err := p.dec.Token()
		if errors.Is(err, io.EOF) && root != nil && len(p.stack) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, errors.New("DOCTYPE is disallowed")
		case xml.ProcInst:
			if t.Target != "xml" || root != nil {
				return nil, errors.New("processing instructions are not allowed in SOAP messages")
			}
		case xml.StartElement:
			if root != nil && len(p.stack) == 0 {
				return nil, errors.New("there are two root elements")
			}
			n, err := p.open(t)
			if err != nil {
				return nil, err
			}
			if root == nil {
				root = n
			}
		case xml.EndElement:
			p.stack, p.scopes = p.stack[:len(p.stack)-1], p.scopes[:len(p.scopes)-1]
		case xml.CharData:
			if err := p.text(t); err != nil {
				return nil, err
			}
		}
	}
}

func (p *parser) text(t xml.CharData) error {
	switch {
	case !utf8.Valid(t):
		return errors.New("invalid byte of UTF-8 sequence")
	case len(p.stack) > 0:
		p.stack[len(p.stack)-1].Text += string(t)
	case len(bytes.TrimSpace(t)) > 0:
		return errors.New("content is not allowed outside the root element")
	}
	return nil
}

func (p *parser) open(t xml.StartElement) (*Node, error) {
	if p.nodes++; p.nodes > maxNodes || len(p.stack) >= maxDepth {
		return nil, fmt.Errorf("the message nests more than %d levels or has more than %d elements", maxDepth, maxNodes)
	}
	n := &Node{Name: t.Name}
	var scope map[string]string
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns":
			if scope == nil {
				scope = map[string]string{}
			}
			scope[a.Name.Local] = a.Value
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			if scope == nil {
				scope = map[string]string{}
			}
			scope[""] = a.Value
		}
	}
	p.scopes = append(p.scopes, scope)
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Local == "xmlns":
		case a.Name.Space == Instance && a.Name.Local == "type":
			var err error
			if n.Type, err = p.qualified(strings.TrimSpace(a.Value)); err != nil {
				return nil, err
			}
		case a.Name.Space == Instance && a.Name.Local == "nil":
			n.Nil = a.Value == "true" || a.Value == "1"
		default:
			n.Attrs = append(n.Attrs, xml.Attr{Name: a.Name, Value: a.Value})
		}
	}
	if len(p.stack) > 0 {
		parent := p.stack[len(p.stack)-1]
		parent.Children = append(parent.Children, n)
	}
	p.stack = append(p.stack, n)
	return n, nil
}

// qualified resolves a prefix by the declarations in scope.
func (p *parser) qualified(name string) (xml.Name, error) {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		prefix, local = "", name
	}
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if uri, ok := p.scopes[i][prefix]; ok {
			return xml.Name{Space: uri, Local: local}, nil
		}
	}
	if prefix == "" {
		return xml.Name{Local: local}, nil
	}
	return xml.Name{}, fmt.Errorf("prefix %q of xsi:type %q is not bound", prefix, name)
}
