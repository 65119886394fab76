package delta

import (
	"strconv"
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

// MySQL keeps the instants of its timestamps and shows them in the session's zone, in
// which an hour may come twice: they are read as the instants that they are. Times
// without zone are taken for UTC.
func MySQL() Dialect {
	const form = "'%Y-%m-%d %H:%i:%s.%f'"
	return Dialect{
		Now: "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), " + form + ")", Layout: "2006-01-02 15:04:05.000000", greatest: "GREATEST", as: " AS ",
		quote: func(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" },
		instant: func(column, typ string) (string, bool) {
			switch strings.ToUpper(typ) {
			case "TIMESTAMP":
				return "DATE_FORMAT(TIMESTAMP'1970-01-01 00:00:00' + INTERVAL CAST(UNIX_TIMESTAMP(" + column + ") * 1000000 AS SIGNED) MICROSECOND, " + form + ")", true
			case "DATETIME", "DATE":
				return "DATE_FORMAT(" + column + ", " + form + ")", true
			}
			return "", false
		},
		since: func(column, typ string, at time.Time) string {
			if strings.EqualFold(typ, "TIMESTAMP") { // compared in the session's zone: a day wide
				return column + " >= FROM_UNIXTIME(" + strconv.FormatInt(max(at.Unix()-24*60*60, 0), 10) + ")"
			}
			return column + " >= '" + at.UTC().Format("2006-01-02 15:04:05.000000") + "'"
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
