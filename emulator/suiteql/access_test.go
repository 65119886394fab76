package suiteql

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
)

func TestPermissions(t *testing.T) {
	e, _ := newTestEngine(t)
	const q = "SELECT COUNT(*) FROM Customer"
	tests := []struct {
		level session.Level
		want  string
	}{
		{session.None, "! Search error occurred: Record 'Customer' was not found."},
		{session.View, "expr1=4"},
		{session.Full, "expr1=4"},
	}
	for _, tt := range tests {
		s := testSession(t)
		s.Administrator, s.Permissions = false, map[string]session.Level{"LIST_CUSTJOB": tt.level}
		if got := askAs(t, e, s, q); got != tt.want {
			t.Errorf("%v: %s", tt.level, got)
		}
	}
}

// askAs is ask for another session.
func askAs(t *testing.T, e *Engine, s *session.Session, q string) string {
	t.Helper()
	p, f := e.Query(t.Context(), s, q, nil, MaxLimit, 0)
	if f != nil {
		return "! " + strings.TrimPrefix(f.Details[0].Detail, "Invalid search query. Detailed unprocessed description follows. ")
	}
	return show(p)
}

// An account without subsidiaries has neither the table nor the columns.
func TestFeatures(t *testing.T) {
	e, _ := newTestEngine(t)
	s := testSession(t)
	s.Features = nil
	for q, want := range map[string]string{
		"SELECT id FROM subsidiary":            "! Invalid search type: subsidiary.",
		"SELECT subsidiary FROM transaction":   "! Search error occurred: Unknown identifier 'subsidiary'. Available identifiers are: {transaction=transaction}.",
		"SELECT * FROM customer WHERE id = 12": "id=12 entityid=PennyPack Systems email=penny@example.com isinactive=T datecreated=11/1/2026",
		"SELECT BUILTIN.CONSOLIDATE(amount,'LEDGER','DEFAULT','DEFAULT',1,1,'DEFAULT') x FROM transactionline WHERE transaction = 103 AND mainline = 'T'": "x=-5",
	} {
		if got := askAs(t, e, s, q); got != want {
			t.Errorf("%s\n got %s\nwant %s", q, got, want)
		}
	}
}

func TestSetTablesAddsAColumn(t *testing.T) {
	e, writer := newTestEngine(t)
	const q = "SELECT custentity_tier FROM customer WHERE id = 10"
	if got := ask(t, e, q); !strings.Contains(got, "Unknown identifier 'custentity_tier'") {
		t.Fatal(got)
	}
	mustExec(t, writer, "ALTER TABLE q_customer ADD COLUMN custentity_tier TEXT")
	mustExec(t, writer, "UPDATE q_customer SET custentity_tier = 'gold'")
	tables := testTables()
	tables[0].Columns = append(tables[0].Columns, Column{Name: "custentity_tier", Kind: Text})
	e.SetTables(tables)
	if got := ask(t, e, q); got != "custentity_tier=gold" {
		t.Error(got)
	}
}

// Nothing can be written through a query database, even by its owner.
func TestDatabaseIsReadOnly(t *testing.T) {
	e, _ := newTestEngine(t)
	for _, statement := range []string{"DELETE FROM q_customer", "CREATE TABLE x (y)", "PRAGMA query_only = 0; DELETE FROM q_customer"} {
		if _, err := e.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s went through", statement)
		}
	}
}

// Values never become SQL, and catalogue names are quoted.
func TestValuesAreBound(t *testing.T) {
	e, _ := newTestEngine(t)
	for _, evil := range []string{"' OR '1'='1", `" OR 1=1 --`, "?1", "x'); DROP TABLE q_customer; --"} {
		if got := ask(t, e, "SELECT id FROM customer WHERE entityid = ?", evil); got != "" {
			t.Errorf("%q found %s", evil, got)
		}
		quoted := "'" + strings.ReplaceAll(evil, "'", "''") + "'"
		if got := ask(t, e, "SELECT "+quoted+" x FROM customer WHERE id = 10 AND entityid <> "+quoted); got != "x="+evil {
			t.Errorf("%q shown as %s", evil, got)
		}
	}
}

// A query that would take years ends with its context.
func TestDeadlineStopsAQuery(t *testing.T) {
	e := newLines(t, 5000, "CREATE INDEX line_id ON q_transactionline(id)")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	const q = "SELECT SUM(a.amount + b.amount + c.amount + d.amount) FROM transactionline a, transactionline b, transactionline c, transactionline d"
	if _, f := e.Query(ctx, testSession(t), q, nil, 10, 0); f == nil || f.Status != 500 {
		t.Errorf("answered %v", f)
	}
	if got := ask(t, e, "SELECT id FROM transactionline WHERE id = 7"); got != "id=7" {
		t.Errorf("the connection is broken: %s", got)
	}
}

// Readers do not wait for writers, nor for each other.
func TestQueriesRunBesideWrites(t *testing.T) {
	e, writer := newTestEngine(t)
	tx, err := writer.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), "DELETE FROM q_customer"); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 20 {
				e.SetTables(testTables())
				if got := ask(t, e, "SELECT COUNT(*) n FROM customer WHERE id > ?", strconv.Itoa(i-20)); got != "n=4" {
					t.Error(got)
				}
			}
		})
	}
	group.Wait()
}
