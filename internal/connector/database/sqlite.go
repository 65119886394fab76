package database

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	driver "modernc.org/sqlite"

	"github.com/sluicehq/sluice"
)

// sqlite is SQLite, whose columns hold what was put into them.
type sqlite struct{}

func openSQLite(c *sluice.Connection, readOnly bool) (*sql.DB, error) {
	path := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(c.Get("path"))
	dsn := "file:" + path + "?mode=rw&_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	if readOnly {
		dsn += "&_pragma=query_only(1)"
	}
	return sql.Open("sqlite", dsn)
}

// syntax takes away a column's declared type, by which the driver would make times
// of texts.
func (sqlite) syntax() syntax { return syntax{asIs: "+"} }

func (sqlite) value(v any, _ string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case string:
		return t, nil
	case int64:
		return json.Number(strconv.FormatInt(t, 10)), nil
	case float64:
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("%v is not a number that a record can hold", t)
		}
		return json.Number(strconv.FormatFloat(t, 'f', -1, 64)), nil
	case []byte:
		return base64.StdEncoding.EncodeToString(t), nil
	}
	return nil, fmt.Errorf("a value came as %T", v)
}

// argument leaves numbers with a fraction as text: a numeric column makes a
// number of it, and a text column keeps all digits.
func (sqlite) argument(v any, _ string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case string:
		return t, nil
	case json.Number:
		if n, err := t.Int64(); err == nil {
			return n, nil
		}
		return t.String(), nil
	case bool:
		if t {
			return int64(1), nil
		}
		return int64(0), nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func (sqlite) columns(ctx context.Context, db *sql.DB, schema, table string) ([]column, error) {
	if schema == "" {
		schema = "main"
	}
	return names(ctx, db, "SELECT name, '' FROM pragma_table_xinfo(?, ?) WHERE hidden IN (0, 2, 3) ORDER BY cid", table, schema)
}

// upsert changes the row with the key, or inserts one. Nothing comes between: a
// transaction has the database for itself.
func (s sqlite) upsert(ctx context.Context, tx *sql.Tx, t *table, row []cell) (bool, error) {
	return updateOrInsert(ctx, s, tx, t, row)
}

func (sqlite) questions() []question {
	return []question{
		{"Version", "SELECT 'SQLite ' || sqlite_version()"},
		{"Tables", "SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view')"},
		{"Journal mode", "SELECT journal_mode FROM pragma_journal_mode"},
	}
}

// Result codes, https://www.sqlite.org/rescode.html
const (
	sqlitePerm, sqliteBusy, sqliteLocked, sqliteReadOnly            = 3, 5, 6, 8
	sqliteIOErr, sqliteCorrupt, sqliteFull, sqliteCantOpen          = 10, 11, 13, 14
	sqliteTooBig, sqliteConstraint, sqliteMismatch, sqliteNotADB    = 18, 19, 20, 26
	sqliteForeignKey, sqlitePrimaryKey, sqliteUnique, sqliteTrigger = 787, 1555, 2067, 1811
)

func (sqlite) fault(err error) fault {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return fault{severity: ofDatabase, code: "sql.failed", class: sluice.ClassOther, message: err.Error()}
	}
	f := fault{severity: ofDatabase, code: fmt.Sprintf("sqlite.%d", e.Code()), class: sluice.ClassOther, message: e.Error()}
	switch e.Code() {
	case sqlitePrimaryKey, sqliteUnique:
		f.severity, f.class = ofRow, sluice.ClassDuplicate
		return f
	case sqliteForeignKey:
		f.severity, f.class = ofRow, sluice.ClassReference
		return f
	case sqliteTrigger:
		f.severity = ofRow
		return f
	}
	switch e.Code() & 0xff {
	case sqliteConstraint, sqliteMismatch, sqliteTooBig:
		f.severity, f.class = ofRow, sluice.ClassValue
	case sqliteBusy, sqliteLocked:
		f.severity, f.class = ofMoment, sluice.ClassIntermittent
	case sqliteCantOpen:
		f.code, f.remedy = "connection.no_database", "Make the database file, or correct the connection's path"
	case sqliteNotADB, sqliteCorrupt:
		f.code, f.remedy = "connection.no_database", "The file is not a SQLite database, or is damaged: correct the path or restore it"
	case sqliteFull:
		f.code, f.remedy = "connection.disk_full", "Make room and resume the run"
	case sqlitePerm, sqliteReadOnly, sqliteIOErr:
		f.code, f.class, f.remedy = "connection.permission", sluice.ClassPermission, "Let the server's user write to the database file and its folder"
	}
	return f
}
