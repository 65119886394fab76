// Package signin stores who people are at OpenID providers, and sign-ins on their way.
package signin

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// SignIns is a sluice.SignInStore.
type SignIns struct {
	query.Database
	// Taken turns a unique constraint into a conflict that names what is there already.
	Taken func(err error, noun, name string) error
}

const subjectColumns = "issuer, subject, user_id, email, linked_at"

func scanSubject(row query.Scanner) (*sluice.Subject, error) {
	var s sluice.Subject
	var user sql.NullString
	err := row.Scan((*query.Foreign)(&s.Issuer), (*query.Foreign)(&s.Subject), &user, (*query.Foreign)(&s.Email), (*query.Micros)(&s.LinkedAt))
	s.UserID = user.String
	return &s, err
}

// LinkSubject links a subject that is linked to nobody, or whose user was removed.
func (s SignIns) LinkSubject(ctx context.Context, p *sluice.Subject) error {
	return s.Write(ctx, func(q query.Querier) error {
		var users int
		if err := q.One(ctx, []any{&users}, "SELECT COUNT(*) FROM users WHERE id = ?", p.UserID); err != nil {
			return err
		}
		if users == 0 {
			return sluice.NotFound("user", p.UserID)
		}
		changed, err := q.Exec(ctx, "INSERT INTO subjects ("+subjectColumns+") VALUES (?, ?, ?, ?, ?) ON CONFLICT (issuer, subject) DO UPDATE SET "+
			"user_id = excluded.user_id, email = excluded.email, linked_at = excluded.linked_at WHERE subjects.user_id IS NULL",
			query.Foreign(p.Issuer), query.Foreign(p.Subject), p.UserID, query.Foreign(p.Email), query.Micros(p.LinkedAt))
		if err == nil && changed == 0 {
			return sluice.Errorf(sluice.CodeConflict, "that person is linked to another account")
		}
		return s.Taken(err, "link of the account to the provider", p.Issuer)
	})
}

// Subject finds a subject, whose user may have been removed.
func (s SignIns) Subject(ctx context.Context, issuer, subject string) (*sluice.Subject, error) {
	list, err := query.All(ctx, s.Read(), scanSubject, "SELECT "+subjectColumns+" FROM subjects WHERE issuer = ? AND subject = ?",
		query.Foreign(issuer), query.Foreign(subject))
	return query.First(list, err, "subject", subject)
}

// SubjectsOf returns those of a user.
func (s SignIns) SubjectsOf(ctx context.Context, userID string) ([]*sluice.Subject, error) {
	return query.All(ctx, s.Read(), scanSubject, "SELECT "+subjectColumns+" FROM subjects WHERE user_id = ? ORDER BY issuer", userID)
}

// UnlinkSubjects forgets those of a user.
func (s SignIns) UnlinkSubjects(ctx context.Context, userID string) error {
	return s.Write(ctx, func(q query.Querier) error {
		_, err := q.Exec(ctx, "DELETE FROM subjects WHERE user_id = ?", userID)
		return err
	})
}

// UserRemoved reports whether a user with that e-mail address was removed, and none was made since.
func (s SignIns) UserRemoved(ctx context.Context, email string) (bool, error) {
	var n int
	err := s.Read().One(ctx, []any{&n}, "SELECT COUNT(*) FROM removed_users WHERE email = ?", strings.ToLower(email))
	return n > 0, err
}

// NoteRemoved remembers the e-mail address of a user who is about to be removed.
func NoteRemoved(ctx context.Context, exec Exec, userID string) error {
	_, err := exec(ctx, "INSERT INTO removed_users (email) SELECT lower(email) FROM users WHERE id = ? ON CONFLICT (email) DO NOTHING", userID)
	return err
}

// NoteMade forgets that a user with that e-mail address was removed.
func NoteMade(ctx context.Context, exec Exec, email string) error {
	_, err := exec(ctx, "DELETE FROM removed_users WHERE email = lower(?)", email)
	return err
}

// Exec runs a statement of a transaction.
type Exec func(ctx context.Context, text string, args ...any) (int64, error)

// BeginSignIn stores a sign-in, and forgets those that are over.
func (s SignIns) BeginSignIn(ctx context.Context, in *sluice.SignIn, now time.Time, limit int) (room bool, err error) {
	err = s.Write(ctx, func(q query.Querier) error {
		if _, err := q.Exec(ctx, "DELETE FROM sign_ins WHERE expires_at <= ?", query.Micros(now)); err != nil {
			return err
		}
		var under int
		if err := q.One(ctx, []any{&under}, "SELECT COUNT(*) FROM sign_ins"); err != nil {
			return err
		}
		if room = under < limit; !room {
			return nil
		}
		_, err := q.Exec(ctx, "INSERT INTO sign_ins (state_hash, return_to, user_id, expires_at) VALUES (?, ?, ?, ?)",
			in.StateHash, query.Foreign(in.Return), in.UserID, query.Micros(in.ExpiresAt))
		return s.Taken(err, "sign-in", "with that state")
	})
	return room && err == nil, err
}

// TakeSignIn returns a sign-in and uses it up. Whether its time is over is for the caller to say.
func (s SignIns) TakeSignIn(ctx context.Context, stateHash string) (taken *sluice.SignIn, err error) {
	scan := func(row query.Scanner) (*sluice.SignIn, error) {
		var in sluice.SignIn
		return &in, row.Scan(&in.StateHash, (*query.Foreign)(&in.Return), &in.UserID, (*query.Micros)(&in.ExpiresAt))
	}
	err = s.Write(ctx, func(q query.Querier) error {
		list, err := query.All(ctx, q, scan, "DELETE FROM sign_ins WHERE state_hash = ? RETURNING state_hash, return_to, user_id, expires_at", stateHash)
		taken, err = query.First(list, err, "sign-in", "with that state")
		return err
	})
	return taken, err
}
