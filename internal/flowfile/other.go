package flowfile

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// Place finds where in a file a path such as cases[2].expect stands: the line and
// column of the value, or of the nearest thing above it.
type Place func(path string) (line, column int)

// ParseTests reads a file of flow tests into the struct whose JSON tags are the table's keys. It
// returns all problems at once, each with line and column.
func ParseTests(path string, text []byte, into any) (Place, []sluice.Problem) {
	d := read(text)
	c := &checker{wrong: map[string]bool{}}
	if d.root != nil {
		for _, p := range d.problems {
			c.wrong[p.Path] = true
		}
		clean, err := json.Marshal(c.object(d.root, shape.Tests(), ""))
		if err == nil {
			decoder := json.NewDecoder(strings.NewReader(string(clean)))
			decoder.UseNumber()
			err = decoder.Decode(into)
		}
		if err != nil {
			c.add("test.invalid", "", "the file cannot be read: "+err.Error(), "")
		}
	}
	place := func(path string) (int, int) {
		if n, _ := d.place(path); n != nil {
			return n.Line, n.Column
		}
		return 1, 1
	}
	return place, d.told(path, c.problems)
}

// told returns the document's problems and the checker's, each with its place.
func (d *document) told(path string, problems []sluice.Problem) []sluice.Problem {
	for _, p := range problems {
		d.locate(&p)
		p.Path = strings.TrimSuffix(strings.TrimSuffix(p.Path, "|"), ".")
		d.problems = append(d.problems, p)
	}
	for i := range d.problems {
		if d.problems[i].Line == 0 && d.problems[i].Path == "" {
			d.problems[i].Path = path
		}
	}
	sortProblems(d.problems)
	return d.problems
}

// plain turns a value into what JSON decodes to, with json.Number for numbers.
func (c *checker) plain(v any, at string) any {
	switch t := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for name, e := range t {
			out[name] = c.plain(e, join(at, name))
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = c.plain(e, fmt.Sprintf("%s[%d]", at, i))
		}
		return out
	case scalar:
		return c.plainScalar(t, at)
	}
	return nil
}

func (c *checker) plainScalar(s scalar, at string) any {
	switch s.tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(s.text, "true")
	case "!!int", "!!float":
		if !json.Valid([]byte(s.text)) {
			c.add("flow.wrong_type", at, fmt.Sprintf("%q is no number of JSON", s.text), "Write it with decimal digits alone, or in quotes if it is a text")
			return nil
		}
		return json.Number(s.text)
	}
	return s.text
}
