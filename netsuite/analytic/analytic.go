// Package analytic knows the tables of SuiteQL that accounts have in common. NetSuite
// has no table of its tables: its Records Catalog is a page for people. Custom
// records and lists have tables of their script IDs, which the record catalogue names.
package analytic

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed tables.txt
var text string

// Table is a table of SuiteQL.
type Table struct {
	Name  string // in lower case
	Label string
	// Columns are those that are known, sorted. Accounts lack some and have others.
	Columns []string
}

var load = sync.OnceValue(func() []Table { return parse(text) })

func parse(text string) []Table {
	var tables []Table
	for line := range strings.Lines(text) {
		words := strings.TrimSpace(line)
		switch {
		case words == "" || strings.HasPrefix(words, "#"):
		case strings.HasPrefix(line, " "):
			last := &tables[len(tables)-1]
			last.Columns = append(last.Columns, strings.Fields(words)...)
		default:
			name, label, _ := strings.Cut(words, " ")
			tables = append(tables, Table{Name: name, Label: label})
		}
	}
	return tables
}

// Tables returns the tables, by name.
func Tables() []Table { return slices.Clone(load()) }

// Lookup finds a table by its name, in any case.
func Lookup(name string) (Table, bool) {
	tables := load()
	i := slices.IndexFunc(tables, func(t Table) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 {
		return Table{}, false
	}
	return tables[i], true
}

// IsCustom reports whether a name is that of a custom record type or list, whose
// analytic table has the same name.
func IsCustom(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "customrecord") || strings.HasPrefix(name, "customlist")
}
