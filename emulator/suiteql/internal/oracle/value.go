// Package oracle computes as an Oracle database does: its numbers, dates and
// time zones, its format models and its functions, offered to SQLite as
// user-defined functions.
//
// Values inside the database:
//
//   - number: SQLite integer or real. Arithmetic is decimal (19 digits), so
//     that no result shows the noise of binary fractions.
//   - text: SQLite text; the empty string is NULL, as in Oracle.
//   - date: a wall-clock time as text, "2024-01-31" at midnight and
//     "2024-01-31 08:30:00[.5]" otherwise. Text order is time order.
//   - instant: a moment in UTC as text, always "2024-01-31 08:30:00".
package oracle

import (
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/govalues/decimal"
)

// text returns v as Oracle would convert it to a string.
func text(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return Compact(FormatNumber(v))
	}
	return ""
}

// FormatNumber prints an integer or a real without exponent and without
// trailing zeros: 143, 0.3.
func FormatNumber(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if v == 0 {
			return "0" // never -0
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// Compact drops the zero before the point, as TO_CHAR does: .5, -.5.
func Compact(number string) string {
	if rest, ok := strings.CutPrefix(number, "-0."); ok {
		return "-." + rest
	}
	if rest, ok := strings.CutPrefix(number, "0."); ok {
		return "." + rest
	}
	return number
}

// float returns v as a binary number, for functions that are not decimal.
func float(v driver.Value) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		n, err := ParseNumber(v)
		if err != nil {
			return 0, err
		}
		return float(n)
	}
	return 0, fmt.Errorf("%T is not a number", v)
}

// integer returns v cut to a whole number that fits a Go int.
func integer(v driver.Value) (int, error) {
	f, err := float(v)
	if err != nil || math.Abs(f) > 1<<31 {
		return 0, fmt.Errorf("number %v is out of range", v)
	}
	return int(f), nil
}

// ParseNumber reads text as TO_NUMBER without a format does and returns an
// int64 or a float64.
func ParseNumber(s string) (driver.Value, error) {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	if strings.ContainsAny(s, "xXpP_nN") { // Go's spellings (0x1p3, NaN, Inf) are not Oracle's
		return nil, fmt.Errorf("%q is not a number", s)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	return whole(f), nil
}

// whole returns f as an int64 where nothing is lost by it.
func whole(f float64) driver.Value {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// toDecimal fails for numbers beyond 19 digits.
func toDecimal(v driver.Value) (decimal.Decimal, error) {
	switch v := v.(type) {
	case int64:
		return decimal.New(v, 0)
	case float64:
		return decimal.NewFromFloat64(v)
	case string:
		n, err := ParseNumber(v)
		if err != nil {
			return decimal.Decimal{}, err
		}
		return toDecimal(n)
	}
	return decimal.Decimal{}, fmt.Errorf("%T is not a number", v)
}

func fromDecimal(d decimal.Decimal) driver.Value {
	if d.IsInt() {
		if n, _, ok := d.Trunc(0).Int64(0); ok {
			return n
		}
	}
	f, _ := d.Float64()
	return f
}
