// Package wrap writes text for people on a terminal.
package wrap

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Page is text of paragraphs, wrapped and indented.
type Page struct{ strings.Builder }

// Width is the most characters in a line.
const Width = 100

// Paragraph adds a paragraph: the mark before its first line, the others below its text.
func (p *Page) Paragraph(mark, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(mark))
	line, room := mark, false
	for word := range strings.FieldsSeq(OneLine(text)) {
		if room && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > Width {
			fmt.Fprintln(p, line)
			line, room = indent, false
		}
		if room {
			line += " "
		}
		line, room = line+word, true
	}
	fmt.Fprintln(p, strings.TrimRight(line, " "))
}

// OneLine makes text fit for a table: no control characters, which a foreign
// system could use to play tricks on the terminal.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
