package suiteql

import (
	"errors"
	"strings"
)

// found is what matters about a statement that becomes a sub-select.
type found struct {
	orderBy      bool // ORDER BY outside of all parentheses
	placeholders int  // question marks that are no part of a text
}

// scanSQL reads a statement as far as its texts, comments and parentheses, and
// refuses one that would not stay inside the parentheses put round it.
func scanSQL(sql string) (found, error) {
	sql = trimSQL(sql)
	var f found
	depth := 0
	previous, first := "", ""
	for pos := 0; pos < len(sql); {
		end, kind, err := token(sql, pos)
		if err != nil {
			return f, err
		}
		text := sql[pos:end]
		pos = end
		switch kind {
		case blank:
			continue
		case word:
			text = strings.ToUpper(text)
			if depth == 0 && previous == "ORDER" && text == "BY" {
				f.orderBy = true
			}
			if first == "" {
				first = text
			}
		case symbol:
			switch text {
			case "(":
				depth++
			case ")":
				if depth--; depth < 0 {
					return f, errors.New("sql: a closing parenthesis has no opening one")
				}
			case "?":
				f.placeholders++
			case ";":
				return f, errors.New("sql: more than one statement")
			}
		}
		previous = text
	}
	switch {
	case depth > 0:
		return f, errors.New("sql: a parenthesis is not closed")
	case first != "SELECT" && first != "WITH":
		return f, errors.New("sql: a SELECT is needed")
	}
	return f, nil
}

type tokenKind int

const (
	blank  tokenKind = iota // space or comment
	word                    // identifier, keyword, number
	quoted                  // '…' or "…"
	symbol                  // any other character
)

// token finds the end and kind of the token at pos.
func token(sql string, pos int) (end int, kind tokenKind, err error) {
	rest := sql[pos:]
	switch c := rest[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		return pos + 1, blank, nil
	case strings.HasPrefix(rest, "--"):
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			return pos + i + 1, blank, nil
		}
		return len(sql), blank, nil
	case strings.HasPrefix(rest, "/*"):
		i := strings.Index(rest[2:], "*/")
		if i < 0 {
			return 0, blank, errors.New("sql: a comment is not closed")
		}
		return pos + 2 + i + 2, blank, nil
	case c == '\'' || c == '"':
		// A doubled quote ends one text and begins the next, which serves as well.
		i := strings.IndexByte(rest[1:], c)
		if i < 0 {
			return 0, quoted, errors.New("sql: a quoted text is not closed")
		}
		return pos + 1 + i + 1, quoted, nil
	case isWord(c):
		n := 1
		for n < len(rest) && isWord(rest[n]) {
			n++
		}
		return pos + n, word, nil
	}
	return pos + 1, symbol, nil
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c == '#' || c >= 0x80 ||
		c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// trimSQL drops the space and semicolons that people end a statement with.
func trimSQL(sql string) string { return strings.TrimRight(strings.TrimSpace(sql), "; \t\r\n") }
