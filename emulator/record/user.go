package record

import (
	"context"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// User works on records as somebody in the NetSuite UI would, beside the API
// requests under test. It has every permission.
type User struct{ s *Store }

// Writer returns such a user.
func (s *Store) Writer() User { return User{s} }

func (u User) context() context.Context { return session.With(context.Background(), u.s.system()) }

// Create adds a record and returns its internal ID.
func (u User) Create(typ string, fields map[string]any) (int64, error) {
	res, err := u.s.Create(u.context(), typ, fields, WriteOptions{})
	return res.ID, err
}

// Edit changes fields of a record.
func (u User) Edit(typ string, id int64, fields map[string]any) error {
	_, err := u.s.Update(u.context(), typ, body.IDText(id), fields, WriteOptions{})
	return err
}

// Delete removes a record.
func (u User) Delete(typ string, id int64) error {
	return u.s.Delete(u.context(), typ, body.IDText(id))
}

// Lock makes a record refuse to be opened, as a workflow's Lock Record action
// does; Lock with on = false undoes it.
func (u User) Lock(typ string, id int64, on bool) error {
	return u.s.write(u.context(), nil, func(w *work) error {
		t, err := known(w.Schema, w.Session, typ)
		if err != nil {
			return err
		}
		res, err := w.Exec("UPDATE record SET locked = ? WHERE grp = ? AND id = ? AND type = ?", on, t.Group, id, t.Name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return refusal.Absent(t)
	})
}

// Script is a script record with its deployments, for the analytic tables
// script and scriptdeployment.
type Script struct {
	ScriptID    string // customscript_…
	Name        string
	Type        string // RESTLET …
	Deployments []Deployment
}

// Deployment is a deployment of a script. Only a released one answers.
type Deployment struct {
	ScriptID string // customdeploy_…
	Testing  bool   // status Testing
}

func (d Deployment) status() string {
	if d.Testing {
		return "TESTING"
	}
	return "RELEASED"
}

// SetScripts replaces the rows of script and scriptdeployment.
func (s *Store) SetScripts(ctx context.Context, scripts []Script) error {
	return s.write(ctx, nil, func(w *work) error {
		for _, t := range []string{"q_script", "q_scriptdeployment"} {
			if _, err := w.Exec("DELETE FROM " + t); err != nil {
				return err
			}
		}
		key := int64(0)
		for i, script := range scripts {
			q := w.Projector().Row("script")
			q.Set("id", int64(i+1))
			q.Set("scriptid", script.ScriptID)
			q.Set("name", script.Name)
			q.Set("scripttype", script.Type)
			q.Set("apiversion", "2.1")
			q.Set("isinactive", false)
			if err := w.Projector().Insert(q); err != nil {
				return err
			}
			for _, deployment := range script.Deployments {
				key++
				d := w.Projector().Row("scriptdeployment")
				d.Set("primarykey", key)
				d.Set("script", int64(i+1))
				d.Set("scriptid", deployment.ScriptID)
				d.Set("title", script.Name)
				d.Set("status", deployment.status())
				d.Set("isdeployed", true)
				if err := w.Projector().Insert(d); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Reset removes every record and starts all IDs anew. Custom fields stay.
func (s *Store) Reset(ctx context.Context) error {
	return s.write(ctx, nil, func(w *work) error {
		tables := []string{"record", "sequence", "link", "stock", "attachment"}
		for _, t := range w.Schema.Tables {
			tables = append(tables, t.Physical())
		}
		for _, t := range tables {
			if _, err := w.Exec("DELETE FROM " + schema.Quote(t)); err != nil {
				return err
			}
		}
		return w.Projector().FillReferenceTables()
	})
}
