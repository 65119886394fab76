package analytic

import (
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/record/body"
)

// unposted are the statuses in which transactions of posting types post nothing
// yet: goods are not shipped, approval is outstanding or refused.
var unposted = map[string]string{
	"itemFulfillment": "AB", "vendorBill": "DE", "vendorPayment": "DE", "expenseReport": "ABCDE", "journalEntry": "A",
}

func posts(r *body.Record) bool {
	status := body.Text(r.Body, "status")
	return r.Type.Posting && (status == "" || !strings.Contains(unposted[r.Type.Name], status))
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
	if e.main && r.Body["$due"] != nil {
		q.Set("amountpaid", body.Number(c.Mul(c.Value(r.Body, "$paid"), p.rate(c, r.Body), 2)))
		q.Set("amountunpaid", body.Number(c.Mul(c.Value(r.Body, "$due"), p.rate(c, r.Body), 2)))
	}
	return q
}
