package engine

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/program"
)

// forget makes the ledger forget what this page has made untrue: an import must not pass
// a record over as unchanged, when the record comes to it again, after another import
// deleted it, brought it back, or wrote it from another path of a branch.
func (w *pageWork) forget(ctx context.Context) error {
	if w.WithoutLedger {
		return nil
	}
	overtaken := map[*program.Step][]*program.Passenger{}
	for _, p := range w.passengers {
		for _, done := range p.Wrote {
			for _, s := range w.program.Imports {
				switch {
				case p.Took(s):
				case s.Import.Undoes(done.Import):
					p.Take(s) // once is enough
					w.untrue(s, p)
				case s.Import.Overtakes(done.Import):
					p.Take(s)
					overtaken[s] = append(overtaken[s], p)
				}
			}
		}
	}
	for s, list := range overtaken {
		if err := w.forgetOvertaken(ctx, s, list); err != nil {
			return err
		}
	}
	return nil
}

// forgetOvertaken forgets records that an import delivered before. Most have been on one
// path only, and leave no entry here.
func (w *pageWork) forgetOvertaken(ctx context.Context, s *program.Step, list []*program.Passenger) error {
	keys := make([]string, len(list))
	for i, p := range list {
		keys[i] = p.Item.Key
	}
	entries, err := w.Store.LedgerEntries(ctx, w.run.FlowID, s.Name, keys)
	if err != nil {
		return err
	}
	for _, p := range list {
		if e, found := entries[p.Item.Key]; found && e.State == sluice.LedgerDelivered {
			w.untrue(s, p)
		}
	}
	return nil
}

// untrue notes that what the ledger has of a record's delivery by an import does not hold any more.
func (w *pageWork) untrue(s *program.Step, p *program.Passenger) {
	i := &sluice.Intent{FlowID: w.run.FlowID, Step: s.Name, Key: p.Item.Key, RunID: w.run.ID, Page: w.page.Number, Seq: p.Item.Seq, Operation: s.Import.Operation}
	w.result.Entries = append(w.result.Entries, i.Entry(sluice.LedgerRefused, w.Clock()))
}
