package oracle

import (
	"database/sql/driver"
	"math"
	"slices"
	"sort"

	"github.com/govalues/decimal"
	"modernc.org/sqlite"
)

// micro is the scale in which sums are kept as integers while they fit.
const micro = 1e6

// sum adds exactly: numbers with up to six places as integers, others as decimals.
type sum struct {
	small int64 // millionths
	large decimal.Decimal
	rough float64 // beyond 19 digits; used only once set
	lossy bool
	count int64
	mean  bool
}

func (s *sum) add(v driver.Value, sign int64) error {
	if v == nil {
		return nil
	}
	s.count += sign
	if m, ok := millionths(v); ok {
		if t := s.small + sign*m; t < math.MaxInt64/2 && t > math.MinInt64/2 {
			s.small = t
			return nil
		}
	}
	d, err := toDecimal(v)
	if err != nil {
		f, err := float(v)
		s.rough, s.lossy = s.rough+float64(sign)*f, true
		return err
	}
	if sign < 0 {
		d = d.Neg()
	}
	total, err := s.large.Add(d)
	if err != nil {
		f, _ := d.Float64()
		s.rough, s.lossy = s.rough+f, true
		return nil
	}
	s.large = total
	return nil
}

// millionths returns v × 10^6 where that is an exact and modest integer.
func millionths(v driver.Value) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v * micro, v > -1<<40 && v < 1<<40
	case float64:
		m := math.Round(v * micro)
		return int64(m), math.Abs(m) < 1<<52 && m/micro == v
	}
	return 0, false
}

func (s *sum) value() (driver.Value, error) {
	if s.count == 0 {
		return nil, nil
	}
	total, err := decimal.New(s.small, 6)
	if err == nil {
		total, err = total.Add(s.large)
	}
	if err != nil || s.lossy {
		small, _ := s.large.Float64()
		f := float64(s.small)/micro + small + s.rough
		if s.mean {
			f /= float64(s.count)
		}
		return finite(f)
	}
	if !s.mean {
		return fromDecimal(total.Trim(0)), nil
	}
	n, _ := decimal.New(s.count, 0)
	q, err := total.Quo(n)
	return fromDecimal(q), err
}

func (s *sum) Step(_ *sqlite.FunctionContext, args []driver.Value) error { return s.add(args[0], 1) }

func (s *sum) WindowInverse(_ *sqlite.FunctionContext, args []driver.Value) error {
	return s.add(args[0], -1)
}

func (s *sum) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return s.value() }

func (s *sum) Final(*sqlite.FunctionContext) {}

// median keeps all values; dates are given and taken as text.
type median struct {
	numbers []float64
	dates   []string
}

func (m *median) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	switch v := args[0].(type) {
	case nil:
	case string:
		m.dates = append(m.dates, v)
	default:
		f, err := float(v)
		m.numbers = append(m.numbers, f)
		return err
	}
	return nil
}

func (m *median) WindowInverse(_ *sqlite.FunctionContext, args []driver.Value) error {
	switch v := args[0].(type) {
	case nil:
	case string:
		if i := slices.Index(m.dates, v); i >= 0 {
			m.dates = slices.Delete(m.dates, i, i+1)
		}
	default:
		f, err := float(v)
		if i := slices.Index(m.numbers, f); i >= 0 {
			m.numbers = slices.Delete(m.numbers, i, i+1)
		}
		return err
	}
	return nil
}

func (m *median) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if n := len(m.dates); n > 0 {
		dates := slices.Sorted(slices.Values(m.dates))
		return middleDate(dates[(n-1)/2], dates[n/2])
	}
	n := len(m.numbers)
	if n == 0 {
		return nil, nil
	}
	sorted := slices.Clone(m.numbers)
	sort.Float64s(sorted)
	s := &sum{mean: true}
	for _, f := range []float64{sorted[(n-1)/2], sorted[n/2]} {
		if err := s.add(f, 1); err != nil {
			return nil, err
		}
	}
	return s.value()
}

func middleDate(a, b string) (driver.Value, error) {
	t, err := ParseDate(a)
	if err != nil {
		return nil, err
	}
	u, err := ParseDate(b)
	if err != nil {
		return nil, err
	}
	return FormatDate(t.Add(u.Sub(t) / 2)), nil
}

func (m *median) Final(*sqlite.FunctionContext) {}
