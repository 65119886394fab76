package guide

import (
	"slices"
	"strings"
)

// Tables returns the tables that a SuiteQL query reads, in lower case and order
// of the alphabet: the names behind FROM and JOIN, in subqueries too, without
// the names that WITH defines. A text that is no query gives what can be made of it.
func Tables(query string) []string {
	r := &tableReader{levels: []level{{query: true}}}
	for _, t := range queryTokens(query) {
		r.take(t)
	}
	slices.Sort(r.tables)
	r.tables = slices.Compact(r.tables)
	return slices.DeleteFunc(r.tables, func(t string) bool { return slices.Contains(r.defined, t) })
}

// literals returns the texts in quotation marks of a query.
func literals(query string) []string {
	var list []string
	for _, t := range queryTokens(query) {
		if strings.HasPrefix(t, "'") {
			list = append(list, strings.Trim(t, "'"))
		}
	}
	return list
}

// level is what is open between a pair of brackets.
type level struct {
	fresh bool // nothing came yet
	query bool // a query, not the arguments of a function: EXTRACT(YEAR FROM x)
	with  bool // between WITH and SELECT: names are defined
	from  bool // between FROM and WHERE: commas separate tables
	table bool // a table comes next
}

type tableReader struct {
	levels          []level
	tables, defined []string
}

// endsFrom are the words behind which no table can follow a comma.
var endsFrom = []string{"SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "UNION", "INTERSECT", "MINUS", "EXCEPT", "CONNECT", "START", "FETCH", "OFFSET"}

func (r *tableReader) take(token string) {
	now := &r.levels[len(r.levels)-1]
	word := strings.ToUpper(token)
	switch {
	case token == "(":
		// FROM (a JOIN b …): the brackets may hold tables themselves.
		inner := level{fresh: true, from: now.table, table: now.table}
		now.fresh, now.table = false, false
		r.levels = append(r.levels, inner)
		return
	case token == ")":
		if len(r.levels) > 1 {
			r.levels = r.levels[:len(r.levels)-1]
		}
		return
	case token == ",":
		now.table = now.from
	case !isName(token):
	case word == "WITH":
		now.query, now.with = true, true
	case slices.Contains(endsFrom, word):
		now.query = now.query || now.fresh
		now.with, now.from, now.table = false, false, false
	case word == "FROM" && now.query, word == "JOIN" && (now.query || now.from):
		now.from, now.table = true, true
	case now.with && word != "AS" && word != "RECURSIVE":
		r.defined = append(r.defined, strings.ToLower(token))
	case now.table && word != "LATERAL":
		r.tables = append(r.tables, strings.ToLower(token))
		now.table = false
	}
	now.fresh = false
}

func isName(token string) bool {
	return token != "" && (token[0] == '_' || token[0] >= 'a' && token[0] <= 'z' || token[0] >= 'A' && token[0] <= 'Z')
}

// queryTokens cuts a query into names, brackets, commas and quoted texts, which
// keep their first mark. Everything else, comments included, is left out or one token.
func queryTokens(query string) []string {
	var tokens []string
	for i := 0; i < len(query); {
		n := tokenLength(query[i:])
		if text := query[i : i+n]; !strings.HasPrefix(text, "--") && !strings.HasPrefix(text, "/*") && strings.TrimSpace(text) != "" {
			if text[0] == '"' {
				text = strings.Trim(text, `"`)
			}
			tokens = append(tokens, text)
		}
		i += n
	}
	return tokens
}

// tokenLength returns how many bytes the first token of a text that is not empty takes.
func tokenLength(text string) int {
	until := func(end string, skip int) int {
		if n := strings.Index(text[skip:], end); n >= 0 {
			return skip + n + len(end)
		}
		return len(text)
	}
	switch {
	case strings.HasPrefix(text, "--"):
		return until("\n", 2)
	case strings.HasPrefix(text, "/*"):
		return until("*/", 2)
	case text[0] == '\'' || text[0] == '"':
		return until(text[:1], 1)
	case !nameByte(text[0]):
		return 1
	}
	n := 1
	for n < len(text) && nameByte(text[n]) {
		n++
	}
	return n
}

func nameByte(c byte) bool {
	return c == '_' || c == '.' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
