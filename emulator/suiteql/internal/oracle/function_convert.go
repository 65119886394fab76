package oracle

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/govalues/decimal"
)

// toDate is TO_DATE and TO_TIMESTAMP: (text, format, the session's now).
func (l *library) toDate(args []driver.Value) (driver.Value, error) {
	t, _, err := l.parseArgs(args)
	if err != nil {
		return nil, err
	}
	return checked(t)
}

func (l *library) parseArgs(args []driver.Value) (time.Time, *reading, error) {
	m, err := l.models.get(text(args[1]), parseModel)
	if err != nil {
		return time.Time{}, nil, err
	}
	now, err := ParseDate(text(args[2]))
	if err != nil {
		return time.Time{}, nil, err
	}
	return m.parse(text(args[0]), now)
}

// toInstantTZ is TO_TIMESTAMP_TZ: (text, format, now, session zone).
func (l *library) toInstantTZ(args []driver.Value) (driver.Value, error) {
	t, r, err := l.parseArgs(args)
	if err != nil {
		return nil, err
	}
	name := text(args[3])
	if r.zone != "" {
		name = r.zone
	}
	if r.offset != nil {
		return FormatInstant(t.Add(-time.Duration(*r.offset) * time.Second)), nil
	}
	loc, err := l.zones.Find(name)
	if err != nil {
		return nil, err
	}
	return toInstant(t, loc), nil
}

// dateToChar is TO_CHAR of a date, which has no zone.
func (l *library) dateToChar(t time.Time, args []driver.Value) (driver.Value, error) {
	m, err := l.models.get(text(args[0]), parseModel)
	if err != nil {
		return nil, err
	}
	for _, e := range m {
		if strings.HasPrefix(e.code, "TZ") {
			return nil, fmt.Errorf("a date has no %s", e.code)
		}
	}
	return m.format(t), nil
}

// instantToChar is TO_CHAR of an instant: (instant, format, zone).
func (l *library) instantToChar(t time.Time, args []driver.Value) (driver.Value, error) {
	m, err := l.models.get(text(args[0]), parseModel)
	if err != nil {
		return nil, err
	}
	loc, err := l.zones.Find(text(args[1]))
	if err != nil {
		return nil, err
	}
	return m.format(t.In(loc)), nil
}

// tzOffset is TZ_OFFSET: (zone, the moment that counts).
func (l *library) tzOffset(args []driver.Value) (driver.Value, error) {
	loc, err := l.zones.Find(text(args[0]))
	if err != nil {
		return nil, err
	}
	now, err := ParseDate(text(args[1]))
	if err != nil {
		return nil, err
	}
	_, offset := now.In(loc).Zone()
	return offsetText(offset), nil
}

// toNumber is TO_NUMBER, with or without a format.
func (l *library) toNumber(args []driver.Value) (driver.Value, error) {
	s := strings.TrimSpace(text(args[0]))
	if len(args) == 2 {
		f, err := l.numbers.get(text(args[1]), parseNumberModel)
		if err != nil {
			return nil, err
		}
		group := ","
		if !f.group {
			group = "\x00" // a group mark that the format lacks is an error
		}
		s = strings.ReplaceAll(strings.TrimPrefix(s, f.currency), group, "")
		if bare, ok := strings.CutSuffix(s, "-"); ok {
			s = "-" + bare
		}
	}
	return ParseNumber(s)
}

// numberModel is a parsed number format: FM$999,990.00.
type numberModel struct {
	compact, group, leadingSign, trailingSign, brackets bool
	currency                                            string
	whole                                               string // the codes before the point: 9, 0 and group marks
	places, zeros                                       int    // digits behind the point; how many of them are 0
}

func parseNumberModel(format string) (*numberModel, error) {
	f, rest := &numberModel{}, strings.ToUpper(format)
	rest, f.compact = strings.CutPrefix(rest, "FM")
	rest, f.leadingSign = strings.CutPrefix(rest, "S")
	rest, f.brackets = strings.CutSuffix(rest, "PR")
	trimmed := strings.TrimSuffix(strings.TrimSuffix(rest, "MI"), "S")
	f.trailingSign, rest = trimmed != rest, trimmed
	if bare, ok := strings.CutPrefix(rest, "$"); ok {
		f.currency, rest = "$", bare
	}
	whole, fraction, _ := strings.Cut(strings.NewReplacer("G", ",", "D", ".", "V", "x").Replace(rest), ".")
	if strings.Trim(whole, "09,") != "" || strings.Trim(fraction, "09") != "" || whole+fraction == "" || len(fraction) > 18 {
		return nil, fmt.Errorf("%q is not a number format", format)
	}
	f.whole, f.places = whole, len(fraction)
	f.zeros = strings.LastIndexByte(fraction, '0') + 1
	f.group = strings.Contains(whole, ",")
	return f, nil
}

// numberToChar is TO_CHAR of a number with a format.
func (l *library) numberToChar(args []driver.Value) (driver.Value, error) {
	f, err := l.numbers.get(text(args[1]), parseNumberModel)
	if err != nil {
		return nil, err
	}
	d, err := toDecimal(args[0])
	if err != nil {
		return nil, err
	}
	if d, err = roundDecimal(d, f.places, true); err != nil {
		return nil, err
	}
	return f.format(d.Pad(f.places)), nil
}

func (f *numberModel) format(d decimal.Decimal) string {
	whole, fraction, _ := strings.Cut(d.Abs().String(), ".")
	if whole == "0" && f.places > 0 {
		whole = ""
	}
	slots := strings.Count(f.whole, "9") + strings.Count(f.whole, "0")
	width := len(f.whole) + f.places + len(f.currency) + 1
	if f.places > 0 {
		width++
	}
	if len(whole) > slots {
		return strings.Repeat("#", width)
	}
	number := f.currency + f.wholePart(whole)
	if f.compact {
		for len(fraction) > f.zeros && strings.HasSuffix(fraction, "0") {
			fraction = fraction[:len(fraction)-1]
		}
	}
	if f.places > 0 {
		number += "." + fraction
	}
	return f.sign(number, d.IsNeg(), width)
}

// wholePart fits the digits into the codes, from the right.
func (f *numberModel) wholePart(digits string) string {
	firstZero := strings.IndexByte(f.whole, '0')
	var out []byte
	next := len(digits) - 1
	for i := len(f.whole) - 1; i >= 0; i-- {
		forced := firstZero >= 0 && i >= firstZero
		switch {
		case f.whole[i] == ',':
			if next >= 0 || forced && i > firstZero {
				out = append(out, ',')
			}
		case next >= 0:
			out = append(out, digits[next])
			next--
		case forced:
			out = append(out, '0')
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

func (f *numberModel) sign(number string, negative bool, width int) string {
	mark := map[bool]string{true: "-", false: "+"}[negative]
	switch {
	case f.brackets && negative:
		return "<" + number + ">"
	case f.trailingSign:
		if !negative {
			mark = " "
		}
		number += mark
	case f.leadingSign || negative:
		number = mark + number
	}
	if f.compact {
		return strings.TrimSpace(number)
	}
	return fmt.Sprintf("%*s", width, number)
}
