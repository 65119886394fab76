package record

import (
	"context"

	"github.com/sluicehq/sluice/emulator/session"
)

// User works on records as somebody in the NetSuite UI would, beside the API
// requests under test. It has every permission.
type User struct{ s *Store }

// Writer returns such a user.
func (s *Store) Writer() User { return User{s} }

func (u User) context() context.Context { return session.With(context.Background(), u.s.system()) }

// Create adds a record and returns its internal ID.
func (u User) Create(typ string, body map[string]any) (int64, error) {
	res, err := u.s.Create(u.context(), typ, body, WriteOptions{})
	return res.ID, err
}

// Edit changes fields of a record.
func (u User) Edit(typ string, id int64, body map[string]any) error {
	_, err := u.s.Update(u.context(), typ, idText(id), body, WriteOptions{})
	return err
}

// Delete removes a record.
func (u User) Delete(typ string, id int64) error { return u.s.Delete(u.context(), typ, idText(id)) }

// Lock makes a record refuse to be opened, as a workflow's Lock Record action
// does; Lock with on = false undoes it.
func (u User) Lock(typ string, id int64, on bool) error {
	return u.s.write(u.context(), nil, func(w *work) error {
		t, err := w.schema.known(w.ses, typ)
		if err != nil {
			return err
		}
		res, err := w.exec("UPDATE record SET locked = ? WHERE grp = ? AND id = ? AND type = ?", on, t.Group, id, t.Name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return absent(t)
	})
}

// Script is a script record with its deployments, for the analytic tables
// script and scriptdeployment.
type Script struct {
	ScriptID    string // customscript_…
	Name        string
	Type        string // RESTLET …
	Deployments []string
}

// SetScripts replaces the rows of script and scriptdeployment.
func (s *Store) SetScripts(ctx context.Context, scripts []Script) error {
	return s.write(ctx, nil, func(w *work) error {
		for _, t := range []string{"q_script", "q_scriptdeployment"} {
			if _, err := w.exec("DELETE FROM " + t); err != nil {
				return err
			}
		}
		key := int64(0)
		for i, script := range scripts {
			q := w.rowOf("script")
			q.set("id", int64(i+1))
			q.set("scriptid", script.ScriptID)
			q.set("name", script.Name)
			q.set("scripttype", script.Type)
			q.set("apiversion", "2.1")
			q.set("isinactive", false)
			if err := w.insert(q); err != nil {
				return err
			}
			for _, name := range script.Deployments {
				key++
				d := w.rowOf("scriptdeployment")
				d.set("primarykey", key)
				d.set("script", int64(i+1))
				d.set("scriptid", name)
				d.set("title", script.Name)
				d.set("status", "RELEASED")
				d.set("isdeployed", true)
				if err := w.insert(d); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
