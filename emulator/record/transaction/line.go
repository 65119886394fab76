package transaction

import (
	"encoding/json"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// line completes one line of a transaction's sublist.
func (w work) line(c *body.Calc, r *body.Record, f *schema.Field, l body.Body, digits int) error {
	switch f.Name {
	case "expense":
		return w.expenseLine(c, l, f.Fields, digits)
	case "other":
		return nil
	}
	item, err := w.Load(schema.GroupItem, body.RefID(l, "item"))
	if err != nil || item == nil {
		return err // a missing item is refused with the other required fields
	}
	fromItem(f.Fields, l, item)
	switch {
	case f.Name == "inventory":
		return w.stockLine(c, r, l, item, digits)
	case f.Fields.Lookup("itemReceive") != nil:
		return w.moveLine(c, r, l, item, digits)
	case f.Fields.Lookup("amount") == nil: // components of a work order
		return nil
	case r.Type.Ledger.Item == "incomeAccount":
		if err := w.listPrice(l, item, body.RefID(r.Body, "currency")); err != nil {
			return err
		}
	default:
		if l["rate"] == nil && l["amount"] == nil {
			l["rate"] = body.Number(unitCost(c, item))
		}
	}
	amounts(c, l, digits)
	return nil
}

// fromItem fills what a line shows of its item.
func fromItem(fields *schema.FieldSet, l body.Body, item *body.Record) {
	set := func(name string, v any) {
		if fields.Lookup(name) != nil && l[name] == nil && v != nil {
			l[name] = v
		}
	}
	l["itemType"] = item.Type.Kind
	description := item.Body["salesDescription"]
	if fields.Lookup("price") == nil && item.Body["purchaseDescription"] != nil {
		description = item.Body["purchaseDescription"]
	}
	set("description", description)
	set("itemName", body.Text(item.Body, "itemId"))
	if fields.Lookup("price") != nil {
		set("isTaxable", body.True(item.Body, "isTaxable"))
	}
	set("quantity", body.Number(body.One))
}

// listPrice gives a sales line without rate and amount its item's price.
func (w work) listPrice(l body.Body, item *body.Record, currency int64) error {
	if l["rate"] != nil || l["amount"] != nil {
		return nil
	}
	price, level := priceOf(item.Body, body.RefID(l, "price"), currency)
	if price == "" {
		return refusal.Missing("Amount")
	}
	l["rate"] = price
	body.SetRef(l, "price", level)
	return nil
}

// priceOf is the item's price at the level (any, if 0) in the currency.
func priceOf(item body.Body, level, currency int64) (json.Number, int64) {
	for _, p := range body.Lines(item, "price") {
		if (level == 0 || body.RefID(p, "priceLevel") == level) && body.RefID(p, "currencyPage") == currency {
			if n, ok := p["price"].(json.Number); ok {
				return n, body.RefID(p, "priceLevel")
			}
		}
	}
	return "", 0
}

// amounts completes rate, amount and tax: the amount is rate times quantity,
// rounded to the currency, unless given.
func amounts(c *body.Calc, l body.Body, digits int) {
	quantity := c.Value(l, "quantity")
	switch {
	case l["amount"] == nil:
		l["amount"] = body.Number(c.Mul(c.Value(l, "rate"), quantity, digits))
	case l["rate"] == nil:
		l["rate"] = body.Number(c.Quo(c.Value(l, "amount"), quantity, digits))
	}
	lineTax(c, l, digits)
}

func lineTax(c *body.Calc, l body.Body, digits int) {
	if l["tax1Amt"] == nil && l["taxRate1"] != nil {
		percent := c.Keep(c.Value(l, "taxRate1").Quo(decimal.MustNew(100, 0)))
		l["tax1Amt"] = body.Number(c.Mul(c.Value(l, "amount"), percent, digits))
	}
}

// expenseLine takes account and, on an expense report, amount from what the
// line says.
func (w work) expenseLine(c *body.Calc, l body.Body, fields *schema.FieldSet, digits int) error {
	account := "account"
	if fields.Lookup(account) == nil {
		account = "expenseaccount"
	}
	if body.RefID(l, account) == 0 {
		category, err := w.Load("expenseCategory", body.RefID(l, "category"))
		if err != nil {
			return err
		}
		body.SetRef(l, account, body.RefID(write.Contents(category), "expenseAcct"))
	}
	if l["amount"] == nil {
		switch {
		case l["foreignamount"] != nil:
			rate := body.One
			if l["exchangerate"] != nil {
				rate = c.Value(l, "exchangerate")
			}
			l["amount"] = body.Number(c.Mul(c.Value(l, "foreignamount"), rate, digits))
		case fields.Lookup("rate") != nil && l["rate"] != nil && l["quantity"] != nil:
			l["amount"] = body.Number(c.Mul(c.Value(l, "rate"), c.Value(l, "quantity"), digits))
		default:
			return refusal.Missing("Amount")
		}
	}
	lineTax(c, l, digits)
	return nil
}

// unitCost is what a piece of the item is worth: its average cost, else its
// purchase price.
func unitCost(c *body.Calc, item *body.Record) decimal.Decimal {
	if item.Body["averageCost"] != nil {
		return c.Value(item.Body, "averageCost")
	}
	return c.Value(item.Body, "cost")
}
