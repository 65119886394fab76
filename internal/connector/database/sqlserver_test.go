package database

import (
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
)

// envSQLServer names the variable with the address of a SQL Server, as
// sqlserver://user:password@host:port, whose user may create databases.
const envSQLServer = "SLUICE_SQLSERVER_URL"

func newSQLServer(t testing.TB) server {
	t.Helper()
	address, err := url.Parse(os.Getenv(envSQLServer))
	if err != nil {
		t.Fatalf("%s is not an address", envSQLServer)
	}
	password, _ := address.User.Password()
	c := &sluice.Connection{Name: "ms", Kind: sluice.KindSQLServer, Settings: map[string]string{
		"host": address.Hostname(), "port": address.Port(), "database": "master", "user": address.User.Username(), "encrypt": "require"},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret(password)}}
	name := "sluice_test_" + strings.ToLower(rand.Text())
	open := func() *sql.DB {
		to, _, err := dialect.Open(c, false)
		if err != nil {
			t.Fatal(err)
		}
		return sql.OpenDB(to)
	}
	master := open()
	if _, err := master.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	c.Settings["database"] = name
	db := open()
	t.Cleanup(func() {
		_ = db.Close()
		if _, err := master.Exec("ALTER DATABASE " + name + " SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		_ = master.Close()
	})
	return server{c, db, t}
}

func fakeSQLServer(f *fake) *connection {
	_, d, err := dialect.Open(&sluice.Connection{Kind: sluice.KindSQLServer}, false)
	if err != nil {
		panic(err)
	}
	return &connection{f.open(), d, sluice.KindSQLServer}
}

func TestSQLServerExport(t *testing.T) {
	f := &fake{answer: func(text string) fakeAnswer {
		switch {
		case strings.HasPrefix(text, "SELECT count(*)"):
			return fakeAnswer{columns: []string{""}, types: []string{"INT"}, rows: [][]driver.Value{{int64(0)}}}
		case strings.HasPrefix(text, "SELECT TOP (0)"):
			return fakeAnswer{columns: []string{"a", "b]"}, types: []string{"INT", "VARCHAR"}}
		}
		return fakeAnswer{columns: []string{"a", "b]"}, types: []string{"INT", "VARCHAR"}}
	}}
	q := &query{connection: fakeSQLServer(f), spec: &sluice.SQLExport{Key: []string{"a", "b]"}}, text: "SELECT * FROM t"}
	if err := q.open(t.Context(), []byte(`{"key":[1,"x"],"count":1}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	const want = `SELECT TOP (0) * FROM (SELECT * FROM t
) AS q
SELECT count(*) FROM (SELECT * FROM t
) AS q WHERE q.[a] = @p1 AND q.[b]]] = CAST(@p2 AS VARCHAR(8000))
SELECT TOP (1001) q.[a] AS [a], q.[b]]] AS [b]]] FROM (SELECT * FROM t
) AS q WHERE ((q.[a] > @p1) OR (q.[a] = @p2 AND q.[b]]] > CAST(@p3 AS VARCHAR(8000)))) ORDER BY q.[a], q.[b]]]`
	if got := f.said(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Without key the query runs as it was written, and whatever else is in it is taken back.
	q = &query{connection: fakeSQLServer(f), spec: &sluice.SQLExport{}, text: "SELECT * FROM t ORDER BY a"}
	if err := q.open(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	_ = q.Close()
	if got := f.said(); got != "SELECT * FROM t ORDER BY a\nROLLBACK" {
		t.Errorf("got\n%s", got)
	}
	for _, text := range []string{"SELECT 1) AS q; DELETE FROM t; SELECT * FROM (SELECT 1", "SELECT ')' AS a) AS q DROP TABLE t --", "SELECT 1 AS [a)", "SELECT (1"} {
		q = &query{connection: fakeSQLServer(f), spec: &sluice.SQLExport{Key: []string{"a"}}, text: text}
		if err := q.open(t.Context(), nil); sluice.ErrorCode(err) != "source.query" || len(f.statements) > 0 {
			t.Errorf("%s: %v, %q", text, err, f.said())
		}
	}
	for _, text := range []string{"SELECT ')' AS [a)], \"b)\" -- )\n FROM (t) /* ) */", "SELECT 'it''s ('", "SELECT 1 -- ("} {
		if !dialect.Closed(text) {
			t.Errorf("%s closes all brackets", text)
		}
	}
}

// sqlServerWriter is a writer into a table (id int, name nvarchar, at datetime2) with
// lines (doc int, n int).
func sqlServerWriter(t *testing.T, f *fake, answer func(text string) fakeAnswer) *writer {
	t.Helper()
	tables := map[string][][]driver.Value{"[docs]": {{"id", "int"}, {"name", "nvarchar"}, {"at", "datetime2"}}, "[my].[lines]": {{"doc", "int"}, {"n", "int"}}}
	f.answer = func(text string) fakeAnswer {
		switch {
		case strings.HasPrefix(text, "SELECT c.name"):
			return fakeAnswer{columns: []string{"", ""}, types: []string{"", ""}, rows: tables[f.args[len(f.args)-1][0].Value.(string)]}
		case strings.Contains(text, "sp_getapplock"):
			return fakeAnswer{columns: []string{""}, types: []string{""}, rows: [][]driver.Value{{int64(0)}}}
		case strings.HasPrefix(text, "SELECT"):
			return fakeAnswer{columns: []string{""}, types: []string{""}, rows: [][]driver.Value{{int64(1)}}}
		}
		if answer != nil {
			return answer(text)
		}
		return fakeAnswer{affected: 1}
	}
	w := &writer{Options: Options{Clock: time.Now}, connection: fakeSQLServer(f), spec: &sluice.Import{}}
	var err error
	w.table, err = w.openTables(t.Context(), &sluice.SQLImport{Table: "docs", Key: []string{"id"}, Lines: []sluice.SQLLines{{Field: "lines", Table: "my.lines", Parent: map[string]string{"doc": "id"}}}})
	if err != nil {
		t.Fatal(err)
	}
	w.proof = newLocks(w)
	f.said()
	return w
}

func doc(op sluice.Operation, id string) *sluice.Intent {
	return &sluice.Intent{Operation: op, SendBy: time.Now().Add(time.Hour), Record: sluice.Record{"id": json.Number(id), "name": "n", "at": "2026-01-02T05:04:05+02:00",
		"lines": []any{map[string]any{"n": json.Number("1")}}}}
}

func TestSQLServerUpsert(t *testing.T) {
	f := &fake{}
	w := sqlServerWriter(t, f, func(text string) fakeAnswer {
		return fakeAnswer{affected: map[bool]int64{true: 0, false: 1}[strings.HasPrefix(text, "UPDATE")]} // the row is new
	})
	intents := []*sluice.Intent{doc(sluice.Upsert, "1")}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	f.said()
	results, err := w.Write(t.Context(), intents)
	if err != nil || results[0].State != sluice.ResultWritten || !results[0].Created {
		t.Errorf("%+v, %v", results, err)
	}
	if at := f.args[1][0]; at.Value != "2026-01-02T03:04:05" {
		t.Errorf("the time came as %v", at)
	}
	const want = `SAVE TRANSACTION record
UPDATE [docs] WITH (UPDLOCK, SERIALIZABLE) SET [at] = @p1, [name] = @p2 WHERE [id] = @p3
INSERT INTO [docs] ([at], [id], [name]) VALUES (@p1, @p2, @p3)
DELETE FROM [my].[lines] WHERE [doc] = @p1
INSERT INTO [my].[lines] ([n], [doc]) VALUES (@p1, @p2)
COMMIT
EXEC sp_releaseapplock @Resource = @p1, @LockOwner = 'Session'`
	if got := f.said(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// SQL Server ends the whole transaction for some errors of one row. What it refused
// stays refused, and the others come again: none is written outside of a transaction.
func TestSQLServerEndsThePage(t *testing.T) {
	f := &fake{}
	inserts := 0
	w := sqlServerWriter(t, f, func(text string) fakeAnswer {
		switch {
		case strings.HasPrefix(text, "INSERT INTO [docs]"):
			if inserts++; inserts == 2 {
				return fakeAnswer{err: mssql.Error{Number: 245, Message: "Conversion failed", All: []mssql.Error{{Number: 245, Class: 16, Message: "Conversion failed"}}}}
			}
		case text == "ROLLBACK TRANSACTION record":
			return fakeAnswer{err: mssql.Error{Number: 3903, Message: "no corresponding BEGIN TRANSACTION"}}
		}
		return fakeAnswer{affected: 1}
	})
	intents := []*sluice.Intent{doc(sluice.Add, "1"), doc(sluice.Add, "2"), doc(sluice.Add, "3")}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	results, err := w.Write(t.Context(), intents)
	if err != nil || results[0].State != sluice.ResultNotSent || results[1].State != sluice.ResultRefused || results[1].Failure.Code != "245" || results[2].State != sluice.ResultNotSent {
		t.Errorf("%+v, %v", results, err)
	}
	if text := f.said(); inserts != 2 || strings.Contains(text, "COMMIT") || !strings.Contains(text, "ROLLBACK\n") {
		t.Errorf("%d inserts:\n%s", inserts, text)
	}
}

func TestSQLServerDeadlock(t *testing.T) {
	f := &fake{}
	w := sqlServerWriter(t, f, func(text string) fakeAnswer {
		if strings.HasPrefix(text, "INSERT") {
			return fakeAnswer{err: mssql.Error{Number: 1205, Message: "deadlock victim"}}
		}
		return fakeAnswer{}
	})
	intents := []*sluice.Intent{doc(sluice.Add, "1")}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	if results, err := w.Write(t.Context(), intents); err != nil || results[0].State != sluice.ResultNotSent || results[0].Failure.Classification != sluice.ClassIntermittent {
		t.Errorf("%+v, %v", results, err)
	}
}

// The connection breaks while the page is committed: nobody knows, until the lock and
// the rows say it.
func TestSQLServerLostCommit(t *testing.T) {
	f := &fake{}
	w := sqlServerWriter(t, f, func(text string) fakeAnswer {
		if text == "COMMIT" {
			return fakeAnswer{err: mssql.StreamError{InnerError: io.ErrUnexpectedEOF}}
		}
		return fakeAnswer{affected: 1}
	})
	intents := []*sluice.Intent{doc(sluice.Add, "1")}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	if results, err := w.Write(t.Context(), intents); err != nil || results[0].State != sluice.ResultUnknown {
		t.Errorf("%+v, %v", results, err)
	}
	scripted := f.answer
	for _, tt := range []struct {
		free, rows int64
		want       sluice.ResultState
	}{{0, 1, sluice.ResultUnknown}, {1, 1, sluice.ResultAbsent}, {1, 2, sluice.ResultWritten}} {
		f.answer = func(text string) fakeAnswer {
			if strings.Contains(text, "APPLOCK_TEST") {
				return fakeAnswer{columns: []string{""}, types: []string{""}, rows: [][]driver.Value{{tt.free}}}
			}
			if strings.HasPrefix(text, "SELECT count(*) FROM [docs] WHERE [id] = @p1") {
				return fakeAnswer{columns: []string{""}, types: []string{""}, rows: [][]driver.Value{{tt.rows}}}
			}
			return scripted(text)
		}
		if results, err := w.Reconcile(t.Context(), intents); err != nil || results[0].State != tt.want {
			t.Errorf("free %d, rows %d: %+v, %v", tt.free, tt.rows, results, err)
		}
	}
}
