package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// What is said of a time has to be what the scheduler does with it: the times are those
// of TestDaysOnWhichClocksAreSet.
func TestMarks(t *testing.T) {
	const berlin, lordHowe = "Europe/Berlin", "Australia/Lord_Howe"
	for _, tt := range []struct {
		cron, zone, after, at string
		mark                  Mark
		note                  string
	}{
		{"30 2 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00", MarkSkipped, "There is no 02:30 on this day: the clocks go from 02:00 to 03:00"},
		{"30 2,3 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00", MarkSkipped, "It comes due at the change"},
		{"0 2,3 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00", MarkSkipped, "One run stands for both times"},
		{"0 3 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00", MarkNone, ""},
		{"30 2 * * *", berlin, "2026-03-29T12:00:00+02:00", "2026-03-30T02:30:00+02:00", MarkNone, ""},
		{"30 2 * * *", berlin, "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00", MarkOnce, "show 02:30 twice"},
		{"0 3 * * *", berlin, "2026-10-24T12:00:00+02:00", "2026-10-25T03:00:00+01:00", MarkNone, ""},
		{"0 * * * *", berlin, "2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00", MarkFirst, "both times; this is the first"},
		{"0 * * * *", berlin, "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", MarkSecond, "second time"},
		{"0 * * * *", berlin, "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00", MarkNone, ""},
		{"*/30 * * * *", berlin, "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", MarkNone, ""},
		{"30 * * * *", berlin, "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", MarkSkipped, "There is no 02:30"},
		{"15 2 * * *", lordHowe, "2026-10-03T12:00:00+10:30", "2026-10-04T02:30:00+11:00", MarkSkipped, "from 02:00 to 02:30"},
		{"45 1 * * *", lordHowe, "2026-04-04T12:00:00+11:00", "2026-04-05T01:45:00+11:00", MarkOnce, "show 01:45 twice"},
		{"@daily", "UTC", "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", MarkNone, ""},
	} {
		c, err := Parse(tt.cron, tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		d := c.Due(instant(t, tt.after))
		if !d.At.Equal(instant(t, tt.at)) || d.Mark != tt.mark || !strings.Contains(d.Note, tt.note) || (d.Note == "") != (tt.mark == MarkNone) {
			t.Errorf("%s in %s after %s: %s, %q, %q; want %s, %q, %q", tt.cron, tt.zone, tt.after, d.At.Format(time.RFC3339), d.Mark, d.Note, tt.at, tt.mark, tt.note)
		}
	}
}

func TestChanges(t *testing.T) {
	berlin, err := Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, ch := range Changes(berlin, instant(t, "2026-01-01T00:00:00Z"), 5, 400*24*time.Hour) {
		got = append(got, ch.At.Format(time.RFC3339)+" "+ch.From.Format(hour)+" "+ch.To.Format(hour)+" "+ch.By.String())
	}
	if want := []string{"2026-03-29T03:00:00+02:00 02:00 03:00 1h0m0s", "2026-10-25T02:00:00+01:00 03:00 02:00 -1h0m0s"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if list := Changes(time.UTC, instant(t, "2026-01-01T00:00:00Z"), 5, 400*24*time.Hour); len(list) > 0 {
		t.Errorf("UTC has no changes: %v", list)
	}
}

func TestAroundAChange(t *testing.T) {
	berlin, err := Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	changes := Changes(berlin, instant(t, "2026-01-01T00:00:00Z"), 2, 400*24*time.Hour)
	for _, tt := range []struct {
		cron string
		at   int
		want []string
	}{
		{"30 2 * * *", 0, []string{"03-29T03:00+02:00 skipped"}},
		{"30 2 * * *", 1, []string{"10-25T02:30+02:00 once"}},
		{"0 9 * * *", 0, []string{"03-29T09:00+02:00 "}},
		{"0 * * * *", 1, []string{"10-25T02:00+02:00 first", "10-25T02:00+01:00 second", "10-25T03:00+01:00 "}},
		{"* * * * *", 0, []string{"03-29T01:00+01:00 ", "03-29T01:01+01:00 ", "03-29T01:02+01:00 ", "03-29T01:03+01:00 "}},
	} {
		c, err := Parse(tt.cron, "Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range c.Around(changes[tt.at], 4) {
			got = append(got, d.At.Format("01-02T15:04Z07:00")+" "+string(d.Mark))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.cron, got, tt.want)
		}
	}
}
