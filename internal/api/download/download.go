// Package download writes long lists as files: rows for a spreadsheet, or a JSON object a
// line for programs. They are read while they are written, so that their size is no matter.
package download

import (
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice/internal/api/codec"
)

// Formats of files.
const (
	CSV   = "csv"
	Lines = "jsonl"
)

// Known reports whether there is a format of this name.
func Known(format string) bool { return kinds[format] != "" }

var kinds = map[string]string{CSV: "text/csv; charset=utf-8", Lines: "application/jsonl; charset=utf-8"}

// Head sets the header of an answer that is a file of this name.
func Head(set func(name, value string), name, format string) {
	set("Content-Type", kinds[format])
	set("Content-Disposition", `attachment; filename="`+name+`.`+format+`"`)
}

// List is a list as it is taken away.
type List[T any] struct {
	// Columns are the headings of a spreadsheet, and Row what stands under them. Texts that
	// a spreadsheet would take for formulas are made inert.
	Columns []string
	Row     func(T) ([]string, error)
	// After returns the part of the list behind an entry, AtOnce entries unless it is the last.
	After  func(T) ([]T, error)
	AtOnce int
}

// Write writes the list, whose first part is there already. An answer has begun when it
// fails: what can be told then is that it is cut off, see Cut.
func (l List[T]) Write(to io.Writer, format string, part []T) (err error) {
	out := l.lines(to)
	if format == CSV {
		if out, err = l.sheet(to); err != nil {
			return err
		}
	}
	for {
		if err := out(part); err != nil || len(part) < l.AtOnce {
			return err
		}
		if part, err = l.After(part[len(part)-1]); err != nil {
			return err
		}
	}
}

// Cut ends an answer that cannot be finished, so that whoever receives it notices.
func Cut(err error) {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// lines writes entries as the API shows them.
func (l List[T]) lines(to io.Writer) func([]T) error {
	return func(part []T) error {
		for _, e := range part {
			if err := codec.Write(to, e); err != nil {
				return err
			}
		}
		return nil
	}
}

// sheet writes rows under their headings.
func (l List[T]) sheet(to io.Writer) (func([]T) error, error) {
	w := csv.NewWriter(to)
	return func(part []T) error {
		for _, e := range part {
			row, err := l.Row(e)
			if err != nil {
				return err
			}
			for i := range row {
				row[i] = inert(row[i])
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}, w.Write(l.Columns)
}

// inert keeps a spreadsheet from taking a text that anybody may have written for a
// formula: it gets an apostrophe before it (OWASP, CSV injection).
func inert(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}
