// Package due has the route that tells when a schedule comes due, before it is stored.
package due

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round schedules that are not stored yet.
type Rules interface {
	// Upcoming says when a schedule comes due, or what is wrong with it.
	Upcoming(ctx context.Context, s ScheduleInput) (*Upcoming, error)
}

// ScheduleInput is a schedule, and what is to be told of it.
type ScheduleInput struct {
	Cron  string    `json:"cron" doc:"Five fields, or @hourly, @daily, @weekly, @monthly" maxLength:"200"`
	Zone  string    `json:"zone" doc:"Of the IANA database: Europe/Berlin" maxLength:"100"`
	From  time.Time `json:"from,omitzero" doc:"Times after this one; now when left out"`
	Count int       `json:"count,omitempty" minimum:"1" maximum:"100" doc:"How many times; 5 when left out"`
}

// Upcoming says when a schedule comes due, and what the next changes of the clocks make of it.
type Upcoming struct {
	Problems []sluice.Problem `json:"problems" nullable:"false" doc:"What is wrong with it, at cron and zone; there are no times then"`
	Times    []DueTime        `json:"times" nullable:"false"`
	Changes  []ClockChange    `json:"changes" nullable:"false" doc:"The zone's changes of the clocks within 13 months"`
}

// DueTime is a time at which a schedule comes due.
type DueTime struct {
	At   time.Time `json:"at" doc:"With the zone's offset at that time"`
	Mark string    `json:"mark,omitempty" enum:"skipped,once,first,second" doc:"What a change of the clocks makes of it: skipped comes due at the change, since the clocks leave its time out; once is shown twice by the clocks and comes due the first time; first and second are the two times of a schedule of every hour"`
	Note string    `json:"note,omitempty" doc:"The same, for people"`
}

// ClockChange is a change of the clocks.
type ClockChange struct {
	At      time.Time `json:"at"`
	From    string    `json:"from" doc:"What the clocks show when they are set: 02:00"`
	To      string    `json:"to" doc:"To what they are set: 03:00"`
	Minutes int       `json:"minutes" doc:"By how much; less than nothing when they go back"`
	Times   []DueTime `json:"times" nullable:"false" doc:"The times that it touches, or the next one"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("POST", "/api/v1/schedules/next", sluice.PermView, "upcomingTimes", "The next times at which a schedule comes due, before it is stored",
		endpoint.Of(func(ctx context.Context, in *struct{ Body ScheduleInput }) (*endpoint.Reply[*Upcoming], error) {
			return endpoint.Answer(rules.Upcoming(ctx, in.Body))
		}))
	return t.Rows
}
