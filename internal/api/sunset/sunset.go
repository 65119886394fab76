// Package sunset has the route that tells what stops with which NetSuite release.
package sunset

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/guide/sunset"
)

// Rules say what stops.
type Rules interface {
	// Sunset reports on all NetSuite connections, or on one alone.
	Sunset(ctx context.Context, connection string) (*sunset.Endings, error)
}

type query struct {
	Connection string `query:"connection" doc:"Name or ID of a NetSuite connection; all of them when left out"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.Add("GET", "/api/v1/sunset", sluice.PermView, "sunset", "Which connections and flows stop with which NetSuite release, and what they should become",
		endpoint.Of(func(ctx context.Context, in *query) (*endpoint.Reply[*sunset.Endings], error) {
			return endpoint.Answer(rules.Sunset(ctx, in.Connection))
		}))
	return t.Rows
}
