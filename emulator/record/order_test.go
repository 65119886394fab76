package record_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// field reads a field of a record as text.
func field(t testing.TB, s *record.Store, typ string, id int64, name string) string {
	t.Helper()
	r, err := s.Get(t.Context(), typ, fmt.Sprint(id))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(r.Body[name])
}

func transform(t testing.TB, s *record.Store, from string, id int64, to string, input object) int64 {
	t.Helper()
	res, err := s.Transform(t.Context(), from, fmt.Sprint(id), to, input, record.WriteOptions{})
	if err != nil {
		t.Fatalf("%s of %s %d: %v", to, from, id, err)
	}
	return res.ID
}

func items(lines ...any) object { return object{"items": lines} }

func wantField(t testing.TB, s *record.Store, typ string, id int64, name, want string) {
	t.Helper()
	if got := field(t, s, typ, id, name); got != want {
		t.Errorf("%s %d: %s is %s, want %s", typ, id, name, got, want)
	}
}

// TestPurchaseToPay follows an order through receipts, bill and payment: status
// and quantities follow each step and each undoing, stock comes and goes.
func TestPurchaseToPay(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	item := must(t)(u.Create("inventoryItem", object{"itemId": "Anvil", "cost": num("8")}))
	order := must(t)(u.Create("purchaseOrder", object{"entity": "5", "location": "1", "item": items(object{"item": fmt.Sprint(item), "quantity": num("10")}),
		"expense": items(object{"account": "10", "amount": num("20")})}))
	wantField(t, s, "purchaseOrder", order, "total", "100") // the item's cost is its price
	wantField(t, s, "purchaseOrder", order, "status", "B")
	part := transform(t, s, "purchaseOrder", order, "itemReceipt", object{"item": items(object{"orderLine": num("1"), "quantity": num("4")})})
	wantField(t, s, "purchaseOrder", order, "status", "D")
	transform(t, s, "purchaseOrder", order, "itemReceipt", nil)
	wantField(t, s, "purchaseOrder", order, "status", "F")
	wantField(t, s, "inventoryItem", item, "quantityOnHand", "10")
	if got := one(t, s, "SELECT quantityonhand FROM q_inventoryitemlocations WHERE item = ? AND location = 1", item); got != "10" {
		t.Errorf("%s at the location, want 10", got)
	}
	bill := transform(t, s, "purchaseOrder", order, "vendorBill", object{"tranId": "V-1"})
	wantField(t, s, "purchaseOrder", order, "status", "G")
	wantField(t, s, "vendorBill", bill, "userTotal", "100")
	payment := transform(t, s, "vendorBill", bill, "vendorPayment", nil)
	wantField(t, s, "vendorBill", bill, "status", "B")
	wantField(t, s, "vendorPayment", payment, "total", "100")
	for _, q := range []struct{ query, want string }{
		{"SELECT group_concat(linktype || nexttype || previousline || ':' || nextline || '=' || foreignamount) FROM (SELECT * FROM q_nexttransactionlinelink WHERE previousdoc = ? ORDER BY nextdoc, previousline)",
			"ShipRcptItemRcpt1:1=32,ShipRcptItemRcpt1:1=48,OrdBillVendBill1:1=80,OrdBillVendBill100001:100001=20"},
		{"SELECT group_concat(linktype || previoustype || foreignamount) FROM q_nexttransactionlinelink WHERE nextdoc = ?", "PaymentVendBill100"},
	} {
		id := order
		if strings.Contains(q.query, "nextdoc = ?") {
			id = payment
		}
		if got := one(t, s, q.query, id); got != q.want {
			t.Errorf("links: %s, want %s", got, q.want)
		}
	}
	for typ, id := range map[string]int64{"vendorBill": bill, "purchaseOrder": order} {
		if err := u.Delete(typ, id); err == nil {
			t.Errorf("a %s that others are made from was deleted", typ)
		}
	}
	for _, d := range []struct {
		typ    string
		id     int64
		status string
	}{{"vendorPayment", payment, "G"}, {"vendorBill", bill, "F"}, {"itemReceipt", part, "D"}} {
		if err := u.Delete(d.typ, d.id); err != nil {
			t.Fatal(err)
		}
		wantField(t, s, "purchaseOrder", order, "status", d.status)
	}
	wantField(t, s, "inventoryItem", item, "quantityOnHand", "6")
	if got := one(t, s, "SELECT count(*) FROM q_nexttransactionlinelink WHERE previousdoc = ?", order); got != "1" {
		t.Errorf("%s links are left, want the second receipt's", got)
	}
	balanced(t, s)
}

// TestOrderToShipment: services are not shipped; what was shipped cannot be
// shipped again; billing goes on its own way.
func TestOrderToShipment(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	order := must(t)(u.Create("salesOrder", object{"entity": "9", "location": "1", "item": items(
		object{"item": "1", "quantity": num("3"), "rate": num("9")}, object{"item": "7", "quantity": num("1"), "rate": num("5")})}))
	before := field(t, s, "inventoryItem", 1, "quantityOnHand")
	shipment := transform(t, s, "salesOrder", order, "itemFulfillment", object{"shipStatus": object{"id": "A"}})
	wantField(t, s, "salesOrder", order, "status", "F")
	wantField(t, s, "inventoryItem", 1, "quantityOnHand", before) // picked, not shipped
	posted := func() string {
		return one(t, s, `SELECT count(*) FROM q_transactionaccountingline WHERE "transaction" = ?`, shipment)
	}
	if n := posted(); n != "0" {
		t.Errorf("%s ledger rows of goods that are still there", n)
	}
	if err := u.Edit("itemFulfillment", shipment, object{"shipStatus": object{"id": "C"}, "createdFrom": "1"}); err != nil {
		t.Fatal(err)
	}
	if after := field(t, s, "inventoryItem", 1, "quantityOnHand"); after == before {
		t.Error("shipped goods are still there")
	}
	if n := posted(); n != "2" {
		t.Errorf("%s ledger rows, want cost and stock", n)
	}
	wantField(t, s, "itemFulfillment", shipment, "createdFrom", fmt.Sprint(order))
	r, err := s.Get(t.Context(), "itemFulfillment", fmt.Sprint(shipment))
	if err != nil {
		t.Fatal(err)
	}
	if lines := r.Body["item"].([]any); len(lines) != 1 {
		t.Errorf("%d lines were shipped, want the goods alone", len(lines))
	}
	_, err = s.Transform(t.Context(), "salesOrder", fmt.Sprint(order), "itemFulfillment", nil, record.WriteOptions{})
	if f := (*fault.Fault)(nil); !errors.As(err, &f) || !strings.Contains(f.Error(), "at least one line item") {
		t.Errorf("shipped twice: %v", err)
	}
	transform(t, s, "salesOrder", order, "cashSale", nil)
	wantField(t, s, "salesOrder", order, "status", "G")
	balanced(t, s)
}

// TestTransferAndReturn: a transfer leaves one place and reaches the other; a
// return comes back and is refunded.
func TestTransferAndReturn(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	at := func(location int) string {
		return one(t, s, "SELECT coalesce((SELECT quantityonhand FROM q_inventoryitemlocations WHERE item = 2 AND location = ?), 0)", location)
	}
	from, to := at(1), at(3)
	order := must(t)(u.Create("transferOrder", object{"location": "1", "transferLocation": "3", "item": items(object{"item": "2", "quantity": num("4"), "rate": num("1")})}))
	transform(t, s, "transferOrder", order, "itemFulfillment", nil)
	wantField(t, s, "transferOrder", order, "status", "F")
	if at(1) == from || at(3) != to {
		t.Errorf("on the way: %s and %s, before %s and %s", at(1), at(3), from, to)
	}
	transform(t, s, "transferOrder", order, "itemReceipt", nil)
	wantField(t, s, "transferOrder", order, "status", "G")
	if at(3) != "4" {
		t.Errorf("arrived: %s, want 4", at(3))
	}
	back := must(t)(u.Create("returnAuthorization", object{"entity": "9", "location": "1", "item": items(object{"item": "2", "quantity": num("1"), "rate": num("6")})}))
	transform(t, s, "returnAuthorization", back, "itemReceipt", nil)
	wantField(t, s, "returnAuthorization", back, "status", "F")
	credit := transform(t, s, "returnAuthorization", back, "creditMemo", nil)
	wantField(t, s, "returnAuthorization", back, "status", "G")
	transform(t, s, "creditMemo", credit, "customerRefund", nil)
	wantField(t, s, "creditMemo", credit, "unapplied", "0")
	balanced(t, s)
}

// TestCostOfForeignSale: goods that are sold in another currency leave at what they
// cost in the company's own.
func TestCostOfForeignSale(t *testing.T) {
	s := sample(t)
	u := s.Writer()
	customer := must(t)(u.Create("customer", object{"companyName": "Abroad", "currency": "2"}))
	item := must(t)(u.Create("inventoryItem", object{"itemId": "Bell", "cost": num("8")}))
	order := must(t)(u.Create("salesOrder", object{"entity": fmt.Sprint(customer), "item": items(object{"item": fmt.Sprint(item), "quantity": num("2"), "rate": num("30")})}))
	shipment := transform(t, s, "salesOrder", order, "itemFulfillment", nil)
	wantField(t, s, "itemFulfillment", shipment, "currency", "1")
	if got := one(t, s, `SELECT sum(debit) FROM q_transactionaccountingline WHERE "transaction" = ?`, shipment); got != "16" {
		t.Errorf("cost %s, want 16", got)
	}
}

// TestOffers: an estimate and an opportunity know what came of them.
func TestOffers(t *testing.T) {
	s := sample(t)
	opportunity := must(t)(s.Writer().Create("opportunity", object{"entity": "9", "item": items(object{"item": "1", "rate": num("5")})}))
	wantField(t, s, "opportunity", opportunity, "status", "A")
	estimate := transform(t, s, "opportunity", opportunity, "estimate", nil)
	wantField(t, s, "opportunity", opportunity, "status", "B")
	order := transform(t, s, "estimate", estimate, "salesOrder", nil)
	wantField(t, s, "estimate", estimate, "status", "B")
	if err := s.Writer().Delete("salesOrder", order); err != nil {
		t.Fatal(err)
	}
	wantField(t, s, "estimate", estimate, "status", "A")
}

// TestEveryTypeIsReadable: each type of the sample company lists and reads, and
// its analytic table has the rows.
func TestEveryTypeIsReadable(t *testing.T) {
	s := sample(t)
	if n := len(s.Types()); n < 40 {
		t.Fatalf("%d record types, want 40", n)
	}
	for _, typ := range s.Types() {
		ids, _, err := s.List(t.Context(), typ, nil, 1, 0)
		if err != nil {
			t.Errorf("%s: %v", typ.Name, err)
		}
		if typ.Group == schema.GroupTransaction && typ.Ledger.Main == "" && typ.Posting && typ.Name != "journalEntry" && typ.Name != "inventoryAdjustment" {
			t.Errorf("%s posts and says not where", typ.Name)
		}
		for _, id := range ids {
			if _, err := s.Get(t.Context(), typ.Name, fmt.Sprint(id)); err != nil {
				t.Errorf("%s %d: %v", typ.Name, id, err)
			}
		}
	}
}
