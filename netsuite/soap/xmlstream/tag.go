package xmlstream

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameByte tells the ASCII bytes of names: 1 may begin one, 2 may follow.
var nameByte = func() (table [256]uint8) {
	for c := range 128 {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
			table[c] = 1
		case '0' <= c && c <= '9', c == '-', c == '.', c == ':':
			table[c] = 2
		}
	}
	for c := 128; c < 256; c++ {
		table[c] = 1 // isName decides
	}
	return table
}()

// isName reports whether b is a name with at most one prefix. Beyond ASCII it
// goes by Unicode's classes, which are a little wider than XML's lists.
func isName(b []byte) bool {
	begins, colons := true, 0
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		switch {
		case c == ':':
			if colons++; begins || colons > 1 {
				return false
			}
			begins = true
			b = b[1:]
			continue
		case c == utf8.RuneError && size == 1:
			return false
		case c < utf8.RuneSelf:
			if nameByte[c] == 0 || begins && nameByte[c] != 1 {
				return false
			}
		case !unicode.IsLetter(c) && (begins || !unicode.In(c, unicode.M, unicode.Nd, unicode.Nl, unicode.Lm)):
			return false
		}
		begins = false
		b = b[size:]
	}
	return !begins
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func skipSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// cutName cuts the bytes that may be a name from b.
func cutName(b []byte) (name, rest []byte) {
	i := 0
	for i < len(b) && nameByte[b[i]] != 0 {
		i++
	}
	return b[:i], b[i:]
}

// tagEnd finds the end of the start tag at hand: the ">" outside quotes.
func (r *Reader) tagEnd() (int, error) {
	var quote byte
	for i := 1; ; {
		for b := r.window[r.at:]; i < len(b); i++ {
			c := b[i]
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return i + 1, nil
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return 0, r.bad("a tag within a tag")
			}
		}
		if err := r.fill(len(r.window) - r.at); err != nil {
			return 0, r.cut(err)
		}
	}
}

func (r *Reader) startTag() (Kind, error) {
	if r.finished {
		return 0, r.bad("a second root element")
	}
	size, err := r.tagEnd()
	if err != nil {
		return 0, err
	}
	b := r.window[r.at+1 : r.at+size-1]
	b, r.closing = bytes.CutSuffix(b, []byte("/"))
	written, b := cutName(b)
	n, err := r.intern(written)
	if err != nil {
		return 0, err
	}
	if len(r.open) >= r.limits.Depth {
		return 0, fmt.Errorf("%w: elements within each other more than %d deep", ErrLimit, r.limits.Depth)
	}
	e := element{name: n, bindings: len(r.bindings)}
	if err := r.readAttrs(b); err != nil {
		return 0, err
	}
	r.resolveAttrs()
	e.space = r.elementSpace(n)
	r.open = append(r.open, e)
	r.space, r.local = e.space, n.local
	r.at += size
	return Start, nil
}

// readAttrs reads the attributes as written; values that need it are unescaped
// into scratch, which grows no more once a value points into it.
func (r *Reader) readAttrs(b []byte) error {
	r.raw, r.attrs = r.raw[:0], r.attrs[:0]
	r.scratch = r.scratch[:0]
	if cap(r.scratch) < len(b) {
		r.scratch = make([]byte, 0, len(b))
	}
	for b = skipSpace(b); len(b) > 0; b = skipSpace(b) {
		if len(r.raw) == r.limits.Attrs {
			return ErrLimit
		}
		written, rest := cutName(b)
		n, err := r.intern(written)
		if err != nil {
			return err
		}
		rest = skipSpace(rest)
		if len(rest) == 0 || rest[0] != '=' {
			return r.bad("attribute " + n.whole + " has no value")
		}
		rest = skipSpace(rest[1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return r.bad("the value of attribute " + n.whole + " is not quoted")
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return r.bad("the value of attribute " + n.whole + " does not end")
		}
		value := rest[1 : 1+end]
		if bytes.IndexByte(value, '<') >= 0 {
			return r.bad("a < in the value of attribute " + n.whole)
		}
		if value, err = r.unescape(value, false); err != nil {
			return err
		}
		r.raw = append(r.raw, rawAttr{n, value})
		b = rest[end+2:]
	}
	return nil
}

// resolveAttrs takes the namespace declarations out of the attributes and gives
// the others their namespaces.
func (r *Reader) resolveAttrs() {
	others := r.raw[:0]
	for _, a := range r.raw {
		switch {
		case a.name.prefix == "xmlns":
			r.bindings = append(r.bindings, binding{a.name.local, r.internSpace(a.value)})
		case a.name.whole == "xmlns":
			r.bindings = append(r.bindings, binding{"", r.internSpace(a.value)})
		default:
			others = append(others, a)
		}
	}
	for _, a := range others {
		space := ""
		if a.name.prefix != "" {
			space = r.lookup(a.name.prefix)
		}
		r.attrs = append(r.attrs, Attr{space, a.name.local, a.value})
	}
}

func (r *Reader) elementSpace(n *name) string {
	if n.prefix == "xmlns" || n.whole == "xmlns" {
		return n.prefix
	}
	return r.lookup(n.prefix)
}

func (r *Reader) endTag() (Kind, error) {
	size, err := r.until(">", 2)
	if err != nil {
		return 0, err
	}
	b := r.window[r.at+2 : r.at+size-1]
	written, rest := cutName(b)
	if len(skipSpace(rest)) > 0 {
		return 0, r.bad("an end tag with more than a name")
	}
	if len(r.open) == 0 {
		return 0, r.bad("an end tag without a start tag")
	}
	if open := r.open[len(r.open)-1].name.whole; open != string(written) {
		return 0, r.bad(fmt.Sprintf("<%s> is ended by </%.40s>", open, written))
	}
	r.at += size
	return r.end()
}

// instruction skips <?...?>, but for the encoding that <?xml names.
func (r *Reader) instruction() error {
	size, err := r.until("?>", 2)
	if err != nil {
		return err
	}
	b := r.window[r.at+2 : r.at+size-2]
	target, content := cutName(b)
	if !isName(target) {
		return r.bad("an instruction without a name")
	}
	if string(target) == "xml" {
		if v := parameter("version", string(content)); v != "" && v != "1.0" {
			return r.bad("XML version " + v)
		}
		if e := parameter("encoding", string(content)); e != "" && !strings.EqualFold(e, "utf-8") {
			return fmt.Errorf("%w: it is declared as %.40q", ErrEncoding, e)
		}
	}
	r.at += size
	return nil
}

// parameter finds name="value" in an XML declaration.
func parameter(name, content string) string {
	for {
		i := strings.Index(content, name)
		if i < 0 {
			return ""
		}
		before := content[:i]
		content = content[i+len(name):]
		value, ok := strings.CutPrefix(strings.TrimLeft(content, " \t\r\n"), "=")
		if value = strings.TrimLeft(value, " \t\r\n"); !ok || value == "" || before != "" && !isSpace(before[len(before)-1]) {
			continue
		}
		if quote := value[0]; quote == '"' || quote == '\'' {
			if end := strings.IndexByte(value[1:], quote); end >= 0 {
				return value[1 : 1+end]
			}
		}
	}
}

// declaration reads comments and CDATA; a document type is refused.
func (r *Reader) declaration() (Kind, error) {
	if err := r.need(4); err != nil {
		return 0, r.cut(err)
	}
	if bytes.HasPrefix(r.window[r.at:], []byte("<!--")) {
		size, err := r.until("--", 4)
		if err == nil {
			err = r.need(size + 1)
		}
		if err != nil {
			return 0, r.cut(err)
		}
		if r.window[r.at+size] != '>' {
			return 0, r.bad("-- in a comment")
		}
		r.at += size + 1
		return 0, nil
	}
	const cdata = "<![CDATA["
	if err := r.need(len(cdata)); err == nil && bytes.HasPrefix(r.window[r.at:], []byte(cdata)) {
		return r.cdata(len(cdata))
	}
	return 0, ErrDocumentType
}

func (r *Reader) cdata(open int) (Kind, error) {
	size, err := r.until("]]>", open)
	if err != nil {
		return 0, err
	}
	if len(r.open) == 0 {
		return 0, r.bad("text outside the root element")
	}
	r.scratch = r.scratch[:0]
	text, err := r.plain(r.window[r.at+open : r.at+size-3])
	if err != nil {
		return 0, err
	}
	r.text = text
	r.at += size
	if len(text) == 0 {
		return 0, nil
	}
	return Text, nil
}
