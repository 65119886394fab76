package flowtest

import (
	"encoding/xml"
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

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
	seconds  float64
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes outcomes as the XML that CI servers read: a suite for each test file.
func JUnit(w io.Writer, outcomes []Outcome) error {
	var out junitSuites
	for i := range outcomes {
		o := &outcomes[i]
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != o.File {
			out.Suites = append(out.Suites, junitSuite{Name: o.File})
		}
		s := &out.Suites[len(out.Suites)-1]
		c := junitCase{Class: o.Flow, Name: o.Case, File: o.File, Line: o.Line, Time: fmt.Sprintf("%.3f", o.Took.Seconds())}
		if !o.Passed {
			c.Failure = o.junitFailure()
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

func (o *Outcome) junitFailure() *junitFailure {
	f := &junitFailure{Message: o.Differences[0].Message}
	var b strings.Builder
	for _, d := range o.Differences {
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", o.File, d.Line, d.Column, d.Path, d.Message)
	}
	f.Text = b.String()
	return f
}
