package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says why a text is not SuiteQL and where (byte offset).
type Error struct {
	Pos    int
	Reason string
}

// Error returns the reason with its place.
func (e *Error) Error() string { return fmt.Sprintf("at byte %d: %s", e.Pos, e.Reason) }

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenQuoted // "identifier"
	tokenNumber
	tokenString
	tokenParam
	tokenSign
)

type token struct {
	kind tokenKind
	text string // a string's or quoted identifier's content; everything else as written
	pos  int
}

// word returns the upper-case form of an unquoted word, "" for other tokens.
func (t token) word() string {
	if t.kind != tokenWord {
		return ""
	}
	return strings.ToUpper(t.text)
}

func (t token) is(sign string) bool { return t.kind == tokenSign && t.text == sign }

// tokenize splits q. The last token is always tokenEnd.
func tokenize(q string) ([]token, error) {
	var out []token
	for pos := 0; ; {
		pos = skipSpace(q, pos)
		if pos < 0 {
			return nil, &Error{len(q), "comment is not closed"}
		}
		if pos == len(q) {
			return append(out, token{tokenEnd, "", pos}), nil
		}
		t, next, err := scan(q, pos)
		if err != nil {
			return nil, err
		}
		out, pos = append(out, t), next
	}
}

// skipSpace returns the offset of the next token, or -1 in an open comment.
func skipSpace(q string, pos int) int {
	for pos < len(q) {
		rest := q[pos:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r):
			pos += size
		case strings.HasPrefix(rest, "--"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				pos += end + 1
			} else {
				return len(q)
			}
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return -1
			}
			pos += end + 4
		default:
			return pos
		}
	}
	return pos
}

func scan(q string, pos int) (token, int, error) {
	r, _ := utf8.DecodeRuneInString(q[pos:])
	switch {
	case r == '\'':
		return scanQuoted(q, pos, '\'', tokenString)
	case r == '"':
		return scanQuoted(q, pos, '"', tokenQuoted)
	case r == '?':
		return token{tokenParam, "?", pos}, pos + 1, nil
	case isDigit(r) || r == '.' && pos+1 < len(q) && isDigit(rune(q[pos+1])):
		end := numberEnd(q, pos)
		return token{tokenNumber, q[pos:end], pos}, end, nil
	case r == '_' || unicode.IsLetter(r):
		end := len(q)
		if i := strings.IndexFunc(q[pos:], endsWord); i >= 0 {
			end = pos + i
		}
		return token{tokenWord, q[pos:end], pos}, end, nil
	}
	for _, sign := range []string{"<>", "!=", "^=", "<=", ">=", "||", "(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">"} {
		if strings.HasPrefix(q[pos:], sign) {
			return token{tokenSign, sign, pos}, pos + len(sign), nil
		}
	}
	return token{}, 0, &Error{pos, fmt.Sprintf("character %q has no meaning", r)}
}

func scanQuoted(q string, pos int, quote byte, kind tokenKind) (token, int, error) {
	var text strings.Builder
	for i := pos + 1; i < len(q); i++ {
		if q[i] != quote {
			text.WriteByte(q[i])
			continue
		}
		if i+1 < len(q) && q[i+1] == quote {
			text.WriteByte(quote)
			i++
			continue
		}
		return token{kind, text.String(), pos}, i + 1, nil
	}
	return token{}, 0, &Error{pos, "quotation is not closed"}
}

// numberEnd returns the end of a number such as 1, 1.5, .5 or 1e-3.
func numberEnd(q string, pos int) int {
	digits := func(i int) int {
		for i < len(q) && isDigit(rune(q[i])) {
			i++
		}
		return i
	}
	end := digits(pos)
	if end < len(q) && q[end] == '.' {
		end = digits(end + 1)
	}
	if end < len(q) && (q[end] == 'e' || q[end] == 'E') {
		exp := end + 1
		if exp < len(q) && (q[exp] == '+' || q[exp] == '-') {
			exp++
		}
		if stop := digits(exp); stop > exp {
			end = stop
		}
	}
	return end
}

func endsWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_$#", r)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
