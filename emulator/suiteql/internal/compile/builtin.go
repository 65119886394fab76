package compile

import (
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// builtin translates the functions after BUILTIN. (article_161950565221).
// HIERARCHY, MNFILTER, NAMED_GROUP, PERIOD, CURRENCY and CURRENCY_CONVERT need
// parts of an account that are not emulated and are refused.
func (t *translator) builtin(c *syntax.Call) (value, error) {
	if c.Star || c.Distinct || c.Over != nil || len(c.Args) == 0 {
		return value{}, Unsupported("BUILTIN.%s takes plain arguments", c.Name)
	}
	switch {
	case c.Name == "DF" && len(c.Args) == 1:
		return t.display(c.Args[0])
	case c.Name == "CF" && len(c.Args) == 1:
		return t.criteria(c.Args[0])
	case c.Name == "CONSOLIDATE" && len(c.Args) == 7:
		if t.session.Has("SUBSIDIARIES") {
			return value{}, Unsupported("BUILTIN.CONSOLIDATE with more than one subsidiary")
		}
		return t.valueOf(c.Args[0]) // one subsidiary has nothing to consolidate
	case c.Name == "RELATIVE_RANGES" && (len(c.Args) == 2 || len(c.Args) == 3):
		return t.relativeRange(c.Args)
	}
	return value{}, Unsupported("BUILTIN.%s is not supported", c.Name)
}

// display is BUILTIN.DF: what people see instead of a value.
func (t *translator) display(e syntax.Expr) (value, error) {
	if t.scope.noDisplay {
		return value{}, Unsupported("BUILTIN.DF with DISTINCT or GROUP BY")
	}
	v, err := t.valueOf(e)
	if err != nil {
		return value{}, err
	}
	plain := value{sql: t.asText(v), kind: kindText}
	if v.field == nil || v.field.column == nil {
		return plain, nil
	}
	column := v.field.column
	if shown, ok := t.sibling(v.field, column.Show); ok {
		return value{sql: t.asText(shown), kind: kindText}, nil
	}
	ref, ok := t.tables[column.Ref]
	if !ok || ref.Display == "" || ref.column(ref.key()) == nil || ref.column(ref.Display) == nil {
		return plain, nil
	}
	name := t.sourceName()
	shown := value{sql: name + "." + quote(ref.Display), kind: kindOf(ref.column(ref.Display).Kind)}
	sql := "(SELECT " + t.asText(shown) + " FROM " + quote(ref.physical()) + " AS " + name +
		" WHERE " + name + "." + quote(ref.key()) + " = " + v.sql + " LIMIT 1)"
	return value{sql: sql, kind: kindText}, nil
}

// sibling returns another column of the table that f was read from.
func (t *translator) sibling(f *field, name string) (value, bool) {
	if f.owner == nil || name == "" {
		return value{}, false
	}
	other := f.owner.field(name)
	if other == nil {
		return value{}, false
	}
	for s := t.scope; s != nil; s = s.parent {
		if slices.Contains(s.sources, f.owner) {
			return t.read(s, other), true
		}
	}
	return value{}, false
}

// criteria is BUILTIN.CF: the value as conditions use it, for composed keys
// with the part before it: CustInvc:A.
func (t *translator) criteria(e syntax.Expr) (value, error) {
	v, err := t.valueOf(e)
	if err != nil || v.field == nil || v.field.column == nil || v.field.column.Compose == "" {
		return v, err
	}
	before, ok := t.sibling(v.field, v.field.column.Compose)
	if !ok {
		return value{}, Unsupported("BUILTIN.CF of a column of a sub-select")
	}
	return value{sql: "(" + before.sql + "||':'||" + v.sql + ")", kind: kindText}, nil
}

// relativeRange is BUILTIN.RELATIVE_RANGES(range, 'START'|'END' [, flag]). The
// flags that convert between zones are not emulated.
func (t *translator) relativeRange(args []syntax.Expr) (value, error) {
	words := make([]string, 3)
	for i, e := range args {
		s, ok := e.(*syntax.String)
		if !ok {
			return value{}, Unsupported("BUILTIN.RELATIVE_RANGES takes literals")
		}
		words[i] = strings.ToUpper(s.Text)
	}
	if f := words[2]; f != "" && f != "DATE" && f != "DATETIME_AS_DATE" {
		return value{}, Unsupported("flag %s of BUILTIN.RELATIVE_RANGES", f)
	}
	today, _ := oracle.ParseDate(t.localNow()[:len("2006-01-02")])
	start, end, ok := relativeRange(words[0], today)
	switch {
	case !ok:
		return value{}, Unsupported("range %s of BUILTIN.RELATIVE_RANGES", words[0])
	case words[1] == "START":
		return value{sql: t.bind(oracle.FormatDate(start)), kind: kindDate}, nil
	case words[1] == "END":
		return value{sql: t.bind(oracle.FormatDate(end)), kind: kindDate}, nil
	}
	return value{}, Unsupported("%s is neither START nor END", words[1])
}
