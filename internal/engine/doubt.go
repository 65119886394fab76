package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
)

// After this many attempts to read back a record that has settled, its outcome
// stays unknown and a person has to look.
const maxReadBacks = 5

// clearDoubt finds out what became of the records in doubt. "Not there" proves
// nothing while the other side may still be working on the request: such records
// are asked for again when that time is over, and only then sent again.
func (d *deliverer) clearDoubt(ctx context.Context) error {
	for looks, attempt := 1, 1; len(d.doubt) > 0; looks++ {
		batch := d.doubt
		d.doubt = nil
		asked := d.Clock() // before reading: what settles meanwhile was not settled then
		d.bound(batch, asked)
		results, err := d.writer.Reconcile(ctx, intentsOf(batch))
		if err != nil {
			d.doubt = batch
			return err
		}
		settled := 0
		for n, it := range batch {
			r := sluice.Result{State: sluice.ResultUnknown}
			if n < len(results) {
				r = results[n]
			}
			if d.resolve(it, r, asked, attempt) {
				settled++
			}
		}
		if len(d.doubt) == 0 {
			return nil
		}
		if len(d.fresh) > 0 && settled > 0 {
			return nil // send what can be sent; the rest has time until then
		}
		if err := d.stop.wait(d.untilNextLook(asked, looks)); err != nil {
			return err
		}
		if d.anySettled(asked) {
			attempt++
		}
	}
	return nil
}

// bound takes back what a clock that was ahead has said of the time to settle: who asks
// now asks behind the intent, and so need not wait for longer than an intent of now would.
func (d *deliverer) bound(batch []*delivery, asked time.Time) {
	traits := d.writer.Traits()
	latest := asked.Add(traits.SendWindow + traits.Settle)
	for _, it := range batch {
		if it.intent.SettlesAt.After(latest) {
			it.intent.SettlesAt = latest
		}
	}
}

// resolve files a delivery by what was read back. It reports whether the doubt is gone.
func (d *deliverer) resolve(it *delivery, r sluice.Result, asked time.Time, attempt int) bool {
	over := !asked.Before(it.intent.SettlesAt)
	switch {
	case r.State == sluice.ResultWritten:
		d.arrived(it, r)
	case r.State == sluice.ResultIgnored:
		d.ignored(it, r)
	case r.State == sluice.ResultRefused:
		d.refused(it, r.Failure)
	case r.State == sluice.ResultAbsent && over:
		d.again(it)
	case r.State == sluice.ResultUnknown && over && attempt >= maxReadBacks:
		d.unknown(it, r.Failure)
	default:
		d.doubt = append(d.doubt, it)
		return false
	}
	return true
}

// arrived files a delivery whose intent turned out to have had its effect. Where the
// intent was for an earlier form of the record, the present one is still to be sent,
// but for a retry that would make a second record, and for one that is made once.
func (d *deliverer) arrived(it *delivery, r sluice.Result) {
	switch {
	case it.intent.Digest == it.mapped.Digest, d.once(it):
		r.Created = r.Created || it.intent.Operation == sluice.Add
		d.written(it, r)
	case it.retries() && it.intent.Operation == it.mapped.Operation:
		it.intent.TargetID = r.ID
		d.note(it, sluice.LedgerDelivered)
		d.counts.Failed++
		f := &sluice.Failure{
			Code: "import.arrived_unedited", Classification: sluice.ClassDuplicate,
			Message: "the record had arrived as it was before it was edited, so it was not sent again",
			Remedy:  "Correct the record at the destination, then resolve this error",
		}
		d.touch(it, sluice.TouchFailed, sluice.Result{Failure: f})
		it.passenger.Fail(d.step.Name, f)
	default: // not noted: the intent that is stored next takes the entry's place
		*it.intent = it.mapped
		d.fresh = append(d.fresh, it)
	}
}

// again sends a record once more, now that its request has had no effect or may be
// repeated without harm.
func (d *deliverer) again(it *delivery) {
	switch {
	case it.sends < maxSends:
		*it.intent = it.mapped
		d.fresh = append(d.fresh, it)
	case it.intent.Operation.Repeatable(): // it may have had its effect each time
		d.unknown(it, it.last)
	default:
		d.refused(it, it.notAccepted())
	}
}

// notAccepted says why a record was given up that was sent without effect.
func (it *delivery) notAccepted() *sluice.Failure {
	return orFailure(it.last, "import.not_accepted", sluice.ClassIntermittent, fmt.Sprintf("the record was sent %d times without effect", it.sends))
}

// unknown gives up finding out. The ledger entry stays intended, so that a retry
// asks again before it sends anything.
func (d *deliverer) unknown(it *delivery, f *sluice.Failure) {
	d.counts.Failed++
	failure := &sluice.Failure{
		Code: "import.outcome_unknown", Classification: sluice.ClassUnknown,
		Message: "the record was sent, and whether it arrived could not be found out",
		Remedy:  "Look for the record at the destination. Resolve this error if it is there; retry if it is not",
	}
	if f != nil {
		failure.Message += ": " + f.Message
		failure.Request, failure.Response = f.Request, f.Response
	}
	d.touch(it, sluice.TouchUnknown, sluice.Result{Failure: failure})
	it.passenger.Fail(d.step.Name, failure)
	d.note(it, sluice.LedgerIntended)
}

// untilNextLook returns how long to wait before reading back again: until the
// first record settles, but not longer than a growing pause, since a record that
// shows up earlier ends the wait.
func (d *deliverer) untilNextLook(now time.Time, looks int) time.Duration {
	pause := min(time.Duration(looks)*time.Second, 30*time.Second)
	for _, it := range d.doubt {
		if left := it.intent.SettlesAt.Sub(now); left > 0 && left < pause {
			pause = left
		}
	}
	return max(pause, 5*time.Millisecond)
}

func (d *deliverer) anySettled(now time.Time) bool {
	for _, it := range d.doubt {
		if !now.Before(it.intent.SettlesAt) {
			return true
		}
	}
	return false
}
