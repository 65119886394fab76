package transaction

import (
	"database/sql"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// The kinds of link between transactions.
const (
	linkApply = "apply" // a payment or credit memo pays an invoice
	linkBill  = "bill"  // an invoice bills a line of an order
)

// payment completes a customer payment: its accounts and the amounts applied.
func (w work) payment(c *body.Calc, r *body.Record) error {
	b := r.Body
	for field, accountType := range map[string]string{"account": "Bank", "arAcct": "AcctRec"} {
		if body.RefID(b, field) != 0 {
			continue
		}
		id, err := w.DefaultAccount(accountType)
		if err != nil {
			return err
		}
		body.SetRef(b, field, id)
	}
	if err := w.lineKeys(r, nil); err != nil {
		return err
	}
	if b["status"] == nil {
		b["status"] = "C"
	}
	return nil
}

// settle brings the links of a transaction in line with its body, and sets
// what follows from the links: paid and open amounts, billed quantities, status.
func (w work) settle(c *body.Calc, r *body.Record) error {
	switch r.Type.Name {
	case "customerPayment", "creditMemo":
		return w.applyTo(c, r)
	case "invoice":
		return w.openAmount(c, r)
	case "salesOrder":
		return w.billed(c, r)
	}
	return nil
}

// applyTo checks a payment's or credit memo's apply list: invoices of the same
// customer, none paid beyond what is due, nothing applied that is not there.
func (w work) applyTo(c *body.Calc, r *body.Record) error {
	b := r.Body
	_, hasPayment := b["payment"]
	money := c.Value(b, "payment")
	if r.Type.Name == "creditMemo" {
		hasPayment, money = true, c.Value(b, "total")
	}
	var applied decimal.Decimal
	list := body.Lines(b, "apply")
	for i, l := range list {
		if !body.True(l, "apply") {
			delete(l, "amount")
			continue
		}
		left := c.Sub(money, applied)
		if err := w.applyLine(c, r, l, hasPayment, left); err != nil {
			if f, ok := err.(*fault.Fault); ok {
				f.At(fmt.Sprintf("apply.items[%d]", i))
			}
			return err
		}
		applied = c.Add(applied, c.Value(l, "amount"))
	}
	body.SetLines(b, "apply", list)
	if !hasPayment {
		money = applied
		b["payment"] = body.Number(money)
	}
	if applied.Cmp(money) > 0 {
		return fault.User("You cannot apply more than your total payments.").At("apply")
	}
	unapplied := c.Sub(money, applied)
	b["applied"], b["unapplied"] = body.Number(applied), body.Number(unapplied)
	if r.Type.Name == "customerPayment" {
		b["total"] = body.Number(money)
		return nil
	}
	b["status"] = "A"
	if unapplied.IsZero() {
		b["status"] = "B"
	}
	return nil
}

// applyLine completes one line of an apply list.
func (w work) applyLine(c *body.Calc, r *body.Record, l body.Body, hasPayment bool, left decimal.Decimal) error {
	doc, err := w.Load(schema.GroupTransaction, body.RefID(l, "doc"))
	if err != nil {
		return err
	}
	customer := body.RefID(r.Body, "entity")
	if customer == 0 {
		customer = body.RefID(r.Body, "customer")
	}
	if doc == nil || doc.Type.Name != "invoice" || body.RefID(doc.Body, "entity") != customer {
		return refusal.InvalidValue(body.Text(l, "doc"), "doc")
	}
	paid, err := w.linked(c, linkApply, doc.ID, 0, r.ID)
	if err != nil {
		return err
	}
	due := c.Sub(c.Value(doc.Body, "total"), paid)
	if l["amount"] == nil {
		amount := due
		if hasPayment {
			amount = due.Min(left)
		}
		l["amount"] = body.Number(amount)
	}
	amount := c.Value(l, "amount")
	if amount.Cmp(due) > 0 || amount.Sign() < 0 {
		return refusal.InvalidValue(body.Number(amount), "amount")
	}
	l["total"], l["due"] = doc.Body["total"], body.Number(due)
	l["refNum"], l["type"], l["applyDate"] = body.Text(doc.Body, "tranId"), doc.Type.Label, body.Text(doc.Body, "tranDate")
	return nil
}

// linked sums what transactions other than except have linked to a target's
// line (0 for the whole).
func (w work) linked(c *body.Calc, kind string, targetID, line, except int64) (sum decimal.Decimal, err error) {
	err = w.Rows("SELECT amount FROM link WHERE target = ? AND kind = ? AND line = ? AND source <> ?",
		[]any{targetID, kind, line, except}, func(rows *sql.Rows) error {
			var amount string
			if err := rows.Scan(&amount); err != nil {
				return err
			}
			sum = c.Add(sum, c.Keep(decimal.Parse(amount)))
			return nil
		})
	return sum, err
}

// openAmount sets what an invoice has been paid and what is due.
func (w work) openAmount(c *body.Calc, r *body.Record) error {
	paid, err := w.linked(c, linkApply, r.ID, 0, 0)
	if err != nil {
		return err
	}
	due := c.Sub(c.Value(r.Body, "total"), paid)
	if due.Sign() < 0 && paid.Sign() > 0 {
		return fault.User("The total cannot be less than the amount already applied to this transaction.")
	}
	r.Body["amountPaid"], r.Body["amountRemaining"] = body.Number(paid), body.Number(due)
	r.Body["status"] = "A"
	if due.Sign() <= 0 && len(body.Lines(r.Body, "item")) > 0 {
		r.Body["status"] = "B"
	}
	return nil
}

// billed sets the billed quantities of an order's lines and its status.
func (w work) billed(c *body.Calc, r *body.Record) error {
	some, all := false, true
	list := body.Lines(r.Body, "item")
	for _, l := range list {
		quantity, err := w.linked(c, linkBill, r.ID, body.Integer(l, "line"), 0)
		if err != nil {
			return err
		}
		l["quantityBilled"] = body.Number(quantity)
		some = some || !quantity.IsZero()
		all = all && (body.True(l, "isClosed") || quantity.Cmp(c.Value(l, "quantity")) >= 0)
	}
	body.SetLines(r.Body, "item", list)
	switch {
	case all && some:
		r.Body["status"] = "G"
	case all && len(list) > 0:
		r.Body["status"] = "H" // every line closed by hand
	case some:
		r.Body["status"] = "E"
	case body.Text(r.Body, "orderStatus") == "A":
		r.Body["status"] = "A"
	default:
		r.Body["orderStatus"], r.Body["status"] = "B", "B"
	}
	return nil
}

// Relink writes the links of a saved transaction and saves what they change.
// deleted says that the transaction is gone.
func Relink(tx *write.Tx, r *body.Record, deleted bool) error {
	w := work{tx}
	targets, err := w.targets(r.ID)
	if err != nil {
		return err
	}
	if len(targets) > 0 {
		if _, err := w.Exec("DELETE FROM link WHERE source = ?", r.ID); err != nil {
			return err
		}
	}
	if !deleted {
		for _, l := range links(r) {
			targets[l.target] = true
			_, err := w.Exec("INSERT INTO link (source, kind, target, line, amount) VALUES (?, ?, ?, ?, ?)",
				r.ID, l.kind, l.target, l.line, l.amount)
			if err != nil {
				return err
			}
		}
	}
	for id := range targets {
		if err := w.resettle(id); err != nil {
			return err
		}
	}
	return nil
}

func (w work) targets(source int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := w.Rows("SELECT DISTINCT target FROM link WHERE source = ?", []any{source}, func(rows *sql.Rows) error {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		out[id] = true
		return nil
	})
	return out, err
}

type link struct {
	kind         string
	target, line int64
	amount       string
}

// Linked reports whether the transaction pays or bills another one.
func Linked(r *body.Record) bool { return len(links(r)) > 0 }

// links are what a transaction's body says it pays and bills.
func links(r *body.Record) (out []link) {
	for _, l := range body.Lines(r.Body, "apply") {
		if body.True(l, "apply") && l["amount"] != nil {
			out = append(out, link{linkApply, body.RefID(l, "doc"), 0, fmt.Sprint(l["amount"])})
		}
	}
	if order := body.RefID(r.Body, "createdFrom"); r.Type.Name == "invoice" && order != 0 {
		for _, l := range body.Lines(r.Body, "item") {
			if n := body.Integer(l, "orderLine"); n != 0 && l["quantity"] != nil {
				out = append(out, link{linkBill, order, n, fmt.Sprint(l["quantity"])})
			}
		}
	}
	return out
}

// resettle saves a transaction anew after its links changed.
func (w work) resettle(id int64) error {
	r, err := w.Load(schema.GroupTransaction, id)
	if err != nil || r == nil {
		return err
	}
	c := &body.Calc{}
	if err := w.settle(c, r); err != nil {
		return err
	}
	if c.Err != nil {
		return c.Err
	}
	r.Version++
	r.Modified = w.Now
	r.Body["lastModifiedDate"] = w.Now.Format(body.Wire)
	return w.Save(r)
}
