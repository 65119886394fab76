package analytic

import (
	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// linkTypes are the words of the tables of links for what a document does to its
// order.
var linkTypes = map[string]string{"bill": "OrdBill", "ship": "ShipRcpt", "receive": "ShipRcpt"}

// projectLinks writes what a transaction came of: each line of its order that it
// ships, receives or bills, and each document that it pays.
func (p *Projector) projectLinks(c *body.Calc, r *body.Record) error {
	if r.Version > 1 {
		if _, err := p.DB.Exec("DELETE FROM q_nexttransactionlinelink WHERE nextdoc = ?", r.ID); err != nil {
			return err
		}
	}
	for _, l := range body.Lines(r.Body, "apply") {
		if !body.True(l, "apply") {
			continue
		}
		doc, err := p.DB.Load(schema.GroupTransaction, body.RefID(l, "doc"))
		if err != nil || doc == nil {
			return err
		}
		if err := p.link(r, doc, "Payment", 0, 0, c.Value(l, "amount")); err != nil {
			return err
		}
	}
	from, err := p.DB.Load(schema.GroupTransaction, body.RefID(r.Body, "createdFrom"))
	if err != nil || from == nil {
		return err
	}
	does := r.Type.Ledger.Does
	if does == "" || from.Type.Ledger.Goods.Link != does && from.Type.Ledger.Final.Link != does {
		return nil
	}
	for i, f := range schema.Lists(r.Type) {
		for _, l := range body.Lines(r.Body, f.Name) {
			n := body.Integer(l, "orderLine")
			if n == 0 {
				continue
			}
			above := int64(i) * lineIDs
			if err := p.link(r, from, linkTypes[does], above+n, above+body.Integer(l, "line"), body.Amount(c, l)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Projector) link(next, previous *body.Record, kind string, previousLine, nextLine int64, amount decimal.Decimal) error {
	q := p.Row("nexttransactionlinelink")
	q.Set("linktype", kind)
	q.Set("previousdoc", previous.ID)
	q.Set("previousline", previousLine)
	q.Set("previoustype", previous.Type.Kind)
	q.Set("nextdoc", next.ID)
	q.Set("nextline", nextLine)
	q.Set("nexttype", next.Type.Kind)
	q.Set("foreignamount", body.Number(amount))
	q.Set("lastmodifieddate", next.Modified)
	return p.Insert(q)
}
