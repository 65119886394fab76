package flowtest

import (
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
	var file struct {
		Flow  string  `json:"flow"`
		Cases []*Case `json:"cases"`
	}
	s := &Suite{Path: path, Flow: flow}
	place, problems := flowfile.ParseTests(path, text, &file)
	s.place, s.Cases = place, file.Cases
	if len(problems) > 0 {
		return nil, sluice.Problems("test.invalid", path+" cannot be used", problems)
	}
	if s.FlowPath = base(path) + ".yaml"; file.Flow != "" {
		s.FlowPath = filepath.Join(filepath.Dir(path), file.Flow)
	}
	if s.Flow == nil {
		if err := s.loadFlow(); err != nil {
			return nil, err
		}
	}
	for i, c := range s.Cases {
		c.at = fmt.Sprintf("cases[%d]", i)
		problems = append(problems, s.check(c)...)
	}
	err := sluice.Problems("test.invalid", path+" cannot be used", problems)
	if err == nil {
		s.connections, err = connectionsNear(filepath.Dir(s.FlowPath))
	}
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
