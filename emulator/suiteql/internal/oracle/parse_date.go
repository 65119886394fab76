package oracle

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// reading is the state of parsing one text by a model.
type reading struct {
	rest                                string
	now                                 time.Time
	year, month, day, hour, minute, sec int
	yearDay, nano                       int
	half                                string // AM or PM
	offset                              *int   // seconds, from TZH and TZM
	zone                                string // from TZR
}

// parse reads s by the model. What the model lacks is the first day of the
// current month at midnight, as in Oracle; a text may end before the model.
// The result is the wall clock in UTC; r holds the zone if there was one.
func (m model) parse(s string, now time.Time) (time.Time, *reading, error) {
	r := &reading{rest: strings.TrimSpace(s), now: now, year: now.Year(), month: int(now.Month()), day: 1}
	for _, e := range m {
		if r.rest == "" {
			break
		}
		if err := r.read(e); err != nil {
			return time.Time{}, nil, fmt.Errorf("date %q: %w", s, err)
		}
	}
	if strings.TrimSpace(r.rest) != "" {
		return time.Time{}, nil, fmt.Errorf("date %q: %q is left over", s, r.rest)
	}
	t, err := r.time()
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("date %q: %w", s, err)
	}
	return t, r, nil
}

func (r *reading) time() (time.Time, error) {
	switch {
	case r.half != "" && (r.hour < 1 || r.hour > 12):
		return time.Time{}, fmt.Errorf("hour must be between 1 and 12")
	case r.half == "AM" && r.hour == 12:
		r.hour = 0
	case r.half == "PM" && r.hour < 12:
		r.hour += 12
	}
	if r.yearDay > 0 {
		r.month, r.day = 1, 1
	}
	t := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.sec, r.nano, time.UTC)
	if t.Day() != r.day || int(t.Month()) != r.month || t.Hour() != r.hour || t.Minute() != r.minute || t.Second() != r.sec {
		return t, fmt.Errorf("a part is out of range")
	}
	if r.yearDay > 0 {
		t = t.AddDate(0, 0, r.yearDay-1)
	}
	return t, nil
}

func (r *reading) read(e element) error {
	switch e.code {
	case "":
		return r.literal(e)
	case "MONTH", "MON":
		return r.monthName()
	case "DAY", "DY":
		r.rest = strings.TrimLeftFunc(r.rest, unicode.IsLetter)
		return nil
	case "AM", "PM", "A.M.", "P.M.":
		return r.halfDay()
	case "TZR", "TZD":
		end := strings.IndexByte(r.rest+" ", ' ')
		r.zone, r.rest = r.rest[:end], r.rest[end:]
		return nil
	case "TZH", "TZM":
		return r.zoneOffset(e.code)
	}
	if strings.HasPrefix(e.code, "FF") {
		return r.fraction()
	}
	if e.code == "MM" && r.rest != "" && unicode.IsLetter(rune(r.rest[0])) {
		return r.monthName()
	}
	width := map[string]int{"YYYY": 4, "RRRR": 4, "YYY": 3, "Y": 1, "DDD": 3, "SSSSS": 5, "D": 1}[e.code]
	if width == 0 {
		width = 2
	}
	n, digits, err := r.number(width)
	if err != nil {
		return err
	}
	return r.set(e.code, n, digits)
}

func (r *reading) set(code string, n, digits int) error {
	switch code {
	case "YYYY", "RRRR":
		if r.year = n; digits < 3 && code == "RRRR" {
			r.year = nearCentury(n, r.now.Year())
		}
	case "RR":
		r.year = nearCentury(n, r.now.Year())
	case "YYY", "YY", "Y":
		unit := pow10(len(code))
		r.year = r.now.Year()/unit*unit + n
	case "MM":
		r.month = n
	case "DD":
		r.day = n
	case "DDD":
		r.yearDay = n
	case "HH24", "HH12", "HH":
		r.hour = n
	case "MI":
		r.minute = n
	case "SS":
		r.sec = n
	case "SSSSS":
		r.hour, r.minute, r.sec = n/3600, n/60%60, n%60
	case "D":
	default:
		return fmt.Errorf("format code %s cannot be read", code)
	}
	return nil
}

// nearCentury applies RR: 0–49 is this half of the century, 50–99 the last one.
func nearCentury(n, now int) int {
	century := now / 100 * 100
	if n >= 50 && now%100 < 50 {
		century -= 100
	} else if n < 50 && now%100 >= 50 {
		century += 100
	}
	return century + n
}

func (r *reading) number(width int) (n, digits int, err error) {
	for digits < width && digits < len(r.rest) && r.rest[digits] >= '0' && r.rest[digits] <= '9' {
		n = n*10 + int(r.rest[digits]-'0')
		digits++
	}
	if digits == 0 {
		return 0, 0, fmt.Errorf("a digit was expected at %q", r.rest)
	}
	r.rest = r.rest[digits:]
	return n, digits, nil
}

// literal takes quoted text as it stands; other punctuation matches any.
func (r *reading) literal(e element) error {
	if e.quoted {
		rest, ok := strings.CutPrefix(r.rest, e.text)
		if !ok {
			return fmt.Errorf("literal %q does not match at %q", e.text, r.rest)
		}
		r.rest = rest
		return nil
	}
	c := rune(r.rest[0])
	if strings.TrimSpace(e.text) == "" {
		r.rest = strings.TrimLeft(r.rest, " ")
		return nil
	}
	if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c < unicode.MaxASCII {
		r.rest = r.rest[1:]
	}
	return nil
}

func (r *reading) monthName() error {
	for m := time.January; m <= time.December; m++ {
		for _, name := range []string{m.String(), m.String()[:3]} {
			if len(r.rest) >= len(name) && strings.EqualFold(r.rest[:len(name)], name) {
				r.month, r.rest = int(m), r.rest[len(name):]
				return nil
			}
		}
	}
	return fmt.Errorf("not a valid month at %q", r.rest)
}

func (r *reading) halfDay() error {
	bare := strings.ToUpper(strings.ReplaceAll(r.rest[:min(4, len(r.rest))], ".", ""))
	if !strings.HasPrefix(bare, "AM") && !strings.HasPrefix(bare, "PM") {
		return fmt.Errorf("AM or PM was expected at %q", r.rest)
	}
	r.half = bare[:2]
	if strings.HasPrefix(r.rest[1:], ".") {
		r.rest = r.rest[min(4, len(r.rest)):]
	} else {
		r.rest = r.rest[2:]
	}
	return nil
}

func (r *reading) zoneOffset(code string) error {
	sign := 1
	if code == "TZH" && strings.ContainsRune("+-", rune(r.rest[0])) {
		if r.rest[0] == '-' {
			sign = -1
		}
		r.rest = r.rest[1:]
	}
	n, _, err := r.number(2)
	if err != nil {
		return err
	}
	if code == "TZH" {
		r.offset = new(sign * n * 3600)
	} else if r.offset != nil {
		if *r.offset < 0 {
			n = -n
		}
		*r.offset += n * 60
	}
	return nil
}

func (r *reading) fraction() error {
	before := len(r.rest)
	n, digits, err := r.number(9)
	if err != nil {
		return fmt.Errorf("fraction: %w (%d left)", err, before)
	}
	r.nano = n * pow10(9-digits)
	return nil
}
