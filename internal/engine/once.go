package engine

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/internal/engine/program"
	"github.com/sluicehq/sluice/internal/mapping"
)

// teller sets the flag of an export that reads each record once.
type teller struct {
	spec   *sluice.Export
	set    *mapping.Mapping
	writer sluice.Writer
}

// openTellers opens the writers that set the flags. A sample sets none.
func (x *execution) openTellers(ctx context.Context) error {
	x.tellers = map[string]*teller{}
	for _, s := range x.program.Sources {
		if s.Once == nil || s.Sample > 0 {
			continue
		}
		conn, err := x.Open(ctx, s.Connection)
		if err != nil {
			return err
		}
		w, err := x.Connector.OpenImport(ctx, conn, s.Once.Import(s.Export), sluice.ImportOptions{
			FlowID: x.run.FlowID, Flow: x.run.FlowName, RunID: x.run.ID, Step: s.Label()})
		if err != nil {
			return err
		}
		x.tellers[s.Name] = &teller{spec: s.Export, set: s.Flag, writer: w}
	}
	return nil
}

// tell sets the flags of a page's records that were delivered, after their results
// were stored: a kill between the two leaves records to be read, known by the ledger
// and not delivered, and told once more.
func (w *pageWork) tell(ctx context.Context) error {
	for _, t := range w.tellers {
		if err := w.tellSource(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWork) tellSource(ctx context.Context, t *teller) error {
	var intents []*sluice.Intent
	for _, p := range w.passengers {
		if p.Item.Export != t.spec.Name || !delivered(p) {
			continue
		}
		i, err := t.intent(ctx, p)
		if err != nil {
			return err
		}
		now := w.Clock().Round(0)
		i.FlowID, i.RunID, i.Page = w.run.FlowID, w.run.ID, w.page.Number
		i.SendBy = now.Add(t.writer.Traits().SendWindow)
		i.SettlesAt = i.SendBy.Add(t.writer.Traits().Settle)
		intents = append(intents, i)
	}
	return t.send(origin.Step(ctx, t.spec.Label()), intents)
}

// intent is the write that sets a record's flag.
func (t *teller) intent(ctx context.Context, p *program.Passenger) (*sluice.Intent, error) {
	fields, err := t.set.Map(ctx, p.Item.Record)
	if err != nil {
		return nil, sluice.Errorf("export.once_set", "the flag of record %s cannot be set: %w", p.Item.Key, err).At("export.once.set").
			Fix("Correct the mapping; the record was delivered and will be told when it is read again")
	}
	i := &sluice.Intent{Step: t.spec.Label(), Key: p.Item.Key, Seq: p.Item.Seq, Operation: sluice.Update, Record: fields}
	if t.spec.Once.Record != "" {
		i.TargetID = fmt.Sprint(p.Item.Record[t.spec.Key[0]])
		return i, nil
	}
	for _, name := range t.spec.Key {
		fields[name] = p.Item.Record[name]
	}
	return i, nil
}

// maxTells bounds how often a flag is set again that may not have been.
const maxTells = 3

// send sets flags. To set one twice does no harm: what is not known to be set is set again.
func (t *teller) send(ctx context.Context, intents []*sluice.Intent) error {
	var last *sluice.Failure
	for range maxTells {
		if len(intents) == 0 {
			return nil
		}
		if err := t.writer.Prepare(ctx, intents); err != nil {
			return err
		}
		results, err := t.writer.Write(ctx, intents)
		if err != nil {
			return err
		}
		var left []*sluice.Intent
		for n, i := range intents {
			r := sluice.Result{}
			if n < len(results) {
				r = results[n]
			}
			switch {
			case r.State == sluice.ResultWritten:
			case r.State == sluice.ResultRefused && r.Failure != nil && r.Failure.Classification == sluice.ClassMissing:
				// deleted since it was read: there is nothing left to tell
			default:
				left, last = append(left, i), r.Failure
			}
		}
		intents = left
	}
	last = orFailure(last, "export.once_refused", sluice.ClassOther, "the source did not take it")
	return sluice.Errorf("export.once_refused", "the flag of %d delivered records could not be set, the first is %s: %s", len(intents), intents[0].Key, last.Message).
		At("export.once").Fix("Correct what the source names, then start a new run: the records will be read again, not delivered again, and told")
}
