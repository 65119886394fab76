package suitetalk

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/soapform"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/way"
	"github.com/sluicehq/sluice/netsuite/async"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// single sends one record a request.
func (c *client) single() way.Single { return way.Single{Records: c.Records, Width: c.limit} }

// batches sends many.
func (c *client) batches() *way.Batches {
	jobs := async.New(c.Client)
	jobs.Width = c.limit
	return &way.Batches{Single: c.single(), Jobs: jobs}
}

// way returns the way that the import's records take, which are of a type with the schema.
func (c *client) way(ctx context.Context, conn *sluice.Connection, i *sluice.Import, schema *metadata.Schema) (way.Way, error) {
	choice, err := way.Choose(conn, i)
	if err != nil {
		return nil, err
	}
	switch choice.API {
	case sluice.APIBatch:
		return c.batches(), nil
	case sluice.APISOAP:
		return c.lists(ctx, conn, schema)
	}
	single := c.single()
	return &single, nil
}

// lists sends many by SOAP.
func (c *client) lists(ctx context.Context, conn *sluice.Connection, schema *metadata.Schema) (way.Way, error) {
	s, err := c.soap(ctx, conn)
	if err != nil {
		return nil, err
	}
	return &way.Lists{Single: c.single(), SOAP: s, Form: &soapform.Form{Version: s.Version(), Zone: s.Zone(), Schema: schema}}, nil
}

// Route says which way an import's records take, and why.
func (c *Connector) Route(conn *sluice.Connection, i *sluice.Import) (*sluice.Route, error) {
	return way.Route(conn, i)
}
