package record_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
)

// TestOrdersAndStock makes, changes and deletes orders and what comes of them at
// random, and wants the account to hold together: what there is of each item is
// what was moved, what an order says of its lines is what its documents say, rows
// agree with records, and the ledger balances. It fails when a document's deletion
// does not resettle its order, or when restock is left out.
func TestOrdersAndStock(t *testing.T) {
	s := sample(t)
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			err := step(t, s)
			if f := (*fault.Fault)(nil); err != nil && !errors.As(err, &f) {
				t.Fatalf("no refusal, but %v", err)
			}
		}
	})
	compareAll(t, s)
	balanced(t, s)
	stockAddsUp(t, s)
	linesAddUp(t, s)
}

// orders are the types of order and what can come of them.
var orders = map[string][]string{
	"salesOrder": {"itemFulfillment", "invoice", "cashSale"}, "purchaseOrder": {"itemReceipt", "vendorBill"},
	"transferOrder": {"itemFulfillment", "itemReceipt"}, "returnAuthorization": {"itemReceipt", "creditMemo", "cashRefund"},
	"vendorReturnAuthorization": {"itemFulfillment", "vendorCredit"},
}

var orderTypes = []string{"salesOrder", "purchaseOrder", "transferOrder", "returnAuthorization", "vendorReturnAuthorization"}

// step does one thing to an order or to something that came of one.
func step(t *rapid.T, s *record.Store) error {
	typ := rapid.SampledFrom(orderTypes).Draw(t, "order type")
	quantity := num(fmt.Sprint(rapid.IntRange(1, 9).Draw(t, "quantity")))
	line := object{"item": fmt.Sprint(rapid.IntRange(1, 8).Draw(t, "item")), "quantity": quantity, "rate": num("3.5")}
	pick := func(types ...string) (string, int64) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		ids, _, err := s.List(t.Context(), s.Type(typ), nil, 1000, 0)
		if err != nil || len(ids) == 0 {
			return typ, 0
		}
		return typ, rapid.SampledFrom(ids).Draw(t, "id")
	}
	switch rapid.IntRange(0, 5).Draw(t, "action") {
	case 0:
		entity := map[string]string{"purchaseOrder": "5", "vendorReturnAuthorization": "6"}[typ]
		body := object{"entity": "9", "location": "1", "transferLocation": "2", "item": items(line, line)}
		if entity != "" {
			body["entity"] = entity
		}
		_, err := s.Writer().Create(typ, body)
		return err
	case 1:
		_, id := pick(typ)
		return s.Writer().Edit(typ, id, object{"item": items(object{"line": num("1"), "quantity": quantity})})
	case 2, 3:
		_, id := pick(typ)
		to := rapid.SampledFrom(orders[typ]).Draw(t, "to")
		var input object
		if rapid.Bool().Draw(t, "in part") {
			input = object{"item": items(object{"orderLine": num("1"), "quantity": num("1")})}
		}
		_, err := s.Transform(t.Context(), typ, fmt.Sprint(id), to, input, record.WriteOptions{})
		return err
	case 4:
		doc, id := pick("itemFulfillment", "itemReceipt", "vendorBill", "creditMemo", "cashSale", "inventoryAdjustment")
		return s.Writer().Delete(doc, id)
	default:
		_, id := pick("itemFulfillment")
		status := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "status")
		return s.Writer().Edit("itemFulfillment", id, object{"shipStatus": object{"id": status}})
	}
}

// stockAddsUp compares what there is of each item, and what there is at each
// location, with what was moved. Documents that name no location move goods
// nowhere in particular.
func stockAddsUp(t *testing.T, s *record.Store) {
	t.Helper()
	const moved = `SELECT coalesce(sum(l.quantity), 0) FROM q_transactionline l JOIN q_transaction t ON t.id = l."transaction"
		WHERE l.item = i.id AND l.mainline = 'F' AND (t.type IN ('ItemRcpt', 'InvAdjst') OR t.type = 'ItemShip' AND t.status = 'C')`
	for what, query := range map[string]string{
		"on hand, moved": "SELECT group_concat(i.itemid || ': ' || coalesce(i.quantityonhand, 0) || ', ' || (" + moved +
			")) FROM q_item i WHERE i.itemtype IN ('InvtPart', 'Assembly') AND coalesce(i.quantityonhand, 0) <> (" + moved + ")",
		"at a location, moved there": `SELECT group_concat(item || ' at ' || location || ': ' || quantityonhand) FROM q_inventoryitemlocations q
			WHERE quantityonhand <> (SELECT sum(quantity) FROM stock WHERE stock.item = q.item AND stock.location = q.location)`,
	} {
		if got := one(t, s, query); got != "NULL" {
			t.Errorf("%s: %s", what, got)
		}
	}
}

// linesAddUp compares what orders say of their lines with their documents.
func linesAddUp(t *testing.T, s *record.Store) {
	t.Helper()
	checked := 0
	for _, typ := range orderTypes {
		ids, _, err := s.List(t.Context(), s.Type(typ), nil, 1000, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			r, err := s.Get(t.Context(), typ, fmt.Sprint(id))
			if err != nil {
				t.Fatal(err)
			}
			lines, _ := r.Body["item"].([]any)
			for _, l := range lines {
				line := l.(map[string]any)
				for _, p := range []struct{ link, field string }{{r.Type.Ledger.Goods.Link, r.Type.Ledger.Goods.Field}, {r.Type.Ledger.Final.Link, r.Type.Ledger.Final.Field}} {
					types := map[string]string{"ship": "'ItemShip'", "receive": "'ItemRcpt'", "bill": "'CustInvc','CashSale','VendBill','CustCred','CashRfnd','VendCred'"}[p.link]
					want := one(t, s, `SELECT coalesce(sum(abs(l.quantity)), 0) FROM q_nexttransactionlinelink k
						JOIN q_transactionline l ON l."transaction" = k.nextdoc AND l.id = k.nextline
						WHERE k.previousdoc = ? AND k.previousline = ? AND k.nexttype IN (`+types+`)`, id, fmt.Sprint(line["line"]))
					checked++
					if got := fmt.Sprint(line[p.field]); got != want {
						t.Errorf("%s %d line %v: %s is %s, its documents say %s", typ, id, line["line"], p.field, got, want)
					}
				}
			}
			if !slices.Contains([]string{"A", "B", "D", "E", "F", "G", "H"}, fmt.Sprint(r.Body["status"])) {
				t.Errorf("%s %d has the status %v", typ, id, r.Body["status"])
			}
		}
	}
	if checked < 20 {
		t.Errorf("%d lines checked", checked)
	}
}
