// Package verdict puts what is expected of a case and what came of it side by side, in
// the form of a test file, so that the two differ in nothing but what differs.
package verdict

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Object is a part of a test file.
type Object = map[string]any

// Same says of two plain values whether they are the same: numbers by what they are worth.
func Same(want, got any) bool {
	w, number := want.(json.Number)
	g, also := got.(json.Number)
	if number && also {
		return SameNumber(w.String(), g.String())
	}
	return reflect.DeepEqual(want, got)
}

// Settle returns what came, in the words of what was wanted where the two agree. Partial
// leaves out what nobody asked for.
func Settle(want, got any, partial bool) any {
	switch w := want.(type) {
	case Object:
		g, ok := got.(Object)
		if !ok {
			return got
		}
		out := Object{}
		for name, value := range g {
			if wanted, there := w[name]; there {
				out[name] = Settle(wanted, value, partial)
			} else if !partial {
				out[name] = value
			}
		}
		return out
	case []any:
		g, ok := got.([]any)
		if !ok {
			return got
		}
		out := make([]any, len(g))
		for i := range g {
			out[i] = g[i]
			if i < len(w) {
				out[i] = Settle(w[i], g[i], partial)
			}
		}
		return out
	}
	if Same(want, got) {
		return want
	}
	return got
}

// Limited is Settle for an entry of a list: it has the keys that the wanted one has, and
// the usual ones where there is none.
func Limited(want, got Object, usual ...string) Object {
	if want == nil {
		out := Object{}
		for _, name := range usual {
			if v, there := got[name]; there && v != "" {
				out[name] = v
			}
		}
		return out
	}
	out := Object{}
	for name, wanted := range want {
		if value, there := got[name]; there {
			out[name] = Settle(wanted, value, false)
		}
	}
	return out
}

// first are the keys that stand first in test files, in this order.
var first = []string{"name", "given", "expect", "failure", "asked", "imports", "requests", "rows", "read", "written", "unchanged", "excluded", "errors", "counts", "totals",
	"export", "step", "match", "key", "method", "path", "operation", "external_id", "id", "code", "classification", "message", "reason", "record", "records"}

// YAML writes a part of a test file. Numbers keep their digits.
func YAML(v any) string {
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(node(v)); err != nil {
		return err.Error()
	}
	return b.String()
}

func node(v any) *yaml.Node {
	switch t := v.(type) {
	case Object:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, name := range keys(t) {
			n.Content = append(n.Content, node(name), node(t[name]))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, e := range t {
			n.Content = append(n.Content, node(e))
		}
		return n
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(t.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: t.String()}
	}
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil {
		n.SetString(err.Error())
	}
	return n
}

func keys(o Object) []string {
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	var out []string
	for name := range o {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return out
}
