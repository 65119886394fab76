package flowtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// source is what a case gives one export: its records, or recorded answers, which the
// export reads as it reads the other system.
type source struct {
	records []sluice.Record
	pages   []string // the answers' bodies; nil where there are records
	asked   int      // pages that were asked for
}

// checkSources reads what the exports give, and says for which nothing is said.
func (s *Suite) checkSources(c *Case) []sluice.Problem {
	c.sources = map[string]*source{}
	var there []string
	for _, k := range []struct {
		name string
		set  bool
	}{{"given", c.Given != nil}, {"file", c.File != ""}, {"pages", c.Pages != nil}, {"exports", c.Exports != nil}} {
		if k.set {
			there = append(there, k.name)
		}
	}
	if len(there) > 1 {
		return []sluice.Problem{s.problem(c.at+"."+there[1], strings.Join(there, " and ")+" exclude each other", "Keep one of them")}
	}
	labels := s.labels()
	switch {
	case c.Exports != nil:
		return append(s.checkExports(c), s.checkUnsaid(c)...)
	case len(there) == 0:
		return s.checkUnsaid(c)
	case len(labels) > 1:
		return []sluice.Problem{s.problem(c.at+"."+there[0], fmt.Sprintf("the flow %s has several exports", s.Flow.Name), fmt.Sprintf("Say under exports what each gives: {%s: [{id: 1}]}", labels[0]))}
	}
	e := s.source(labels[0])
	given := map[string]any{there[0]: map[string]any{"given": c.Given, "file": c.File, "pages": c.Pages}[there[0]], "records": c.Records}
	src, problems := s.read(c.at, e, given)
	c.sources[labels[0]] = src
	return problems
}

// checkUnsaid finds exports of which nothing is said and that nothing can be read from.
func (s *Suite) checkUnsaid(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	for _, e := range s.Flow.Sources() {
		_, said := c.sources[e.Label()]
		_, database := c.Databases[e.Connection]
		inFolder := c.Folder != "" && (e.CSV != nil || e.JSONLines != nil || e.XLSX != nil)
		if said || inFolder || database && e.SQL != nil {
			continue
		}
		if c.Exports == nil {
			return []sluice.Problem{s.problem(c.at, "one of given, file, pages, exports is missing", "Say what the export gives; exports of files are read from folder, those of databases from databases")}
		}
		problems = append(problems, s.problem(c.at+".exports", fmt.Sprintf("nothing is said of the export %q", e.Label()), fmt.Sprintf("Say that it gives nothing: {%s: []}", e.Label())))
	}
	return problems
}

// source returns the export with that name, nil for none.
func (s *Suite) source(label string) *sluice.Export {
	for _, e := range s.Flow.Sources() {
		if e.Label() == label {
			return e
		}
	}
	return nil
}

// checkExports reads what each of several exports gives: a list of records, or an
// object with one of given, file and pages.
func (s *Suite) checkExports(c *Case) []sluice.Problem {
	byName, ok := c.Exports.(map[string]any)
	if !ok {
		return []sluice.Problem{s.problem(c.at+".exports", "exports is not names with what each gives", "Write it as {web: [{id: 1}]}, or {web: {pages: [web/1.json]}}")}
	}
	var problems []sluice.Problem
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		at := c.at + ".exports." + name
		e := s.source(name)
		if e == nil {
			problems = append(problems, s.problem(at, fmt.Sprintf("the flow %s has no export %q", s.Flow.Name, name), "Its exports are "+strings.Join(s.labels(), ", ")))
			continue
		}
		given, ok := byName[name].(map[string]any)
		if !ok {
			records, err := recordsOf(byName[name])
			if err != nil {
				problems = append(problems, s.problem(at, err.Error(), "Write a list of records, [{id: 1}], or an object with file or pages"))
			}
			c.sources[name] = &source{records: records}
			continue
		}
		src, more := s.read(at, e, given)
		c.sources[name] = src
		problems = append(problems, more...)
	}
	return problems
}

// read reads what one export gives. given holds one of given, file and pages, and
// perhaps records, the place of the list in the file.
func (s *Suite) read(at string, e *sluice.Export, given map[string]any) (*source, []sluice.Problem) {
	src := &source{}
	var problems []sluice.Problem
	wrong := func(key string, err error, remedy string) {
		if err != nil {
			problems = append(problems, s.problem(at+key, err.Error(), remedy))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains([]string{"given", "file", "pages", "records"}, key) {
			wrong("."+key, fmt.Errorf("there is no key %q here", key), "The keys are given, file, records, pages")
		}
	}
	place, _ := given["records"].(string)
	switch {
	case given["file"] != nil:
		name, _ := given["file"].(string)
		var err error
		src.records, err = s.readRecords(name, place, e)
		wrong(".file", err, "")
	case given["pages"] != nil:
		if e.HTTP == nil && !e.FromNetSuite() {
			wrong(".pages", fmt.Errorf("the flow's export is neither by HTTP nor of NetSuite, which pages are for"), "Give its records by given or file")
			break
		}
		src.pages = []string{}
		list, ok := given["pages"].([]any)
		if !ok {
			wrong(".pages", fmt.Errorf("pages is not a list"), "Write files, or the answers themselves: [pages/1.json, {items: []}]")
		}
		for i, page := range list {
			text, err := s.readPage(page)
			wrong(fmt.Sprintf(".pages[%d]", i), err, "")
			src.pages = append(src.pages, text)
		}
	default:
		var err error
		src.records, err = recordsOf(given["given"])
		wrong(".given", err, "Write a list of records: [{id: 1}]")
	}
	return src, problems
}

// readPage returns the body of a recorded answer: a text names its file.
func (s *Suite) readPage(page any) (string, error) {
	if name, ok := page.(string); ok {
		text, err := os.ReadFile(s.beside(name))
		return string(text), err
	}
	text, err := json.Marshal(page)
	return string(text), err
}

func (s *Suite) beside(name string) string { return filepath.Join(filepath.Dir(s.Path), name) }

// readRecords reads a file of records: JSON lines, or JSON with a list at a place.
func (s *Suite) readRecords(name, place string, e *sluice.Export) ([]sluice.Record, error) {
	text, err := os.ReadFile(s.beside(name))
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".ndjson") {
		var list []any
		for line := range strings.Lines(string(text)) {
			if strings.TrimSpace(line) == "" {
				continue
			}
			v, err := verdict.Decode(line)
			if err != nil {
				return nil, fmt.Errorf("line %d of %s is not JSON: %w", len(list)+1, name, err)
			}
			list = append(list, v)
		}
		return recordsOf(list)
	}
	v, err := verdict.Decode(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", name, err)
	}
	if e.HTTP != nil && place == "" {
		place = e.HTTP.Records
	}
	found, err := at(v, place)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return recordsOf(found)
}

// at finds a place: names with dots, or a JSON pointer.
func at(v any, place string) (any, error) {
	for name := range strings.FieldsFuncSeq(place, func(r rune) bool { return r == '.' || r == '/' }) {
		object, ok := v.(map[string]any)
		if !ok || object[name] == nil {
			return nil, fmt.Errorf("there is nothing at %s", place)
		}
		v = object[name]
	}
	return v, nil
}

func recordsOf(v any) ([]sluice.Record, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("this is not a list of records")
	}
	out := make([]sluice.Record, len(list))
	for i, e := range list {
		r, ok := e.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("element %d is not a record", i+1)
		}
		out[i] = r
	}
	return out, nil
}

// Files returns the paths of the files that the cases read.
func (s *Suite) Files() []string {
	var out []string
	for _, c := range s.Cases {
		for _, path := range s.named(c) {
			if c.Folder != "" && path == s.beside(c.Folder) {
				out = append(out, filesBelow(path)...)
			} else {
				out = append(out, path)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// named returns the paths that a case names, those of folders too.
func (s *Suite) named(c *Case) []string {
	var out []string
	add := func(name string) {
		if name != "" {
			out = append(out, s.beside(name))
		}
	}
	pages := func(v any) {
		list, _ := v.([]any)
		for _, page := range list {
			name, _ := page.(string)
			add(name)
		}
	}
	add(c.File)
	add(c.Folder)
	pages(c.Pages)
	byName, _ := c.Exports.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		given, _ := byName[name].(map[string]any)
		file, _ := given["file"].(string)
		add(file)
		pages(given["pages"])
	}
	for _, name := range slices.Sorted(maps.Values(c.Databases)) {
		add(name)
	}
	return out
}

func filesBelow(dir string) []string {
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, path)
		}
		return nil // what cannot be read is told where it is used
	})
	return out
}
