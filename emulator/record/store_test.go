package record_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

func TestIDsIncreaseAndAreNotReused(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	last := int64(0)
	for i := range 5 {
		id := must(t)(u.Create("customer", object{"companyName": fmt.Sprint("Seq ", i)}))
		if id <= last {
			t.Fatalf("%d after %d", id, last)
		}
		last = id
		if err := u.Delete("customer", id); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStateFile: a store opened again has its records, sequences and custom
// fields.
func TestStateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s, err := record.Open(t.Context(), record.Options{Path: path, Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	if err := company.Sample(t.Context(), s, 1, today, company.Size{Customers: 2, Items: 2, Orders: 2, Invoices: 1}); err != nil {
		t.Fatal(err)
	}
	field := schema.CustomField{ScriptID: "custbody_late", Label: "Late", Kind: schema.Number, Types: []string{"salesOrder", "invoice"}}
	if err := s.AddCustomField(t.Context(), field); err != nil {
		t.Fatal(err)
	}
	id := must(t)(s.Writer().Create("customer", object{"companyName": "Kept"}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, record.Options{Path: path})
	if _, err := s.Get(t.Context(), "customer", fmt.Sprint(id)); err != nil {
		t.Error(err)
	}
	if next := must(t)(s.Writer().Create("customer", object{"companyName": "Next"})); next != id+1 {
		t.Errorf("next ID %d after %d", next, id)
	}
	order := must(t)(s.Writer().Create("salesOrder", object{"entity": fmt.Sprint(id), "custbody_late": num("1.5"),
		"item": object{"items": []any{object{"item": "1", "rate": num("1")}}}}))
	if got := one(t, s, "SELECT custbody_late FROM q_transaction WHERE id = ?", order); got != "1.5" {
		t.Errorf("custom column %s", got)
	}
	if n := one(t, s, "SELECT count(*) FROM q_customfield WHERE scriptid = 'CUSTBODY_LATE' AND fieldvaluetype = 'Decimal Number'"); n != "1" {
		t.Errorf("%s rows in customfield", n)
	}
}

// TestOlderFile: a file that an older version made gets the columns that came
// since, and is worked with. It fails when migrate does not widen tables.
func TestOlderFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s, err := record.Open(t.Context(), record.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	id := must(t)(s.Writer().Create("department", object{"name": "Old"}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"ALTER TABLE q_department DROP COLUMN fullname", "DROP TABLE q_supportcase", "DROP TABLE stock"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, record.Options{Path: path})
	if err := s.Writer().Edit("department", id, object{"name": "New"}); err != nil {
		t.Fatal(err)
	}
	if got := one(t, s, "SELECT fullname FROM q_department WHERE id = ?", id); got != "New" {
		t.Errorf("full name %s", got)
	}
}

func TestAddCustomFieldRefuses(t *testing.T) {
	s := sample(t)
	for _, f := range []schema.CustomField{
		{ScriptID: `custbody_x" TEXT; --`, Types: []string{"salesOrder"}},
		{ScriptID: "memo", Types: []string{"salesOrder"}},
		{ScriptID: "custbody_x", Types: []string{"nothing"}},
		{ScriptID: "custbody_sluice_priority", Types: []string{"salesOrder"}},
	} {
		if err := s.AddCustomField(t.Context(), f); err == nil {
			t.Errorf("%+v was accepted", f)
		}
	}
}

// TestCatalog checks the tables against SQLite and each other.
func TestCatalog(t *testing.T) {
	s := sample(t)
	tables := map[string]schema.Table{}
	for _, table := range s.Catalog() {
		tables[table.Name] = table
	}
	for name, table := range tables {
		var columns []string
		for _, c := range table.Columns {
			columns = append(columns, `"`+c.Name+`"`)
			if c.Ref != "" {
				if ref, ok := tables[c.Ref]; !ok || ref.Display == "" {
					t.Errorf("%s.%s refers to %s, which has no display column", name, c.Name, c.Ref)
				}
			}
			if c.Name != strings.ToLower(c.Name) {
				t.Errorf("%s.%s is not lower case", name, c.Name)
			}
		}
		rows, err := s.DB().Query("SELECT " + strings.Join(columns, ",") + " FROM " + table.Physical() + " LIMIT 1")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if table.Display != "" && table.Column(table.Display) == nil {
			t.Errorf("%s has no column %s to display", name, table.Display)
		}
	}
	for _, name := range strings.Fields(`account classification currency customer contact vendor employee entity department location subsidiary item
		transaction transactionline transactionaccountingline accountingperiod accountingbook entityaddress customeraddressbook
		customeraddressbookentityaddress deletedrecord script scriptdeployment customfield term entitystatus
		customrecord_sluice_shipment customlist_sluice_channel`) {
		if _, ok := tables[name]; !ok {
			t.Errorf("no table %s", name)
		}
	}
	if c := tables["transaction"].Column("subsidiary"); c == nil || c.Feature != "SUBSIDIARIES" {
		t.Errorf("transaction.subsidiary is %+v; it must vanish with the feature", c)
	}
}

func TestScripts(t *testing.T) {
	s := open(t, record.Options{})
	for range 2 {
		err := s.SetScripts(t.Context(), []record.Script{{ScriptID: "customscript_a", Name: "A", Type: "RESTLET", Deployments: []record.Deployment{{ScriptID: "customdeploy_1"}, {ScriptID: "customdeploy_2", Testing: true}}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := one(t, s, "SELECT count(*) FROM q_scriptdeployment d JOIN q_script s ON s.id = d.script WHERE s.scriptid = 'customscript_a'"); n != "2" {
		t.Errorf("%s deployments", n)
	}
}

func TestReset(t *testing.T) {
	s := sample(t)
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := one(t, s, "SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM q_transactionline) + (SELECT count(*) FROM q_deletedrecord)"); n != "0" {
		t.Errorf("%s rows are left", n)
	}
	if err := company.Sample(t.Context(), s, 1, today, company.Size{Customers: 2, Items: 2, Orders: 2, Invoices: 1}); err != nil {
		t.Fatal(err)
	}
	if id := one(t, s, "SELECT min(id) FROM q_subsidiary"); id != "1" {
		t.Errorf("first subsidiary %s after a reset", id)
	}
}
