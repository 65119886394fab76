package record

import (
	"encoding/json"
	"net/http"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
)

// calc does decimal arithmetic and keeps the first failure (a result of more
// than 19 digits), so that formulas read as formulas.
type calc struct{ err error }

func (c *calc) keep(d decimal.Decimal, err error) decimal.Decimal {
	if err != nil && c.err == nil {
		c.err = fault.New(http.StatusBadRequest, fault.InvalidContent,
			"Error while accessing a resource. An amount has more digits than can be stored.")
	}
	return d
}

func (c *calc) add(a, b decimal.Decimal) decimal.Decimal { return c.keep(a.Add(b)) }
func (c *calc) sub(a, b decimal.Decimal) decimal.Decimal { return c.keep(a.Sub(b)) }

// mul multiplies and rounds to the currency's digits, halves away from zero.
func (c *calc) mul(a, b decimal.Decimal, digits int) decimal.Decimal {
	return c.round(c.keep(a.Mul(b)), digits)
}

// quo divides and rounds; by zero it gives zero.
func (c *calc) quo(a, b decimal.Decimal, digits int) decimal.Decimal {
	if b.IsZero() {
		return decimal.Decimal{}
	}
	return c.round(c.keep(a.Quo(b)), digits)
}

// round rounds halves away from zero, which is what NetSuite's forms do;
// decimal.Round would round them to even.
func (c *calc) round(d decimal.Decimal, digits int) decimal.Decimal {
	if d.Scale() <= digits {
		return d
	}
	half := decimal.MustNew(5, digits+1).CopySign(d)
	if d.IsZero() {
		return d.Trunc(digits)
	}
	return c.keep(d.Add(half)).Trunc(digits)
}

// value returns a number field, or zero where it is absent.
func (c *calc) value(b Body, name string) decimal.Decimal {
	n, ok := b[name].(json.Number)
	if !ok {
		return decimal.Decimal{}
	}
	return c.keep(decimal.Parse(n.String()))
}

// number returns d as JSON holds it: no exponent, no trailing zeros.
func number(d decimal.Decimal) json.Number { return json.Number(d.Trim(0).String()) }

var one = decimal.MustNew(1, 0)
