// Package attention has the route that tells what needs somebody.
package attention

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules find what needs somebody.
type Rules interface {
	// Attention returns all that needs somebody, the most pressing first.
	Attention(ctx context.Context, by endpoint.Actor) (*Attention, error)
}

// Attention is what needs somebody.
type Attention struct {
	Items []AttentionItem `json:"items" nullable:"false" doc:"The most pressing first"`
}

// AttentionItem is one thing that needs somebody.
type AttentionItem struct {
	Kind    Kind      `json:"kind" enum:"connection.offline,flow.failed,schedule.missed,errors.open,certificate.ends,token.ends,notice,sunset,schedule.paused"`
	Level   Level     `json:"level" enum:"bad,warn,note" doc:"bad: something does not work; warn: it will not, or records wait; note: good to know"`
	Noun    string    `json:"noun" doc:"What it is about: connection, flow, token, account"`
	Name    string    `json:"name"`
	Message string    `json:"message"`
	Remedy  string    `json:"remedy,omitempty"`
	At      time.Time `json:"at,omitzero" doc:"Since when, or when it ends"`
	Count   int64     `json:"count,omitempty" doc:"Of open errors"`
	Recent  int64     `json:"recent,omitempty" doc:"Of these, of the last 24 hours"`
	Run     int64     `json:"run,omitempty" doc:"The run that failed"`
}

// Kind is a reason to look.
type Kind string

// The kinds, the most pressing first where levels are alike.
const (
	Offline        Kind = "connection.offline"
	FlowFailed     Kind = "flow.failed"
	ScheduleMissed Kind = "schedule.missed"
	OpenErrors     Kind = "errors.open"
	Certificate    Kind = "certificate.ends"
	TokenEnds      Kind = "token.ends"
	Notice         Kind = "notice"
	Sunset         Kind = "sunset"
	SchedulePaused Kind = "schedule.paused"
)

// Level is how pressing something is.
type Level string

// The levels.
const (
	Bad  Level = "bad"
	Warn Level = "warn"
	Note Level = "note"
)

// Routes returns the row of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("GET", "/api/v1/attention", sluice.PermView, "attention", "What needs somebody, the most pressing first",
		endpoint.Of(func(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Attention], error) {
			return endpoint.Answer(rules.Attention(ctx, endpoint.ActorOf(ctx)))
		}))
	return t.Rows
}
