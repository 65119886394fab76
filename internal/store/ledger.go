package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sluicehq/sluice"
)

var ledgerColumns = []string{"flow_id", "step", "key", "run_id", "page", "seq", "state", "operation", "external_id",
	"target_id", "digest", "before", "answer", "settles_at", "updated_at"}

var ledgerReplacing = replacing(ledgerColumns, "flow_id, step, key")

// LedgerEntries returns the entries of the keys that have one.
func (s *DB) LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error) {
	entries := make(map[string]sluice.LedgerEntry, len(keys))
	if len(keys) == 0 {
		return entries, nil
	}
	q := s.read()
	list, err := q.dialect.list(storedKeys(keys))
	if err != nil {
		return nil, fmt.Errorf("store: ledger keys: %w", err)
	}
	scan := func(row scanner) (sluice.LedgerEntry, error) {
		e := sluice.LedgerEntry{FlowID: flowID, Step: step}
		return e, row.Scan((*foreign)(&e.Key), &e.RunID, &e.Page, &e.Seq, &e.State, &e.Operation, (*foreign)(&e.ExternalID),
			(*foreign)(&e.TargetID), &e.Digest, (*foreign)(&e.Before), (*foreign)(&e.Answer), (*micros)(&e.SettlesAt), (*micros)(&e.UpdatedAt))
	}
	found := rows(ctx, q, scan, `SELECT l.key, l.run_id, l.page, l.seq, l.state, l.operation, l.external_id, l.target_id, l.digest, l.before, l.answer,
		l.settles_at, l.updated_at FROM `+q.dialect.entriesByKey, list, flowID, step)
	for entry, err := range found {
		if err != nil {
			return nil, err
		}
		entries[entry.Key] = entry
	}
	return entries, nil
}

// storedKeys returns keys as the key column holds them.
func storedKeys(keys []string) []string {
	stored := make([]string, len(keys))
	for i, key := range keys {
		stored[i] = foreign(key).Stored()
	}
	return stored
}

// SaveIntents stores entries with the state that each carries. They are on the
// disk when it returns.
func (s *DB) SaveIntents(ctx context.Context, f sluice.Fence, entries []sluice.LedgerEntry) error {
	return s.write(ctx, func(q querier) error {
		if err := checkFence(ctx, q, f); err != nil {
			return err
		}
		return upsertEntries(ctx, q, entries)
	})
}

// upsertEntries writes the last of the entries for each key. They go in one order
// everywhere, so that two transactions never wait for each other.
func upsertEntries(ctx context.Context, q querier, entries []sluice.LedgerEntry) error {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, compareEntries)
	values := make([][]any, 0, len(sorted))
	for i, e := range sorted {
		if i+1 < len(sorted) && compareEntries(e, sorted[i+1]) == 0 {
			continue
		}
		values = append(values, []any{e.FlowID, e.Step, foreign(e.Key), e.RunID, e.Page, e.Seq, e.State, e.Operation, foreign(e.ExternalID),
			foreign(e.TargetID), e.Digest, foreign(e.Before), foreign(e.Answer), micros(e.SettlesAt), micros(e.UpdatedAt)})
	}
	return q.insert(ctx, "ledger", ledgerColumns, values, ledgerReplacing)
}

func compareEntries(a, b sluice.LedgerEntry) int {
	return cmp.Or(cmp.Compare(a.FlowID, b.FlowID), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Key, b.Key))
}
