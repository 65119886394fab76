package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// answer is what a tool said.
type answer struct {
	reached []finding
	others  int // known weaknesses that the code does not reach
}

// finding is a weakness that the code reaches.
type finding struct {
	ids   []string // all names that it goes by, the tool's own first
	where string   // module or package, and how the code gets there
	says  string
	fixed string
}

func (f finding) String() string {
	text := fmt.Sprintf("%s in %s: %s", f.ids[0], f.where, f.says)
	if f.fixed != "" {
		text += " (fixed in " + f.fixed + ")"
	}
	return text
}

// message is one of govulncheck's (its package internal/govulncheck, protocol v1).
type message struct {
	Config *struct {
		Protocol string `json:"protocol_version"`
	} `json:"config"`
	Progress *struct {
		Message string `json:"message"`
	} `json:"progress"`
	OSV *struct {
		ID      string   `json:"id"`
		Aliases []string `json:"aliases"`
		Summary string   `json:"summary"`
	} `json:"osv"`
	Finding *struct {
		OSV   string `json:"osv"`
		Fixed string `json:"fixed_version"`
		Trace []struct {
			Module   string `json:"module"`
			Package  string `json:"package"`
			Function string `json:"function"`
		} `json:"trace"`
	} `json:"finding"`
}

// readGo reads what govulncheck -format json wrote. A finding whose trace begins with a
// function is one that the code calls; the others are about what is only there. The
// report is whole when it has got as far as telling that the code was looked through.
func readGo(output []byte) (answer, error) {
	var a answer
	about := map[string]finding{}
	known, called, scanned := map[string]bool{}, map[string]int{}, false
	for d := json.NewDecoder(bytes.NewReader(output)); ; {
		var m message
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return a, fmt.Errorf("its report is no JSON: %w", err)
		}
		switch {
		case m.Config != nil && !strings.HasPrefix(m.Config.Protocol, "v1."):
			return a, fmt.Errorf("its report is of the form %s", m.Config.Protocol)
		case m.Progress != nil:
			scanned = scanned || strings.HasPrefix(m.Progress.Message, "Checking the code")
		case m.OSV != nil:
			about[m.OSV.ID] = finding{ids: append([]string{m.OSV.ID}, m.OSV.Aliases...), says: m.OSV.Summary}
		case m.Finding != nil && len(m.Finding.Trace) > 0:
			known[m.Finding.OSV] = true
			last, first := m.Finding.Trace[0], m.Finding.Trace[len(m.Finding.Trace)-1]
			if last.Function == "" {
				continue
			}
			if called[m.Finding.OSV]++; called[m.Finding.OSV] > 1 {
				continue
			}
			f, ok := about[m.Finding.OSV]
			if !ok {
				f.ids = []string{m.Finding.OSV}
			}
			f.where, f.fixed = last.Package+"."+last.Function+", called by "+first.Package, m.Finding.Fixed
			a.reached = append(a.reached, f)
		}
	}
	if !scanned {
		return a, errors.New("its report is not whole")
	}
	a.others = len(known) - len(called)
	return a, nil
}

// audit is what npm audit --json writes (version 2 of its report).
type audit struct {
	Version         int             `json:"auditReportVersion"`
	Error           json.RawMessage `json:"error"`
	Vulnerabilities map[string]struct {
		Severity string            `json:"severity"`
		Via      []json.RawMessage `json:"via"` // a weakness, or the name of another package
		Fix      json.RawMessage   `json:"fixAvailable"`
	} `json:"vulnerabilities"`
}

// weakness is one of a package.
type weakness struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	URL      string `json:"url"`
	Severity string `json:"severity"`
	Range    string `json:"range"`
}

// readNPM reads what npm audit --omit=dev --json wrote: all of it is in the pages.
func readNPM(output []byte) (answer, error) {
	var a answer
	var report audit
	if err := json.Unmarshal(output, &report); err != nil {
		return a, fmt.Errorf("its report is no JSON: %w", err)
	}
	if report.Version != 2 || len(report.Error) > 0 {
		return a, errors.New("its report is not whole")
	}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(report.Vulnerabilities)) {
		for _, via := range report.Vulnerabilities[name].Via {
			var w weakness
			if json.Unmarshal(via, &w) != nil || w.URL == "" {
				continue // it names the package that has the weakness, and stands by itself
			}
			id := w.URL[strings.LastIndex(w.URL, "/")+1:]
			if !seen[id] {
				seen[id] = true
				a.reached = append(a.reached, finding{ids: []string{id}, where: w.Name + " " + w.Range, says: w.Title + " (" + w.Severity + ")"})
			}
		}
	}
	if len(report.Vulnerabilities) > 0 && len(a.reached) == 0 {
		return a, errors.New("its report names packages and no weakness")
	}
	return a, nil
}

// exception is a weakness that is let through for a while.
type exception struct {
	id     string
	until  time.Time // the last day
	reason string
	line   int
	used   bool
}

// readExceptions reads lines of the form "ID YYYY-MM-DD reason"; # begins a comment.
func readExceptions(text string) ([]*exception, error) {
	var list []*exception
	var wrong []error
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, rest, _ := strings.Cut(line, " ")
		day, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		until, err := time.Parse(time.DateOnly, day)
		reason = strings.TrimSpace(reason)
		if err != nil || len(reason) < 20 {
			wrong = append(wrong, fmt.Errorf("line %d of the exceptions is not: ID, last day, and a reason that says why it does no harm", i+1))
			continue
		}
		list = append(list, &exception{id: id, until: until, reason: reason, line: i + 1})
	}
	return list, errors.Join(wrong...)
}

func exceptionFor(list []*exception, ids []string) *exception {
	for _, e := range list {
		if slices.Contains(ids, e.id) {
			return e
		}
	}
	return nil
}
