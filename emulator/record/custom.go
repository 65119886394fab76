package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// AddCustomField adds a field to record types and a column to their analytic
// tables, as an administrator would on the Custom Fields pages.
func (s *Store) AddCustomField(ctx context.Context, f schema.CustomField) error {
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	before := s.schema.Load()
	err = s.write(ctx, nil, func(w *work) error {
		sc, added, err := w.Schema.With(f)
		if err != nil {
			return err
		}
		for _, t := range added {
			c := sc.Table(t).Column(f.ScriptID)
			statement := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", schema.Quote("q_"+t), schema.Quote(c.Name), c.Kind.SQLType())
			if err := w.Once(statement); err != nil {
				return err
			}
		}
		if _, err := w.Exec("INSERT INTO custom_field (scriptid, definition) VALUES (?, ?)", f.ScriptID, string(definition)); err != nil {
			return err
		}
		w.Schema = sc
		s.schema.Store(sc)
		return w.Projector().DescribeCustomFields()
	})
	if err != nil {
		s.schema.Store(before)
	}
	return err
}

// loadCustomFields brings the schema up to the fields that the file has.
func (s *Store) loadCustomFields(w *work) error {
	return w.Rows("SELECT definition FROM custom_field ORDER BY scriptid", nil, func(rows *sql.Rows) error {
		var definition string
		if err := rows.Scan(&definition); err != nil {
			return err
		}
		var f schema.CustomField
		if err := json.Unmarshal([]byte(definition), &f); err != nil {
			return err
		}
		sc, _, err := s.schema.Load().With(f)
		if err != nil {
			return err
		}
		s.schema.Store(sc)
		return nil
	})
}
