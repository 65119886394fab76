package database

import (
	"context"
	"database/sql"
	"slices"

	"github.com/sluicehq/sluice"
)

// parentCells are the columns by which a list's rows belong to the record.
func (w *writer) parentCells(l *list, r sluice.Record) ([]cell, error) {
	var cells []cell
	for _, column := range l.table.key {
		typ := l.table.types[slices.Index(l.table.columns, column)]
		value, err := w.Argument(r[l.parent[column]], typ)
		if err != nil {
			return nil, err
		}
		if value == nil {
			return nil, sluice.Errorf("record.key_missing", "the field %q has no value, by which the rows of %q belong to the record", l.parent[column], l.field).Fix("Map a value to it")
		}
		cells = append(cells, cell{column, typ, value})
	}
	return cells, nil
}

func (w *writer) clearLists(ctx context.Context, tx *sql.Tx, r sluice.Record) error {
	for n := range w.table.lists {
		if _, err := w.clearList(ctx, tx, &w.table.lists[n], r); err != nil {
			return err
		}
	}
	return nil
}

// clearList deletes the rows of a list that belong to the record, and returns by what they do.
func (w *writer) clearList(ctx context.Context, tx *sql.Tx, l *list, r sluice.Record) ([]cell, error) {
	parent, err := w.parentCells(l, r)
	if err != nil {
		return nil, err
	}
	where, args := condition(w, parent, 1)
	_, err = tx.ExecContext(ctx, "DELETE FROM "+l.table.name+where, args...)
	return parent, err
}

// writeLists replaces the rows that belong to the record. A list that the record
// does not have stays as it is.
func (w *writer) writeLists(ctx context.Context, tx *sql.Tx, r sluice.Record) error {
	for n := range w.table.lists {
		l := &w.table.lists[n]
		rows, ok := r[l.field].([]any)
		if r[l.field] == nil {
			continue
		}
		if !ok {
			return sluice.Errorf("record.not_a_list", "the field %q is not a list", l.field).Fix("Map a list of objects to it")
		}
		parent, err := w.clearList(ctx, tx, l, r)
		if err != nil {
			return err
		}
		for _, line := range rows {
			if err := w.writeLine(ctx, tx, l, parent, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) writeLine(ctx context.Context, tx *sql.Tx, l *list, parent []cell, line any) error {
	object, ok := line.(map[string]any)
	if !ok {
		return sluice.Errorf("record.not_a_list", "the list %q has an element that is not an object", l.field).Fix("Map a list of objects to it")
	}
	row, err := l.table.row(w, object)
	if err != nil {
		return err
	}
	_, others, _ := l.table.split(append(row, parent...))
	statement, args := insertion(w, l.table.name, append(others, parent...))
	_, err = tx.ExecContext(ctx, statement, args...)
	return err
}
