package sheet

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var numeric = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$`)

// shown is how many digits a spreadsheet keeps and shows of a number.
const shown = 15

// plain writes a stored number without an exponent, with its digits. A spreadsheet
// stores binary numbers with up to 17 digits, 19.99 as 19.989999999999998: where the
// 15 digits that it shows stand for the same binary number, they are the number.
func plain(text string) (string, bool) {
	m := numeric.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return "", false
	}
	exponent, _ := strconv.Atoi(m[4]) // at most three digits
	digits := strings.TrimLeft(m[2]+m[3], "0")
	point := len(m[2]) + exponent - (len(m[2]+m[3]) - len(digits)) // of the digits, from their start
	if len(digits) > shown && len(digits) <= 17 {
		if short, moved := round(digits); sameBinary(digits, point, short, point+moved) {
			digits, point = short, point+moved
		}
	}
	number := compose(digits, point)
	if m[1] == "-" && strings.Trim(number, "0.") != "" {
		number = "-" + number
	}
	return number, true
}

// round rounds digits to those shown, and reports how far the point moves by a carry.
func round(digits string) (string, int) {
	n, _ := new(big.Int).SetString(digits[:shown], 10)
	if digits[shown] >= '5' {
		n.Add(n, big.NewInt(1))
	}
	short := n.String()
	return strings.TrimRight(short, "0"), len(short) - shown
}

// sameBinary reports whether two numbers are the same as binary ones. They are only
// compared so: what goes on is text.
func sameBinary(a string, pointA int, b string, pointB int) bool {
	x, errX := strconv.ParseFloat("0."+a+"e"+strconv.Itoa(pointA), 64)
	y, errY := strconv.ParseFloat("0."+b+"e"+strconv.Itoa(pointB), 64)
	return errX == nil && errY == nil && x == y
}

// compose puts the point into digits.
func compose(digits string, point int) string {
	switch {
	case digits == "":
		return "0"
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		return digits + strings.Repeat("0", point-len(digits))
	}
	return digits[:point] + "." + digits[point:]
}

// format says what a number stands for by how it is shown.
type format struct{ date, time bool }

// builtIn is the format with a number of its own (ISO/IEC 29500-1, 18.8.30, and the
// East Asian ones).
func builtIn(id int) format {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return format{date: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return format{time: true}
	case id == 22:
		return format{date: true, time: true}
	}
	return format{} // 46 is a duration: a number
}

var (
	literals  = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.`)
	durations = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
	brackets  = regexp.MustCompile(`\[[^\]]*\]`)
	clock     = regexp.MustCompile(`[hs]|am/pm|a/p`)
	months    = regexp.MustCompile(`m+`)
)

// formatOf reads a format's code, of which the first section counts: dd.mm.yyyy hh:mm.
// An m beside an h or s is a minute.
func formatOf(code string) format {
	code, _, _ = strings.Cut(literals.ReplaceAllString(code, ""), ";")
	if durations.MatchString(code) {
		return format{}
	}
	code = strings.ToLower(brackets.ReplaceAllString(code, ""))
	if strings.Contains(code, "general") {
		return format{}
	}
	f := format{time: clock.MatchString(code), date: strings.ContainsAny(code, "yd")}
	if !f.date && !f.time {
		f.date = months.MatchString(code)
	}
	return f
}

const day = 24 * time.Hour

// write writes a number that stands for a date or a time of day. It reports false for
// any other.
func (f format) write(number string, since04 bool) (string, bool) {
	value, ok := new(big.Rat).SetString(number)
	if !f.date && !f.time || !ok || value.Sign() < 0 || value.Cmp(big.NewRat(2_958_466, 1)) >= 0 { // the day behind 9999-12-31
		return "", false
	}
	millis := new(big.Rat).Mul(value, big.NewRat(day.Milliseconds(), 1))
	millis.Add(millis, big.NewRat(1, 2))
	whole := new(big.Int).Quo(millis.Num(), millis.Denom()).Int64()
	days, rest := whole/day.Milliseconds(), time.Duration(whole%day.Milliseconds())*time.Millisecond
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since04:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60: // before the 29th of February 1900, which there was not
		base = base.AddDate(0, 0, 1)
	}
	at := base.AddDate(0, 0, int(days)).Add(rest)
	fraction := ""
	if rest%time.Second != 0 {
		fraction = ".000"
	}
	switch {
	case f.date && !f.time && rest == 0:
		return at.Format(time.DateOnly), true
	case !f.date && days == 0:
		return at.Format("15:04:05" + fraction), true
	}
	return at.Format("2006-01-02T15:04:05" + fraction), true
}
