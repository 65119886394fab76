package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// StartRun queues a run of the flow. A flow has one unended run at a time.
func (e *Engine) StartRun(ctx context.Context, flow *sluice.FlowRevision, by string) (*sluice.Run, error) {
	if !flow.Enabled {
		return nil, sluice.Errorf("flow.disabled", "the flow %q is disabled", flow.Flow.Name).Fix("Enable it with: sluice flow enable " + flow.Flow.Name)
	}
	run := e.newRun(flow, sluice.RunManual, by)
	if err := e.Store.CreateRun(ctx, run, nil); err != nil {
		return nil, err
	}
	e.Wake()
	return run, nil
}

func (e *Engine) newRun(flow *sluice.FlowRevision, kind sluice.RunKind, by string) *sluice.Run {
	return &sluice.Run{
		FlowID: flow.FlowID, FlowName: flow.Flow.Name, Revision: flow.Number,
		Kind: kind, State: sluice.RunQueued, CreatedBy: by, CreatedAt: e.Clock(),
	}
}

// RetryErrors queues one run for each flow that the errors belong to. Open errors can
// be retried, and resolved ones as long as they are kept; when one is being retried, all
// are refused at once.
func (e *Engine) RetryErrors(ctx context.Context, ids []int64, by string) ([]*sluice.Run, error) {
	byFlow := map[string][]*sluice.RecordError{}
	var problems []sluice.Problem
	for _, id := range ids {
		re, err := e.Store.RecordError(ctx, id)
		if err != nil {
			return nil, err
		}
		if re.State == sluice.ErrorRetrying {
			problems = append(problems, sluice.Problem{Code: "error.retrying", Path: fmt.Sprint(re.ID), Message: "the error is being retried already"})
		}
		byFlow[re.FlowID] = append(byFlow[re.FlowID], re)
	}
	if err := sluice.Problems("error.retrying", "nothing is retried", problems); err != nil {
		return nil, err
	}
	var runs []*sluice.Run
	for flowID, list := range byFlow {
		run, err := e.retryFlow(ctx, flowID, list, by)
		if err != nil {
			return runs, err
		}
		runs = append(runs, run)
	}
	e.Wake()
	return runs, nil
}

// retryFlow queues the records of a flow's errors under the flow's newest
// revision: whoever mends a mapping and retries expects the mended one.
func (e *Engine) retryFlow(ctx context.Context, flowID string, list []*sluice.RecordError, by string) (*sluice.Run, error) {
	flow, err := e.Store.FlowRevision(ctx, flowID, 0)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b *sluice.RecordError) int { return int(a.ID - b.ID) })
	p, err := program.Compile(&flow.Flow)
	if err != nil {
		return nil, err
	}
	var items []sluice.Item
	for i, re := range list {
		items = append(items, retried(&flow.Flow, re, int64(i+1)))
	}
	read, err := p.Reads(ctx, items)
	if err != nil {
		return nil, err
	}
	run := e.newRun(flow, sluice.RunRetry, by)
	run.ExportDone = true
	run.Counts, run.Exports, run.Steps, run.Totals = read.Counts, read.Exports, read.Steps, read.Totals
	if err := e.Store.CreateRun(ctx, run, program.Cut(items, flow.Flow.Pages)); err != nil {
		return nil, err
	}
	return run, nil
}

// retried returns the item that tries an error's record again. A record that its
// source could not give is refused once more, unless a person has put it in; then it
// gets the key that it would have had.
func retried(f *sluice.Flow, re *sluice.RecordError, seq int64) sluice.Item {
	it := sluice.Item{Seq: seq, Key: re.Key, Origin: re.Origin, Rows: re.Rows, Record: re.Record, ErrorID: re.ID}
	source, inExport := f.SourceOfError(re)
	if source != nil {
		it.Export = source.Name
	}
	switch {
	case len(re.Record) == 0:
		it.Refused = &sluice.Error{Code: re.Code, Message: re.Message, Where: re.Where, Remedy: re.Remedy}
	case inExport && len(source.Key) > 0:
		if name, err := source.RecordKey(re.Record); err != nil {
			it.Refused = err
		} else {
			it.Key = name
		}
	}
	return it
}

// Cancel asks the run to end. Pages that are in work are finished first.
func (e *Engine) Cancel(ctx context.Context, id int64) error {
	if err := e.Store.AskCancel(ctx, id, e.Clock()); err != nil {
		return err
	}
	e.mu.Lock()
	cancel := e.active[id]
	e.mu.Unlock()
	if cancel != nil {
		cancel(errCancelled)
	}
	return nil
}

// Resume queues a failed or cancelled run again. It goes on where it ended.
func (e *Engine) Resume(ctx context.Context, id int64) error {
	if err := e.Store.ResumeRun(ctx, id); err != nil {
		return err
	}
	e.Wake()
	return nil
}
