package engine

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// exportStep is where records fail that the export names but cannot read.
const exportStep = "export"

// passenger is a record on its way through the steps of a page.
type passenger struct {
	item    *sluice.Item
	record  sluice.Record // as the last mapping left it
	outcome sluice.RecordOutcome
	// taken counts the imports that took the record, written those that changed something.
	taken, written int
	took           map[string]bool // the imports that did
	wrote          []*step         // those that changed something
	failedStep     string
	failure        *sluice.Failure
}

// take notes that an import takes the record.
func (p *passenger) take(step string) {
	p.taken++
	if p.took == nil {
		p.took = map[string]bool{}
	}
	p.took[step] = true
}

// alive reports whether the record goes on to the next step.
func (p *passenger) alive() bool { return p.outcome == "" }

func (p *passenger) fail(step string, f *sluice.Failure) {
	p.outcome, p.failedStep, p.failure = sluice.OutcomeFailed, step, f
}

// pageWork is one page being worked.
type pageWork struct {
	*execution
	page       *sluice.Page
	passengers []*passenger
	brought    sluice.RunProgress
	result     *sluice.PageResult
}

// workPage takes a page's records through all steps and stores what became of
// them. An error means that the page has to be worked again.
func (x *execution) workPage(ctx context.Context, page *sluice.Page) error {
	w := &pageWork{execution: x, page: page, brought: x.program.newProgress(), result: &sluice.PageResult{Page: page.Number}}
	w.board()
	err := w.steps(ctx)
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

func (w *pageWork) steps(ctx context.Context) error {
	for i, s := range w.program.steps {
		if err := w.step(ctx, s, &w.brought.Steps[i]); err != nil {
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
	if err := w.Store.SaveIntents(ctx, w.fence, append(w.result.Entries, w.forgotten()...)); err != nil {
		w.Log.Warn("keep the results of an unfinished page", "run", w.run.ID, "page", w.page.Number, "error", err)
	}
}

// board makes passengers of the page's items. What the export refused has failed already.
func (w *pageWork) board() {
	for i := range w.page.Items {
		it := &w.page.Items[i]
		p := &passenger{item: it, record: it.Record}
		if it.Refused != nil {
			p.fail(exportStep, failureOf(it.Refused, sluice.ClassSource))
		}
		w.passengers = append(w.passengers, p)
		w.result.Keys = append(w.result.Keys, it.Key)
	}
}

// boarding returns the records that the step is for.
func (w *pageWork) boarding(s *step) []*passenger {
	var out []*passenger
	for _, p := range w.passengers {
		if p.alive() && p.item.Deleted() == s.deleted {
			out = append(out, p)
		}
	}
	return out
}

func (w *pageWork) step(ctx context.Context, s *step, c *sluice.StepCounts) error {
	list := w.boarding(s)
	if s.imports != nil {
		return w.importStep(ctx, s, list, c)
	}
	for _, p := range list {
		c.In++
		s.pass(ctx, p)
		switch p.outcome {
		case sluice.OutcomeExcluded:
			c.Excluded++
		case sluice.OutcomeFailed:
			c.Failed++
		}
	}
	return nil
}

// pass takes a record through a filter or a mapping.
func (s *step) pass(ctx context.Context, p *passenger) {
	if s.filter != nil {
		ok, err := s.filter.Bool(ctx, p.record)
		switch {
		case err != nil:
			p.fail(s.name, failureOf(err, sluice.ClassMapping))
		case !ok:
			p.outcome = sluice.OutcomeExcluded
		}
		return
	}
	r, err := s.mapping.Map(ctx, p.record)
	switch {
	case errors.Is(err, mapping.ErrDeleted):
		p.outcome = sluice.OutcomeExcluded
	case err != nil:
		p.fail(s.name, failureOf(err, sluice.ClassMapping))
	default:
		p.record = r
	}
}

// settle decides each record's outcome, counts it, and makes record errors of the failed ones.
func (w *pageWork) settle(ctx context.Context) error {
	for _, p := range w.passengers {
		if p.alive() {
			p.outcome = outcomeOf(p)
		}
		amounts, err := w.program.amounts(ctx, p.item.Record)
		if err != nil && p.failure == nil && p.written == 0 {
			p.fail("totals", failureOf(err, sluice.ClassMapping))
		}
		addOutcome(&w.brought.Counts, p.outcome)
		if err := addAmounts(w.brought.Totals, amounts, p.outcome); err != nil {
			return err
		}
		w.conclude(p)
	}
	w.result.Entries = append(w.result.Entries, w.forgotten()...)
	return nil
}

// outcomeOf judges a record that came through all steps.
func outcomeOf(p *passenger) sluice.RecordOutcome {
	switch {
	case p.taken == 0:
		return sluice.OutcomeExcluded
	case p.written == 0:
		return sluice.OutcomeUnchanged
	}
	return sluice.OutcomeWritten
}

// conclude stores what the record leaves behind: an error, or the end of the one it retried.
func (w *pageWork) conclude(p *passenger) {
	if p.failure == nil {
		if p.item.ErrorID != 0 {
			w.result.Resolved = append(w.result.Resolved, p.item.ErrorID)
		}
		return
	}
	w.result.Errors = append(w.result.Errors, sluice.RecordError{
		ID: p.item.ErrorID, FlowID: w.run.FlowID, FlowName: w.run.FlowName, RunID: w.run.ID,
		Step: p.failedStep, Seq: p.item.Seq, Key: p.item.Key, Origin: p.item.Origin, Rows: p.item.Rows,
		Code: p.failure.Code, Classification: p.failure.Classification, Message: p.failure.Message,
		Where: p.failure.Where, Remedy: p.failure.Remedy, Request: p.failure.Request, Response: p.failure.Response,
		Record: p.item.Record, State: sluice.ErrorOpen, CreatedAt: w.Clock(),
	})
}

// failureOf turns an error of ours into a record's failure.
func failureOf(err error, class sluice.Classification) *sluice.Failure {
	e := asError(err)
	return &sluice.Failure{Code: e.Code, Classification: class, Message: e.Message, Where: e.Where, Remedy: e.Remedy}
}
