package transaction

import (
	"fmt"
	"slices"
	"time"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// digits is the currency's precision.
func (w work) digits(b body.Body) (int, error) {
	currency, err := w.Load("currency", body.RefID(b, "currency"))
	if currency == nil || currency.Body["currencyPrecision"] == nil {
		return 2, err
	}
	return int(min(max(body.Integer(currency.Body, "currencyPrecision"), 0), 8)), err
}

// document computes the lines and totals of orders, bills, receipts and
// whatever else has lines.
func (w work) document(c *body.Calc, r *body.Record) error {
	digits, err := w.digits(r.Body)
	if err != nil {
		return err
	}
	var subtotal, tax decimal.Decimal
	var all []body.Body
	lists := schema.Lists(r.Type)
	for _, f := range lists {
		list := body.Lines(r.Body, f.Name)
		for i, l := range list {
			if err := w.line(c, r, f, l, digits); err != nil {
				if refused, ok := err.(*fault.Fault); ok && refused.Details[0].Path == "" {
					refused.At(fmt.Sprintf("%s.items[%d]", f.Name, i))
				}
				return err
			}
			subtotal = c.Add(subtotal, body.Amount(c, l))
			tax = c.Add(tax, c.Value(l, "tax1Amt"))
		}
		body.SetLines(r.Body, f.Name, list)
		all = append(all, list...)
	}
	if len(lists) > 1 && len(all) == 0 { // either list will do
		return refusal.NoLines(lists[0].Name)
	}
	if err := w.lineKeys(r); err != nil {
		return err
	}
	totals(c, r, subtotal, tax, all, digits)
	if err := w.accounts(r); err != nil {
		return err
	}
	return w.dueDate(r)
}

// totals sets what a transaction adds up to, in the fields that its type has.
func totals(c *body.Calc, r *body.Record, subtotal, tax decimal.Decimal, all []body.Body, digits int) {
	b := r.Body
	total := subtotal
	if r.Type.Fields.Lookup("total") != nil {
		if r.Type.Fields.Lookup("taxTotal") != nil {
			taxTotal(b, all, tax)
		}
		delete(b, "discountTotal")
		if b["discountRate"] != nil { // an amount, negative for a discount
			b["discountTotal"] = body.Number(c.Round(c.Value(b, "discountRate"), digits))
		}
		for _, extra := range []string{"taxTotal", "discountTotal", "shippingCost", "handlingCost"} {
			total = c.Add(total, c.Value(b, extra))
		}
	}
	b["$total"] = body.Number(total)
	for field, amount := range map[string]decimal.Decimal{
		"subtotal": subtotal, "total": total, "userTotal": total, "userTaxTotal": c.Value(b, "taxTotal"), "estimatedTotal": total,
		"estimatedTotalValue": total,
	} {
		if r.Type.Fields.Lookup(field) != nil {
			b[field] = body.Number(amount)
		}
	}
	if r.Type.Name == "expenseReport" {
		reimbursable(c, b, all)
	}
}

// reimbursable splits an expense report into what the employee gets back and
// what the company paid itself.
func reimbursable(c *body.Calc, b body.Body, list []body.Body) {
	var own, card, company decimal.Decimal
	for _, l := range list {
		amount := c.Value(l, "amount")
		switch {
		case body.True(l, "corporatecreditcard"):
			card = c.Add(card, amount)
		case body.True(l, "isnonreimbursable"):
			company = c.Add(company, amount)
		default:
			own = c.Add(own, amount)
		}
	}
	b["reimbursable"], b["amount"] = body.Number(own), body.Number(own)
	b["corporatecard"], b["nonreimbursable"] = body.Number(card), body.Number(company)
}

// taxTotal sets the tax: the lines' if they have any, else what the request
// gave.
func taxTotal(b body.Body, list []body.Body, tax decimal.Decimal) {
	taxed := slices.ContainsFunc(list, func(l body.Body) bool { return l["tax1Amt"] != nil })
	if taxed || body.True(b, "$taxed") || b["taxTotal"] == nil {
		b["taxTotal"] = body.Number(tax)
	}
	delete(b, "$taxed")
	if taxed {
		b["$taxed"] = true
	}
}

func (w work) dueDate(r *body.Record) error {
	f := r.Type.Fields.Lookup("dueDate")
	if f == nil || r.Type.Fields.Lookup("terms") == nil || r.Body["dueDate"] != nil {
		return nil
	}
	date, err := time.Parse(body.Day, body.Text(r.Body, "tranDate"))
	if err != nil {
		return err
	}
	terms, err := w.Load("term", body.RefID(r.Body, "terms"))
	if err != nil {
		return err
	}
	r.Body["dueDate"] = date.AddDate(0, 0, int(body.Integer(write.Contents(terms), "daysUntilNetDue"))).Format(body.Day)
	return nil
}
