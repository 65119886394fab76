package dialect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	modernc "modernc.org/sqlite"

	"github.com/sluicehq/sluice"
)

// sqlite is SQLite, whose columns hold what was put into them.
type sqlite struct{}

func openSQLite(c *sluice.Connection, readOnly bool) (driver.Connector, error) {
	path := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(c.Get("path"))
	dsn := "file:" + path + "?mode=rw&_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	if readOnly {
		dsn += "&_pragma=query_only(1)"
	}
	db, err := sql.Open("sqlite", dsn) // which opens nothing yet
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	return sqliteFile{dsn, db.Driver()}, nil
}

// sqliteFile is the connector of a file: the driver has none of its own.
type sqliteFile struct {
	dsn    string
	driver driver.Driver
}

// Connect opens the file.
func (f sqliteFile) Connect(context.Context) (driver.Conn, error) { return f.driver.Open(f.dsn) }

// Driver returns SQLite's driver.
func (f sqliteFile) Driver() driver.Driver { return f.driver }

// syntax takes away a column's declared type, by which the driver would make times
// of texts.
func (sqlite) Syntax() Syntax { return Syntax{AsIs: "+"} }

func (sqlite) Value(v any, _ string) (any, error) {
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
func (sqlite) Argument(v any, _ string) (any, error) {
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

func (sqlite) Columns(ctx context.Context, db *sql.DB, schema, table string) ([]Column, error) {
	if schema == "" {
		schema = "main"
	}
	return names(ctx, db, "SELECT name, '' FROM pragma_table_xinfo(?, ?) WHERE hidden IN (0, 2, 3) ORDER BY cid", table, schema)
}

func (sqlite) Questions() []Question {
	return []Question{
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

func (sqlite) Fault(err error) Fault {
	e, ok := errors.AsType[*modernc.Error](err)
	if !ok {
		return Fault{Severity: OfDatabase, Code: "sql.failed", Class: sluice.ClassOther, Message: err.Error()}
	}
	f := Fault{Severity: OfDatabase, Code: fmt.Sprintf("sqlite.%d", e.Code()), Class: sluice.ClassOther, Message: e.Error()}
	switch e.Code() {
	case sqlitePrimaryKey, sqliteUnique:
		f.Severity, f.Class = OfRow, sluice.ClassDuplicate
		return f
	case sqliteForeignKey:
		f.Severity, f.Class = OfRow, sluice.ClassReference
		return f
	case sqliteTrigger:
		f.Severity = OfRow
		return f
	}
	switch e.Code() & 0xff {
	case sqliteConstraint, sqliteMismatch, sqliteTooBig:
		f.Severity, f.Class = OfRow, sluice.ClassValue
	case sqliteBusy, sqliteLocked:
		f.Severity, f.Class = OfMoment, sluice.ClassIntermittent
	case sqliteCantOpen:
		f.Code, f.Remedy = "connection.no_database", "Make the database file, or correct the connection's path"
	case sqliteNotADB, sqliteCorrupt:
		f.Code, f.Remedy = "connection.no_database", "The file is not a SQLite database, or is damaged: correct the path or restore it"
	case sqliteFull:
		f.Code, f.Remedy = "connection.disk_full", "Make room and resume the run"
	case sqlitePerm, sqliteReadOnly, sqliteIOErr:
		f.Code, f.Class, f.Remedy = "connection.permission", sluice.ClassPermission, "Let the server's user write to the database file and its folder"
	}
	return f
}
