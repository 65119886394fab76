// Package xmlstream reads XML as a stream: it hands over one start tag, end tag
// or piece of text at a time and keeps nothing but the window it works on, so
// that an answer of 100 MB takes the memory of its longest token.
//
// It reads namespace-aware XML 1.0 in UTF-8 and no more. Document types (and
// with them entities of one's own), other encodings and a second root element
// are refused; depth and the size of a token are bounded. Otherwise it accepts
// and refuses what encoding/xml does, against which it is fuzzed; it takes a
// fraction of the time, because it allocates nothing for a token whose names it
// has seen before.
package xmlstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Kind is what Next found.
type Kind uint8

// The kinds.
const (
	Start Kind = iota + 1 // a start tag, or the first half of an empty element's tag
	End                   // an end tag, or the second half
	Text                  // text; what CDATA, comments or long runs divide comes in pieces
)

// The refusals, for errors.Is. Text that is not well-formed is a *SyntaxError.
var (
	ErrDocumentType = errors.New("xml: a document type is refused")
	ErrEncoding     = errors.New("xml: text is not UTF-8")
	ErrLimit        = errors.New("xml: beyond the reader's limits")
)

// SyntaxError is text that is not well-formed XML.
type SyntaxError struct {
	Offset  int64 // bytes before the token
	Problem string
}

// Error names the place and the problem.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("xml: byte %d: %s", e.Offset, e.Problem)
}

// Limits bound what a document may ask for; zero fields have defaults.
type Limits struct {
	Depth int   // elements within each other; default 100
	Token int   // bytes of one tag or piece of text; default 32 MiB
	Total int64 // bytes of the document; default 1 GiB
	Attrs int   // attributes of one tag; default 1,000: each may look through all namespaces
}

const (
	firstWindow = 64 << 10
	maxNames    = 1 << 14 // distinct names and namespaces remembered
)

// Attr is one attribute, without namespace declarations.
type Attr struct {
	Space, Name string
	Value       []byte // valid until Next is called
}

// Reader reads one document. It is not safe for concurrent use.
type Reader struct {
	source io.Reader
	limits Limits

	window   []byte // window[at:] has not been read
	at       int
	gone     int64 // bytes before the window
	ended    bool  // the source has no more
	trouble  error // what the source ended with, if not io.EOF
	started  bool
	finished bool // the root has ended

	names  map[string]*name
	spaces map[string]string

	open     []element
	bindings []binding

	space, local string
	attrs        []Attr
	raw          []rawAttr
	text         []byte
	scratch      []byte
	closing      bool // the tag just read was empty: its end comes next
	popping      bool // the element just ended leaves the stack on Next
}

// name is a name as written, in its two parts.
type name struct{ whole, prefix, local string }

type element struct {
	name     *name
	space    string
	bindings int // how many there were before it
}

type binding struct{ prefix, space string }

type rawAttr struct {
	name  *name
	value []byte
}

// New returns a reader of the document that source holds.
func New(source io.Reader, limits Limits) *Reader {
	if limits.Depth <= 0 {
		limits.Depth = 100
	}
	if limits.Token <= 0 {
		limits.Token = 32 << 20
	}
	if limits.Total <= 0 {
		limits.Total = 1 << 30
	}
	if limits.Attrs <= 0 {
		limits.Attrs = 1000
	}
	return &Reader{source: source, limits: limits, names: map[string]*name{}, spaces: map[string]string{}}
}

// Space returns the namespace of the element of the last tag.
func (r *Reader) Space() string { return r.space }

// Name returns the local name of the element of the last tag.
func (r *Reader) Name() string { return r.local }

// Attrs returns the attributes of the last start tag, valid until Next.
func (r *Reader) Attrs() []Attr { return r.attrs }

// Attr returns the value of the attribute with a namespace ("" for none) and name.
func (r *Reader) Attr(space, name string) (string, bool) {
	for _, a := range r.attrs {
		if a.Name == name && a.Space == space {
			return string(a.Value), true
		}
	}
	return "", false
}

// Text returns the last piece of text, valid until Next.
func (r *Reader) Text() []byte { return r.text }

// Depth is how many elements are open, the one of a start or end tag included.
func (r *Reader) Depth() int { return len(r.open) }

// Ended reports whether the element at a depth has ended, its end tag read.
func (r *Reader) Ended(depth int) bool {
	return len(r.open) < depth || len(r.open) == depth && r.popping
}

// Offset is how many bytes have been read.
func (r *Reader) Offset() int64 { return r.gone + int64(r.at) }

// Resolve splits a qualified name that stands in a value, as xsi:type has, by
// the declarations in scope. A prefix without one is returned as the namespace.
func (r *Reader) Resolve(qualified string) (space, local string) {
	for i := range len(qualified) {
		if qualified[i] == ':' {
			return r.lookup(qualified[:i]), qualified[i+1:]
		}
	}
	return r.lookup(""), qualified
}

func (r *Reader) lookup(prefix string) string {
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace"
	}
	for i := len(r.bindings) - 1; i >= 0; i-- {
		if r.bindings[i].prefix == prefix {
			return r.bindings[i].space
		}
	}
	return prefix
}

// Skip reads to the end of the element whose start tag was read last.
func (r *Reader) Skip() error {
	for depth := len(r.open); ; {
		kind, err := r.Next()
		if err != nil {
			return err
		}
		if kind == End && len(r.open) == depth {
			return nil
		}
	}
}

// Next reads up to the next tag or piece of text. It returns io.EOF after the
// whole document.
func (r *Reader) Next() (Kind, error) {
	if r.popping {
		r.pop()
	}
	if r.closing {
		r.closing = false
		return r.end()
	}
	for {
		kind, err := r.token()
		if err != nil || kind != 0 {
			return kind, err
		}
	}
}

func (r *Reader) end() (Kind, error) {
	top := &r.open[len(r.open)-1]
	r.space, r.local = top.space, top.name.local
	r.attrs = r.attrs[:0]
	r.popping = true
	return End, nil
}

func (r *Reader) pop() {
	r.popping = false
	top := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.bindings = r.bindings[:top.bindings]
	r.finished = len(r.open) == 0
}

// token reads one piece of the document; kind 0 is one that says nothing.
func (r *Reader) token() (Kind, error) {
	if !r.started {
		if err := r.begin(); err != nil {
			return 0, err
		}
	}
	if r.at == len(r.window) {
		if err := r.fill(0); err != nil {
			return 0, r.atEnd(err)
		}
	}
	if r.window[r.at] != '<' {
		return r.chars()
	}
	if err := r.need(2); err != nil {
		return 0, r.cut(err)
	}
	switch r.window[r.at+1] {
	case '/':
		return r.endTag()
	case '?':
		return 0, r.instruction()
	case '!':
		return r.declaration()
	}
	return r.startTag()
}

// begin skips a byte order mark and refuses those of other encodings.
func (r *Reader) begin() error {
	r.started = true
	if err := r.need(3); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch w := r.window; {
	case bytes.HasPrefix(w, []byte("\xEF\xBB\xBF")):
		r.at = 3
	case bytes.HasPrefix(w, []byte("\xFE\xFF")), bytes.HasPrefix(w, []byte("\xFF\xFE")):
		return fmt.Errorf("%w: it begins like UTF-16", ErrEncoding)
	}
	return nil
}

// atEnd is the error where the source ends between two tokens.
func (r *Reader) atEnd(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case len(r.open) > 0:
		return r.cut(err)
	case !r.finished:
		return fmt.Errorf("xml: no element: %w", io.ErrUnexpectedEOF)
	}
	return io.EOF
}

// cut is the error where the source ends within something.
func (r *Reader) cut(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("xml: byte %d: the document is cut short: %w", r.gone+int64(len(r.window)), io.ErrUnexpectedEOF)
}

func (r *Reader) bad(problem string) error { return &SyntaxError{r.Offset(), problem} }

// need makes at least n unread bytes available.
func (r *Reader) need(n int) error {
	for len(r.window)-r.at < n {
		if err := r.fill(len(r.window) - r.at); err != nil {
			return err
		}
	}
	return nil
}

// fill reads more, keeping what has not been read. held is how many bytes the
// token at hand has already, which the limit counts.
func (r *Reader) fill(held int) error {
	if r.ended {
		if r.trouble != nil {
			return r.trouble
		}
		return io.EOF
	}
	if held > r.limits.Token {
		return fmt.Errorf("%w: one token of more than %d bytes", ErrLimit, r.limits.Token)
	}
	if r.at > 0 {
		n := copy(r.window, r.window[r.at:])
		r.gone += int64(r.at)
		r.window, r.at = r.window[:n], 0
	}
	if len(r.window) == cap(r.window) {
		grown := make([]byte, len(r.window), max(firstWindow, 2*cap(r.window)))
		copy(grown, r.window)
		r.window = grown
	}
	n, err := r.source.Read(r.window[len(r.window):cap(r.window)])
	r.window = r.window[:len(r.window)+n]
	if r.gone+int64(len(r.window)) > r.limits.Total {
		return fmt.Errorf("%w: a document of more than %d bytes", ErrLimit, r.limits.Total)
	}
	if err != nil {
		r.ended = true
		if !errors.Is(err, io.EOF) {
			r.trouble = err
		}
	}
	if n == 0 {
		return r.fill(held)
	}
	return nil
}

// until finds where a pattern ends, from offset `from` of the token at hand on.
func (r *Reader) until(pattern string, from int) (int, error) {
	for {
		if i := bytes.Index(r.window[min(r.at+from, len(r.window)):], []byte(pattern)); i >= 0 {
			return from + i + len(pattern), nil
		}
		held := len(r.window) - r.at
		from = max(from, held-len(pattern)+1)
		if err := r.fill(held); err != nil {
			return 0, r.cut(err)
		}
	}
}

// intern returns the name that bytes spell, in its parts.
func (r *Reader) intern(b []byte) (*name, error) {
	if n, ok := r.names[string(b)]; ok {
		return n, nil
	}
	if !isName(b) {
		return nil, r.bad(fmt.Sprintf("%.40q is not a name", b))
	}
	n := &name{whole: string(b)}
	n.local = n.whole
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		n.prefix, n.local = n.whole[:i], n.whole[i+1:]
	}
	if len(r.names) < maxNames {
		r.names[n.whole] = n
	}
	return n, nil
}

func (r *Reader) internSpace(b []byte) string {
	if s, ok := r.spaces[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(r.spaces) < maxNames {
		r.spaces[s] = s
	}
	return s
}
