package store

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/signin"
)

const userColumns = "id, email, name, role, password, created_at"

func scanUser(row scanner) (*sluice.User, error) {
	var u sluice.User
	err := row.Scan(&u.ID, &u.Email, (*foreign)(&u.Name), &u.Role, &u.Password, (*micros)(&u.CreatedAt))
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
		_, err := q.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES (?, ?, ?, ?, ?, ?)",
			u.ID, u.Email, foreign(u.Name), u.Role, u.Password, micros(u.CreatedAt))
		return taken(err, "user", u.Email)
	})
}

// User finds a user by ID or e-mail address; the ID goes first.
func (s *DB) User(ctx context.Context, idOrEmail string) (*sluice.User, error) {
	list, err := all(ctx, s.read(), scanUser, "SELECT "+userColumns+
		" FROM users WHERE id = ? OR lower(email) = lower(?) ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 1", idOrEmail, idOrEmail, idOrEmail)
	return first(list, err, "user", idOrEmail)
}

// Users returns all users by e-mail address.
func (s *DB) Users(ctx context.Context) ([]*sluice.User, error) {
	return all(ctx, s.read(), scanUser, "SELECT "+userColumns+" FROM users ORDER BY lower(email)")
}

// UpdateUser stores name, role and password of a user.
func (s *DB) UpdateUser(ctx context.Context, u *sluice.User) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE users SET name = ?, role = ?, password = ? WHERE id = ?", foreign(u.Name), u.Role, u.Password, u.ID)
		return someRow(changed, err, "user", u.ID)
	})
}

// DeleteUser deletes a user with their tokens. Signing in does not bring them back.
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
	where := conditions{}
	if f.Noun != "" {
		where.add("noun = ?", f.Noun)
	}
	if f.NounID != "" {
		where.add("noun_id = ?", foreign(f.NounID))
	}
	if f.Before > 0 {
		where.add("id < ?", f.Before)
	}
	scan := func(row scanner) (*sluice.AuditEvent, error) {
		var e sluice.AuditEvent
		return &e, row.Scan(&e.ID, (*micros)(&e.At), (*foreign)(&e.Actor), &e.Action, &e.Noun, (*foreign)(&e.NounID), (*foreign)(&e.Detail))
	}
	return all(ctx, s.read(), scan, "SELECT id, at, actor, action, noun, noun_id, detail FROM audit_events"+where.text()+" ORDER BY id DESC LIMIT ?",
		append(where.Args, limit(f.Limit))...)
}
