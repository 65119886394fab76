package engine

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// answered notes what the other side said when it took a record, for the import's
// response mapping. What the ledger kept of an earlier delivery counts: whoever goes on
// with a run gets the same.
func (d *deliverer) answered(it *delivery, r sluice.Result, kept string) {
	if !d.step.Import.Responds() {
		return
	}
	if kept == "" {
		kept = program.AnswerOf(r)
	}
	it.intent.Answer = kept
	d.answers = append(d.answers, it)
}

// respond maps the answers, once the outcomes of all records are known and kept: the
// later steps are not to lose what cannot be asked again. Those whose mapping fails
// have failed, and are delivered for all that.
func (d *deliverer) respond(ctx context.Context) error {
	if len(d.answers) == 0 {
		return nil
	}
	if len(d.result.Entries) > 0 {
		if err := d.Store.SaveIntents(ctx, d.fence, d.result.Entries); err != nil {
			return err
		}
	}
	for _, it := range d.answers {
		d.step.RespondTo(ctx, it.passenger, it.intent.Answer)
		switch it.passenger.Outcome {
		case sluice.OutcomeFailed:
			d.counts.Failed++
		case sluice.OutcomeExcluded:
			d.counts.Excluded++
		}
	}
	return nil
}
