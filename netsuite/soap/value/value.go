// Package value writes and reads the values of NetSuite's SOAP web services.
// All are texts: amounts and quantities never pass through a float64.
//
// Dates are the trap. A field that holds a date without a time travels as a
// dateTime: NetSuite converts the instant to the time zone of the integration's
// user and keeps the day; it answers with midnight of the day in that zone,
// written with a Pacific offset (Oracle help section_1521451348). So a client
// has to know the user's zone, which is a setting here (see [Zone]).
package value

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // machines without zones of their own
)

// Pacific is NetSuite's own time zone: what an instant without an offset is in,
// and what Oracle advises for users of integrations.
var Pacific = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic("value: the embedded zones lack America/Los_Angeles: " + err.Error())
	}
	return zone
})

// Zone loads a user's time zone by its IANA name; empty means Pacific.
func Zone(name string) (*time.Location, error) {
	if name == "" {
		return Pacific(), nil
	}
	if name == "Local" {
		return nil, errors.New("time zone: the zone of this machine is not that of the NetSuite user: name one")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not known: an IANA name such as Europe/Berlin is needed", name)
	}
	return zone, nil
}

const (
	day     = "2006-01-02"
	instant = "2006-01-02T15:04:05.000Z07:00"
	bare    = "2006-01-02T15:04:05"
)

// Time writes an instant.
func Time(t time.Time) string { return t.Format(instant) }

// ParseTime reads an xsd:dateTime; without an offset it is Pacific time.
func ParseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	t, err := time.Parse(time.RFC3339, text)
	if err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(bare, text, Pacific()); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%.40q is no date and time such as 2026-01-02T15:04:05.000-08:00", text)
}

// IsDate reports whether text is a day: 2026-01-02.
func IsDate(text string) bool {
	_, err := time.Parse(day, text)
	return err == nil && len(text) == len(day)
}

// Date writes a day (2026-01-02) as NetSuite takes it: the first instant of that
// day in the user's zone, with the offset that the zone has then.
func Date(text string, zone *time.Location) (string, error) {
	d, err := time.Parse(day, text)
	if err != nil || len(text) != len(day) {
		return "", fmt.Errorf("%.40q is no day such as 2026-01-02", text)
	}
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone)
	for t.Format(day) < text {
		// Midnight is left out where clocks go forward at it.
		t = t.Add(time.Hour)
	}
	return Time(t), nil
}

// ParseDate reads a field that holds a day, which is the day of the instant in
// the user's zone.
func ParseDate(text string, zone *time.Location) (string, error) {
	t, err := ParseTime(text)
	if err != nil {
		return "", err
	}
	return t.In(zone).Format(day), nil
}

// Bool reads an xsd:boolean.
func Bool(text string) (bool, error) {
	switch strings.TrimSpace(text) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("%.40q is neither true nor false", text)
}

var (
	decimal = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$`)
	integer = regexp.MustCompile(`^[+-]?\d{1,19}$`)
)

// CheckDecimal reports whether text is a decimal number. Its digits are sent as
// they are.
func CheckDecimal(text string) error {
	if !decimal.MatchString(text) {
		return fmt.Errorf("%.40q is no number such as 12.50", text)
	}
	return nil
}

// CheckInteger reports whether text is a whole number.
func CheckInteger(text string) error {
	if !integer.MatchString(text) {
		return fmt.Errorf("%.40q is no whole number", text)
	}
	return nil
}
