package transaction

import (
	"database/sql"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// stockLine completes a line of an inventory adjustment or transfer. What is
// transferred keeps its value.
func (w work) stockLine(c *body.Calc, r *body.Record, l body.Body, item *body.Record, digits int) error {
	at := body.RefID(l, "location")
	if at == 0 {
		at = body.RefID(r.Body, "location")
	}
	before, err := w.onHand(c, item.ID, at, r.ID)
	if err != nil {
		return err
	}
	by := c.Value(l, "adjustQtyBy")
	l["quantityOnHand"] = body.Number(before)
	if r.Type.Name == "inventoryTransfer" {
		return nil
	}
	if l["unitCost"] == nil {
		l["unitCost"] = body.Number(unitCost(c, item))
	}
	l["newQuantity"] = body.Number(c.Add(before, by))
	l["currentValue"] = body.Number(c.Mul(before, c.Value(l, "unitCost"), digits))
	l["$value"] = body.Number(c.Mul(by, c.Value(l, "unitCost"), digits))
	return nil
}

// moveLine completes a line of a fulfillment or receipt: what it is worth, and
// what there is of the item. A line that is not marked moves nothing.
func (w work) moveLine(c *body.Calc, r *body.Record, l body.Body, item *body.Record, digits int) error {
	cost := unitCost(c, item)
	if l["rate"] != nil {
		cost = c.Value(l, "rate")
	}
	if l["unitCostOverride"] != nil {
		cost = c.Value(l, "unitCostOverride")
	}
	l["$value"] = body.Number(decimal.Decimal{})
	if moves(item) && body.True(l, "itemReceive") {
		l["$value"] = body.Number(c.Mul(c.Value(l, "quantity"), cost, digits))
	}
	here, err := w.onHand(c, item.ID, whereOf(r, l), r.ID)
	if err == nil && moves(item) {
		l["onHand"] = body.Number(here)
	}
	return err
}

// moves reports whether there is stock of the item.
func moves(item *body.Record) bool {
	return item.Type.Kind == "InvtPart" || item.Type.Kind == "Assembly"
}

// whereOf is the location of a line: its own, else the head's.
func whereOf(r *body.Record, l body.Body) int64 {
	if id := body.RefID(l, "location"); id != 0 {
		return id
	}
	return body.RefID(r.Body, "location")
}

// onHand sums what transactions other than except have moved of an item to and
// from a location; 0 is everywhere.
func (w work) onHand(c *body.Calc, item, location, except int64) (sum decimal.Decimal, err error) {
	err = w.Rows("SELECT quantity FROM stock WHERE item = ? AND (location = ? OR ? = 0) AND source <> ?", []any{item, location, location, except},
		func(rows *sql.Rows) error {
			var quantity string
			if err := rows.Scan(&quantity); err != nil {
				return err
			}
			sum = c.Add(sum, c.Keep(decimal.Parse(quantity)))
			return nil
		})
	return sum, err
}

// movement is what a line brings to a location, or takes away from it.
type movement struct {
	item, location int64
	quantity       decimal.Decimal
}

// movements are what a transaction does to stock. Invoices and cash sales do
// nothing to it: goods leave with the fulfillment.
func movements(c *body.Calc, r *body.Record) (out []movement) {
	sign := 0
	switch {
	case r.Type.Name == "itemFulfillment" && body.Text(r.Body, "status") == "C":
		sign = -1
	case r.Type.Ledger.Does == "receive":
		sign = 1
	}
	for _, l := range body.Lines(r.Body, "item") {
		if sign == 0 || !body.True(l, "itemReceive") {
			continue
		}
		quantity := c.Value(l, "quantity")
		if sign < 0 {
			quantity = quantity.Neg()
		}
		out = append(out, movement{body.RefID(l, "item"), whereOf(r, l), quantity})
	}
	for _, l := range body.Lines(r.Body, "inventory") {
		by := c.Value(l, "adjustQtyBy")
		if r.Type.Name != "inventoryTransfer" {
			out = append(out, movement{body.RefID(l, "item"), whereOf(r, l), by})
			continue
		}
		out = append(out, movement{body.RefID(l, "item"), body.RefID(r.Body, "location"), by.Neg()},
			movement{body.RefID(l, "item"), body.RefID(r.Body, "transferLocation"), by})
	}
	return out
}

// Moves reports whether the transaction changes what there is in stock.
func Moves(r *body.Record) bool { return len(movements(&body.Calc{}, r)) > 0 }

// restock writes what a saved transaction moves, and what there is then of
// each item. deleted says that the transaction is gone.
func (w work) restock(r *body.Record, deleted bool) error {
	c := &body.Calc{}
	var moved []movement
	if !deleted {
		moved = movements(c, r)
	}
	items := map[int64]bool{}
	err := w.Rows("SELECT DISTINCT item FROM stock WHERE source = ?", []any{r.ID}, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		items[id] = true
		return err
	})
	if err != nil || len(items)+len(moved) == 0 {
		return err
	}
	if _, err := w.Exec("DELETE FROM stock WHERE source = ?", r.ID); err != nil {
		return err
	}
	for i, m := range moved {
		item, err := w.Load(schema.GroupItem, m.item)
		if err != nil {
			return err
		}
		if item == nil || !moves(item) {
			continue
		}
		items[m.item] = true
		if _, err := w.Exec("INSERT INTO stock (source, line, item, location, quantity) VALUES (?, ?, ?, ?, ?)",
			r.ID, i, m.item, m.location, body.Number(m.quantity).String()); err != nil {
			return err
		}
	}
	for id := range items {
		if err := w.count(c, id); err != nil {
			return err
		}
	}
	return c.Err
}

// count sets what there is of an item, on the item and per location. The
// item's own date of change stays.
func (w work) count(c *body.Calc, id int64) error {
	item, err := w.Load(schema.GroupItem, id)
	if err != nil || item == nil {
		return err
	}
	total, err := w.onHand(c, id, 0, 0)
	if err != nil {
		return err
	}
	item.Body["quantityOnHand"] = body.Number(total)
	if err := w.Save(item); err != nil {
		return err
	}
	return w.countLocations(c, id)
}

func (w work) countLocations(c *body.Calc, id int64) error {
	var at []int64
	err := w.Rows("SELECT DISTINCT location FROM stock WHERE item = ? AND location <> 0", []any{id}, func(rows *sql.Rows) error {
		var location int64
		err := rows.Scan(&location)
		at = append(at, location)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := w.Exec("DELETE FROM q_inventoryitemlocations WHERE item = ?", id); err != nil {
		return err
	}
	p := w.Projector()
	for _, location := range at {
		here, err := w.onHand(c, id, location, 0)
		if err != nil {
			return err
		}
		row := p.Row("inventoryitemlocations")
		row.Set("item", id)
		row.Set("location", location)
		row.Set("quantityonhand", body.Number(here))
		row.Set("quantityavailable", body.Number(here))
		if err := p.Insert(row); err != nil {
			return err
		}
	}
	return nil
}

// location fills the place that a document's goods come from or go to: the
// order's, and the other end of a transfer on receipt.
func location(order *body.Record, does string, b body.Body) {
	name := "location"
	if order.Type.Name == "transferOrder" && does == "receive" {
		name = "transferLocation"
	}
	if id := body.RefID(order.Body, name); id != 0 {
		body.SetRef(b, "location", id)
	}
}

// offer is a transaction that another one may come of.
func offer(r *body.Record) bool { return r != nil && r.Type.Ledger.Won != "" }

// orderOf loads what a transaction was created from; nil if it was not.
func orderOf(w *write.Tx, r *body.Record) (*body.Record, error) {
	id := body.RefID(r.Body, "createdFrom")
	if id == 0 {
		return nil, nil
	}
	return w.Load(schema.GroupTransaction, id)
}
