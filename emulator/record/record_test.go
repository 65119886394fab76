package record_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

var today = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, o record.Options) *record.Store {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return today }
	}
	s, err := record.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sample returns a store with a small sample company.
func sample(t testing.TB) *record.Store {
	t.Helper()
	s := open(t, record.Options{})
	if err := company.Sample(t.Context(), s, 1, today, company.Size{Customers: 5, Items: 8, Orders: 6, Invoices: 3}); err != nil {
		t.Fatal(err)
	}
	return s
}

type object = map[string]any

func must(t testing.TB) func(int64, error) int64 {
	return func(id int64, err error) int64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
}

// one reads a single value of the analytic tables.
func one(t testing.TB, s *record.Store, query string, args ...any) string {
	t.Helper()
	var v *string
	if err := s.DB().QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if v == nil {
		return "NULL"
	}
	return *v
}

func detail(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Details[0].Detail
	}
	return fmt.Sprint(err)
}

// TestExternalIDGroups: external IDs are unique in any case within entities,
// within items, within transactions, and within each other type alone.
func TestExternalIDGroups(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	order := object{"entity": "9", "item": object{"items": []any{object{"item": "1", "rate": num("1")}}}}
	with := func(body object, id string) object {
		out := object{"externalId": id}
		for k, v := range body {
			out[k] = v
		}
		return out
	}
	for _, c := range []struct {
		typ, id string
		body    object
		taken   bool
	}{
		{"customer", "Key", object{"companyName": "c"}, false},
		{"customer", "KEY", object{"companyName": "c2"}, true},
		{"vendor", "key", object{"companyName": "v"}, true},
		{"employee", "kEy", object{"firstName": "a", "lastName": "b"}, true},
		{"contact", "keY", object{"entityId": "k"}, true},
		{"inventoryItem", "key", object{"itemId": "i"}, false},
		{"serviceSaleItem", "KEY", object{"itemId": "s"}, true},
		{"salesOrder", "key", order, false},
		{"invoice", "Key", order, true},
		{"department", "key", object{"name": "d"}, false},
		{"location", "key", object{"name": "l"}, false},
		{"department", "KEY", object{"name": "d2"}, true},
		{"customrecord_sluice_shipment", "key", object{"name": "n", "custrecord_sluice_ship_tracking": "t"}, false},
	} {
		_, err := u.Create(c.typ, with(c.body, c.id))
		if taken := err != nil && detail(err) == "Error while accessing a resource. This record already exists."; taken != c.taken {
			t.Errorf("%s %s: %v, want taken = %t", c.typ, c.id, err, c.taken)
		}
	}
	if _, err := s.Upsert(t.Context(), "vendor", "KEY", object{"companyName": "x"}, record.WriteOptions{}); err == nil {
		t.Error("a vendor was upserted over a customer")
	}
	res, err := s.Upsert(t.Context(), "customer", "kEY", object{"comments": "x"}, record.WriteOptions{})
	if err != nil || res.Created {
		t.Errorf("upsert in other case: %+v, %v", res, err)
	}
	r, err := s.Get(t.Context(), "customer", "eid:key")
	if err != nil || r.ExternalID != "Key" {
		t.Errorf("external ID %q, %v: an upsert must keep its spelling", r.ExternalID, err)
	}
}

func TestUpsertCreates(t *testing.T) {
	s := sample(t)
	for i, want := range []bool{true, false} {
		res, err := s.Upsert(t.Context(), "customer", "up-1", object{"companyName": "Up", "externalId": "other"}, record.WriteOptions{})
		if err != nil || res.Created != want && i == 0 {
			t.Fatal(res, err)
		}
	}
	if n := one(t, s, "SELECT count(*) FROM q_customer WHERE companyname = 'Up'"); n != "1" {
		t.Errorf("%s customers", n)
	}
}

// TestOrderToCash follows an order through two invoices, a payment, a credit
// memo and back.
func TestOrderToCash(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	line := func(item, quantity, rate string) object {
		return object{"item": item, "quantity": num(quantity), "rate": num(rate)}
	}
	order := must(t)(u.Create("salesOrder", object{"entity": "9", "shippingCost": num("4"),
		"item": object{"items": []any{line("1", "4", "2.5"), line("2", "1", "10")}}}))
	status := func(typ string, id int64) string {
		r, err := s.Get(t.Context(), typ, fmt.Sprint(id))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(r.Body["status"])
	}
	transform := func(from string, id int64, to string, body object) int64 {
		t.Helper()
		res, err := s.Transform(t.Context(), from, fmt.Sprint(id), to, body, record.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return res.ID
	}
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s = %s, want %s", what, got, want)
		}
	}
	billed := `SELECT group_concat(quantitybilled, ' ') FROM (SELECT quantitybilled FROM q_transactionline WHERE "transaction" = ? AND item IS NOT NULL ORDER BY id)`
	expect("new order", status("salesOrder", order), "B")

	first := transform("salesOrder", order, "invoice", object{"shippingCost": num("0"),
		"item": object{"items": []any{object{"orderLine": num("1"), "quantity": num("1")}, object{"line": num("2"), "quantity": num("0")}}}})
	expect("billed", one(t, s, billed, order), "1 0")
	expect("partly billed order", status("salesOrder", order), "E")
	expect("created from", one(t, s, `SELECT createdfrom FROM q_transactionline WHERE "transaction" = ? AND mainline = 'T'`, first), fmt.Sprint(order))
	second := transform("salesOrder", order, "invoice", nil)
	expect("billed", one(t, s, billed, order), "4 1")
	expect("billed order", status("salesOrder", order), "G")
	expect("second invoice", one(t, s, "SELECT foreigntotal FROM q_transaction WHERE id = ?", second), "21.5") // 3*2.5 + 10 + 4

	payment := transform("invoice", second, "customerPayment", object{"payment": num("20"), "apply": object{"items": []any{object{"doc": fmt.Sprint(second), "amount": num("20")}}}})
	expect("due", one(t, s, "SELECT foreignamountunpaid FROM q_transaction WHERE id = ?", second), "1.5")
	expect("part-paid invoice", status("invoice", second), "A")
	credit := transform("invoice", second, "creditMemo", object{"shippingCost": num("0")})
	_ = credit
	expect("paid invoice", status("invoice", second), "B")
	balanced(t, s)

	if err := u.Delete("invoice", second); err == nil {
		t.Error("a paid invoice was deleted")
	}
	for typ, id := range map[string]int64{"creditMemo": credit, "customerPayment": payment} {
		if err := u.Delete(typ, id); err != nil {
			t.Fatal(err)
		}
	}
	expect("reopened invoice", status("invoice", second), "A")
	if err := u.Delete("invoice", second); err != nil {
		t.Fatal(err)
	}
	expect("billed after deletion", one(t, s, billed, order), "1 0")
	expect("order", status("salesOrder", order), "E")
	expect("deleted records", one(t, s, "SELECT count(*) FROM q_deletedrecord WHERE type IN ('Invoice','Credit Memo','Payment')"), "3")
	balanced(t, s)
}

// balanced checks double entry: the lines of each transaction add up to zero,
// in transactionline and in the ledger.
func balanced(t testing.TB, s *record.Store) {
	t.Helper()
	for _, q := range []string{
		`SELECT count(*) FROM (SELECT 1 FROM q_transactionline GROUP BY "transaction" HAVING abs(sum(foreignamount)) > 0.001)`,
		`SELECT count(*) FROM (SELECT 1 FROM q_transactionaccountingline GROUP BY "transaction" HAVING abs(sum(coalesce(debit,0)) - sum(coalesce(credit,0))) > 0.05)`,
		`SELECT count(*) FROM (SELECT 1 FROM q_transactionline WHERE mainline = 'T' GROUP BY "transaction" HAVING count(*) <> 1)`,
		`SELECT count(*) FROM q_transactionline WHERE "transaction" NOT IN (SELECT id FROM q_transaction)`,
		`SELECT count(*) FROM q_transactionaccountingline WHERE account IS NULL`,
	} {
		if n := one(t, s, q); n != "0" {
			t.Errorf("%s: %s", q, n)
		}
	}
}

// TestSigns fixes the signs of a transaction's rows.
func TestSigns(t *testing.T) {
	s := sample(t)
	body := object{"entity": "9", "taxTotal": num("0.7"), "shippingCost": num("2"),
		"item": object{"items": []any{object{"item": "1", "quantity": num("3"), "rate": num("5")}}}}
	for typ, want := range map[string]string{
		"salesOrder": "T,NULL,17.7|F,-3,-15|F,NULL,-2|F,NULL,-0.7",
		"invoice":    "T,NULL,17.7|F,-3,-15|F,NULL,-2|F,NULL,-0.7",
		"creditMemo": "T,NULL,-17.7|F,3,15|F,NULL,2|F,NULL,0.7",
	} {
		id := must(t)(s.Writer().Create(typ, body))
		got := one(t, s, `SELECT group_concat(mainline || ',' || coalesce(quantity, 'NULL') || ',' || foreignamount, '|')
			FROM (SELECT * FROM q_transactionline WHERE "transaction" = ? ORDER BY id)`, id)
		if got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
		posted := one(t, s, `SELECT count(*) FROM q_transactionaccountingline WHERE "transaction" = ?`, id)
		if (posted == "0") != (typ == "salesOrder") {
			t.Errorf("%s has %s ledger rows", typ, posted)
		}
	}
	balanced(t, s)
}

// TestForeignCurrency: line amounts are in the customer's currency, the ledger
// in the base currency.
func TestForeignCurrency(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	customer := must(t)(u.Create("customer", object{"companyName": "Euro", "currency": "2"}))
	id := must(t)(u.Create("invoice", object{"entity": fmt.Sprint(customer), "item": object{"items": []any{object{"item": "1", "rate": num("10")}}}}))
	got := one(t, s, `SELECT foreignamount || ' ' || netamount FROM q_transactionline WHERE "transaction" = ? AND mainline = 'T'`, id)
	if got != "10 10.8" {
		t.Errorf("main line %s, want 10 10.8", got)
	}
	balanced(t, s)
}

// TestTwoWriters lets two users add lines to and renumber one order at once;
// no write may be lost. Without the writer's turn, lines would be.
func TestTwoWriters(t *testing.T) {
	s := sample(t)
	id := must(t)(s.Writer().Create("customer", object{"companyName": "Contended"}))
	const each = 40
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range each {
				_, err := s.Update(context.Background(), "customer", fmt.Sprint(id), object{"groupPricing": object{"items": []any{
					object{"group": fmt.Sprintf("%d-%d", w, i), "level": "1"}}}}, record.WriteOptions{})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	r, err := s.Get(t.Context(), "customer", fmt.Sprint(id))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Body["groupPricing"].([]any)); n != 2*each || r.Version != 2*each+1 {
		t.Errorf("%d lines, version %d, want %d, %d", n, r.Version, 2*each, 2*each+1)
	}
}

// TestSameExternalIDAtOnce: of many creations with one external ID one wins.
func TestSameExternalIDAtOnce(t *testing.T) {
	s := sample(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 16 {
		wg.Go(func() {
			_, err := s.Writer().Create("customer", object{"companyName": fmt.Sprint("Race ", i), "externalId": "race"})
			if err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d creations won", won)
	}
}

// TestHungUpClient: a write whose client is gone before its turn does nothing.
func TestHungUpClient(t *testing.T) {
	s := sample(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // the turn is free: either of the two may win, but no half
		_, err := s.Create(ctx, "customer", object{"companyName": "Gone"}, record.WriteOptions{})
		n := one(t, s, "SELECT count(*) FROM q_customer WHERE companyname = 'Gone'")
		if err == nil || n == "1" {
			if n != "1" {
				t.Fatal("reported as done, not done")
			}
			return
		}
	}
}

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
	if tables["transaction"].Column("subsidiary") != nil {
		t.Error("transaction has a column subsidiary; NetSuite keeps it on the lines")
	}
}

func TestScripts(t *testing.T) {
	s := open(t, record.Options{})
	for range 2 {
		err := s.SetScripts(t.Context(), []record.Script{{ScriptID: "customscript_a", Name: "A", Type: "RESTLET", Deployments: []string{"customdeploy_1", "customdeploy_2"}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := one(t, s, "SELECT count(*) FROM q_scriptdeployment d JOIN q_script s ON s.id = d.script WHERE s.scriptid = 'customscript_a'"); n != "2" {
		t.Errorf("%s deployments", n)
	}
}
