package value

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// dates is Oracle's table of what becomes of a date (help section_1521451348):
// what is sent, the user's zone, the day that is stored, what is read back.
var dates = []struct{ sent, zone, stored, readBack string }{
	{"2017-02-21T00:00:00.000-06:00", "America/Chicago", "2017-02-21", "2017-02-20T22:00:00.000-08:00"},
	{"2017-08-21T00:00:00.000-05:00", "America/Chicago", "2017-08-21", "2017-08-20T22:00:00.000-07:00"},
	{"2017-02-21T00:00:00.000-05:00", "America/Los_Angeles", "2017-02-20", "2017-02-20T00:00:00.000-08:00"},
	{"2017-08-21T00:00:00.000-07:00", "America/Chicago", "2017-08-21", "2017-08-20T22:00:00.000-07:00"},
}

func TestOraclesDates(t *testing.T) {
	for _, c := range dates {
		z := zone(t, c.zone)
		for _, text := range []string{c.sent, c.readBack} {
			if got, err := ParseDate(text, z); err != nil || got != c.stored {
				t.Errorf("%s in %s is %s (%v), want %s", text, c.zone, got, err, c.stored)
			}
		}
		written, err := Date(c.stored, z)
		if err != nil {
			t.Fatal(err)
		}
		at, err := ParseTime(written)
		if err != nil || Time(at.In(Pacific())) != c.readBack {
			t.Errorf("%s in %s is written %s, which NetSuite shows as %s; want %s", c.stored, c.zone, written, Time(at.In(Pacific())), c.readBack)
		}
	}
}

// TestEveryDaySurvives writes each day of some years in zones with odd rules and
// reads it back: those whose clocks skip midnight or a whole day among them.
func TestEveryDaySurvives(t *testing.T) {
	for _, name := range []string{"", "UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Kiritimati", "America/Havana"} {
		z := zone(t, name)
		for d := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2020; d = d.AddDate(0, 0, 1) {
			want := d.Format(day)
			text, err := Date(want, z)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := ParseDate(text, z); err != nil || got != want {
				t.Fatalf("%s in %s is written %s and read %s (%v)", want, name, text, got, err)
			}
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-02T15:04:05Z":            "2026-01-02T15:04:05Z",
		"2026-01-02T15:04:05.000-08:00":   "2026-01-02T23:04:05Z",
		" 2026-07-02T15:04:05.1-07:00\n":  "2026-07-02T22:04:05.1Z",
		"2026-01-02T15:04:05":             "2026-01-02T23:04:05Z", // Pacific, winter
		"2026-07-02T15:04:05.250":         "2026-07-02T22:04:05.25Z",
		"2026-01-02T15:04:05.123456+5:00": "",
		"2026-01-02":                      "",
		"":                                "",
	} {
		got, err := ParseTime(text)
		if (err == nil) != (want != "") || err == nil && got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %s (%v), want %s", text, got.UTC(), err, want)
		}
	}
}

func TestBadValues(t *testing.T) {
	for _, text := range []string{"2026-02-30", "2026-1-2", "2026-01-02T00:00:00Z", ""} {
		if got, err := Date(text, time.UTC); err == nil || IsDate(text) {
			t.Errorf("%q is written %s", text, got)
		}
	}
	for _, name := range []string{"Local", "Mars/Olympus", "../etc/passwd"} {
		if _, err := Zone(name); err == nil {
			t.Errorf("%s is a zone", name)
		}
	}
	for _, text := range []string{"", "1,5", "NaN", "INF", "0x1", "1e", ".", "--1"} {
		if CheckDecimal(text) == nil {
			t.Errorf("%q is a number", text)
		}
	}
	for _, text := range []string{"0", "-1.50", "12345678901234567890.123456789", "1E5", ".5", "5."} {
		if err := CheckDecimal(text); err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{"", "1.0", "1e5", "12345678901234567890"} {
		if CheckInteger(text) == nil {
			t.Errorf("%q is a whole number", text)
		}
	}
	for text, want := range map[string]bool{"true": true, "1": true, "false": false, " 0 ": false} {
		if got, err := Bool(text); err != nil || got != want {
			t.Errorf("%q is %t (%v)", text, got, err)
		}
	}
	if _, err := Bool("yes"); err == nil {
		t.Error("yes is a boolean")
	}
}
