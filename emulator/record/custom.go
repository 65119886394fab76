package record

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// CustomField describes a custom body field of record types.
type CustomField struct {
	ScriptID string // custbody_…, custentity_…, custitem_…, custrecord_…
	Label    string
	Kind     Kind     // any but Enum, Subrecord and Sublist
	Target   string   // Reference and Multi: record type or group
	Types    []string // record types that carry it
}

var scriptID = regexp.MustCompile(`^cust(body|entity|item|record)_?[a-z0-9_]{1,35}$`)

// AddCustomField adds a field to record types and a column to their analytic
// tables, as an administrator would on the Custom Fields pages.
func (s *Store) AddCustomField(ctx context.Context, f CustomField) error {
	if !scriptID.MatchString(f.ScriptID) {
		return fmt.Errorf("custom field: %q is no script ID", f.ScriptID)
	}
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return s.write(ctx, nil, func(w *work) error {
		sc, added, err := w.schema.with(f)
		if err != nil {
			return err
		}
		for _, t := range added {
			c := sc.tables[t].Column(f.ScriptID)
			statement := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", quote("q_"+t), quote(c.Name), c.Kind.sqlType())
			if _, err := s.writer.conn.ExecContext(context.Background(), statement); err != nil {
				return err
			}
		}
		if _, err := w.exec("INSERT INTO custom_field (scriptid, definition) VALUES (?, ?)", f.ScriptID, string(definition)); err != nil {
			return err
		}
		w.schema = sc
		s.schema.Store(sc)
		return w.describeCustomFields()
	})
}

// loadCustomFields brings the schema up to the fields that the file has.
func (s *Store) loadCustomFields(ctx context.Context) error {
	rows, err := s.writer.conn.QueryContext(ctx, "SELECT definition FROM custom_field ORDER BY scriptid")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var definition string
		if err := rows.Scan(&definition); err != nil {
			return err
		}
		var f CustomField
		if err := json.Unmarshal([]byte(definition), &f); err != nil {
			return err
		}
		sc, _, err := s.schema.Load().with(f)
		if err != nil {
			return err
		}
		s.schema.Store(sc)
	}
	return rows.Err()
}

// with returns a schema that has the field too, and the tables that got a column.
func (s *schema) with(c CustomField) (*schema, []string, error) {
	out := &schema{types: maps.Clone(s.types), tables: maps.Clone(s.tables), order: slices.Clone(s.order), list: slices.Clone(s.list)}
	f := &Field{Name: c.ScriptID, Label: c.Label, Kind: c.Kind, Target: c.Target, Custom: true, Filterable: true, Column: c.ScriptID}
	var tables []string
	for _, name := range c.Types {
		old := s.typ(name)
		if old == nil || old.Fields.Lookup(c.ScriptID) != nil {
			return nil, nil, fmt.Errorf("custom field %s: no type %q without it", c.ScriptID, name)
		}
		t := *old
		t.Fields = old.Fields.clone()
		t.Fields.add(f)
		out.types[strings.ToLower(name)] = &t
		out.order[slices.Index(s.order, old)] = &t
		if slices.Contains(tables, t.Table) {
			continue
		}
		tables = append(tables, t.Table)
		table := *s.tables[t.Table]
		table.Columns, table.byName = slices.Clone(table.Columns), maps.Clone(table.byName)
		table.add(s.columnOf(f))
		out.list[slices.Index(s.list, s.tables[t.Table])] = &table
		out.tables[t.Table] = &table
	}
	return out, tables, nil
}

// describeCustomFields fills the analytic table customfield.
func (w *work) describeCustomFields() error {
	if _, err := w.exec("DELETE FROM q_customfield"); err != nil {
		return err
	}
	id, seen := int64(0), map[string]bool{}
	for _, t := range w.schema.order {
		sets := []*FieldSet{t.Fields}
		if t.Group == GroupTransaction {
			sets = append(sets, lineFields(t))
		}
		for _, set := range sets {
			for _, f := range set.List {
				if !f.Custom || seen[f.Name] {
					continue
				}
				seen[f.Name] = true
				id++
				if err := w.insert(w.customFieldRow(id, f)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *work) customFieldRow(id int64, f *Field) *row {
	q := w.rowOf("customfield")
	q.set("internalid", id)
	q.set("scriptid", strings.ToUpper(f.Name))
	q.set("name", f.Label)
	kind, _, _ := strings.Cut(strings.ToUpper(f.Name), "_")
	q.set("fieldtype", strings.TrimPrefix(kind, "CUST"))
	q.set("fieldvaluetype", map[Kind]string{
		String: "Free-Form Text", Number: "Decimal Number", Integer: "Integer Number", Boolean: "Check Box",
		Date: "Date", DateTime: "Date/Time", Reference: "List/Record", Multi: "Multiple Select",
	}[f.Kind])
	q.set("fieldvaluetyperecord", f.Target)
	q.set("ismandatory", f.Mandatory)
	q.set("isstored", true)
	q.set("lastmodifieddate", w.now)
	return q
}
