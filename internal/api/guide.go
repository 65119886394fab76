package api

import (
	"context"

	"github.com/sluicehq/sluice/internal/guide"
)

// GuideQuery says what the guide is for.
type GuideQuery struct {
	Type        string   `query:"type" enum:"token,token-auto,oauth2-m2m" default:"token" doc:"Authentication type of the connection"`
	Application string   `query:"application" doc:"ID or name of an application"`
	Bundle      bool     `query:"bundle" doc:"The Celigo bundle (20038 or higher) is in the account"`
	Flows       []string `query:"flow" doc:"Flows that the role is computed for"`
	Connection  string   `query:"connection" doc:"Count only what the flows do through this connection"`
}

func (a *API) guide(ctx context.Context, in *GuideQuery) (*reply[*guide.Guide], error) {
	o := guide.Options{Auth: in.Type, Application: in.Application, Bundle: in.Bundle, Connection: in.Connection}
	for _, name := range in.Flows {
		revision, err := a.services.Flows.Flow(ctx, name)
		if err != nil {
			return nil, err
		}
		flow := revision.Flow
		o.Flows = append(o.Flows, &flow)
	}
	return answer(guide.For(o))
}

func (a *API) listApplications(context.Context, *noInput) (*reply[List[guide.Application]], error) {
	return listing(guide.Applications(), nil)
}
