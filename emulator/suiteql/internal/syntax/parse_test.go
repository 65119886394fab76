package syntax

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// shape prints an expression with all its parentheses.
func shape(e Expr) string {
	switch e := e.(type) {
	case *Number:
		return e.Text
	case *String:
		return "'" + e.Text + "'"
	case *Param:
		return fmt.Sprint("?", e.Index)
	case *Ident:
		return strings.TrimPrefix(e.Table+"."+e.Name, ".") + map[bool]string{true: "(+)"}[e.Outer]
	case *Unary:
		return "(" + e.Op + " " + shape(e.X) + ")"
	case *Binary:
		return "(" + shape(e.L) + e.Op + shape(e.R) + ")"
	case *Between:
		return "(" + shape(e.X) + " between " + shape(e.Lo) + "," + shape(e.Hi) + ")"
	case *IsNull:
		return "(" + shape(e.X) + map[bool]string{true: " is not null", false: " is null"}[e.Not] + ")"
	case *In:
		return fmt.Sprintf("(%s in %d)", shape(e.X), len(e.List))
	case *Like:
		return "(" + shape(e.X) + " like " + shape(e.Pattern) + ")"
	case *Call:
		var args []string
		for _, a := range e.Args {
			args = append(args, shape(a))
		}
		return e.Name + "(" + strings.Join(args, ",") + ")"
	}
	return fmt.Sprintf("%T", e)
}

func TestPrecedence(t *testing.T) {
	for in, want := range map[string]string{
		"1+2*3":                        "(1+(2*3))",
		"1-2-3":                        "((1-2)-3)",
		"-a*b":                         "((- a)*b)",
		"a||b||c":                      "((a||b)||c)",
		"a||1+2":                       "(a||(1+2))",
		"a=1 OR b=2 AND c=3":           "((a=1)OR((b=2)AND(c=3)))",
		"NOT a=1 AND b=2":              "((NOT (a=1))AND(b=2))",
		"a != 1":                       "(a<>1)",
		"a BETWEEN 1 AND 2+1 AND b=?":  "((a between 1,(2+1))AND(b=?0))",
		"a NOT IN (1,2) AND b IS NULL": "((a in 2)AND(b is null))",
		"x LIKE 'a' || '%'":            "(x like ('a'||'%'))",
		"nvl(t.a, 'it''s')":            "NVL(t.a,'it's')",
		"a.b (+) = ?":                  "(a.b(+)=?0)",
		"\"A b\".\"c\"\"d\"":           `A b.c"d`,
		"BUILTIN.DF(x)":                "DF(x)",
		".5e-3 + 1.":                   "(.5e-3+1.)",
		"(((a)))":                      "a",
	} {
		q, err := Parse("SELECT " + in + " FROM t")
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := shape(q.Body.(*Select).Items[0].Expr); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for in, pos := range map[string]int{
		"":                                    0,
		"SELECT":                              6,
		"SELECT a FROM t WHERE":               21,
		"SELECT 'a FROM t":                    7,
		"SELECT a FROM t /* b":                20,
		"SELECT a # b FROM t":                 9,
		"SELECT a FROM t x y":                 18,
		"SELECT a FROM t;":                    15,
		"SELECT a FROM t ORDER BY a LIMIT 5":  27,
		"SELECT a FROM t FETCH FIRST 5 ONLY":  30,
		"SELECT a FROM t WHERE a IN ()":       28,
		"SELECT CASE END FROM t":              12,
		"SELECT a FROM t JOIN u":              22,
		"SELECT a FROM t NATURAL JOIN u":      16,
		"SELECT a AS select FROM t":           12,
		"SELECT a FROM t WHERE a = DATE '1'":  31,
		"SELECT a FROM t MINUS SELECT b FROM": 16,
	} {
		_, err := Parse(in)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Pos != pos {
			t.Errorf("%s: %v, want an error at byte %d", in, err, pos)
		}
	}
}

// Hostile nesting is refused before it can exhaust a stack.
func TestDepthIsBounded(t *testing.T) {
	const n = 100_000
	for name, q := range map[string]string{
		"parentheses": "SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) + " FROM t",
		"signs":       "SELECT " + strings.Repeat("- ", n) + "1 FROM t",
		"NOT":         "SELECT 1 FROM t WHERE " + strings.Repeat("NOT ", n) + "a = 1",
		"OR":          "SELECT 1 FROM t WHERE a = 1" + strings.Repeat(" OR a = 1", n),
		"sub-selects": strings.Repeat("SELECT 1 FROM (", n) + "SELECT 1 FROM t" + strings.Repeat(")", n),
		"unions":      "SELECT 1 FROM t" + strings.Repeat(" UNION SELECT 1 FROM t", n),
		"joins":       "SELECT 1 FROM t" + strings.Repeat(" CROSS JOIN t", n),
		"CASE":        "SELECT " + strings.Repeat("CASE WHEN 1=1 THEN ", n) + "1" + strings.Repeat(" END", n) + " FROM t",
		"functions":   "SELECT " + strings.Repeat("ABS(", n) + "1" + strings.Repeat(")", n) + " FROM t",
	} {
		if _, err := Parse(q); err == nil {
			t.Errorf("%d %s were accepted", n, name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, q := range []string{
		"SELECT a, t.*, COUNT(DISTINCT x) AS \"n\" FROM t LEFT JOIN (SELECT 1 FROM u) v ON t.a = v.b WHERE a IN (1,?) ORDER BY 1 DESC NULLS LAST FETCH FIRST 3 ROWS ONLY",
		"SELECT TOP 5 CASE a WHEN 1 THEN 'x' END FROM a, b WHERE a.x = b.x(+) AND a LIKE '%' ESCAPE '\\' GROUP BY a HAVING SUM(b) > .5e3",
		"SELECT RANK() OVER (PARTITION BY a ORDER BY b) FROM ((SELECT 1 FROM t) UNION ALL SELECT 2 FROM t) -- c\n/* d */",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		tree, err := Parse(q)
		if err == nil {
			if tree == nil || tree.Body == nil {
				t.Errorf("%q: no tree and no error", q)
			}
			return
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Pos < 0 || e.Pos > len(q) {
			t.Errorf("%q: %v", q, err)
		}
	})
}
