package store

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
)

const flowTestColumns = "flow_id, number, text, files, created_at, created_by"

func scanFlowTests(row scanner) (*sluice.FlowTests, error) {
	var t sluice.FlowTests
	err := row.Scan(&t.FlowID, &t.Number, (*foreign)(&t.Text), document{&t.Files}, (*micros)(&t.CreatedAt), (*foreign)(&t.CreatedBy))
	return &t, err
}

// SaveFlowTests stores the newest revision of a flow's tests.
func (s *DB) SaveFlowTests(ctx context.Context, t *sluice.FlowTests) error {
	return s.write(ctx, func(q querier) error {
		// The flow's row says who goes first where two save at one time.
		if err := q.one(ctx, []any{&t.FlowID}, "SELECT id FROM flows WHERE id = ?"+q.dialect.forUpdate, t.FlowID); err != nil {
			return noRows(err, "flow", t.FlowID)
		}
		return q.one(ctx, []any{&t.Number}, "INSERT INTO flow_tests ("+flowTestColumns+") SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ? FROM flow_tests WHERE flow_id = ? RETURNING number",
			t.FlowID, foreign(t.Text), document{t.Files}, micros(t.CreatedAt), foreign(t.CreatedBy), t.FlowID)
	})
}

// FlowTests returns one revision of a flow's tests.
func (s *DB) FlowTests(ctx context.Context, flowID string, number int) (*sluice.FlowTests, error) {
	list, err := all(ctx, s.read(), scanFlowTests, "SELECT "+flowTestColumns+" FROM flow_tests WHERE flow_id = ? AND (? = 0 OR number = ?) ORDER BY number DESC LIMIT 1", flowID, number, number)
	if err == nil && number == 0 && len(list) == 1 && list[0].Text == "" {
		list = nil
	}
	return first(list, err, "flow tests", fmt.Sprint(flowID, "/", number))
}
