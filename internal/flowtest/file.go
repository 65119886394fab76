package flowtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// Suffixes of files of flow tests.
var suffixes = []string{".test.yaml", ".test.yml"}

// IsTestFile reports whether a path is that of a file of flow tests.
func IsTestFile(path string) bool { return base(path) != path }

func base(path string) string {
	for _, s := range suffixes {
		if strings.HasSuffix(path, s) {
			return strings.TrimSuffix(path, s)
		}
	}
	return path
}

// Suite is a file of flow tests with its flow.
type Suite struct {
	Path     string
	FlowPath string
	Flow     *sluice.Flow
	Cases    []*Case
	place    flowfile.Place
	// connections are the settings of connections.yaml, by name.
	connections map[string]*sluice.Connection
}

// Case is one case. See shape.Tests for what the keys mean.
type Case struct {
	Name    string           `json:"name"`
	Given   any              `json:"given"`
	File    string           `json:"file"`
	Records string           `json:"records"`
	Pages   []string         `json:"pages"`
	Exports any              `json:"exports"`
	Lookups []FoundAnswer    `json:"lookups"`
	Answers []ImportAnswer   `json:"answers"`
	Expect  Expectation      `json:"expect"`
	given   []sluice.Record  // of Given or File
	byName  map[string][]any // of Exports
	pages   []string         // the text of Pages
	at      string           // path in the file: cases[0]
}

// FoundAnswer is what a lookup finds.
type FoundAnswer struct {
	Step string   `json:"step"`
	If   string   `json:"if"`
	Give any      `json:"give"`
	Fail *Failure `json:"fail"`
}

// ImportAnswer is what the other side answers an import.
type ImportAnswer struct {
	Step   string   `json:"step"`
	If     string   `json:"if"`
	ID     string   `json:"id"`
	Status int      `json:"status"`
	Body   any      `json:"body"`
	Fail   *Failure `json:"fail"`
}

// Failure is a refusal.
type Failure struct {
	Code           string                `json:"code"`
	Message        string                `json:"message"`
	Classification sluice.Classification `json:"classification"`
}

// Expectation is what has to become of a case's records. Nil lists are not looked at.
type Expectation struct {
	Imports  []Imported          `json:"imports"`
	Requests []Request           `json:"requests"`
	Excluded []Excluded          `json:"excluded"`
	Errors   []Failed            `json:"errors"`
	Counts   map[string]int64    `json:"counts"`
	Totals   []map[string]string `json:"totals"`
	Failure  string              `json:"failure"`
}

// Imported are the records that an import is to be given.
type Imported struct {
	Step    string           `json:"step"`
	Match   string           `json:"match"`
	Records []ImportedRecord `json:"records"`
}

// ImportedRecord is one of them. Empty fields are not looked at.
type ImportedRecord struct {
	Key        string `json:"key"`
	Operation  string `json:"operation"`
	ExternalID string `json:"external_id"`
	ID         string `json:"id"`
	Record     any    `json:"record"`
}

// Request is a request that is to be sent. Empty fields are not looked at.
type Request struct {
	Step    string            `json:"step"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
}

// Excluded is a record that is to be left out.
type Excluded struct {
	Key    string `json:"key"`
	Record int64  `json:"record"`
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

// Failed is a record that is to fail.
type Failed struct {
	Key     string `json:"key"`
	Record  int64  `json:"record"`
	Step    string `json:"step"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Load reads a file of flow tests with all that it names. The error has all problems.
func Load(path string) (*Suite, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Flow  string  `json:"flow"`
		Cases []*Case `json:"cases"`
	}
	s := &Suite{Path: path}
	place, problems := flowfile.ParseTests(path, text, &file)
	s.place, s.Cases = place, file.Cases
	if len(problems) > 0 {
		return nil, sluice.Problems("test.invalid", path+" cannot be used", problems)
	}
	if s.FlowPath = base(path) + ".yaml"; file.Flow != "" {
		s.FlowPath = filepath.Join(filepath.Dir(path), file.Flow)
	}
	if err := s.loadFlow(); err != nil {
		return nil, err
	}
	for i, c := range s.Cases {
		c.at = fmt.Sprintf("cases[%d]", i)
		problems = append(problems, s.check(c)...)
	}
	if err := sluice.Problems("test.invalid", path+" cannot be used", problems); err != nil {
		return nil, err
	}
	s.connections, err = connectionsNear(filepath.Dir(s.FlowPath))
	return s, err
}

func (s *Suite) loadFlow() error {
	text, err := os.ReadFile(s.FlowPath)
	if err != nil {
		return sluice.Errorf("test.no_flow", "the flow of %s cannot be read: %w", s.Path, err).Fix("Name the flow's file with the key flow, or call the test file by the flow's: orders.test.yaml for orders.yaml")
	}
	flow, problems := flowfile.Parse(s.FlowPath, text)
	s.Flow = flow
	return sluice.Problems("flow.invalid", s.FlowPath+" has mistakes", problems)
}

// problem is something that is wrong with a file of tests.
func (s *Suite) problem(path, message, remedy string) sluice.Problem {
	line, column := s.place(path)
	return sluice.Problem{Code: "test.invalid", Path: path, Line: line, Column: column, Message: message, Remedy: remedy}
}

// check reads what the case names and says all that is wrong with it.
func (s *Suite) check(c *Case) []sluice.Problem {
	problems := s.checkSteps(c)
	var err error
	switch {
	case c.File != "":
		if c.given, err = s.readRecords(c); err != nil {
			problems = append(problems, s.problem(c.at+".file", err.Error(), ""))
		}
	case c.Pages != nil:
		problems = append(problems, s.readPages(c)...)
	case c.Exports != nil:
		problems = append(problems, s.checkExports(c)...)
	default:
		if c.given, err = recordsOf(c.Given); err != nil {
			problems = append(problems, s.problem(c.at+".given", err.Error(), "Write a list of records: [{id: 1}]"))
		}
	}
	return problems
}

// checkSteps says which steps the case names that the flow does not have.
func (s *Suite) checkSteps(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	known := map[string]bool{}
	for _, name := range stepNames(s.Flow) {
		known[name] = true
	}
	look := func(path, step string) {
		if step != "" && !known[step] {
			problems = append(problems, s.problem(path+".step", fmt.Sprintf("the flow %s has no step %q", s.Flow.Name, step), "Its steps are "+strings.Join(stepNames(s.Flow), ", ")))
		}
	}
	for i, a := range c.Answers {
		look(fmt.Sprintf("%s.answers[%d]", c.at, i), a.Step)
	}
	for i, a := range c.Lookups {
		look(fmt.Sprintf("%s.lookups[%d]", c.at, i), a.Step)
	}
	for i, e := range c.Expect.Imports {
		look(fmt.Sprintf("%s.expect.imports[%d]", c.at, i), e.Step)
	}
	for i, e := range c.Expect.Requests {
		look(fmt.Sprintf("%s.expect.requests[%d]", c.at, i), e.Step)
	}
	return problems
}

func (s *Suite) readPages(c *Case) []sluice.Problem {
	if s.Flow.Export.HTTP == nil {
		return []sluice.Problem{s.problem(c.at+".pages", "the flow's export is not by HTTP, which pages are for", "Give its records by given or file")}
	}
	var problems []sluice.Problem
	for i, name := range c.Pages {
		text, err := os.ReadFile(s.beside(name))
		if err != nil {
			problems = append(problems, s.problem(fmt.Sprintf("%s.pages[%d]", c.at, i), err.Error(), ""))
		}
		c.pages = append(c.pages, string(text))
	}
	return problems
}

func (s *Suite) checkExports(c *Case) []sluice.Problem {
	byName, ok := c.Exports.(map[string]any)
	if !ok {
		return []sluice.Problem{s.problem(c.at+".exports", "exports is not names with lists of records", "Write it as {web: [{id: 1}]}")}
	}
	c.byName = map[string][]any{}
	var problems []sluice.Problem
	for name, v := range byName {
		list, ok := v.([]any)
		if !ok {
			problems = append(problems, s.problem(c.at+".exports."+name, "this is not a list of records", "Write a list of records: [{id: 1}]"))
		}
		c.byName[name] = list
	}
	return problems
}

func (s *Suite) beside(name string) string { return filepath.Join(filepath.Dir(s.Path), name) }

// readRecords reads the case's file.
func (s *Suite) readRecords(c *Case) ([]sluice.Record, error) {
	text, err := os.ReadFile(s.beside(c.File))
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(c.File, ".jsonl") || strings.HasSuffix(c.File, ".ndjson") {
		var list []any
		for line := range strings.Lines(string(text)) {
			if strings.TrimSpace(line) == "" {
				continue
			}
			v, err := decode(line)
			if err != nil {
				return nil, fmt.Errorf("line %d of %s is not JSON: %w", len(list)+1, c.File, err)
			}
			list = append(list, v)
		}
		return recordsOf(list)
	}
	v, err := decode(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", c.File, err)
	}
	place := c.Records
	if h := s.Flow.Export.HTTP; place == "" && h != nil {
		place = h.Records
	}
	found, err := at(v, place)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	return recordsOf(found)
}

func decode(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	err := decoder.Decode(&v)
	return v, err
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

// connectionsNear reads the connections.yaml of a folder, or of the one above: their
// kinds and plain settings, never a secret. There may be none.
func connectionsNear(dir string) (map[string]*sluice.Connection, error) {
	out := map[string]*sluice.Connection{}
	for _, name := range []string{filepath.Join(dir, "connections.yaml"), filepath.Join(dir, "..", "connections.yaml")} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		var file struct {
			Connections []struct {
				Name     string         `yaml:"name"`
				Kind     string         `yaml:"kind"`
				Settings map[string]any `yaml:"settings"`
			} `yaml:"connections"`
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			return nil, sluice.Errorf("files.invalid", "%s cannot be read: %w", name, err)
		}
		for _, c := range file.Connections {
			conn := &sluice.Connection{Name: c.Name, Kind: c.Kind, Settings: map[string]string{}}
			for field, v := range c.Settings {
				switch v.(type) {
				case string, int, bool:
					conn.Settings[field] = fmt.Sprint(v)
				}
			}
			out[c.Name] = conn
		}
		return out, nil
	}
	return out, nil
}

// Files returns the paths of the files that the cases read.
func (s *Suite) Files() []string {
	var out []string
	for _, c := range s.Cases {
		if c.File != "" {
			out = append(out, s.beside(c.File))
		}
		for _, name := range c.Pages {
			out = append(out, s.beside(name))
		}
	}
	return out
}
