package record

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// Encoder writes elements as a version's schemas want them: children in their
// order, each in its namespace (under the prefix that package schema calls its
// area), with xsi:type where the declared type is abstract.
type Encoder struct {
	Version schema.Version
	Zone    *time.Location // of the integration's user, for days; nil means Pacific
}

// Append appends the element, whose declared type is the one with the key, as a
// child named in the area. Each problem of the tree is a *netsuite.InputError
// with its path; dst is of no use then.
func (c Encoder) Append(dst []byte, area, declared string, e *Element) ([]byte, error) {
	if c.Zone == nil {
		c.Zone = value.Pacific()
	}
	w := writer{Encoder: c, out: dst}
	w.element(schema.Field{Name: e.Name, Area: area, Type: declared}, e, label(e))
	return w.out, errors.Join(w.problems...)
}

// label names the tree in messages.
func label(e *Element) string { return cmp.Or(e.TypeName(), e.Name) }

const maxProblems = 50

type writer struct {
	Encoder
	out      []byte
	problems []error
}

func (w *writer) problem(path, format string, args ...any) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, &netsuite.InputError{Field: path, Problem: fmt.Sprintf(format, args...)})
	}
}

func (w *writer) element(f schema.Field, e *Element, path string) {
	if f.Kind != schema.Complex {
		w.simple(f, e, path)
		return
	}
	declared, ok := schema.Lookup(f.Type)
	if !ok {
		w.problem(path, "type %s is not known", f.Type)
		return
	}
	actual := w.actual(declared, e, path)
	if actual == nil {
		return
	}
	w.open(f.Area, f.Name)
	if actual != declared {
		w.out = append(w.out, ` xsi:type="`...)
		w.out = append(w.out, actual.Area+":"+actual.Name...)
		w.out = append(w.out, '"')
	}
	if e.Nil {
		w.out = append(w.out, ` xsi:nil="true"`...)
	}
	w.attributes(actual, e, path)
	before := len(w.out)
	w.out = append(w.out, '>')
	if len(e.Children) == 0 && e.Text != "" {
		w.problem(path, "a value stands where fields are expected")
	}
	w.children(actual, e, path)
	if len(w.out) == before+1 {
		w.out = append(w.out[:before], "/>"...)
		return
	}
	w.close(f.Area, f.Name)
}

// actual finds the type of an element: the declared one, or one that extends it.
func (w *writer) actual(declared *schema.Type, e *Element, path string) *schema.Type {
	if e.Type == "" {
		if declared.Abstract {
			w.problem(path, "it has to be said which %s it is", declared.Name)
			return nil
		}
		return declared
	}
	found, ok := schema.Lookup(e.Type)
	if r, isRecord := schema.RecordType(e.Type); isRecord && (!ok || !found.Is(declared.Key())) {
		found, ok = schema.Lookup(r.Type)
	}
	switch {
	case !ok:
		w.problem(path, "type %s is not known to version %s", e.Type, w.Version)
	case !found.Is(declared.Key()):
		w.problem(path, "type %s is no %s", e.Type, declared.Name)
	case found.Abstract:
		w.problem(path, "type %s stands for others: one of them is needed", e.Type)
	default:
		return found
	}
	return nil
}

func (w *writer) attributes(t *schema.Type, e *Element, path string) {
	for _, a := range e.Attrs {
		if !t.Has(a.Name) {
			w.problem(path, "%s has no attribute %s", t.Name, a.Name)
			continue
		}
		w.out = append(w.out, ' ')
		w.out = append(w.out, a.Name...)
		w.out = append(w.out, `="`...)
		w.escaped(a.Value, path+"@"+a.Name, true)
		w.out = append(w.out, '"')
	}
	if all := e.Attr("replaceAll"); t.Has("replaceAll") && all != string(Replace) && all != string(Merge) {
		w.problem(path, "say whether the lines replace all others (replaceAll true) or are merged with them (false): NetSuite's own default deletes the lines that are not sent")
	}
}

// children writes the children in the order of the type.
func (w *writer) children(t *schema.Type, e *Element, path string) {
	if len(e.Children) == 0 {
		return
	}
	layout := t.Layout(w.Version)
	type placed struct{ place, child int }
	order := make([]placed, 0, len(e.Children))
	counts := map[int]int{}
	for i := range e.Children {
		name := e.Children[i].Name
		place, ok := layout.Find(name)
		if !ok {
			w.problem(path+"."+name, "%s of version %s has no such field%s", t.Name, w.Version, similar(layout, name))
			continue
		}
		if counts[place]++; counts[place] == 2 && !layout.Fields[place].Many {
			w.problem(path+"."+name, "it stands twice")
		}
		order = append(order, placed{place, i})
	}
	slices.SortStableFunc(order, func(a, b placed) int { return a.place - b.place })
	seen := map[int]int{}
	for _, p := range order {
		f := layout.Fields[p.place]
		at := path + "." + f.Name
		if f.Many {
			seen[p.place]++
			at = fmt.Sprintf("%s[%d]", at, seen[p.place])
		}
		w.element(f, &e.Children[p.child], at)
	}
}

// similar suggests a field that differs in case only, which is what names taken
// from REST or from a page do.
func similar(l *schema.Layout, name string) string {
	for _, f := range l.Fields {
		if strings.EqualFold(f.Name, name) {
			return ": is " + f.Name + " meant?"
		}
	}
	return ""
}

func (w *writer) simple(f schema.Field, e *Element, path string) {
	text := e.Text
	if len(e.Children) > 0 || len(e.Attrs) > 0 || e.Type != "" {
		w.problem(path, "fields stand where a value is expected")
		return
	}
	w.open(f.Area, f.Name)
	if e.Nil {
		w.out = append(w.out, ` xsi:nil="true"/>`...)
		return
	}
	w.out = append(w.out, '>')
	var err error
	switch f.Kind {
	case schema.Boolean:
		_, err = value.Bool(text)
	case schema.Int, schema.Long:
		err = value.CheckInteger(text)
	case schema.Double:
		err = value.CheckDecimal(text)
	case schema.DateTime:
		text, err = w.dateTime(text)
	case schema.Enum:
		if text == "" {
			err = errors.New("empty")
		}
	}
	if err != nil {
		w.problem(path, "%s", err)
	}
	w.escaped(text, path, false)
	w.close(f.Area, f.Name)
}

// dateTime lets a day stand for its beginning in the user's zone.
func (w *writer) dateTime(text string) (string, error) {
	if value.IsDate(text) {
		return value.Date(text, w.Zone)
	}
	_, err := value.ParseTime(text)
	return text, err
}

func (w *writer) open(area, name string) {
	w.out = append(w.out, '<')
	w.out = append(w.out, area...)
	w.out = append(w.out, ':')
	w.out = append(w.out, name...)
}

func (w *writer) close(area, name string) {
	w.out = append(w.out, "</"...)
	w.out = append(w.out, area...)
	w.out = append(w.out, ':')
	w.out = append(w.out, name...)
	w.out = append(w.out, '>')
}

func (w *writer) escaped(text, path string, attribute bool) {
	var bad rune
	w.out, bad = appendEscaped(w.out, text, attribute)
	if bad >= 0 {
		w.problem(path, "the character %U cannot stand in XML", bad)
	}
}

// AppendText appends text, escaped. bad is a character that XML cannot hold, or -1.
func AppendText(dst []byte, text string) (out []byte, bad rune) {
	return appendEscaped(dst, text, false)
}

// appendEscaped escapes what a reader would take for something else: in the value
// of an attribute line feeds and tabs, which it would read as blanks.
func appendEscaped(dst []byte, text string, attribute bool) (out []byte, bad rune) {
	bad = -1
	for i, c := range text {
		switch {
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '"':
			dst = append(dst, "&quot;"...)
		case c == '\r', attribute && (c == '\n' || c == '\t'):
			dst = fmt.Appendf(dst, "&#%d;", c)
		case c == '\n' || c == '\t':
			dst = append(dst, byte(c))
		case c < 0x20, c == 0xFFFE, c == 0xFFFF, c == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			bad = c
		default:
			dst = utf8.AppendRune(dst, c)
		}
	}
	return dst, bad
}
