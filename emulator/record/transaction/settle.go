package transaction

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// The kinds of link between transactions, beside what a document Does to an
// order (schema.Ledger).
const (
	linkApply = "apply" // a payment or credit memo pays an invoice
	linkWon   = "won"   // an order or sale came of an offer
	linkOffer = "offer" // an estimate came of an opportunity
)

// payment completes a payment, deposit or refund: its accounts and keys.
func (w work) payment(c *body.Calc, r *body.Record) error {
	if err := w.accounts(r); err != nil {
		return err
	}
	if err := w.lineKeys(r); err != nil {
		return err
	}
	if r.Body["payment"] != nil && len(r.Type.Ledger.Applies) == 0 {
		r.Body["total"] = r.Body["payment"]
	}
	return nil
}

// settle brings the links of a transaction in line with its body, and sets
// what follows from the links: paid and open amounts, quantities, status.
func (w work) settle(c *body.Calc, r *body.Record) error {
	ledger := r.Type.Ledger
	switch {
	case len(ledger.Applies) > 0:
		return w.applyTo(c, r)
	case ledger.Goes():
		return w.progress(c, r)
	case ledger.Won != "":
		return w.won(c, r)
	case w.payable(r.Type):
		return w.openAmount(c, r)
	}
	status(r)
	return nil
}

// payable reports whether other transactions pay those of the type.
func (w work) payable(t *schema.Type) bool {
	return slices.ContainsFunc(w.Schema.Types, func(other *schema.Type) bool { return slices.Contains(other.Ledger.Applies, t.Name) })
}

// status sets what follows from a transaction's own fields.
func status(r *body.Record) {
	b := r.Body
	first := func(status string) {
		if b["status"] == nil {
			b["status"] = status
		}
	}
	switch r.Type.Name {
	case "itemFulfillment":
		b["status"] = b["shipStatus"]
	case "workOrder":
		b["status"] = b["orderStatus"]
	case "cashSale":
		b["status"] = "C"
		if body.True(b, "undepFunds") {
			b["status"] = "B"
		}
	case "customerDeposit":
		first("B")
	case "purchaseRequisition":
		b["status"] = map[string]string{"1": "A", "2": "B", "3": "C"}[body.Text(b, "approvalStatus")]
	}
}

// won sets the status of an estimate or opportunity that something came of.
func (w work) won(c *body.Calc, r *body.Record) error {
	if r.Body["status"] == nil || r.Body["$offered"] == true {
		r.Body["status"] = "A"
	}
	delete(r.Body, "$offered")
	for _, kind := range []string{linkOffer, linkWon} {
		n, err := w.linked(c, kind, r.ID, 0, 0)
		if err != nil {
			return err
		}
		if n.IsZero() {
			continue
		}
		r.Body["$offered"] = true
		r.Body["status"] = "B"
		if kind == linkWon {
			r.Body["status"] = r.Type.Ledger.Won
		}
	}
	return nil
}

// applyTo checks a payment's or credit memo's apply list: invoices of the same
// customer, none paid beyond what is due, nothing applied that is not there.
func (w work) applyTo(c *body.Calc, r *body.Record) error {
	b := r.Body
	_, hasPayment := b["payment"]
	money := c.Value(b, "payment")
	isCredit := len(schema.Lists(r.Type)) > 0
	if isCredit {
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
		if r.Type.Fields.Lookup("payment") != nil {
			b["payment"] = body.Number(money)
		}
	}
	if applied.Cmp(money) > 0 {
		return fault.User("You cannot apply more than your total payments.").At("apply")
	}
	refunded, err := w.linked(c, linkApply, r.ID, 0, 0)
	if err != nil {
		return err
	}
	applied = c.Add(applied, refunded)
	unapplied := c.Sub(money, applied)
	for field, amount := range map[string]decimal.Decimal{"applied": applied, "unapplied": unapplied} {
		if r.Type.Fields.Lookup(field) != nil {
			b[field] = body.Number(amount)
		}
	}
	if !isCredit {
		b["total"] = body.Number(money)
		paymentStatus(r)
		return nil
	}
	b["status"] = "A"
	if unapplied.Sign() <= 0 {
		b["status"] = "B"
	}
	return nil
}

// paymentStatus sets the status of a payment: what its approval says, or that
// it is in the bank.
func paymentStatus(r *body.Record) {
	switch r.Type.Name {
	case "vendorPayment":
		r.Body["status"] = map[string]string{"1": "D", "2": "F", "3": "E"}[body.Text(r.Body, "approvalStatus")]
	case "customerPayment":
		if r.Body["status"] == nil {
			r.Body["status"] = "C"
		}
	}
}

// applyLine completes one line of an apply list.
func (w work) applyLine(c *body.Calc, r *body.Record, l body.Body, hasPayment bool, left decimal.Decimal) error {
	doc, err := w.Load(schema.GroupTransaction, body.RefID(l, "doc"))
	if err != nil {
		return err
	}
	if doc == nil || !slices.Contains(r.Type.Ledger.Applies, doc.Type.Name) || partyOf(doc.Body) != partyOf(r.Body) {
		return refusal.InvalidValue(body.Text(l, "doc"), "doc")
	}
	due, err := w.due(c, doc, r.ID)
	if err != nil {
		return err
	}
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
	l["total"], l["due"] = body.Number(body.Total(c, doc.Body)), body.Number(due)
	l["refNum"], l["type"], l["applyDate"] = body.Text(doc.Body, "tranId"), doc.Type.Label, body.Text(doc.Body, "tranDate")
	return nil
}

// due is what is left to pay of a document, or to refund of a credit, beside
// what the transaction except pays.
func (w work) due(c *body.Calc, doc *body.Record, except int64) (decimal.Decimal, error) {
	paid, err := w.linked(c, linkApply, doc.ID, 0, except)
	if err != nil {
		return paid, err
	}
	for _, l := range body.Lines(doc.Body, "apply") {
		paid = c.Add(paid, c.Value(l, "amount")) // a credit that is used up needs no refund
	}
	return c.Sub(body.Total(c, doc.Body), paid), nil
}

// partyOf is the customer, vendor or employee of a transaction.
func partyOf(b body.Body) int64 {
	if id := body.RefID(b, "entity"); id != 0 {
		return id
	}
	return body.RefID(b, "customer")
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

// openAmount sets what an invoice, bill or expense report has been paid and
// what is due.
func (w work) openAmount(c *body.Calc, r *body.Record) error {
	paid, err := w.linked(c, linkApply, r.ID, 0, 0)
	if err != nil {
		return err
	}
	due := c.Sub(body.Total(c, r.Body), paid)
	if due.Sign() < 0 && paid.Sign() > 0 {
		return fault.User("The total cannot be less than the amount already applied to this transaction.")
	}
	r.Body["$paid"], r.Body["$due"] = body.Number(paid), body.Number(due)
	for field, amount := range map[string]decimal.Decimal{"amountPaid": paid, "amountRemaining": due} {
		if r.Type.Fields.Lookup(field) != nil {
			r.Body[field] = body.Number(amount)
		}
	}
	isPaid := due.Sign() <= 0
	if r.Type.Name == "expenseReport" {
		expenseStatus(r.Body, isPaid)
		return nil
	}
	r.Body["status"] = "A"
	switch approval := body.Text(r.Body, "approvalStatus"); {
	case approval == "1":
		r.Body["status"] = "D"
	case approval == "3":
		r.Body["status"] = "E"
	case isPaid:
		r.Body["status"] = "B"
	}
	return nil
}

// expenseStatus is how far an expense report has come.
func expenseStatus(b body.Body, isPaid bool) {
	switch {
	case isPaid && body.True(b, "accountingapproval"):
		b["status"] = "I"
	case body.True(b, "accountingapproval"):
		b["status"] = "F"
	case body.True(b, "supervisorapproval"):
		b["status"] = "C"
	case body.True(b, "complete"):
		b["status"] = "B"
	default:
		b["status"] = "A"
	}
}
