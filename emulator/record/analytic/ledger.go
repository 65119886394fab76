package analytic

import (
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
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
	body    body.Body // the line of the record's body; nil if it has none
	amount  decimal.Decimal
	account int64
	kind    string // itemtype of lines that have no item: ShipItem, TaxItem, Discount
}

// Line IDs of the rows that are no line of the body. They lie above any line
// number that a transaction reaches.
const (
	shippingLine = 900001 + iota
	handlingLine
	taxLine
	discountLine
)

// entries returns the lines of a transaction, the main line first.
func (p *Projector) entries(c *body.Calc, r *body.Record) ([]entry, error) {
	switch r.Type.Name {
	case "journalEntry":
		return p.journalEntries(c, r), nil
	case "customerPayment":
		key := body.Integer(r.Body, "$keys")
		paid := c.Value(r.Body, "payment")
		return []entry{
			{id: 0, key: key, main: true, amount: paid, account: body.RefID(r.Body, "account")},
			{id: 1, key: key + 1, amount: paid.Neg(), account: body.RefID(r.Body, "arAcct")},
		}, nil
	}
	return p.saleEntries(c, r)
}

func (p *Projector) journalEntries(c *body.Calc, r *body.Record) (out []entry) {
	for i, l := range body.Lines(r.Body, "line") {
		amount := c.Sub(c.Value(l, "debit"), c.Value(l, "credit"))
		id := body.Integer(l, "line")
		out = append(out, entry{id: id, key: body.RefID(l, "lineUniqueKey"), main: i == 0, body: l, amount: amount, account: body.RefID(l, "account")})
	}
	return out
}

func (p *Projector) saleEntries(c *body.Calc, r *body.Record) ([]entry, error) {
	sign := func(d decimal.Decimal) decimal.Decimal { return d }
	if r.Type.Name == "creditMemo" {
		sign = decimal.Decimal.Neg
	}
	key := body.Integer(r.Body, "$keys")
	out := []entry{{id: 0, key: key, main: true, amount: sign(c.Value(r.Body, "total")), account: body.RefID(r.Body, "account")}}
	for _, l := range body.Lines(r.Body, "item") {
		e := entry{id: body.Integer(l, "line"), key: body.RefID(l, "lineUniqueKey"), body: l, amount: sign(c.Value(l, "amount")).Neg()}
		item, err := p.DB.Load(schema.GroupItem, body.RefID(l, "item"))
		if err != nil {
			return nil, err
		}
		e.account = body.RefID(contents(item), "incomeAccount")
		out = append(out, e)
	}
	extra := []struct {
		field, kind, accountType string
		id                       int64
	}{
		{"shippingCost", "ShipItem", "Income", shippingLine},
		{"handlingCost", "ShipItem", "Income", handlingLine},
		{"taxTotal", "TaxItem", "OthCurrLiab", taxLine},
		{"discountTotal", "Discount", "Income", discountLine},
	}
	for i, x := range extra {
		amount := c.Value(r.Body, x.field)
		if amount.IsZero() {
			continue
		}
		account, err := p.DB.DefaultAccount(x.accountType)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{id: x.id, key: key + 1 + int64(i), amount: sign(amount).Neg(), account: account, kind: x.kind})
	}
	return out, nil
}

// projectTransaction writes the rows of a transaction.
func (p *Projector) projectTransaction(q *Row, r *body.Record) error {
	c := &body.Calc{}
	entries, err := p.entries(c, r)
	if err != nil {
		return err
	}
	p.transactionRow(c, q, r)
	if c.Err != nil {
		return c.Err
	}
	if err := p.Insert(q); err != nil {
		return err
	}
	if r.Version > 1 {
		if err := p.clearLines(r.ID); err != nil {
			return err
		}
	}
	for i, e := range entries {
		if err := p.Insert(p.lineRow(c, r, e, i)); err != nil {
			return err
		}
		if r.Type.Posting {
			if err := p.Insert(p.accountingRow(c, r, e)); err != nil {
				return err
			}
		}
	}
	return c.Err
}

func (p *Projector) clearLines(id int64) error {
	for _, table := range []string{"q_transactionline", "q_transactionaccountingline"} {
		if _, err := p.DB.Exec("DELETE FROM "+table+` WHERE "transaction" = ?`, id); err != nil {
			return err
		}
	}
	return nil
}

func (p *Projector) transactionRow(c *body.Calc, q *Row, r *body.Record) {
	b := r.Body
	q.fields(r.Type.Fields, b)
	q.Set("type", r.Type.Kind)
	q.Set("abbrevtype", r.Type.Prefix)
	q.Set("posting", r.Type.Posting)
	q.Set("trandisplayname", r.Name)
	q.Set("number", b["transactionNumber"])
	total := c.Value(b, "total")
	if r.Type.Name == "creditMemo" || r.Type.Name == "customerPayment" {
		total = total.Neg()
	}
	if b["total"] != nil {
		q.Set("foreigntotal", body.Number(total))
	}
	if f := r.Type.Fields.Lookup("status"); f != nil {
		for _, o := range f.Enum {
			if o.ID == body.Text(b, "status") {
				q.Set("transactionstatus", r.Type.Label+" : "+o.Name)
			}
		}
	}
	q.Set("recordtype", strings.ToLower(r.Type.Name))
	if b["approvalStatus"] == nil {
		q.Set("approvalstatus", approval(b))
	}
	q.Set("employee", b["salesRep"])
	q.Set("createdby", b["$createdBy"])
	q.Set("lastmodifiedby", b["$modifiedBy"])
	for _, flag := range []string{"void", "voided", "isinactive", "isreversal", "reversaldefer"} {
		if f := r.Type.Fields.Lookup(flag); f == nil {
			q.Set(flag, false)
		}
	}
	if isDone := body.Text(b, "status") == "G" || r.Type.Name == "invoice" && body.Text(b, "status") == "B"; isDone {
		q.Set("closedate", r.Modified.Format(body.Day))
	}
}

// approval is the approval status of transactions that have no such field: 1
// for orders pending approval, else 2, approved.
func approval(b body.Body) int64 {
	if body.Text(b, "orderStatus") == "A" {
		return 1
	}
	return 2
}

func (p *Projector) lineRow(c *body.Calc, r *body.Record, e entry, sequence int) *Row {
	q := p.Row("transactionline")
	b := r.Body
	q.Set("uniquekey", e.key)
	q.Set("transaction", r.ID)
	q.Set("id", e.id)
	q.Set("linesequencenumber", int64(sequence))
	q.Set("mainline", e.main)
	q.Set("taxline", e.id == taxLine)
	q.Set("transactiondiscount", e.id == discountLine)
	q.Set("itemtype", e.kind)
	if e.kind == "" {
		q.Set("itemtype", nil)
	}
	q.Set("linelastmodifieddate", r.Modified)
	q.Set("linecreateddate", r.Created)
	q.Set("entity", b["entity"])
	if r.Type.Name == "customerPayment" {
		q.Set("entity", b["customer"])
	}
	for _, name := range []string{"subsidiary", "department", "class", "location", "memo"} {
		q.Set(name, b[name])
	}
	q.Set("createdfrom", b["createdFrom"])
	if e.body != nil {
		p.bodyLine(c, q, r, e)
	}
	q.Set("account", idOrNil(e.account))
	q.Set("expenseaccount", idOrNil(e.account))
	q.Set("foreignamount", body.Number(e.amount))
	base := body.Number(c.Mul(e.amount, p.rate(c, b), 2))
	q.Set("netamount", base)
	q.Set("amount", base)
	side := "debitforeignamount"
	if e.amount.Sign() < 0 {
		side = "creditforeignamount"
	}
	q.Set(side, body.Number(e.amount.Abs()))
	if e.main && b["amountRemaining"] != nil {
		q.Set("foreignamountpaid", b["amountPaid"])
		q.Set("foreignamountunpaid", b["amountRemaining"])
	}
	for _, flag := range []string{"donotdisplayline", "iscogs", "isinventoryaffecting", "eliminate", "isfullyshipped", "isclosed"} {
		if e.body[flag] == nil {
			q.Set(flag, false)
		}
	}
	return q
}

// bodyLine sets what comes from a line of the body. The line's own class,
// department and location go before those of the head.
func (p *Projector) bodyLine(c *body.Calc, q *Row, r *body.Record, e entry) {
	head := []string{"id", "quantity", "amount", "line", "lineuniquekey"}
	for _, name := range []string{"department", "class", "location", "memo"} {
		if f := schema.Lines(r.Type).Lookup(name); f != nil && e.body[f.Name] == nil {
			head = append(head, name)
		}
	}
	q.fields(schema.Lines(r.Type), e.body, head...)
	quantity := c.Value(e.body, "quantity")
	if r.Type.Name != "creditMemo" {
		quantity = quantity.Neg()
	}
	if e.body["quantity"] != nil {
		q.Set("quantity", body.Number(quantity))
	}
	if r.Type.Name == "invoice" && e.body["quantity"] != nil {
		q.Set("quantitybilled", e.body["quantity"])
	}
}

// rate is the transaction's exchange rate to the base currency.
func (p *Projector) rate(c *body.Calc, b body.Body) decimal.Decimal {
	if b["exchangeRate"] == nil {
		return body.One
	}
	return c.Value(b, "exchangeRate")
}

func (p *Projector) accountingRow(c *body.Calc, r *body.Record, e entry) *Row {
	q := p.Row("transactionaccountingline")
	amount := c.Mul(e.amount, p.rate(c, r.Body), 2)
	q.Set("transaction", r.ID)
	q.Set("transactionline", e.id)
	q.Set("accountingbook", int64(1))
	q.Set("account", idOrNil(e.account))
	q.Set("posting", true)
	q.Set("amount", body.Number(amount))
	q.Set("netamount", body.Number(amount))
	q.Set("exchangerate", body.Number(p.rate(c, r.Body)))
	q.Set("lastmodifieddate", r.Modified.Truncate(time.Second))
	if amount.Sign() < 0 {
		q.Set("credit", body.Number(amount.Neg()))
	} else {
		q.Set("debit", body.Number(amount))
	}
	if e.main && r.Body["amountRemaining"] != nil {
		q.Set("amountpaid", body.Number(c.Mul(c.Value(r.Body, "amountPaid"), p.rate(c, r.Body), 2)))
		q.Set("amountunpaid", body.Number(c.Mul(c.Value(r.Body, "amountRemaining"), p.rate(c, r.Body), 2)))
	}
	return q
}

func idOrNil(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// contents is the record's body, nil for no record.
func contents(r *body.Record) body.Body {
	if r == nil {
		return nil
	}
	return r.Body
}
