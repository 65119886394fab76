package record

import (
	"context"
	"net/http"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// transforms are the transformations between record types that the engine
// knows (Oracle help, section_4267258715, lists NetSuite's).
var transforms = map[string]func(*work, *Record, *Record) error{
	"salesOrder invoice":      (*work).orderToInvoice,
	"invoice customerPayment": (*work).invoiceToPayment,
	"invoice creditMemo":      (*work).invoiceToCredit,
}

// Transform makes a record of type to from the one that typ and id name; input
// overrides what the new record takes from it. Lines are matched by line,
// which is the line of the original, or orderLine.
func (s *Store) Transform(ctx context.Context, typ, id, to string, input map[string]any, o WriteOptions) (Result, error) {
	return s.do(ctx, typ, session.View, func(w *work, t *schema.Type, res *Result) error {
		target, err := known(w.schema, w.ses, to)
		if err != nil {
			return err
		}
		if err := permit(w.ses, target, session.Create); err != nil {
			return err
		}
		fill, ok := transforms[t.Name+" "+target.Name]
		if !ok {
			return fault.New(http.StatusBadRequest, fault.InvalidRequest,
				"Error while accessing a resource. A record of type %s cannot be transformed to %s.", t.Name, target.Name)
		}
		from, err := w.get(t, id)
		if err != nil {
			return err
		}
		r := &Record{Type: target, Body: body.Body{}, Version: 1, Created: w.now}
		if err := fill(w, from, r); err != nil {
			return err
		}
		body.Defaults(target.Fields, r.Body, w)
		if err := w.assign(r, body.OrderLineAsLine(input), o, res, false); err != nil {
			return err
		}
		body.Renumber(r)
		if r.ID, err = w.next("id:"+target.Group, 1); err != nil {
			return err
		}
		res.ID, res.Created = r.ID, true
		return w.finish(r, true)
	})
}

// orderToInvoice bills what is not billed yet.
func (w *work) orderToInvoice(from, to *Record) error {
	switch body.Text(from.Body, "status") {
	case "A":
		return fault.User("You cannot bill a sales order that is pending approval.")
	case "C", "G", "H":
		return fault.User("You must enter at least one line item for this transaction.").At("item")
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
		return fault.User("You must enter at least one line item for this transaction.").At("item")
	}
	body.SetLines(to.Body, "item", list)
	return c.Err
}

func (w *work) invoiceToPayment(from, to *Record) error {
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

func (w *work) invoiceToCredit(from, to *Record) error {
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
