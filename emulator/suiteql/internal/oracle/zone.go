package oracle

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	dateOnly  = "2006-01-02"
	dateClock = "2006-01-02 15:04:05"
)

// ParseDate reads a stored date or instant; the result is in UTC and stands
// for the wall clock.
func ParseDate(s string) (time.Time, error) {
	if t, ok := parseFixed(s); ok {
		return t, nil
	}
	if len(s) == len(dateOnly) {
		return time.Parse(dateOnly, s)
	}
	return time.Parse(dateClock+".999999999", s)
}

// parseFixed reads the two usual lengths without time.Parse, for speed.
func parseFixed(s string) (time.Time, bool) {
	if len(s) != len(dateOnly) && len(s) != len(dateClock) {
		return time.Time{}, false
	}
	ok := s[4] == '-' && s[7] == '-'
	two := func(i int) int {
		hi, lo := s[i]-'0', s[i+1]-'0'
		ok = ok && hi <= 9 && lo <= 9
		return int(hi)*10 + int(lo)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := 0, 0, 0
	if len(s) == len(dateClock) {
		ok = ok && s[10] == ' ' && s[13] == ':' && s[16] == ':'
		hour, minute, second = two(11), two(14), two(17)
	}
	if !ok || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC), true
}

// FormatDate writes the wall clock of t as a stored date.
func FormatDate(t time.Time) string {
	if h, m, s := t.Clock(); h|m|s|t.Nanosecond() == 0 {
		return t.Format(dateOnly)
	}
	return t.Format(dateClock + ".999999999")
}

// FormatInstant writes the moment t as a stored instant.
func FormatInstant(t time.Time) string { return t.UTC().Format(dateClock + ".999999999") }

// Zones knows the time zones that sessions use, by name. It is safe for
// concurrent use.
type Zones struct{ byName sync.Map }

// Add remembers a session's zone and returns the name to find it by. A nil
// zone is UTC.
func (z *Zones) Add(loc *time.Location) string {
	if loc == nil {
		loc = time.UTC
	}
	z.byName.LoadOrStore(loc.String(), loc)
	return loc.String()
}

// Find returns the zone of a name (America/Denver) or an offset (-08:00).
func (z *Zones) Find(name string) (*time.Location, error) {
	if loc, ok := z.byName.Load(name); ok {
		return loc.(*time.Location), nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		return t.Location(), nil
	}
	if name == "" || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("time zone region %q is not found", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone region %q is not found", name)
	}
	z.Add(loc)
	return loc, nil
}

// inZone wraps a function of a stored time and a zone.
func (z *Zones) inZone(f func(t time.Time, loc *time.Location) string) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		t, err := ParseDate(text(args[0]))
		if err != nil {
			return nil, err
		}
		loc, err := z.Find(text(args[1]))
		if err != nil {
			return nil, err
		}
		return f(t, loc), nil
	}
}

// toLocal turns an instant into the date that a wall clock in loc shows.
func toLocal(t time.Time, loc *time.Location) string { return FormatDate(t.In(loc)) }

// toInstant turns a date of loc into an instant. A time that the clock shows
// twice is the first of the two.
func toInstant(t time.Time, loc *time.Location) string {
	early, late := around(t, loc)
	if toWall(early, loc).Equal(t) {
		return FormatInstant(early)
	}
	return FormatInstant(late)
}

// earliest returns an instant before which no clock in loc shows t or later;
// latest one after which none shows t or earlier. Both are exact but for the
// hours around a change of offset, and let an index find what a comparison of
// wall clocks then judges.
func earliest(t time.Time, loc *time.Location) string {
	early, _ := around(t, loc)
	return FormatInstant(early)
}

func latest(t time.Time, loc *time.Location) string {
	_, late := around(t, loc)
	return FormatInstant(late)
}

// around returns the two instants at which a clock in loc would show t with
// the offsets in force a day before and a day after, in order.
func around(t time.Time, loc *time.Location) (early, late time.Time) {
	shifted := func(days int) time.Time {
		_, offset := t.AddDate(0, 0, days).In(loc).Zone()
		return t.Add(-time.Duration(offset) * time.Second)
	}
	early, late = shifted(-1), shifted(1)
	if late.Before(early) {
		early, late = late, early
	}
	return early, late
}

// toWall returns the wall clock of t in loc as a UTC time.
func toWall(t time.Time, loc *time.Location) time.Time {
	_, offset := t.In(loc).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// offsetText prints an offset from UTC in seconds: -08:00.
func offsetText(seconds int) string {
	mark := '+'
	if seconds < 0 {
		mark, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d:%02d", mark, seconds/3600, seconds/60%60)
}
