package form

import (
	"fmt"
	"time"

	"github.com/sluicehq/sluice/internal/mapping/clock"
)

// Differ reports whether two zones show different times at some moment of the year round now.
func Differ(a, b *time.Location, now time.Time) bool {
	for week := range 52 {
		at := now.AddDate(0, 0, 7*week)
		_, first := at.In(a).Zone()
		_, second := at.In(b).Zone()
		if first != second {
			return true
		}
	}
	return false
}

// The forms of a date-time that names no zone: as TO_CHAR writes it in SuiteQL, and ISO 8601.
var localForms = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"}

// ParseLocal reads a date-time that names no zone. Fractions of a second may follow.
func ParseLocal(text string) (naive time.Time, ok bool) {
	for _, form := range localForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// ZoneMissing is the failure of a value that has no meaning without a zone.
type ZoneMissing struct{ Path, Value string }

// Error says what cannot be known.
func (e *ZoneMissing) Error() string {
	return fmt.Sprintf("the field %s is %q, and which day or time that is in the account is not known without its time zone", e.Path, e.Value)
}

// dateValue returns text as a field of the format takes it: a date field takes the
// calendar day in the account, a date-time field the instant. Other texts stay, for
// NetSuite to judge.
func dateValue(format, text, path string, zone *time.Location) (string, error) {
	at, err := time.Parse(time.RFC3339Nano, text)
	naive, local := ParseLocal(text)
	switch {
	case format == "date" && err == nil:
		if zone == nil {
			return "", &ZoneMissing{Path: path, Value: text}
		}
		return at.In(zone).Format(time.DateOnly), nil
	case format == "date" && local:
		return naive.Format(time.DateOnly), nil // it is in the account's zone already
	case format != "date-time":
		return text, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		naive, local = day, true
	}
	if !local {
		return text, nil
	}
	if zone == nil {
		return "", &ZoneMissing{Path: path, Value: text}
	}
	return clock.Instant(naive, zone).UTC().Format(time.RFC3339), nil
}

// ShownTime returns an instant that NetSuite wrote as clocks in the account show it.
func ShownTime(text string, zone *time.Location) string {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return at.In(zone).Format(time.RFC3339)
}
