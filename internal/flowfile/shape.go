package flowfile

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
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
func (c *checker) object(v any, s *shape, at string) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		c.add("flow.wrong_type", at, c.label(s)+" is "+describe(v)+", not an object with keys", "")
		return nil
	}
	out := map[string]any{}
	for _, n := range slices.Sorted(maps.Keys(m)) {
		k, known := s.key(n)
		if !known {
			c.add("flow.unknown_key", join(at, n), fmt.Sprintf("there is no key %q here", n), suggestion(n, s))
			continue
		}
		if good, ok := c.value(m[n], k, join(at, n)); ok {
			out[n] = good
		}
	}
	for _, k := range s.keys {
		if _, there := m[k.name]; k.required && !there {
			c.add("flow.missing_key", join(at, k.name), fmt.Sprintf("the key %q is missing", k.name), k.help)
		}
	}
	c.oneOf(m, s, at)
	return out
}

func (c *checker) label(s *shape) string { return "the " + strings.ToLower(s.name) }

func (c *checker) oneOf(m map[string]any, s *shape, at string) {
	var there []string
	for _, n := range s.oneOf {
		if _, ok := m[n]; ok {
			there = append(there, n)
		}
	}
	switch {
	case len(s.oneOf) == 0 || len(there) == 1:
	case len(there) == 0:
		c.add("flow.exactly_one", join(at, "|"), "one of "+strings.Join(s.oneOf, ", ")+" is missing", "")
	default:
		for _, n := range there[1:] {
			c.add("flow.exactly_one", join(at, n), strings.Join(there, " and ")+" exclude each other", "Keep one of them")
		}
	}
}

// value checks the value of a key. It reports whether it can be used.
func (c *checker) value(v any, k key, at string) (any, bool) {
	if _, noted := v.(bad); noted {
		c.wrong[at] = true
		return nil, false
	}
	if s, ok := v.(scalar); ok && s.tag == "!!null" && (k.form != literal || s.text == "") {
		c.add("flow.no_value", at, fmt.Sprintf("the key %q has no value", k.name), k.help)
		return nil, false
	}
	switch k.form {
	case object:
		m := c.object(v, k.of, at)
		return m, m != nil
	case objects:
		return c.objects(v, k, at)
	case texts, literals:
		return c.texts(v, k, at)
	case textMap:
		return c.textMap(v, k, at)
	}
	s, ok := v.(scalar)
	if !ok {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not %s", k.name, describe(v), k.form), k.help)
		return nil, false
	}
	return c.scalar(s, k, at)
}

func (c *checker) objects(v any, k key, at string) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not a list", k.name, describe(v)), "Begin each element with a dash")
		return nil, false
	}
	if len(list) == 0 && k.required {
		c.add("flow.invalid_value", at, k.name+" is empty", k.help)
		return nil, false
	}
	out := make([]any, len(list))
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		if _, noted := e.(bad); noted {
			c.wrong[at] = true
		} else {
			out[i] = c.object(e, k.of, at)
		}
	}
	return out, true
}

func (c *checker) texts(v any, k key, at string) (any, bool) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not a list of texts", k.name, describe(v)), "Write it as in "+k.example)
		return nil, false
	}
	var out []any
	seen := map[string]bool{}
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		s, ok := e.(scalar)
		switch {
		case !ok || (k.form == texts && s.text == ""):
			c.add("flow.wrong_type", at, fmt.Sprintf("an element is %s, not a text", describe(e)), "")
		case k.form == texts && seen[s.text]:
			c.add("flow.invalid_value", at, fmt.Sprintf("%q is there twice", s.text), "")
		default:
			out = append(out, s.text)
			seen[s.text] = true
		}
	}
	return out, true
}

func (c *checker) textMap(v any, k key, at string) (any, bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %s, not pairs of names", k.name, describe(v)), "Write it as in "+k.example)
		return nil, false
	}
	out := map[string]any{}
	for n, e := range m {
		if s, ok := e.(scalar); ok && s.text != "" {
			out[n] = s.text
		} else {
			c.add("flow.wrong_type", join(at, n), fmt.Sprintf("%s is %s, not a text", n, describe(e)), "")
		}
	}
	return out, true
}

func (c *checker) scalar(s scalar, k key, at string) (any, bool) {
	switch k.form {
	case integer:
		return c.integer(s, k, at)
	case boolean:
		if s.tag != "!!bool" {
			c.add("flow.wrong_type", at, fmt.Sprintf("%s is %q, not true or false", k.name, s.text), "")
			return nil, false
		}
		return strings.EqualFold(s.text, "true"), true
	case script, expr:
		compile(c, s, at, mapping.Compile)
	case template:
		compile(c, s, at, mapping.CompileTemplate)
	case name:
		if p := sluice.CheckName(at, s.text); len(p) > 0 {
			c.add(p[0].Code, at, p[0].Message, p[0].Remedy)
		}
	case path:
		if !filepath.IsLocal(s.text) || strings.Contains(s.text, `\`) {
			c.add("flow.invalid_value", at, fmt.Sprintf("%q is not a path inside the connection's folder", s.text), "Use a relative path with forward slashes and without ..")
		}
	}
	if len(k.options) > 0 && !slices.Contains(k.options, s.text) {
		c.add("flow.invalid_value", at, fmt.Sprintf("%s is %q, not one of %s", k.name, s.text, strings.Join(k.options, ", ")), "")
	} else if s.text == "" && k.form != literal {
		c.add("flow.no_value", at, fmt.Sprintf("the key %q has no value", k.name), k.help)
	}
	return s.text, true
}

func (c *checker) integer(s scalar, k key, at string) (any, bool) {
	n, err := strconv.Atoi(s.text)
	switch {
	case err != nil || s.tag != "!!int":
		c.add("flow.wrong_type", at, fmt.Sprintf("%s is %q, not a whole number", k.name, s.text), "")
		return nil, false
	case n < k.min, k.max > 0 && n > k.max:
		bounds := fmt.Sprintf("at least %d", k.min)
		if k.max > 0 {
			bounds = fmt.Sprintf("from %d to %d", k.min, k.max)
		}
		c.add("flow.invalid_value", at, fmt.Sprintf("%s is %d, not %s", k.name, n, bounds), "")
	}
	return n, true
}

// String names the form for people.
func (f form) String() string {
	switch f {
	case integer:
		return "a whole number"
	case boolean:
		return "true or false"
	case texts, literals:
		return "a list of texts"
	case textMap:
		return "pairs of names"
	case object:
		return "an object"
	case objects:
		return "a list of objects"
	case script:
		return "a Bloblang mapping"
	case expr:
		return "a Bloblang expression"
	case template:
		return "a text with expressions"
	case path:
		return "a path"
	case name:
		return "a name"
	}
	return "a text"
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
func suggestion(wrong string, s *shape) string {
	best, distance := "", 3
	var all []string
	for _, k := range s.keys {
		all = append(all, k.name)
		d := editDistance(strings.ToLower(wrong), k.name)
		if strings.HasPrefix(k.name, strings.ToLower(wrong)) && len(wrong) > 2 {
			d = 1
		}
		if d < distance && d < len(k.name) {
			best, distance = k.name, d
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
