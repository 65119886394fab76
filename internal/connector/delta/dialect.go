package delta

import (
	"fmt"
	"strings"
)

// SQLite reads texts as its date functions do, with the offset that they may have
// (2026-10-25T02:30:00+02:00; UTC without), and numbers as seconds since 1970.
func SQLite() Dialect {
	return Dialect{
		Now: "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')", Layout: "2006-01-02 15:04:05.000", untyped: true, greatest: "max", as: " AS ", quote: standard,
		instant: func(column, _ string) (string, bool) {
			return "CASE typeof(" + column + ") WHEN 'text' THEN strftime('%Y-%m-%d %H:%M:%f', " + column + ")" +
				" WHEN 'null' THEN NULL ELSE strftime('%Y-%m-%d %H:%M:%f', " + column + ", 'unixepoch') END", true
		},
	}
}

// PostgreSQL takes times without zone for UTC.
func PostgreSQL() Dialect {
	const form = "'YYYY-MM-DD HH24:MI:SS.US'"
	return Dialect{
		Now: "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', " + form + ")", Layout: "2006-01-02 15:04:05.000000", greatest: "GREATEST", as: " AS ", quote: standard,
		instant: func(column, typ string) (string, bool) {
			switch strings.ToUpper(typ) {
			case "TIMESTAMPTZ":
				return "to_char(" + column + " AT TIME ZONE 'UTC', " + form + `) COLLATE "C"`, true
			case "TIMESTAMP", "DATE":
				return "to_char(" + column + "::timestamp, " + form + `) COLLATE "C"`, true
			}
			return "", false
		},
		since: func(column, typ, at string) string {
			if strings.EqualFold(typ, "TIMESTAMPTZ") {
				return fmt.Sprintf("%s >= '%s+00'::timestamptz", column, at)
			}
			return fmt.Sprintf("%s >= '%s'::timestamp", column, at)
		},
	}
}

func standard(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
