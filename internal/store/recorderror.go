package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

var errorColumns = []string{"flow_id", "flow_name", "run_id", "step", "seq", "key", "origin", "row_count", "code", "classification",
	"message", "place", "remedy", "record", "request", "response", "state", "retries", "created_at", "resolved_at", "resolved_by"}

var (
	errorSelect = "SELECT id, " + strings.Join(errorColumns, ", ") + " FROM record_errors"
	errorInsert = append(slices.Clone(errorColumns), "retry_run")
	// A record that fails again keeps its ID, its first time and its number of retries.
	errorReplacing = replacing(errorInsert, "run_id, step, seq", "created_at", "retries")
)

func scanError(row scanner) (*sluice.RecordError, error) {
	var e sluice.RecordError
	err := row.Scan(&e.ID, &e.FlowID, &e.FlowName, &e.RunID, &e.Step, &e.Seq, (*foreign)(&e.Key), (*foreign)(&e.Origin), &e.Rows,
		(*foreign)(&e.Code), &e.Classification, (*foreign)(&e.Message), (*foreign)(&e.Where), (*foreign)(&e.Remedy), document{&e.Record},
		(*foreign)(&e.Request), (*foreign)(&e.Response), &e.State, &e.Retries, (*micros)(&e.CreatedAt), (*micros)(&e.ResolvedAt), &e.ResolvedBy)
	return &e, err
}

// upsertErrors stores errors, open unless they say otherwise and as of at unless
// they have a time. One that has an ID was being retried and failed again.
func upsertErrors(ctx context.Context, q querier, list []sluice.RecordError, at time.Time) error {
	var values [][]any
	for _, e := range list {
		if e.ID != 0 {
			if err := reopenError(ctx, q, &e); err != nil {
				return err
			}
			continue
		}
		if e.State == "" {
			e.State = sluice.ErrorOpen
		}
		if e.CreatedAt.IsZero() {
			e.CreatedAt = at
		}
		values = append(values, []any{e.FlowID, e.FlowName, e.RunID, e.Step, e.Seq, foreign(e.Key), foreign(e.Origin), e.Rows,
			foreign(e.Code), e.Classification, foreign(e.Message), foreign(e.Where), foreign(e.Remedy), document{e.Record},
			foreign(e.Request), foreign(e.Response), e.State, e.Retries, micros(e.CreatedAt), micros(e.ResolvedAt), e.ResolvedBy, 0})
	}
	return q.insert(ctx, "record_errors", errorInsert, values, errorReplacing)
}

// changeErrors runs an UPDATE on the errors with these IDs that meet a condition,
// and returns the number it changed. Rows are locked in the order of their IDs.
func changeErrors(ctx context.Context, q querier, ids []int64, set, and string, args ...any) (int64, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	condition, list, err := q.inList("id", ids)
	if err != nil {
		return 0, err
	}
	return q.exec(ctx, "UPDATE record_errors SET "+set+" WHERE id IN (SELECT id FROM record_errors WHERE "+condition+" ORDER BY id"+
		q.dialect.forUpdate+")"+and, append(args, list)...)
}

// supersedeErrors resolves the open errors that earlier runs of the flow left for
// records that this run has worked again.
func supersedeErrors(ctx context.Context, q querier, runID int64, keys []string, at time.Time) error {
	if len(keys) == 0 {
		return nil
	}
	stored := make([]string, len(keys))
	for i, key := range keys {
		stored[i] = foreign(key).stored()
	}
	condition, list, err := q.inList("key", stored)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "UPDATE record_errors SET state = 'resolved', resolved_at = ?, resolved_by = ? WHERE state = 'open' AND run_id < ?"+
		" AND flow_id = (SELECT flow_id FROM runs WHERE id = ?) AND "+condition, micros(at), fmt.Sprintf("run %d", runID), runID, runID, list)
	return err
}

func resolveErrors(ctx context.Context, q querier, ids []int64, at time.Time) error {
	_, err := changeErrors(ctx, q, ids, "state = 'resolved', resolved_at = ?, resolved_by = 'retry', retry_run = 0", " AND state <> 'resolved'", micros(at))
	return err
}

// reopenError stores how a retry failed and counts it. An error that a person
// resolved meanwhile stays so.
func reopenError(ctx context.Context, q querier, e *sluice.RecordError) error {
	_, err := q.exec(ctx, "UPDATE record_errors SET state = CASE state WHEN 'resolved' THEN state ELSE 'open' END, retries = retries + 1, retry_run = 0, "+
		"step = ?, code = ?, classification = ?, message = ?, place = ?, remedy = ?, request = ?, response = ? WHERE id = ?",
		e.Step, foreign(e.Code), e.Classification, foreign(e.Message), foreign(e.Where), foreign(e.Remedy), foreign(e.Request), foreign(e.Response), e.ID)
	return err
}

// holdErrors marks the errors that a retry works as its own. All must be open: two
// retries never work the same record.
func holdErrors(ctx context.Context, q querier, runID int64, pages []sluice.Page) error {
	var ids []int64
	for _, page := range pages {
		for _, item := range page.Items {
			if item.ErrorID != 0 {
				ids = append(ids, item.ErrorID)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	changed, err := changeErrors(ctx, q, ids, "state = 'retrying', retry_run = ?", " AND state = 'open'", runID)
	if err == nil && changed != int64(len(ids)) {
		return sluice.Errorf(sluice.CodeConflict, "%d of the %d errors to retry are not open", int64(len(ids))-changed, len(ids)).
			Fix("Choose errors that are open, and wait for a retry of the others")
	}
	return err
}

// releaseErrors opens what the run held and did not get to.
func releaseErrors(ctx context.Context, q querier, runID int64) error {
	_, err := q.exec(ctx, "UPDATE record_errors SET state = 'open', retry_run = 0 WHERE retry_run = ? AND retry_run <> 0 AND state = 'retrying'", runID)
	return err
}

// RecordErrors returns record errors, newest first. With IDs and no limit it
// returns all of them.
func (s *DB) RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error) {
	q := s.read()
	where := conditions{}
	if f.FlowID != "" {
		where.add("flow_id = ?", f.FlowID)
	}
	if f.RunID != 0 {
		where.add("run_id = ?", f.RunID)
	}
	if f.State != "" {
		where.add("state = ?", f.State)
	}
	if f.Before > 0 {
		where.add("id < ?", f.Before)
	}
	count := f.Limit
	if len(f.IDs) > 0 {
		condition, list, err := q.inList("id", f.IDs)
		if err != nil {
			return nil, err
		}
		where.add(condition, list)
		if count <= 0 {
			count = len(f.IDs)
		}
	}
	return all(ctx, q, scanError, errorSelect+where.text()+" ORDER BY id DESC LIMIT ?", append(where.args, limit(count))...)
}

// RecordError returns a record error.
func (s *DB) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	list, err := all(ctx, s.read(), scanError, errorSelect+" WHERE id = ?", id)
	return first(list, err, "record error", number64(id))
}

// EditRecordError changes the record of an open error; one in another state is CodeConflict.
func (s *DB) EditRecordError(ctx context.Context, id int64, r sluice.Record) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE record_errors SET record = ? WHERE id = ? AND state = 'open'", document{r}, id)
		if err != nil || changed == 1 {
			return err
		}
		var state sluice.ErrorState
		if err := q.one(ctx, []any{&state}, "SELECT state FROM record_errors WHERE id = ?", id); err != nil {
			return noRows(err, "record error", number64(id))
		}
		return sluice.Errorf(sluice.CodeConflict, "record error %d is %s", id, state).Fix("Edit errors that are open; reopen a resolved one first")
	})
}

// SetErrorState moves errors to a state. It changes all of them, or none when one is not there.
func (s *DB) SetErrorState(ctx context.Context, ids []int64, state sluice.ErrorState, by string, at time.Time) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if state != sluice.ErrorResolved {
		by, at = "", time.Time{}
	}
	return s.write(ctx, func(q querier) error {
		changed, err := changeErrors(ctx, q, ids, "state = ?, resolved_by = ?, resolved_at = ?", "", state, by, micros(at))
		if err == nil && changed != int64(len(ids)) {
			return sluice.Errorf(sluice.CodeNotFound, "%d of the %d record errors do not exist", int64(len(ids))-changed, len(ids))
		}
		return err
	})
}

// CountErrors returns the number of open errors by flow ID.
func (s *DB) CountErrors(ctx context.Context) (map[string]int64, error) {
	type count struct {
		flowID string
		n      int64
	}
	scan := func(row scanner) (c count, err error) { return c, row.Scan(&c.flowID, &c.n) }
	counts := make(map[string]int64)
	for c, err := range rows(ctx, s.read(), scan, "SELECT flow_id, COUNT(*) FROM record_errors WHERE state = 'open' GROUP BY flow_id") {
		if err != nil {
			return nil, err
		}
		counts[c.flowID] = c.n
	}
	return counts, nil
}
