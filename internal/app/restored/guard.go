package restored

import (
	"context"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// System is a connector with all that engines ask of one.
type System interface {
	sluice.Connector
	sluice.LookupConnector
	sluice.SourceClock
	sluice.Router
	sluice.Shaper
}

// Guard is a connector whose imports look before they write, in flows that are in doubt.
type Guard struct {
	System
	Store Store
}

// OpenImport gets ready to write. Errors: restore.unsure where the destination cannot be
// asked what it has.
func (g *Guard) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	mark, err := doubts(ctx, g.Store, o.FlowID)
	if err != nil {
		return nil, err
	}
	if mark != nil && !asks(c, i) {
		return nil, sluice.Errorf("restore.unsure", "the server was restored from a backup of %s, and step %s writes what cannot be looked for: it may be there already",
			mark.BackupAt.UTC().Format("2006-01-02 15:04 MST"), o.Step).At("connection " + i.Connection).
			Fix("Look at what was written there after the backup. Then let the flow write: sluice restored trust " + o.Flow + ", and resume the run")
	}
	w, err := g.System.OpenImport(ctx, c, i, o)
	if err != nil || mark == nil {
		return w, err
	}
	return &writer{Writer: w, store: g.Store, mark: mark, options: o, sure: map[string]bool{}}, nil
}

// asks reports whether what an import may have written can be looked for, or may be
// written again without harm.
func asks(c *sluice.Connection, i *sluice.Import) bool {
	operation := i.Operation
	if operation == "" {
		operation = sluice.Add
	}
	switch {
	case i.CSV != nil || i.JSONLines != nil:
		return false
	case i.HTTP != nil && (operation == sluice.Add || i.IgnoreExisting):
		return i.HTTP.Lookup != nil
	case i.RESTlet != nil && operation == sluice.Add:
		return i.RESTlet.Lookup != nil
	case operation == sluice.Append:
		return false
	case operation.MakesRecord():
		return c.Kind == sluice.KindNetSuite
	}
	return true
}

// writer looks for what the ledger knows nothing newer of than the backup.
type writer struct {
	sluice.Writer
	store   Store
	mark    *Mark
	options sluice.ImportOptions

	mu   sync.Mutex
	sure map[string]bool // keys whose ledger entry is newer than the restore, and ended
}

func (w *writer) know(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sure[key] = true
}

func (w *writer) known(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sure[key]
}

// Prepare finds out which intents the ledger knows enough of.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	keys := make([]string, len(intents))
	for n, i := range intents {
		keys[n] = i.Key
	}
	entries, err := w.store.LedgerEntries(ctx, w.options.FlowID, w.options.Step, keys)
	if err != nil {
		return err
	}
	for key, e := range entries {
		if e.State != sluice.LedgerIntended && e.UpdatedAt.After(w.mark.RestoredAt) {
			w.know(key)
		}
	}
	return w.Writer.Prepare(ctx, intents)
}

// Write looks for records first, and writes those that are not there.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	var asked, fresh []int
	for n, i := range intents {
		if i.Operation.MakesRecord() && !w.known(i.Key) {
			asked = append(asked, n)
		} else {
			fresh = append(fresh, n)
		}
	}
	if len(asked) > 0 {
		found, err := w.Writer.Reconcile(ctx, w.earlier(pick(intents, asked)))
		if err != nil {
			return results, err // nothing was sent
		}
		for k, n := range asked {
			r := sluice.Result{State: sluice.ResultUnknown}
			if k < len(found) {
				r = found[k]
			}
			switch r.State {
			case sluice.ResultAbsent:
				fresh = append(fresh, n)
			case sluice.ResultUnknown:
				r.State, r.Failure = sluice.ResultRefused, unsure(r.Failure)
				fallthrough
			default:
				results[n] = r
			}
		}
	}
	if len(fresh) == 0 {
		return results, nil
	}
	sent, err := w.Writer.Write(ctx, pick(intents, fresh))
	for k, n := range fresh {
		if k < len(sent) {
			results[n] = sent[k]
		}
	}
	return results, err
}

// Reconcile finds out what became of intents. One that may have been made before the
// restore is looked for as if it had been meant at the time of the backup.
func (w *writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	bent := make([]*sluice.Intent, len(intents))
	for n, i := range intents {
		copied := *i
		if i.Operation.MakesRecord() {
			copied.SettlesAt = w.settled()
		}
		bent[n] = &copied
	}
	return w.Writer.Reconcile(ctx, bent)
}

// earlier returns intents as if they had been meant when the backup was made. The
// notes of what was just prepared are kept where they are what a record is found by, and
// left out for NetSuite: a mark there is not only asked for, it is taken.
func (w *writer) earlier(intents []*sluice.Intent) []*sluice.Intent {
	out := make([]*sluice.Intent, len(intents))
	for n, i := range intents {
		copied := *i
		copied.SettlesAt = w.settled()
		if w.Traits().ExternalIDs {
			copied.Before = ""
		}
		out[n] = &copied
	}
	return out
}

// settled is until when a request that left at the backup's time may have been worked on.
func (w *writer) settled() time.Time {
	t := w.Traits()
	return w.mark.BackupAt.Add(t.SendWindow + t.Settle)
}

func pick(intents []*sluice.Intent, places []int) []*sluice.Intent {
	out := make([]*sluice.Intent, len(places))
	for k, n := range places {
		out[k] = intents[n]
	}
	return out
}

// unsure says that a record cannot be told from one that was written after the backup.
func unsure(f *sluice.Failure) *sluice.Failure {
	out := &sluice.Failure{Code: "restore.unsure", Classification: sluice.ClassUnknown,
		Message: "the server was restored from a backup, and whether this record was written after that cannot be found out",
		Remedy:  "Look for the record at the destination. Resolve this error if it is there; retry if it is not"}
	if f != nil {
		out.Message += ": " + f.Message
		out.Request, out.Response = f.Request, f.Response
	}
	return out
}
