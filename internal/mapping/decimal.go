package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/govalues/decimal"
)

// ParseDecimal reads a number with all its digits. It refuses what has more than
// the 19 significant digits that a decimal holds, where others would round.
func ParseDecimal(text string) (decimal.Decimal, error) {
	text = strings.TrimSpace(text)
	scale, err := fractionDigits(text)
	if err != nil {
		return decimal.Decimal{}, err
	}
	d, err := decimal.ParseExact(text, scale)
	if err != nil {
		if digits := strings.Trim(text, "0123456789+-.eE"); digits == "" && text != "" && scale <= decimal.MaxScale {
			return decimal.Decimal{}, fmt.Errorf("%s is not a number of at most %d digits", strconv.Quote(text), decimal.MaxPrec)
		}
		return decimal.Decimal{}, fmt.Errorf("%s is not a number", strconv.Quote(text))
	}
	return d, nil
}

// fractionDigits counts the digits behind the decimal point that the value of text has.
func fractionDigits(text string) (int, error) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n < -100 || n > 100 {
			return 0, fmt.Errorf("%s is not a number", strconv.Quote(text))
		}
		mantissa, exponent = text[:i], n
	}
	_, fraction, _ := strings.Cut(mantissa, ".")
	digits := max(len(fraction)-exponent, 0)
	if digits > decimal.MaxScale {
		return 0, fmt.Errorf("%s has more than %d digits behind the point", strconv.Quote(text), decimal.MaxScale)
	}
	return digits, nil
}

// errFloat is what a binary float with a fraction gets.
var errFloat = errors.New("a number with a fraction went through + - * / or is written without quotes, which loses digits: use .plus, .minus, .times or .over, and quotes round the literal, as in \"0.1\".decimal()")

// exact reads a number or the text of one. A float is accepted when it is whole.
func exact(v any) (decimal.Decimal, error) {
	switch t := v.(type) {
	case json.Number:
		return ParseDecimal(t.String())
	case string:
		return ParseDecimal(t)
	case int64:
		return decimal.New(t, 0)
	case int:
		return decimal.New(int64(t), 0)
	case uint64:
		return ParseDecimal(strconv.FormatUint(t, 10))
	case float64:
		if text, ok := wholeFloat(t); ok {
			return ParseDecimal(text)
		}
		return decimal.Decimal{}, errFloat
	case nil:
		return decimal.Decimal{}, errors.New("there is no value to calculate with: give one with .or(0)")
	}
	return decimal.Decimal{}, fmt.Errorf("%s is not a number", kindOf(v))
}

// operand reads the argument of a method. A literal such as 1.19 arrives as a
// float whose shortest form is the digits that were written, as long as there are
// no more than 15; a float that arithmetic has bent has more.
func operand(v any) (decimal.Decimal, error) {
	f, ok := v.(float64)
	if !ok {
		return exact(v)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if len(strings.Trim(strings.Replace(text, ".", "", 1), "-0")) > 15 {
		return decimal.Decimal{}, errFloat
	}
	return ParseDecimal(text)
}

// wholeFloat returns the digits of a float that holds a whole number exactly.
func wholeFloat(f float64) (string, bool) {
	if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return "", false
	}
	return strconv.FormatFloat(f, 'f', 0, 64), true
}

func number(d decimal.Decimal) json.Number { return json.Number(d.String()) }

func plus(a, b decimal.Decimal) (decimal.Decimal, error) {
	return a.AddExact(b, max(a.Scale(), b.Scale()))
}

func minus(a, b decimal.Decimal) (decimal.Decimal, error) { return plus(a, b.Neg()) }

// times multiplies exactly. Zeros at the end of a fraction go when they are in the way.
func times(a, b decimal.Decimal) (decimal.Decimal, error) {
	if d, err := a.MulExact(b, a.Scale()+b.Scale()); err == nil {
		return d, nil
	}
	a, b = a.Trim(0), b.Trim(0)
	return a.MulExact(b, a.Scale()+b.Scale())
}

// over divides to scale digits behind the point, half away from zero.
func over(a, b decimal.Decimal, scale int) (decimal.Decimal, error) {
	if b.IsZero() {
		return decimal.Decimal{}, errors.New("division by zero")
	}
	if scale < 0 || scale > decimal.MaxScale {
		return decimal.Decimal{}, fmt.Errorf("a scale of %d is not from 0 to %d", scale, decimal.MaxScale)
	}
	numerator := new(big.Int).Mul(new(big.Int).SetUint64(a.Coef()), power10(scale+b.Scale()))
	denominator := new(big.Int).Mul(new(big.Int).SetUint64(b.Coef()), power10(a.Scale()))
	numerator.Lsh(numerator, 1).Add(numerator, denominator)
	quotient := numerator.Quo(numerator, denominator.Lsh(denominator, 1))
	return fromDigits(a.IsNeg() != b.IsNeg(), quotient.String(), scale)
}

func power10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// fromDigits puts a decimal together from the digits of its coefficient.
func fromDigits(negative bool, digits string, scale int) (decimal.Decimal, error) {
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	text := digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	if negative {
		text = "-" + text
	}
	return ParseDecimal(strings.TrimSuffix(text, "."))
}

// roundHalfUp rounds to n digits behind the point, half away from zero, as
// people and NetSuite round money.
func roundHalfUp(d decimal.Decimal, n int) (decimal.Decimal, error) {
	if n < 0 || n > decimal.MaxScale {
		return d, fmt.Errorf("a scale of %d is not from 0 to %d", n, decimal.MaxScale)
	}
	if d.Scale() <= n {
		return d, nil
	}
	return over(d, decimal.MustNew(1, 0), n)
}

// fixed writes d with exactly n digits behind the point.
func fixed(d decimal.Decimal, n int) (string, error) {
	d, err := roundHalfUp(d, n)
	if err != nil {
		return "", err
	}
	text := d.String()
	if missing := n - d.Scale(); missing > 0 {
		if d.Scale() == 0 {
			text += "."
		}
		text += strings.Repeat("0", missing)
	}
	return text, nil
}
