package suitetalk

import (
	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/way"
	"github.com/sluicehq/sluice/netsuite/async"
)

// single sends one record a request.
func (c *client) single() way.Single { return way.Single{Records: c.Records, Width: c.limit} }

// batches sends many.
func (c *client) batches() *way.Batches {
	jobs := async.New(c.Client)
	jobs.Width = c.limit
	return &way.Batches{Single: c.single(), Jobs: jobs}
}

// way returns the way that the import's records take.
func (c *client) way(i *sluice.Import) (way.Way, error) {
	choice, err := way.Choose(i)
	if err != nil {
		return nil, err
	}
	if choice.API == sluice.APIBatch {
		return c.batches(), nil
	}
	single := c.single()
	return &single, nil
}

// routeNames are the ways as people are told of them.
var routeNames = map[string]string{sluice.APIREST: "NetSuite REST record service", sluice.APIBatch: "NetSuite REST batches"}

// Route says which way an import's records take, and why.
func (c *Connector) Route(_ *sluice.Connection, i *sluice.Import) (*sluice.Route, error) {
	if i.NetSuite == nil {
		return nil, nil
	}
	choice, err := way.Choose(i)
	if err != nil {
		return nil, err
	}
	return &sluice.Route{API: routeNames[choice.API], Why: choice.Why}, nil
}
