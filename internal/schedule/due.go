package schedule

import (
	"fmt"
	"time"
)

// Mark says what a change of the clocks makes of a due time.
type Mark string

// Marks of due times.
const (
	MarkNone Mark = ""
	// MarkSkipped stands for times that the clocks leave out: they come due at the change.
	MarkSkipped Mark = "skipped"
	// MarkOnce is a time that the clocks show twice, and that comes due the first time only.
	MarkOnce Mark = "once"
	// MarkFirst and MarkSecond are a time that the clocks show twice and that comes due twice.
	MarkFirst  Mark = "first"
	MarkSecond Mark = "second"
)

// Due is a time at which something comes due.
type Due struct {
	At   time.Time // in the cron's zone
	Mark Mark
	Note string // what the mark means here, for people
}

// Change is an instant at which the clocks of a zone are set.
type Change struct {
	At       time.Time     // the first instant by the new clock
	From, To time.Time     // what the old clock would show then, and what the new one shows, as if they were UTC
	By       time.Duration // by how much: an hour forward is 1h, back is -1h
}

// Zone is the cron's time zone.
func (c *Cron) Zone() *time.Location { return c.zone }

// hour is how notes show what a clock shows.
const hour = "15:04"

// Due is Next with what a change of the clocks makes of it.
func (c *Cron) Due(after time.Time) Due {
	at := c.Next(after)
	if at.IsZero() {
		return Due{}
	}
	d := Due{At: at}
	if shown := c.skipped(at); shown != "" {
		d.Mark, d.Note = MarkSkipped, shown
		return d
	}
	w := wall(at, c.zone)
	first, second := c.instants(w)
	switch {
	case first.Equal(second):
	case !c.steady:
		d.Mark, d.Note = MarkOnce, fmt.Sprintf("The clocks are set back and show %s twice on this day. It comes due the first time only.", w.Format(hour))
	case at.Equal(first):
		d.Mark, d.Note = MarkFirst, fmt.Sprintf("The clocks are set back and show %s twice on this day. A schedule of every hour comes due both times; this is the first.", w.Format(hour))
	default:
		d.Mark, d.Note = MarkSecond, fmt.Sprintf("The clocks were set back and show %s for the second time. A schedule of every hour comes due both times.", w.Format(hour))
	}
	return d
}

// skipped says which times that the clocks leave out come due at an instant. Where the
// cron names that instant too, and goes by the time that passes, there is nothing to say.
func (c *Cron) skipped(at time.Time) string {
	ch, ok := changeAt(at, c.zone)
	if !ok || ch.By < 0 {
		return ""
	}
	first := c.spec.Next(ch.From.Add(-time.Second))
	if first.IsZero() || !first.Before(ch.To) {
		return ""
	}
	named := c.spec.Next(ch.To.Add(-time.Second)).Equal(ch.To)
	if named && c.steady {
		return ""
	}
	text := fmt.Sprintf("There is no %s on this day: the clocks go from %s to %s. It comes due at the change.", first.Format(hour), ch.From.Format(hour), ch.To.Format(hour))
	if named {
		text = fmt.Sprintf("There is no %s on this day: the clocks go from %s to %s. One run stands for both times.", first.Format(hour), ch.From.Format(hour), ch.To.Format(hour))
	}
	return text
}

// instants are the first and the second instant at which clocks show a time, the same
// one for times that they show once.
func (c *Cron) instants(w time.Time) (first, second time.Time) {
	for _, off := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, seconds := w.Add(off).In(c.zone).Zone()
		at := w.Add(-time.Duration(seconds) * time.Second)
		if !wall(at, c.zone).Equal(w) {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(second) {
			second = at
		}
	}
	return first, second
}

// changeAt is the change of the clocks at an instant, if there is one.
func changeAt(at time.Time, zone *time.Location) (Change, bool) {
	_, before := at.Add(-time.Second).In(zone).Zone()
	_, after := at.In(zone).Zone()
	old := at.Add(time.Duration(before) * time.Second).UTC()
	return Change{At: at.In(zone), From: old, To: wall(at, zone), By: time.Duration(after-before) * time.Second}, before != after
}

// Changes returns the next changes of a zone's clocks, at most so many, within a time.
func Changes(zone *time.Location, after time.Time, most int, within time.Duration) []Change {
	var list []Change
	end := after.Add(within)
	for at := after; len(list) < most; {
		_, next := at.In(zone).ZoneBounds()
		if next.IsZero() || next.After(end) {
			break
		}
		if ch, ok := changeAt(next, zone); ok { // a zone may change its name alone
			list = append(list, ch)
		}
		at = next
	}
	return list
}

// Around returns the due times that a change of the clocks touches, at most so many. For
// a schedule that it does not touch, that is the next one.
func (c *Cron) Around(ch Change, most int) []Due {
	reach := max(ch.By, -ch.By)
	var list []Due
	for d := c.Due(ch.At.Add(-reach - time.Second)); !d.At.IsZero() && len(list) < most; d = c.Due(d.At) {
		if d.At.After(ch.At.Add(reach)) && len(list) > 0 {
			break
		}
		list = append(list, d)
	}
	return list
}
