package recorderror

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// ErrorsToRetry returns open intermittent errors of a flow that were retried so many
// times and failed last before a time, the oldest first.
func (s Errors) ErrorsToRetry(ctx context.Context, flowID string, retries int, before time.Time, limit int) ([]int64, error) {
	scan := func(row query.Scanner) (id int64, err error) { return id, row.Scan(&id) }
	return query.All(ctx, s.Read(), scan, "SELECT id FROM record_errors WHERE flow_id = ? AND state = 'open' AND classification = 'intermittent'"+
		" AND retries = ? AND failed_at <= ? ORDER BY failed_at, id LIMIT ?", flowID, retries, query.Micros(before), query.Limit(limit))
}

// DeletedFlowsWithErrors returns the IDs of deleted flows of which errors are left.
func (s Errors) DeletedFlowsWithErrors(ctx context.Context) ([]string, error) {
	scan := func(row query.Scanner) (id string, err error) { return id, row.Scan(&id) }
	return query.All(ctx, s.Read(), scan, "SELECT DISTINCT flow_id FROM record_errors e WHERE NOT EXISTS (SELECT 1 FROM flows f WHERE f.id = e.flow_id) ORDER BY flow_id")
}

// dropped bounds how many errors one transaction removes: others wait for it.
const dropped = 1000

// DropErrors removes resolved errors that are older or larger than is to be kept.
func (s Errors) DropErrors(ctx context.Context, flowID string, before time.Time, bytes int64) (sluice.ErrorDrop, error) {
	var out sluice.ErrorDrop
	for {
		n, err := s.drop(ctx, "SELECT id FROM record_errors WHERE flow_id = ? AND state = 'resolved' AND resolved_at < ? LIMIT ?", flowID, query.Micros(before), dropped)
		out.Old += n
		if err != nil {
			return out, err
		}
		if n < dropped {
			break
		}
	}
	for {
		last, err := s.over(ctx, flowID, bytes)
		if err != nil {
			return out, err
		}
		if last.id == 0 {
			break
		}
		n, err := s.drop(ctx, "SELECT id FROM record_errors WHERE flow_id = ? AND state = 'resolved' AND (resolved_at < ? OR resolved_at = ? AND id <= ?) LIMIT ?",
			flowID, last.at, last.at, last.id, dropped)
		out.Over += n
		if err != nil || n == 0 {
			return out, err
		}
	}
	return out, s.Read().One(ctx, []any{&out.Open}, "SELECT COALESCE(SUM(size), 0) FROM record_errors WHERE flow_id = ? AND state <> 'resolved'", flowID)
}

func (s Errors) drop(ctx context.Context, chosen string, args ...any) (n int64, err error) {
	err = s.Write(ctx, func(q query.Querier) (err error) {
		n, err = q.Exec(ctx, "DELETE FROM record_errors WHERE state = 'resolved' AND id IN ("+chosen+")", args...)
		return err
	})
	return n, err
}

type place struct {
	id, at int64
}

// over returns the newest resolved error that is behind so many bytes of newer ones,
// the zero place when all fit.
func (s Errors) over(ctx context.Context, flowID string, bytes int64) (place, error) {
	scan := func(row query.Scanner) (p place, err error) { return p, row.Scan(&p.id, &p.at) }
	list, err := query.All(ctx, s.Read(), scan, `SELECT id, resolved_at FROM (SELECT id, resolved_at, SUM(size) OVER (ORDER BY resolved_at DESC, id DESC) AS held
		FROM record_errors WHERE flow_id = ? AND state = 'resolved') AS o WHERE held > ? ORDER BY resolved_at DESC, id DESC LIMIT 1`, flowID, bytes)
	if err != nil || len(list) == 0 {
		return place{}, err
	}
	return list[0], nil
}
