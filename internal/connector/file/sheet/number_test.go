package sheet

import "testing"

func TestPlain(t *testing.T) {
	for stored, want := range map[string]string{
		"0": "0", "-0": "0", "7": "7", "1.50": "1.50", "-1234.5": "-1234.5", ".5": "0.5", "5.": "5", "1E3": "1000", "1.5e-3": "0.0015", "12E-1": "1.2",
		"19.989999999999998": "19.99", "1.1000000000000001": "1.1", "0.30000000000000004": "0.30000000000000004", "9.9999999999999995E-3": "0.01",
		"999999999999999.9": "999999999999999.9", "12345678901234567890.12": "12345678901234567890.12", "123456789012345678": "123456789012345678",
		"1.2345678901234E+18": "1234567890123400000", "-99.989999999999995": "-99.99", "0.1": "0.1",
	} {
		if got, ok := plain(stored); !ok || got != want {
			t.Errorf("%s is written %s (%v), want %s", stored, got, ok, want)
		}
	}
	for _, no := range []string{"", ".", "1,5", "NaN", "1e9999", "0x10", "1 000", "--1", "e5"} {
		if got, ok := plain(no); ok {
			t.Errorf("%q is taken for %s", no, got)
		}
	}
}

func TestFormats(t *testing.T) {
	date, clock, both, none := format{date: true}, format{time: true}, format{date: true, time: true}, format{}
	for code, want := range map[string]format{
		"dd.mm.yyyy": date, "yyyy-mm-dd": date, "mmm": date, "d/m/yy;@": date, "[$-407]d. mmmm yyyy": date, "hh:mm": clock, "mm:ss": clock, "h:mm AM/PM": clock,
		"dd.mm.yyyy hh:mm": both, "[h]:mm": none, "[ss]": none, "General": none, "0.00": none, `0 "days"`: none, "#,##0.00 [$€-407]": none, `[Red]0.00\d`: none, "@": none, "0.00E+00": none,
	} {
		if got := formatOf(code); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	date, clock, both := format{date: true}, format{time: true}, format{date: true, time: true}
	for _, c := range []struct {
		f       format
		number  string
		since04 bool
		want    string
	}{
		{date, "46082", false, "2026-03-01"}, {date, "1", false, "1900-01-01"}, {date, "59", false, "1900-02-28"}, {date, "61", false, "1900-03-01"},
		{date, "44620", true, "2026-03-01"}, {both, "46082", false, "2026-03-01T00:00:00"}, {both, "46082.604166666664", false, "2026-03-01T14:30:00"},
		{date, "46082.5", false, "2026-03-01T12:00:00"}, {clock, "0.75", false, "18:00:00"}, {clock, "0.9999999999", false, "1900-01-01T00:00:00"},
		{both, "46082.00000001157", false, "2026-03-01T00:00:00.001"}, {clock, "46082.25", false, "2026-03-01T06:00:00"}, {date, "2958465", false, "9999-12-31"},
	} {
		if got, ok := c.f.write(c.number, c.since04); !ok || got != c.want {
			t.Errorf("%s: %s (%v), want %s", c.number, got, ok, c.want)
		}
	}
	for _, no := range []string{"-1", "2958466", "1e9"} {
		if got, ok := date.write(no, false); ok {
			t.Errorf("%s is the date %s", no, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	for place, column := range map[string]int{"A1": 0, "Z9": 25, "AA10": 26, "XFD1048576": 16383} {
		got, err := columnOf(place)
		if err != nil || got != column || ColumnName(column)+place[len(ColumnName(column)):] != place {
			t.Errorf("%s: column %d, %v", place, got, err)
		}
	}
	for _, no := range []string{"", "1", "a1", "AAAA1", "AB"} {
		if _, err := columnOf(no); err == nil {
			t.Errorf("%q is a place", no)
		}
	}
}
