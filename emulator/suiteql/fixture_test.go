package suiteql

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
)

// testTables is a small account. Its tables stand for what SuiteQL has; the
// values below are made up.
func testTables() []Table {
	return []Table{
		{Name: "customer", Display: "entityid", Permission: "LIST_CUSTJOB", Columns: []Column{
			{Name: "id"}, {Name: "entityid", Kind: Text}, {Name: "email", Kind: Text}, {Name: "salesrep", Ref: "employee"},
			{Name: "creditlimit", Kind: Decimal}, {Name: "isinactive", Kind: Boolean}, {Name: "datecreated", Kind: DateTime},
			{Name: "subsidiary", Ref: "subsidiary", Feature: "SUBSIDIARIES"},
		}},
		{Name: "employee", Display: "entityid", Permission: "LIST_EMPLOYEE", Columns: []Column{
			{Name: "id"}, {Name: "entityid", Kind: Text}, {Name: "hiredate", Kind: Date},
		}},
		{Name: "subsidiary", Display: "name", Feature: "SUBSIDIARIES", Columns: []Column{
			{Name: "id"}, {Name: "name", Kind: Text}, {Name: "country", Kind: Text}, {Name: "currency", Ref: "currency"},
			{Name: "iselimination", Kind: Boolean},
		}},
		{Name: "currency", Display: "name", Columns: []Column{
			{Name: "id"}, {Name: "name", Kind: Text}, {Name: "symbol", Kind: Text},
		}},
		{Name: "transaction", Display: "tranid", Columns: []Column{
			{Name: "id"}, {Name: "tranid", Kind: Text}, {Name: "type", Kind: Text}, {Name: "recordtype", Kind: Text},
			{Name: "status", Kind: Text, Show: "statusname", Compose: "type"}, {Name: "statusname", Kind: Text},
			{Name: "entity", Ref: "customer"}, {Name: "trandate", Kind: Date}, {Name: "lastmodifieddate", Kind: DateTime},
			{Name: "foreigntotal", Kind: Decimal}, {Name: "memo", Kind: Text}, {Name: "posting", Kind: Boolean},
			{Name: "void", Kind: Boolean}, {Name: "approvalstatus"}, {Name: "createdby", Ref: "employee"},
			{Name: "subsidiary", Ref: "subsidiary", Feature: "SUBSIDIARIES"},
		}},
		{Name: "transactionline", Columns: []Column{
			{Name: "id"}, {Name: "transaction", Ref: "transaction"}, {Name: "account", Ref: "account"},
			{Name: "amount", Kind: Decimal}, {Name: "foreignamount", Kind: Decimal}, {Name: "mainline", Kind: Boolean},
		}},
		{Name: "account", Display: "fullname", Columns: []Column{
			{Name: "id"}, {Name: "acctnumber", Kind: Text}, {Name: "fullname", Kind: Text}, {Name: "accttype", Kind: Text},
			{Name: "isinactive", Kind: Boolean},
		}},
		{Name: "accountingperiod", Columns: []Column{
			{Name: "id"}, {Name: "periodname", Kind: Text}, {Name: "startdate", Kind: Date}, {Name: "enddate", Kind: Date},
			{Name: "closed", Kind: Boolean}, {Name: "isquarter", Kind: Boolean}, {Name: "isyear", Kind: Boolean},
		}},
		{Name: "budget", Columns: []Column{{Name: "id"}, {Name: "account"}, {Name: "period"}, {Name: "amount", Kind: Decimal}}},
	}
}

var testRows = map[string][]string{
	"employee": {
		"1,'Allie Anderson','2020-01-31'", "2,'Billy Brown','2021-06-15'", "3,'Carol Connors',NULL",
	},
	"customer": {
		"10,'Big Computers','big@example.com',1,1000.10,'F','2026-03-08 09:59:59',1",
		"11,'Fantastic Laptops',NULL,3,0.2,'F','2026-03-08 10:00:00',1",
		"12,'PennyPack Systems','penny@example.com',NULL,NULL,'T','2026-11-01 08:30:00',2",
		"13,'Vision Corporation','vision@example.com',1,0.1,'F','2026-11-01 09:30:00',2",
	},
	"subsidiary": {"1,'Parent','US',1,'F'", "2,'Child','DE',2,'F'"},
	"currency":   {"1,'US Dollar','USD'", "2,'Euro','EUR'"},
	"transaction": {
		"100,'SO100','SalesOrd','salesord','A','Sales Order : Pending Approval',10,'2026-01-15','2026-07-01 06:30:00',0.1,'first','F','F',2,1,1",
		"101,'SO101','SalesOrd','salesord','A','Sales Order : Pending Approval',11,'2026-01-31','2026-07-01 07:30:00',0.2,NULL,'T','F',2,1,1",
		"102,'INV102','CustInvc','custinvc','A','Invoice : Open',10,'2026-02-28','2026-07-02 00:00:00',99.95,'it''s','T','F',2,2,2",
		"103,'INV103','CustInvc','custinvc','A','Invoice : Open',13,'2026-03-01',NULL,-5.00,'last','T','F',1,NULL,2",
	},
	"transactionline": {
		"1,100,1,0.1,0.1,'T'", "2,100,2,-0.1,-0.1,'F'", "1,101,1,0.2,0.2,'T'", "2,101,2,-0.2,-0.2,'F'",
		"1,102,1,99.95,99.95,'T'", "2,102,2,-99.95,-99.95,'F'", "1,103,1,-5,-5,'T'", "2,103,2,5,5,'F'",
	},
	"account": {"1,'1100','Intercompany Receivable','AcctRec','F'", "2,'4000','Sales','Income','F'"},
	"accountingperiod": {
		"1,'Jan 2026','2026-01-01','2026-01-31','T','F','F'", "2,'Feb 2026','2026-02-01','2026-02-28','F','F','F'",
		"3,'Q1 2026','2026-01-01','2026-03-31','F','T','F'",
	},
	"budget": {"1,2,1,50.5", "2,2,2,25.25"},
}

var sqliteTypes = map[Kind]string{Integer: "INTEGER", Decimal: "NUMERIC", Text: "TEXT", Boolean: "TEXT", Date: "TEXT", DateTime: "TEXT"}

// createTable returns the statement that creates a table as the account's
// store does.
func createTable(t *Table) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = `"` + c.Name + `"` + " " + sqliteTypes[c.Kind]
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", "q_"+t.Name, strings.Join(columns, ", "))
}

// writable opens a new database file for writing and returns its path too.
func writable(tb testing.TB) (*sql.DB, string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "account #1?.db") // a name that a careless DSN would break at
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("#", "%23", "?", "%3F", " ", "%20").Replace(path)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db, path
}

func mustExec(tb testing.TB, db *sql.DB, statement string, args ...any) {
	tb.Helper()
	if _, err := db.ExecContext(tb.Context(), statement, args...); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

// newTestEngine returns an engine on the small account and its writer.
func newTestEngine(tb testing.TB) (*Engine, *sql.DB) {
	tb.Helper()
	writer, path := writable(tb)
	for _, t := range testTables() {
		mustExec(tb, writer, createTable(&t))
		for _, row := range testRows[t.Name] {
			mustExec(tb, writer, "INSERT INTO "+"q_"+t.Name+" VALUES ("+row+")")
		}
	}
	return openEngine(tb, path, testTables()), writer
}

func openEngine(tb testing.TB, path string, tables []Table) *Engine {
	tb.Helper()
	db, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return NewEngine(db, tables, nil)
}

// testSession is an administrator in Los Angeles at 12:34:56 on 2026-05-20.
func testSession(tb testing.TB) *session.Session {
	tb.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		tb.Fatalf("this test needs time zone data (Debian: tzdata): %v", err)
	}
	now := time.Date(2026, 5, 20, 12, 34, 56, 789e6, zone)
	return &session.Session{
		Administrator: true, Features: map[string]bool{"SUBSIDIARIES": true},
		TimeZone: zone, DateFormat: "M/D/YYYY", TimeFormat: "h:mm a", Now: func() time.Time { return now },
	}
}

// show prints rows as "a=1 b=x | a=2", without NULLs.
func show(p *Page) string {
	var rows []string
	for _, row := range p.Rows {
		var cells []string
		for i, v := range row {
			if v.Valid {
				cells = append(cells, p.Columns[i]+"="+v.String)
			}
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return strings.Join(rows, " | ")
}
