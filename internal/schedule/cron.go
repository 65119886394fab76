// Package schedule says when flows are due, and makes the runs that are.
//
// Crons are read by robfig/cron; what becomes of times that a change of the clocks
// leaves out or repeats is decided here.
package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // machines without zones of their own

	"github.com/robfig/cron/v3"
)

// Cron says when something is due, in a time zone.
type Cron struct {
	spec *cron.SpecSchedule
	zone *time.Location
	// steady crons are due in every hour. They go by the time that passes: when the
	// clocks go back, the hour that comes twice has its due times twice.
	steady bool
}

const everyHour = 1<<24 - 1

// Zone returns a zone of the IANA database.
func Zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone", name)
	}
	return time.LoadLocation(name)
}

// Parse reads a cron: five fields, or @hourly and its like.
func Parse(text, zone string) (*Cron, error) {
	location, err := Zone(zone)
	if err != nil {
		return nil, err
	}
	if strings.Contains(text, "TZ=") {
		return nil, errors.New("the zone has a key of its own")
	}
	parsed, err := cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("the cron %q cannot be read: %w", text, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("the cron %q is not made of fields", text)
	}
	spec.Location = time.UTC // it is asked in wall-clock times, which have no zone
	c := &Cron{spec: spec, zone: location, steady: spec.Hour&everyHour == everyHour}
	if c.spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("the cron %q never comes due", text)
	}
	return c, nil
}

// change is the most by which clocks are set, and more.
const change = 3 * time.Hour

// Next returns the first due time after a time, in the cron's zone, and the zero time
// when there is none in sight.
func (c *Cron) Next(after time.Time) time.Time {
	if next := c.next(after); !next.IsZero() {
		return next.In(c.zone)
	}
	return time.Time{}
}

func (c *Cron) next(after time.Time) time.Time {
	if !c.changes(after) {
		return c.first(c.spec.Next(wall(after, c.zone)), after)
	}
	// Near a change wall-clock times do not rise with time: all that are near are looked at.
	var next time.Time
	for w := c.spec.Next(wall(after, c.zone).Add(-change)); ; w = c.spec.Next(w) {
		at := c.first(w, after)
		if at.After(after) && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if w.IsZero() || w.After(wall(after, c.zone).Add(change)) && !next.IsZero() {
			return next
		}
	}
}

// changes reports whether the clocks are set near a time.
func (c *Cron) changes(at time.Time) bool {
	_, before := at.Add(-change).In(c.zone).Zone()
	_, now := at.In(c.zone).Zone()
	_, behind := at.Add(change).In(c.zone).Zone()
	return before != now || now != behind
}

// wall is the wall-clock time of an instant, as if it were UTC.
func wall(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// first is the instant at which a wall-clock time is due: the first one; of a steady
// cron the first one after a time; for one that is left out, the instant of the change.
func (c *Cron) first(w, after time.Time) time.Time {
	if w.IsZero() {
		return w
	}
	_, earlier := w.Add(-24 * time.Hour).In(c.zone).Zone()
	_, later := w.Add(24 * time.Hour).In(c.zone).Zone()
	// The offset before a change gives the first instant of a time that comes twice.
	one, two := w.Add(-time.Duration(earlier)*time.Second), w.Add(-time.Duration(later)*time.Second)
	here, there := wall(one, c.zone).Equal(w), wall(two, c.zone).Equal(w)
	switch {
	case here && there && c.steady && !one.After(after):
		return two
	case here:
		return one
	case there:
		return two
	}
	return c.gap(two, one)
}

// gap is the instant between two at which the clocks are set.
func (c *Cron) gap(from, to time.Time) time.Time {
	_, before := from.In(c.zone).Zone()
	for to.Sub(from) > time.Second {
		middle := from.Add(to.Sub(from) / 2)
		if _, offset := middle.In(c.zone).Zone(); offset == before {
			from = middle
		} else {
			to = middle
		}
	}
	return to.Truncate(time.Second)
}
