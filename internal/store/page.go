package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/inbox"
	"github.com/sluicehq/sluice/internal/store/outbox"
	"github.com/sluicehq/sluice/internal/store/pageform"
	"github.com/sluicehq/sluice/internal/store/recorderror"
	"github.com/sluicehq/sluice/internal/store/trace"
)

func insertPages(ctx context.Context, q querier, runID int64, pages []sluice.Page) error {
	for _, p := range pages {
		stored, digest, err := pageform.Encode(p.Items)
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, "INSERT INTO pages (run_id, number, items, digest) VALUES (?, ?, ?, ?)", runID, p.Number, stored, digest)
		if errors.Is(err, errUnique) {
			return &sluice.Error{Code: sluice.CodeConflict, Message: fmt.Sprintf("run %d has a page %d already", runID, p.Number), Err: err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AppendPages stores pages and the cursor behind them, and takes what they were read
// from out of the inbox, or does none of it.
func (s *DB) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, exportDone bool, advance sluice.Advance) error {
	return s.write(ctx, func(q querier) error {
		p, err := saveProgress(ctx, q, f, advance, ", position = ?, export_done = ?", cursor, exportDone)
		if err != nil {
			return err
		}
		if p.Inbox != nil {
			if err := inbox.Take(ctx, inboxTx{q}, f.RunID, p.Inbox); err != nil {
				return err
			}
		}
		return insertPages(ctx, q, f.RunID, pages)
	})
}

// PendingPages returns the numbers of the pages that are not done.
func (s *DB) PendingPages(ctx context.Context, runID int64) ([]int64, error) {
	scan := func(row scanner) (number int64, err error) { return number, row.Scan(&number) }
	return all(ctx, s.read(), scan, "SELECT number FROM pages WHERE run_id = ? ORDER BY number", runID)
}

// Page returns a page. One whose bytes changed on the disk is store.page_damaged.
func (s *DB) Page(ctx context.Context, runID, number int64) (*sluice.Page, error) {
	id := fmt.Sprintf("%d/%d", runID, number)
	var stored, digest []byte
	err := s.read().one(ctx, []any{&stored, &digest}, "SELECT items, digest FROM pages WHERE run_id = ? AND number = ?", runID, number)
	if err != nil {
		return nil, noRows(err, "page", id)
	}
	items, err := pageform.Decode(stored, digest)
	if err != nil {
		return nil, &sluice.Error{Code: "store.page_damaged", Message: "page " + id + " is not what was stored", Remedy: "Check the disk, then start a new run", Err: err}
	}
	return &sluice.Page{RunID: runID, Number: number, Items: items}, nil
}

// CompletePage stores all that working a page brought, or none of it. A page that
// is not there, because it is done already, is CodeNotFound.
func (s *DB) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	touches, err := trace.Encode(r.Touches)
	if err != nil {
		return err
	}
	return s.write(ctx, func(q querier) error {
		// The run's row first: it is the lock under which all else is written.
		if _, err := saveProgress(ctx, q, f, r.Advance, ""); err != nil {
			return err
		}
		if err := deletePage(ctx, q, f, r.Page); err != nil {
			return err
		}
		if err := upsertEntries(ctx, q, r.Entries); err != nil {
			return err
		}
		if err := recorderror.Supersede(ctx, q, f.RunID, r); err != nil {
			return err
		}
		if err := recorderror.Upsert(ctx, q, r.Errors, r.At); err != nil {
			return err
		}
		if err := recorderror.Resolve(ctx, q, r.Resolved, r.At); err != nil {
			return err
		}
		if err := noteErrors(ctx, q, f.RunID, r); err != nil {
			return err
		}
		return trace.Insert(ctx, q, touches)
	})
}

// noteErrors notes that records failed which had not before.
func noteErrors(ctx context.Context, q querier, runID int64, r *sluice.PageResult) error {
	e := sluice.Event{Code: sluice.EventErrorsOpened, Noun: "flow", RunID: runID, At: r.At}
	for i := range r.Errors {
		if f := &r.Errors[i]; f.ID == 0 {
			e.Count++
			e.NounID, e.Name = f.FlowID, f.FlowName
			e.Message = fmt.Sprintf("Records of the flow %s did not get through. The last: %s", f.FlowName, f.Message)
		}
	}
	if e.Count == 0 {
		return nil
	}
	e.Remedy = "See them: sluice error list --flow " + e.Name
	return outbox.Note(ctx, q, &e)
}

// deletePage takes a page away that is done. One under a claim that has gone is fenced.
func deletePage(ctx context.Context, q querier, f sluice.Fence, number int64) error {
	if f.Page == 0 {
		deleted, err := q.exec(ctx, "DELETE FROM pages WHERE run_id = ? AND number = ?", f.RunID, number)
		return someRow(deleted, err, "page", fmt.Sprintf("%d/%d", f.RunID, number))
	}
	deleted, err := q.exec(ctx, "DELETE FROM pages WHERE run_id = ? AND number = ? AND claim = ? AND owner <> ''", f.RunID, f.Page, f.Number)
	if err == nil && deleted == 0 {
		return fenced(f)
	}
	return err
}
