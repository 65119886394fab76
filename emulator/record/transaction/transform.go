package transaction

import (
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// transforms are the transformations between record types that the engine
// knows (Oracle help, section_4267258715, lists NetSuite's).
var transforms = map[string]func(work, *body.Record, *body.Record) error{
	"salesOrder invoice":      work.orderToInvoice,
	"invoice customerPayment": work.invoiceToPayment,
	"invoice creditMemo":      work.invoiceToCredit,
}

// Transform fills to, a new transaction, from another one; known is false if
// no record of from's type becomes one of to's.
func Transform(tx *write.Tx, from, to *body.Record) (known bool, err error) {
	fill, known := transforms[from.Type.Name+" "+to.Type.Name]
	if !known {
		return false, nil
	}
	return true, fill(work{tx}, from, to)
}

// orderToInvoice bills what is not billed yet.
func (w work) orderToInvoice(from, to *body.Record) error {
	switch body.Text(from.Body, "status") {
	case "A":
		return fault.User("You cannot bill a sales order that is pending approval.")
	case "C", "G", "H":
		return refusal.NoLines("item")
	}
	body.Inherit(from, to)
	c := &body.Calc{}
	var list []body.Body
	for _, l := range body.Lines(from.Body, "item") {
		left := c.Sub(c.Value(l, "quantity"), c.Value(l, "quantityBilled"))
		if left.Sign() <= 0 || body.True(l, "isClosed") {
			continue
		}
		line := body.CopyLine(l, schema.Lines(to.Type))
		line["orderLine"] = l["line"]
		if left.Cmp(c.Value(l, "quantity")) != 0 {
			line["quantity"] = body.Number(left)
			delete(line, "amount")
			delete(line, "tax1Amt")
		}
		list = append(list, line)
	}
	if len(list) == 0 {
		return refusal.NoLines("item")
	}
	body.SetLines(to.Body, "item", list)
	return c.Err
}

func (w work) invoiceToPayment(from, to *body.Record) error {
	body.Inherit(from, to)
	for _, name := range []string{"account", "entity"} {
		delete(to.Body, name)
	}
	to.Body["customer"] = from.Body["entity"]
	to.Body["arAcct"] = from.Body["account"]
	to.Body["payment"] = from.Body["amountRemaining"]
	body.SetLines(to.Body, "apply", []body.Body{{"doc": body.IDText(from.ID), "apply": true, "amount": from.Body["amountRemaining"]}})
	return nil
}

func (w work) invoiceToCredit(from, to *body.Record) error {
	body.Inherit(from, to)
	var list []body.Body
	for _, l := range body.Lines(from.Body, "item") {
		line := body.CopyLine(l, schema.Lines(to.Type))
		delete(line, "orderLine")
		list = append(list, line)
	}
	body.SetLines(to.Body, "item", list)
	c := &body.Calc{}
	amount := c.Value(from.Body, "amountRemaining")
	if !amount.IsZero() {
		body.SetLines(to.Body, "apply", []body.Body{{"doc": body.IDText(from.ID), "apply": true}})
	}
	return c.Err
}
