package flowfile

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
	"github.com/sluicehq/sluice/internal/mapping"
)

// checker holds a document against the table of keys. It builds the plain values
// from which the flow is decoded, leaving out what is wrong.
type checker struct {
	problems []sluice.Problem
	wrong    map[string]bool // paths that have a problem already
}

func (c *checker) add(code, path, message, remedy string) {
	if c.wrong[path] {
		return
	}
	c.wrong[path] = true
	c.problems = append(c.problems, sluice.Problem{Code: code, Path: path, Message: message, Remedy: remedy})
}

// object checks v against s and returns it with the keys that are good.
func (c *checker) object(v any, s *shape.Shape, at string) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		c.add("flow.wrong_type", at, c.label(s)+" is "+describe(v)+", not an object with keys", "")
		return nil
	}
	out := map[string]any{}
	for _, n := range slices.Sorted(maps.Keys(m)) {
		k, known := s.Key(n)
		if !known {
			c.add("flow.unknown_key", join(at, n), fmt.Sprintf("there is no key %q here", n), suggestion(n, s))
			continue
		}
		if good, ok := c.value(m[n], k, join(at, n)); ok {
			out[n] = good
		}
	}
	for _, k := range s.Keys {
		if _, there := m[k.Name]; k.Required && !there {
			c.add("flow.missing_key", join(at, k.Name), fmt.Sprintf("the key %q is missing", k.Name), k.Help)
		}
	}
	c.oneOf(m, s, at)
	return out
}

func (c *checker) label(s *shape.Shape) string { return "the " + strings.ToLower(s.Name) }

func (c *checker) oneOf(m map[string]any, s *shape.Shape, at string) {
	var there []string
	for _, n := range s.OneOf {
		if _, ok := m[n]; ok {
			there = append(there, n)
		}
	}
	switch {
	case len(s.OneOf) == 0 || len(there) == 1:
	case len(there) == 0:
		c.add("flow.exactly_one", join(at, "|"), "one of "+strings.Join(s.OneOf, ", ")+" is missing", "")
	default:
		for _, n := range there[1:] {
			c.add("flow.exactly_one", join(at, n), strings.Join(there, " and ")+" exclude each other", "Keep one of them")
		}
	}
}

// value checks the value of a key. It reports whether it can be used.
func (c *checker) value(v any, k shape.Key, at string) (any, bool) {
	if _, noted := v.(bad); noted {
		c.wrong[at] = true
		return nil, false
	}
	if k.Form == shape.Any {
		return c.plain(v, at), true
	}
	if s, ok := v.(scalar); ok && s.tag == "!!null" && (k.Form != shape.Literal || s.text == "") {
		c.add("flow.no_value", at, fmt.Sprintf("the key %q has no value", k.Name), k.Help)
		return nil, false
	}
	switch k.Form {
	case shape.Object:
		m := c.object(v, k.Of, at)
		return m, m != nil
	case shape.Objects:
		return c.objects(v, k, at)
	case shape.Texts, shape.Literals, shape.Exprs:
		return c.texts(v, k, at)
	case shape.TextMap, shape.ExprMap:
		return c.textMap(v, k, at)
	}
	s, ok := v.(scalar)
	if !ok {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not %s", k.Name, describe(v), k.Form), k.Help)
		return nil, false
	}
	return c.scalar(s, k, at)
}

func (c *checker) objects(v any, k shape.Key, at string) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not a list", k.Name, describe(v)), "Begin each element with a dash")
		return nil, false
	}
	if len(list) == 0 && (k.Required || k.Min > 0) {
		c.add("flow.invalid_value", at, k.Name+" is empty", k.Help)
		return nil, false
	}
	out := make([]any, len(list))
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		if _, noted := e.(bad); noted {
			c.wrong[at] = true
		} else {
			out[i] = c.object(e, k.Of, at)
		}
	}
	return out, true
}

func (c *checker) texts(v any, k shape.Key, at string) (any, bool) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not a list of texts", k.Name, describe(v)), "Write it as in "+k.Example)
		return nil, false
	}
	var out []any
	seen := map[string]bool{}
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		s, ok := e.(scalar)
		switch {
		case !ok || (k.Form == shape.Texts && s.text == ""):
			c.add("flow.wrong_type", at, fmt.Sprintf("an element is %s, not a text", describe(e)), "")
		case k.Form == shape.Texts && seen[s.text]:
			c.add("flow.invalid_value", at, fmt.Sprintf("%q is there twice", s.text), "")
		default:
			if k.Form == shape.Exprs {
				compile(c, s, at, mapping.CompileExpr)
			}
			out = append(out, s.text)
			seen[s.text] = true
		}
	}
	return out, true
}

func (c *checker) textMap(v any, k shape.Key, at string) (any, bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not pairs of names", k.Name, describe(v)), "Write it as in "+k.Example)
		return nil, false
	}
	out := map[string]any{}
	for n, e := range m {
		if s, ok := e.(scalar); ok && s.text != "" {
			if k.Form == shape.ExprMap {
				compile(c, s, join(at, n), mapping.CompileExpr)
			}
			out[n] = s.text
		} else {
			c.add("flow.wrong_type", join(at, n), fmt.Sprintf("%s is %s, not a text", n, describe(e)), "")
		}
	}
	return out, true
}

func (c *checker) scalar(s scalar, k shape.Key, at string) (any, bool) {
	switch k.Form {
	case shape.Integer:
		return c.integer(s, k, at)
	case shape.Boolean:
		if s.tag != "!!bool" {
			c.add("flow.wrong_type", at, fmt.Sprintf("%s is %q, not true or false", k.Name, s.text), "")
			return nil, false
		}
		return strings.EqualFold(s.text, "true"), true
	case shape.Script, shape.Expr:
		compile(c, s, at, mapping.Compile)
	case shape.Template:
		compile(c, s, at, mapping.CompileTemplate)
	case shape.Name:
		if p := sluice.CheckName(at, s.text); len(p) > 0 {
			c.add(p[0].Code, at, p[0].Message, p[0].Remedy)
		}
	case shape.Path:
		if !filepath.IsLocal(s.text) || strings.Contains(s.text, `\`) {
			c.add("flow.invalid_value", at, fmt.Sprintf("%q is not a path inside the connection's folder", s.text), "Use a relative path with forward slashes and without ..")
		}
	}
	if len(k.Options) > 0 && !slices.Contains(k.Options, s.text) {
		c.add("flow.invalid_value", at, fmt.Sprintf("%s is %q, not one of %s", k.Name, s.text, strings.Join(k.Options, ", ")), "")
	} else if s.text == "" && k.Form != shape.Literal {
		c.add("flow.no_value", at, fmt.Sprintf("the key %q has no value", k.Name), k.Help)
	}
	return s.text, true
}

func (c *checker) integer(s scalar, k shape.Key, at string) (any, bool) {
	n, err := strconv.Atoi(s.text)
	switch {
	case err != nil || s.tag != "!!int":
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %q, not a whole number", k.Name, s.text), "")
		return nil, false
	case n < k.Min, k.Max > 0 && n > k.Max:
		bounds := fmt.Sprintf("at least %d", k.Min)
		if k.Max > 0 {
			bounds = fmt.Sprintf("from %d to %d", k.Min, k.Max)
		}
		c.add("flow.invalid_value", at, fmt.Sprintf("%s is %d, not %s", k.Name, n, bounds), "")
	}
	return n, true
}

func describe(v any) string {
	switch t := v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		if len(t) == 0 {
			return "an empty list"
		}
		return "a list"
	case scalar:
		if t.text == "" {
			return "empty"
		}
		return strconv.Quote(t.text)
	}
	return "nothing"
}

// suggestion finds the key that was perhaps meant.
func suggestion(wrong string, s *shape.Shape) string {
	best, distance := "", 3
	var all []string
	for _, k := range s.Keys {
		all = append(all, k.Name)
		d := editDistance(strings.ToLower(wrong), k.Name)
		if strings.HasPrefix(k.Name, strings.ToLower(wrong)) && len(wrong) > 2 {
			d = 1
		}
		if d < distance && d < len(k.Name) {
			best, distance = k.Name, d
		}
	}
	if best != "" {
		return fmt.Sprintf("Did you mean %q?", best)
	}
	return "The keys are " + strings.Join(all, ", ")
}

// editDistance counts the letters to insert, delete or replace to make b of a.
func editDistance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
