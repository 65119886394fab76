package engine

import (
	"context"
	"errors"
	"io"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// Preview exports up to limit records of the flow and takes them through its
// filters and mappings.
func (e *Engine) Preview(ctx context.Context, flow *sluice.Flow, limit int) (*program.Preview, error) {
	p, err := program.Compile(flow)
	if err != nil {
		return nil, err
	}
	conn, err := e.Open(ctx, flow.Export.Connection)
	if err != nil {
		return nil, err
	}
	reader, err := e.Connector.OpenExport(ctx, conn, &flow.Export, sluice.ExportOptions{Flow: flow.Name, Preview: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	shape, desk := e.shapes(), e.desk(flow.Name)
	defer func() { _ = desk.Close() }()
	out := &program.Preview{Records: []program.PreviewRecord{}}
	for len(out.Records) < limit {
		batch, err := reader.Next(ctx, limit-len(out.Records))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range batch.Items {
			out.Records = append(out.Records, p.Preview(ctx, shape, desk, &batch.Items[i]))
		}
	}
	return out, nil
}

// desk returns where the lookups of a flow ask. Answers with a cache of their own are
// the process's.
func (e *Engine) desk(flow string) *lookup.Desk {
	return &lookup.Desk{Connector: e.Connector, Open: e.Open, Shelf: e.shelf, Flow: flow}
}

// shapes returns what asks the connector how an import would send a record, or nil
// where it sends all as they are. A connection that cannot be opened or asked is
// not asked again for every record.
func (e *Engine) shapes() program.ShapeFunc {
	shaper, ok := e.Connector.(sluice.Shaper)
	if !ok {
		return nil
	}
	failed := map[string]error{}
	return func(ctx context.Context, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
		if err := failed[i.Connection]; err != nil {
			return sluice.Shape{}, err
		}
		conn, err := e.Open(ctx, i.Connection)
		var shape sluice.Shape
		if err == nil {
			shape, err = shaper.Shape(ctx, conn, i, r)
		}
		failed[i.Connection] = err
		return shape, err
	}
}
