package flowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// Suffix is that of files of flow tests.
const Suffix = ".test.yaml"

var suffixes = []string{Suffix, ".test.yml"}

// IsTestFile reports whether a path is that of a file of flow tests.
func IsTestFile(path string) bool { return Base(path) != path }

// Base returns the path of a file of flow tests without its suffix; any other as it is.
func Base(path string) string {
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
	within      string // the folder outside of which cases read nothing; empty for anywhere
}

// Load reads a file of flow tests with all that it names. The error has all problems.
func Load(path string) (*Suite, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Read(path, text, nil)
}

// Read is Load for a text that is not in the file at path, or not yet. A flow that is
// not nil takes the place of the one that the tests are of.
func Read(path string, text []byte, flow *sluice.Flow) (*Suite, error) {
	s := &Suite{Path: path, Flow: flow}
	flowPath, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	if s.FlowPath = Base(path) + ".yaml"; flowPath != "" {
		s.FlowPath = filepath.Join(filepath.Dir(path), flowPath)
	}
	if s.Flow == nil {
		if err := s.loadFlow(); err != nil {
			return nil, err
		}
	}
	if err := s.prepare(); err != nil {
		return s, err
	}
	s.connections, err = connectionsNear(filepath.Dir(s.FlowPath))
	return s, err
}

// parse reads the cases, and returns the path of the flow where the file names one.
func (s *Suite) parse(text []byte) (string, error) {
	var file struct {
		Flow  string  `json:"flow"`
		Cases []*Case `json:"cases"`
	}
	var written struct {
		Cases []struct {
			Expect verdict.Object `json:"expect"`
		} `json:"cases"`
	}
	place, problems := flowfile.ParseTests(s.Path, text, &file)
	if s.place, s.Cases = place, file.Cases; len(problems) > 0 {
		return "", sluice.Problems("test.invalid", s.Path+" cannot be used", problems)
	}
	flowfile.ParseTests(s.Path, text, &written) // what it has to tell is told
	for i, c := range s.Cases {
		c.at, c.wanted = fmt.Sprintf("cases[%d]", i), written.Cases[i].Expect
	}
	return file.Flow, nil
}

// prepare reads what the cases name, and says all that is wrong with them.
func (s *Suite) prepare() error {
	var problems []sluice.Problem
	for _, c := range s.Cases {
		if outside := s.outside(c); len(outside) > 0 {
			problems = append(problems, outside...)
			continue
		}
		problems = append(problems, s.check(c)...)
	}
	return sluice.Problems("test.invalid", s.Path+" cannot be used", problems)
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
