package transaction

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// filling begins a new transaction from a record.
type filling func(w work, from, to *body.Record) error

// transforms are the transformations between record types that the engine
// knows (Oracle help, section_4267258715, lists NetSuite's).
var transforms = map[string]map[string]filling{
	"salesOrder": {"invoice": work.order, "cashSale": work.order, "itemFulfillment": work.order,
		"returnAuthorization": work.copyOf, "customerDeposit": work.depositOn},
	"purchaseOrder":             {"itemReceipt": work.order, "vendorBill": work.order, "vendorReturnAuthorization": work.copyOf},
	"transferOrder":             {"itemFulfillment": work.order, "itemReceipt": work.order},
	"returnAuthorization":       {"itemReceipt": work.order, "creditMemo": work.order, "cashRefund": work.order},
	"vendorReturnAuthorization": {"itemFulfillment": work.order, "vendorCredit": work.order},
	"opportunity":               {"estimate": work.copyOf, "salesOrder": work.copyOf, "invoice": work.copyOf, "cashSale": work.copyOf},
	"estimate":                  {"salesOrder": work.copyOf, "invoice": work.copyOf, "cashSale": work.copyOf},
	"invoice":                   {"customerPayment": work.pay, "creditMemo": work.credit, "returnAuthorization": work.copyOf},
	"cashSale":                  {"cashRefund": work.copyOf, "returnAuthorization": work.copyOf},
	"creditMemo":                {"customerRefund": work.pay},
	"vendorBill":                {"vendorPayment": work.pay, "vendorCredit": work.credit, "vendorReturnAuthorization": work.copyOf},
	"expenseReport":             {"vendorPayment": work.pay},
	"customer": {"salesOrder": work.forParty, "estimate": work.forParty, "opportunity": work.forParty, "invoice": work.forParty, "cashSale": work.forParty,
		"creditMemo": work.forParty, "cashRefund": work.forParty, "returnAuthorization": work.forParty, "customerPayment": work.forParty,
		"customerDeposit": work.forParty, "customerRefund": work.forParty},
	"vendor": {"purchaseOrder": work.forParty, "vendorBill": work.forParty, "vendorCredit": work.forParty, "vendorPayment": work.forParty,
		"vendorReturnAuthorization": work.forParty, "check": work.forParty},
	"employee": {"expenseReport": work.forParty, "purchaseRequisition": work.forParty},
}

// Targets names the types that a record of the type can be made into, sorted.
func Targets(t *schema.Type) []string { return slices.Sorted(maps.Keys(transforms[t.Name])) }

// Transform fills to, a new transaction, from a record; known is false if no
// record of from's type becomes one of to's.
func Transform(tx *write.Tx, from, to *body.Record) (known bool, err error) {
	fill, known := transforms[from.Type.Name][to.Type.Name]
	if !known {
		return false, nil
	}
	return true, fill(work{tx}, from, to)
}

// order takes over what is not shipped, received or billed yet.
func (w work) order(from, to *body.Record) error {
	ledger := from.Type.Ledger
	progress := ledger.Goods
	if ledger.Final.Link == to.Type.Ledger.Does {
		progress = ledger.Final
	}
	switch body.Text(from.Body, "status") {
	case "A":
		return fault.User("You cannot %s a %s that is pending approval.", to.Type.Ledger.Does, strings.ToLower(from.Type.Label))
	case "C", finished, closed:
		return refusal.NoLines("item")
	}
	body.Inherit(from, to)
	location(from, to.Type.Ledger.Does, to.Body)
	c := &body.Calc{}
	found := false
	for _, f := range schema.Lists(from.Type) {
		target := to.Type.Fields.Lookup(f.Name)
		if target == nil || target.Kind != schema.Sublist {
			continue
		}
		list, err := w.left(c, from, f, target, progress)
		if err != nil {
			return err
		}
		if atCost(from, to) {
			for _, l := range list {
				delete(l, "rate")
			}
		}
		body.SetLines(to.Body, f.Name, list)
		found = found || len(list) > 0
	}
	if !found {
		return refusal.NoLines("item")
	}
	if atCost(from, to) {
		if err := w.inOwnCurrency(to); err != nil {
			return err
		}
	}
	return c.Err
}

// atCost reports whether a document moves goods at what they cost: only what is
// bought comes in at the order's price.
func atCost(from, to *body.Record) bool {
	does := to.Type.Ledger.Does
	return does == "ship" || does == "receive" && from.Type.Name != "purchaseOrder"
}

// inOwnCurrency keeps a document in its subsidiary's currency.
func (w work) inOwnCurrency(r *body.Record) error {
	id, err := w.SubsidiaryCurrency(body.RefID(r.Body, "subsidiary"))
	if err != nil {
		return err
	}
	body.SetRef(r.Body, "currency", id)
	r.Body["exchangeRate"] = body.Number(body.One)
	return nil
}

// left are the lines of an order's sublist with what is left of them. Only
// goods are shipped and received.
func (w work) left(c *body.Calc, from *body.Record, f, target *schema.Field, progress schema.Progress) (list []body.Body, err error) {
	for _, l := range body.Lines(from.Body, f.Name) {
		wanted := body.One
		if l["quantity"] != nil {
			wanted = c.Value(l, "quantity")
		}
		done, err := w.linked(c, progress.Link, from.ID, lineNumber(f.Name, l), 0)
		if err != nil {
			return nil, err
		}
		left := c.Sub(wanted, done)
		isMoved := target.Fields.Lookup("itemReceive") != nil
		if left.Sign() <= 0 || body.True(l, "isClosed") {
			continue
		}
		if isGoods, err := w.isGoods(l); err != nil || isMoved && !isGoods {
			if err != nil {
				return nil, err
			}
			continue
		}
		line := body.CopyLine(l, target.Fields)
		line["orderLine"] = l["line"]
		if left.Cmp(wanted) != 0 {
			line["quantity"] = body.Number(left)
			delete(line, "amount")
			delete(line, "tax1Amt")
		}
		if isMoved {
			line["itemReceive"], line["quantityRemaining"] = true, body.Number(left)
		}
		list = append(list, line)
	}
	return list, nil
}

// copyOf takes all lines over.
func (w work) copyOf(from, to *body.Record) error {
	body.Inherit(from, to)
	for _, f := range schema.Lists(from.Type) {
		target := to.Type.Fields.Lookup(f.Name)
		if target == nil || target.Kind != schema.Sublist {
			continue
		}
		var list []body.Body
		for _, l := range body.Lines(from.Body, f.Name) {
			line := body.CopyLine(l, target.Fields)
			delete(line, "orderLine")
			list = append(list, line)
		}
		body.SetLines(to.Body, f.Name, list)
	}
	return nil
}

// credit takes all lines of an invoice or bill over, and pays with them what is
// due of it.
func (w work) credit(from, to *body.Record) error {
	if err := w.copyOf(from, to); err != nil {
		return err
	}
	c := &body.Calc{}
	due, err := w.due(c, from, 0)
	if err == nil && !due.IsZero() {
		body.SetLines(to.Body, "apply", []body.Body{{"doc": body.IDText(from.ID), "apply": true}})
	}
	return err
}

// pay makes a payment, or a refund, of what is due.
func (w work) pay(from, to *body.Record) error {
	body.Inherit(from, to)
	for _, name := range []string{"account", "entity", "status", "approvalStatus"} {
		delete(to.Body, name)
	}
	c := &body.Calc{}
	due, err := w.due(c, from, 0)
	if err != nil {
		return err
	}
	give := func(name string, v any) {
		if to.Type.Fields.Lookup(name) != nil && v != nil {
			to.Body[name] = v
		}
	}
	give("customer", from.Body["entity"])
	give("entity", from.Body["entity"])
	give("arAcct", from.Body["account"])
	give("apAcct", from.Body["account"])
	give("payment", body.Number(due))
	body.SetLines(to.Body, "apply", []body.Body{{"doc": body.IDText(from.ID), "apply": true, "amount": body.Number(due)}})
	return c.Err
}

// depositOn makes a deposit on an order.
func (w work) depositOn(from, to *body.Record) error {
	body.Inherit(from, to)
	to.Body["customer"], to.Body["salesOrder"], to.Body["payment"] = from.Body["entity"], body.IDText(from.ID), from.Body["total"]
	return nil
}

// forParty begins a transaction for a customer, vendor or employee.
func (w work) forParty(from, to *body.Record) error {
	name := "entity"
	if to.Type.Fields.Lookup(name) == nil {
		name = "customer"
	}
	to.Body[name] = body.IDText(from.ID)
	return nil
}
