package oracle

import (
	"database/sql/driver"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/govalues/decimal"
	"modernc.org/sqlite"
)

// library is what the functions of one database share.
type library struct {
	zones   *Zones
	regexps cache[*regexp.Regexp]
	models  cache[model]
	numbers cache[*numberModel]
}

// scalar is a function of the values of one row.
type scalar func(args []driver.Value) (driver.Value, error)

// Register gives d the functions of this package. Their names begin with ns_;
// each is NULL where an argument is, unless it says otherwise.
func Register(d *sqlite.Driver, zones *Zones) error {
	l := &library{zones: zones}
	tables := []map[string]scalar{numberFunctions(), l.textFunctions(), l.dateFunctions()}
	for _, table := range tables {
		for name, f := range table {
			if err := register(d, name, strict(f)); err != nil {
				return err
			}
		}
	}
	for name, f := range map[string]scalar{"replace": replace, "regexp_replace": l.regexpReplace, "shuffle": shuffle} {
		if err := register(d, name, emptyIsNull(f)); err != nil {
			return err
		}
	}
	aggregates := map[string]func() sqlite.AggregateFunction{
		"sum":    func() sqlite.AggregateFunction { return &sum{} },
		"avg":    func() sqlite.AggregateFunction { return &sum{mean: true} },
		"median": func() sqlite.AggregateFunction { return &median{} },
	}
	for name, make := range aggregates {
		err := d.RegisterFunction("ns_"+name, &sqlite.FunctionImpl{NArgs: 1, Deterministic: true,
			MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return make(), nil }})
		if err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	return nil
}

func register(d *sqlite.Driver, name string, f scalar) error {
	err := d.RegisterFunction("ns_"+name, &sqlite.FunctionImpl{NArgs: -1, Deterministic: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return f(args) }})
	if err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return nil
}

// strict returns NULL where an argument is NULL.
func strict(f scalar) scalar {
	f = emptyIsNull(f)
	return func(args []driver.Value) (driver.Value, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		return f(args)
	}
}

// emptyIsNull turns "" into NULL.
func emptyIsNull(f scalar) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		v, err := f(args)
		if s, ok := v.(string); ok && s == "" {
			v = nil
		}
		return v, err
	}
}

func numberFunctions() map[string]scalar {
	fs := map[string]scalar{
		"add":       arithmetic(decimal.Decimal.Add, func(a, b float64) float64 { return a + b }),
		"subtract":  arithmetic(decimal.Decimal.Sub, func(a, b float64) float64 { return a - b }),
		"multiply":  arithmetic(decimal.Decimal.Mul, func(a, b float64) float64 { return a * b }),
		"divide":    arithmetic(divide, func(a, b float64) float64 { return a / b }),
		"mod":       arithmetic(modulo, math.Mod),
		"remainder": arithmetic(remainder, math.Remainder),
		"power":     arithmetic(power, math.Pow),
		"round":     roundTo(true), "trunc": roundTo(false), "ceil": floorTo(true), "floor": floorTo(false),
		"atan2": real2(math.Atan2), "log": real2(func(base, x float64) float64 { return math.Log(x) / math.Log(base) }),
		"abs": real(math.Abs), "bitand": real2(func(a, b float64) float64 { return float64(int64(a) & int64(b)) }),
	}
	for name, f := range map[string]func(float64) float64{
		"sqrt": math.Sqrt, "exp": math.Exp, "ln": math.Log, "sign": sign, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan,
		"asin": math.Asin, "acos": math.Acos, "atan": math.Atan, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh,
	} {
		fs[name] = real(f)
	}
	return fs
}

func (l *library) textFunctions() map[string]scalar {
	return map[string]scalar{
		"upper": text1(strings.ToUpper), "lower": text1(strings.ToLower), "initcap": text1(initcap), "text": text1(strings.Clone),
		"length": length, "lengthb": lengthBytes, "substr": substr, "instr": instr, "translate": translate,
		"lpad": pad(true), "rpad": pad(false),
		"trim": trim(strings.Trim), "ltrim": trim(strings.TrimLeft), "rtrim": trim(strings.TrimRight),
		"ascii": ascii, "chr": chr, "ora_hash": oraHash,
		"regexp_substr": l.regexpSubstr, "regexp_instr": l.regexpInstr,
		"to_number": l.toNumber, "number_to_char": l.numberToChar,
	}
}

func (l *library) dateFunctions() map[string]scalar {
	return map[string]scalar{
		"to_date": l.toDate, "to_instant_tz": l.toInstantTZ, "tz_offset": l.tzOffset,
		"date_to_char": dateFunc(l.dateToChar), "instant_to_char": dateFunc(l.instantToChar),
		"local": l.zones.inZone(toLocal), "instant": l.zones.inZone(toInstant), "earliest": l.zones.inZone(earliest), "latest": l.zones.inZone(latest),
		// utc shows an instant as the date of a clock in UTC; utc_instant is the way back.
		"utc":         dateFunc(func(t time.Time, _ []driver.Value) (driver.Value, error) { return FormatDate(t), nil }),
		"utc_instant": dateFunc(func(t time.Time, _ []driver.Value) (driver.Value, error) { return FormatInstant(t), nil }),
		"add_days":    dateFunc(addDays), "days_between": dateFunc(daysBetween), "add_months": dateFunc(addMonths),
		"months_between": dateFunc(monthsBetween), "last_day": dateFunc(lastDay), "next_day": dateFunc(nextDay),
		"trunc_date": dateFunc(truncDate), "round_date": dateFunc(roundDate),
	}
}
