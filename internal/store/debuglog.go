package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

var debugColumns = []string{"connection_id", "at", "method", "url", "status", "took", "request", "response", "error"}

// AppendDebug adds entries to debug logs, in their order. It does not set their IDs.
func (s *DB) AppendDebug(ctx context.Context, entries []sluice.DebugEntry) error {
	values := make([][]any, len(entries))
	for i, e := range entries {
		values[i] = []any{e.ConnectionID, micros(e.At), foreign(e.Method), foreign(e.URL), e.Status, int64(e.Took), foreign(e.Request), foreign(e.Response), foreign(e.Error)}
	}
	return s.write(ctx, func(q querier) error { return q.insert(ctx, "debug_entries", debugColumns, values, "") })
}

// DebugEntries returns a connection's entries with IDs below before (0 means all),
// newest first; a limit of 0 means 100.
func (s *DB) DebugEntries(ctx context.Context, connectionID string, before int64, count int) ([]*sluice.DebugEntry, error) {
	where := conditions{}
	where.add("connection_id = ?", connectionID)
	if before > 0 {
		where.add("id < ?", before)
	}
	scan := func(row scanner) (*sluice.DebugEntry, error) {
		var e sluice.DebugEntry
		return &e, row.Scan(&e.ID, &e.ConnectionID, (*micros)(&e.At), (*foreign)(&e.Method), (*foreign)(&e.URL), &e.Status, &e.Took,
			(*foreign)(&e.Request), (*foreign)(&e.Response), (*foreign)(&e.Error))
	}
	return all(ctx, s.read(), scan, "SELECT id, connection_id, at, method, url, status, took, request, response, error FROM debug_entries"+
		where.text()+" ORDER BY id DESC LIMIT ?", append(where.Args, limit(count))...)
}

// DeleteDebug deletes a connection's entries from before the time.
func (s *DB) DeleteDebug(ctx context.Context, connectionID string, before time.Time) error {
	_, err := query.Prune(ctx, s, "DELETE FROM debug_entries WHERE id IN (SELECT id FROM debug_entries WHERE connection_id = ? AND at < ? LIMIT ?)", connectionID, micros(before))
	return err
}

// TrimDebug deletes all but a connection's newest entries.
func (s *DB) TrimDebug(ctx context.Context, connectionID string, keep int) error {
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM debug_entries WHERE connection_id = ? AND id <=
			(SELECT id FROM debug_entries WHERE connection_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`, connectionID, connectionID, keep)
		return err
	})
}

// SetDebugUntil stores when a connection's debug log ends.
func (s *DB) SetDebugUntil(ctx context.Context, connectionID string, until time.Time) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE connections SET debug_until = ? WHERE id = ?", micros(until), connectionID)
		return someRow(changed, err, "connection", connectionID)
	})
}
