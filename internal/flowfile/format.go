package flowfile

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// Format writes a flow file in its canonical form: keys in the order of the
// documentation, two spaces of indentation, texts of several lines as blocks.
// Comments stay with their keys. What the flow means does not change; a file that
// is not YAML is an error. Problems other than that are left for Parse to tell.
func Format(text []byte) ([]byte, error) {
	before := read(text)
	if len(before.problems) > 0 {
		return nil, &sluice.Error{Code: "flow.invalid", Message: "the flow cannot be formatted", Problems: before.problems}
	}
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return nil, fmt.Errorf("flowfile: %w", err)
	}
	arrange(n.Content[0], shape.Flow())
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&n); err != nil {
		return nil, fmt.Errorf("flowfile: %w", err)
	}
	after := read(out.Bytes())
	if len(after.problems) > 0 || !reflect.DeepEqual(meaning(before.root), meaning(after.root)) {
		return nil, sluice.Errorf("flow.format", "the flow cannot be formatted without changing its meaning").Fix("Write texts of several lines as blocks that begin with |")
	}
	return out.Bytes(), nil
}

// arrange puts the keys of a mapping, and of all within, in order, and drops the
// author's choice of quotes and brackets.
func arrange(n *yaml.Node, s *shape.Shape) {
	switch n.Kind {
	case yaml.MappingNode:
		arrangeMapping(n, s)
	case yaml.SequenceNode:
		scalars := true
		for _, e := range n.Content {
			scalars = scalars && e.Kind == yaml.ScalarNode && e.HeadComment+e.LineComment+e.FootComment == ""
			arrange(e, s)
		}
		n.Style = 0
		if scalars {
			n.Style = yaml.FlowStyle
		}
	case yaml.ScalarNode:
		arrangeScalar(n)
	}
}

type pair struct {
	key, value *yaml.Node
	rank       int
}

func arrangeMapping(n *yaml.Node, s *shape.Shape) {
	n.Style = 0
	var pairs []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i], n.Content[i+1], i}
		var of *shape.Shape
		if s != nil {
			p.rank = slices.IndexFunc(s.Keys, func(k shape.Key) bool { return k.Name == p.key.Value })
			if p.rank < 0 {
				p.rank = len(s.Keys) // unknown keys last
			} else {
				of = s.Keys[p.rank].Of
			}
		}
		p.key.Style &= yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle // "null" is a key only in quotes
		arrange(p.value, of)
		pairs = append(pairs, p)
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return a.rank - b.rank })
	for i, p := range pairs {
		n.Content[2*i], n.Content[2*i+1] = p.key, p.value
	}
}

func arrangeScalar(n *yaml.Node) {
	switch {
	case n.ShortTag() != "!!str":
		return
	case strings.Contains(n.Value, "\n"):
		n.Style = yaml.LiteralStyle
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		n.Style = 0
	}
}

// meaning forgets how scalars were written, but not what they are.
func meaning(v any) any {
	switch t := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range t {
			out[k] = meaning(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = meaning(e)
		}
		return out
	}
	return v
}
