package store

import (
	"context"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/store/signin"
)

const userColumns = "id, email, name, role, password, created_at, integrations, seen_at"

func scanUser(row scanner) (*sluice.User, error) {
	var u sluice.User
	err := row.Scan(&u.ID, &u.Email, (*foreign)(&u.Name), &u.Role, &u.Password, (*micros)(&u.CreatedAt), document{&u.Integrations}, (*micros)(&u.SeenAt))
	return &u, err
}

// CreateUser stores a user; one without ID gets one. E-mail addresses that differ
// in case only are the same.
func (s *DB) CreateUser(ctx context.Context, u *sluice.User) error {
	if u.ID == "" {
		u.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		if err := signin.NoteMade(ctx, q.exec, u.Email); err != nil {
			return err
		}
		_, err := q.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			u.ID, u.Email, foreign(u.Name), u.Role, u.Password, micros(u.CreatedAt), document{u.Integrations}, micros(u.SeenAt))
		return taken(err, "user", u.Email)
	})
}

// User finds a user by ID or e-mail address; the ID goes first.
func (s *DB) User(ctx context.Context, idOrEmail string) (*sluice.User, error) {
	list, err := all(ctx, s.read(), scanUser, "SELECT "+userColumns+
		" FROM users WHERE id = ? OR lower(email) = lower(?) ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 1", idOrEmail, idOrEmail, idOrEmail)
	return first(list, err, "user", idOrEmail)
}

// LockUser implements sluice.UserLockStore. Rows are locked in one order, so that two who
// lock do not wait for each other; on SQLite there is one who writes anyway.
func (s *DB) LockUser(ctx context.Context, idOrEmail string) error {
	return s.write(ctx, func(q querier) error {
		scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
		_, err := all(ctx, q, scan, "SELECT id FROM users WHERE role = 'owner' OR id = ? OR lower(email) = lower(?) OR CAST(? AS text) = '' ORDER BY id"+q.dialect.forUpdate,
			idOrEmail, idOrEmail, idOrEmail)
		return err
	})
}

// Users returns all users by e-mail address.
func (s *DB) Users(ctx context.Context) ([]*sluice.User, error) {
	return all(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM users ORDER BY lower(email)")
}

// UpdateUser stores name, roles and password of a user.
func (s *DB) UpdateUser(ctx context.Context, u *sluice.User) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE users SET name = ?, role = ?, integrations = ?, password = ? WHERE id = ?",
			foreign(u.Name), u.Role, document{u.Integrations}, u.Password, u.ID)
		return someRow(changed, err, "user", u.ID)
	})
}

// DeleteUser deletes a user with their tokens and sessions. Signing in does not bring them back.
func (s *DB) DeleteUser(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		if err := signin.NoteRemoved(ctx, q.exec, id); err != nil {
			return err
		}
		changed, err := q.exec(ctx, "DELETE FROM users WHERE id = ?", id)
		return someRow(changed, err, "user", id)
	})
}

// AppendAudit adds a line to the audit log and sets its ID.
func (s *DB) AppendAudit(ctx context.Context, e *sluice.AuditEvent) error {
	return s.write(ctx, func(q querier) error {
		return q.one(ctx, []any{&e.ID}, "INSERT INTO audit_events (at, actor, action, noun, noun_id, detail) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
			micros(e.At), foreign(e.Actor), e.Action, e.Noun, foreign(e.NounID), foreign(e.Detail))
	})
}

// Audit returns lines of the audit log, newest first.
func (s *DB) Audit(ctx context.Context, f sluice.AuditFilter) ([]*sluice.AuditEvent, error) {
	where := auditConditions(f)
	scan := func(row scanner) (*sluice.AuditEvent, error) {
		var e sluice.AuditEvent
		return &e, row.Scan(&e.ID, (*micros)(&e.At), (*foreign)(&e.Actor), &e.Action, &e.Noun, (*foreign)(&e.NounID), (*foreign)(&e.Detail))
	}
	return all(ctx, s.read(), scan, "SELECT id, at, actor, action, noun, noun_id, detail FROM audit_events"+where.text()+" ORDER BY id DESC LIMIT ?",
		append(where.Args, limit(f.Limit))...)
}

func auditConditions(f sluice.AuditFilter) conditions {
	where := conditions{}
	for _, c := range []struct{ column, value string }{{"noun", f.Noun}, {"noun_id", foreign(f.NounID).Stored()}, {"actor", foreign(f.Actor).Stored()}} {
		if c.value != "" {
			where.add(c.column+" = ?", c.value)
		}
	}
	if noun, ok := strings.CutSuffix(f.Action, "."); ok {
		where.add("noun = ?", noun)
	} else if f.Action != "" {
		where.add("action = ?", f.Action)
	}
	if f.Text != "" {
		where.add(`lower(actor || ' ' || noun_id || ' ' || detail) LIKE ? ESCAPE '\'`, query.Like(strings.ToLower(f.Text)))
	}
	if !f.Since.IsZero() {
		where.add("at >= ?", micros(f.Since))
	}
	if !f.Until.IsZero() {
		where.add("at < ?", micros(f.Until))
	}
	if f.Before > 0 {
		where.add("id < ?", f.Before)
	}
	return where
}
