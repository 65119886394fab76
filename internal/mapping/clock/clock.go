// Package clock tells the moments that clocks in a time zone show.
package clock

import "time"

// Instant returns the moment at which clocks in zone show the naive time. The hour
// that autumn repeats is taken for its first run, the one that spring leaves out
// as if the clocks had not been moved yet.
func Instant(naive time.Time, zone *time.Location) time.Time {
	_, before := naive.Add(-24 * time.Hour).In(zone).Zone()
	_, after := naive.Add(24 * time.Hour).In(zone).Zone()
	first := naive.Add(-time.Duration(before) * time.Second).In(zone)
	second := naive.Add(-time.Duration(after) * time.Second).In(zone)
	if !shows(first, naive) && shows(second, naive) {
		return second
	}
	return first
}

func shows(t, naive time.Time) bool {
	return t.Format(time.DateTime) == naive.Format(time.DateTime)
}
