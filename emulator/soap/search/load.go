package search

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// load reads the records of a type, narrowed by the conditions that SQL can say.
func (e *Engine) load(ctx context.Context, t *schema.Type, conditions []*condition) ([]*Hit, error) {
	where, args := "grp = ? AND type = ?", []any{t.Group, t.Name}
	for _, c := range conditions {
		if c.where != "" {
			where, args = where+" AND "+c.where, append(args, c.args...)
		}
	}
	rows, err := e.Store.DB().QueryContext(ctx, "SELECT id, external_id, name, body, created, modified FROM record WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Hit
	for rows.Next() {
		r, err := scan(rows, t)
		if err != nil {
			return nil, err
		}
		out = append(out, &Hit{Record: r})
	}
	return out, rows.Err()
}

// scan reads a row of the engine's table of records.
func scan(rows *sql.Rows, t *schema.Type) (*record.Record, error) {
	r := &record.Record{Type: t}
	var external sql.NullString
	var text []byte
	var created, modified string
	err := rows.Scan(&r.ID, &external, &r.Name, &text, &created, &modified)
	if err != nil {
		return nil, err
	}
	r.ExternalID = external.String
	if r.Created, err = time.Parse(body.Stamp, created); err != nil {
		return nil, err
	}
	if r.Modified, err = time.Parse(body.Stamp, modified); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return r, dec.Decode(&r.Body)
}
