package flowfile

import (
	"fmt"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping/table"
)

// lookupRules checks what a lookup's keys have to do with each other.
func (c *checker) lookupRules(l *sluice.Lookup, at string) {
	if l == nil {
		return
	}
	c.lookupAsks(l, at)
	switch {
	case l.None == sluice.NoneDefault && l.Default == "":
		c.add("flow.missing_key", at+".default", `the key "default" is missing`, "Add it, or write none: null")
	case l.None != sluice.NoneDefault && l.Default != "":
		c.add("flow.conflict", at+".default", "only none: default takes a default", "Add none: default")
	}
	if l.Many == sluice.ManyFirst && (l.SuiteQL != nil && len(l.SuiteQL.Key) == 0 || l.SQL != nil && len(l.SQL.Key) == 0) {
		part := "suiteql"
		if l.SQL != nil {
			part = "sql"
		}
		c.add("flow.missing_key", at+"."+part+".key", "which of several is the first is not known without an order", "Add the key columns, as in key: [id]")
	}
	if l.Cache != nil {
		if _, err := sluice.ParseDuration(l.Cache.For); err != nil && l.Cache.For != "" {
			c.add("flow.invalid_value", at+".cache.for", fmt.Sprintf("for is %q, not a duration", l.Cache.For), "Write it as 90s, 10m or 24h")
		}
	}
}

// lookupAsks checks what a lookup asks whom.
func (c *checker) lookupAsks(l *sluice.Lookup, at string) {
	matches := l.SuiteQL != nil || l.SQL != nil || l.CSV != nil || l.JSONLines != nil
	switch {
	case matches && len(l.Match) == 0:
		c.add("flow.missing_key", at+".match", `the key "match" is missing`, "Say what a column of the answer has to equal, as in match: {email: this.email}")
	case !matches && len(l.Match) > 0 && len(l.Names()) > 0:
		c.add("flow.conflict", at+".match", "match is for suiteql, sql, csv and jsonl", "Leave it out")
	}
	switch {
	case l.Table != nil:
		c.tableRules(l, at)
	case l.Value != "":
		c.add("flow.conflict", at+".value", "value is for a table", "Leave it out, or use match")
	case l.Connection == "":
		c.add("flow.missing_key", at+".connection", `the key "connection" is missing`, "The connection to ask through")
	}
	switch {
	case l.SuiteQL != nil:
		c.lookupQueryRules(at, "suiteql", l.SuiteQL.Query, l.SuiteQL.Key, l)
	case l.SQL != nil:
		c.lookupQueryRules(at, "sql", l.SQL.Query, l.SQL.Key, l)
	case l.HTTP != nil:
		c.httpPath(at+".http.path", l.HTTP.Path)
	case l.RESTlet != nil:
		c.reserved(at+".restlet.params", l.RESTlet.Params)
	case l.CSV != nil && l.CSV.Delimiter != "" && utf8.RuneCountInString(l.CSV.Delimiter) != 1:
		c.add("flow.invalid_value", at+".csv.delimiter", fmt.Sprintf("the delimiter is %q, not one character", l.CSV.Delimiter), "")
	}
}

// tableRules checks a table of the flow's own.
func (c *checker) tableRules(l *sluice.Lookup, at string) {
	if l.Value == "" {
		c.add("flow.missing_key", at+".value", `the key "value" is missing`, "Say what is looked up in the table, as in value: this.country")
	}
	for key, there := range map[string]bool{"connection": l.Connection != "", "many": l.Many != "", "cache": l.Cache != nil} {
		if there {
			c.add("flow.conflict", at+"."+key, "a table is the flow's own and has one answer", "Leave out "+key)
		}
	}
}

func (c *checker) lookupQueryRules(at, part, query string, key []string, l *sluice.Lookup) {
	c.columnRules(at+"."+part+".key", key)
	c.queryRules(at+"."+part+".query", query, "it becomes a part of another one", "Leave it out; the order of several answers is that of key")
	for _, name := range l.Names() {
		if !columnName.MatchString(name) && part == "suiteql" {
			c.add("flow.invalid_value", join(at+".match", name), fmt.Sprintf("%q is not a column name", name), "Give the column a plain name with AS")
		}
	}
}

// fieldRules checks a table of fields.
func (c *checker) fieldRules(rows []sluice.FieldRow, at string) {
	if rows != nil && len(rows) == 0 {
		c.add("flow.invalid_value", at, "fields is empty", "Add a row, as in {to: companyName, from: this.name}")
	}
	for _, p := range table.Check(at, rows) {
		c.add(p.Code, p.Path, p.Message, p.Remedy)
	}
}
