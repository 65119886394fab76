package record

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Body is a record's fields by their REST names. Values are string, bool,
// json.Number, []any (of strings for Multi, of map[string]any for Sublist) and
// map[string]any (Subrecord). A field without value is absent. Names that
// begin with $ are the engine's own.
type Body = map[string]any

// Record is one stored record.
type Record struct {
	Type       *Type
	ID         int64
	ExternalID string
	Name       string // what references to the record show
	Body       Body
	Version    int64 // counts the writes, from 1
	Created    time.Time
	Modified   time.Time
	Locked     bool
}

const (
	stampLayout = "2006-01-02 15:04:05"  // in SQLite
	wireLayout  = "2006-01-02T15:04:05Z" // in JSON
	dateLayout  = "2006-01-02"
)

const selectRecord = "SELECT grp, id, type, external_id, name, body, version, created, modified, locked FROM record "

type scanner interface{ Scan(dest ...any) error }

func (s *schema) scan(row scanner) (*Record, error) {
	var r Record
	var group, typ, body, created, modified string
	var external sql.NullString
	err := row.Scan(&group, &r.ID, &typ, &external, &r.Name, &body, &r.Version, &created, &modified, &r.Locked)
	if err != nil {
		return nil, err
	}
	if r.Type = s.typ(typ); r.Type == nil {
		return nil, fmt.Errorf("record %s %d has the unknown type %q", group, r.ID, typ)
	}
	r.ExternalID = external.String
	if r.Created, err = time.Parse(stampLayout, created); err != nil {
		return nil, err
	}
	if r.Modified, err = time.Parse(stampLayout, modified); err != nil {
		return nil, err
	}
	r.Body, err = decodeBody([]byte(body))
	return &r, err
}

func decodeBody(text []byte) (Body, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var b Body
	err := dec.Decode(&b)
	return b, err
}

// load returns the record of the group with that ID, or nil. Writers read
// through the write's own connection and cache.
func (w *work) load(group string, id int64) (*Record, error) {
	if r, ok := w.loaded[target{group, id}]; ok {
		return r, nil
	}
	st, err := w.s.writer.prepare(selectRecord + "WHERE grp = ? AND id = ?")
	if err != nil {
		return nil, err
	}
	r, err := w.schema.scan(st.QueryRowContext(context.Background(), group, id))
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
	_, err = w.row("SELECT id FROM record WHERE grp = ? AND lower(external_id) = lower(?)", []any{group, externalID}, &id)
	return id, err
}

// save writes the record and projects it.
func (w *work) save(r *Record) error {
	text, err := json.Marshal(r.Body)
	if err != nil {
		return err
	}
	external := sql.NullString{String: r.ExternalID, Valid: r.ExternalID != ""}
	_, err = w.exec(`INSERT INTO record (grp, id, type, external_id, name, body, version, created, modified)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (grp, id) DO UPDATE SET external_id = excluded.external_id,
		name = excluded.name, body = excluded.body, version = excluded.version, modified = excluded.modified`,
		r.Type.Group, r.ID, r.Type.Name, external, r.Name, string(text), r.Version,
		r.Created.Format(stampLayout), r.Modified.Format(stampLayout))
	if err != nil {
		return err
	}
	w.loaded[target{r.Type.Group, r.ID}] = r
	return w.project(r)
}

// text returns a field that holds text, or "".
func text(b Body, name string) string { s, _ := b[name].(string); return s }

// isTrue reports whether a boolean field is set.
func isTrue(b Body, name string) bool { v, _ := b[name].(bool); return v }

// lines returns a sublist's lines.
func lines(b Body, name string) []Body {
	list, _ := b[name].([]any)
	out := make([]Body, 0, len(list))
	for _, l := range list {
		if line, ok := l.(map[string]any); ok {
			out = append(out, line)
		}
	}
	return out
}

// setLines replaces a sublist; none removes it.
func setLines(b Body, name string, list []Body) {
	if len(list) == 0 {
		delete(b, name)
		return
	}
	out := make([]any, len(list))
	for i, l := range list {
		out[i] = l
	}
	b[name] = out
}

// refID returns the internal ID that a reference field holds, or 0.
func refID(b Body, name string) int64 {
	id, err := strconv.ParseInt(text(b, name), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// setRef sets or clears a reference.
func setRef(b Body, name string, id int64) {
	if id == 0 {
		delete(b, name)
		return
	}
	b[name] = idText(id)
}
