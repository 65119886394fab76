// Package search has the route that finds things of all kinds.
package search

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules find things.
type Rules interface {
	// Search returns what fits the words best, first. It finds what the actor may see.
	Search(ctx context.Context, by endpoint.Actor, words string, limit int) ([]Found, error)
}

// Found is a thing that was found.
type Found struct {
	Kind  string `json:"kind" enum:"flow,connection,integration,consumer-key,run,error,trace,user,guide,setting"`
	Title string `json:"title"`
	About string `json:"about,omitempty" doc:"What tells it from others of its title"`
	// To is a page of the UI.
	To string `json:"to" doc:"The page that shows it"`
}

type input struct {
	Q     string `query:"q" maxLength:"200" doc:"Words that stand in it; a number is a run's"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("GET", "/api/v1/search", sluice.PermView, "search", "Find flows, connections, runs, errors, people, steps of the guide and settings",
		endpoint.Of(func(ctx context.Context, in *input) (*endpoint.Reply[endpoint.List[Found]], error) {
			return endpoint.Listing(rules.Search(ctx, endpoint.ActorOf(ctx), in.Q, in.Limit))
		}))
	return t.Rows
}
