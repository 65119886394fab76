package engine

import (
	"strings"
	"time"
)

// layouts turn the patterns of NetSuite's preferences into Go's.
var layouts = strings.NewReplacer("YYYY", "2006", "MONTH", "January", "Month", "January", "MON", "Jan", "Mon", "Jan",
	"MM", "01", "DD", "02", "M", "1", "D", "2")

var timeLayouts = strings.NewReplacer("hh", "03", "h", "3", "HH", "15", "H", "15", "mm", "04", "a", "pm")

// dateLayout is the layout of the user's dates.
func (m *Machine) dateLayout() string { return layouts.Replace(m.Session.DateFormat) }

// timeLayout is the layout of the user's times, with seconds where wanted.
func (m *Machine) timeLayout(seconds bool) string {
	layout := timeLayouts.Replace(m.Session.TimeFormat)
	if seconds {
		return strings.Replace(layout, "04", "04:05", 1)
	}
	return layout
}

// Zone is the time zone of the user.
func (m *Machine) Zone() *time.Location {
	if m.Session.TimeZone == nil {
		return time.UTC
	}
	return m.Session.TimeZone
}

// FormatDay prints a day as the user prefers. A Date of a script stands for the
// day that it has in the zone of the machine, as on NetSuite's servers.
func (m *Machine) FormatDay(t time.Time) string { return t.In(time.Local).Format(m.dateLayout()) }

// ParseDay reads a day that is written as the user prefers.
func (m *Machine) ParseDay(text string) (time.Time, bool) {
	t, err := time.ParseInLocation(m.dateLayout(), strings.TrimSpace(text), time.Local)
	return t, err == nil
}

// FormatMoment prints a moment as the user prefers, in a zone; nil means the user's.
func (m *Machine) FormatMoment(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = m.Zone()
	}
	return t.In(zone).Format(m.dateLayout() + " " + m.timeLayout(true))
}

// ParseMoment reads a moment that is written as the user prefers, with or
// without seconds, in a zone; nil means the user's.
func (m *Machine) ParseMoment(text string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = m.Zone()
	}
	for _, seconds := range []bool{true, false} {
		if t, err := time.ParseInLocation(m.dateLayout()+" "+m.timeLayout(seconds), strings.ToLower(strings.TrimSpace(text)), zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// FormatClock prints the time of day as the user prefers.
func (m *Machine) FormatClock(t time.Time) string {
	return t.In(time.Local).Format(m.timeLayout(false))
}

// ParseClock reads a time of day, on the day that it is now.
func (m *Machine) ParseClock(text string) (time.Time, bool) {
	t, err := time.ParseInLocation(m.timeLayout(false), strings.ToLower(strings.TrimSpace(text)), time.Local)
	if err != nil {
		return t, false
	}
	y, month, d := m.Account.Now().In(time.Local).Date()
	return time.Date(y, month, d, t.Hour(), t.Minute(), 0, 0, time.Local), true
}
