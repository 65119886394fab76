package transaction

import (
	"database/sql"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// Relink writes the links of a saved transaction and saves what they change.
// deleted says that the transaction is gone.
func Relink(tx *write.Tx, r *body.Record, deleted bool) error {
	w := work{tx}
	targets, err := w.targets(r.ID)
	if err != nil {
		return err
	}
	if len(targets) > 0 {
		if _, err := w.Exec("DELETE FROM link WHERE source = ?", r.ID); err != nil {
			return err
		}
	}
	if !deleted {
		of, err := w.links(r)
		if err != nil {
			return err
		}
		for _, l := range of {
			targets[l.target] = true
			_, err := w.Exec("INSERT INTO link (source, kind, target, line, amount) VALUES (?, ?, ?, ?, ?)",
				r.ID, l.kind, l.target, l.line, l.amount)
			if err != nil {
				return err
			}
		}
	}
	for id := range targets {
		if err := w.resettle(id); err != nil {
			return err
		}
	}
	return w.restock(r, deleted)
}

func (w work) targets(source int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := w.Rows("SELECT DISTINCT target FROM link WHERE source = ?", []any{source}, func(rows *sql.Rows) error {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		out[id] = true
		return nil
	})
	return out, err
}

type link struct {
	kind         string
	target, line int64
	amount       string
}

// Linked reports whether the transaction pays another one or was created from
// one.
func Linked(r *body.Record) bool {
	return len(applied(r)) > 0 || body.RefID(r.Body, "createdFrom") != 0
}

// links are what a transaction's body says it pays, and what it does to the
// order or offer that it was created from.
func (w work) links(r *body.Record) ([]link, error) {
	out := applied(r)
	from, err := orderOf(w.Tx, r)
	if err != nil || from == nil {
		return out, err
	}
	ledger, does := from.Type.Ledger, r.Type.Ledger.Does
	switch {
	case offer(from) && offer(r):
		out = append(out, link{linkOffer, from.ID, 0, "1"})
	case offer(from):
		out = append(out, link{linkWon, from.ID, 0, "1"})
	case does != "" && (ledger.Goods.Link == does || ledger.Final.Link == does):
		out = append(out, done(r, from.ID, does)...)
	}
	return out, nil
}

func applied(r *body.Record) (out []link) {
	for _, l := range body.Lines(r.Body, "apply") {
		if body.True(l, "apply") && l["amount"] != nil {
			out = append(out, link{linkApply, body.RefID(l, "doc"), 0, fmt.Sprint(l["amount"])})
		}
	}
	return out
}

// done are the links of a document's lines to those of its order, one for each
// line of the order.
func done(r *body.Record, order int64, does string) (out []link) {
	c := &body.Calc{}
	sums := map[int64]decimal.Decimal{}
	for _, f := range schema.Lists(r.Type) {
		for _, l := range body.Lines(r.Body, f.Name) {
			n := body.Integer(l, "orderLine")
			if n == 0 || f.Fields.Lookup("itemReceive") != nil && !body.True(l, "itemReceive") {
				continue
			}
			quantity := body.One
			if l["quantity"] != nil {
				quantity = c.Value(l, "quantity")
			}
			if f.Name == "expense" {
				n += expenseLines
			}
			sums[n] = c.Add(sums[n], quantity)
		}
	}
	for n, quantity := range sums {
		out = append(out, link{does, order, n, body.Number(quantity).String()})
	}
	return out
}

// resettle saves a transaction anew after its links changed.
func (w work) resettle(id int64) error {
	r, err := w.Load(schema.GroupTransaction, id)
	if err != nil || r == nil {
		return err
	}
	c := &body.Calc{}
	if err := w.settle(c, r); err != nil {
		return err
	}
	if c.Err != nil {
		return c.Err
	}
	r.Version++
	r.Modified = w.Now
	r.Body["lastModifiedDate"] = w.Now.Format(body.Wire)
	return w.Save(r)
}
