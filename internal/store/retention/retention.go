// Package retention removes what is not to be kept any more, and counts it.
package retention

import (
	"context"
	"time"

	"github.com/sluicehq/sluice/internal/store/query"
)

// Retention is a sluice.RetentionStore.
type Retention struct {
	query.Database
	// Size asks how large the database is.
	Size string
}

// runsAtOnce bounds what one transaction removes: others wait for it, and a run takes its
// pages and its requests with it.
const runsAtOnce = 50

// ended are the runs r that ended before a time, which is given twice. It names the states
// that have not, so that runs are found by their time and not by their state.
const ended = `r.state NOT IN ('queued', 'running') AND r.created_at < ? AND r.finished_at < ?`

// What a run r stays for, whatever its age.
const (
	// holdsErrors: somebody still looks at its errors, or it has them in work.
	holdsErrors = `(EXISTS (SELECT 1 FROM record_errors e WHERE e.run_id = r.id)
		OR EXISTS (SELECT 1 FROM record_errors e WHERE e.retry_run = r.id AND e.retry_run <> 0))`
	// isNewest: people ask how the flow fared last.
	isNewest = `NOT EXISTS (SELECT 1 FROM runs n WHERE n.flow_id = r.flow_id AND n.id > r.id)`
	// isLastCompleted: a delta export goes on behind it.
	isLastCompleted = `(r.state = 'completed' AND r.kind <> 'retry' AND NOT EXISTS
		(SELECT 1 FROM runs n WHERE n.flow_id = r.flow_id AND n.id > r.id AND n.state = 'completed' AND n.kind <> 'retry'))`
	// isWatermark: it has moved a watermark to where that is.
	isWatermark = `EXISTS (SELECT 1 FROM watermarks w WHERE w.flow_id = r.flow_id AND w.run_id = r.id)`
	// isResumable: it can go on, and has something that a new run would not have. A run that
	// was never let into its source has read nothing: to resume it is to start anew.
	isResumable = `((r.state = 'failed' OR r.state = 'cancelled' AND r.kind <> 'retry')
		AND (r.export_done OR COALESCE(length(r.position), 0) > 0 OR EXISTS (SELECT 1 FROM pages p WHERE p.run_id = r.id)))`
	// hasFlow: without its flow a run cannot go on, and nothing goes on behind it.
	hasFlow = `EXISTS (SELECT 1 FROM flows f WHERE f.id = r.flow_id)`
)

// stays are the runs r that no age removes.
const stays = "(" + holdsErrors + " OR " + hasFlow + " AND (" + isNewest + " OR " + isLastCompleted + " OR " + isWatermark + " OR " + isResumable + "))"

// PruneRuns removes runs that ended before a time and that nothing needs.
func (s Retention) PruneRuns(ctx context.Context, before time.Time) (total int64, err error) {
	type place struct {
		id, at int64
	}
	scan := func(row query.Scanner) (p place, err error) { return p, row.Scan(&p.id, &p.at) }
	var after place
	for {
		// They are looked for outside of the transaction, which is short so, and judged once
		// more within: somebody may have resumed one meanwhile.
		found, err := query.All(ctx, s.Read(), scan, "SELECT r.id, r.created_at FROM runs r WHERE "+ended+
			" AND (r.created_at, r.id) > (?, ?) AND NOT "+stays+" ORDER BY r.created_at, r.id LIMIT ?",
			query.Micros(before), query.Micros(before), after.at, after.id, runsAtOnce)
		if err != nil || len(found) == 0 {
			return total, err
		}
		ids := make([]int64, len(found))
		for i, p := range found {
			ids[i] = p.id
		}
		after = found[len(found)-1]
		n, err := s.delete(ctx, ids, before)
		if total += n; err != nil {
			return total, err
		}
	}
}

func (s Retention) delete(ctx context.Context, ids []int64, before time.Time) (n int64, err error) {
	err = s.Write(ctx, func(q query.Querier) error {
		condition, list, err := q.In("r.id", ids)
		if err != nil {
			return err
		}
		n, err = q.Exec(ctx, "DELETE FROM runs AS r WHERE "+condition+" AND "+ended+" AND NOT "+stays, list, query.Micros(before), query.Micros(before))
		return err
	})
	return n, err
}

// PruneAudit removes lines of the audit log from before a time.
func (s Retention) PruneAudit(ctx context.Context, before time.Time) (int64, error) {
	return query.Prune(ctx, s, "DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events WHERE at < ? ORDER BY at LIMIT ?)", query.Micros(before))
}
