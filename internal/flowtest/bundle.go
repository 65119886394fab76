package flowtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Bundle is a file of flow tests that is kept with its flow instead of in a folder, with
// the files that its cases read.
type Bundle struct {
	Flow  *sluice.Flow
	Text  string
	Files map[string]string // texts by their paths, relative to the test file
	// Connections are those that the flow names, of which the plain settings count.
	Connections map[string]*sluice.Connection
}

// bundled is where a bundle has its test file: files may lie beside it, below it, and in
// folders beside its own.
const bundled = "flows"

// Unpack writes the bundle's files into a folder and reads the tests there. Its cases read
// nothing outside of the folder.
func (b *Bundle) Unpack(dir string) (*Suite, error) {
	s := &Suite{Path: filepath.Join(dir, bundled, b.Flow.Name+Suffix), Flow: b.Flow, within: dir, connections: b.Connections}
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		if !Bundles(name) {
			return nil, sluice.Errorf(sluice.CodeInvalid, "the file %q is outside of what is kept with a flow", name).Fix("Use a path beside the test file, or in a folder beside its own")
		}
		if err := writeFile(filepath.Join(dir, bundled, name), b.Files[name]); err != nil {
			return nil, err
		}
	}
	if _, err := s.parse([]byte(b.Text)); err != nil {
		return nil, err
	}
	return s, s.prepare()
}

// Bundles reports whether a path, relative to the test file, is one of a bundle's.
func Bundles(name string) bool {
	return filepath.IsLocal(filepath.Join(bundled, filepath.FromSlash(name))) && !filepath.IsAbs(name) && !strings.Contains(name, "\x00")
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

// outside says what a case names that is not in the folder in which it stays.
func (s *Suite) outside(c *Case) []sluice.Problem {
	if s.within == "" {
		return nil
	}
	var problems []sluice.Problem
	for _, path := range s.named(c) {
		if rel, err := filepath.Rel(s.within, path); err != nil || !filepath.IsLocal(rel) {
			problems = append(problems, s.problem(c.at, fmt.Sprintf("the file %s is outside of what is kept with the flow", filepath.Base(path)), "Write the records under given"))
		}
	}
	return problems
}

// NamedFiles returns the paths of the files that the tests of a file read, nothing where
// it cannot be read: what is wrong with it is told where it is used.
func NamedFiles(path string, text []byte) []string {
	s := &Suite{Path: path}
	if _, err := s.parse(text); err != nil {
		return nil
	}
	return s.Files()
}
