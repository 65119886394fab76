package delta

import (
	"strings"
	"time"
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
		since: func(column, typ string, at time.Time) string {
			zone, cast := "", "timestamp"
			if strings.EqualFold(typ, "TIMESTAMPTZ") {
				zone, cast = "+00", "timestamptz"
			}
			return column + " >= '" + at.UTC().Format("2006-01-02 15:04:05.000000") + zone + "'::" + cast
		},
	}
}

// SuiteQL compares seconds in UTC. Comparisons with the column itself go by the
// session's zone, which may be up to 14 hours away: they are a day wide.
func SuiteQL() Dialect {
	return Dialect{
		Layout: "2006-01-02 15:04:05", greatest: "GREATEST", as: " ", quote: func(name string) string { return name },
		instant: func(column, _ string) (string, bool) {
			return "TO_CHAR(SYS_EXTRACT_UTC(" + column + "), 'YYYY-MM-DD HH24:MI:SS')", true
		},
		since: func(column, _ string, at time.Time) string {
			return column + " >= TO_DATE('" + at.Add(-24*time.Hour).UTC().Format("2006-01-02 15:04:05") + "', 'YYYY-MM-DD HH24:MI:SS')"
		},
	}
}

func standard(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
