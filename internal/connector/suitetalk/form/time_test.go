package form

import (
	"errors"
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDateValue(t *testing.T) {
	pacific, berlin := zoneOf(t, "America/Los_Angeles"), zoneOf(t, "Europe/Berlin")
	for _, tt := range []struct {
		format, text string
		zone         *time.Location
		want         string
	}{
		{"date", "2026-03-02T06:30:00Z", pacific, "2026-03-01"}, // back over midnight
		{"date", "2026-03-01T23:30:00Z", berlin, "2026-03-02"},  // and on
		{"date", "2026-03-01T23:30:00-08:00", pacific, "2026-03-01"},
		{"date", "2026-03-08T07:59:59Z", pacific, "2026-03-07"}, // the day that summer time begins: still winter's eight hours
		{"date", "2026-03-09T06:59:59Z", pacific, "2026-03-08"}, // and seven at its end
		{"date", "2026-11-01T06:59:59.5Z", pacific, "2026-10-31"},
		{"date", "2026-11-02T07:59:59Z", pacific, "2026-11-01"},
		{"date", "2026-03-02", pacific, "2026-03-02"},
		{"date", "2026-03-02", nil, "2026-03-02"},
		{"date", "2026-03-01T22:30:00", nil, "2026-03-01"}, // in the account's zone, whichever it is
		{"date", "3/2/2026", pacific, "3/2/2026"},          // for NetSuite to judge
		{"date-time", "2026-03-02T06:30:00+01:00", nil, "2026-03-02T06:30:00+01:00"},
		{"date-time", "2026-03-01 22:30:00", pacific, "2026-03-02T06:30:00Z"},
		{"date-time", "2026-07-01T22:30", pacific, "2026-07-02T05:30:00Z"},
		{"date-time", "2026-03-02", berlin, "2026-03-01T23:00:00Z"},           // midnight there
		{"date-time", "2026-03-08 02:30:00", pacific, "2026-03-08T10:30:00Z"}, // an hour that is not: as if winter's
		{"date-time", "2026-11-01 01:30:00", pacific, "2026-11-01T08:30:00Z"}, // an hour that is twice: the first
		{"date-time", "2026-11-01 02:00:00", pacific, "2026-11-01T10:00:00Z"},
		{"", "2026-03-01 22:30:00", pacific, "2026-03-01 22:30:00"},
	} {
		got, err := dateValue(tt.format, tt.text, "f", tt.zone)
		if err != nil || got != tt.want {
			t.Errorf("%s %s in %v: %s, %v, want %s", tt.format, tt.text, tt.zone, got, err, tt.want)
		}
	}
	for format, text := range map[string]string{"date": "2026-03-02T06:30:00Z", "date-time": "2026-03-02"} {
		_, err := dateValue(format, text, "tranDate", nil)
		if missing, ok := errors.AsType[*ZoneMissing](err); !ok || missing.Path != "tranDate" {
			t.Errorf("%s %s without a zone: %v", format, text, err)
		}
	}
}
