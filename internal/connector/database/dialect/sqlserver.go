package dialect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sluicehq/sluice"
)

// sqlServer is Microsoft SQL Server and Azure SQL.
type sqlServer struct{}

func openSQLServer(c *sluice.Connection) (driver.Connector, error) {
	connector, err := sqlServerConnector(c)
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the connection's settings cannot be used").At(c.Name).Fix("Check host, port and TLS")
	}
	return connector, nil
}

// sqlServerAddress is the connection as the driver reads it.
func sqlServerAddress(c *sluice.Connection) string {
	options := url.Values{"database": {c.Get("database")}, "app name": {"sluice"}, "dial timeout": {"10"}, "tlsmin": {"1.2"}}
	switch encrypt := c.Get("encrypt"); encrypt {
	case "disable", "strict":
		options.Set("encrypt", encrypt)
	case "require":
		options.Set("encrypt", "true")
		options.Set("TrustServerCertificate", "true")
	default:
		options.Set("encrypt", "true")
		options.Set("TrustServerCertificate", "false")
	}
	address := url.URL{Scheme: "sqlserver", User: url.UserPassword(c.Get("user"), c.Secrets["password"].Reveal()),
		Host: net.JoinHostPort(c.Get("host"), c.Get("port")), RawQuery: options.Encode()}
	return address.String()
}

func sqlServerConnector(c *sluice.Connection) (*mssql.Connector, error) {
	connector, err := mssql.NewConnector(sqlServerAddress(c))
	if err != nil {
		return nil, err
	}
	// A login may have its own language and options, on which the reading of texts
	// depends, and with XACT_ABORT each refused row would end the page.
	connector.SessionInitSQL = "SET LANGUAGE us_english; SET DATEFORMAT ymd; SET XACT_ABORT OFF; SET NOCOUNT OFF; SET ANSI_WARNINGS ON; SET ARITHABORT ON; SET LOCK_TIMEOUT 60000"
	return connector, nil
}

func (sqlServer) Syntax() Syntax {
	return Syntax{Quotes: "[]", Mark: "@p%d", Top: true, Columnwise: true, Bare: true, Batches: true,
		Savepoint: "SAVE TRANSACTION record", Undo: "ROLLBACK TRANSACTION record", Release: " ", Hint: " WITH (UPDLOCK, SERIALIZABLE)",
		Compared: func(mark, typ string) string {
			switch strings.ToUpper(typ) {
			case "VARCHAR", "CHAR": // else the column would be compared by the other rules of NVARCHAR
				return "CAST(" + mark + " AS VARCHAR(8000))"
			}
			return mark
		}}
}

func (sqlServer) Value(v any, typ string) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case bool, string:
		return t, nil
	case int64:
		return json.Number(strconv.FormatInt(t, 10)), nil
	case float64:
		bits := 64
		if typ == "REAL" {
			bits = 32
		}
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("%v is not a number that a record can hold", t)
		}
		return json.Number(strconv.FormatFloat(t, 'f', -1, bits)), nil
	case time.Time:
		return sqlServerTime(t, typ), nil
	case []byte:
		return sqlServerBytes(t, typ)
	}
	return nil, fmt.Errorf("a value of type %s came as %T", typ, v)
}

func sqlServerTime(t time.Time, typ string) string {
	switch typ {
	case "DATE":
		return t.Format("2006-01-02")
	case "TIME":
		return t.Format("15:04:05.9999999")
	case "DATETIMEOFFSET":
		return t.UTC().Format("2006-01-02T15:04:05.9999999Z07:00")
	}
	return t.Format("2006-01-02T15:04:05.9999999")
}

func sqlServerBytes(raw []byte, typ string) (any, error) {
	switch typ {
	case "DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY":
		return json.Number(string(raw)), nil
	case "UNIQUEIDENTIFIER":
		var id mssql.UniqueIdentifier
		if err := id.Scan(raw); err != nil {
			return nil, err
		}
		return id.String(), nil
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// argument hands numbers with a fraction over as text, which the column's own type
// reads.
func (sqlServer) Argument(v any, typ string) (any, error) {
	return argumentOf(v, strings.ToLower(typ), "2006-01-02T15:04:05.999")
}

func (s sqlServer) Columns(ctx context.Context, db *sql.DB, schema, table string) ([]Column, error) {
	name := s.Syntax().Quote(table)
	if schema != "" {
		name = s.Syntax().Quote(schema) + "." + name
	}
	return names(ctx, db, `SELECT c.name, COALESCE(TYPE_NAME(c.system_type_id), '') FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id
		WHERE o.object_id = OBJECT_ID(@p1) AND o.type IN ('U', 'V') ORDER BY c.column_id`, name)
}

func (sqlServer) Questions() []Question {
	return []Question{
		{"Version", "SELECT 'SQL Server ' + CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(60)) + ' ' + CAST(SERVERPROPERTY('Edition') AS nvarchar(60))"},
		{"Database", "SELECT DB_NAME()"},
		{"User", "SELECT CURRENT_USER"},
		{"Schema", "SELECT SCHEMA_NAME()"},
		{"Tables", "SELECT CAST(count(*) AS nvarchar(20)) FROM sys.objects WHERE type IN ('U', 'V')"},
		{"Writable", "SELECT CASE WHEN DATABASEPROPERTYEX(DB_NAME(), 'Updateability') = 'READ_ONLY' THEN 'no' ELSE 'yes' END"},
	}
}

func (sqlServer) Lock(ctx context.Context, c *sql.Conn, name string) error {
	var status int
	err := c.QueryRowContext(ctx, "SET NOCOUNT ON; DECLARE @status int; EXEC @status = sp_getapplock @Resource = @p1, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SET NOCOUNT OFF; SELECT @status", name).Scan(&status)
	if err == nil && status < 0 {
		err = ErrNotLocked
	}
	return err
}

func (sqlServer) Unlock(ctx context.Context, c *sql.Conn, name string) error {
	_, err := c.ExecContext(ctx, "EXEC sp_releaseapplock @Resource = @p1, @LockOwner = 'Session'", name)
	return err
}

func (sqlServer) Locked(ctx context.Context, db *sql.DB, name string) (bool, error) {
	var free int
	err := db.QueryRowContext(ctx, "SELECT APPLOCK_TEST('public', @p1, 'Exclusive', 'Session')", name).Scan(&free)
	return free == 0, err
}

// fault goes by error number,
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
func (sqlServer) Fault(err error) Fault {
	e, ok := errors.AsType[mssql.Error](err)
	if !ok {
		return sqlServerSilence(err)
	}
	for _, first := range e.All { // what followed from it comes behind
		if first.Class > 10 {
			e = first
			break
		}
	}
	f := Fault{Severity: OfDatabase, Code: strconv.Itoa(int(e.Number)), Class: sluice.ClassOther, Message: e.Message}
	switch e.Number {
	case 2601, 2627:
		f.Severity, f.Class = OfRow, sluice.ClassDuplicate
	case 547:
		f.Severity, f.Class, f.Remedy = OfRow, sluice.ClassReference, "Import the row that this one points to first, or correct what the named CHECK constraint refuses, then retry"
	case 220, 232, 235, 241, 242, 244, 245, 248, 257, 271, 273, 295, 296, 515, 517, 544, 2628, 6522, 8114, 8115, 8134, 8152, 8169, 9420, 13609, 13608:
		f.Severity, f.Class = OfRow, sluice.ClassValue
	case 1204, 1205, 1222, 3960, 41302, 41305, 41325:
		f.Severity, f.Class = OfMoment, sluice.ClassIntermittent
	case 18452, 18456, 18470, 18486, 18487, 18488:
		f.Code, f.Remedy = "connection.login_refused", "Check user and password, and that the server allows SQL Server authentication"
	case 911, 4060:
		f.Code, f.Remedy = "connection.no_database", "Correct the connection's database, or let the user into it"
	case 229, 230, 262, 297, 300, 916, 3906:
		f.Code, f.Class, f.Remedy = "connection.permission", sluice.ClassPermission, "Grant the connection's user what it needs"
	case 208:
		f.Code, f.Remedy = "sql.no_table", "Make the table, or correct its name"
	case 207:
		f.Code, f.Remedy = "sql.no_column", "Correct the name of the column"
	case 9002, 1105:
		f.Code, f.Remedy = "connection.disk_full", "Make room and resume the run"
	case 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920, 6005, 17142, 17187:
		f.Code, f.Class = "connection.unreachable", sluice.ClassIntermittent
	default:
		if e.Number >= 50000 { // raised by a trigger or procedure
			f.Severity = OfRow
		}
	}
	return f
}

// sqlServerSilence is for errors that are not the server's words.
func sqlServerSilence(err error) Fault {
	_, network := errors.AsType[net.Error](err)
	_, stream := errors.AsType[mssql.StreamError](err)
	_, fatal := errors.AsType[mssql.ServerError](err)
	if network || stream || fatal || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, sql.ErrConnDone) {
		return unreachable(err)
	}
	return Fault{Severity: OfDatabase, Code: "sql.failed", Class: sluice.ClassOther, Message: err.Error()}
}
