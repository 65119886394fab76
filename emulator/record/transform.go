package record

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"

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
		if err := w.assign(r, orderLineAsLine(input), o, res, false); err != nil {
			return err
		}
		renumber(r)
		if r.ID, err = w.next("id:"+target.Group, 1); err != nil {
			return err
		}
		res.ID, res.Created = r.ID, true
		return w.finish(r, true)
	})
}

// orderLineAsLine gives lines of the request that name the original's line by
// orderLine the key line, by which lines are matched.
func orderLineAsLine(input map[string]any) map[string]any {
	item, _ := input["item"].(map[string]any)
	list, _ := item["items"].([]any)
	if list == nil {
		return input
	}
	out := make([]any, len(list))
	for i, l := range list {
		out[i] = l
		if line, ok := l.(map[string]any); ok && line["line"] == nil && line["orderLine"] != nil {
			line = maps.Clone(line)
			line["line"] = line["orderLine"]
			out[i] = line
		}
	}
	copied := maps.Clone(input)
	copied["item"] = map[string]any{"items": out}
	return copied
}

// renumber numbers the new transaction's lines from 1.
func renumber(r *Record) {
	list := body.Lines(r.Body, "item")
	for i, l := range list {
		l["line"] = json.Number(body.IDText(int64(i + 1)))
	}
	if len(list) > 0 {
		r.Body["$item"] = json.Number(body.IDText(int64(len(list))))
	}
}

// inherit copies the fields that both types have and that belong to the
// content of the sale, not to the one document.
func inherit(from, to *Record) {
	own := map[string]bool{
		"tranId": true, "tranDate": true, "externalId": true, "transactionNumber": true, "status": true, "createdDate": true,
		"lastModifiedDate": true, "source": true, "item": true, "salesTeam": true, "subtotal": true, "total": true,
		"postingPeriod": true, "taxTotal": true, "createdFrom": true, "apply": true,
	}
	for _, f := range from.Type.Fields.List {
		if v := from.Body[f.Name]; v != nil && !own[f.Name] && to.Type.Fields.Lookup(f.Name) != nil {
			to.Body[f.Name] = body.Clone(v)
		}
	}
	to.Body["createdFrom"] = body.IDText(from.ID)
}

// copyLine takes a line over without what belongs to the original line alone.
func copyLine(l body.Body, fields *schema.FieldSet) body.Body {
	out := body.Body{}
	for name, v := range l {
		if fields.Lookup(name) != nil && name != "lineUniqueKey" && name != "quantityBilled" && !strings.HasPrefix(name, "$") {
			out[name] = body.Clone(v)
		}
	}
	return out
}

// orderToInvoice bills what is not billed yet.
func (w *work) orderToInvoice(from, to *Record) error {
	switch body.Text(from.Body, "status") {
	case "A":
		return fault.User("You cannot bill a sales order that is pending approval.")
	case "C", "G", "H":
		return fault.User("You must enter at least one line item for this transaction.").At("item")
	}
	inherit(from, to)
	c := &body.Calc{}
	var list []body.Body
	for _, l := range body.Lines(from.Body, "item") {
		left := c.Sub(c.Value(l, "quantity"), c.Value(l, "quantityBilled"))
		if left.Sign() <= 0 || body.True(l, "isClosed") {
			continue
		}
		line := copyLine(l, schema.Lines(to.Type))
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
	inherit(from, to)
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
	inherit(from, to)
	var list []body.Body
	for _, l := range body.Lines(from.Body, "item") {
		line := copyLine(l, schema.Lines(to.Type))
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
