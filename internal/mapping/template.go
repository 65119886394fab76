package mapping

import (
	"context"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice"
)

// Template is a text with expressions in it, such as /customers/${! this.id }. It may
// be used by several goroutines.
type Template struct {
	texts []string // one more than there are expressions
	exprs []*Expr
}

// CompileTemplate compiles a text with expressions. The columns of problems count
// within the whole text, which has one line.
func CompileTemplate(source string) (*Template, []sluice.Problem) {
	t := &Template{}
	rest := source
	for {
		text, behind, found := strings.Cut(rest, "${!")
		t.texts = append(t.texts, text)
		if !found {
			return t, nil
		}
		end := closingBrace(behind)
		if end < 0 {
			return nil, []sluice.Problem{{Code: "mapping.invalid", Line: 1, Column: len(source) - len(behind) - 2, Message: "an expression that begins with ${! is not closed", Remedy: "Write it as in ${! this.id }"}}
		}
		e, problems := CompileExpr(strings.TrimSpace(behind[:end]))
		if len(problems) > 0 {
			for i := range problems {
				lead := len(behind[:end]) - len(strings.TrimLeft(behind[:end], " "))
				problems[i].Line, problems[i].Column = 1, len(source)-len(behind)+lead+max(problems[i].Column, 1)
			}
			return nil, problems
		}
		t.exprs = append(t.exprs, e)
		rest = behind[end+1:]
	}
}

// closingBrace finds the brace that closes an expression, passing over texts and the
// expression's own braces.
func closingBrace(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// Expressions returns how many expressions the text has.
func (t *Template) Expressions() int { return len(t.exprs) }

// Text fills the text in. escape gets what an expression gives, and all that stands
// before it.
func (t *Template) Text(ctx context.Context, r sluice.Record, escape func(before, value string) (string, error)) (string, error) {
	var b strings.Builder
	b.WriteString(t.texts[0])
	for i, e := range t.exprs {
		value, err := e.Text(ctx, r)
		if err != nil {
			return "", err
		}
		if value, err = escape(b.String(), value); err != nil {
			return "", err
		}
		b.WriteString(value)
		b.WriteString(t.texts[i+1])
	}
	return b.String(), nil
}

// Path fills in a text that is an address. What an expression gives becomes a part
// that it cannot get out of. In front of the query it may not be empty.
func (t *Template) Path(ctx context.Context, r sluice.Record) (string, error) {
	return t.Text(ctx, r, EscapePath)
}

// EscapePath makes a value a part of the address that begins with before.
func EscapePath(before, value string) (string, error) {
	if strings.Contains(before, "?") {
		return url.QueryEscape(value), nil
	}
	if value == "" || value == "." || value == ".." {
		return "", sluice.Errorf("record.path", "an expression of the path gives %q", value).At(before).Fix("Map a value to the field that the path is made of")
	}
	return url.PathEscape(value), nil
}
