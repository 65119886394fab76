package oracle

import (
	"database/sql/driver"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Text order of stored dates is time order, whatever their precision.
func TestStoredDatesOrderAsText(t *testing.T) {
	moment := rapid.Custom(func(r *rapid.T) time.Time {
		day := time.Date(2026, 1, rapid.IntRange(1, 3).Draw(r, "day"), 0, 0, 0, 0, time.UTC)
		return day.Add(time.Duration(rapid.SampledFrom([]int64{0, 1, 500, 1000, 59_999, 43_200_000, 86_399_500}).Draw(r, "ms")) * time.Millisecond)
	})
	rapid.Check(t, func(r *rapid.T) {
		a, b := moment.Draw(r, "a"), moment.Draw(r, "b")
		if a.Before(b) != (FormatDate(a) < FormatDate(b)) {
			r.Fatalf("%s and %s", FormatDate(a), FormatDate(b))
		}
		if back, err := ParseDate(FormatDate(a)); err != nil || !back.Equal(a) {
			r.Fatalf("%s reads back as %v, %v", FormatDate(a), back, err)
		}
	})
}

// The bounds that an index searches enclose every instant whose clock shows
// the time, and a date becomes an instant that shows it where one does.
func TestZoneBounds(t *testing.T) {
	for _, name := range []string{"America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "UTC"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatalf("this test needs time zone data (Debian: tzdata): %v", err)
		}
		rapid.Check(t, func(r *rapid.T) {
			at := time.Unix(rapid.Int64Range(1_293_840_000, 1_800_000_000).Draw(r, "at"), 0).UTC()
			wall := toWall(at, loc)
			stored := FormatInstant(at)
			if earliest(wall, loc) > stored || latest(wall, loc) < stored {
				r.Fatalf("%s: %s is outside %s … %s", name, stored, earliest(wall, loc), latest(wall, loc))
			}
			back, err := ParseDate(toInstant(wall, loc))
			if err != nil || !toWall(back, loc).Equal(wall) {
				r.Fatalf("%s: clock %v became %v", name, wall, back)
			}
		})
	}
}

// A date printed by a model that says all of it reads back the same.
func TestModelsReadWhatTheyPrint(t *testing.T) {
	models := []string{"YYYY-MM-DD HH24:MI:SS", "DD.MM.YYYY HH12:MI:SS AM", `Month DD, YYYY "at" HH24:MI:SS`, "FMDD-MON-YYYY HH:MI:SS p.m.", "YYYYMMDDHH24MISS", "YYYY DDD SSSSS"}
	rapid.Check(t, func(r *rapid.T) {
		format := rapid.SampledFrom(models).Draw(r, "model")
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(r, "at"), 0).UTC()
		m, err := parseModel(format)
		if err != nil {
			r.Fatal(err)
		}
		text := m.format(at)
		back, _, err := m.parse(text, at)
		if err != nil || !back.Equal(at) {
			r.Fatalf("%s: %q reads back as %v, %v", format, text, back, err)
		}
	})
}

// Adding numbers and taking them out again, as a moving window does, leaves nothing.
func TestSumForgetsExactly(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &sum{}
		numbers := rapid.SliceOfN(rapid.OneOf(
			rapid.Map(rapid.Int64Range(-1e12, 1e12), func(n int64) driver.Value { return float64(n) / 100 }),
			rapid.Map(rapid.Int64Range(-1e15, 1e15), func(n int64) driver.Value { return n }),
			rapid.Just[driver.Value](nil),
		), 1, 50).Draw(r, "numbers")
		for _, sign := range []int64{1, -1} {
			for _, n := range numbers {
				if err := s.add(n, sign); err != nil {
					r.Fatal(err)
				}
			}
		}
		s.count = 1 // an empty sum would be NULL
		if v, err := s.value(); err != nil || v != int64(0) {
			r.Fatalf("%v remains of %v: %v", v, numbers, err)
		}
	})
}

func TestUserFormats(t *testing.T) {
	at := time.Date(2026, 3, 9, 23, 59, 0, 0, time.UTC)
	for preference, want := range map[string]string{
		"": "3/9/2026", "M/D/YYYY": "3/9/2026", "D/M/YYYY": "9/3/2026", "MM/DD/YYYY": "03/09/2026", "dd.MM.yyyy": "09.03.2026",
		"D-MON-YYYY": "9-Mar-2026", "DD-Mon-YYYY": "09-Mar-2026", "d-MMM-YYYY": "9-Mar-2026", "YYYY-M-D": "2026-3-9",
		"DD MONTH, YYYY": "09 March, 2026", "D.M.YY": "9.3.26", "???": "???",
	} {
		if got := NewDateFormat(UserFormat(preference)).Format(at); got != want {
			t.Errorf("%q: %s, want %s", preference, got, want)
		}
	}
}
