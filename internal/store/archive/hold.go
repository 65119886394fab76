package archive

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Held is what Hold has stopped.
type Held struct {
	Flows []HeldFlow // that were enabled
	Runs  int64      // that had not ended
}

// HeldFlow is a flow that waits for an operator.
type HeldFlow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"` // when the backup was made
}

// Hold stops everything that would go on by itself: flows are disabled, runs that had not
// ended have failed and can be resumed. Nobody has a lease, nothing is being sent.
func Hold(ctx context.Context, q query.Querier, cause *sluice.Error, at time.Time) (*Held, error) {
	h := &Held{}
	scan := func(row query.Scanner) (f HeldFlow, err error) { return f, row.Scan(&f.ID, &f.Name, &f.Enabled) }
	var err error
	if h.Flows, err = query.All(ctx, q, scan, "SELECT id, name, enabled FROM flows ORDER BY name"); err != nil {
		return nil, err
	}
	if _, err = q.Exec(ctx, "UPDATE flows SET enabled = ?", false); err != nil {
		return nil, err
	}
	text, err := json.Marshal(cause)
	if err != nil {
		return nil, err
	}
	h.Runs, err = q.Exec(ctx, `UPDATE runs SET state = 'failed', error = ?, owner = '', lease_until = 0, fence = fence + 1, cancel_asked = ?, finished_at = ?
		WHERE state IN ('queued', 'running')`, string(text), false, query.Micros(at))
	if err != nil {
		return nil, err
	}
	if _, err = q.Exec(ctx, "UPDATE pages SET offered = 0, owner = '', claim = claim + 1, lease_until = 0"); err != nil {
		return nil, err
	}
	// A schedule that is reckoned anew tells nobody of the times that have gone by.
	_, err = q.Exec(ctx, "UPDATE schedules SET next_at = 0")
	return h, err
}
