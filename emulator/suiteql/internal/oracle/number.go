package oracle

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/govalues/decimal"
)

var errZeroDivide = errors.New("divisor is equal to zero")

// arithmetic returns a function of two numbers: exact on decimals, and on
// binary numbers where a decimal would overflow.
func arithmetic(exact func(a, b decimal.Decimal) (decimal.Decimal, error), rough func(a, b float64) float64) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		a, errA := toDecimal(args[0])
		b, errB := toDecimal(args[1])
		if errA == nil && errB == nil {
			if d, err := exact(a, b); err == nil {
				return fromDecimal(d), nil
			} else if errors.Is(err, errZeroDivide) {
				return nil, err
			}
		}
		x, errX := float(args[0])
		y, errY := float(args[1])
		if err := errors.Join(errX, errY); err != nil {
			return nil, err
		}
		return finite(rough(x, y))
	}
}

func finite(f float64) (driver.Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("numeric overflow")
	}
	return whole(f), nil
}

func divide(a, b decimal.Decimal) (decimal.Decimal, error) {
	if b.IsZero() {
		return a, errZeroDivide
	}
	return a.Quo(b)
}

// modulo is MOD: the sign follows the dividend, and MOD(n, 0) is n.
func modulo(a, b decimal.Decimal) (decimal.Decimal, error) {
	if b.IsZero() {
		return a, nil
	}
	_, r, err := a.QuoRem(b)
	return r, err
}

// remainder is REMAINDER: a less the nearest multiple of b, ties to even.
func remainder(a, b decimal.Decimal) (decimal.Decimal, error) {
	if b.IsZero() {
		return a, errZeroDivide
	}
	q, err := a.Quo(b)
	if err != nil {
		return a, err
	}
	m, err := q.Round(0).Mul(b)
	if err != nil {
		return a, err
	}
	return a.Sub(m)
}

// roundTo returns ROUND (half away from zero) or TRUNC of a number to places
// behind the point; negative places count before it.
func roundTo(half bool) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		places := 0
		if len(args) == 2 {
			var err error
			if places, err = integer(args[1]); err != nil {
				return nil, err
			}
		}
		if d, err := toDecimal(args[0]); err == nil {
			if r, err := roundDecimal(d, places, half); err == nil {
				return fromDecimal(r), nil
			}
		}
		f, err := float(args[0])
		if err != nil {
			return nil, err
		}
		scale := math.Pow(10, float64(places))
		if half {
			return finite(math.Round(f*scale) / scale)
		}
		return finite(math.Trunc(f*scale) / scale)
	}
}

func roundDecimal(d decimal.Decimal, places int, half bool) (decimal.Decimal, error) {
	if places >= d.Scale() {
		return d, nil
	}
	if places < -18 {
		return decimal.Zero, nil
	}
	unit, err := decimal.New(1, max(places, 0))
	if err != nil {
		return d, err
	}
	for range -places {
		if unit, err = unit.Mul(decimal.Ten); err != nil {
			return d, err
		}
	}
	count, rest, err := d.QuoRem(unit)
	if err != nil {
		return d, err
	}
	if twice, err := rest.Abs().Mul(decimal.Two); err != nil {
		return d, err
	} else if half && twice.Cmp(unit) >= 0 {
		if count, err = count.Add(decimal.One.CopySign(d)); err != nil {
			return d, err
		}
	}
	return count.Mul(unit)
}

// floorTo returns FLOOR (up false) or CEIL.
func floorTo(up bool) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		d, err := toDecimal(args[0])
		if err != nil {
			f, err := float(args[0])
			return whole(math.Floor(f)), err
		}
		if up {
			return fromDecimal(d.Ceil(0)), nil
		}
		return fromDecimal(d.Floor(0)), nil
	}
}

// smooth cuts what a binary computation cannot know: Oracle's LOG(10, 1000) is
// 3, not 2.9999999999999996.
func smooth(f float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return f
	}
	return short
}

// real wraps a function of one binary number.
func real(f func(float64) float64) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		x, err := float(args[0])
		if err != nil {
			return nil, err
		}
		return finite(smooth(f(x)))
	}
}

// real2 wraps a function of two binary numbers.
func real2(f func(a, b float64) float64) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		a, errA := float(args[0])
		b, errB := float(args[1])
		if err := errors.Join(errA, errB); err != nil {
			return nil, err
		}
		return finite(smooth(f(a, b)))
	}
}

// power is exact for small whole exponents.
func power(a, b decimal.Decimal) (decimal.Decimal, error) {
	n, _, ok := b.Int64(0)
	if !ok || !b.IsInt() || n < 0 || n > 64 {
		return a, fmt.Errorf("exponent %v is not small and whole", b)
	}
	out, err := decimal.One, error(nil)
	for range n {
		if out, err = out.Mul(a); err != nil {
			return a, err
		}
	}
	return out, nil
}

func sign(f float64) float64 {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return 0
}
