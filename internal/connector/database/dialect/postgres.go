package dialect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sluicehq/sluice"
)

// postgres is PostgreSQL. All values cross as text, which the server writes and
// reads itself: nothing is lost to a type of Go's.
type postgres struct{}

func openPostgres(c *sluice.Connection) (driver.Connector, error) {
	escape := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	var dsn strings.Builder
	for key, value := range map[string]string{"host": c.Get("host"), "port": c.Get("port"), "dbname": c.Get("database"),
		"user": c.Get("user"), "password": c.Secrets["password"].Reveal(), "sslmode": c.Get("sslmode"), "connect_timeout": "10"} {
		if value != "" {
			fmt.Fprintf(&dsn, "%s='%s' ", key, escape.Replace(value))
		}
	}
	config, err := pgx.ParseConfig(dsn.String())
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the connection's settings cannot be used").At(c.Name).Fix("Check host, port and TLS mode")
	}
	// Texts of times and numbers depend on these, which a role may have set.
	for name, value := range map[string]string{"application_name": "sluice", "timezone": "UTC", "datestyle": "ISO, YMD", "bytea_output": "hex", "extra_float_digits": "1"} {
		config.RuntimeParams[name] = value
	}
	return stdlib.GetConnector(*config), nil
}

// Syntax relies, for upserts, on a unique index on the key. xmax is 0 in a row that
// was inserted.
func (postgres) Syntax() Syntax {
	return Syntax{Mark: "$%d", AsText: "::text", OnConflict: true, Inserted: "(xmax = 0)"}
}

func (postgres) Value(v any, typ string) (any, error) {
	text, ok := v.(string)
	if !ok {
		if v == nil {
			return nil, nil
		}
		return nil, fmt.Errorf("a value of type %s came as %T", typ, v)
	}
	switch strings.ToUpper(typ) {
	case "INT2", "INT4", "INT8", "NUMERIC", "FLOAT4", "FLOAT8", "OID":
		if !json.Valid([]byte(text)) { // NaN, Infinity
			return nil, fmt.Errorf("%s is not a number that a record can hold", text)
		}
		return json.Number(text), nil
	case "BOOL":
		return text == "true" || text == "t", nil
	case "TIMESTAMP":
		return strings.Replace(text, " ", "T", 1), nil
	case "TIMESTAMPTZ":
		return rfc3339(text), nil
	case "BYTEA":
		raw, err := hex.DecodeString(strings.TrimPrefix(text, `\x`))
		return base64.StdEncoding.EncodeToString(raw), err
	case "JSON", "JSONB":
		return decodeJSON(text)
	}
	return text, nil
}

// rfc3339 rewrites 2026-01-02 03:04:05.6+00; what is no such time (infinity, BC)
// stays as it is.
func rfc3339(text string) string {
	t, err := time.Parse("2006-01-02 15:04:05.999999-07", text)
	if err != nil {
		return text
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
}

func decodeJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	err := decoder.Decode(&v)
	return v, err
}

func (postgres) Argument(v any, _ string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case string:
		return t, nil
	case json.Number:
		return t.String(), nil
	case bool:
		return fmt.Sprint(t), nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func (postgres) Columns(ctx context.Context, db *sql.DB, schema, table string) ([]Column, error) {
	const query = `SELECT a.attname, '' FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
		WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
	quote := Syntax{}.Quote
	name := quote(table)
	if schema != "" {
		name = quote(schema) + "." + name
	}
	return names(ctx, db, query, name)
}

func (postgres) Questions() []Question {
	return []Question{
		{"Version", "SELECT 'PostgreSQL ' || current_setting('server_version')"},
		{"Database", "SELECT current_database()"},
		{"User", "SELECT current_user"},
		{"Schemas", "SELECT array_to_string(current_schemas(false), ', ')"},
		{"Tables", "SELECT count(*)::text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false)))"},
		{"Writable", "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' THEN 'no' ELSE 'yes' END"},
		{"Encrypted", "SELECT CASE WHEN ssl THEN 'yes, ' || version ELSE 'no' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()"},
	}
}

// fault goes by SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
func (postgres) Fault(err error) Fault {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return postgresSilence(err)
	}
	f := Fault{Severity: OfDatabase, Code: e.Code, Class: sluice.ClassOther, Message: e.Message, Where: orColumn(e)}
	if e.Detail != "" {
		f.Message += ": " + e.Detail
	}
	switch e.Code {
	case "23505", "23P01":
		f.Severity, f.Class = OfRow, sluice.ClassDuplicate
	case "23503":
		f.Severity, f.Class = OfRow, sluice.ClassReference
	case "42P10":
		f.Code, f.Remedy = "import.no_unique_index", "Make a unique index on the key columns, by which PostgreSQL finds the row to change"
	case "42P01":
		f.Code, f.Remedy = "sql.no_table", "Make the table, or correct its name"
	case "42703":
		f.Code, f.Remedy = "sql.no_column", "Correct the name of the column"
	case "42501":
		f.Code, f.Class, f.Remedy = "connection.permission", sluice.ClassPermission, "Grant the connection's user what it needs"
	case "3D000":
		f.Code, f.Remedy = "connection.no_database", "Correct the connection's database"
	default:
		return postgresClass(f)
	}
	return f
}

// postgresClass goes by the first two letters of the SQLSTATE.
func postgresClass(f Fault) Fault {
	switch f.Code[:2] {
	case "22", "23", "44":
		f.Severity, f.Class = OfRow, sluice.ClassValue
	case "P0": // raised by a trigger
		f.Severity = OfRow
	case "28":
		f.Code, f.Remedy = "connection.login_refused", "Check user and password, and the server's pg_hba.conf"
	case "40", "55":
		f.Severity, f.Class = OfMoment, sluice.ClassIntermittent
	case "08", "53", "57", "58":
		f.Code, f.Class = "connection.unreachable", sluice.ClassIntermittent
	}
	return f
}

func orColumn(e *pgconn.PgError) string {
	if e.ColumnName != "" {
		return e.ColumnName
	}
	return e.ConstraintName
}

// postgresSilence is for errors that are not the server's words.
func postgresSilence(err error) Fault {
	_, network := errors.AsType[net.Error](err)
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	if network || connect || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) {
		return unreachable(err)
	}
	return Fault{Severity: OfDatabase, Code: "sql.failed", Class: sluice.ClassOther, Message: err.Error()}
}
