package flowtest

import (
	"fmt"
	"io"
	"strings"
)

// Text writes an outcome for people: one line, and its differences below.
func (o *Outcome) Text(w io.Writer) error {
	word := "ok  "
	if !o.Passed {
		word = "FAIL"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s: %s\n", word, o.Flow, o.Case)
	for _, d := range o.Differences {
		fmt.Fprintf(&b, "      %s:%d:%d: %s: %s\n", o.File, d.Line, d.Column, d.Path, d.Message)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
