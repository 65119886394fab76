package flowfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// Parse reads a flow file. It returns all problems at once, each with line and
// column, and the flow only when there is none. path names the file in problems
// that have no line. Rules look at what could be read of the flow, for what a file
// cannot know of itself; their problems are told with the others.
func Parse(path string, text []byte, rules ...func(*sluice.Flow) []sluice.Problem) (*sluice.Flow, []sluice.Problem) {
	flow, problems := parse(path, text, rules)
	if len(problems) > 0 {
		return nil, problems
	}
	return flow, nil
}

// ParseDraft is Parse for a flow that is still being written: it need not have
// steps, nor an import among them.
func ParseDraft(path string, text []byte, rules ...func(*sluice.Flow) []sluice.Problem) (*sluice.Flow, []sluice.Problem) {
	flow, problems := parse(path, text, rules)
	problems = slices.DeleteFunc(problems, func(p sluice.Problem) bool {
		return p.Path == "steps" && slices.Contains([]string{"flow.no_import", "flow.missing_key"}, p.Code) ||
			p.Path == "steps" && p.Code == "flow.invalid_value" && flow != nil && len(flow.Steps) == 0
	})
	if len(problems) > 0 {
		return nil, problems
	}
	return flow, nil
}

// parse reads the text as far as it can be read, and says all that is wrong.
func parse(path string, text []byte, rules []func(*sluice.Flow) []sluice.Problem) (*sluice.Flow, []sluice.Problem) {
	d := read(text)
	c := &checker{wrong: map[string]bool{}}
	var flow sluice.Flow
	if d.root != nil {
		for _, p := range d.problems {
			c.wrong[p.Path] = true
		}
		c.check(d.root, &flow)
		for _, rule := range rules {
			for _, p := range rule(&flow) {
				c.add(p.Code, p.Path, p.Message, p.Remedy)
			}
		}
	}
	return &flow, d.told(path, c.problems)
}

// Check says everything that is wrong with a flow that came as JSON.
func Check(flow *sluice.Flow) []sluice.Problem {
	tree, err := treeOf(flow)
	if err != nil {
		return []sluice.Problem{{Code: "flow.invalid", Message: err.Error()}}
	}
	c := &checker{wrong: map[string]bool{}}
	c.check(tree, &sluice.Flow{})
	for i := range c.problems {
		p := &c.problems[i]
		p.Path = strings.TrimSuffix(strings.TrimSuffix(p.Path, "|"), ".")
		if p.Line > 0 { // within the text at the path, which the message has to say
			p.Message = fmt.Sprintf("line %d of the text: %s", p.Line, p.Message)
			p.Line, p.Column = 0, 0
		}
	}
	return c.problems
}

// treeOf turns a flow into the values that the checker takes.
func treeOf(flow *sluice.Flow) (any, error) {
	text, err := json.Marshal(flow)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v map[string]any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	prune(v)
	return fromJSON(v), nil
}

// prune takes away keys that hold the empty value, which is how a Go struct says
// that a key is absent.
func prune(v any) {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			if e == nil || e == "" {
				delete(t, k)
			} else {
				prune(e)
			}
		}
	case []any:
		for _, e := range t {
			prune(e)
		}
	}
}

// check holds the tree against the table, decodes it into flow and checks the rules.
func (c *checker) check(tree any, flow *sluice.Flow) {
	clean := c.object(tree, shape.Flow(), "")
	text, err := json.Marshal(clean)
	if err == nil {
		err = json.Unmarshal(text, flow)
	}
	if err != nil {
		c.add("flow.invalid", "", "the flow cannot be read: "+err.Error(), "")
		return
	}
	c.rules(flow)
}
