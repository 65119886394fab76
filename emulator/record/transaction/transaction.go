// Package transaction holds the rules of transactions: heads, lines and totals,
// what follows from the links between them, and how one becomes another.
package transaction

import (
	"encoding/json"
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

// work is the write that rules apply to.
type work struct{ *write.Tx }

// Prepare fills a transaction's head, computes its lines and
// totals, and refuses what the period or the ledger forbids.
func Prepare(tx *write.Tx, r *body.Record, isNew bool) error {
	w := work{tx}
	if err := w.head(r, isNew); err != nil {
		return err
	}
	c := &body.Calc{}
	var err error
	switch r.Type.Name {
	case "journalEntry":
		err = w.journal(c, r)
	case "customerPayment":
		err = w.payment(c, r)
	default:
		err = w.sale(c, r)
	}
	if err != nil {
		return err
	}
	if c.Err != nil {
		return c.Err
	}
	if err := w.settle(c, r); err != nil {
		return err
	}
	return c.Err
}

// head fills date, party, currency, number and period.
func (w work) head(r *body.Record, isNew bool) error {
	b := r.Body
	if body.Text(b, "tranDate") == "" {
		b["tranDate"] = w.Now.In(w.Zone()).Format(body.Day)
	}
	if err := w.party(r, isNew); err != nil {
		return err
	}
	if b["exchangeRate"] == nil {
		rate := json.Number("1")
		currency, err := w.Load("currency", body.RefID(b, "currency"))
		if err != nil {
			return err
		}
		if n, ok := write.Contents(currency)["exchangeRate"].(json.Number); ok {
			rate = n
		}
		b["exchangeRate"] = rate
	}
	if isNew {
		b["$createdBy"] = w.Session.EmployeeID
		n, err := w.Next("number:"+r.Type.Name, 1)
		if err != nil {
			return err
		}
		b["transactionNumber"] = body.IDText(n)
		if body.Text(b, "tranId") == "" {
			b["tranId"] = fmt.Sprintf("%s%d", r.Type.Prefix, n)
		}
		if r.Type.Fields.Lookup("source") != nil && body.Text(b, "source") == "" {
			b["source"] = "restWebServices"
		}
	}
	b["$modifiedBy"] = w.Session.EmployeeID
	r.Name = r.Type.Label + " #" + body.Text(b, "tranId")
	return w.period(r)
}

// party takes from the customer what the request leaves out. What an update
// clears stays clear, but for subsidiary and currency, which are never empty.
func (w work) party(r *body.Record, isNew bool) error {
	b := r.Body
	var customer body.Body
	for _, name := range []string{"entity", "customer"} {
		if f := r.Type.Fields.Lookup(name); f != nil {
			c, err := w.Referred(f, b)
			if err != nil {
				return err
			}
			customer = write.Contents(c)
		}
	}
	inherited := []string{"subsidiary", "currency"}
	if isNew {
		inherited = append(inherited, "terms", "salesRep", "email")
		w.defaultAddresses(r, customer)
	}
	for _, name := range inherited {
		if f := r.Type.Fields.Lookup(name); f != nil && b[name] == nil && customer[name] != nil && w.Session.Has(f.Feature) {
			b[name] = customer[name]
		}
	}
	if f := r.Type.Fields.Lookup("subsidiary"); w.Session.Has(f.Feature) && b["subsidiary"] == nil {
		id, err := w.OnlySubsidiary()
		if err != nil {
			return err
		}
		if id == 0 && r.Type.Name == "journalEntry" {
			return refusal.Missing(f.Label)
		}
		body.SetRef(b, "subsidiary", id)
	}
	if b["currency"] == nil {
		id, err := w.SubsidiaryCurrency(body.RefID(b, "subsidiary"))
		if err != nil {
			return err
		}
		body.SetRef(b, "currency", id)
	}
	return nil
}

// defaultAddresses copies the customer's default addresses to a document that
// has none.
func (w work) defaultAddresses(r *body.Record, customer body.Body) {
	for _, l := range body.Lines(customer, "addressBook") {
		for flag, name := range map[string]string{"defaultBilling": "billingAddress", "defaultShipping": "shippingAddress"} {
			if body.True(l, flag) && l["addressBookAddress"] != nil && r.Type.Fields.Lookup(name) != nil && r.Body[name] == nil {
				r.Body[name] = body.Clone(l["addressBookAddress"])
			}
		}
	}
}

// Period refuses a change to a transaction in a closed period.
func Period(tx *write.Tx, r *body.Record) error { return work{tx}.period(r) }

// period finds the posting period of the transaction's date, unless the
// request named another, and refuses a closed one. An account without periods
// has no such rule.
func (w work) period(r *body.Record) error {
	if !r.Type.Posting {
		return nil
	}
	b, date := r.Body, body.Text(r.Body, "tranDate")
	query, args := "SELECT id, closed FROM q_accountingperiod WHERE id = ?", []any{body.RefID(b, "postingPeriod")}
	derived := b["postingPeriod"] == nil || b["postingPeriod"] == b["$period"]
	if derived {
		query, args = `SELECT id, closed FROM q_accountingperiod WHERE startdate <= ? AND enddate >= ?
			AND isquarter = 'F' AND isyear = 'F' AND isadjust = 'F' ORDER BY id LIMIT 1`, []any{date, date}
	}
	var id int64
	var closed string
	found, err := w.Row(query, args, &id, &closed)
	if err != nil || !found {
		return err
	}
	if closed == "T" {
		return fault.User("You cannot post to a closed accounting period.").At("tranDate")
	}
	if derived {
		body.SetRef(b, "postingPeriod", id)
		b["$period"] = b["postingPeriod"]
	}
	return nil
}

// digits is the currency's precision.
func (w work) digits(b body.Body) (int, error) {
	currency, err := w.Load("currency", body.RefID(b, "currency"))
	if currency == nil || currency.Body["currencyPrecision"] == nil {
		return 2, err
	}
	return int(min(max(body.Integer(currency.Body, "currencyPrecision"), 0), 8)), err
}

// sale computes the lines and totals of orders, invoices and credit memos.
func (w work) sale(c *body.Calc, r *body.Record) error {
	digits, err := w.digits(r.Body)
	if err != nil {
		return err
	}
	var subtotal, tax decimal.Decimal
	list := body.Lines(r.Body, "item")
	for i, l := range list {
		if err := w.saleLine(c, r, l, digits); err != nil {
			if f, ok := err.(*fault.Fault); ok && f.Details[0].Path == "" {
				f.At(fmt.Sprintf("item.items[%d]", i))
			}
			return err
		}
		subtotal = c.Add(subtotal, c.Value(l, "amount"))
		tax = c.Add(tax, c.Value(l, "tax1Amt"))
	}
	if err := w.lineKeys(r, list); err != nil {
		return err
	}
	body.SetLines(r.Body, "item", list)
	taxTotal(r.Body, list, tax)
	delete(r.Body, "discountTotal")
	if r.Body["discountRate"] != nil { // an amount, negative for a discount
		r.Body["discountTotal"] = body.Number(c.Round(c.Value(r.Body, "discountRate"), digits))
	}
	total := c.Add(subtotal, c.Value(r.Body, "taxTotal"))
	total = c.Add(total, c.Value(r.Body, "discountTotal"))
	total = c.Add(total, c.Value(r.Body, "shippingCost"))
	total = c.Add(total, c.Value(r.Body, "handlingCost"))
	r.Body["subtotal"], r.Body["total"] = body.Number(subtotal), body.Number(total)
	if f := r.Type.Fields.Lookup("account"); f != nil && body.RefID(r.Body, "account") == 0 {
		id, err := w.DefaultAccount("AcctRec")
		if err != nil {
			return err
		}
		body.SetRef(r.Body, "account", id)
	}
	return w.dueDate(r)
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

// saleLine fills a line from its item: description, price, amount.
// The amount is rate times quantity, rounded to the currency, unless given.
func (w work) saleLine(c *body.Calc, r *body.Record, l body.Body, digits int) error {
	item, err := w.Load(schema.GroupItem, body.RefID(l, "item"))
	if err != nil || item == nil {
		return err // a missing item is refused with the other required fields
	}
	l["itemType"] = item.Type.Kind
	if l["description"] == nil && item.Body["salesDescription"] != nil {
		l["description"] = item.Body["salesDescription"]
	}
	if l["isTaxable"] == nil {
		l["isTaxable"] = body.True(item.Body, "isTaxable")
	}
	if l["quantity"] == nil {
		l["quantity"] = body.Number(body.One)
	}
	quantity := c.Value(l, "quantity")
	if l["rate"] == nil && l["amount"] == nil {
		price, level := listPrice(item.Body, body.RefID(l, "price"), body.RefID(r.Body, "currency"))
		if price == "" {
			return refusal.Missing("Amount")
		}
		l["rate"] = price
		body.SetRef(l, "price", level)
	}
	switch {
	case l["amount"] == nil:
		l["amount"] = body.Number(c.Mul(c.Value(l, "rate"), quantity, digits))
	case l["rate"] == nil:
		l["rate"] = body.Number(c.Quo(c.Value(l, "amount"), quantity, digits))
	}
	if l["tax1Amt"] == nil && l["taxRate1"] != nil {
		percent := c.Keep(c.Value(l, "taxRate1").Quo(decimal.MustNew(100, 0)))
		l["tax1Amt"] = body.Number(c.Mul(c.Value(l, "amount"), percent, digits))
	}
	return nil
}

// listPrice is the item's price at the level (any, if 0) in the currency.
func listPrice(item body.Body, level, currency int64) (json.Number, int64) {
	for _, p := range body.Lines(item, "price") {
		if (level == 0 || body.RefID(p, "priceLevel") == level) && body.RefID(p, "currencyPage") == currency {
			if n, ok := p["price"].(json.Number); ok {
				return n, body.RefID(p, "priceLevel")
			}
		}
	}
	return "", 0
}

// lineKeys gives each line, and the transaction's main line, a key that no
// other line of the account ever has.
func (w work) lineKeys(r *body.Record, list []body.Body) error {
	var fresh []body.Body
	for _, l := range list {
		if body.Text(l, "lineUniqueKey") == "" {
			fresh = append(fresh, l)
		}
	}
	n := int64(len(fresh))
	if r.Body["$keys"] == nil {
		n += ExtraLines
	}
	if n == 0 {
		return nil
	}
	key, err := w.Next("line", n)
	if err != nil {
		return err
	}
	if r.Body["$keys"] == nil {
		r.Body["$keys"] = json.Number(body.IDText(key))
		key += ExtraLines
	}
	for _, l := range fresh {
		l["lineUniqueKey"] = body.IDText(key)
		key++
	}
	return nil
}

// ExtraLines are the rows of a transaction that are not lines of its body:
// the main line, shipping, handling, tax, discount.
const ExtraLines = 5

func (w work) dueDate(r *body.Record) error {
	f := r.Type.Fields.Lookup("dueDate")
	if f == nil || r.Body["dueDate"] != nil {
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

// journal checks that debits equal credits and that each line has one side.
func (w work) journal(c *body.Calc, r *body.Record) error {
	var balance decimal.Decimal
	list := body.Lines(r.Body, "line")
	for i, l := range list {
		debit, credit := c.Value(l, "debit"), c.Value(l, "credit")
		if debit.IsZero() == credit.IsZero() {
			return fault.User("Please enter either a debit or a credit amount.").At(fmt.Sprintf("line.items[%d]", i))
		}
		balance = c.Sub(c.Add(balance, debit), credit)
	}
	if !balance.IsZero() {
		return fault.User("The amounts in a journal entry must balance.").At("line")
	}
	r.Body["status"] = "B"
	if body.Text(r.Body, "approvalStatus") == "1" {
		r.Body["status"] = "A"
	}
	return w.lineKeys(r, list)
}
