package record

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// contacts is the sublist in which a record shows the contacts attached to it.
const contacts = "contactRoles"

// attachments are what records of other types have attached to them: contacts and
// files are all that can be (Oracle help, article_0113084334). There is no File
// Cabinet here, so there are no files.
const attachments = `CREATE TABLE IF NOT EXISTS attachment (grp TEXT NOT NULL, id INTEGER NOT NULL, contact INTEGER NOT NULL, role TEXT NOT NULL,
	PRIMARY KEY (grp, id, contact)) WITHOUT ROWID`

// Attach ties the contact or file that kind and other name to a record. Attaching once
// more changes the role, if one is given; which role there is, is not checked.
func (s *Store) Attach(ctx context.Context, typ, id, kind, other, role string) error {
	return s.relate(ctx, typ, id, kind, other, func(w *work, r *Record, contact int64) error {
		_, err := w.Exec(`INSERT INTO attachment (grp, id, contact, role) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET role = CASE WHEN excluded.role = '' THEN role ELSE excluded.role END`, r.Type.Group, r.ID, contact, role)
		return err
	})
}

// Detach unties it. One that is not attached is refused.
func (s *Store) Detach(ctx context.Context, typ, id, kind, other string) error {
	return s.relate(ctx, typ, id, kind, other, func(w *work, r *Record, contact int64) error {
		res, err := w.Exec("DELETE FROM attachment WHERE grp = ? AND id = ? AND contact = ?", r.Type.Group, r.ID, contact)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return fault.User("The contact is not attached to this record.")
	})
}

// relate finds the record and the contact, and has f do the rest. A contact is attached
// to no contact (Oracle help, section_N3481947).
func (s *Store) relate(ctx context.Context, typ, id, kind, other string, f func(*work, *Record, int64) error) error {
	_, err := s.do(ctx, typ, session.Edit, func(w *work, t *schema.Type, _ *Result) error {
		isFile := strings.EqualFold(kind, "file")
		if !isFile && !strings.EqualFold(kind, "contact") || strings.EqualFold(t.Name, "contact") {
			return fault.New(http.StatusBadRequest, fault.InvalidRequest, "Error while accessing a resource. A record of type %s cannot be attached to %s.", kind, t.Name)
		}
		r, err := w.get(t, id)
		if err != nil {
			return err
		}
		if isFile {
			return fault.New(http.StatusNotFound, fault.NonexistentID, "The record instance does not exist. Provide a valid record instance ID.")
		}
		attached, err := known(w.Schema, w.Session, kind)
		if err != nil {
			return err
		}
		if err := refusal.Permit(w.Session, attached, session.View); err != nil {
			return err
		}
		contact, err := w.get(attached, other)
		if err != nil {
			return err
		}
		return f(w, r, contact.ID)
	})
	return err
}

// showContacts puts the sublist of contacts into a record's body.
func (s *Store) showContacts(ctx context.Context, r *Record) error {
	if r.Type.Fields.Lookup(contacts) == nil {
		return nil
	}
	rows, err := s.reader.QueryContext(ctx, "SELECT contact, role FROM attachment WHERE grp = ? AND id = ? ORDER BY contact", r.Type.Group, r.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []body.Body
	for rows.Next() {
		var contact int64
		var role string
		if err := rows.Scan(&contact, &role); err != nil {
			return err
		}
		line := body.Body{"contact": body.IDText(contact)}
		if role != "" {
			line["role"] = role
		}
		list = append(list, line)
	}
	body.SetLines(r.Body, contacts, list)
	return rows.Err()
}

// detachAll forgets what a deleted record had attached, or was attached to.
func (w *work) detachAll(r *Record) error {
	_, err := w.Exec("DELETE FROM attachment WHERE grp = ? AND id = ? OR contact = ? AND ? = 'contact'", r.Type.Group, r.ID, r.ID, r.Type.Name)
	return err
}
