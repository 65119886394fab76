package query

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Any text comes back as it was, is stored as text that PostgreSQL takes, and no
// two texts are stored alike: ledger keys rest on that.
func TestForeignText(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"\x00", "\x01", "\xff", "a", "ü", "\\", "AQ=="})).Draw(t, "parts"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		stored := Foreign(a).Stored()
		if !utf8.ValidString(stored) || strings.Contains(stored, "\x00") {
			t.Fatalf("%q is stored as %q, which PostgreSQL refuses", a, stored)
		}
		var back Foreign
		if err := back.Scan(stored); err != nil || string(back) != a {
			t.Fatalf("%q came back as %q, %v", a, back, err)
		}
		if a != b && stored == Foreign(b).Stored() {
			t.Fatalf("%q and %q are both stored as %q", a, b, stored)
		}
	})
}

func TestTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.UnixMicro(rapid.Int64Range(1, 1<<52).Draw(t, "microseconds")).In(time.FixedZone("elsewhere", 3600))
		stored, err := Micros(want.Add(999 * time.Nanosecond)).Value()
		var back Micros
		if err != nil || back.Scan(stored) != nil || !time.Time(back).Equal(want) || time.Time(back).Location() != time.UTC {
			t.Fatalf("%s came back as %s", want, time.Time(back))
		}
	})
	stored, err := Micros(time.Time{}).Value()
	back := Micros(time.Now())
	if err != nil || back.Scan(stored) != nil || !time.Time(back).IsZero() {
		t.Errorf("no time came back as %s", time.Time(back))
	}
}
