package rest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/filter"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// parseFilter reads the q parameter of a list (Oracle help, section_1545222128):
//
//	expression = term { OR term }
//	term       = factor { AND factor }
//	factor     = "(" expression ")" | field operator [ value ]
//	value      = word | "text" | "[" value { "," value } "]"
//
// An empty q is no filter.
func parseFilter(t *schema.Type, ses *session.Session, q string) (*filter.Filter, error) {
	if strings.TrimSpace(q) == "" {
		return nil, nil
	}
	tokens, ok := scan(q)
	if !ok {
		return nil, invalidQuery()
	}
	p := &filterParser{typ: t, ses: ses, tokens: tokens}
	f, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, invalidQuery()
	}
	return &f, nil
}

func invalidQuery() error {
	return badParameter("q", "Invalid search query. Provide a valid search query.")
}

// token is a word, a quoted text, or one of ( ) [ ] and the comma.
type token struct {
	text   string
	quoted bool
}

const marks = "()[],"

func scan(q string) (out []token, ok bool) {
	for q = strings.TrimSpace(q); q != ""; q = strings.TrimSpace(q) {
		switch {
		case strings.ContainsRune(marks, rune(q[0])):
			out, q = append(out, token{text: q[:1]}), q[1:]
		case q[0] == '"':
			end := strings.IndexByte(q[1:], '"')
			if end < 0 {
				return nil, false
			}
			out, q = append(out, token{q[1 : 1+end], true}), q[2+end:]
		default:
			end := strings.IndexFunc(q, func(r rune) bool {
				return r == '"' || r == ' ' || r == '\t' || r == '\n' || strings.ContainsRune(marks, r)
			})
			if end < 0 {
				end = len(q)
			}
			if q[0] == '\'' { // live accounts refuse single quotes
				return nil, false
			}
			out, q = append(out, token{text: q[:end]}), q[max(end, 1):]
		}
	}
	return out, true
}

// maxDepth bounds the nesting of parentheses.
const maxDepth = 100

type filterParser struct {
	typ    *schema.Type
	ses    *session.Session
	tokens []token
}

// take removes the next token if it is this mark or word, in any case.
func (p *filterParser) take(text string) bool {
	if len(p.tokens) == 0 || p.tokens[0].quoted || !strings.EqualFold(p.tokens[0].text, text) {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *filterParser) expression(depth int) (filter.Filter, error) {
	return p.joined("OR", func() (filter.Filter, error) {
		return p.joined("AND", func() (filter.Filter, error) { return p.factor(depth) })
	})
}

func (p *filterParser) joined(word string, next func() (filter.Filter, error)) (filter.Filter, error) {
	var parts []filter.Filter
	for {
		f, err := next()
		if err != nil {
			return f, err
		}
		parts = append(parts, f)
		if !p.take(word) {
			break
		}
	}
	switch {
	case len(parts) == 1:
		return parts[0], nil
	case word == "OR":
		return filter.Filter{Or: parts}, nil
	}
	return filter.Filter{And: parts}, nil
}

func (p *filterParser) factor(depth int) (filter.Filter, error) {
	if p.take("(") {
		if depth == maxDepth {
			return filter.Filter{}, invalidQuery()
		}
		f, err := p.expression(depth + 1)
		if err == nil && !p.take(")") {
			err = invalidQuery()
		}
		return f, err
	}
	if len(p.tokens) < 2 || p.tokens[0].quoted || p.tokens[1].quoted {
		return filter.Filter{}, invalidQuery()
	}
	name, word := p.tokens[0].text, strings.ToUpper(p.tokens[1].text)
	if strings.Contains(marks, name) {
		return filter.Filter{}, invalidQuery()
	}
	p.tokens = p.tokens[2:]
	f, class, err := p.field(name)
	if err != nil {
		return f, err
	}
	op, ok := operator(class, word)
	if !ok {
		return f, invalidQuery()
	}
	f.Op, f.Not = op.op, strings.HasSuffix(word, "_NOT")
	values, ok := p.values(op.values)
	if !ok {
		return f, invalidQuery()
	}
	return p.compare(f, class, values)
}

// class is a group of field types that share operators.
type class int

const (
	classText class = iota
	classNumber
	classBoolean
	classDate
	classDateTime
	classChoice // references and enumerations
)

// field finds a filterable field. Others are unknown to the search, even those
// that the record has: so live accounts answer.
func (p *filterParser) field(name string) (filter.Filter, class, error) {
	if strings.EqualFold(name, "id") || strings.EqualFold(name, "internalId") {
		return filter.Filter{Key: true}, classNumber, nil
	}
	f := p.typ.Fields.Lookup(name)
	if f == nil || !f.Filterable || f.Column == "" || !p.ses.Has(f.Feature) {
		return filter.Filter{}, 0, fault.New(http.StatusBadRequest, fault.NonexistentField,
			"Unknown field name '%s' in the search query. The field does not exist on this record type.", name).InParam("q")
	}
	classes := map[schema.Kind]class{
		schema.String: classText, schema.Number: classNumber, schema.Integer: classNumber, schema.Boolean: classBoolean,
		schema.Date: classDate, schema.DateTime: classDateTime, schema.Reference: classChoice, schema.Enum: classChoice,
	}
	return filter.Filter{Field: f}, classes[f.Kind], nil
}

type operation struct {
	op     filter.Op
	values int // how many; -1 = one or more in brackets
}

var operators = map[class]map[string]operation{
	classText: {"IS": {filter.Is, 1}, "CONTAIN": {filter.Contains, 1}, "START_WITH": {filter.StartsWith, 1}, "ENDWITH": {filter.EndsWith, 1}},
	classNumber: {
		"EQUAL": {filter.Is, 1}, "GREATER": {filter.Greater, 1}, "GREATER_OR_EQUAL": {filter.AtLeast, 1}, "LESS": {filter.Less, 1},
		"LESS_OR_EQUAL": {filter.AtMost, 1}, "BETWEEN": {filter.Between, 2}, "WITHIN": {filter.Between, 2}, "ANY_OF": {filter.AnyOf, -1},
	},
	classBoolean: {"IS": {filter.Is, 1}},
	classDate: {
		"ON": {filter.During, 1}, "AFTER": {filter.Greater, 1}, "BEFORE": {filter.Less, 1},
		"ON_OR_AFTER": {filter.AtLeast, 1}, "ON_OR_BEFORE": {filter.AtMost, 1},
	},
	// Oracle's table leaves references and enumerations out; IS, EQUAL and
	// ANY_OF are what N/query offers for select fields.
	classChoice: {"IS": {filter.Is, 1}, "EQUAL": {filter.Is, 1}, "ANY_OF": {filter.AnyOf, -1}},
}

// operator finds an operator of the class; _NOT negates each. The negation of
// ENDWITH is spelled END_WITH_NOT.
func operator(c class, word string) (operation, bool) {
	positive := strings.TrimSuffix(word, "_NOT")
	if positive == "EMPTY" {
		return operation{filter.Empty, 0}, true
	}
	if word == "END_WITH_NOT" {
		positive = "ENDWITH"
	} else if word == "ENDWITH_NOT" {
		return operation{}, false
	}
	if c == classDateTime {
		c = classDate
	}
	op, ok := operators[c][positive]
	return op, ok
}

// values takes n values, in brackets unless n is 1.
func (p *filterParser) values(n int) ([]string, bool) {
	if n == 0 {
		return nil, true
	}
	bracket := p.take("[")
	if !bracket && n != 1 || bracket && n == 1 {
		return nil, false
	}
	var out []string
	for {
		if len(p.tokens) == 0 || !p.tokens[0].quoted && strings.Contains(marks, p.tokens[0].text) {
			return nil, false
		}
		out = append(out, p.tokens[0].text)
		p.tokens = p.tokens[1:]
		if !bracket {
			return out, true
		}
		if p.take("]") {
			return out, n < 0 || len(out) == n
		}
		if !p.take(",") {
			return nil, false
		}
	}
}

// compare gives the values the form that the analytic column has.
func (p *filterParser) compare(f filter.Filter, c class, values []string) (filter.Filter, error) {
	f.Values = values
	for i, v := range values {
		switch c {
		case classNumber:
			n, err := decimal.Parse(v)
			if err != nil {
				return f, invalidQuery()
			}
			f.Values[i] = n.String()
		case classBoolean:
			column, ok := map[string]string{"true": "T", "false": "F"}[strings.ToLower(v)]
			if !ok {
				return f, invalidQuery()
			}
			f.Values[i] = column
		case classChoice:
			if f.Field.Kind == schema.Enum {
				f.Values[i] = optionID(f.Field, v)
			} else if _, ok := record.ParseID(v); !ok {
				return f, invalidQuery()
			}
		case classDate, classDateTime:
			from, to, err := userTime(p.ses, v)
			if err != nil {
				return f, err
			}
			f.Values = []string{from.UTC().Format(time.DateTime)}
			if c == classDate {
				f.Values[0] = from.Format(time.DateOnly)
				to = from.AddDate(0, 0, 1)
			}
			if f.Op == filter.During {
				end := to.UTC().Format(time.DateTime)
				if c == classDate {
					end = to.Format(time.DateOnly)
				}
				f.Values = append(f.Values, end)
			}
		}
	}
	return f, nil
}

func optionID(f *schema.Field, given string) string {
	i := slices.IndexFunc(f.Enum, func(o schema.Option) bool { return strings.EqualFold(o.Name, given) })
	if i < 0 {
		return given
	}
	return f.Enum[i].ID
}

// userTime reads a date, or date and time to the minute, as the session's user
// writes them. A bare date is midnight in the user's time zone; to is where
// the day, or the minute, ends.
func userTime(ses *session.Session, text string) (from, to time.Time, err error) {
	zone := ses.TimeZone
	if zone == nil {
		zone = time.UTC
	}
	date, clock := goLayout(ses.DateFormat, "M/D/YYYY"), goLayout(ses.TimeFormat, "h:mm a")
	value := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, layout := range []string{date, strings.Replace(date, "2006", "06", 1)} {
		if from, err = time.ParseInLocation(layout, value, zone); err == nil {
			return from, from.AddDate(0, 0, 1), nil
		}
		if from, err = time.ParseInLocation(layout+" "+clock, value, zone); err == nil {
			return from, from.Add(time.Minute), nil
		}
	}
	return from, to, fault.New(http.StatusBadRequest, fault.InvalidParameter,
		"Invalid search query. Search error occurred: Parse of date/time \"%s\" failed with date format \"%s\" in time zone %s",
		text, icuFormat(ses.DateFormat), zone).InParam("q")
}

// goLayout translates a NetSuite date or time format (M/D/YYYY, dd.MM.yyyy,
// d-MMM-YYYY, D MONTH, YYYY, h:mm a, HH:mm …) to a layout of package time.
func goLayout(format, standard string) string {
	if format == "" {
		format = standard
	}
	isTime := strings.Contains(format, "mm") && strings.ContainsAny(format, "hH")
	if isTime {
		return strings.NewReplacer("fm", "", "HH", "15", "H", "15", "hh", "3", "h", "3", "mm", "04", "am", "pm", "a", "pm", "A", "pm").Replace(format)
	}
	return strings.NewReplacer("fm", "", "MONTH", "January", "Month", "January", "Mon", "Jan", "MON", "Jan", "MMMM", "January", "MMM", "Jan",
		"MM", "1", "M", "1", "DD", "2", "D", "2", "dd", "2", "d", "2", "YYYY", "2006", "yyyy", "2006", "YY", "06", "yy", "06").Replace(format)
}

// icuFormat is the format as live error messages print it: M/d/yy.
func icuFormat(format string) string {
	if format == "" {
		format = "M/D/YYYY"
	}
	return fmt.Sprint(strings.NewReplacer("YYYY", "yy", "yyyy", "yy", "D", "d", "MONTH", "MMMM", "Mon", "MMM").Replace(format))
}
