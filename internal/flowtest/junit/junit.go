// Package junit writes outcomes of flow tests as CI servers read them.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/sluicehq/sluice/internal/flowtest"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testCase `xml:"testcase"`
	seconds  float64
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr"`
	Line    int      `xml:"line,attr"`
	Time    string   `xml:"time,attr"`
	Failure *failure `xml:"failure,omitempty"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Write writes outcomes as the XML that CI servers read: a suite for each test file.
func Write(w io.Writer, outcomes []flowtest.Outcome) error {
	var out suites
	for i := range outcomes {
		o := &outcomes[i]
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != o.File {
			out.Suites = append(out.Suites, suite{Name: o.File})
		}
		s := &out.Suites[len(out.Suites)-1]
		c := testCase{Class: o.Flow, Name: o.Case, File: o.File, Line: o.Line, Time: fmt.Sprintf("%.3f", o.Took.Seconds())}
		if !o.Passed {
			c.Failure = failureOf(o)
			s.Failures++
			out.Failures++
		}
		s.Tests++
		out.Tests++
		s.seconds += o.Took.Seconds()
		s.Time = fmt.Sprintf("%.3f", s.seconds)
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func failureOf(o *flowtest.Outcome) *failure {
	f := &failure{Message: o.Differences[0].Message}
	var b strings.Builder
	for _, d := range o.Differences {
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", o.File, d.Line, d.Column, d.Path, d.Message)
	}
	f.Text = b.String()
	return f
}
