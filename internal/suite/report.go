package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// event is a line of `go test -json` (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Output      string
	FailedBuild string
}

// report gathers what tests say.
type report struct {
	out      io.Writer
	output   map[string][]string // what a test, or a package, printed
	closing  []string            // go test's line for each package
	skipped  []skip
	tests    int
	failures int
}

// skip is a test that did not run, and why.
type skip struct{ name, why string }

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[string][]string{}}
}

// note records that something was skipped that is no test.
func (r *report) note(name, why string) { r.skipped = append(r.skipped, skip{name, why}) }

func (r *report) failed() bool { return r.failures > 0 }

// read takes the events of one go test, and tells progress as packages end.
func (r *report) read(events io.Reader, progress io.Writer) error {
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(r.out, lines.Text()) // go itself, not a test
			continue
		}
		r.take(e)
		if e.Test == "" && (e.Action == "pass" || e.Action == "fail") {
			fmt.Fprintf(progress, "%s %s\n", e.Action, e.Package)
		}
	}
	return lines.Err()
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		if e.Test == "" && isClosing(e.Output) {
			r.closing = append(r.closing, strings.TrimRight(e.Output, "\n"))
			return
		}
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "skip", "fail":
		r.end(e, r.output[key])
		delete(r.output, key)
	}
}

// end records how a test or a package ended.
func (r *report) end(e event, output []string) {
	if e.Test != "" {
		r.tests++
	}
	switch {
	case e.Action == "skip" && e.Test != "":
		r.note(strings.TrimPrefix(e.Package, "github.com/sluicehq/sluice/")+" "+e.Test, reason(output))
	case e.Action == "fail":
		r.failures++
		for _, line := range output {
			if !strings.HasPrefix(line, "=== ") {
				fmt.Fprint(r.out, line)
			}
		}
	}
}

var closingLine = regexp.MustCompile(`^(ok  |FAIL|\?   )\t|^\t\S+\t+coverage: `)

// isClosing reports whether a line is go test's own last word on a package.
func isClosing(line string) bool { return closingLine.MatchString(line) }

var placeOfSkip = regexp.MustCompile(`^\s+[\w./-]+\.go:\d+: `)

// reason finds the words a test skipped with.
func reason(output []string) string {
	var words []string
	for _, line := range output {
		if strings.HasPrefix(line, "=== ") || strings.Contains(line, "--- SKIP") {
			continue
		}
		words = append(words, strings.TrimSpace(placeOfSkip.ReplaceAllString(line, "")))
	}
	if text := strings.TrimSpace(strings.Join(words, " ")); text != "" {
		return text
	}
	return "it does not say why"
}

// excused reports whether a skip is allowed where everything can be installed:
// only the reference material beside the repository cannot be.
func (s skip) excused() bool {
	return strings.Contains(s.why, "SLUICE_SHARED") || strings.Contains(s.why, "../shared")
}

// close prints what was skipped and go test's closing lines. It reports whether
// the suite passed.
func (r *report) close(strict bool) bool {
	byReason := map[string][]string{}
	for _, s := range r.skipped {
		byReason[s.why] = append(byReason[s.why], s.name)
		if strict && !s.excused() {
			r.failures++
			fmt.Fprintf(r.out, "FAIL: %s was skipped, which CI=true does not allow: %s\n", s.name, s.why)
		}
	}
	fmt.Fprintf(r.out, "%d tests, %d skipped\n", r.tests, len(r.skipped))
	reasons := make([]string, 0, len(byReason))
	for why := range byReason {
		reasons = append(reasons, why)
	}
	slices.Sort(reasons)
	for _, why := range reasons {
		fmt.Fprintf(r.out, "  skipped: %s\n", why)
		for _, name := range byReason[why] {
			fmt.Fprintf(r.out, "    %s\n", name)
		}
	}
	for _, line := range r.closing {
		fmt.Fprintln(r.out, line)
	}
	if r.failed() {
		fmt.Fprintln(r.out, "FAIL")
	}
	return !r.failed()
}
