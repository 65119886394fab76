package body

import (
	"encoding/json"
	"net/http"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
)

// Calc does decimal arithmetic and keeps the first failure (a result of more
// than 19 digits), so that formulas read as formulas.
type Calc struct{ Err error }

// Keep passes an amount on and keeps the failure that came with it.
func (c *Calc) Keep(d decimal.Decimal, err error) decimal.Decimal {
	if err != nil && c.Err == nil {
		c.Err = fault.New(http.StatusBadRequest, fault.InvalidContent,
			"Error while accessing a resource. An amount has more digits than can be stored.")
	}
	return d
}

// Add adds.
func (c *Calc) Add(a, b decimal.Decimal) decimal.Decimal { return c.Keep(a.Add(b)) }

// Sub subtracts.
func (c *Calc) Sub(a, b decimal.Decimal) decimal.Decimal { return c.Keep(a.Sub(b)) }

// Mul multiplies and rounds to the currency's digits, halves away from zero.
func (c *Calc) Mul(a, b decimal.Decimal, digits int) decimal.Decimal {
	return c.Round(c.Keep(a.Mul(b)), digits)
}

// Quo divides and rounds; by zero it gives zero.
func (c *Calc) Quo(a, b decimal.Decimal, digits int) decimal.Decimal {
	if b.IsZero() {
		return decimal.Decimal{}
	}
	return c.Round(c.Keep(a.Quo(b)), digits)
}

// Round rounds halves away from zero, which is what NetSuite's forms do;
// decimal.Round would round them to even.
func (c *Calc) Round(d decimal.Decimal, digits int) decimal.Decimal {
	if d.Scale() <= digits {
		return d
	}
	half := decimal.MustNew(5, digits+1).CopySign(d)
	if d.IsZero() {
		return d.Trunc(digits)
	}
	return c.Keep(d.Add(half)).Trunc(digits)
}

// Value returns a number field, or zero where it is absent.
func (c *Calc) Value(b Body, name string) decimal.Decimal {
	n, ok := b[name].(json.Number)
	if !ok {
		return decimal.Decimal{}
	}
	return c.Keep(decimal.Parse(n.String()))
}

// Amount is what a line of a transaction is worth: its amount or, where the
// line shows none, the value that its goods have ($value).
func Amount(c *Calc, line Body) decimal.Decimal {
	if line["$value"] != nil {
		return c.Value(line, "$value")
	}
	return c.Value(line, "amount")
}

// Total is what a transaction adds up to.
func Total(c *Calc, b Body) decimal.Decimal {
	if b["$total"] != nil {
		return c.Value(b, "$total")
	}
	return c.Value(b, "total")
}

// Number returns d as JSON holds it: no exponent, no trailing zeros.
func Number(d decimal.Decimal) json.Number { return json.Number(d.Trim(0).String()) }

// One is the number 1.
var One = decimal.MustNew(1, 0)
