package envelope

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// xsd is the namespace of XML Schema's own types.
const xsd = "http://www.w3.org/2001/XMLSchema"

// Binder checks a request against the types of one version. Elements are found
// by their local names: NetSuite takes a tokenPassport's children in two
// namespaces, and operations without any.
type Binder struct {
	Schema  *wsdl.Schema
	Version string
}

// Bind gives each element its type. Its errors are those of NetSuite's SOAP
// stack, which refuses the whole request (facts: SAXException with the host
// name alone in the detail).
func (b *Binder) Bind(n *Node, t *wsdl.Type) error {
	if n.Type.Local != "" {
		actual, err := b.actual(n, t)
		if err != nil {
			return err
		}
		t = actual
	}
	if t.Abstract {
		return sax("%s is an abstract type and cannot be instantiated", b.name(t))
	}
	n.Shape = t
	for _, a := range n.Attrs {
		f := t.Attr(a.Name.Local)
		if f == nil || !f.In(b.Version) {
			if a.Name.Space != "" {
				continue // soap:mustUnderstand and the like
			}
			return sax("%s not found on %s", a.Name.Local, b.name(t))
		}
		if err := b.value(a.Value, f); err != nil {
			return err
		}
	}
	for _, c := range n.Children {
		f := t.Field(c.Name.Local)
		if f == nil || !f.In(b.Version) {
			return sax("Invalid element in %s - %s", b.name(t), c.Name.Local)
		}
		if err := b.child(c, f); err != nil {
			return err
		}
	}
	return nil
}

func (b *Binder) child(c *Node, f *wsdl.Field) error {
	if f.Type != nil {
		return b.Bind(c, f.Type)
	}
	if len(c.Children) > 0 {
		return sax("SimpleDeserializer encountered a child element, which is NOT expected, in something it was trying to deserialize: %s", c.Name.Local)
	}
	if c.Nil {
		return nil
	}
	return b.value(c.Text, f)
}

// actual resolves an xsi:type, which must be the declared type or extend it.
func (b *Binder) actual(n *Node, declared *wsdl.Type) (*wsdl.Type, error) {
	if n.Type.Space == xsd && declared.Text {
		return declared, nil
	}
	t := b.Schema.TypeIn(n.Type.Space, n.Type.Local, b.Version)
	if t == nil {
		return nil, sax("Deserializing parameter '%s': could not find deserializer for type {%s}%s", n.Name.Local, n.Type.Space, n.Type.Local)
	}
	if !t.Is(declared.Name) {
		return nil, sax("Bad types (%s -> %s)", b.name(t), b.name(declared))
	}
	return t, nil
}

func (b *Binder) name(t *wsdl.Type) string {
	return "{" + t.Area.Namespace(b.Version) + "}" + t.Name
}

// value checks a text or an attribute.
func (b *Binder) value(text string, f *wsdl.Field) error {
	text = strings.TrimSpace(text)
	var err error
	switch {
	case f.Enum != nil:
		if !slices.Contains(f.Enum.Values(b.Version), text) {
			return sax("%s is not a legal value for {%s}%s", text, f.Enum.Area.Namespace(b.Version), f.Enum.Name)
		}
	case f.Basic == "boolean":
		if !slices.Contains([]string{"true", "false", "1", "0"}, text) {
			return sax("%q is no xsd:boolean in %s", text, f.Name)
		}
	case f.Basic == "double":
		if _, err = strconv.ParseFloat(text, 64); err != nil || strings.ContainsAny(text, "_xXpP") {
			return fmt.Errorf("java.lang.NumberFormatException: For input string: %q", text)
		}
	case f.Basic == "long" || f.Basic == "int":
		bits := map[string]int{"long": 64, "int": 32}[f.Basic]
		if _, err = strconv.ParseInt(text, 10, bits); err != nil {
			return fmt.Errorf("java.lang.NumberFormatException: For input string: %q", text)
		}
	case f.Basic == "dateTime":
		if _, err = ParseTime(text); err != nil {
			return fmt.Errorf("java.lang.NumberFormatException: Invalid date/time: %s", text)
		}
	}
	return nil
}

func sax(format string, args ...any) error {
	return fmt.Errorf("org.xml.sax.SAXException: "+format, args...)
}

// pacific is the zone of times without one, and of those in answers (Oracle
// help, section_1521451348). The zone database is part of package account.
func pacific() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return time.FixedZone("PST", -8*60*60)
	}
	return zone
}

// ParseTime reads an xsd:dateTime or xsd:date. Without an offset it is Pacific time.
func ParseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, form := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02Z07:00"} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04:05", text, pacific()); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02", text, pacific())
}

// FormatTime writes an instant as answers do.
func FormatTime(t time.Time) string {
	return t.In(pacific()).Format("2006-01-02T15:04:05.000-07:00")
}
