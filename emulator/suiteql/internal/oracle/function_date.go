package oracle

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// dateFunc wraps a function whose first argument is a stored date.
func dateFunc(f func(t time.Time, args []driver.Value) (driver.Value, error)) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		t, err := ParseDate(text(args[0]))
		if err != nil {
			return nil, err
		}
		return f(t, args[1:])
	}
}

// addDays is date + number: fractions are parts of a day, to the second.
func addDays(t time.Time, args []driver.Value) (driver.Value, error) {
	days, err := float(args[0])
	if err != nil || math.Abs(days) > 4e6 {
		return nil, errors.New("date is out of range")
	}
	whole, part := math.Modf(days)
	t = t.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	return checked(t)
}

// checked refuses years that the stored form cannot order.
func checked(t time.Time) (driver.Value, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return nil, errors.New("year is out of range")
	}
	return FormatDate(t), nil
}

// daysBetween is date - date.
func daysBetween(t time.Time, args []driver.Value) (driver.Value, error) {
	u, err := ParseDate(text(args[0]))
	if err != nil {
		return nil, err
	}
	seconds := t.Unix() - u.Unix()
	if seconds%86400 == 0 {
		return seconds / 86400, nil
	}
	return arithmetic(divide, func(a, b float64) float64 { return a / b })([]driver.Value{seconds, int64(86400)})
}

// addMonths keeps the last day of a month the last day.
func addMonths(t time.Time, args []driver.Value) (driver.Value, error) {
	n, err := integer(args[0])
	if err != nil || n < -120000 || n > 120000 {
		return nil, errors.New("date is out of range")
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	day := min(t.Day(), monthDays(first))
	if t.Day() == monthDays(t) {
		day = monthDays(first)
	}
	return checked(first.AddDate(0, 0, day-1))
}

func monthDays(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// monthsBetween counts whole months where both are the same or the last day,
// and 31sts of a month for the rest.
func monthsBetween(t time.Time, args []driver.Value) (driver.Value, error) {
	u, err := ParseDate(text(args[0]))
	if err != nil {
		return nil, err
	}
	months := (t.Year()-u.Year())*12 + int(t.Month()) - int(u.Month())
	if t.Day() == u.Day() || t.Day() == monthDays(t) && u.Day() == monthDays(u) {
		return int64(months), nil
	}
	clock := func(t time.Time) int { return t.Day()*86400 + t.Hour()*3600 + t.Minute()*60 + t.Second() }
	return finite(float64(months) + float64(clock(t)-clock(u))/(31*86400))
}

func lastDay(t time.Time, _ []driver.Value) (driver.Value, error) {
	return FormatDate(t.AddDate(0, 0, monthDays(t)-t.Day())), nil
}

func nextDay(t time.Time, args []driver.Value) (driver.Value, error) {
	name := strings.ToUpper(text(args[0]))
	for i := 1; i <= 7 && len(name) >= 3; i++ {
		next := t.AddDate(0, 0, i)
		if strings.HasPrefix(strings.ToUpper(next.Weekday().String()), name) {
			return FormatDate(next), nil
		}
	}
	return nil, fmt.Errorf("%q is not a day of the week", name)
}

// truncDate cuts a date to the unit of a format code; roundDate goes to the
// nearer end of the unit.
func truncDate(t time.Time, args []driver.Value) (driver.Value, error) {
	start, _, err := unit(t, args)
	if err != nil {
		return nil, err
	}
	return FormatDate(start), nil
}

func roundDate(t time.Time, args []driver.Value) (driver.Value, error) {
	start, end, err := unit(t, args)
	if err != nil {
		return nil, err
	}
	middle := start.Add(end.Sub(start) / 2)
	switch { // months and years turn on the 16th and on 1 July, whatever their length
	case end.Equal(start.AddDate(0, 1, 0)):
		middle = start.AddDate(0, 0, 15)
	case end.Equal(start.AddDate(1, 0, 0)):
		middle = start.AddDate(0, 6, 0)
	case end.Equal(start.AddDate(0, 3, 0)):
		middle = start.AddDate(0, 1, 15)
	}
	if t.Before(middle) {
		return FormatDate(start), nil
	}
	return checked(end)
}

// unit returns the start of the unit around t, and of the next one.
func unit(t time.Time, args []driver.Value) (start, end time.Time, err error) {
	code := "DD"
	if len(args) > 0 {
		code = strings.ToUpper(text(args[0]))
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	week := func(since int) (time.Time, time.Time, error) {
		start := day.AddDate(0, 0, -((since%7 + 7) % 7))
		return start, start.AddDate(0, 0, 7), nil
	}
	switch code {
	case "YYYY", "YYY", "YY", "Y", "YEAR", "SYYYY", "SYEAR":
		start = time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(1, 0, 0), nil
	case "Q":
		start = time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(0, 3, 0), nil
	case "MM", "MON", "MONTH", "RM":
		start = day.AddDate(0, 0, 1-t.Day())
		return start, start.AddDate(0, 1, 0), nil
	case "DDD", "DD", "J":
		return day, day.AddDate(0, 0, 1), nil
	case "DAY", "DY", "D":
		return week(int(t.Weekday()))
	case "IW":
		return week(int(t.Weekday()) + 6)
	case "WW":
		return week(t.YearDay() - 1)
	case "W":
		return week(t.Day() - 1)
	case "HH", "HH12", "HH24":
		start = t.Truncate(time.Hour)
		return start, start.Add(time.Hour), nil
	case "MI":
		start = t.Truncate(time.Minute)
		return start, start.Add(time.Minute), nil
	}
	return start, end, fmt.Errorf("%q is not a unit of a date", code)
}
