package flowfile

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// examples are the flows of the documentation. The first line of each says what it is,
// the second one which sections it is for. Beside it are the flow tests that run it, but
// where a key shows over several runs or over time: those are run by live_test.go, and
// their third line says what it checks.
//
//go:embed testdata/examples/*.yaml
var examples embed.FS

const (
	examplesDir = "testdata/examples"
	testSuffix  = ".test.yaml"
)

// example is one of them.
type example struct {
	name, about string
	shows       []string
	flow        string
	tests       string // empty for one that is run by live_test.go
	checked     string // what that checks
}

// readExamples returns the examples by name. They are part of the program: what cannot
// be read is a mistake in it, which the tests find.
func readExamples() []example {
	files, err := examples.ReadDir(examplesDir)
	if err != nil {
		return nil
	}
	var out []example
	for _, file := range files {
		name, isFlow := strings.CutSuffix(file.Name(), ".yaml")
		if !isFlow || strings.HasSuffix(file.Name(), testSuffix) {
			continue
		}
		lines := strings.SplitN(exampleFile(file.Name()), "\n", 3)
		if len(lines) < 3 {
			continue
		}
		e := example{name: name, about: strings.TrimPrefix(lines[0], "# "), shows: strings.Split(strings.TrimPrefix(lines[1], "# shows: "), ", "),
			flow: lines[2], tests: exampleFile(name + testSuffix)}
		if checked, live := strings.CutPrefix(lines[2], "# checked: "); live {
			e.checked, e.flow, _ = strings.Cut(checked, "\n")
		}
		out = append(out, e)
	}
	return out
}

// exampleFile returns a file's text, empty for one that is not there.
func exampleFile(name string) string {
	text, err := examples.ReadFile(path.Join(examplesDir, name))
	if err != nil {
		return ""
	}
	return string(text)
}

// exampleDocs writes a section's examples: those that are first of all for it in full,
// and where the others are.
func exampleDocs(b *strings.Builder, section string, all []example) {
	var elsewhere []string
	for _, e := range all {
		switch {
		case e.shows[0] == section:
			e.docs(b)
		case slices.Contains(e.shows, section):
			elsewhere = append(elsewhere, fmt.Sprintf("[%s](#%s)", e.name, anchor(e.shows[0])))
		}
	}
	if len(elsewhere) > 0 {
		fmt.Fprintf(b, "\nSee also %s.\n", strings.Join(elsewhere, ", "))
	}
}

func (e *example) docs(b *strings.Builder) {
	fmt.Fprintf(b, "\n**%s** %s\n\n```yaml\n%s```\n\n", e.name, e.about, e.flow)
	if e.tests == "" {
		fmt.Fprintf(b, "Run over time, or several times, by [live_test.go](../internal/flowfile/live_test.go): %s\n", e.checked)
		return
	}
	fmt.Fprintf(b, "<details><summary>Its flow tests</summary>\n\n```yaml\n%s```\n\n</details>\n", e.tests)
}

// usersOf returns a few examples whose flow tests together use all keys of a shape that
// any of them uses.
func usersOf(s *shape.Shape, all []example) []example {
	used := map[string]bool{}
	var out []example
	for _, e := range all {
		var document yaml.Node
		if e.tests == "" || yaml.Unmarshal([]byte(e.tests), &document) != nil {
			continue
		}
		before := len(used)
		use(used, s.Name, shape.Tests(), document.Content[0])
		if len(used) > before {
			out = append(out, e)
		}
	}
	return out
}

// use notes the keys of the shape with that name that a node of another shape has within.
func use(used map[string]bool, name string, s *shape.Shape, node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, ok := s.Key(node.Content[i].Value)
		if !ok {
			continue
		}
		if s.Name == name {
			used[key.Name] = true
		}
		switch value := node.Content[i+1]; key.Form {
		case shape.Object:
			use(used, name, key.Of, value)
		case shape.Objects:
			for _, item := range value.Content {
				use(used, name, key.Of, item)
			}
		}
	}
}
