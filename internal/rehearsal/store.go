package rehearsal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/store"
)

// Past is what earlier runs of a flow have left, which a rehearsal reads and never writes.
type Past interface {
	LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error)
	Watermark(ctx context.Context, flowID, export string) (*sluice.Watermark, error)
}

// Stage is where rehearsals happen: a store in a folder of its own. Rehearsals may
// follow one another on it.
type Stage struct {
	dir   string
	store sluice.Store
}

// NewStage makes a stage. Close takes it away again.
func NewStage(ctx context.Context) (*Stage, error) {
	dir, err := os.MkdirTemp("", "sluice-rehearsal-")
	if err != nil {
		return nil, sluice.Errorf("rehearsal.folder", "a folder for temporary files cannot be made: %w", err).Fix("Give TMPDIR a folder that can be written")
	}
	s, err := store.Open(ctx, filepath.Join(dir, "stage.db"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Stage{dir, s}, nil
}

// Close removes the stage with all that was on it.
func (s *Stage) Close() error { return errors.Join(s.store.Close(), os.RemoveAll(s.dir)) }

// ended is how a run ended.
type ended struct {
	state sluice.RunState
	cause *sluice.Error
}

type entryKey struct{ step, key string }

// stagedStore is the store of one rehearsal.
type stagedStore struct {
	engine.Store
	flow *sluice.FlowRevision
	past Past // nil for a flow that has none
	end  chan ended

	mu      sync.Mutex
	ledger  map[entryKey]sluice.LedgerEntry
	pages   map[int64][]sluice.Item // by number, until they are done
	apart   bool                    // pages hold one record each and come in order
	records []Record
}

func (s *stagedStore) FlowRevision(context.Context, string, int) (*sluice.FlowRevision, error) {
	return s.flow, nil
}

func (s *stagedStore) Flow(context.Context, string) (*sluice.FlowRevision, error) { return s.flow, nil }

// LedgerEntries returns what this run has noted, and else what earlier ones have.
func (s *stagedStore) LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error) {
	out := map[string]sluice.LedgerEntry{}
	if s.past != nil {
		earlier, err := s.past.LedgerEntries(ctx, flowID, step, keys)
		if err != nil {
			return nil, err
		}
		for key, e := range earlier {
			if e.State == sluice.LedgerDelivered { // what is in doubt is for a run to clear up
				e.RunID = 0 // this run's number may be the same
				out[key] = e
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		if e, there := s.ledger[entryKey{step, key}]; there {
			out[key] = e
		}
	}
	return out, nil
}

// SaveIntents keeps the entries for as long as the rehearsal lasts.
func (s *stagedStore) SaveIntents(_ context.Context, _ sluice.Fence, entries []sluice.LedgerEntry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range entries {
		s.ledger[entryKey{e.Step, e.Key}] = e
	}
	return nil
}

// Watermark returns where the flow's next run would begin.
func (s *stagedStore) Watermark(ctx context.Context, flowID, export string) (*sluice.Watermark, error) {
	if s.past == nil {
		return nil, sluice.Errorf(sluice.CodeNotFound, "there is no watermark yet")
	}
	return s.past.Watermark(ctx, flowID, export)
}

// MoveWatermark leaves it where it is.
func (s *stagedStore) MoveWatermark(context.Context, sluice.Fence, time.Time, *sluice.Watermark) error {
	return nil
}

// AppendPages keeps the items, to say afterwards what became of each.
func (s *stagedStore) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, exportDone bool, advance sluice.Advance) error {
	s.mu.Lock()
	for _, page := range pages {
		s.pages[page.Number] = page.Items
	}
	s.mu.Unlock()
	return s.Store.AppendPages(ctx, f, pages, cursor, exportDone, advance)
}

// CompletePage notes what became of the page's records.
func (s *stagedStore) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	if err := s.SaveIntents(ctx, f, r.Entries); err != nil {
		return err
	}
	stored := *r
	stored.Entries = nil
	if err := s.Store.CompletePage(ctx, f, &stored); err != nil {
		return err
	}
	brought, err := r.Advance(sluice.RunProgress{})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.apart {
		for i := range s.pages[r.Page] {
			s.records = append(s.records, recordOf(&s.pages[r.Page][i], &brought, r))
		}
	}
	delete(s.pages, r.Page)
	return nil
}

// EndRun says that the rehearsal is over.
func (s *stagedStore) EndRun(ctx context.Context, f sluice.Fence, state sluice.RunState, cause *sluice.Error, at time.Time) error {
	err := s.Store.EndRun(ctx, f, state, cause, at)
	if err != nil {
		state, cause = sluice.RunFailed, sluice.Errorf("rehearsal.store", "the end of the rehearsal could not be stored: %w", err)
	}
	select {
	case s.end <- ended{state, cause}:
	default: // it has ended before
	}
	return err
}

// recordOf reads off what a page brought what became of its only record.
func recordOf(it *sluice.Item, brought *sluice.RunProgress, r *sluice.PageResult) Record {
	out := Record{Seq: it.Seq, Key: it.Key, Origin: it.Origin, Record: it.Record}
	switch counts := brought.Counts; {
	case counts.Written > 0:
		out.Outcome = sluice.OutcomeWritten
	case counts.Unchanged > 0:
		out.Outcome = sluice.OutcomeUnchanged
	case counts.Failed > 0:
		out.Outcome = sluice.OutcomeFailed
	default:
		out.Outcome = sluice.OutcomeExcluded
	}
	for i := range r.Errors {
		if e := &r.Errors[i]; e.Seq == it.Seq {
			out.Error, out.Step = e, e.Step
		}
	}
	if out.Outcome != sluice.OutcomeExcluded {
		return out
	}
	for _, c := range brought.Steps {
		if c.Excluded > 0 {
			out.Step, out.Reason = c.Step, c.Reason
		}
	}
	return out
}
