package analytic

import (
	"strings"

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
	body    body.Body        // the line of the record's body; nil if it has none
	fields  *schema.FieldSet // of body
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
	switch {
	case r.Type.Name == "journalEntry":
		return p.journalEntries(c, r), nil
	case r.Type.Ledger.Against != "":
		return p.paymentEntries(c, r)
	}
	return p.documentEntries(c, r)
}

func (p *Projector) journalEntries(c *body.Calc, r *body.Record) (out []entry) {
	for i, l := range body.Lines(r.Body, "line") {
		amount := c.Sub(c.Value(l, "debit"), c.Value(l, "credit"))
		id := body.Integer(l, "line")
		out = append(out, entry{id: id, key: body.RefID(l, "lineUniqueKey"), main: i == 0, body: l, fields: schema.Lines(r.Type),
			amount: amount, account: body.RefID(l, "account")})
	}
	return out
}

// signed is the amount as it is on the main line.
func signed(r *body.Record, amount decimal.Decimal) decimal.Decimal {
	if r.Type.Ledger.Credit {
		return amount.Neg()
	}
	return amount
}

// paymentEntries are the two sides of a payment, deposit or refund.
func (p *Projector) paymentEntries(c *body.Calc, r *body.Record) ([]entry, error) {
	key, paid := body.Integer(r.Body, "$keys"), c.Value(r.Body, "total")
	if r.Body["payment"] != nil {
		paid = c.Value(r.Body, "payment")
	}
	against := int64(0)
	for _, name := range []string{"arAcct", "apAcct"} {
		against = max(against, body.RefID(r.Body, name))
	}
	if against == 0 {
		var err error
		if against, err = p.DB.DefaultAccount(r.Type.Ledger.Against); err != nil {
			return nil, err
		}
	}
	amount := signed(r, paid)
	return []entry{
		{id: 0, key: key, main: true, amount: amount, account: body.RefID(r.Body, "account")},
		{id: 1, key: key + 1, amount: amount.Neg(), account: against},
	}, nil
}

// lineIDs keeps the line IDs of the sublists apart, which number their lines
// each for itself.
const lineIDs = 100_000

// documentEntries are the main line, the lines of all sublists, and what else
// is part of the total.
func (p *Projector) documentEntries(c *body.Calc, r *body.Record) ([]entry, error) {
	key := body.Integer(r.Body, "$keys")
	main, err := p.mainAccount(r)
	if err != nil {
		return nil, err
	}
	out := []entry{{id: 0, key: key, main: true, amount: signed(r, body.Total(c, r.Body)), account: main}}
	for i, f := range schema.Lists(r.Type) {
		for _, l := range body.Lines(r.Body, f.Name) {
			e := entry{id: int64(i)*lineIDs + body.Integer(l, "line"), key: body.RefID(l, "lineUniqueKey"), body: l, fields: f.Fields,
				amount: signed(r, body.Amount(c, l)).Neg()}
			if e.account, err = p.lineAccount(r, l); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
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
		if amount.IsZero() || r.Type.Fields.Lookup("total") == nil {
			continue
		}
		account, err := p.DB.DefaultAccount(x.accountType)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{id: x.id, key: key + 1 + int64(i), amount: signed(r, amount).Neg(), account: account, kind: x.kind})
	}
	return out, nil
}

// mainAccount is the account of the main line. Orders, which post nothing, name
// none.
func (p *Projector) mainAccount(r *body.Record) (int64, error) {
	if id := body.RefID(r.Body, "account"); id != 0 || !r.Type.Posting {
		return id, nil
	}
	return p.DB.DefaultAccount(r.Type.Ledger.Main)
}

// lineAccount is the account of a line: its own, or its item's. Goods that are
// bought go to stock, not to expense.
func (p *Projector) lineAccount(r *body.Record, l body.Body) (int64, error) {
	for _, name := range []string{"account", "expenseaccount"} {
		if id := body.RefID(l, name); id != 0 {
			return id, nil
		}
	}
	item, err := p.DB.Load(schema.GroupItem, body.RefID(l, "item"))
	if err != nil || item == nil {
		return 0, err
	}
	names := []string{r.Type.Ledger.Item}
	if names[0] != "incomeAccount" {
		names = []string{"assetAccount", "expenseAccount"}
	}
	for _, name := range names {
		if id := body.RefID(item.Body, name); id != 0 {
			return id, nil
		}
	}
	if names[0] == "incomeAccount" {
		return 0, nil
	}
	return p.DB.DefaultAccount("Expense")
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
		if posts(r) {
			if err := p.Insert(p.accountingRow(c, r, e)); err != nil {
				return err
			}
		}
	}
	if err := p.projectLinks(c, r); err != nil {
		return err
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
	q.Set("posting", posts(r))
	q.Set("trandisplayname", r.Name)
	q.Set("number", b["transactionNumber"])
	total := signed(r, body.Total(c, b))
	if r.Type.Name == "customerPayment" { // it lessens what the customer owes
		total = total.Neg()
	}
	if b["total"] != nil || b["$total"] != nil {
		q.Set("foreigntotal", body.Number(total))
	}
	if b["$due"] != nil {
		q.Set("foreignamountpaid", b["$paid"])
		q.Set("foreignamountunpaid", b["$due"])
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
	if r.Type.Fields.Lookup("employee") == nil {
		q.Set("employee", b["salesRep"])
	}
	q.Set("createdby", b["$createdBy"])
	q.Set("lastmodifiedby", b["$modifiedBy"])
	for _, flag := range []string{"void", "voided", "isinactive", "isreversal", "reversaldefer"} {
		if f := r.Type.Fields.Lookup(flag); f == nil {
			q.Set(flag, false)
		}
	}
	if isDone := r.Type.Ledger.Goes() && body.Text(b, "status") == "G" || b["$due"] != nil && body.Text(b, "status") == "B"; isDone {
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
	if r.Type.Fields.Lookup("entity") == nil {
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
	if e.main && b["$due"] != nil {
		q.Set("foreignamountpaid", b["$paid"])
		q.Set("foreignamountunpaid", b["$due"])
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
		if f := e.fields.Lookup(name); f != nil && e.body[f.Name] == nil {
			head = append(head, name)
		}
	}
	q.fields(e.fields, e.body, head...)
	for _, name := range []string{"quantity", "adjustQtyBy"} {
		if e.body[name] == nil {
			continue
		}
		quantity := c.Value(e.body, name) // what comes in is positive, what goes out negative
		if !r.Type.Ledger.Credit {
			quantity = quantity.Neg()
		}
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

func idOrNil(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
