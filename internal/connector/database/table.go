package database

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
)

// table is a table that an import writes to.
type table struct {
	name    string // quoted, with its schema
	columns []string
	types   []string // of the columns
	key     []string // columns that identify a row
	lists   []list
}

// list is a list of the record that becomes rows of another table.
type list struct {
	field  string
	table  table
	parent map[string]string // column of the table to field of the record
}

// cell is a column with its value, as a statement's argument.
type cell struct {
	column string
	typ    string
	value  any
}

// openTable reads a table's columns and makes sure that it has those that the
// import names.
func (c *connection) openTable(ctx context.Context, name, path string, needed []string) (table, []sluice.Problem, error) {
	schema, plain, found := strings.Cut(name, ".")
	quoted := c.Syntax().Quote(schema) + "." + c.Syntax().Quote(plain)
	if !found {
		schema, plain, quoted = "", name, c.Syntax().Quote(name)
	}
	there, err := c.Columns(ctx, c.DB, schema, plain)
	if err != nil {
		return table{}, nil, err
	}
	if len(there) == 0 {
		return table{}, []sluice.Problem{{Code: "sql.no_table", Path: path + ".table", Message: fmt.Sprintf("there is no table %q", name), Remedy: "Make the table, or correct its name"}}, nil
	}
	t := table{name: quoted}
	for _, column := range there {
		t.columns, t.types = append(t.columns, column.Name), append(t.types, column.Type)
	}
	var problems []sluice.Problem
	for _, column := range needed {
		n := find(t.columns, column)
		if n < 0 {
			problems = append(problems, sluice.Problem{Code: "sql.no_column", Path: path, Message: fmt.Sprintf("the table %s has no column %q", name, column), Remedy: "It has " + strings.Join(t.columns, ", ")})
			continue
		}
		t.key = append(t.key, t.columns[n])
	}
	return t, problems, nil
}

// openTables opens the import's table and those of its lists, telling all that is wrong.
func (c *connection) openTables(ctx context.Context, spec *sluice.SQLImport) (table, error) {
	t, problems, err := c.openTable(ctx, spec.Table, "sql", spec.Key)
	if err != nil {
		return t, err
	}
	for i, l := range spec.Lines {
		of, more, err := c.openTable(ctx, l.Table, fmt.Sprintf("sql.lines[%d]", i), slices.Sorted(maps.Keys(l.Parent)))
		if err != nil {
			return t, err
		}
		problems = append(problems, more...)
		parent := map[string]string{}
		for column, field := range l.Parent {
			if n := find(of.columns, column); n >= 0 {
				parent[of.columns[n]] = field
			}
		}
		t.lists = append(t.lists, list{field: l.Field, table: of, parent: parent})
	}
	return t, sluice.Problems("import.table", "the tables are not as the import needs them", problems)
}

// unknown lists the fields of records that the tables have no column for.
func (t *table) unknown(records []sluice.Record) []sluice.Problem {
	var problems []sluice.Problem
	seen := map[string]bool{}
	note := func(field string, t *table) {
		if !seen[t.name+field] && find(t.columns, field) < 0 {
			problems = append(problems, sluice.Problem{Code: "sql.no_column", Path: field, Message: fmt.Sprintf("the table %s has no column for the field %q", t.name, field)})
		}
		seen[t.name+field] = true
	}
	for _, r := range records {
		for field := range r {
			if l := t.list(field); l == nil {
				note(field, t)
			}
		}
		for i := range t.lists {
			rows, _ := r[t.lists[i].field].([]any)
			for _, row := range rows {
				object, _ := row.(map[string]any)
				for field := range object {
					note(field, &t.lists[i].table)
				}
			}
		}
	}
	slices.SortFunc(problems, func(a, b sluice.Problem) int { return strings.Compare(a.Message, b.Message) })
	return problems
}

func (t *table) list(field string) *list {
	for i := range t.lists {
		if t.lists[i].field == field {
			return &t.lists[i]
		}
	}
	return nil
}

// row turns a record's plain fields into cells, in the order of their names.
func (t *table) row(d dialect.Dialect, r map[string]any) ([]cell, error) {
	var row []cell
	for _, field := range slices.Sorted(maps.Keys(r)) {
		if t.list(field) != nil {
			continue
		}
		n := find(t.columns, field)
		if n < 0 {
			return nil, sluice.Errorf("sql.no_column", "the table %s has no column for the field %q", t.name, field).Fix("Add the column, or leave the field out in a mapping")
		}
		value, err := d.Argument(r[field], t.types[n])
		if err != nil {
			return nil, err
		}
		row = append(row, cell{t.columns[n], t.types[n], value})
	}
	return row, nil
}

// split parts a row into the cells of the key, in the key's order, and the others.
// It names the key column that has no value, if there is one.
func (t *table) split(row []cell) (key, others []cell, missing string) {
	for _, column := range t.key {
		i := slices.IndexFunc(row, func(c cell) bool { return c.column == column })
		if i < 0 || row[i].value == nil {
			return nil, nil, column
		}
		key = append(key, row[i])
	}
	for _, c := range row {
		if !slices.Contains(t.key, c.column) {
			others = append(others, c)
		}
	}
	return key, others, ""
}

// settable returns the cells that a change sets: those outside the key, or the
// key's own where there are no others.
func settable(t *table, row []cell) []cell {
	key, others, _ := t.split(row)
	if len(others) == 0 {
		return key
	}
	return others
}

func insertion(d dialect.Dialect, table string, row []cell) (string, []any) {
	if len(row) == 0 {
		return "INSERT INTO " + table + " " + dialect.OrDefault(d.Syntax().NoRow, "DEFAULT VALUES"), nil
	}
	var columns, marks []string
	var args []any
	for i, c := range row {
		columns, marks, args = append(columns, c.column), append(marks, d.Syntax().Placeholder(i+1)), append(args, c.value)
	}
	return "INSERT INTO " + table + " (" + d.Syntax().QuoteAll(columns) + ") VALUES (" + strings.Join(marks, ", ") + ")", args
}

// condition is the WHERE clause that finds the rows with the cells. Arguments are
// counted from first.
func condition(d dialect.Dialect, row []cell, first int) (string, []any) {
	var parts []string
	var args []any
	for _, c := range row {
		if c.value == nil {
			parts = append(parts, d.Syntax().Quote(c.column)+" IS NULL")
			continue
		}
		parts = append(parts, d.Syntax().Quote(c.column)+" = "+d.Syntax().Operand(first+len(args), c.typ))
		args = append(args, c.value)
	}
	if len(parts) == 0 {
		return " WHERE 1 = 1", nil
	}
	return " WHERE " + strings.Join(parts, " AND "), args
}

// errSeveral says that a key is not unique in the table.
var errSeveral = sluice.Errorf("import.key_not_unique", "several rows have the key").Fix("Choose key columns that are unique together")

// update changes the row with the key. It reports whether there is one.
func update(ctx context.Context, d dialect.Dialect, tx *sql.Tx, t *table, row []cell) (bool, error) {
	key, _, _ := t.split(row)
	var set []string
	var args []any
	for i, c := range settable(t, row) {
		set, args = append(set, d.Syntax().Quote(c.column)+" = "+d.Syntax().Placeholder(i+1)), append(args, c.value)
	}
	where, more := condition(d, key, len(args)+1)
	return one(tx.ExecContext(ctx, "UPDATE "+t.name+d.Syntax().Hint+" SET "+strings.Join(set, ", ")+where, append(args, more...)...))
}

// remove deletes the row with the key. It reports whether there was one.
func remove(ctx context.Context, d dialect.Dialect, tx *sql.Tx, t *table, key []cell) (bool, error) {
	where, args := condition(d, key, 1)
	return one(tx.ExecContext(ctx, "DELETE FROM "+t.name+where, args...))
}

func one(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	if err == nil && n > 1 {
		err = errSeveral
	}
	return n > 0, err
}

// upsert writes the row fresh, or changes the one with the same key to the row there.
func upsert(ctx context.Context, d dialect.Dialect, tx *sql.Tx, t *table, fresh, there []cell) (created bool, err error) {
	if d.Syntax().OnConflict {
		return insertOrUpdate(ctx, d, tx, t, fresh, there)
	}
	created, err = updateOrInsert(ctx, d, tx, t, fresh, there)
	if err == nil || d.Fault(err).Class != sluice.ClassDuplicate {
		return created, err
	}
	// Another session has inserted the row between the two, or another unique index
	// refuses it.
	if found, again := update(ctx, d, tx, t, there); found || again != nil {
		return false, again
	}
	return created, err
}

// insertOrUpdate lets the database decide, by a unique index on the key.
func insertOrUpdate(ctx context.Context, d dialect.Dialect, tx *sql.Tx, t *table, fresh, there []cell) (created bool, err error) {
	s := d.Syntax()
	statement, args := insertion(d, t.name, fresh)
	var set []string
	for _, c := range settable(t, there) {
		value := "EXCLUDED." + s.Quote(c.column)
		if !slices.ContainsFunc(fresh, func(f cell) bool { return f.column == c.column }) {
			args = append(args, c.value)
			value = s.Placeholder(len(args))
		}
		set = append(set, s.Quote(c.column)+" = "+value)
	}
	statement += " ON CONFLICT (" + s.QuoteAll(t.key) + ") DO UPDATE SET " + strings.Join(set, ", ") + " RETURNING " + s.Inserted
	err = tx.QueryRowContext(ctx, statement, args...).Scan(&created)
	return created, err
}

// updateOrInsert changes the row with the key, or inserts one. It goes by the key
// alone, while MySQL's ON DUPLICATE KEY UPDATE would change the row that any unique
// index finds.
func updateOrInsert(ctx context.Context, d dialect.Dialect, tx *sql.Tx, t *table, fresh, there []cell) (bool, error) {
	found, err := update(ctx, d, tx, t, there)
	if err != nil || found {
		return false, err
	}
	statement, args := insertion(d, t.name, fresh)
	_, err = tx.ExecContext(ctx, statement, args...)
	return true, err
}
