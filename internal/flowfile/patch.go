package flowfile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
)

// Patch puts values into the places of a flow file that their paths name, such as
// steps[1].import.connection, and leaves everything else as it is written: other
// values, comments and spacing. The places hold texts of one line already.
func Patch(text []byte, values map[string]string) ([]byte, error) {
	d := read(text)
	if len(d.problems) > 0 {
		return nil, &sluice.Error{Code: "flow.invalid", Message: "the flow cannot be changed", Problems: d.problems}
	}
	// From the end on, since what follows a change on its line moves.
	paths := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return -d.compare(a, b) })
	for _, path := range paths {
		n := d.nodes[path]
		if n == nil || n.Kind != yaml.ScalarNode || !d.replace(n, values[path]) {
			return nil, sluice.Errorf("flow.patch", "this value cannot be changed in place").At(path).Fix("Change it in the flow's text")
		}
	}
	return []byte(strings.Join(d.lines, "\n")), nil
}

// compare orders paths by where their values stand.
func (d *document) compare(a, b string) int {
	first, second := d.nodes[a], d.nodes[b]
	if first == nil || second == nil {
		return cmp.Compare(a, b)
	}
	return cmp.Or(cmp.Compare(first.Line, second.Line), cmp.Compare(first.Column, second.Column))
}

// replace writes another value where a node's text stands, and reports whether it
// found that text.
func (d *document) replace(n *yaml.Node, value string) bool {
	line := []rune(d.lines[n.Line-1])
	at := n.Column - 1
	if at < 0 || at > len(line) {
		return false
	}
	before, after := string(line[:at]), string(line[at:])
	for _, quote := range []string{`"`, "'", ""} {
		tail, found := strings.CutPrefix(after, quote+n.Value+quote)
		if !found || quote == "" && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			continue
		}
		if quote == "" {
			quote = plainQuote(value)
		}
		d.lines[n.Line-1] = before + quote + value + quote + tail
		return true
	}
	return false
}

// plainQuote returns the quote that a name needs to be read as text.
func plainQuote(name string) string {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(name), &n); err != nil || len(n.Content) != 1 || n.Content[0].Kind != yaml.ScalarNode || n.Content[0].ShortTag() != "!!str" || n.Content[0].Value != name {
		return `"`
	}
	return ""
}
