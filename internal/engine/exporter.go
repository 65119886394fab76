package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
)

func pageSize(p sluice.Paging) int {
	if p.Size > 0 {
		return p.Size
	}
	return sluice.DefaultPageSize
}

// export reads the flow's export from where the run has got to, stores its pages
// and offers their numbers. It runs ahead of the workers by the capacity of ready.
func (x *execution) export(ctx context.Context, ready chan<- int64) error {
	if x.run.ExportDone {
		return nil
	}
	spec := &x.program.Flow.Export
	conn, err := x.Open(ctx, spec.Connection)
	if err != nil {
		return err
	}
	if err := x.openWindow(ctx, conn); err != nil {
		return err
	}
	reader, err := x.openExport(ctx, conn)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	p := &pager{execution: x, seq: x.run.Counts.Read}
	for {
		numbers, err := p.next(ctx, reader)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if !offer(ctx, ready, n) {
				return x.stop.cause()
			}
		}
		if p.done {
			return nil
		}
	}
}

// openExport opens the export where the run has got to.
func (x *execution) openExport(ctx context.Context, conn *sluice.Connection) (sluice.Reader, error) {
	if w := x.run.Window; w != nil && w.Empty() {
		return nothing{}, nil
	}
	return x.Connector.OpenExport(ctx, conn, &x.program.Flow.Export, sluice.ExportOptions{
		Cursor: x.run.Cursor, Seen: x.run.Counts.Read, Flow: x.run.FlowName, FlowID: x.run.FlowID, Window: x.run.Window})
}

// nothing reads no records.
type nothing struct{}

func (nothing) Next(context.Context, int) (sluice.Batch, error) { return sluice.Batch{}, io.EOF }
func (nothing) Close() error                                    { return nil }

// pager turns what a Reader reads into stored pages.
type pager struct {
	*execution
	seq  int64 // of the last record read
	done bool
}

// next reads a batch and stores it as pages. It returns their numbers.
func (p *pager) next(ctx context.Context, reader sluice.Reader) ([]int64, error) {
	size := pageSize(p.program.Flow.Pages)
	if limit := p.program.Flow.Export.Most(); limit > 0 {
		size = min(size, limit-int(p.seq))
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
	pages := cutPages(batch.Items, size)
	if err := p.keep(pages, &batch); err != nil {
		return nil, err
	}
	var numbers []int64
	for _, page := range pages {
		numbers = append(numbers, page.Number)
	}
	return numbers, nil
}

// name gives items their place in the run and their key.
func (p *pager) name(items []sluice.Item) {
	for i := range items {
		it := &items[i]
		p.seq++
		it.Seq = p.seq
		it.Rows = max(it.Rows, 1)
		it.Key = fmt.Sprintf("run/%d/%d", p.run.ID, it.Seq)
		if len(p.program.Flow.Export.Key) == 0 || it.Refused != nil {
			continue
		}
		if key, err := sluice.ItemKey(p.program.Flow.Export.Key, it.Record); err != nil {
			it.Refused = err
		} else {
			it.Key = key
		}
	}
}

// keep stores the pages, the cursor behind them and what was counted, at once.
func (p *pager) keep(pages []sluice.Page, batch *sluice.Batch) error {
	brought, err := p.program.Reads(p.stop.ended, batch.Items)
	if err != nil {
		return err
	}
	advance := p.advance(brought)
	return p.Store.AppendPages(p.stop.ended, p.fence, pages, batch.Cursor, p.done, func(stored sluice.RunProgress) (sluice.RunProgress, error) {
		next, err := advance(stored)
		next.Inbox = batch.Inbox // leaves with these pages
		return next, err
	})
}

// cutPages cuts items into pages. A page's number is the place of its first
// record. No page holds two records of one key: the ledger keeps one entry for
// each key, and a page is worked as a whole.
func cutPages(items []sluice.Item, size int) []sluice.Page {
	var pages []sluice.Page
	seen := map[string]bool{}
	for _, it := range items {
		if n := len(pages); n == 0 || len(pages[n-1].Items) >= size || seen[it.Key] {
			pages = append(pages, sluice.Page{Number: it.Seq})
			clear(seen)
		}
		seen[it.Key] = true
		page := &pages[len(pages)-1]
		page.Items = append(page.Items, it)
	}
	return pages
}
