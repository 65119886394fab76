package flowfile_test

import (
	"slices"
	"strconv"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// place is one of the places where an example's text has a key.
type place struct {
	example
	root  *shape.Shape
	shape string
	key   shape.Key
	nth   int // of all keys in the text, in their order
}

// String names the key as the documentation has it: its section, and itself.
func (p place) String() string { return p.shape + ": " + p.key.Name }

// placesOf returns where the text has keys.
func placesOf(t *testing.T, text string, root *shape.Shape) []place {
	t.Helper()
	var out []place
	nth := 0
	eachKey(document(t, text), root, func(s *shape.Shape, k shape.Key, _ *yaml.Node, _ int) {
		out = append(out, place{root: root, shape: s.Name, key: k, nth: nth})
		nth++
	})
	return out
}

func document(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var d yaml.Node
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return d.Content[0]
}

// eachKey calls visit for each key of a node of a shape, and of those within, with the
// mapping that has it and where in its content it stands.
func eachKey(node *yaml.Node, s *shape.Shape, visit func(s *shape.Shape, k shape.Key, in *yaml.Node, at int)) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, ok := s.Key(node.Content[i].Value)
		if !ok {
			continue
		}
		visit(s, k, node, i)
		switch value := node.Content[i+1]; k.Form {
		case shape.Object:
			eachKey(value, k.Of, visit)
		case shape.Objects:
			for _, item := range value.Content {
				eachKey(item, k.Of, visit)
			}
		}
	}
}

// without returns the text without the key.
func (p place) without(t *testing.T, text string) string {
	t.Helper()
	return p.edit(t, text, func(in *yaml.Node, at int) { in.Content = slices.Delete(in.Content, at, at+2) })
}

// altered returns the text with another value of the key, or without it where its form
// has no other: such keys are shown by what is within.
func (p place) altered(t *testing.T, text string) string {
	t.Helper()
	return p.edit(t, text, func(in *yaml.Node, at int) {
		if !alter(p.key, in.Content[at+1]) {
			in.Content = slices.Delete(in.Content, at, at+2)
		}
	})
}

func (p place) edit(t *testing.T, text string, change func(in *yaml.Node, at int)) string {
	t.Helper()
	root := document(t, text)
	nth := 0
	var spot *yaml.Node
	var at int
	eachKey(root, p.root, func(_ *shape.Shape, _ shape.Key, in *yaml.Node, i int) {
		if nth == p.nth {
			spot, at = in, i
		}
		nth++
	})
	change(spot, at)
	out, err := yaml.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// alter gives a key another value of its form. It reports false for forms that have
// none: their keys are shown by what is within.
func alter(k shape.Key, v *yaml.Node) bool {
	switch k.Form {
	case shape.Object, shape.Objects:
		return false
	case shape.Any:
		if v.Kind == yaml.SequenceNode && len(v.Content) > 0 {
			v.Content = v.Content[1:]
			return true
		}
		*v = *text("altered")
	case shape.Texts, shape.Literals:
		v.Content[0].SetString(v.Content[0].Value + "x")
	case shape.TextMap, shape.ExprMap:
		for i := 1; i < len(v.Content); i += 2 {
			v.Content[i].SetString(other(k, v.Content[i].Value))
		}
	default:
		value := other(k, v.Value)
		tag := v.Tag
		v.SetString(value)
		if k.Form == shape.Integer || k.Form == shape.Boolean {
			v.Tag, v.Style = tag, 0
		}
	}
	return true
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// otherValues are those of keys whose values are not any text.
var otherValues = map[string]string{"cron": "45 3 * * *", "zone": "Asia/Tokyo", "for": "1m", "name": "altered"}

// other is another value of a key.
func other(k shape.Key, value string) string {
	switch k.Form {
	case shape.Integer:
		n, err := strconv.Atoi(value)
		switch {
		case err != nil:
			return value
		case k.Name == "status" && n >= 400:
			return "200"
		case k.Name == "status":
			return "422"
		}
		return strconv.Itoa(n + 1)
	case shape.Boolean:
		return strconv.FormatBool(value != "true")
	case shape.Expr, shape.ExprMap:
		return `"altered"`
	case shape.Script:
		return "root.altered = 1"
	}
	if o, there := otherValues[k.Name]; there {
		return o
	}
	for _, o := range k.Options {
		if o != value {
			return o
		}
	}
	return "altered"
}
