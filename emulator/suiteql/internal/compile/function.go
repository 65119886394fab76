package compile

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// function describes a scalar function whose arguments and result have fixed types.
type function struct {
	min, max int    // number of arguments
	types    string // t text, n number, d date; the last one repeats
	result   kind
	name     string // of the function in SQLite, without ns_
}

// functions are those of Oracle's list (section_158513731864) with fixed types.
var functions = map[string]function{
	"UPPER":     {1, 1, "t", kindText, "upper"},
	"LOWER":     {1, 1, "t", kindText, "lower"},
	"NLS_UPPER": {1, 1, "t", kindText, "upper"}, "NLS_LOWER": {1, 1, "t", kindText, "lower"},
	"INITCAP": {1, 1, "t", kindText, "initcap"}, "NLS_INITCAP": {1, 1, "t", kindText, "initcap"},
	"LENGTH": {1, 1, "t", kindNumber, "length"}, "LENGTHC": {1, 1, "t", kindNumber, "length"},
	"LENGTH2": {1, 1, "t", kindNumber, "length"}, "LENGTH4": {1, 1, "t", kindNumber, "length"},
	"LENGTHB": {1, 1, "t", kindNumber, "lengthb"}, "VSIZE": {1, 1, "t", kindNumber, "lengthb"},
	"SUBSTR": {2, 3, "tn", kindText, "substr"}, "INSTR": {2, 4, "ttn", kindNumber, "instr"},
	"REPLACE": {2, 3, "t", kindText, "replace"}, "TRANSLATE": {3, 3, "t", kindText, "translate"},
	"LPAD": {2, 3, "tnt", kindText, "lpad"}, "RPAD": {2, 3, "tnt", kindText, "rpad"},
	"TRIM": {1, 1, "t", kindText, "trim"}, "LTRIM": {1, 2, "t", kindText, "ltrim"}, "RTRIM": {1, 2, "t", kindText, "rtrim"},
	"ASCII": {1, 1, "t", kindNumber, "ascii"}, "CHR": {1, 1, "n", kindText, "chr"},
	"TO_CLOB": {1, 1, "t", kindText, "text"}, "TO_NCHAR": {1, 1, "t", kindText, "text"}, "TO_NCLOB": {1, 1, "t", kindText, "text"},
	"ORA_HASH":       {1, 3, "tn", kindNumber, "ora_hash"},
	"REGEXP_SUBSTR":  {2, 6, "ttnntn", kindText, "regexp_substr"},
	"REGEXP_INSTR":   {2, 6, "ttnnnt", kindNumber, "regexp_instr"},
	"REGEXP_REPLACE": {2, 6, "tttnnt", kindText, "regexp_replace"},

	"ABS": {1, 1, "n", kindNumber, "abs"}, "CEIL": {1, 1, "n", kindNumber, "ceil"}, "FLOOR": {1, 1, "n", kindNumber, "floor"},
	"MOD": {2, 2, "n", kindNumber, "mod"}, "REMAINDER": {2, 2, "n", kindNumber, "remainder"},
	"POWER": {2, 2, "n", kindNumber, "power"}, "SQRT": {1, 1, "n", kindNumber, "sqrt"}, "SIGN": {1, 1, "n", kindNumber, "sign"},
	"EXP": {1, 1, "n", kindNumber, "exp"}, "LN": {1, 1, "n", kindNumber, "ln"}, "LOG": {2, 2, "n", kindNumber, "log"},
	"SIN": {1, 1, "n", kindNumber, "sin"}, "COS": {1, 1, "n", kindNumber, "cos"}, "TAN": {1, 1, "n", kindNumber, "tan"},
	"ASIN": {1, 1, "n", kindNumber, "asin"}, "ACOS": {1, 1, "n", kindNumber, "acos"}, "ATAN": {1, 1, "n", kindNumber, "atan"},
	"SINH": {1, 1, "n", kindNumber, "sinh"}, "COSH": {1, 1, "n", kindNumber, "cosh"}, "TANH": {1, 1, "n", kindNumber, "tanh"},
	"ATAN2": {2, 2, "n", kindNumber, "atan2"}, "BITAND": {2, 2, "n", kindNumber, "bitand"},

	"ADD_MONTHS": {2, 2, "dn", kindDate, "add_months"}, "MONTHS_BETWEEN": {2, 2, "d", kindNumber, "months_between"},
	"LAST_DAY": {1, 1, "d", kindDate, "last_day"}, "NEXT_DAY": {2, 2, "dt", kindDate, "next_day"},
}

// special are the functions whose types depend on their arguments.
func special(name string) (translate func(*translator, []value) (value, error), min, max int) {
	switch name {
	case "NVL":
		return (*translator).coalesce, 2, 2
	case "COALESCE":
		return (*translator).coalesce, 2, maxInList
	case "NVL2":
		return (*translator).nvl2, 3, 3
	case "NULLIF":
		return (*translator).nullIf, 2, 2
	case "DECODE":
		return (*translator).decode, 3, maxInList
	case "GREATEST":
		return extreme("max"), 1, maxInList
	case "LEAST":
		return extreme("min"), 1, maxInList
	case "CONCAT":
		return func(t *translator, args []value) (value, error) {
			return value{sql: t.concat(args...), kind: kindText}, nil
		}, 2, 2
	case "TO_CHAR":
		return (*translator).toChar, 1, 2
	case "TO_NUMBER", "TO_BINARY_DOUBLE", "TO_BINARY_FLOAT":
		return (*translator).toNumber, 1, 2
	case "TO_DATE", "TO_TIMESTAMP":
		return (*translator).toDate, 1, 2
	case "TO_TIMESTAMP_TZ":
		return (*translator).toTimestampTZ, 1, 2
	case "ROUND":
		return rounded("round"), 1, 2
	case "TRUNC":
		return rounded("trunc"), 1, 2
	case "SYS_EXTRACT_UTC":
		return (*translator).extractUTC, 1, 1
	case "FROM_TZ":
		return (*translator).fromTZ, 2, 2
	case "TZ_OFFSET":
		return (*translator).tzOffset, 1, 1
	}
	return nil, 0, 0
}

// function translates any call.
func (t *translator) function(c *syntax.Call) (value, error) {
	if c.Builtin {
		return t.builtin(c)
	}
	if _, ok := aggregates[c.Name]; ok || rankings[c.Name] {
		return t.aggregate(c)
	}
	if c.Star || c.Distinct || c.Over != nil {
		return value{}, Unsupported("%s takes no *, DISTINCT or OVER", c.Name)
	}
	f, fixed := functions[c.Name]
	translate, least, most := special(c.Name)
	if fixed {
		least, most = f.min, f.max
	} else if translate == nil {
		return value{}, Unsupported("%s is not a function of SuiteQL", c.Name)
	}
	if len(c.Args) < least || len(c.Args) > most {
		return value{}, Unsupported("%s takes %d to %d arguments, not %d", c.Name, least, most, len(c.Args))
	}
	args := make([]value, len(c.Args))
	for i, a := range c.Args {
		var err error
		if args[i], err = t.valueOf(a); err != nil {
			return value{}, err
		}
	}
	if !fixed {
		return translate(t, args)
	}
	return t.fixed(f, args)
}

func (t *translator) fixed(f function, args []value) (value, error) {
	sqls := make([]string, len(args))
	for i, a := range args {
		k := map[byte]kind{'t': kindText, 'n': kindNumber, 'd': kindDate}[f.types[min(i, len(f.types)-1)]]
		var err error
		if sqls[i], err = t.as(a, k); err != nil {
			return value{}, err
		}
	}
	return value{sql: t.call(f.name, sqls...), kind: f.result}, nil
}

func (t *translator) coalesce(args []value) (value, error) {
	sqls, k, err := t.unify(args)
	return value{sql: "COALESCE(" + strings.Join(sqls, ",") + ")", kind: k}, err
}

func (t *translator) nvl2(args []value) (value, error) {
	return t.choose([]string{args[0].sql + " IS NOT NULL"}, args[1:])
}

func (t *translator) nullIf(args []value) (value, error) {
	equal, err := t.compare("=", args[0], args[1])
	if err != nil {
		return value{}, err
	}
	return t.choose([]string{equal}, []value{{sql: "NULL"}, args[0]})
}

// decode compares with NULL = NULL, unlike CASE.
func (t *translator) decode(args []value) (value, error) {
	var conds []string
	var results []value
	rest := args[1:]
	for ; len(rest) >= 2; rest = rest[2:] {
		cond, err := t.compare("IS", args[0], rest[0])
		if err != nil {
			return value{}, err
		}
		conds, results = append(conds, cond), append(results, rest[1])
	}
	otherwise := value{sql: "NULL"}
	if len(rest) == 1 {
		otherwise = rest[0]
	}
	return t.choose(conds, append(results, otherwise))
}

// extreme is GREATEST or LEAST by SQLite's function of several arguments,
// which is NULL where one of them is.
func extreme(name string) func(*translator, []value) (value, error) {
	return func(t *translator, args []value) (value, error) {
		sqls, k, err := t.unify(args)
		if len(args) == 1 {
			return value{sql: strings.Join(sqls, ""), kind: k}, err
		}
		return value{sql: name + "(" + strings.Join(sqls, ",") + ")", kind: k}, err
	}
}

func (t *translator) toChar(args []value) (value, error) {
	v := args[0]
	if len(args) == 1 {
		return value{sql: t.asText(v), kind: kindText}, nil
	}
	format := t.asText(args[1])
	switch v.kind {
	case kindInstant:
		return value{sql: t.call("instant_to_char", v.sql, format, t.bind(t.zone)), kind: kindText}, nil
	case kindDate:
		return value{sql: t.call("date_to_char", v.sql, format), kind: kindText}, nil
	}
	n, err := t.asNumber(v)
	return value{sql: t.call("number_to_char", n, format), kind: kindText}, err
}

func (t *translator) toNumber(args []value) (value, error) {
	if len(args) == 1 {
		n, err := t.asNumber(args[0])
		return value{sql: n, kind: kindNumber}, err
	}
	return value{sql: t.call("to_number", t.asText(args[0]), t.asText(args[1])), kind: kindNumber}, nil
}

// toDate is TO_DATE and TO_TIMESTAMP: a wall-clock time. Without a format the
// session's date preference is the format.
func (t *translator) toDate(args []value) (value, error) {
	if len(args) == 1 {
		date, err := t.asDate(args[0])
		return value{sql: date, kind: kindDate}, err
	}
	return value{sql: t.call("to_date", t.asText(args[0]), t.asText(args[1]), t.bind(t.localNow())), kind: kindDate}, nil
}

func (t *translator) toTimestampTZ(args []value) (value, error) {
	format := t.bind(t.dates)
	if len(args) == 2 {
		format = t.asText(args[1])
	}
	sql := t.call("to_instant_tz", t.asText(args[0]), format, t.bind(t.localNow()), t.bind(t.zone))
	return value{sql: sql, kind: kindInstant}, nil
}

// rounded is ROUND or TRUNC, of a number or of a date.
func rounded(name string) func(*translator, []value) (value, error) {
	return func(t *translator, args []value) (value, error) {
		k, f := kindNumber, function{types: "n", name: name}
		if isTime(args[0].kind) {
			k, f = kindDate, function{types: "dt", name: name + "_date"}
		}
		f.result = k
		return t.fixed(f, args)
	}
}

// extractUTC shows a moment on a clock in UTC. A date has no zone of its own
// and is taken for a time of the session's.
func (t *translator) extractUTC(args []value) (value, error) {
	v := args[0]
	if v.kind != kindInstant {
		date, err := t.asDate(v)
		if err != nil {
			return value{}, err
		}
		v.sql = t.call("instant", date, t.bind(t.zone))
	}
	return value{sql: t.call("utc", v.sql), kind: kindDate, utcOf: v.sql}, nil
}

func (t *translator) fromTZ(args []value) (value, error) {
	date, err := t.asDate(args[0])
	return value{sql: t.call("instant", date, t.asText(args[1])), kind: kindInstant}, err
}

func (t *translator) tzOffset(args []value) (value, error) {
	return value{sql: t.call("tz_offset", t.asText(args[0]), t.bind(t.instantNow())), kind: kindText}, nil
}
