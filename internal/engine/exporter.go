package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// export reads the flow's exports, one after another, from where the run has got to,
// stores their pages and offers the pages' numbers. It runs ahead of the workers by the
// capacity of ready.
func (x *execution) export(ctx context.Context, ready chan<- int64) error {
	if x.run.ExportDone {
		return nil
	}
	seq, cursor := x.run.Counts.Read, x.run.Cursor
	for _, s := range x.program.Sources {
		if x.exports[s.Row].Done {
			continue
		}
		p := &pager{execution: x, source: s, seq: seq, cursor: cursor}
		if err := p.read(ctx, ready); err != nil {
			return err
		}
		seq, cursor = p.seq, nil
	}
	return nil
}

// open opens the export where the run has got to in it.
func (p *pager) open(ctx context.Context) (sluice.Reader, error) {
	conn, err := p.Open(ctx, p.source.Connection)
	if err != nil {
		return nil, err
	}
	if err := p.openWindow(ctx, conn); err != nil {
		return nil, err
	}
	has := &p.exports[p.source.Row]
	if has.Window != nil && has.Window.Empty() {
		return nothing{}, nil
	}
	return p.Connector.OpenExport(ctx, conn, p.source.Export, sluice.ExportOptions{
		Cursor: p.cursor, Seen: has.Read, Flow: p.run.FlowName, FlowID: p.run.FlowID, Window: has.Window})
}

// nothing reads no records.
type nothing struct{}

func (nothing) Next(context.Context, int) (sluice.Batch, error) { return sluice.Batch{}, io.EOF }
func (nothing) Close() error                                    { return nil }

// pager turns what one export's Reader reads into stored pages.
type pager struct {
	*execution
	source *program.Source
	seq    int64 // of the last record read, over all exports
	cursor []byte
	done   bool
}

// read reads the export to its end.
func (p *pager) read(ctx context.Context, ready chan<- int64) error {
	ctx = origin.Step(ctx, p.source.Label())
	reader, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	for !p.done {
		numbers, err := p.next(ctx, reader)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if !offer(ctx, ready, n) {
				return p.stop.cause()
			}
		}
	}
	return nil
}

// next reads a batch and stores it as pages. It returns their numbers.
func (p *pager) next(ctx context.Context, reader sluice.Reader) ([]int64, error) {
	size := program.PageSize(p.program.Flow.Pages)
	if limit := p.source.Most(); limit > 0 {
		size = min(size, limit-int(p.exports[p.source.Row].Read))
	}
	var batch sluice.Batch
	err := io.EOF
	if size > 0 {
		batch, err = reader.Next(ctx, size)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	p.done = err != nil
	p.name(batch.Items)
	brought, err := p.program.Reads(p.stop.ended, batch.Items)
	if err != nil {
		return nil, err
	}
	kept, err := p.sift(p.stop.ended, batch.Items, &brought)
	if err != nil {
		return nil, err
	}
	pages := program.Cut(kept, p.program.Flow.Pages)
	if err := p.keep(pages, &batch, brought); err != nil {
		return nil, err
	}
	var numbers []int64
	for _, page := range pages {
		numbers = append(numbers, page.Number)
	}
	return numbers, nil
}

// name gives items their place in the run, their export and their key.
func (p *pager) name(items []sluice.Item) {
	for i := range items {
		it := &items[i]
		p.seq++
		it.Seq = p.seq
		it.Rows = max(it.Rows, 1)
		it.Key = fmt.Sprintf("run/%d/%d", p.run.ID, it.Seq)
		p.source.Check(it)
	}
}

// sift takes out what the export's filter excludes, and counts it. A filter that fails
// makes a record error.
func (p *pager) sift(ctx context.Context, items []sluice.Item, brought *sluice.RunProgress) ([]sluice.Item, error) {
	var kept []sluice.Item
	for i := range items {
		it := &items[i]
		if it.Refused == nil {
			ok, err := p.source.Admits(ctx, it)
			if err == nil && !ok {
				if err := p.program.Filtered(ctx, brought, it); err != nil {
					return nil, err
				}
				continue
			}
			if err != nil {
				it.Refused = asError(err)
			}
		}
		kept = append(kept, *it)
	}
	return kept, nil
}

// keep stores the pages, the cursor behind them and what was counted, at once. Behind
// an export's end the next one begins without a cursor.
func (p *pager) keep(pages []sluice.Page, batch *sluice.Batch, brought sluice.RunProgress) error {
	own := &brought.Exports[p.source.Row]
	own.Done = p.done
	last := p.source.Row == len(p.program.Sources)-1
	cursor := batch.Cursor
	if p.done && !last {
		cursor = nil
	}
	advance := p.advance(brought)
	err := p.Store.AppendPages(p.stop.ended, p.fence, pages, cursor, p.done && last, func(stored sluice.RunProgress) (sluice.RunProgress, error) {
		next, err := advance(stored)
		next.Inbox = batch.Inbox // leaves with these pages
		return next, err
	})
	if err == nil {
		p.cursor = cursor
		p.exports[p.source.Row].Add(*own)
	}
	return err
}
