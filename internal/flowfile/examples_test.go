package flowfile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// Every key of the table is used by an example that this test parses: one of testdata/examples,
// or a flow of the examples folder.
func TestEveryKeyHasAnExample(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/examples/*.yaml", "../../examples/*/flows/*.yaml"} {
		found, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no examples at %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, ".test.yaml") })
	used := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := Parse(filepath.Base(file), text); len(problems) > 0 {
			t.Errorf("%s: %v", file, problems)
		}
		var document yaml.Node
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		use(used, shape.Flow(), document.Content[0])
	}
	unused := map[string]bool{}
	wanted(unused, used, shape.Flow(), map[*shape.Shape]bool{})
	if len(unused) > 0 {
		t.Errorf("no example uses these keys; add each to a file of internal/flowfile/testdata/examples:\n  %s",
			strings.Join(slices.Sorted(maps.Keys(unused)), "\n  "))
	}
}

// use notes the keys that a node of a shape has, and those within.
func use(used map[string]bool, s *shape.Shape, node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, ok := s.Key(node.Content[i].Value)
		if !ok {
			continue
		}
		used[s.Name+": "+key.Name] = true
		value := node.Content[i+1]
		switch key.Form {
		case shape.Object:
			use(used, key.Of, value)
		case shape.Objects:
			for _, item := range value.Content {
				use(used, key.Of, item)
			}
		}
	}
}

// wanted adds the keys of a shape, and of those within, that are not used.
func wanted(unused, used map[string]bool, s *shape.Shape, seen map[*shape.Shape]bool) {
	if seen[s] {
		return
	}
	seen[s] = true
	for _, key := range s.Keys {
		if name := s.Name + ": " + key.Name; !used[name] {
			unused[name] = true
		}
		if key.Of != nil {
			wanted(unused, used, key.Of, seen)
		}
	}
}
