package engine

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/preview"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// Preview shows what a flow would do with its first records, or with those that are
// given; see preview.Preview.
func (e *Engine) Preview(ctx context.Context, flow *sluice.Flow, limit int, given ...sluice.Record) (*program.Preview, error) {
	desk := e.desk(flow.Name)
	defer func() { _ = desk.Close() }()
	p := &preview.Preview{Connector: e.Connector, Open: e.Open, Desk: desk}
	return p.Records(ctx, flow, limit, given)
}

// desk returns where the lookups of a flow ask. Answers with a cache of their own are
// the process's.
func (e *Engine) desk(flow string) *lookup.Desk {
	return &lookup.Desk{Connector: e.Connector, Open: e.Open, Shelf: e.shelf, Flow: flow}
}
