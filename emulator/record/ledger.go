package record

import (
	"time"

	"github.com/govalues/decimal"
)

// Signs. NetSuite keeps transaction lines with the sign of their effect on the
// ledger: debits are positive, credits negative. So the main line of an order
// or invoice (receivables) is positive and its item lines (income) negative,
// with negative quantities; a credit memo is the reverse. The rows of a
// transaction add up to zero.

// entry is one line of a transaction as transactionline and
// transactionaccountingline show it.
type entry struct {
	id      int64 // line ID within the transaction; 0 = the main line
	key     int64 // uniquekey
	main    bool
	body    Body // the line of the record's body; nil if it has none
	amount  decimal.Decimal
	account int64
	kind    string // itemtype of lines that have no item: ShipItem, TaxItem
}

// Line IDs of the rows that are no line of the body. They lie above any line
// number that a transaction reaches.
const (
	shippingLine = 900001 + iota
	handlingLine
	taxLine
)

// entries returns the lines of a transaction, the main line first.
func (w *work) entries(c *calc, r *Record) ([]entry, error) {
	switch r.Type.Name {
	case "journalEntry":
		return w.journalEntries(c, r), nil
	case "customerPayment":
		key := integer(r.Body, "$keys")
		paid := c.value(r.Body, "payment")
		return []entry{
			{id: 0, key: key, main: true, amount: paid, account: refID(r.Body, "account")},
			{id: 1, key: key + 1, amount: paid.Neg(), account: refID(r.Body, "arAcct")},
		}, nil
	}
	return w.saleEntries(c, r)
}

func (w *work) journalEntries(c *calc, r *Record) (out []entry) {
	for i, l := range lines(r.Body, "line") {
		amount := c.sub(c.value(l, "debit"), c.value(l, "credit"))
		id := integer(l, "line")
		out = append(out, entry{id: id, key: refID(l, "lineUniqueKey"), main: i == 0, body: l, amount: amount, account: refID(l, "account")})
	}
	return out
}

func (w *work) saleEntries(c *calc, r *Record) ([]entry, error) {
	sign := func(d decimal.Decimal) decimal.Decimal { return d }
	if r.Type.Name == "creditMemo" {
		sign = decimal.Decimal.Neg
	}
	key := integer(r.Body, "$keys")
	out := []entry{{id: 0, key: key, main: true, amount: sign(c.value(r.Body, "total")), account: refID(r.Body, "account")}}
	for _, l := range lines(r.Body, "item") {
		e := entry{id: integer(l, "line"), key: refID(l, "lineUniqueKey"), body: l, amount: sign(c.value(l, "amount")).Neg()}
		item, err := w.load(GroupItem, refID(l, "item"))
		if err != nil {
			return nil, err
		}
		e.account = refID(bodyOf(item), "incomeAccount")
		out = append(out, e)
	}
	extra := []struct {
		field, kind, accountType string
		id                       int64
	}{
		{"shippingCost", "ShipItem", "Income", shippingLine},
		{"handlingCost", "ShipItem", "Income", handlingLine},
		{"taxTotal", "TaxItem", "OthCurrLiab", taxLine},
	}
	for i, x := range extra {
		amount := c.value(r.Body, x.field)
		if amount.IsZero() {
			continue
		}
		account, err := w.defaultAccount(x.accountType)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{id: x.id, key: key + 1 + int64(i), amount: sign(amount).Neg(), account: account, kind: x.kind})
	}
	return out, nil
}

// projectTransaction writes the rows of a transaction.
func (w *work) projectTransaction(q *row, r *Record) error {
	c := &calc{}
	entries, err := w.entries(c, r)
	if err != nil {
		return err
	}
	w.transactionRow(c, q, r)
	if c.err != nil {
		return c.err
	}
	if err := w.insert(q); err != nil {
		return err
	}
	if r.Version > 1 {
		if err := w.clearLines(r.ID); err != nil {
			return err
		}
	}
	for i, e := range entries {
		if err := w.insert(w.lineRow(c, r, e, i)); err != nil {
			return err
		}
		if r.Type.Posting {
			if err := w.insert(w.accountingRow(c, r, e)); err != nil {
				return err
			}
		}
	}
	return c.err
}

func (w *work) clearLines(id int64) error {
	for _, table := range []string{"q_transactionline", "q_transactionaccountingline"} {
		if _, err := w.exec("DELETE FROM "+table+` WHERE "transaction" = ?`, id); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) transactionRow(c *calc, q *row, r *Record) {
	b := r.Body
	q.fields(r.Type.Fields, b)
	q.set("type", r.Type.Kind)
	q.set("abbrevtype", r.Type.Prefix)
	q.set("posting", r.Type.Posting)
	q.set("trandisplayname", r.Name)
	q.set("number", b["transactionNumber"])
	total := c.value(b, "total")
	if r.Type.Name == "creditMemo" || r.Type.Name == "customerPayment" {
		total = total.Neg()
	}
	if b["total"] != nil {
		q.set("foreigntotal", number(total))
	}
	if f := r.Type.Fields.Lookup("status"); f != nil {
		for _, o := range f.Enum {
			if o.ID == text(b, "status") {
				q.set("transactionstatus", r.Type.Label+" : "+o.Name)
			}
		}
	}
	q.set("employee", b["salesRep"])
	q.set("createdby", b["$createdBy"])
	q.set("lastmodifiedby", b["$modifiedBy"])
	for _, flag := range []string{"void", "isinactive", "isreversal", "reversaldefer"} {
		if f := r.Type.Fields.Lookup(flag); f == nil {
			q.set(flag, false)
		}
	}
	if isDone := text(b, "status") == "G" || r.Type.Name == "invoice" && text(b, "status") == "B"; isDone {
		q.set("closedate", r.Modified.Format(dateLayout))
	}
}

func (w *work) lineRow(c *calc, r *Record, e entry, sequence int) *row {
	q := w.rowOf("transactionline")
	b := r.Body
	q.set("uniquekey", e.key)
	q.set("transaction", r.ID)
	q.set("id", e.id)
	q.set("linesequencenumber", int64(sequence))
	q.set("mainline", e.main)
	q.set("taxline", e.id == taxLine)
	q.set("itemtype", e.kind)
	if e.kind == "" {
		q.set("itemtype", nil)
	}
	q.set("linelastmodifieddate", r.Modified)
	q.set("linecreateddate", r.Created)
	q.set("entity", b["entity"])
	if r.Type.Name == "customerPayment" {
		q.set("entity", b["customer"])
	}
	for _, name := range []string{"subsidiary", "department", "class", "location", "memo"} {
		q.set(name, b[name])
	}
	q.set("createdfrom", b["createdFrom"])
	if e.body != nil {
		w.bodyLine(c, q, r, e)
	}
	q.set("expenseaccount", idOrNil(e.account))
	q.set("foreignamount", number(e.amount))
	q.set("netamount", number(c.mul(e.amount, w.rate(c, b), 2)))
	side := "debitforeignamount"
	if e.amount.Sign() < 0 {
		side = "creditforeignamount"
	}
	q.set(side, number(e.amount.Abs()))
	if e.main && b["amountRemaining"] != nil {
		q.set("foreignamountpaid", b["amountPaid"])
		q.set("foreignamountunpaid", b["amountRemaining"])
	}
	for _, flag := range []string{"donotdisplayline", "iscogs", "isinventoryaffecting", "eliminate", "isfullyshipped", "isclosed"} {
		if e.body[flag] == nil {
			q.set(flag, false)
		}
	}
	return q
}

// bodyLine sets what comes from a line of the body. The line's own class,
// department and location go before those of the head.
func (w *work) bodyLine(c *calc, q *row, r *Record, e entry) {
	head := []string{"id", "quantity", "amount", "line", "lineuniquekey"}
	for _, name := range []string{"department", "class", "location", "memo"} {
		if f := lineFields(r.Type).Lookup(name); f != nil && e.body[f.Name] == nil {
			head = append(head, name)
		}
	}
	q.fields(lineFields(r.Type), e.body, head...)
	quantity := c.value(e.body, "quantity")
	if r.Type.Name != "creditMemo" {
		quantity = quantity.Neg()
	}
	if e.body["quantity"] != nil {
		q.set("quantity", number(quantity))
	}
	if r.Type.Name == "invoice" && e.body["quantity"] != nil {
		q.set("quantitybilled", e.body["quantity"])
	}
}

// rate is the transaction's exchange rate to the base currency.
func (w *work) rate(c *calc, b Body) decimal.Decimal {
	if b["exchangeRate"] == nil {
		return one
	}
	return c.value(b, "exchangeRate")
}

func (w *work) accountingRow(c *calc, r *Record, e entry) *row {
	q := w.rowOf("transactionaccountingline")
	amount := c.mul(e.amount, w.rate(c, r.Body), 2)
	q.set("transaction", r.ID)
	q.set("transactionline", e.id)
	q.set("accountingbook", int64(1))
	q.set("account", idOrNil(e.account))
	q.set("posting", true)
	q.set("amount", number(amount))
	q.set("netamount", number(amount))
	q.set("exchangerate", number(w.rate(c, r.Body)))
	q.set("lastmodifieddate", r.Modified.Truncate(time.Second))
	if amount.Sign() < 0 {
		q.set("credit", number(amount.Neg()))
	} else {
		q.set("debit", number(amount))
	}
	if e.main && r.Body["amountRemaining"] != nil {
		q.set("amountpaid", number(c.mul(c.value(r.Body, "amountPaid"), w.rate(c, r.Body), 2)))
		q.set("amountunpaid", number(c.mul(c.value(r.Body, "amountRemaining"), w.rate(c, r.Body), 2)))
	}
	return q
}

func idOrNil(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
