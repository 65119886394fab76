package store

import (
	"context"

	"github.com/sluicehq/sluice"
)

// FlowRevisions returns a flow's revisions below a number (0 means all), newest first.
func (s *DB) FlowRevisions(ctx context.Context, flowID string, before, limit int) ([]*sluice.FlowRevision, error) {
	return all(ctx, s.read(), scanFlow, "SELECT "+flowColumns+flowTables+"WHERE f.id = ? AND (? = 0 OR r.number < ?) ORDER BY r.number DESC LIMIT ?", flowID, before, before, limit)
}

// LedgerCounts returns how many records the ledger has of each import step of a flow.
func (s *DB) LedgerCounts(ctx context.Context, flowID string) (map[string]int64, error) {
	out := map[string]int64{}
	type count struct {
		step string
		n    int64
	}
	scan := func(row scanner) (count, error) {
		var c count
		err := row.Scan(&c.step, &c.n)
		return c, err
	}
	for c, err := range rows(ctx, s.read(), scan, "SELECT step, COUNT(*) FROM ledger WHERE flow_id = ? GROUP BY step", flowID) {
		if err != nil {
			return nil, err
		}
		out[c.step] = c.n
	}
	return out, nil
}
