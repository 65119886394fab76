package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// Preview exports up to limit records of each of the flow's exports and takes them
// through filters and mappings. Records that are given stand for those of the first.
func (e *Engine) Preview(ctx context.Context, flow *sluice.Flow, limit int, given ...sluice.Record) (*program.Preview, error) {
	p, err := program.Compile(flow)
	if err != nil {
		return nil, err
	}
	shape, desk := e.shapes(), e.desk(flow.Name)
	defer func() { _ = desk.Close() }()
	out := &program.Preview{Records: []program.PreviewRecord{}}
	for _, s := range p.Sources {
		items := mock(s, given, limit)
		if len(given) == 0 {
			if items, err = e.sample(ctx, flow, s, limit); err != nil {
				return nil, err
			}
		}
		for i := range items {
			out.Records = append(out.Records, p.Preview(ctx, shape, desk, &items[i]))
		}
		if len(given) > 0 {
			break
		}
	}
	return out, nil
}

// mock makes items of an export of records that somebody has made up.
func mock(s *program.Source, given []sluice.Record, limit int) []sluice.Item {
	var items []sluice.Item
	for i, r := range given[:min(limit, len(given))] {
		items = append(items, sluice.Item{Export: s.Name, Rows: 1, Origin: fmt.Sprintf("given record %d", i+1), Record: r})
	}
	return items
}

// sample reads up to limit records of an export.
func (e *Engine) sample(ctx context.Context, flow *sluice.Flow, s *program.Source, limit int) ([]sluice.Item, error) {
	conn, err := e.Open(ctx, s.Connection)
	if err != nil {
		return nil, err
	}
	reader, err := e.Connector.OpenExport(ctx, conn, s.Export, sluice.ExportOptions{Flow: flow.Name, Preview: true, BatchBytes: pageBytes(flow.Pages)})
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	var items []sluice.Item
	for len(items) < limit {
		batch, err := reader.Next(ctx, limit-len(items))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for _, it := range batch.Items {
			it.Export = s.Name
			items = append(items, it)
		}
	}
	return items, nil
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
