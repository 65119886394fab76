package record_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
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

// cash is a store in which orders become money.
type cash struct {
	*testing.T
	s *record.Store
}

func (c cash) status(typ string, id int64) string {
	c.Helper()
	r, err := c.s.Get(c.Context(), typ, fmt.Sprint(id))
	if err != nil {
		c.Fatal(err)
	}
	return fmt.Sprint(r.Body["status"])
}

func (c cash) transform(from string, id int64, to string, body object) int64 {
	c.Helper()
	res, err := c.s.Transform(c.Context(), from, fmt.Sprint(id), to, body, record.WriteOptions{})
	if err != nil {
		c.Fatal(err)
	}
	return res.ID
}

func (c cash) expect(what, got, want string) {
	c.Helper()
	if got != want {
		c.Errorf("%s = %s, want %s", what, got, want)
	}
}

// billed lists the billed quantities of an order's lines.
func (c cash) billed(order int64) string {
	c.Helper()
	return one(c, c.s, `SELECT group_concat(quantitybilled, ' ') FROM (SELECT quantitybilled FROM q_transactionline
		WHERE "transaction" = ? AND item IS NOT NULL ORDER BY id)`, order)
}

// TestOrderToCash follows an order through two invoices, a payment, a credit
// memo and back.
func TestOrderToCash(t *testing.T) {
	c := cash{t, sample(t)}
	u := c.s.Writer()
	order := must(t)(u.Create("salesOrder", object{"entity": "9", "shippingCost": num("4"), "item": object{"items": []any{
		object{"item": "1", "quantity": num("4"), "rate": num("2.5")}, object{"item": "2", "quantity": num("1"), "rate": num("10")}}}}))
	c.expect("new order", c.status("salesOrder", order), "B")

	first := c.transform("salesOrder", order, "invoice", object{"shippingCost": num("0"),
		"item": object{"items": []any{object{"orderLine": num("1"), "quantity": num("1")}, object{"line": num("2"), "quantity": num("0")}}}})
	c.expect("billed", c.billed(order), "1 0")
	c.expect("partly billed order", c.status("salesOrder", order), "E")
	c.expect("created from", one(t, c.s, `SELECT createdfrom FROM q_transactionline WHERE "transaction" = ? AND mainline = 'T'`, first), fmt.Sprint(order))
	second := c.transform("salesOrder", order, "invoice", nil)
	c.expect("billed", c.billed(order), "4 1")
	c.expect("billed order", c.status("salesOrder", order), "G")
	c.expect("second invoice", one(t, c.s, "SELECT foreigntotal FROM q_transaction WHERE id = ?", second), "21.5") // 3*2.5 + 10 + 4

	payment := c.transform("invoice", second, "customerPayment", object{"payment": num("20"),
		"apply": object{"items": []any{object{"doc": fmt.Sprint(second), "amount": num("20")}}}})
	c.expect("due", one(t, c.s, "SELECT foreignamountunpaid FROM q_transaction WHERE id = ?", second), "1.5")
	c.expect("part-paid invoice", c.status("invoice", second), "A")
	credit := c.transform("invoice", second, "creditMemo", object{"shippingCost": num("0")})
	c.expect("paid invoice", c.status("invoice", second), "B")
	balanced(t, c.s)

	if err := u.Delete("invoice", second); err == nil {
		t.Error("a paid invoice was deleted")
	}
	for typ, id := range map[string]int64{"creditMemo": credit, "customerPayment": payment} {
		if err := u.Delete(typ, id); err != nil {
			t.Fatal(err)
		}
	}
	c.expect("reopened invoice", c.status("invoice", second), "A")
	if err := u.Delete("invoice", second); err != nil {
		t.Fatal(err)
	}
	c.expect("billed after deletion", c.billed(order), "1 0")
	c.expect("order", c.status("salesOrder", order), "E")
	c.expect("deleted records", one(t, c.s, "SELECT count(*) FROM q_deletedrecord WHERE type IN ('Invoice','Credit Memo','Payment')"), "3")
	balanced(t, c.s)
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
	body := object{"entity": "9", "taxTotal": num("0.7"), "shippingCost": num("2"), "discountRate": num("-1"),
		"item": object{"items": []any{object{"item": "1", "quantity": num("3"), "rate": num("5")}}}}
	for typ, want := range map[string]string{
		"salesOrder": "T,NULL,16.7|F,-3,-15|F,NULL,-2|F,NULL,-0.7|F,NULL,1",
		"invoice":    "T,NULL,16.7|F,-3,-15|F,NULL,-2|F,NULL,-0.7|F,NULL,1",
		"creditMemo": "T,NULL,-16.7|F,3,15|F,NULL,2|F,NULL,0.7|F,NULL,-1",
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
