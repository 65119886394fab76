package write

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Select reads whole records, for Scan; a condition follows.
const Select = "SELECT grp, id, type, external_id, name, body, version, created, modified, locked FROM record "

// ByExternalID finds a record of a group by external ID in any case. SQLite
// uses the partial index only if the condition says that there is one.
const ByExternalID = "WHERE grp = ? AND lower(external_id) = lower(?) AND external_id IS NOT NULL"

type scanner interface{ Scan(dest ...any) error }

// Scan reads a record from a row of Select.
func Scan(s *schema.Schema, row scanner) (*body.Record, error) {
	var r body.Record
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
func (w *Tx) Load(group string, id int64) (*body.Record, error) {
	if r, ok := w.loaded[target{group, id}]; ok {
		return r, nil
	}
	st, err := w.conn.prepare(Select + "WHERE grp = ? AND id = ?")
	if err != nil {
		return nil, err
	}
	r, err := Scan(w.Schema, st.QueryRowContext(context.Background(), group, id))
	if errors.Is(err, sql.ErrNoRows) {
		r, err = nil, nil
	}
	if err == nil {
		w.loaded[target{group, id}] = r
	}
	return r, err
}

// Find returns the ID of the group's record with that external ID in any
// case, or 0.
func (w *Tx) Find(group, externalID string) (id int64, err error) {
	_, err = w.Row("SELECT id FROM record "+ByExternalID, []any{group, externalID}, &id)
	return id, err
}

// Save writes the record and projects it.
func (w *Tx) Save(r *body.Record) error {
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
	return w.Projector().Project(r)
}

// Forget drops a record that is deleted.
func (w *Tx) Forget(r *body.Record) { w.loaded[target{r.Type.Group, r.ID}] = nil }

// Lookup resolves a reference as a request writes it to an internal ID, or 0
// where the group (and the type, unless it is nil) has no such record.
func (w *Tx) Lookup(group string, typ *schema.Type, given string, external bool) (int64, error) {
	var id int64
	var err error
	if rest, ok := strings.CutPrefix(given, "eid:"); ok {
		given, external = rest, true
	}
	if external {
		id, err = w.Find(group, given)
	} else if id, err = strconv.ParseInt(given, 10, 64); err != nil {
		return 0, nil
	}
	if err != nil || id == 0 {
		return 0, err
	}
	r, err := w.Load(group, id)
	if err != nil || r == nil || typ != nil && r.Type.Name != typ.Name {
		return 0, err
	}
	return id, nil
}

// Referred loads what a reference field points to; nil if it is empty.
func (w *Tx) Referred(f *schema.Field, b body.Body) (*body.Record, error) {
	id := body.RefID(b, f.Name)
	if id == 0 {
		return nil, nil
	}
	group, _ := w.Schema.Group(f.Target)
	return w.Load(group, id)
}

// DefaultAccount is the active account of a type with the lowest ID; 0 if
// there is none.
func (w *Tx) DefaultAccount(accountType string) (id int64, err error) {
	_, err = w.Row("SELECT id FROM q_account WHERE accttype = ? AND isinactive = 'F' ORDER BY id LIMIT 1", []any{accountType}, &id)
	return id, err
}

// OnlySubsidiary is the account's subsidiary if it has exactly one active, else 0.
func (w *Tx) OnlySubsidiary() (id int64, err error) {
	var n int
	_, err = w.Row("SELECT count(*), coalesce(min(id), 0) FROM q_subsidiary WHERE isinactive = 'F'", nil, &n, &id)
	if n != 1 {
		id = 0
	}
	return id, err
}

// SubsidiaryCurrency is the subsidiary's currency, else the base currency, else 0.
func (w *Tx) SubsidiaryCurrency(subsidiary int64) (id int64, err error) {
	if s, err := w.Load("subsidiary", subsidiary); err != nil || s != nil {
		return body.RefID(Contents(s), "currency"), err
	}
	_, err = w.Row("SELECT id FROM q_currency ORDER BY isbasecurrency DESC, id LIMIT 1", nil, &id)
	return id, err
}

// Contents is the record's body, nil for no record.
func Contents(r *body.Record) body.Body {
	if r == nil {
		return nil
	}
	return r.Body
}
