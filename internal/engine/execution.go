package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/crew"
	"github.com/sluicehq/sluice/internal/engine/lookup"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// execution is one run being worked by this process.
type execution struct {
	*Engine
	run     *sluice.Run
	fence   sluice.Fence
	program *program.Program
	stop    *stop
	writers map[string]sluice.Writer // by step
	tellers map[string]*teller       // of exports that read each record once, by the export's name
	// exports is what the exports have read. Only the goroutine that reads them changes it.
	exports []sluice.ExportCounts
	keys    *crew.Keys
	desk    *lookup.Desk // where lookups ask
}

// execute works the run. It returns nil when every record has ended.
func (e *Engine) execute(stop *stop, run *sluice.Run) error {
	x, err := e.newExecution(stop.asked, run)
	if err != nil {
		return err
	}
	x.stop, x.fence = stop, sluice.Fence{RunID: run.ID, Number: run.Fence}
	x.exports = x.counted(sluice.RunProgress{Counts: run.Counts, Exports: run.Exports})
	if len(x.exports) == 1 {
		x.exports[0].Done, x.exports[0].Window = run.ExportDone, run.Window // as they are stored for one export
	}
	defer x.close()
	if err := x.checkWindows(stop.asked); err != nil {
		return err
	}
	if err := x.open(stop.asked); err != nil {
		return err
	}
	if err := x.workPages(); err != nil {
		return err
	}
	for name, w := range x.writers {
		if err := w.Finish(stop.ended); err != nil {
			return fmt.Errorf("finish step %s: %w", name, err)
		}
	}
	if err := x.moveWatermarks(stop.ended); err != nil {
		return err
	}
	x.startNext(stop.ended)
	return nil
}

// newExecution compiles what a run is to do.
func (e *Engine) newExecution(ctx context.Context, run *sluice.Run) (*execution, error) {
	revision, err := e.Store.FlowRevision(ctx, run.FlowID, run.Revision)
	if err != nil {
		return nil, err
	}
	p, err := program.Compile(&revision.Flow)
	if err != nil {
		return nil, err
	}
	return &execution{Engine: e, run: run, program: p, writers: map[string]sluice.Writer{}, keys: crew.NewKeys(), desk: e.desk(run.FlowName)}, nil
}

// open opens what pages are worked with.
func (x *execution) open(ctx context.Context) error {
	if err := x.openWriters(ctx); err != nil {
		return err
	}
	return x.openTellers(ctx)
}

func (x *execution) openWriters(ctx context.Context) error {
	for _, s := range x.program.Imports {
		conn, err := x.Open(ctx, s.Import.Connection)
		if err != nil {
			return err
		}
		w, err := x.Connector.OpenImport(ctx, conn, s.Import.Import, sluice.ImportOptions{
			FlowID: x.run.FlowID, Flow: x.run.FlowName, RunID: x.run.ID, Step: s.Name, Texts: x.Tracing.WithTexts && !x.Tracing.Off})
		if err != nil {
			return err
		}
		x.writers[s.Name] = w
		if route := w.Traits().Route; route != nil {
			x.program.Say(s.Row, route.API+": "+route.Why)
		}
	}
	return nil
}

func (x *execution) close() {
	if err := x.desk.Close(); err != nil {
		x.Log.Warn("close a lookup", "error", err)
	}
	for _, t := range x.tellers {
		if err := t.writer.Close(); err != nil {
			x.Log.Warn("close the source", "error", err)
		}
	}
	for name, w := range x.writers {
		if err := w.Close(); err != nil {
			x.Log.Warn("close an import", "step", name, "error", err)
		}
	}
}

// workPages lets the export make pages and works them, some at a time, beginning
// with those that a former owner left. When a page cannot be worked, no further
// ones are made or begun, but those in work are finished.
func (x *execution) workPages() error {
	pending, err := x.Store.PendingPages(x.stop.asked, x.run.ID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(x.stop.asked)
	defer cancel()
	ready := make(chan int64, x.parallel()) // pages are made ahead by as many
	made := make(chan error, 1)
	go func() {
		defer close(ready)
		made <- x.makePages(ctx, pending, ready)
	}()
	hands := crew.New(x.parallel(), cancel)
	left := false // a page was made and not begun
	for number := range ready {
		if left = !x.begin(ctx, hands, number); left {
			break
		}
	}
	workErr := hands.Wait()
	cancel()
	for range ready {
		continue // until makePages has ended
	}
	makeErr := <-made
	switch {
	case workErr != nil:
		return workErr
	case left && makeErr == nil:
		return x.stop.cause()
	}
	return makeErr
}

// makePages offers the pages that are there, then lets the export make the others.
func (x *execution) makePages(ctx context.Context, pending []int64, ready chan<- int64) error {
	for _, number := range pending {
		if !offer(ctx, ready, number) {
			return x.stop.cause()
		}
	}
	return x.export(ctx, ready)
}

// offer hands a page number on. It reports false when ctx ended first.
func offer(ctx context.Context, ready chan<- int64, number int64) bool {
	select {
	case <-ctx.Done():
		return false
	case ready <- number:
		return true
	}
}

// begin starts a page, in the order of the export. A page waits while one in work
// holds a record with the same key, so that records of one key keep their order.
// It reports false when no more pages are to be begun.
func (x *execution) begin(ctx context.Context, hands *crew.Crew, number int64) bool {
	page, err := x.Store.Page(ctx, x.run.ID, number)
	if x.shares() && sluice.ErrorCode(err) == sluice.CodeNotFound {
		return true // offered by a former owner, and done in the meantime
	}
	if err != nil {
		hands.Fail(err)
		return false
	}
	unlock, ok := x.keys.Lock(ctx, page.Items)
	if !ok {
		return false
	}
	return hands.Work(ctx, func() error {
		if err := x.have(page); err != nil {
			return err // its keys stay locked: a later record must not overtake one that comes again
		}
		unlock()
		return nil
	})
}

// have has a page worked: by whichever process claims it first, or here.
func (x *execution) have(page *sluice.Page) error {
	if x.shares() {
		return x.handOut(page.Number)
	}
	return x.workPage(x.stop.ended, page)
}

// parallel returns how many pages may be worked at one time.
func (x *execution) parallel() int {
	if x.program.Flow.Pages.Ordered {
		return 1
	}
	for _, w := range x.writers {
		if w.Traits().Ordered {
			return 1
		}
	}
	if n := x.program.Flow.Pages.Parallel; n > 0 {
		return n
	}
	return sluice.DefaultParallel
}

// commit stores a worked page with the run's progress.
func (x *execution) commit(ctx context.Context, r *sluice.PageResult, brought sluice.RunProgress) error {
	r.Advance, r.At = x.advance(brought), x.Clock()
	return x.Store.CompletePage(ctx, x.fence, r)
}

// advance adds to the run's progress as it is stored: other processes add to it too.
func (x *execution) advance(brought sluice.RunProgress) sluice.Advance {
	return func(stored sluice.RunProgress) (sluice.RunProgress, error) {
		fresh := x.program.Start()
		if len(stored.Steps) == 0 {
			fresh.Counts = stored.Counts
			stored = fresh
		}
		if len(stored.Steps) != len(fresh.Steps) || len(stored.Totals) != len(fresh.Totals) {
			return stored, fmt.Errorf("run %d has the progress of another flow", x.run.ID)
		}
		stored.Exports = x.counted(stored)
		return program.Merge(stored, brought)
	}
}

// counted returns what each of the flow's exports has read. Versions that knew one
// export only counted the run.
func (x *execution) counted(stored sluice.RunProgress) []sluice.ExportCounts {
	fresh := x.program.Start().Exports
	if len(stored.Exports) == len(fresh) {
		return slices.Clone(stored.Exports)
	}
	fresh[0].Read, fresh[0].Rows = stored.Counts.Read, stored.Counts.Rows
	return fresh
}
