// Package page writes what the command line shows as prose: the set-up guide, a
// diagnosis, the meanings of a code.
package page

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Line makes text fit for a table: no control characters, which a foreign
// system could use to play tricks on the terminal.
func Line(s string) string {
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

// page writes text for people, wrapped and indented.
type page struct{ strings.Builder }

const pageWidth = 100

// write adds a paragraph: the mark before its first line, the others below its text.
func (w *page) write(mark, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(mark))
	line, room := mark, false
	for word := range strings.FieldsSeq(Line(text)) {
		if room && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > pageWidth {
			fmt.Fprintln(w, line)
			line, room = indent, false
		}
		if room {
			line += " "
		}
		line, room = line+word, true
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}
