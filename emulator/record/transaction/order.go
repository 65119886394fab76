package transaction

import (
	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// The statuses that orders of all types share, beside those that a person sets
// (A pending approval, C cancelled or rejected).
const (
	pendingGoods = "B" // nothing shipped or received
	partlyGoods  = "D" // some of it
	partlyFinal  = "E" // some of it billed, refunded, or received at the end of a transfer
	pendingFinal = "F" // all shipped or received
	finished     = "G" // all of it billed …
	closed       = "H" // every line closed by hand
)

// expenseLines is what a line of the sublist expense has above its number
// where lines of all sublists are counted together.
const expenseLines = 100_000

// lineNumber is the number of a line among those of all sublists.
func lineNumber(list string, l body.Body) int64 {
	n := body.Integer(l, "line")
	if list == "expense" {
		n += expenseLines
	}
	return n
}

// progress sets how much of each line of an order is shipped, received and
// billed, and the order's status.
func (w work) progress(c *body.Calc, r *body.Record) error {
	var goods, final share
	for _, f := range schema.Lists(r.Type) {
		list := body.Lines(r.Body, f.Name)
		for _, l := range list {
			wanted := body.One
			if f.Fields.Lookup("item") != nil {
				wanted = c.Value(l, "quantity")
			}
			for _, p := range []struct {
				schema.Progress
				of *share
			}{{r.Type.Ledger.Goods, &goods}, {r.Type.Ledger.Final, &final}} {
				done, err := w.linked(c, p.Link, r.ID, lineNumber(f.Name, l), 0)
				if err != nil {
					return err
				}
				if f.Fields.Lookup(p.Field) != nil {
					l[p.Field] = body.Number(done)
				}
				isGoods, err := w.isGoods(l)
				if err != nil {
					return err
				}
				p.of.add(done, wanted, body.True(l, "isClosed") || p.of == &goods && !isGoods)
			}
		}
		body.SetLines(r.Body, f.Name, list)
	}
	setStatus(r, goods, final)
	return nil
}

// isGoods reports whether a line is of something that can be shipped or
// received: not of a service, a charge or an expense.
func (w work) isGoods(l body.Body) (bool, error) {
	item, err := w.Load(schema.GroupItem, body.RefID(l, "item"))
	if err != nil || item == nil {
		return false, err
	}
	return moves(item) || item.Type.Kind == "Kit" || body.True(item.Body, "isFulfillable"), nil
}

// share is how much of an order is done.
type share struct{ lines, some, open bool }

func (s *share) add(done, wanted decimal.Decimal, isClosed bool) {
	s.lines = true
	s.some = s.some || !done.IsZero()
	s.open = s.open || !isClosed && done.Cmp(wanted) < 0
}

func setStatus(r *body.Record, goods, final share) {
	b := r.Body
	switch {
	case final.some && !final.open:
		b["status"] = finished
	case final.lines && !final.open:
		b["status"] = closed
	case final.some:
		b["status"] = partlyFinal
	case goods.some && !goods.open:
		b["status"] = pendingFinal
	case goods.some:
		b["status"] = partlyGoods
	case body.Text(b, "orderStatus") == "A":
		b["status"] = "A"
	default:
		b["orderStatus"], b["status"] = pendingGoods, pendingGoods
	}
}
