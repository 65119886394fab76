package store

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice"
)

const tokenColumns = "id, user_id, name, role, hash, created_at, expires_at, last_used, integrations"

// tokenUseResolution is how exactly LastUsed is kept. Every request carries a
// token; writing each use would cost a disk flush a request.
const tokenUseResolution = time.Minute

func scanToken(row scanner) (*sluice.Token, error) {
	var t sluice.Token
	err := row.Scan(&t.ID, &t.UserID, (*foreign)(&t.Name), &t.Role, &t.Hash, (*micros)(&t.CreatedAt), (*micros)(&t.ExpiresAt), (*micros)(&t.LastUsed), document{&t.Integrations})
	return &t, err
}

// CreateToken stores a token; one without ID gets one. Its user must exist.
func (s *DB) CreateToken(ctx context.Context, t *sluice.Token) error {
	if t.ID == "" {
		t.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "INSERT INTO tokens ("+tokenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			t.ID, t.UserID, foreign(t.Name), t.Role, t.Hash, micros(t.CreatedAt), micros(t.ExpiresAt), micros(t.LastUsed), document{t.Integrations})
		if errors.Is(err, errReference) {
			return sluice.NotFound("user", t.UserID)
		}
		return taken(err, "token", t.Name)
	})
}

// TokenByHash finds a token, expired ones too, and notes its and its user's use, to the minute.
func (s *DB) TokenByHash(ctx context.Context, hash string, at time.Time) (*sluice.Token, error) {
	list, err := all(ctx, s.read(), scanToken, "SELECT "+tokenColumns+" FROM tokens WHERE hash = ?", hash)
	token, err := first(list, err, "token", "with that text")
	if err != nil || at.Sub(token.LastUsed) < tokenUseResolution {
		return token, err
	}
	token.LastUsed = at.UTC().Truncate(time.Microsecond)
	err = s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE tokens SET last_used = ? WHERE id = ?", micros(at), token.ID)
		if err := someRow(changed, err, "token", token.ID); err != nil {
			return err
		}
		return seen(ctx, q, token.UserID, at)
	})
	if err != nil {
		return nil, err
	}
	return token, nil
}

// Tokens returns a user's tokens, oldest first.
func (s *DB) Tokens(ctx context.Context, userID string) ([]*sluice.Token, error) {
	return all(ctx, s.read(), scanToken, "SELECT "+tokenColumns+" FROM tokens WHERE user_id = ? ORDER BY created_at, id", userID)
}

// DeleteToken deletes a token.
func (s *DB) DeleteToken(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM tokens WHERE id = ?", id)
		return someRow(changed, err, "token", id)
	})
}
