package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/govalues/decimal"
	"github.com/redpanda-data/benthos/v4/public/bloblang"
)

// Method documents one method that Sluice adds to Bloblang or gives another meaning.
type Method struct {
	Name    string // plus
	Args    string // "x"; "" for none
	Help    string
	Example string // a mapping of which Result is the result
	Result  string // as JSON

	params []bloblang.ParamDefinition
	call   func(v any, args *bloblang.ParsedParams) (any, error)
}

// Methods returns the methods that Sluice adds to Bloblang or gives another
// meaning. Documentation, editor and environment are made from this one table.
func Methods() []Method {
	list := append(decimalMethods(), roundingMethods()...)
	list = append(list, listMethods()...)
	list = append(list, textMethods()...)
	return append(list, convertMethods()...)
}

func decimalMethods() []Method {
	x := []bloblang.ParamDefinition{bloblang.NewAnyParam("x")}
	binary := func(f func(a, b decimal.Decimal) (decimal.Decimal, error)) func(any, *bloblang.ParsedParams) (any, error) {
		return func(v any, args *bloblang.ParsedParams) (any, error) {
			a, b, err := operands(v, args)
			if err != nil {
				return nil, err
			}
			d, err := f(a, b)
			if err != nil {
				return nil, fmt.Errorf("%v and %v: %w", a, b, tooLong(err))
			}
			return number(d), nil
		}
	}
	return []Method{
		{Name: "decimal", Help: "The number that a text or number is, with all its digits.", Example: `"14.50".decimal()`, Result: `14.50`, call: unary(func(d decimal.Decimal) (any, error) { return number(d), nil })},
		{Name: "number", Args: "default", Help: "The same; where there is none, the default.", Example: `"n/a".number(0)`, Result: `0`,
			params: []bloblang.ParamDefinition{bloblang.NewAnyParam("default").Optional()}, call: numberOr},
		{Name: "plus", Args: "x", Help: "Sum.", Example: `"0.1".decimal().plus("0.2")`, Result: `0.3`, params: x, call: binary(plus)},
		{Name: "minus", Args: "x", Help: "Difference.", Example: `"1".decimal().minus("0.05")`, Result: `0.95`, params: x, call: binary(minus)},
		{Name: "times", Args: "x", Help: "Product, exact.", Example: `"9.80".decimal().times(3)`, Result: `29.40`, params: x, call: binary(times)},
		{Name: "over", Args: "x, digits", Help: "Quotient with so many digits behind the point, half away from zero.", Example: `"10".decimal().over(3, 4)`, Result: `3.3333`,
			params: append(x, bloblang.NewInt64Param("digits")), call: callOver},
		{Name: "negate", Help: "The number with the other sign.", Example: `"4.20".decimal().negate()`, Result: `-4.20`, call: unary(func(d decimal.Decimal) (any, error) { return number(d.Neg()), nil })},
		{Name: "abs", Help: "The number without its sign.", Example: `"-4.20".decimal().abs()`, Result: `4.20`, call: unary(func(d decimal.Decimal) (any, error) { return number(d.Abs()), nil })},
		{Name: "compare", Args: "x", Help: "-1, 0 or 1 as the number is smaller than x, equal or greater; looks at all digits.", Example: `"1.10".decimal().compare("1.1")`, Result: `0`, params: x,
			call: func(v any, args *bloblang.ParsedParams) (any, error) {
				a, b, err := operands(v, args)
				return int64(a.Cmp(b)), err
			}},
		{Name: "is_zero", Help: "Whether the number is 0.", Example: `"0.00".decimal().is_zero()`, Result: `true`, call: unary(func(d decimal.Decimal) (any, error) { return d.IsZero(), nil })},
	}
}

func roundingMethods() []Method {
	digits := []bloblang.ParamDefinition{bloblang.NewInt64Param("digits").Default(0)}
	rounding := func(f func(d decimal.Decimal, n int) (decimal.Decimal, error)) func(any, *bloblang.ParsedParams) (any, error) {
		return func(v any, args *bloblang.ParsedParams) (any, error) {
			d, n, err := roundOperands(v, args)
			if err != nil {
				return nil, err
			}
			d, err = f(d, n)
			return number(d), err
		}
	}
	return []Method{
		{Name: "round", Args: "digits", Help: "Rounds to so many digits behind the point, half away from zero.", Example: `"2.345".decimal().round(2)`, Result: `2.35`, params: digits, call: rounding(roundHalfUp)},
		{Name: "round_bank", Args: "digits", Help: "Rounds half to the even digit.", Example: `"2.345".decimal().round_bank(2)`, Result: `2.34`, params: digits,
			call: rounding(func(d decimal.Decimal, n int) (decimal.Decimal, error) { return d.Round(n), nil })},
		{Name: "ceil", Args: "digits", Help: "Rounds up.", Example: `"2.1".decimal().ceil()`, Result: `3`, params: digits,
			call: rounding(func(d decimal.Decimal, n int) (decimal.Decimal, error) { return d.Ceil(n), nil })},
		{Name: "floor", Args: "digits", Help: "Rounds down.", Example: `"2.9".decimal().floor()`, Result: `2`, params: digits,
			call: rounding(func(d decimal.Decimal, n int) (decimal.Decimal, error) { return d.Floor(n), nil })},
		{Name: "fixed", Args: "digits", Help: "The text of the number with exactly so many digits behind the point.", Example: `"5".decimal().fixed(2)`, Result: `"5.00"`, params: digits,
			call: func(v any, args *bloblang.ParsedParams) (any, error) {
				d, n, err := roundOperands(v, args)
				if err != nil {
					return nil, err
				}
				return fixed(d, n)
			}},
	}
}

func listMethods() []Method {
	return []Method{
		{Name: "sum", Help: "Sum of a list of numbers; null counts as nothing.", Example: `["0.1", "0.2", null].sum()`, Result: `0.3`,
			call: func(v any, _ *bloblang.ParsedParams) (any, error) { return sumOf(v, "") }},
		{Name: "sum_of", Args: "field", Help: "Sum of a field over a list of objects.", Example: `[{"a": "1.50"}, {"a": 2}].sum_of("a")`, Result: `3.50`,
			params: []bloblang.ParamDefinition{bloblang.NewStringParam("field")}, call: func(v any, args *bloblang.ParsedParams) (any, error) {
				field, err := args.GetString("field")
				if err != nil {
					return nil, err
				}
				return sumOf(v, field)
			}},
		{Name: "min", Help: "The smallest of a list of numbers.", Example: `["10", 9].min()`, Result: `9`, call: extreme(-1)},
		{Name: "max", Help: "The greatest of a list of numbers.", Example: `["10", 9].max()`, Result: `10`, call: extreme(1)},
	}
}

func textMethods() []Method {
	return []Method{
		{Name: "string", Help: "The text of a value; numbers in digits.", Example: `"1.10".decimal().string()`, Result: `"1.10"`, call: toText},
		{Name: "parse_json", Help: "The value that a JSON text holds, numbers with all digits.", Example: `"{\"a\": 1.10}".parse_json().a`, Result: `1.10`, call: parseJSON},
		{Name: "reformat_date", Args: "from, to", Help: "Writes a date in another form. YYYY, YY, MMMM, MMM, MM, M, DD, D, hh (0 to 23), mm, ss, SSS and Z stand for its parts.",
			Example: `"07/04/1996 08:26".reformat_date("MM/DD/YYYY hh:mm", "YYYY-MM-DD")`, Result: `"1996-07-04"`,
			params: []bloblang.ParamDefinition{bloblang.NewStringParam("from"), bloblang.NewStringParam("to").Default("YYYY-MM-DD")}, call: callReformat},
		{Name: "add_days", Args: "days", Help: "Moves a date of the form YYYY-MM-DD.", Example: `"1996-02-28".add_days(2)`, Result: `"1996-03-01"`,
			params: []bloblang.ParamDefinition{bloblang.NewInt64Param("days")}, call: func(v any, args *bloblang.ParsedParams) (any, error) {
				days, err := args.GetInt64("days")
				if err != nil {
					return nil, err
				}
				text, err := textOf(v)
				if err != nil {
					return nil, err
				}
				return addDays(text, days)
			}},
	}
}

func unary(f func(d decimal.Decimal) (any, error)) func(any, *bloblang.ParsedParams) (any, error) {
	return func(v any, _ *bloblang.ParsedParams) (any, error) {
		d, err := exact(v)
		if err != nil {
			return nil, err
		}
		return f(d)
	}
}

func operands(v any, args *bloblang.ParsedParams) (a, b decimal.Decimal, err error) {
	x, err := args.Get("x")
	if err != nil {
		return a, b, err
	}
	if a, err = exact(v); err != nil {
		return a, b, err
	}
	b, err = operand(x)
	return a, b, err
}

func roundOperands(v any, args *bloblang.ParsedParams) (decimal.Decimal, int, error) {
	n, err := args.GetInt64("digits")
	if err != nil {
		return decimal.Decimal{}, 0, err
	}
	if n < 0 || n > decimal.MaxScale {
		return decimal.Decimal{}, 0, fmt.Errorf("%d digits is not from 0 to %d", n, decimal.MaxScale)
	}
	d, err := exact(v)
	return d, int(n), err
}

func callOver(v any, args *bloblang.ParsedParams) (any, error) {
	a, b, err := operands(v, args)
	if err != nil {
		return nil, err
	}
	digits, err := args.GetInt64("digits")
	if err != nil {
		return nil, err
	}
	d, err := over(a, b, int(digits))
	if err != nil {
		return nil, err
	}
	return number(d), nil
}

func numberOr(v any, args *bloblang.ParsedParams) (any, error) {
	d, err := exact(v)
	if err == nil {
		return number(d), nil
	}
	if fallback, _ := args.Get("default"); fallback != nil {
		d, err = operand(fallback)
		return number(d), err
	}
	return nil, err
}

func callReformat(v any, args *bloblang.ParsedParams) (any, error) {
	from, err := args.GetString("from")
	if err != nil {
		return nil, err
	}
	to, err := args.GetString("to")
	if err != nil {
		return nil, err
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	return reformatDate(text, from, to)
}

// sumOf adds up a list, or one field of a list of objects.
func sumOf(v any, field string) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is not a list", kindOf(v))
	}
	total := decimal.Decimal{}
	for i, e := range list {
		if field != "" {
			object, ok := e.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("element %d is not an object but %s", i, kindOf(e))
			}
			e = object[field]
		}
		if e == nil {
			continue
		}
		d, err := exact(e)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		if total, err = plus(total, d); err != nil {
			return nil, tooLong(err)
		}
	}
	return number(total), nil
}

// extreme finds the element that compares to all others with sign or 0.
func extreme(sign int) func(any, *bloblang.ParsedParams) (any, error) {
	return func(v any, _ *bloblang.ParsedParams) (any, error) {
		list, ok := v.([]any)
		if !ok || len(list) == 0 {
			return nil, errors.New("not a list with at least one number")
		}
		best, err := exact(list[0])
		for _, e := range list[1:] {
			if err != nil {
				return nil, err
			}
			var d decimal.Decimal
			if d, err = exact(e); d.Cmp(best) == sign {
				best = d
			}
		}
		return number(best), err
	}
}

func toText(v any, _ *bloblang.ParsedParams) (any, error) {
	if f, ok := v.(float64); ok {
		text, whole := wholeFloat(f)
		if !whole {
			return nil, errFloat
		}
		return text, nil
	}
	return bloblang.ValueToString(v), nil
}

func parseJSON(v any, _ *bloblang.ParsedParams) (any, error) {
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("the text is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the text is not JSON: something follows the value")
	}
	return value, nil
}

func textOf(v any) (string, error) {
	switch t := v.(type) {
	case string:
		return t, nil
	case []byte:
		return string(t), nil
	}
	return "", fmt.Errorf("%s is not text", kindOf(v))
}

func tooLong(err error) error {
	return fmt.Errorf("the result does not fit in %d digits; round before (%w)", decimal.MaxPrec, err)
}

// kindOf names the kind of a value for people.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string, []byte:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case json.Number, int64, uint64, float64, int:
		return "a number"
	}
	return "a value of another kind"
}
