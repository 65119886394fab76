package dialect

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"path"
	"strconv"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/sluicehq/sluice"
)

// mysql is MySQL and MariaDB.
type mysql struct{}

func openMySQL(c *sluice.Connection) (driver.Connector, error) {
	config := mysqldriver.NewConfig()
	config.User, config.Passwd, config.DBName = c.Get("user"), c.Secrets["password"].Reveal(), c.Get("database")
	config.Net, config.Addr = "tcp", net.JoinHostPort(c.Get("host"), c.Get("port"))
	if path.IsAbs(c.Get("host")) {
		config.Net, config.Addr = "unix", c.Get("host")
	}
	switch c.Get("tls") {
	case "prefer":
		config.TLS, config.AllowFallbackToPlaintext = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, true
	case "require":
		config.TLS = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	case "verify-full":
		config.TLS = &tls.Config{ServerName: c.Get("host"), MinVersion: tls.VersionTLS12}
	}
	if config.Net == "unix" && c.Get("tls") == "prefer" {
		config.TLS = nil // it does not leave the machine
	}
	config.Timeout = 10 * time.Second
	config.ClientFoundRows = true   // an update that changes nothing has found its row
	config.InterpolateParams = true // one way instead of three for each statement
	config.Logger = &mysqldriver.NopLogger{}
	config.Params = map[string]string{
		"time_zone": "'+00:00'",
		// Without these a value that does not fit is cut to size without a word.
		"sql_mode": "CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION')",
	}
	if err := config.Apply(mysqldriver.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the connection's settings cannot be used").At(c.Name).Fix("Check host, port and TLS")
	}
	return connector, nil
}

func (mysql) Syntax() Syntax {
	return Syntax{Quotes: "``", Columnwise: true, Bare: true, ReadOnly: true, Prepared: true, NoRow: "() VALUES ()",
		Compared: func(mark, typ string) string {
			if strings.Contains(strings.ToUpper(typ), "DECIMAL") {
				return "CAST(" + mark + " AS DECIMAL(65, 30))" // else both sides would become floating point
			}
			return mark
		}}
}

func (mysql) Value(v any, typ string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case int64:
		return json.Number(strconv.FormatInt(t, 10)), nil
	case uint64:
		return json.Number(strconv.FormatUint(t, 10)), nil
	case float32:
		return json.Number(strconv.FormatFloat(float64(t), 'f', -1, 32)), nil
	case float64:
		return json.Number(strconv.FormatFloat(t, 'f', -1, 64)), nil
	case string:
		return mysqlText(t, typ)
	case []byte:
		return mysqlText(string(t), typ)
	}
	return nil, fmt.Errorf("a value of type %s came as %T", typ, v)
}

func mysqlText(text, typ string) (any, error) {
	switch typ {
	case "DECIMAL", "UNSIGNED BIGINT", "BIGINT":
		return json.Number(text), nil
	case "DATETIME":
		return isoTime(text), nil
	case "TIMESTAMP":
		return isoTime(text) + "Z", nil
	case "BIT":
		return json.Number(new(big.Int).SetBytes([]byte(text)).String()), nil
	case "BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "GEOMETRY", "VECTOR":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	case "JSON":
		return decodeJSON(text)
	}
	return text, nil
}

// isoTime rewrites 2026-01-02 03:04:05.600000.
func isoTime(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return strings.Replace(text, " ", "T", 1)
}

// argument hands numbers with a fraction over as text, which the column's own type
// reads.
func (mysql) Argument(v any, typ string) (any, error) {
	return argumentOf(v, strings.ToLower(typ), "2006-01-02 15:04:05.999999")
}

// argumentOf turns a value into an argument for a column. Times with an offset
// become UTC where the column has none, written in the layout; bytes come as base64,
// which is how an export gives them.
func argumentOf(v any, typ, layout string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if t {
			return int64(1), nil
		}
		return int64(0), nil
	case json.Number:
		if n, err := strconv.ParseInt(t.String(), 10, 64); err == nil {
			return n, nil
		}
		return t.String(), nil
	case string:
		switch typ {
		case "datetime", "timestamp", "datetime2", "smalldatetime":
			if at, err := time.Parse(time.RFC3339Nano, t); err == nil {
				return at.UTC().Format(layout), nil
			}
		case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "image":
			raw, err := base64.StdEncoding.DecodeString(t)
			if err != nil {
				return nil, sluice.Errorf("record.not_base64", "a column of the type %s takes bytes, and the value is not base64", typ).Fix("Encode it with .encode(\"base64\")")
			}
			return raw, nil
		}
		return t, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// columns refuses tables that cannot take back what was written, since a page has
// to be written whole or not at all.
func (mysql) Columns(ctx context.Context, db *sql.DB, schema, table string) ([]Column, error) {
	var engine, transactions sql.NullString
	err := db.QueryRowContext(ctx, `SELECT t.ENGINE, e.TRANSACTIONS FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
		WHERE t.TABLE_SCHEMA = COALESCE(NULLIF(?, ''), DATABASE()) AND t.TABLE_NAME = ?`, schema, table).Scan(&engine, &transactions)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && engine.Valid && transactions.String != "YES" {
		err = sluice.Errorf("sql.no_transactions", "the table %s has the engine %s, which has no transactions", table, engine.String).Fix("Change it with ALTER TABLE … ENGINE = InnoDB")
	}
	if err != nil {
		return nil, err
	}
	return names(ctx, db, `SELECT COLUMN_NAME, LOWER(DATA_TYPE) FROM information_schema.COLUMNS
		WHERE TABLE_SCHEMA = COALESCE(NULLIF(?, ''), DATABASE()) AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`, schema, table)
}

func (mysql) Questions() []Question {
	return []Question{
		{"Version", "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), VERSION())"},
		{"Database", "SELECT DATABASE()"},
		{"User", "SELECT CURRENT_USER()"},
		{"Tables", "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"},
		{"Writable", "SELECT IF(@@global.read_only, 'no', 'yes')"},
		{"Encrypted", "SHOW SESSION STATUS LIKE 'Ssl_version'"},
	}
}

func (mysql) Lock(ctx context.Context, c *sql.Conn, name string) error {
	var got sql.NullInt64
	err := c.QueryRowContext(ctx, "SELECT GET_LOCK(?, 0)", name).Scan(&got)
	if err == nil && got.Int64 != 1 {
		err = ErrNotLocked
	}
	return err
}

func (mysql) Unlock(ctx context.Context, c *sql.Conn, name string) error {
	_, err := c.ExecContext(ctx, "DO RELEASE_LOCK(?)", name)
	return err
}

func (mysql) Locked(ctx context.Context, db *sql.DB, name string) (bool, error) {
	var yes bool
	err := db.QueryRowContext(ctx, "SELECT IS_USED_LOCK(?) IS NOT NULL", name).Scan(&yes)
	return yes, err
}

// fault goes by error number and SQLSTATE,
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and
// https://mariadb.com/docs/server/reference/error-codes/mariadb-error-code-reference
func (mysql) Fault(err error) Fault {
	e, ok := errors.AsType[*mysqldriver.MySQLError](err)
	if !ok {
		return mysqlSilence(err)
	}
	f := Fault{Severity: OfDatabase, Code: strconv.Itoa(int(e.Number)), Class: sluice.ClassOther, Message: e.Message}
	switch e.Number {
	case 1062, 1169, 1586:
		f.Severity, f.Class = OfRow, sluice.ClassDuplicate
	case 1216, 1217, 1451, 1452:
		f.Severity, f.Class = OfRow, sluice.ClassReference
	case 1263, 1264, 1265, 1292, 1364, 1366, 1367, 1406, 1411, 1153, 3140, 3819, 4025:
		f.Severity, f.Class = OfRow, sluice.ClassValue
	case 1205, 1213:
		f.Severity, f.Class = OfMoment, sluice.ClassIntermittent
	case 1045, 1698, 1862:
		f.Code, f.Remedy = "connection.login_refused", "Check user and password, and from which hosts the user may log in"
	case 1049:
		f.Code, f.Remedy = "connection.no_database", "Correct the connection's database"
	case 1044, 1142, 1143, 1227, 1290, 1370, 1792, 1836:
		f.Code, f.Class, f.Remedy = "connection.permission", sluice.ClassPermission, "Grant the connection's user what it needs; an export only reads"
	case 1146:
		f.Code, f.Remedy = "sql.no_table", "Make the table, or correct its name"
	case 1054:
		f.Code, f.Remedy = "sql.no_column", "Correct the name of the column"
	case 1040, 1053, 1077, 1078, 1079, 1080, 1203, 1226, 1927, 3024, 4031:
		f.Code, f.Class = "connection.unreachable", sluice.ClassIntermittent
	default:
		return mysqlClass(f, string(e.SQLState[:2]))
	}
	return f
}

// mysqlClass goes by the first two letters of the SQLSTATE.
func mysqlClass(f Fault, class string) Fault {
	switch class {
	case "22", "23":
		f.Severity, f.Class = OfRow, sluice.ClassValue
	case "45": // raised by a trigger
		f.Severity = OfRow
	case "40":
		f.Severity, f.Class = OfMoment, sluice.ClassIntermittent
	case "08":
		f.Code, f.Class = "connection.unreachable", sluice.ClassIntermittent
	}
	return f
}

// mysqlSilence is for errors that are not the server's words.
func mysqlSilence(err error) Fault {
	_, network := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, mysqldriver.ErrNoTLS):
		return Fault{Severity: OfDatabase, Code: "connection.no_tls", Class: sluice.ClassOther, Message: "the server has no TLS", Remedy: "Set TLS up on the server, or change the connection's TLS setting"}
	case network, errors.Is(err, mysqldriver.ErrInvalidConn), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, sql.ErrConnDone):
		return unreachable(err)
	}
	return Fault{Severity: OfDatabase, Code: "sql.failed", Class: sluice.ClassOther, Message: err.Error()}
}
