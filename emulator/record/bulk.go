package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/transaction"
)

// BulkSeed adds n copies of a record inside SQLite, tens of thousands of
// rows a second: for measurements on large accounts. Copies differ in IDs,
// numbers and names only. The original must have no addresses and no links to
// other transactions, and move no stock.
func (s *Store) BulkSeed(ctx context.Context, typ string, id int64, n int) error {
	return s.write(ctx, nil, func(w *work) error {
		t, err := known(w.Schema, w.Session, typ)
		if err != nil {
			return err
		}
		r, err := w.get(t, body.IDText(id))
		if err != nil {
			return err
		}
		if len(body.Lines(r.Body, "addressBook")) > 0 || transaction.Linked(r) || transaction.Moves(r) {
			return fmt.Errorf("bulk seed: %s %d has addresses or links, or moves stock", t.Name, id)
		}
		return w.multiply(r, int64(n))
	})
}

// names are the fields that tell copies apart, by their column.
var names = map[string]bool{
	"entityid": true, "companyname": true, "altname": true, "entitytitle": true, "itemid": true, "fullname": true, "name": true,
	"tranid": true, "transactionnumber": true, "number": true, "trandisplayname": true, "externalid": true,
}

// selves are the columns that hold the ID of the record that a row is about.
var selves = map[string]string{
	schema.GroupEntity:      " id entity customer vendor employee contact toplevelparent entitynumber ",
	schema.GroupItem:        " id item ",
	schema.GroupTransaction: " transaction ",
}

const count = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < %d) "

func (w *work) multiply(r *Record, n int64) error {
	first, err := w.Next("id:"+r.Type.Group, n)
	if err != nil {
		return err
	}
	keys := int64(transaction.ExtraLines)
	for _, f := range schema.Lists(r.Type) {
		keys += int64(len(body.Lines(r.Body, f.Name)))
	}
	firstKey, err := w.Next("line", keys*n)
	if err != nil {
		return err
	}
	newID := fmt.Sprintf("(%d + i)", first-1)
	// The original's keys lie in one block unless it was edited; the copies'
	// keep the distances.
	shift := fmt.Sprintf("(%d + (i - 1) * %d)", firstKey-body.Integer(r.Body, "$keys"), keys)
	if err := w.multiplyBody(r, n, newID, shift); err != nil {
		return err
	}
	tables := append([]tableColumn{{"q_" + r.Type.Table, r.Type.Key}}, dependents[r.Type.Group]...)
	for i, t := range tables {
		if err := w.multiplyRows(r, n, t, i == 0, newID, shift); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) multiplyBody(r *Record, n int64, newID, shift string) error {
	set := []string{"body"}
	for _, f := range r.Type.Fields.List {
		if v, ok := r.Body[f.Name].(string); ok && names[f.Column] && v != "" {
			set = append(set, fmt.Sprintf("'$.%s', json_extract(body, '$.%s') || '-' || i", f.Name, f.Name))
		}
	}
	if r.Body["$keys"] != nil {
		set = append(set, fmt.Sprintf(`'$."$keys"', %d + %s`, body.Integer(r.Body, "$keys"), shift))
	}
	for _, f := range schema.Lists(r.Type) {
		for i, l := range body.Lines(r.Body, f.Name) {
			set = append(set, fmt.Sprintf("'$.%s[%d].lineUniqueKey', CAST(%d + %s AS TEXT)", f.Name, i, body.RefID(l, "lineUniqueKey"), shift))
		}
	}
	_, err := w.Exec(fmt.Sprintf(count+`INSERT INTO record (grp, id, type, external_id, name, body, version, created, modified)
		SELECT grp, %s, type, external_id || '-' || i, name || '-' || i, json_set(%s), 1, created, modified
		FROM record, n WHERE grp = ? AND id = ?`, n, newID, strings.Join(set, ", ")), r.Type.Group, r.ID)
	return err
}

// multiplyRows copies the rows of one analytic table; own says that the
// table's key is the record's ID.
func (w *work) multiplyRows(r *Record, n int64, t tableColumn, own bool, newID, shift string) error {
	table := w.Schema.Table(strings.TrimPrefix(t.table, "q_"))
	columns, values := make([]string, len(table.Columns)), make([]string, len(table.Columns))
	for i, c := range table.Columns {
		quoted := schema.Quote(c.Name)
		columns[i], values[i] = quoted, quoted
		isSelf := strings.Contains(selves[r.Type.Group], " "+c.Name+" ")
		switch {
		case own && c.Name == t.column:
			values[i] = newID
		case c.Name == "uniquekey":
			values[i] = quoted + " + " + shift
		case isSelf && (!own || r.Type.Group != schema.GroupTransaction):
			values[i] = fmt.Sprintf("CASE WHEN %s = %d THEN %s ELSE %s END", quoted, r.ID, newID, quoted)
		case names[c.Name] && c.Kind == schema.TextColumn:
			values[i] = quoted + " || '-' || i"
		}
	}
	_, err := w.Exec(fmt.Sprintf(count+"INSERT INTO %s (%s) SELECT %s FROM %s, n WHERE %s = ?", n, t.table,
		strings.Join(columns, ", "), strings.Join(values, ", "), t.table, schema.Quote(t.column)), r.ID)
	return err
}
