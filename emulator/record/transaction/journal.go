package transaction

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
)

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
	return w.lineKeys(r)
}
