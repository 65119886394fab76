package flowfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
)

// MaxText is the longest flow file, in bytes.
const MaxText = 1 << 20

// maxNesting bounds how deep a flow file nests. A branch takes five levels, and no
// other shape twenty.
const maxNesting = 20 + 5*sluice.MaxBranchDepth

// document is a flow file as it was read: plain values, and where each stands.
type document struct {
	root     any
	lines    []string
	nodes    map[string]*yaml.Node // by path: the value's, which for a missing key is its parent's
	keys     map[string]*yaml.Node // by path: the key's
	problems []sluice.Problem
}

// read parses YAML. What cannot be part of a flow file whatever its keys are
// (aliases, doubled keys, several documents) is a problem here.
func read(text []byte) *document {
	d := &document{nodes: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}, lines: strings.Split(string(text), "\n")}
	if len(text) > MaxText {
		d.add(nil, "flow.too_long", "", fmt.Sprintf("the file has more than %d bytes", MaxText), "")
		return d
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first yaml.Node
	if err := decode(decoder, &first); err != nil {
		d.syntax(err)
		return d
	}
	if len(first.Content) == 0 {
		d.add(nil, "flow.empty", "", "the file is empty", "")
		return d
	}
	var second yaml.Node
	if decode(decoder, &second) == nil && len(second.Content) > 0 {
		d.add(&second, "flow.several", "", "the file holds more than one document", "Put each flow into a file of its own")
	}
	d.root = d.value(first.Content[0], "", 0)
	return d
}

// decode reads one document. The parser panics on some malformed texts.
func decode(decoder *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return decoder.Decode(into)
}

func (d *document) add(n *yaml.Node, code, path, message, remedy string) {
	p := sluice.Problem{Code: code, Path: path, Message: message, Remedy: remedy}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	d.problems = append(d.problems, p)
}

// syntax turns a parser's error, which names its line in words, into a problem.
func (d *document) syntax(err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	p := sluice.Problem{Code: "flow.yaml", Message: message}
	if rest, found := strings.CutPrefix(message, "line "); found {
		if number, rest, found := strings.Cut(rest, ": "); found {
			p.Line, _ = strconv.Atoi(number)
			p.Message = rest
		}
	}
	p.Message = "the file is not YAML: " + p.Message
	d.problems = append(d.problems, p)
}

// value turns a node into plain values: map[string]any, []any and scalar.
func (d *document) value(n *yaml.Node, path string, depth int) any {
	d.nodes[path] = n
	switch {
	case depth > maxNesting:
		d.add(n, "flow.too_deep", path, "the file nests too deep", "")
	case n.Kind == yaml.AliasNode:
		d.add(n, "flow.alias", path, "aliases are not supported", "Write the value out")
	case n.Anchor != "":
		d.add(n, "flow.alias", path, "anchors are not supported", "Write the value out where it is needed")
	case n.Kind == yaml.MappingNode:
		return d.mapping(n, path, depth)
	case n.Kind == yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for i, e := range n.Content {
			list = append(list, d.value(e, fmt.Sprintf("%s[%d]", path, i), depth+1))
		}
		return list
	case n.Kind == yaml.ScalarNode:
		return scalar{n.Value, n.ShortTag()}
	}
	return bad{}
}

func (d *document) mapping(n *yaml.Node, path string, depth int) any {
	out := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if name.Kind != yaml.ScalarNode {
			d.add(name, "flow.wrong_type", path, "a key is not a text", "")
			continue
		}
		at := join(path, name.Value)
		if _, twice := out[name.Value]; twice {
			d.add(name, "flow.duplicate_key", at, fmt.Sprintf("the key %q is there twice", name.Value), "")
			continue
		}
		d.keys[at] = name
		out[name.Value] = d.value(n.Content[i+1], at, depth+1)
	}
	return out
}

// scalar is a YAML scalar as written, with the type that YAML sees in it.
type scalar struct{ text, tag string }

// bad stands for a value about which a problem was noted.
type bad struct{}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// place finds where path, or the nearest thing above it, stands.
func (d *document) place(path string) (*yaml.Node, bool) {
	for at := path; ; {
		if n, ok := d.nodes[at]; ok {
			return n, at == path
		}
		cut := strings.LastIndexAny(at, ".[")
		if cut < 0 {
			return d.nodes[""], false
		}
		at = at[:cut]
	}
}

// locate gives a problem line and column. Line and column that it has already
// count within the text at its path.
func (d *document) locate(p *sluice.Problem) {
	n, exact := d.place(p.Path)
	if n == nil {
		return
	}
	if p.Line == 0 || !exact {
		p.Line, p.Column = n.Line, n.Column
		if k, ok := d.keys[p.Path]; ok && p.Code == "flow.unknown_key" {
			p.Line, p.Column = k.Line, k.Column
		}
		return
	}
	switch n.Style {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		p.Line += n.Line
		if p.Column > 0 && p.Line <= len(d.lines) {
			p.Column += d.indent(n.Line)
		}
	default:
		if p.Line == 1 {
			p.Column += n.Column - 1
			if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
				p.Column++
			}
		}
		p.Line += n.Line - 1
	}
}

// indent returns the indentation of a block whose header is on line.
func (d *document) indent(line int) int {
	for _, l := range d.lines[min(line, len(d.lines)):] {
		if trimmed := strings.TrimLeft(l, " "); strings.TrimSpace(trimmed) != "" {
			return len(l) - len(trimmed)
		}
	}
	return 0
}

// fromJSON turns decoded JSON into the values that a document has.
func fromJSON(v any) any {
	switch t := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range t {
			out[k] = fromJSON(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = fromJSON(e)
		}
		return out
	case string:
		return scalar{t, "!!str"}
	case json.Number:
		return scalar{t.String(), "!!int"}
	case bool:
		return scalar{strconv.FormatBool(t), "!!bool"}
	}
	return scalar{"", "!!null"}
}

func sortProblems(list []sluice.Problem) {
	slices.SortStableFunc(list, func(a, b sluice.Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}
