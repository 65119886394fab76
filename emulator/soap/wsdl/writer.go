package wsdl

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// writer writes indented XML.
type writer struct {
	buf   bytes.Buffer
	stack []string
}

func (w *writer) tag(name, end string, attrs []string) {
	if w.buf.Len() == 0 {
		w.buf.WriteString(xml.Header)
	}
	w.buf.WriteString(strings.Repeat("  ", len(w.stack)) + "<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		w.buf.WriteString(" " + attrs[i] + `="`)
		_ = xml.EscapeText(&w.buf, []byte(attrs[i+1])) // a buffer takes everything
		w.buf.WriteString(`"`)
	}
	w.buf.WriteString(end + "\n")
}

// open begins an element with attributes given as name, value ….
func (w *writer) open(name string, attrs ...string) {
	w.tag(name, ">", attrs)
	w.stack = append(w.stack, name)
}

// empty writes an element without content.
func (w *writer) empty(name string, attrs ...string) { w.tag(name, "/>", attrs) }

// close ends the element that was opened last.
func (w *writer) close() {
	last := len(w.stack) - 1
	name := w.stack[last]
	w.stack = w.stack[:last]
	w.buf.WriteString(strings.Repeat("  ", last) + "</" + name + ">\n")
}

func (w *writer) bytes() []byte { return w.buf.Bytes() }
