// Package record is the record engine of the emulated account: one SQLite file
// that holds every record, the rules of NetSuite's record engine, and the
// operations of the record service.
//
// A record is kept once, as the JSON of its REST body, and projected to the
// analytic tables (package analytic) in the same transaction. What types there
// are, package schema says.
package record

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Record is one stored record.
type Record = body.Record

const selectRecord = "SELECT grp, id, type, external_id, name, body, version, created, modified, locked FROM record "

// byExternalID finds a record of a group by external ID in any case. SQLite
// uses the partial index only if the condition says that there is one.
const byExternalID = "WHERE grp = ? AND lower(external_id) = lower(?) AND external_id IS NOT NULL"

type scanner interface{ Scan(dest ...any) error }

func scan(s *schema.Schema, row scanner) (*Record, error) {
	var r Record
	var group, typ, text, created, modified string
	var external sql.NullString
	err := row.Scan(&group, &r.ID, &typ, &external, &r.Name, &text, &r.Version, &created, &modified, &r.Locked)
	if err != nil {
		return nil, err
	}
	if r.Type = s.Type(typ); r.Type == nil {
		return nil, fmt.Errorf("record %s %d has the unknown type %q", group, r.ID, typ)
	}
	r.ExternalID = external.String
	if r.Created, err = time.Parse(body.Stamp, created); err != nil {
		return nil, err
	}
	if r.Modified, err = time.Parse(body.Stamp, modified); err != nil {
		return nil, err
	}
	r.Body, err = decodeBody([]byte(text))
	return &r, err
}

func decodeBody(text []byte) (body.Body, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var b body.Body
	err := dec.Decode(&b)
	return b, err
}

// Load returns the record of the group with that ID, or nil. Writers read
// through the write's own connection and cache.
func (w *work) Load(group string, id int64) (*Record, error) {
	if r, ok := w.loaded[target{group, id}]; ok {
		return r, nil
	}
	st, err := w.s.writer.prepare(selectRecord + "WHERE grp = ? AND id = ?")
	if err != nil {
		return nil, err
	}
	r, err := scan(w.schema, st.QueryRowContext(context.Background(), group, id))
	if errors.Is(err, sql.ErrNoRows) {
		r, err = nil, nil
	}
	if err == nil {
		w.loaded[target{group, id}] = r
	}
	return r, err
}

// find returns the ID of the group's record with that external ID in any
// case, or 0.
func (w *work) find(group, externalID string) (id int64, err error) {
	_, err = w.row("SELECT id FROM record "+byExternalID, []any{group, externalID}, &id)
	return id, err
}

// save writes the record and projects it.
func (w *work) save(r *Record) error {
	text, err := json.Marshal(r.Body)
	if err != nil {
		return err
	}
	external := sql.NullString{String: r.ExternalID, Valid: r.ExternalID != ""}
	_, err = w.Exec(`INSERT INTO record (grp, id, type, external_id, name, body, version, created, modified)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (grp, id) DO UPDATE SET external_id = excluded.external_id,
		name = excluded.name, body = excluded.body, version = excluded.version, modified = excluded.modified`,
		r.Type.Group, r.ID, r.Type.Name, external, r.Name, string(text), r.Version,
		r.Created.Format(body.Stamp), r.Modified.Format(body.Stamp))
	if err != nil {
		return err
	}
	w.loaded[target{r.Type.Group, r.ID}] = r
	return w.rows().Project(r)
}
