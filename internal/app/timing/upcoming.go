package timing

import (
	"cmp"
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/due"
	"github.com/sluicehq/sluice/internal/schedule"
)

const (
	// ahead is how far changes of the clocks are looked for: zones that have them have two a year.
	ahead = 395 * 24 * time.Hour
	// nextTimes is how many due times are told when nobody says.
	nextTimes   = 5
	nextChanges = 2
	// aroundChange is how many due times are told of one change of the clocks.
	aroundChange = 4
)

// Upcoming says when a schedule that need not be stored comes due.
func (t *Timing) Upcoming(_ context.Context, in due.ScheduleInput) (*due.Upcoming, error) {
	out := &due.Upcoming{Problems: []sluice.Problem{}, Times: []due.DueTime{}, Changes: []due.ClockChange{}}
	c, problems := parse(in)
	if len(problems) > 0 {
		out.Problems = problems
		return out, nil
	}
	from := in.From
	if from.IsZero() {
		from = t.Clock()
	}
	for at := from; len(out.Times) < cmp.Or(in.Count, nextTimes); {
		d := c.Due(at)
		if at = d.At; at.IsZero() {
			break
		}
		out.Times = append(out.Times, told(d))
	}
	for _, ch := range schedule.Changes(c.Zone(), from, nextChanges, ahead) {
		change := due.ClockChange{At: ch.At, From: ch.From.Format("15:04"), To: ch.To.Format("15:04"), Minutes: int(ch.By.Minutes()), Times: []due.DueTime{}}
		for _, d := range c.Around(ch, aroundChange) {
			change.Times = append(change.Times, told(d))
		}
		out.Changes = append(out.Changes, change)
	}
	return out, nil
}

func told(d schedule.Due) due.DueTime {
	return due.DueTime{At: d.At, Mark: string(d.Mark), Note: d.Note}
}

// parse reads a schedule, and says what is wrong with either field.
func parse(in due.ScheduleInput) (*schedule.Cron, []sluice.Problem) {
	var problems []sluice.Problem
	zone := in.Zone
	if _, err := schedule.Zone(zone); err != nil {
		message := err.Error()
		if zone == "" {
			message = "a time zone is missing"
		}
		problems = append(problems, sluice.Problem{Code: "schedule.zone", Path: "zone", Message: message, Remedy: "Use a name of the IANA database, such as Europe/Berlin"})
		zone = "UTC"
	}
	c, err := schedule.Parse(in.Cron, zone)
	if err != nil {
		problems = append(problems, sluice.Problem{Code: "schedule.cron", Path: "cron", Message: err.Error(), Remedy: "Write minute, hour, day of month, month and day of week, as in 30 2 * * *"})
	}
	return c, problems
}
