package verdict

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Settled puts what came of a drafted case into it, as what is expected. Imports that were
// given nothing are left out. It returns the list of cases alone.
func Settled(draft, came string) (string, error) {
	var file struct {
		Cases []yaml.Node `yaml:"cases"`
	}
	if err := yaml.Unmarshal([]byte(draft), &file); err != nil || len(file.Cases) != 1 {
		return "", err
	}
	var got yaml.Node
	if err := yaml.Unmarshal([]byte(came), &got); err != nil || len(got.Content) == 0 {
		return "", err
	}
	c := &file.Cases[0]
	for i := 0; i+1 < len(c.Content); i += 2 {
		if c.Content[i].Value == "expect" {
			c.Content[i+1] = withoutIdle(got.Content[0])
		}
	}
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	err := enc.Encode([]*yaml.Node{c})
	return b.String(), err
}

// withoutIdle takes imports out of an expectation that were given no records.
func withoutIdle(expect *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(expect.Content); i += 2 {
		if expect.Content[i].Value != "imports" {
			continue
		}
		list := expect.Content[i+1]
		var kept []*yaml.Node
		for _, n := range list.Content {
			if records := n.Content[len(n.Content)-1]; len(records.Content) > 0 {
				kept = append(kept, n)
			}
		}
		list.Content = kept
	}
	return expect
}
