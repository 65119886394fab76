// Package recorderror stores records that did not get through.
package recorderror

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

var columns = []string{"flow_id", "flow_name", "run_id", "step", "seq", "key", "origin", "row_count", "code", "classification",
	"message", "place", "remedy", "record", "request", "response", "state", "retries", "created_at", "resolved_at", "resolved_by",
	"trace", "tags", "assignee", "reason", "failed_at"}

var (
	selection = "SELECT id, " + strings.Join(columns, ", ") + " FROM record_errors"
	// In lists the large texts stay where they are.
	brief    = strings.Replace(selection, "record, request, response", "'{}' AS record, '' AS request, '' AS response", 1)
	inserted = append(slices.Clone(columns), "retry_run", "size")
	// A record that fails again keeps its ID, its first time, its number of retries and
	// what people said of it.
	again = query.Replacing(inserted, "run_id, step, seq", "created_at", "retries", "tags", "assignee")
)

func scan(row query.Scanner) (*sluice.RecordError, error) {
	var e sluice.RecordError
	err := row.Scan(&e.ID, &e.FlowID, &e.FlowName, &e.RunID, &e.Step, &e.Seq, (*query.Foreign)(&e.Key), (*query.Foreign)(&e.Origin), &e.Rows,
		(*query.Foreign)(&e.Code), &e.Classification, (*query.Foreign)(&e.Message), (*query.Foreign)(&e.Where), (*query.Foreign)(&e.Remedy), query.Document{V: &e.Record},
		(*query.Foreign)(&e.Request), (*query.Foreign)(&e.Response), &e.State, &e.Retries, (*query.Micros)(&e.CreatedAt), (*query.Micros)(&e.ResolvedAt), &e.ResolvedBy,
		(*query.Foreign)(&e.Trace), query.Document{V: &e.Tags}, (*query.Foreign)(&e.Assignee), (*query.Foreign)(&e.Reason), (*query.Micros)(&e.FailedAt))
	if len(e.Tags) == 0 {
		e.Tags = nil
	}
	return &e, err
}

// Upsert stores errors, open unless they say otherwise and as of at unless they have
// a time. One that has an ID was being retried and failed again.
func Upsert(ctx context.Context, q query.Querier, list []sluice.RecordError, at time.Time) error {
	var values [][]any
	for i := range list {
		e := &list[i]
		if e.ID != 0 {
			if err := failAgain(ctx, q, e, at); err != nil {
				return err
			}
			continue
		}
		values = append(values, row(e, at))
	}
	return query.Insert(ctx, q, "record_errors", inserted, values, again)
}

// row returns an error's columns, in the order of inserted.
func row(e *sluice.RecordError, at time.Time) []any {
	created, failed := cmp.Or(e.CreatedAt, at), cmp.Or(e.FailedAt, at)
	record := query.Document{V: e.Record}
	text, _ := record.Value() // what cannot be written is told when the row is
	return []any{e.FlowID, e.FlowName, e.RunID, e.Step, e.Seq, query.Foreign(e.Key), query.Foreign(e.Origin), e.Rows,
		query.Foreign(e.Code), e.Classification, query.Foreign(e.Message), query.Foreign(e.Where), query.Foreign(e.Remedy), record,
		query.Foreign(e.Request), query.Foreign(e.Response), cmp.Or(e.State, sluice.ErrorOpen), e.Retries, query.Micros(created), query.Micros(e.ResolvedAt), e.ResolvedBy,
		query.Foreign(e.Trace), query.Document{V: tags(e.Tags)}, query.Foreign(e.Assignee), query.Foreign(e.Reason), query.Micros(failed),
		0, size(text) + len(e.Request) + len(e.Response)}
}

func size(v any) int {
	text, _ := v.(string)
	return len(text)
}

// tags returns tags as they are stored: sorted, each once, never null.
func tags(list []string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	if list == nil {
		return []string{}
	}
	return list
}

// change runs an UPDATE on the errors with these IDs that meet a condition, and
// returns the number it changed. Rows are locked in the order of their IDs.
func change(ctx context.Context, q query.Querier, ids []int64, set, and string, args ...any) (int64, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	condition, list, err := q.In("id", ids)
	if err != nil {
		return 0, err
	}
	return q.Exec(ctx, "UPDATE record_errors SET "+set+" WHERE id IN (SELECT id FROM record_errors WHERE "+condition+" ORDER BY id"+
		q.ForUpdate(false)+")"+and, append(args, list)...)
}

// Supersede resolves the open errors that earlier runs of the flow left for records
// that this run has worked again, and under trace keys that it has delivered.
func Supersede(ctx context.Context, q query.Querier, runID int64, r *sluice.PageResult) error {
	if err := supersede(ctx, q, runID, "key", r.Keys, "a later run worked the record again", r.At); err != nil {
		return err
	}
	return supersede(ctx, q, runID, "trace", r.Traces, "a later run delivered the trace key", r.At)
}

func supersede(ctx context.Context, q query.Querier, runID int64, column string, names []string, reason string, at time.Time) error {
	if len(names) == 0 {
		return nil
	}
	stored := make([]string, len(names))
	for i, name := range names {
		stored[i] = query.Foreign(name).Stored()
	}
	condition, list, err := q.In(column, stored)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, "UPDATE record_errors SET state = 'resolved', resolved_at = ?, resolved_by = ?, reason = ? WHERE state = 'open' AND run_id < ?"+
		" AND "+column+" <> '' AND flow_id = (SELECT flow_id FROM runs WHERE id = ?) AND "+condition,
		query.Micros(at), fmt.Sprintf("run %d", runID), reason, runID, runID, list)
	return err
}

// Resolve ends the errors whose retry worked.
func Resolve(ctx context.Context, q query.Querier, ids []int64, at time.Time) error {
	_, err := change(ctx, q, ids, "state = 'resolved', resolved_at = ?, resolved_by = 'retry', reason = 'a retry worked', retry_run = 0", " AND state <> 'resolved'", query.Micros(at))
	return err
}

// failAgain stores how a retry failed and counts it. An error that a person resolved
// meanwhile stays so.
func failAgain(ctx context.Context, q query.Querier, e *sluice.RecordError, at time.Time) error {
	_, err := q.Exec(ctx, "UPDATE record_errors SET resolved_at = CASE state WHEN 'resolved' THEN resolved_at ELSE 0 END, "+
		"resolved_by = CASE state WHEN 'resolved' THEN resolved_by ELSE '' END, reason = CASE state WHEN 'resolved' THEN reason ELSE '' END, "+
		"state = CASE state WHEN 'resolved' THEN state ELSE 'open' END, retries = retries + 1, retry_run = 0, failed_at = ?, "+
		"step = ?, code = ?, classification = ?, message = ?, place = ?, remedy = ?, request = ?, response = ?, trace = ? WHERE id = ?",
		query.Micros(at), e.Step, query.Foreign(e.Code), e.Classification, query.Foreign(e.Message), query.Foreign(e.Where), query.Foreign(e.Remedy),
		query.Foreign(e.Request), query.Foreign(e.Response), query.Foreign(e.Trace), e.ID)
	return err
}

// Hold marks the errors that a retry works as its own. None may be in another retry:
// two never work the same record. What was resolved when and by whom stays until the
// retry has ended.
func Hold(ctx context.Context, q query.Querier, runID int64, pages []sluice.Page) error {
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
	changed, err := change(ctx, q, ids, "state = 'retrying', retry_run = ?", " AND state <> 'retrying'", runID)
	if err == nil && changed != int64(len(ids)) {
		return sluice.Errorf(sluice.CodeConflict, "%d of the %d errors to retry are being retried, or gone", int64(len(ids))-changed, len(ids)).
			Fix("Wait for the retry to end, then choose again")
	}
	return err
}

// Release gives back what the run held and did not get to: open or resolved, as it was.
func Release(ctx context.Context, q query.Querier, runID int64) error {
	_, err := q.Exec(ctx, "UPDATE record_errors SET state = CASE resolved_at WHEN 0 THEN 'open' ELSE 'resolved' END, retry_run = 0 "+
		"WHERE retry_run = ? AND retry_run <> 0 AND state = 'retrying'", runID)
	return err
}
