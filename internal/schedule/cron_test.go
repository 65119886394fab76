package schedule

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// dueTimes returns the due times of a cron in (from, to].
func dueTimes(t testing.TB, text, zone, from, to string) []string {
	t.Helper()
	c, err := Parse(text, zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, from)
	if err != nil {
		t.Fatal(err)
	}
	end, err := time.Parse(time.RFC3339, to)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for at = c.Next(at); !at.IsZero() && !at.After(end); at = c.Next(at) {
		out = append(out, at.In(c.zone).Format(time.RFC3339))
	}
	return out
}

func TestDaysOnWhichClocksAreSet(t *testing.T) {
	const berlin, lordHowe = "Europe/Berlin", "Australia/Lord_Howe"
	for _, tt := range []struct {
		cron, zone, from, to string
		want                 []string
	}{
		// A time that is left out comes due at the change, once.
		{"30 2 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-30T12:00:00+02:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"0,15,30 2 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", []string{"2026-03-29T03:00:00+02:00"}},
		{"30 2,3 * * *", berlin, "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"}},
		// A time that comes twice comes due once, the first time.
		{"30 2 * * *", berlin, "2026-10-24T12:00:00+02:00", "2026-10-26T12:00:00+01:00", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"30 2 * * *", berlin, "2026-10-25T02:29:00+01:00", "2026-10-25T12:00:00+01:00", nil},
		{"0 2,3 * * *", berlin, "2026-10-25T01:00:00+02:00", "2026-10-25T12:00:00+01:00", []string{"2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"}},
		{"45 1 * * *", lordHowe, "2026-04-04T12:00:00+11:00", "2026-04-05T12:00:00+10:30", []string{"2026-04-05T01:45:00+11:00"}},
		{"15 2 * * *", lordHowe, "2026-10-03T12:00:00+10:30", "2026-10-04T12:00:00+11:00", []string{"2026-10-04T02:30:00+11:00"}},
		// Every hour goes by the time that passes.
		{"0 * * * *", berlin, "2026-10-25T00:30:00+02:00", "2026-10-25T04:00:00+01:00", []string{"2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00", "2026-10-25T04:00:00+01:00"}},
		{"*/30 * * * *", berlin, "2026-03-29T01:15:00+01:00", "2026-03-29T04:00:00+02:00", []string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00", "2026-03-29T04:00:00+02:00"}},
		// Days without changes, and names for crons.
		{"@daily", "UTC", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", []string{"2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"}},
		{"0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z", []string{"2028-02-29T12:00:00Z"}},
	} {
		if got := dueTimes(t, tt.cron, tt.zone, tt.from, tt.to); !slices.Equal(got, tt.want) {
			t.Errorf("%s in %s from %s:\n got %v\nwant %v", tt.cron, tt.zone, tt.from, got, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range [][2]string{{"", "UTC"}, {"* * * *", "UTC"}, {"61 * * * *", "UTC"}, {"0 0 30 2 *", "UTC"}, {"@every 5m", "UTC"}, {"TZ=UTC 0 0 * * *", "UTC"},
		{"CRON_TZ=UTC 0 0 * * *", "UTC"}, {"0 0 * * *", ""}, {"0 0 * * *", "Local"}, {"0 0 * * *", "Mars/Olympus"}, {"0 0 0 * * *", "UTC"}} {
		if _, err := Parse(tt[0], tt[1]); err == nil {
			t.Errorf("%q in %q is accepted", tt[0], tt[1])
		}
	}
}

// Over two years in any zone, a daily time comes due on every day once, in order.
func TestDailyIsDaily(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Chatham"}).Draw(t, "zone")
		minute, hour := rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 4).Draw(t, "hour")
		c, err := Parse(time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("4 15")+" * * *", zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(rapid.IntRange(2015, 2027).Draw(t, "year"), 1, 1, 12, 0, 0, 0, c.zone)
		for day := 1; day <= 730; day++ {
			next := c.Next(at)
			want := time.Date(at.Year(), at.Month(), at.Day()+1, 12, 0, 0, 0, c.zone)
			if local := next.In(c.zone); local.YearDay() != want.YearDay() || !next.After(at) {
				t.Fatalf("after %s it is due at %s", at, local)
			}
			// Asked again from any time in between, it is due at the same time.
			middle := at.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(at))-1).Draw(t, "middle")))
			if again := c.Next(middle); !again.Equal(next) {
				t.Fatalf("after %s it is due at %s, after %s at %s", at, next, middle, again)
			}
			at = time.Date(want.Year(), want.Month(), want.Day(), 12, 0, 0, 0, c.zone)
		}
	})
}
