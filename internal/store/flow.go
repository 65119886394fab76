package store

import (
	"context"

	"github.com/sluicehq/sluice"
)

const (
	flowColumns = "f.id, r.number, r.text, r.flow, f.enabled, r.created_at, r.created_by"
	flowTables  = " FROM flows f JOIN flow_revisions r ON r.flow_id = f.id "
)

func scanFlow(row scanner) (*sluice.FlowRevision, error) {
	var r sluice.FlowRevision
	err := row.Scan(&r.FlowID, &r.Number, (*foreign)(&r.Text), document{&r.Flow}, &r.Enabled, (*micros)(&r.CreatedAt), &r.CreatedBy)
	return &r, err
}

// SaveFlow stores r as the newest revision of the flow with r.FlowID, which takes
// the name that r.Flow has, or without FlowID of the flow with that name, which is
// made when it is new. It sets FlowID, Number and, for a flow that was there,
// Enabled: saving a revision neither starts nor stops a flow.
func (s *DB) SaveFlow(ctx context.Context, r *sluice.FlowRevision) error {
	return s.SaveFlows(ctx, []*sluice.FlowRevision{r})
}

// SaveFlows is SaveFlow for several flows: all are stored, or none.
func (s *DB) SaveFlows(ctx context.Context, list []*sluice.FlowRevision) error {
	saved := make([]sluice.FlowRevision, len(list))
	err := s.write(ctx, func(q querier) error {
		for i, r := range list {
			saved[i] = *r
			if err := saveFlow(ctx, q, &saved[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, r := range list {
		r.FlowID, r.Number, r.Enabled = saved[i].FlowID, saved[i].Number, saved[i].Enabled
	}
	return nil
}

func saveFlow(ctx context.Context, q querier, r *sluice.FlowRevision) error {
	targets := []any{&r.FlowID, &r.Number, &r.Enabled}
	var err error
	if id := r.FlowID; id != "" {
		err = q.one(ctx, targets, "UPDATE flows SET name = ?, newest = newest + 1 WHERE id = ? RETURNING id, newest, enabled", r.Flow.Name, id)
		err = taken(noRows(err, "flow", id), "flow", r.Flow.Name)
	} else {
		err = q.one(ctx, targets, `INSERT INTO flows (id, name, enabled, newest) VALUES (?, ?, ?, 1)
			ON CONFLICT (name) DO UPDATE SET newest = flows.newest + 1 RETURNING id, newest, enabled`, newID(), r.Flow.Name, r.Enabled)
	}
	if err != nil {
		return err
	}
	if newest := r.Number - 1; r.Base != 0 && r.Base != newest {
		return changedSince(r, newest)
	}
	_, err = q.exec(ctx, "INSERT INTO flow_revisions (flow_id, number, text, flow, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
		r.FlowID, r.Number, foreign(r.Text), document{r.Flow}, micros(r.CreatedAt), r.CreatedBy)
	if err != nil {
		return err
	}
	return keepSchedule(ctx, q, r.FlowID, r.Flow.Schedule)
}

func changedSince(r *sluice.FlowRevision, newest int) error {
	if newest == 0 {
		return sluice.Errorf(sluice.CodeFlowChanged, "the flow %q, whose revision %d the text was made from, has been deleted", r.Flow.Name, r.Base).
			Fix("Store the text under a new name, if the flow is wanted after all")
	}
	return sluice.Errorf(sluice.CodeFlowChanged, "the flow %q has changed: the text was made from revision %d, the newest is %d", r.Flow.Name, r.Base, newest).
		Fix("Look at what has changed, and store your text on top of that")
}

// SetFlowEnabled says whether the flow may run.
func (s *DB) SetFlowEnabled(ctx context.Context, flowID string, enabled bool) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE flows SET enabled = ? WHERE id = ?", enabled, flowID)
		if err := someRow(changed, err, "flow", flowID); err != nil {
			return err
		}
		// What came due while the flow was disabled was not missed.
		_, err = q.exec(ctx, "UPDATE schedules SET next_at = 0 WHERE flow_id = ?", flowID)
		return err
	})
}

// Flow finds the newest revision of a flow by ID or name; the ID goes first.
func (s *DB) Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error) {
	list, err := all(ctx, s.read(), scanFlow, "SELECT "+flowColumns+flowTables+
		"WHERE r.number = f.newest AND (f.id = ? OR f.name = ?) ORDER BY CASE WHEN f.id = ? THEN 0 ELSE 1 END LIMIT 1", idOrName, idOrName, idOrName)
	return first(list, err, "flow", idOrName)
}

// FlowRevision returns one revision of a flow.
func (s *DB) FlowRevision(ctx context.Context, flowID string, number int) (*sluice.FlowRevision, error) {
	list, err := all(ctx, s.read(), scanFlow, "SELECT "+flowColumns+flowTables+"WHERE f.id = ? AND r.number = CASE WHEN ? = 0 THEN f.newest ELSE ? END", flowID, number, number)
	return first(list, err, "flow revision", flowID+"/"+number64(int64(number)))
}

// Flows returns the newest revision of every flow by name.
func (s *DB) Flows(ctx context.Context) ([]*sluice.FlowRevision, error) {
	return all(ctx, s.read(), scanFlow, "SELECT "+flowColumns+flowTables+"WHERE r.number = f.newest ORDER BY f.name")
}

// DeleteFlow deletes a flow with its revisions, schedule, watermarks and ledger. Its runs and record
// errors stay, as evidence. A flow with a queued or running run is CodeConflict.
func (s *DB) DeleteFlow(ctx context.Context, flowID string) error {
	return s.write(ctx, func(q querier) error {
		var active int64
		if err := q.one(ctx, []any{&active}, "SELECT COUNT(*) FROM runs WHERE flow_id = ? AND state IN ('queued', 'running')", flowID); err != nil {
			return err
		}
		if active > 0 {
			return sluice.Errorf(sluice.CodeConflict, "the flow %q is running", flowID).Fix("Cancel its run, or wait for its end")
		}
		changed, err := q.exec(ctx, "DELETE FROM flows WHERE id = ?", flowID)
		if err := someRow(changed, err, "flow", flowID); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "DELETE FROM watermarks WHERE flow_id = ?", flowID); err != nil {
			return err
		}
		_, err = q.exec(ctx, "DELETE FROM ledger WHERE flow_id = ?", flowID)
		return err
	})
}
