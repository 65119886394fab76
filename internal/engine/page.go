package engine

import (
	"context"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// pageWork is one page being worked.
type pageWork struct {
	*execution
	page       *sluice.Page
	passengers []*program.Passenger
	brought    sluice.RunProgress
	result     *sluice.PageResult
}

// workPage takes a page's records through all steps and stores what became of
// them. An error means that the page has to be worked again.
func (x *execution) workPage(ctx context.Context, page *sluice.Page) error {
	ctx = origin.Page(ctx, page.Number)
	w := &pageWork{execution: x, page: page, brought: x.program.Start(), result: &sluice.PageResult{Page: page.Number}}
	w.board(ctx)
	err := w.steps(ctx, w.program.Steps, w.passengers)
	if err == nil {
		err = w.settle(ctx)
	}
	if err == nil {
		err = x.commit(ctx, w.result, w.brought)
	}
	if err != nil {
		w.keepKnown(ctx)
		return err
	}
	return w.tell(ctx)
}

// steps takes records through steps, one step after another.
func (w *pageWork) steps(ctx context.Context, steps []*program.Step, list []*program.Passenger) error {
	for _, s := range steps {
		if err := w.step(ctx, s, s.Boarding(list), &w.brought.Steps[s.Row]); err != nil {
			return err
		}
	}
	return nil
}

// keepKnown stores the outcomes that are certain of a page that cannot be finished
// now, those of all its steps, so that the next attempt neither repeats them nor has
// to ask. The page itself stays.
func (w *pageWork) keepKnown(ctx context.Context) {
	if len(w.result.Entries) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := w.forget(ctx)
	if err == nil {
		err = w.Store.SaveIntents(ctx, w.fence, w.result.Entries)
	}
	if err != nil {
		w.Log.Warn("keep the results of an unfinished page", "run", w.run.ID, "page", w.page.Number, "error", err)
	}
}

// board makes passengers of the page's items. What the export refused has failed already.
func (w *pageWork) board(ctx context.Context) {
	for i := range w.page.Items {
		it := &w.page.Items[i]
		p := program.Board(it)
		source := w.program.Source(it)
		if it.Refused != nil {
			p.Fail(source.Label(), program.FailureOf(it.Refused, refusedFor(it.Refused)))
		} else if it.ErrorID != 0 {
			w.sift(ctx, source, p)
		}
		w.passengers = append(w.passengers, p)
		w.result.Keys = append(w.result.Keys, it.Key)
	}
}

// sift holds a record that is tried again against its export's filter: it, or the
// filter, may have been changed since.
func (w *pageWork) sift(ctx context.Context, source *program.Source, p *program.Passenger) {
	ok, err := source.Admits(ctx, p.Item)
	switch {
	case err != nil:
		p.Fail(source.Label(), program.FailureOf(err, sluice.ClassMapping))
	case !ok:
		p.Outcome = sluice.OutcomeExcluded
	}
}

// refusedFor says what kind of cure a record needs that the export refused.
func refusedFor(e *sluice.Error) sluice.Classification {
	if strings.HasPrefix(e.Code, "mapping.") {
		return sluice.ClassMapping
	}
	return sluice.ClassSource
}

func (w *pageWork) step(ctx context.Context, s *program.Step, list []*program.Passenger, c *sluice.StepCounts) error {
	switch {
	case s.Import != nil:
		return w.importStep(origin.Step(ctx, s.Name), s, list, c)
	case s.Branch != nil:
		return w.branch(ctx, s, list, c)
	case s.Lookup != nil:
		if err := s.LookUp(ctx, w.desk, list, c); err != nil {
			return err
		}
	default:
		for _, p := range list {
			s.Pass(ctx, p)
		}
	}
	count(c, list)
	return nil
}

// branch takes records through the paths of a branch.
func (w *pageWork) branch(ctx context.Context, s *program.Step, list []*program.Passenger, c *sluice.StepCounts) error {
	fork := s.Fork(ctx, list)
	count(c, list)
	for i, path := range s.Branch.Paths {
		takers := fork.Enter(i)
		count(&w.brought.Steps[path.Row], takers)
		if err := w.steps(ctx, path.Steps, takers); err != nil {
			return err
		}
		fork.Leave(i)
	}
	fork.Join()
	return nil
}

// count counts the records that came to a step and those whose way ended there.
func count(c *sluice.StepCounts, list []*program.Passenger) {
	for _, p := range list {
		c.In++
		switch p.Outcome {
		case sluice.OutcomeExcluded:
			c.Excluded++
		case sluice.OutcomeFailed:
			c.Failed++
		}
	}
}

// settle decides each record's outcome, counts it, and makes record errors of the failed ones.
func (w *pageWork) settle(ctx context.Context) error {
	for _, p := range w.passengers {
		p.Arrive()
		amounts, err := w.program.Amounts(ctx, p.Item.Record)
		if err != nil && p.Failure == nil && len(p.Wrote) == 0 {
			p.Fail("totals", program.FailureOf(err, sluice.ClassMapping))
		}
		if err := program.Count(&w.brought, p, amounts); err != nil {
			return err
		}
		w.conclude(ctx, p)
	}
	if err := w.forget(ctx); err != nil {
		return err
	}
	w.traceTouches(ctx)
	return nil
}

// conclude stores what the record leaves behind: an error, or the end of the one it retried.
func (w *pageWork) conclude(ctx context.Context, p *program.Passenger) {
	if p.Failure == nil {
		if p.Item.ErrorID != 0 {
			w.result.Resolved = append(w.result.Resolved, p.Item.ErrorID)
		}
		if delivered(p) && w.program.Errors.Traces() {
			w.result.Traces = append(w.result.Traces, w.program.Errors.Trace(ctx, p.Item.Record))
		}
		return
	}
	e := sluice.RecordError{
		ID: p.Item.ErrorID, FlowID: w.run.FlowID, FlowName: w.run.FlowName, RunID: w.run.ID,
		Step: p.FailedStep, Seq: p.Item.Seq, Key: p.Item.Key, Origin: p.Item.Origin, Rows: p.Item.Rows,
		Code: p.Failure.Code, Classification: p.Failure.Classification, Message: p.Failure.Message,
		Where: p.Failure.Where, Remedy: p.Failure.Remedy, Request: p.Failure.Request, Response: p.Failure.Response,
		Record: p.Item.Record, State: sluice.ErrorOpen, CreatedAt: w.Clock(),
	}
	w.program.Errors.Sort(ctx, &e)
	w.result.Errors = append(w.result.Errors, e)
}

// delivered reports whether the record is where the flow brings it.
func delivered(p *program.Passenger) bool {
	return p.Outcome == sluice.OutcomeWritten || p.Outcome == sluice.OutcomeUnchanged
}
