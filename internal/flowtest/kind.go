package flowtest

import "github.com/sluicehq/sluice"

// kindOf tells from its use what kind of connection a flow means.
func kindOf(f *sluice.Flow, name string) string {
	for u := range uses(f) {
		switch {
		case u.connection != name:
		case u.netsuite:
			return sluice.KindNetSuite
		case u.http:
			return sluice.KindHTTP
		case u.sql:
			return sluice.KindSQLite
		}
	}
	return sluice.KindFiles
}

// usesDatabase reports whether a flow uses a connection for SQL.
func usesDatabase(f *sluice.Flow, name string) bool {
	for u := range uses(f) {
		if u.connection == name && u.sql {
			return true
		}
	}
	return false
}

// use is what a part of a flow uses a connection for.
type use struct {
	connection          string
	netsuite, http, sql bool
}

// uses gives what the flow's exports, lookups and imports use.
func uses(f *sluice.Flow) func(func(use) bool) {
	return func(yield func(use) bool) {
		for _, e := range f.Sources() {
			if !yield(use{e.Connection, e.FromNetSuite(), e.HTTP != nil, e.SQL != nil}) {
				return
			}
		}
		for _, s := range named(f) {
			if l := s.Lookup; l != nil && !yield(use{l.Connection, l.SuiteQL != nil || l.Records != nil || l.RESTlet != nil, l.HTTP != nil, l.SQL != nil}) {
				return
			}
			if i := s.Import; i != nil && !yield(use{i.Connection, i.NetSuite != nil || i.RESTlet != nil, i.HTTP != nil, i.SQL != nil}) {
				return
			}
		}
	}
}
