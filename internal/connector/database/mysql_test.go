package database

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mysqltest"
)

func newMySQL(t testing.TB) server {
	t.Helper()
	address := mysqltest.URL(t)
	db, err := mysqltest.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	password, _ := address.User.Password()
	c := &sluice.Connection{Name: "my", Kind: sluice.KindMySQL, Settings: map[string]string{
		"host": address.Hostname(), "port": address.Port(), "database": strings.TrimPrefix(address.Path, "/"), "user": address.User.Username()},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret(password)}}
	return server{c, db, t}
}

func TestMySQLValues(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE v (id INT PRIMARY KEY, big BIGINT UNSIGNED, n DECIMAL(30,4), f FLOAT, d DOUBLE, day DATE, dt DATETIME(3), ts TIMESTAMP NULL, raw BLOB, bits BIT(9), name VARCHAR(20), list JSON, ok BOOLEAN) CHARACTER SET utf8mb4")
	w, err := s.writer(sluice.SQLImport{Table: "v", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	n := func(s string) json.Number { return json.Number(s) }
	good := sluice.Record{"id": n("1"), "big": n("18446744073709551615"), "n": n("12345678901234567890.1234"), "f": n("16777.217"), "d": n("0.1"), "day": "2026-01-02",
		"dt": "2026-01-02T05:04:05.5+02:00", "ts": "2026-07-02T03:04:05Z", "raw": "AP8=", "bits": n("257"), "name": "Zoë 😀 ` \\' \"", "list": []any{n("1.10")}, "ok": true}
	results := s.write(w, sluice.Add, good, sluice.Record{"id": n("2"), "day": "2026-02-30"}, sluice.Record{"id": n("3"), "name": "123456789012345678901"},
		sluice.Record{"id": n("4"), "raw": "no base64"}, sluice.Record{"id": n("5"), "n": "much"}, sluice.Record{"id": n("6"), "big": n("-1")})
	for i, r := range results {
		if (i == 0) != (r.State == sluice.ResultWritten) || i > 0 && r.Failure.Classification != sluice.ClassValue {
			t.Errorf("record %d: %+v %+v", i, r, r.Failure)
		}
	}
	want := "{\"big\":18446744073709551615,\"bits\":257,\"d\":0.1,\"day\":\"2026-01-02\",\"dt\":\"2026-01-02T03:04:05.5\",\"f\":16777.217,\"id\":1,\"list\":\"[1.10]\",\"n\":12345678901234567890.1234," +
		"\"name\":\"Zoë 😀 ` \\\\' \\\"\",\"ok\":1,\"raw\":\"AP8=\",\"ts\":\"2026-07-02T03:04:05Z\"}"
	for _, key := range [][]string{{"id"}, nil, {"n"}, {"ts"}, {"raw"}} {
		got, err := s.records(&sluice.SQLExport{Query: "SELECT * FROM v", Key: key})
		if err != nil || asText(got) != "["+want+"]" {
			t.Errorf("key %v:\n%s\n%s %v", key, asText(got), want, err)
		}
	}
}

// A key is compared with all its digits: as floating point these would be one.
func TestMySQLDecimalKey(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE n (id DECIMAL(30,2) PRIMARY KEY)", "INSERT INTO n VALUES (9007199254740992.01), (9007199254740992.02), (9007199254740992.03)")
	r, err := s.open(&sluice.SQLExport{Query: "SELECT id FROM n", Key: []string{"id"}}, nil, sluice.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Next(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	if r, err = s.open(&sluice.SQLExport{Query: "SELECT id FROM n", Key: []string{"id"}}, nil, sluice.ExportOptions{Cursor: first.Cursor}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	rest, err := r.Next(t.Context(), 9)
	if err != nil || len(rest.Items) != 2 || rest.Items[0].Record["id"] != json.Number("9007199254740992.02") {
		t.Errorf("%+v, %v", rest.Items, err)
	}
	w, err := s.writer(sluice.SQLImport{Table: "n", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	if r := s.write(w, sluice.Delete, sluice.Record{"id": json.Number("9007199254740992.02")}); r[0].State != sluice.ResultWritten || s.number("SELECT count(*) FROM n") != 2 {
		t.Errorf("%+v", r)
	}
}

// The database takes a and A for one key, so that behind the one it would pass over
// the other. Leave out checkTwins, and a row is lost without a word.
func TestMySQLTwinsInAnotherCase(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE n (k VARCHAR(20) COLLATE utf8mb4_general_ci)")
	s.exec(fmt.Sprintf("INSERT INTO n WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < %d) SELECT LPAD(x, 6, '0') FROM c", chunk-1), "INSERT INTO n VALUES ('a'), ('A')")
	if got, err := s.records(&sluice.SQLExport{Query: "SELECT k FROM n", Key: []string{"k"}}); sluice.ErrorCode(err) != "source.key_not_unique" {
		t.Errorf("%d records, %v", len(got), err)
	}
	_, err := s.open(&sluice.SQLExport{Query: "SELECT k FROM n", Key: []string{"k"}}, nil, sluice.ExportOptions{Cursor: []byte(`{"key":["a"],"count":1000}`)})
	if sluice.ErrorCode(err) != "source.key_not_unique" {
		t.Errorf("resumed: %v", err)
	}
}

func TestMySQLUpsertGoesByItsKey(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE t (id INT PRIMARY KEY, email VARCHAR(50) UNIQUE)", "INSERT INTO t VALUES (1, 'a@example.com')")
	w, err := s.writer(sluice.SQLImport{Table: "t", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	r := s.write(w, sluice.Upsert, sluice.Record{"id": json.Number("2"), "email": "a@example.com"}, sluice.Record{"id": json.Number("1"), "email": "a@example.com"})
	if r[0].State != sluice.ResultRefused || r[0].Failure.Classification != sluice.ClassDuplicate || r[1].State != sluice.ResultWritten || r[1].Created {
		t.Errorf("%+v", r)
	}
	if s.number("SELECT id FROM t") != 1 {
		t.Error("the other row was changed")
	}
}

func TestMySQLRefusesTablesWithoutTransactions(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE t (id INT) ENGINE = MyISAM")
	if _, err := s.writer(sluice.SQLImport{Table: "t"}); sluice.ErrorCode(err) != "sql.no_transactions" {
		t.Errorf("%v", err)
	}
}

// intend prepares adds and sets their times.
func (s server) intend(w sluice.Writer, records ...sluice.Record) []*sluice.Intent {
	s.t.Helper()
	var intents []*sluice.Intent
	for _, r := range records {
		intents = append(intents, &sluice.Intent{Operation: sluice.Add, Record: r, SendBy: time.Now().Add(time.Hour)})
	}
	if err := w.Prepare(s.t.Context(), intents); err != nil {
		s.t.Fatal(err)
	}
	return intents
}

// Values that the database rounds or rewrites do not hide that a row arrived. Let
// every column count as exact, and the row is taken for absent and added again.
func TestMySQLFindsRowsWhoseValuesItChanged(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE t (name VARCHAR(20), amount DECIMAL(9,2), f FLOAT, at DATETIME, n INT, c CHAR(9))")
	open := func() sluice.Writer {
		w, err := s.writer(sluice.SQLImport{Table: "t"})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := open()
	if !w.Traits().Ordered {
		t.Error("rows without key are counted, which two pages at one time would confuse")
	}
	intents := s.intend(w, sluice.Record{"name": "a", "amount": json.Number("1.555"), "f": json.Number("0.1"), "at": "2026-01-02 03:04:05.7", "n": json.Number("1.5"), "c": "x  "})
	reconcile := func(want sluice.ResultState) {
		t.Helper()
		v := open()
		defer func() { _ = v.Close() }()
		if r, err := v.Reconcile(t.Context(), intents); err != nil || r[0].State != want {
			t.Errorf("%+v, %v, want %d", r, err, want)
		}
	}
	reconcile(sluice.ResultUnknown) // the page may still be written
	if r, err := w.Write(t.Context(), intents); err != nil || r[0].State != sluice.ResultWritten {
		t.Fatalf("%+v, %v", r, err)
	}
	reconcile(sluice.ResultWritten)
	s.exec("DELETE FROM t")
	reconcile(sluice.ResultAbsent)
	_ = w.Close()
}

// The server ends the connection while a page is on its way: nothing was written,
// and the writer knows it.
func TestMySQLServerGone(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE t (id INT PRIMARY KEY)")
	w, err := s.writer(sluice.SQLImport{Table: "t", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	if w.Traits().Ordered {
		t.Error("rows with a key are told apart by it")
	}
	intents := s.intend(w, sluice.Record{"id": json.Number("1")})
	var note lockNote
	if err := json.Unmarshal([]byte(intents[0].Before), &note); err != nil {
		t.Fatal(err)
	}
	s.exec(fmt.Sprintf("KILL %d", s.number("SELECT IS_USED_LOCK('"+note.Lock+"')")))
	results, err := w.Write(t.Context(), intents)
	if sluice.ErrorCode(err) != "connection.unreachable" || results[0].State != sluice.ResultNotSent {
		t.Errorf("%+v, %v", results, err)
	}
	for { // until the server has ended the session
		if results, err = w.Reconcile(t.Context(), intents); err != nil || results[0].State != sluice.ResultUnknown {
			break
		}
	}
	if err != nil || results[0].State != sluice.ResultAbsent {
		t.Errorf("reconcile: %+v, %v", results, err)
	}
}

// A page that loses against another transaction is sent again, and refuses nothing.
func TestMySQLDeadlock(t *testing.T) {
	s := newMySQL(t)
	s.exec("CREATE TABLE t (id INT PRIMARY KEY, n INT)", "INSERT INTO t VALUES (1, 0), (2, 0)")
	w, err := s.writer(sluice.SQLImport{Table: "t", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	other, err := s.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Rollback() }()
	// The heavier transaction survives, so the other one gets more to undo.
	if _, err := other.Exec("INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 100 UNION ALL SELECT x + 1 FROM c WHERE x < 2000) SELECT x, 0 FROM c"); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec("UPDATE t SET n = 1 WHERE id = 2"); err != nil {
		t.Fatal(err)
	}
	crossed := make(chan error, 1)
	intents := []*sluice.Intent{{Operation: sluice.Update, Record: sluice.Record{"id": json.Number("1"), "n": json.Number("5")}, SendBy: time.Now().Add(time.Hour)},
		{Operation: sluice.Update, Record: sluice.Record{"id": json.Number("2"), "n": json.Number("5")}, SendBy: time.Now().Add(time.Hour)}}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	go func() {
		for waits := 0; waits == 0 && t.Context().Err() == nil; { // until the page has the one row and asks for the other
			_ = s.QueryRow("SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'UPDATE%= 2'").Scan(&waits)
		}
		_, err := other.ExecContext(context.WithoutCancel(t.Context()), "UPDATE t SET n = 1 WHERE id = 1")
		crossed <- err
	}()
	results, err := w.Write(t.Context(), intents)
	if err != nil || results[0].State != sluice.ResultNotSent || results[0].Failure == nil || results[0].Failure.Classification != sluice.ClassIntermittent {
		t.Errorf("%+v, %v", results, err)
	}
	if err := <-crossed; err != nil {
		t.Error(err)
	}
}

func TestMySQLLogins(t *testing.T) {
	s := newMySQL(t)
	for setting, want := range map[string]string{"user": "connection.login_refused", "database": "connection.no_database", "port": "connection.unreachable", "tls": "connection.no_tls"} {
		c := *s.Connection
		c.Settings = map[string]string{"host": s.Get("host"), "port": s.Get("port"), "database": s.Get("database"), "user": s.Get("user")}
		c.Settings[setting] = map[string]string{"user": "nobody", "database": "nowhere", "port": "1", "tls": "verify-full"}[setting]
		if _, err := Test(t.Context(), &c, Options{}); sluice.ErrorCode(err) != want {
			t.Errorf("%s: %v, want %s", setting, err, want)
		}
	}
}
