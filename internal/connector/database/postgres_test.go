package database

import (
	"database/sql"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mysqltest"
	"github.com/sluicehq/sluice/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(mysqltest.Stop(postgrestest.Stop(m.Run()))) }

func newPostgres(t testing.TB) server {
	t.Helper()
	config, err := pgx.ParseConfig(postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	port, _ := json.Marshal(config.Port)
	c := &sluice.Connection{Name: "pg", Kind: sluice.KindPostgreSQL, Settings: map[string]string{
		"host": config.Host, "port": string(port), "database": config.Database, "user": config.User, "sslmode": "disable"},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret(config.Password)}}
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	return server{c, db, t}
}

func TestPostgresValues(t *testing.T) {
	s := newPostgres(t)
	query := `SELECT 1::int2 AS i, 12345678901234567890.10::numeric AS n, 0.1::float8 AS f, true AS b, '2026-01-02'::date AS d,
		'2026-01-02 03:04:05.5+02'::timestamptz AS tz, '2026-01-02 03:04:05'::timestamp AS ts, '\x00ff'::bytea AS raw,
		'{"a": 1.10}'::jsonb AS j, 'infinity'::timestamptz AS inf, ARRAY[1,2] AS list, '1 day'::interval AS span, NULL::int AS z`
	got, err := s.records(&sluice.SQLExport{Query: query})
	want := `[{"b":true,"d":"2026-01-02","f":0.1,"i":1,"inf":"infinity","j":{"a":1.10},"list":"{1,2}","n":12345678901234567890.10,"raw":"AP8=","span":"1 day","ts":"2026-01-02T03:04:05","tz":"2026-01-02T01:04:05.5Z","z":null}]`
	if err != nil || asText(got) != want {
		t.Errorf("%s, %v", asText(got), err)
	}
	if _, err := s.records(&sluice.SQLExport{Query: "SELECT 'NaN'::float8 AS x"}); sluice.ErrorCode(err) != "source.value" {
		t.Errorf("NaN: %v", err)
	}
	if _, err := s.records(&sluice.SQLExport{Query: "SELECT 1 AS x, 2 AS x"}); sluice.ErrorCode(err) != "source.query" {
		t.Errorf("two columns of one name: %v", err)
	}
	s.exec("CREATE TABLE v (i int, n numeric(20,4), f float8, b boolean, d date, tz timestamptz, j jsonb, u uuid, list int[])")
	w, err := s.writer(sluice.SQLImport{Table: "public.v"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	good := sluice.Record{"i": json.Number("1"), "n": json.Number("1234567890123456.7890"), "f": json.Number("0.1"), "b": true, "d": "2026-01-02", "tz": "2026-01-02T03:04:05Z",
		"j": map[string]any{"a": []any{json.Number("1.10")}}, "u": "00000000-0000-4000-8000-000000000001", "list": "{1,2}"}
	results := s.write(w, sluice.Add, good, sluice.Record{"i": json.Number("1.5")}, sluice.Record{"d": "yesterday-ish"}, sluice.Record{"n": json.Number("1e30")}, sluice.Record{"u": "x"})
	for n, r := range results {
		if (n == 0) != (r.State == sluice.ResultWritten) || (n > 0 && r.Failure.Classification != sluice.ClassValue) {
			t.Errorf("record %d: %+v", n, r)
		}
	}
	got, err = s.records(&sluice.SQLExport{Query: "SELECT n, j, tz FROM v"})
	if err != nil || asText(got) != `[{"j":{"a":[1.10]},"n":1234567890123456.7890,"tz":"2026-01-02T03:04:05Z"}]` {
		t.Errorf("%s, %v", asText(got), err)
	}
}

func TestPostgresNeedsAUniqueIndex(t *testing.T) {
	s := newPostgres(t)
	s.exec("CREATE TABLE t (id int, name text)")
	w, err := s.writer(sluice.SQLImport{Table: "t", Key: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	intents := []*sluice.Intent{{Operation: sluice.Upsert, Record: sluice.Record{"id": json.Number("1")}, SendBy: time.Now().Add(time.Hour)}}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(t.Context(), intents); sluice.ErrorCode(err) != "import.no_unique_index" {
		t.Errorf("got %v", err)
	}
}

func TestPostgresDeferredConstraint(t *testing.T) {
	s := newPostgres(t)
	s.exec("CREATE TABLE p (id int PRIMARY KEY)", "INSERT INTO p VALUES (1)", "CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
	w, err := s.writer(sluice.SQLImport{Table: "c"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	results := s.write(w, sluice.Add, sluice.Record{"id": json.Number("1")}, sluice.Record{"id": json.Number("2")})
	if results[0].State != sluice.ResultWritten || results[1].State != sluice.ResultRefused || results[1].Failure.Classification != sluice.ClassReference {
		t.Errorf("got %+v", results)
	}
}

// The server ends the connection while a page is on its way: nothing was written,
// and the writer knows it.
func TestPostgresServerGone(t *testing.T) {
	s := newPostgres(t)
	s.exec("CREATE TABLE t (id int)")
	w, err := s.writer(sluice.SQLImport{Table: "t"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	intents := []*sluice.Intent{{Operation: sluice.Add, Record: sluice.Record{"id": json.Number("1")}, SendBy: time.Now().Add(time.Hour)}}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	var ended sql.NullBool
	if err := s.QueryRow("SELECT bool_and(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice'").Scan(&ended); err != nil || !ended.Bool {
		t.Fatal(ended, err)
	}
	results, err := w.Write(t.Context(), intents)
	if sluice.ErrorCode(err) != "connection.unreachable" || results[0].State != sluice.ResultNotSent {
		t.Errorf("%+v, %v", results, err)
	}
	results, err = w.Reconcile(t.Context(), intents)
	if err != nil || results[0].State != sluice.ResultAbsent {
		t.Errorf("reconcile: %+v, %v", results, err)
	}
}
