package xmlstream

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// simple tells the bytes that stand for themselves everywhere.
var simple = func() (table [256]bool) {
	for c := 0x20; c < 0x80; c++ {
		table[c] = c != '&' && c != '<' && c != ']'
	}
	table['\t'], table['\n'] = true, true
	return table
}()

// chars reads text up to the next tag.
func (r *Reader) chars() (Kind, error) {
	size := 0
	for from := 0; ; {
		if i := bytes.IndexByte(r.window[r.at+from:], '<'); i >= 0 {
			size = from + i
			break
		}
		from = len(r.window) - r.at
		if err := r.fill(from); err != nil {
			if len(r.open) > 0 || !r.ended || r.trouble != nil {
				return 0, r.cut(err)
			}
			size = from
			break
		}
	}
	raw := r.window[r.at : r.at+size]
	if len(r.open) == 0 {
		if len(skipSpace(raw)) > 0 {
			return 0, r.bad("text outside the root element")
		}
		r.at += size
		return 0, nil
	}
	r.scratch = r.scratch[:0]
	text, err := r.unescape(raw, true)
	if err != nil {
		return 0, err
	}
	r.text = text
	r.at += size
	return Text, nil
}

// unescape returns what text or an attribute's value stands for: b itself where
// it needs no change, else a part of scratch.
func (r *Reader) unescape(b []byte, content bool) ([]byte, error) {
	i := 0
	for i < len(b) && simple[b[i]] {
		i++
	}
	if i == len(b) {
		return b, nil
	}
	begin := len(r.scratch)
	r.scratch = append(r.scratch, b[:i]...)
	for i < len(b) {
		switch c := b[i]; {
		case simple[c]:
			r.scratch = append(r.scratch, c)
			i++
		case c == '&':
			size, err := r.reference(b[i:])
			if err != nil {
				return nil, err
			}
			i += size
		case c == ']':
			if content && bytes.HasPrefix(b[i:], []byte("]]>")) {
				return nil, r.bad("]]> in text")
			}
			r.scratch = append(r.scratch, c)
			i++
		default:
			size, err := r.character(b[i:])
			if err != nil {
				return nil, err
			}
			i += size
		}
	}
	return r.scratch[begin:], nil
}

// plain returns text in which nothing is escaped, as CDATA has it.
func (r *Reader) plain(b []byte) ([]byte, error) {
	begin := len(r.scratch)
	for i := 0; i < len(b); {
		if c := b[i]; simple[c] || c == '&' || c == '<' || c == ']' {
			r.scratch = append(r.scratch, c)
			i++
			continue
		}
		size, err := r.character(b[i:])
		if err != nil {
			return nil, err
		}
		i += size
	}
	return r.scratch[begin:], nil
}

// character copies one character that is not simple: a line end, which becomes
// "\n", or one beyond ASCII.
func (r *Reader) character(b []byte) (int, error) {
	if b[0] == '\r' {
		r.scratch = append(r.scratch, '\n')
		if len(b) > 1 && b[1] == '\n' {
			return 2, nil
		}
		return 1, nil
	}
	c, size := utf8.DecodeRune(b)
	if c == utf8.RuneError && size == 1 {
		return 0, fmt.Errorf("%w: byte %#x", ErrEncoding, b[0])
	}
	if !isChar(c) {
		return 0, r.bad(fmt.Sprintf("character %U is not allowed", c))
	}
	r.scratch = append(r.scratch, b[:size]...)
	return size, nil
}

// isChar tells the characters that XML 1.0 allows (section 2.2).
func isChar(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= utf8.MaxRune
}

var entities = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "apos": '\'', "quot": '"'}

// reference replaces &name; or &#number; and returns its size.
func (r *Reader) reference(b []byte) (int, error) {
	end := bytes.IndexByte(b[:min(len(b), 32)], ';')
	if end < 0 {
		return 0, r.bad("an & that begins no reference")
	}
	name := b[1:end]
	if c, ok := entities[string(name)]; ok {
		r.scratch = append(r.scratch, c)
		return end + 1, nil
	}
	digits, numeric := bytes.CutPrefix(name, []byte("#"))
	if !numeric {
		return 0, r.bad(fmt.Sprintf("reference &%.20s; is not known", name))
	}
	base := 10
	if hex, ok := bytes.CutPrefix(digits, []byte("x")); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune || !isChar(rune(n)) {
		return 0, r.bad(fmt.Sprintf("reference &%.20s; is no character", name))
	}
	r.scratch = utf8.AppendRune(r.scratch, rune(n))
	return end + 1, nil
}
