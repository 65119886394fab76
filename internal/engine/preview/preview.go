// Package preview shows what a flow would do with a few records. It writes nothing: it
// has nothing to write with.
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// Preview is what a preview reads and asks through.
type Preview struct {
	Connector sluice.Connector
	Open      func(ctx context.Context, name string) (*sluice.Connection, error) // finds a connection by name
	Desk      *lookup.Desk
}

// Records takes up to limit records of each of the flow's exports through filters and
// mappings: the first ones that are to be had, or those that are given, as the flow's
// first export would give them.
func (v *Preview) Records(ctx context.Context, flow *sluice.Flow, limit int, given []sluice.Record) (*program.Preview, error) {
	p, err := program.Compile(flow)
	if err != nil {
		return nil, err
	}
	shape := program.Shapes(v.Connector, v.Open)
	out := &program.Preview{Records: []program.PreviewRecord{}}
	for _, s := range p.Sources {
		items, err := v.sample(ctx, flow, s, limit, given)
		if err != nil {
			return nil, err
		}
		for i := range items {
			out.Records = append(out.Records, p.Preview(ctx, shape, v.Desk, &items[i]))
		}
		if len(given) > 0 {
			break
		}
	}
	return out, nil
}

// sample reads up to limit records of an export.
func (v *Preview) sample(ctx context.Context, flow *sluice.Flow, s *program.Source, limit int, given []sluice.Record) ([]sluice.Item, error) {
	reader, err := v.openSample(ctx, flow, s, given)
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

// openSample opens what a preview reads.
func (v *Preview) openSample(ctx context.Context, flow *sluice.Flow, s *program.Source, given []sluice.Record) (sluice.Reader, error) {
	if len(given) > 0 {
		return &mock{records: given}, nil
	}
	conn, err := v.Open(ctx, s.Connection)
	if err != nil {
		return nil, err
	}
	return v.Connector.OpenExport(ctx, conn, s.Export, sluice.ExportOptions{Flow: flow.Name, Preview: true})
}

// mock reads records that somebody has made up.
type mock struct {
	records []sluice.Record
	read    int
}

// Next returns the next of them.
func (m *mock) Next(_ context.Context, limit int) (sluice.Batch, error) {
	var b sluice.Batch
	for m.read < len(m.records) && len(b.Items) < limit {
		b.Items = append(b.Items, sluice.Item{Rows: 1, Origin: fmt.Sprintf("given record %d", m.read+1), Record: m.records[m.read]})
		m.read++
	}
	if len(b.Items) == 0 {
		return b, io.EOF
	}
	return b, nil
}

// Close has nothing to do.
func (*mock) Close() error { return nil }
