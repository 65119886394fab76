package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/outbox"
	"github.com/sluicehq/sluice/internal/store/recorderror"
)

const runColumns = `id, flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence, lease_until, position,
	export_done, bounds, counts, exports, steps, totals, error, created_by, created_at, started_at, finished_at`

func scanRun(row scanner) (*sluice.Run, error) {
	var r sluice.Run
	err := row.Scan(&r.ID, &r.FlowID, &r.FlowName, &r.Revision, &r.Kind, &r.State, &r.CancelAsked, &r.Owner, &r.Fence,
		(*micros)(&r.LeaseUntil), &r.Cursor, &r.ExportDone, document{&r.Window}, document{&r.Counts}, document{&r.Exports}, document{&r.Steps}, document{&r.Totals},
		document{&r.Error}, &r.CreatedBy, (*micros)(&r.CreatedAt), (*micros)(&r.StartedAt), (*micros)(&r.FinishedAt))
	return &r, err
}

// number64 writes an ID for a message.
func number64(n int64) string { return strconv.FormatInt(n, 10) }

// CreateRun stores a queued run and sets its ID and State. Record errors that the
// pages' items retry must be open: CodeConflict otherwise.
func (s *DB) CreateRun(ctx context.Context, r *sluice.Run, pages []sluice.Page) error {
	made := *r
	err := s.write(ctx, func(q querier) error {
		if err := insertRun(ctx, q, &made); err != nil {
			return err
		}
		if err := insertPages(ctx, q, made.ID, pages); err != nil {
			return err
		}
		return recorderror.Hold(ctx, q, made.ID, pages)
	})
	if err == nil {
		r.ID, r.State = made.ID, made.State
	}
	return err
}

// insertRun stores a queued run, setting its ID and state.
func insertRun(ctx context.Context, q querier, r *sluice.Run) error {
	r.State = sluice.RunQueued
	err := q.one(ctx, []any{&r.ID}, `INSERT INTO runs (flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence,
		lease_until, position, export_done, bounds, counts, exports, steps, totals, error, created_by, created_at, started_at, finished_at)
		VALUES (?, ?, ?, ?, ?, ?, '', 0, 0, ?, ?, ?, ?, ?, ?, ?, 'null', ?, ?, 0, 0) RETURNING id`,
		r.FlowID, r.FlowName, r.Revision, r.Kind, sluice.RunQueued, false, r.Cursor, r.ExportDone, document{r.Window},
		document{r.Counts}, document{r.Exports}, document{r.Steps}, document{r.Totals}, r.CreatedBy, micros(r.CreatedAt))
	if err != nil {
		return alreadyActive(err, r.FlowName)
	}
	return nil
}

// alreadyActive names the unique constraints that runs have besides their ID.
func alreadyActive(err error, flow string) error {
	if errors.Is(err, errUnique) {
		return &sluice.Error{Code: sluice.CodeAlreadyActive, Message: "the flow \"" + flow + "\" is running already", Remedy: "Wait for its run to end, or cancel it", Err: err}
	}
	return err
}

// Run returns a run.
func (s *DB) Run(ctx context.Context, id int64) (*sluice.Run, error) {
	return runByID(ctx, s.read(), id, "")
}

func runByID(ctx context.Context, q querier, id int64, lock string) (*sluice.Run, error) {
	list, err := all(ctx, q, scanRun, "SELECT "+runColumns+" FROM runs WHERE id = ?"+lock, id)
	return first(list, err, "run", number64(id))
}

// Runs returns runs, newest first.
func (s *DB) Runs(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error) {
	q := s.read()
	where, err := q.runs(f)
	if err != nil {
		return nil, err
	}
	return all(ctx, q, scanRun, "SELECT "+runColumns+" FROM runs"+where.text()+" ORDER BY id DESC LIMIT ?", append(where.Args, limit(f.Limit))...)
}

// runs returns the conditions of a filter.
func (q querier) runs(f sluice.RunFilter) (where conditions, err error) {
	in := func(column string, values []string) {
		condition, list, inErr := q.inList(column, values)
		where.add(condition, list)
		err = errors.Join(err, inErr)
	}
	if f.FlowID != "" {
		where.add("flow_id = ?", f.FlowID)
	}
	if f.FlowIDs != nil {
		in("flow_id", f.FlowIDs)
	}
	switch {
	case len(f.States) == 1 && f.FlowID == "":
		where.add("state = ?", f.States[0]) // as the index has it, in the order of the list
	case len(f.States) > 0:
		states := make([]string, len(f.States))
		for i, state := range f.States {
			states[i] = string(state)
		}
		in("state", states)
	}
	if !f.Since.IsZero() {
		where.add("created_at >= ?", micros(f.Since))
	}
	if !f.Until.IsZero() {
		where.add("created_at < ?", micros(f.Until))
	}
	if f.StartedBy != "" {
		where.add("created_by = ?", f.StartedBy)
	}
	if f.Before > 0 {
		where.add("id < ?", f.Before)
	}
	return where, err
}

// RunOutcomes calls each with when a run was made, its state and its counts, in order of time.
func (s *DB) RunOutcomes(ctx context.Context, f sluice.RunFilter, each func(sluice.RunOutcome)) error {
	q := s.read()
	where, err := q.runs(f)
	if err != nil {
		return err
	}
	scan := func(row scanner) (o sluice.RunOutcome, err error) {
		return o, row.Scan((*micros)(&o.CreatedAt), &o.State, document{&o.Counts})
	}
	for o, err := range rows(ctx, q, scan, "SELECT created_at, state, counts FROM runs"+where.text()+" ORDER BY created_at, id LIMIT ?", append(where.Args, f.Limit)...) {
		if err != nil {
			return err
		}
		each(o)
	}
	return nil
}

// ClaimRun gives a run to owner. On PostgreSQL, claimers pass over rows that others
// are claiming; on SQLite, one transaction writes at a time. A unique index keeps two
// claimers from working two runs of one flow: one of them finds nothing to claim.
func (s *DB) ClaimRun(ctx context.Context, owner string, now, leaseUntil time.Time) (*sluice.Run, error) {
	var claimed *sluice.Run
	err := s.write(ctx, func(q querier) error {
		list, err := all(ctx, q, scanRun, `UPDATE runs SET state = 'running', owner = ?, fence = fence + 1, lease_until = ?,
			started_at = CASE started_at WHEN 0 THEN ? ELSE started_at END
			WHERE id = (SELECT id FROM runs r WHERE state IN ('queued', 'running') AND (state = 'running' AND lease_until < ?
				OR state = 'queued' AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.flow_id = r.flow_id AND o.state = 'running'))
				ORDER BY id LIMIT 1`+q.dialect.skipLocked+`)
			RETURNING `+runColumns, owner, micros(leaseUntil), micros(now), micros(now))
		claimed = nil
		if len(list) > 0 {
			claimed = list[0]
		}
		return err
	})
	if errors.Is(err, errUnique) {
		return nil, nil
	}
	return claimed, err
}

// RenewLease moves the end of the lease.
func (s *DB) RenewLease(ctx context.Context, f sluice.Fence, until time.Time) (cancelAsked bool, err error) {
	query, args := "UPDATE runs SET lease_until = ? WHERE id = ? AND fence = ? AND state = 'running' RETURNING cancel_asked", []any{micros(until), f.RunID, f.Number}
	if f.Page != 0 {
		query = `UPDATE pages SET lease_until = ? WHERE run_id = ? AND claim = ? AND number = ? AND owner <> ''
			RETURNING (SELECT cancel_asked FROM runs WHERE id = run_id)`
		args = append(args, f.Page)
	}
	err = s.write(ctx, func(q querier) error {
		err := q.one(ctx, []any{&cancelAsked}, query, args...)
		if errors.Is(err, sql.ErrNoRows) {
			return fenced(f)
		}
		return err
	})
	return cancelAsked, err
}

// fenced says that a worker's ownership has gone.
func fenced(f sluice.Fence) error {
	err := sluice.Errorf(sluice.CodeFenced, "run %d is not owned under fence %d any more", f.RunID, f.Number)
	if f.Page != 0 {
		err = sluice.Errorf(sluice.CodeFenced, "page %d of run %d is not claimed under fence %d any more", f.Page, f.RunID, f.Number)
	}
	return err.Fix("Nothing to do: its owner goes on with it")
}

// checkFence keeps the run, or the claimed page, under this fence until the transaction ends.
func checkFence(ctx context.Context, q querier, f sluice.Fence) error {
	query, args := "SELECT id FROM runs WHERE id = ? AND fence = ? AND state = 'running'", []any{f.RunID, f.Number}
	if f.Page != 0 {
		query, args = "SELECT number FROM pages WHERE run_id = ? AND claim = ? AND number = ? AND owner <> ''", append(args, f.Page)
	}
	var id int64
	err := q.one(ctx, []any{&id}, query+q.dialect.forShare, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return fenced(f)
	}
	return err
}

// saveProgress checks the run's fence and advances its progress, which other processes
// may have advanced meanwhile; set holds further columns. Under a page's fence the run
// may be anybody's, and the caller checks the page.
func saveProgress(ctx context.Context, q querier, f sluice.Fence, advance sluice.Advance, set string, args ...any) (sluice.RunProgress, error) {
	where, whose := " WHERE id = ? AND state = 'running'", []any{f.RunID}
	if f.Page == 0 {
		where, whose = where+" AND fence = ?", append(whose, f.Number)
	}
	var p sluice.RunProgress
	err := q.one(ctx, []any{document{&p.Counts}, document{&p.Exports}, document{&p.Steps}, document{&p.Totals}}, "SELECT counts, exports, steps, totals FROM runs"+where+q.dialect.forUpdate, whose...)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fenced(f)
	}
	if err != nil {
		return p, err
	}
	if advance != nil {
		p, err = advance(p)
	}
	if err != nil {
		return p, err
	}
	args = append([]any{document{p.Counts}, document{p.Exports}, document{p.Steps}, document{p.Totals}}, args...)
	_, err = q.exec(ctx, "UPDATE runs SET counts = ?, exports = ?, steps = ?, totals = ?"+set+" WHERE id = ?", append(args, f.RunID)...)
	return p, err
}

// AskCancel marks a running run and cancels a queued one. One that has ended is CodeConflict.
func (s *DB) AskCancel(ctx context.Context, id int64, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		run, err := runByID(ctx, q, id, q.dialect.forUpdate)
		if err != nil {
			return err
		}
		switch run.State {
		case sluice.RunRunning:
			_, err = q.exec(ctx, "UPDATE runs SET cancel_asked = ? WHERE id = ?", true, id)
			return err
		case sluice.RunQueued:
			return endRun(ctx, q, run, sluice.RunCancelled, nil, at)
		}
		return sluice.Errorf(sluice.CodeConflict, "run %d has ended: it is %s", id, run.State)
	})
}

// EndRun stores the final state and takes the run from its owner. Pages stay as
// long as the run can be resumed, see ResumeRun; a run that has any is not complete.
func (s *DB) EndRun(ctx context.Context, f sluice.Fence, state sluice.RunState, cause *sluice.Error, at time.Time) error {
	if !state.Ended() {
		return sluice.Errorf(sluice.CodeInvalid, "%q is not the end of a run", state)
	}
	return s.write(ctx, func(q querier) error {
		run, err := runByID(ctx, q, f.RunID, q.dialect.forUpdate)
		if sluice.ErrorCode(err) == sluice.CodeNotFound || err == nil && (run.Fence != f.Number || run.State != sluice.RunRunning) {
			return fenced(f)
		}
		if err != nil {
			return err
		}
		if state == sluice.RunCompleted {
			if err := noPages(ctx, q, run.ID); err != nil {
				return err
			}
		}
		return endRun(ctx, q, run, state, cause, at)
	})
}

// noPages is CodeConflict while a page of the run is not done: to complete the run
// would lose its records.
func noPages(ctx context.Context, q querier, runID int64) error {
	var left int64
	err := q.one(ctx, []any{&left}, "SELECT count(*) FROM pages WHERE run_id = ?", runID)
	if err == nil && left > 0 {
		err = sluice.Errorf(sluice.CodeConflict, "run %d has %d pages that are not done", runID, left).Fix("Resume the run")
	}
	return err
}

func endRun(ctx context.Context, q querier, run *sluice.Run, state sluice.RunState, cause *sluice.Error, at time.Time) error {
	_, err := q.exec(ctx, "UPDATE runs SET state = ?, error = ?, owner = '', lease_until = 0, finished_at = ? WHERE id = ?",
		state, document{cause}, micros(at), run.ID)
	if err == nil && state == sluice.RunFailed {
		err = noteFailure(ctx, q, run, cause, at)
	}
	if err != nil || resumable(run.Kind, state) {
		return err
	}
	if _, err := q.exec(ctx, "DELETE FROM pages WHERE run_id = ?", run.ID); err != nil {
		return err
	}
	return recorderror.Release(ctx, q, run.ID)
}

// noteFailure notes that a run failed, for the channels that tell of it.
func noteFailure(ctx context.Context, q querier, run *sluice.Run, cause *sluice.Error, at time.Time) error {
	e := sluice.Event{Code: sluice.EventRunFailed, Noun: "flow", NounID: run.FlowID, Name: run.FlowName, RunID: run.ID, At: at,
		Message: "Run " + number64(run.ID) + " of the flow " + run.FlowName + " failed", Remedy: "Resume it when the cause is gone: sluice run resume " + number64(run.ID)}
	if cause != nil {
		e.Message += ": " + cause.Message
	}
	return outbox.Note(ctx, q, &e)
}

// resumable reports whether a run of this kind may go on from this state. A
// cancelled retry may not: its errors are open again, to be retried anew.
func resumable(kind sluice.RunKind, state sluice.RunState) bool {
	return state == sluice.RunFailed || state == sluice.RunCancelled && kind != sluice.RunRetry
}

// ResumeRun queues a failed run, or a cancelled one that is not a retry, where it
// stopped: with its cursor and the pages that were not done. Others are CodeConflict;
// a flow that is running already is CodeAlreadyActive.
func (s *DB) ResumeRun(ctx context.Context, id int64) error {
	return s.write(ctx, func(q querier) error {
		run, err := runByID(ctx, q, id, q.dialect.forUpdate)
		if err != nil {
			return err
		}
		if !resumable(run.Kind, run.State) {
			return sluice.Errorf(sluice.CodeConflict, "run %d is %s and cannot be resumed", id, run.State).Fix("Start a new run")
		}
		_, err = q.exec(ctx, "UPDATE runs SET state = 'queued', cancel_asked = ?, error = 'null', finished_at = 0 WHERE id = ?", false, id)
		return alreadyActive(err, run.FlowName)
	})
}
