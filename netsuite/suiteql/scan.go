package suiteql

import (
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func errSyntax(problem string) error { return errors.New(problem) }

var (
	errEnd     = errSyntax("the answer ends too early")
	errDeep    = errSyntax("nested too deep")
	errLiteral = errSyntax("not a JSON value")
	errString  = errSyntax("not a JSON string")
)

// maxDepth is encoding/json's own limit.
const maxDepth = 10000

func (d *decoder) space() {
	for d.pos < len(d.text) {
		switch d.text[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// expect reads one structural character.
func (d *decoder) expect(c byte) error {
	d.space()
	switch {
	case d.pos >= len(d.text):
		return errEnd
	case d.text[d.pos] != c:
		return errSyntax("expected " + string(rune(c)))
	}
	d.pos++
	return nil
}

// accept reads c if it is next.
func (d *decoder) accept(c byte) bool {
	d.space()
	if d.pos < len(d.text) && d.text[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

// object reads an object, calling member behind each name and colon.
func (d *decoder) object(member func(name string) error) error {
	if err := d.expect('{'); err != nil {
		return err
	}
	return d.list('}', func() error {
		d.space()
		name, err := d.string()
		if err != nil {
			return err
		}
		if err := d.expect(':'); err != nil {
			return err
		}
		return member(name)
	})
}

func (d *decoder) array(element func() error) error {
	if err := d.expect('['); err != nil {
		return err
	}
	return d.list(']', element)
}

func (d *decoder) list(end byte, element func() error) error {
	if d.depth++; d.depth > maxDepth {
		return errDeep
	}
	defer func() { d.depth-- }()
	if d.accept(end) {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if d.accept(end) {
			return nil
		}
		if err := d.expect(','); err != nil {
			return err
		}
	}
}

// value reads any value. A string yields its content, null yields true, any
// other value its JSON spelling.
func (d *decoder) value() (text string, null bool, err error) {
	d.space()
	if d.pos >= len(d.text) {
		return "", false, errEnd
	}
	start := d.pos
	switch d.text[d.pos] {
	case '"':
		text, err = d.string()
		return text, false, err
	case '{':
		err = d.object(func(string) error { _, _, err := d.value(); return err })
	case '[':
		err = d.array(func() error { _, _, err := d.value(); return err })
	case 't':
		err = d.word("true")
	case 'f':
		err = d.word("false")
	case 'n':
		return "", true, d.word("null")
	default:
		err = d.number()
	}
	return d.text[start:d.pos], false, err
}

func (d *decoder) word(w string) error {
	if !strings.HasPrefix(d.text[d.pos:], w) {
		return errLiteral
	}
	d.pos += len(w)
	return nil
}

// number reads a number by JSON's grammar.
func (d *decoder) number() error {
	digits := func() bool {
		start := d.pos
		for d.pos < len(d.text) && d.text[d.pos]-'0' <= 9 {
			d.pos++
		}
		return d.pos > start
	}
	next := func(set string) bool {
		if d.pos < len(d.text) && strings.IndexByte(set, d.text[d.pos]) >= 0 {
			d.pos++
			return true
		}
		return false
	}
	next("-")
	if !next("0") && !digits() {
		return errLiteral
	}
	if next(".") && !digits() {
		return errLiteral
	}
	if next("eE") {
		next("+-")
		if !digits() {
			return errLiteral
		}
	}
	return nil
}

// string reads a string. One without escapes is a slice of the text.
func (d *decoder) string() (string, error) {
	if d.pos >= len(d.text) || d.text[d.pos] != '"' {
		return "", errString
	}
	d.pos++
	start, ascii := d.pos, true
	for ; d.pos < len(d.text); d.pos++ {
		switch c := d.text[d.pos]; {
		case c == '"':
			s := d.text[start:d.pos]
			d.pos++
			if !ascii && !utf8.ValidString(s) {
				return string([]rune(s)), nil // each bad byte becomes U+FFFD, as in encoding/json
			}
			return s, nil
		case c == '\\':
			return d.escaped(start)
		case c < ' ':
			return "", errString
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", errEnd
}

// escaped reads the rest of a string that has escapes.
func (d *decoder) escaped(start int) (string, error) {
	b := []byte(d.text[start:d.pos])
	for d.pos < len(d.text) {
		c := d.text[d.pos]
		switch {
		case c == '"':
			d.pos++
			s := string(b)
			if !utf8.ValidString(s) {
				s = string([]rune(s))
			}
			return s, nil
		case c < ' ':
			return "", errString
		case c != '\\':
			b = append(b, c)
			d.pos++
		default:
			var err error
			if b, err = d.escape(b); err != nil {
				return "", err
			}
		}
	}
	return "", errEnd
}

const (
	escapeNames  = `"\/bfnrt`
	escapeValues = "\"\\/\b\f\n\r\t"
)

// escape reads one escape, or a surrogate pair of two.
func (d *decoder) escape(b []byte) ([]byte, error) {
	if d.pos+1 >= len(d.text) {
		return nil, errEnd
	}
	if i := strings.IndexByte(escapeNames, d.text[d.pos+1]); i >= 0 {
		d.pos += 2
		return append(b, escapeValues[i]), nil
	}
	r, ok := hex4(d.text[d.pos:])
	if !ok {
		return nil, errString
	}
	d.pos += 6
	if utf16.IsSurrogate(r) {
		low, ok := hex4(d.text[d.pos:])
		if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
			d.pos += 6
			r = pair
		} else {
			r = utf8.RuneError
		}
	}
	return utf8.AppendRune(b, r), nil
}

// hex4 reads \uXXXX.
func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
