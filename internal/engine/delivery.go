package engine

import (
	"cmp"
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// maxSends bounds how often one record is sent within a page. Each time NetSuite
// must have shown that the time before had no effect.
const maxSends = 5

// delivery is one record on its way into an import.
type delivery struct {
	passenger *program.Passenger
	intent    *sluice.Intent
	// mapped is what the flow says now; while an older intent is in doubt, the
	// delivery's intent is the older one.
	mapped sluice.Intent
	sends  int
	last   *sluice.Failure // what became of the latest request, in the other side's words
}

// importStep delivers the records that the import takes.
func (w *pageWork) importStep(ctx context.Context, s *program.Step, list []*program.Passenger, c *sluice.StepCounts) error {
	d := &deliverer{pageWork: w, step: s, writer: w.writers[s.Name], counts: c}
	if err := d.load(ctx, list); err != nil {
		return err
	}
	if err := d.deliver(ctx); err != nil {
		d.noteUnsent()
		return err
	}
	d.keepTouches()
	return d.respond(ctx)
}

// deliverer brings one page's records into one import, each exactly once.
type deliverer struct {
	*pageWork
	step   *program.Step
	writer sluice.Writer
	counts *sluice.StepCounts

	fresh []*delivery // to be sent
	doubt []*delivery // sent, and nobody knows what became of them
	// answers are those whose answer is for the import's response mapping.
	answers []*delivery

	touched []sluice.Touch
}

// load decides for each record whether it has to be sent, is there already, or is
// in doubt since a former owner of the run sent it and was not heard of again.
func (d *deliverer) load(ctx context.Context, list []*program.Passenger) error {
	var ready []*delivery
	var keys []string
	for _, p := range list {
		intent, take := d.intent(ctx, p)
		if !take {
			continue
		}
		d.counts.In++
		if intent == nil {
			d.counts.Failed++
			continue
		}
		p.Take(d.step)
		ready = append(ready, &delivery{passenger: p, intent: intent, mapped: *intent})
		keys = append(keys, intent.Key)
	}
	entries := map[string]sluice.LedgerEntry{}
	if !d.WithoutLedger {
		var err error
		if entries, err = d.Store.LedgerEntries(ctx, d.run.FlowID, d.step.Name, keys); err != nil {
			return err
		}
	}
	for _, it := range ready {
		entry, found := entries[it.intent.Key]
		d.sort(it, entry, found)
	}
	return nil
}

// intent maps a record's intent. It reports false when the import does not take
// the record, and returns nil when the record failed.
func (d *deliverer) intent(ctx context.Context, p *program.Passenger) (*sluice.Intent, bool) {
	imp := d.step.Import
	take, err := imp.Takes(ctx, p.Record)
	if err != nil {
		p.Fail(d.step.Name, program.FailureOf(err, sluice.ClassMapping))
		return nil, true
	}
	if !take {
		return nil, false
	}
	intent := &sluice.Intent{
		FlowID: d.run.FlowID, Step: d.step.Name, Key: p.Item.Key, RunID: d.run.ID, Page: d.page.Number, Seq: p.Item.Seq,
		Operation: imp.Operation, Record: p.Record,
	}
	if intent.Operation == "" {
		intent.Operation = sluice.Add
	}
	if err := d.identify(ctx, intent); err != nil {
		p.Fail(d.step.Name, program.FailureOf(err, sluice.ClassMapping))
		return nil, true
	}
	return intent, true
}

// identify sets the intent's IDs and digest.
func (d *deliverer) identify(ctx context.Context, i *sluice.Intent) error {
	imp := d.step.Import
	var err error
	if i.ExternalID, i.TargetID, err = imp.IDs(ctx, i.Record); err != nil {
		return err
	}
	if i.ExternalID == "" && i.TargetID == "" && imp.Identified() {
		return sluice.Errorf("record.id_missing", "the import's ID expression gives nothing for this record").
			Fix("Correct the record, or the expression external_id or id of step " + d.step.Name)
	}
	content := sluice.Record{"record": map[string]any(i.Record), "operation": string(i.Operation), "external_id": i.ExternalID, "id": i.TargetID}
	if i.Digest, err = content.Digest(); err != nil {
		return err
	}
	if i.Operation.MakesRecord() && i.ExternalID == "" && d.writer.Traits().ExternalIDs && !d.WithoutLedger {
		i.ExternalID = sluice.GeneratedExternalID(i.FlowID, i.Step, i.Key, i.Digest)
	}
	return nil
}

// sort puts a delivery where it belongs, by what the ledger knows of its key.
func (d *deliverer) sort(it *delivery, entry sluice.LedgerEntry, found bool) {
	same := found && entry.Digest == it.intent.Digest
	switch {
	case found && entry.State == sluice.LedgerIntended:
		it.intent.ExternalID, it.intent.TargetID, it.intent.Digest = entry.ExternalID, entry.TargetID, entry.Digest
		it.intent.Operation, it.intent.Before, it.intent.SettlesAt = entry.Operation, entry.Before, entry.SettlesAt
		d.doubt = append(d.doubt, it)
	case same && entry.State == sluice.LedgerDelivered && entry.RunID == d.run.ID && entry.Page == d.page.Number:
		it.intent.Answer = entry.Answer
		d.written(it, sluice.Result{ID: entry.TargetID}) // before the page was interrupted
	case same && entry.State == sluice.LedgerDelivered && d.leavesAlone(it), found && d.madeBefore(it, entry):
		d.counts.Unchanged++
		it.intent.TargetID = cmp.Or(it.intent.TargetID, entry.TargetID)
		d.touch(it, sluice.TouchUnchanged, sluice.Result{})
		d.answered(it, sluice.Result{ID: entry.TargetID}, entry.Answer)
	default:
		d.fresh = append(d.fresh, it)
	}
}

// madeBefore reports whether a retry meets a record that this import made already.
// A person may have edited the record, or the flow's mapping, for the sake of
// another step: it is not made a second time. Nor is one that was to be exported once
// and is read again since its flag could not be set.
func (d *deliverer) madeBefore(it *delivery, entry sluice.LedgerEntry) bool {
	return (it.retries() || d.once(it)) && entry.State == sluice.LedgerDelivered && entry.Operation == it.intent.Operation
}

// once reports whether the record is to be made once, whatever becomes of it in its source.
func (d *deliverer) once(it *delivery) bool {
	return d.program.Source(it.passenger.Item).Once != nil && it.mapped.Operation.Makes()
}

// retries reports whether the delivery tries a record again that would be made
// twice if it were sent twice.
func (it *delivery) retries() bool {
	return it.passenger.Item.ErrorID != 0 && it.mapped.Operation.Makes()
}

// leavesAlone reports whether a record that was delivered with this very content is not
// sent again. Exports of changes, and of each record once, read some more than once: those
// of the overlap, and what a run had delivered that was not resumed. A retry is for the
// steps that did not get the record, not for those that did.
func (d *deliverer) leavesAlone(it *delivery) bool {
	unchanged, export := d.step.Import.Unchanged, d.program.Source(it.passenger.Item)
	return it.intent.Operation.Makes() || unchanged == sluice.UnchangedSkip || it.passenger.Item.Reread || it.passenger.Item.ErrorID != 0 ||
		unchanged == "" && (export.Delta != nil || export.Once != nil)
}

// deliver sends what is fresh and clears up what is in doubt, until neither is left.
func (d *deliverer) deliver(ctx context.Context) error {
	for len(d.fresh)+len(d.doubt) > 0 {
		if err := d.clearDoubt(ctx); err != nil {
			return err
		}
		if len(d.fresh) == 0 {
			continue
		}
		if d.stop.asked.Err() != nil {
			return d.stop.cause()
		}
		if err := d.send(ctx); err != nil {
			return err
		}
	}
	return nil
}

// send writes the fresh records: intents into the ledger first, then the requests.
func (d *deliverer) send(ctx context.Context) error {
	batch := d.fresh
	d.fresh = nil
	intents := intentsOf(batch)
	if err := d.writer.Prepare(ctx, intents); err != nil {
		return err
	}
	traits := d.writer.Traits()
	// Without the reading of the process's own clock, which stands still while the
	// machine sleeps: another one may have taken over meanwhile.
	now := d.Clock().Round(0)
	var entries []sluice.LedgerEntry
	for _, i := range intents {
		i.SendBy = now.Add(traits.SendWindow)
		i.SettlesAt = i.SendBy.Add(traits.Settle)
		entries = append(entries, i.Entry(sluice.LedgerIntended, now))
	}
	if !d.WithoutLedger {
		if err := d.Store.SaveIntents(ctx, d.fence, entries); err != nil {
			return err
		}
	}
	results, err := d.writer.Write(ctx, intents)
	for n, it := range batch {
		r := sluice.Result{State: sluice.ResultNotSent}
		if n < len(results) {
			r = results[n]
		}
		if r.State != sluice.ResultNotSent || r.Failure != nil {
			it.sends++ // waiting for its turn is not an attempt
		}
		d.take(it, r)
	}
	return err
}

// take files a delivery by its result.
func (d *deliverer) take(it *delivery, r sluice.Result) {
	if r.Failure != nil {
		it.last = r.Failure
	}
	switch {
	case r.State == sluice.ResultWritten:
		d.written(it, r)
	case r.State == sluice.ResultIgnored:
		d.ignored(it, r)
	case r.State == sluice.ResultRefused:
		d.refused(it, r.Failure)
	case r.State == sluice.ResultUnknown && !d.WithoutLedger:
		d.doubt = append(d.doubt, it)
	case it.sends >= maxSends: // not sent, or gone without a trace, again and again
		d.refused(it, it.notAccepted())
	default:
		d.fresh = append(d.fresh, it)
	}
}

func (d *deliverer) written(it *delivery, r sluice.Result) {
	d.counts.Written++
	if r.Created {
		d.counts.Created++
	}
	d.counts.LeftOut += int64(r.LeftOut)
	if r.ID != "" {
		it.intent.TargetID = r.ID
	}
	outcome := sluice.TouchWritten
	if r.Created {
		outcome = sluice.TouchCreated
	}
	d.touch(it, outcome, r)
	it.passenger.Wrote = append(it.passenger.Wrote, d.step)
	d.answered(it, r, it.intent.Answer)
	d.note(it, sluice.LedgerDelivered)
}

func (d *deliverer) refused(it *delivery, f *sluice.Failure) {
	if gone(it, f) {
		d.counts.Unchanged++
		d.touch(it, sluice.TouchUnchanged, sluice.Result{})
		d.answered(it, sluice.Result{ID: it.intent.TargetID}, "")
		d.note(it, sluice.LedgerDelivered)
		return
	}
	d.counts.Failed++
	f = orFailure(f, "import.refused", sluice.ClassOther, "the destination refused the record")
	d.touch(it, sluice.TouchFailed, sluice.Result{Failure: f})
	it.passenger.Fail(d.step.Name, f)
	d.note(it, sluice.LedgerRefused)
}

// ignored counts a record that the import passes over, since it is there already or is
// not there. The next run asks anew: nothing was delivered.
func (d *deliverer) ignored(it *delivery, r sluice.Result) {
	d.counts.Unchanged++
	d.counts.Ignored++
	it.intent.TargetID = cmp.Or(r.ID, it.intent.TargetID)
	d.touch(it, sluice.TouchUnchanged, sluice.Result{})
	d.answered(it, sluice.Result{ID: it.intent.TargetID}, "")
	d.note(it, sluice.LedgerRefused)
}

// note keeps a record's outcome for the end of the page. After it, the record is
// not sent again in this page: the entry would hide that it was.
func (d *deliverer) note(it *delivery, state sluice.LedgerState) {
	if d.WithoutLedger {
		return
	}
	d.result.Entries = append(d.result.Entries, it.intent.Entry(state, d.Clock()))
}

func orFailure(f *sluice.Failure, code string, class sluice.Classification, message string) *sluice.Failure {
	if f != nil {
		return f
	}
	return &sluice.Failure{Code: code, Classification: class, Message: message}
}

// noteUnsent takes back intents that the ledger has and that were not sent after all.
func (d *deliverer) noteUnsent() {
	for _, it := range d.fresh {
		if !it.intent.SendBy.IsZero() {
			d.note(it, sluice.LedgerRefused)
		}
	}
}

func intentsOf(list []*delivery) []*sluice.Intent {
	out := make([]*sluice.Intent, len(list))
	for i, it := range list {
		out[i] = it.intent
	}
	return out
}
