// Package session keeps who has logged in by browser: a row for each log-in, found by the
// hash of a cookie's text.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/address"
)

// A session ends after its lifetime, and earlier when it is not used.
const (
	Lifetime = 12 * time.Hour
	Idle     = 2 * time.Hour
	// resolution is how exactly it is known when a session was seen: writing it with
	// each request would cost a write a request.
	resolution = time.Minute
	maxAgent   = 400
)

// Cookie is the name of the cookie.
const Cookie = "sluice_session"

// Sessions begins, finds and ends sessions.
type Sessions struct {
	Store  sluice.SessionStore
	Secure bool // the cookie goes over HTTPS alone
	Clock  func() time.Time
	// Refuse answers a request whose session cannot be looked up.
	Refuse func(http.ResponseWriter, *http.Request, error)
}

// visit is what is known of a request's browser.
type visit struct {
	w       http.ResponseWriter
	agent   string
	remote  string
	session *sluice.Session // nil for nobody
}

type visitKey struct{}

// Of returns the session that a request came with, nil where it came with none.
func Of(ctx context.Context) *sluice.Session {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.session
	}
	return nil
}

// Live reports whether a session has not ended.
func Live(s *sluice.Session, now time.Time) bool {
	return now.Before(s.EndsAt) && now.Before(s.SeenAt.Add(Idle))
}

// Loaded finds the session of each request before next is called.
func (s *Sessions) Loaded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, agent: r.UserAgent()[:min(len(r.UserAgent()), maxAgent)], remote: address.Remote(r.RemoteAddr)}
		if c, err := r.Cookie(Cookie); err == nil {
			if v.session, err = s.find(r.Context(), c.Value); err != nil {
				s.Refuse(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// find returns the session that a cookie's text opens, nil where it opens none.
func (s *Sessions) find(ctx context.Context, text string) (*sluice.Session, error) {
	now := s.Clock().UTC()
	found, err := s.Store.SessionByHash(ctx, hash(text))
	if sluice.ErrorCode(err) == sluice.CodeNotFound || err == nil && !Live(found, now) {
		return nil, nil
	}
	if err != nil || now.Sub(found.SeenAt) < resolution {
		return found, err
	}
	err = s.Store.TouchSession(ctx, found.ID, now)
	if sluice.ErrorCode(err) == sluice.CodeNotFound { // ended since
		return nil, nil
	}
	return found, err
}

// Still reports whether the request's session, if it has one, has not ended since.
func (s *Sessions) Still(ctx context.Context) bool {
	of := Of(ctx)
	if of == nil {
		return true
	}
	now, err := s.Store.SessionByHash(ctx, of.Hash)
	return err == nil && Live(now, s.Clock().UTC())
}

// Start logs a user in. The browser gets a new cookie, whatever it came with; the session
// that it had ends.
func (s *Sessions) Start(ctx context.Context, userID string) error {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return sluice.Errorf("session.no_browser", "nobody logs in by the data folder's socket")
	}
	if err := s.end(ctx, v); err != nil {
		return err
	}
	text, now := rand.Text()+rand.Text(), s.Clock().UTC()
	begun := &sluice.Session{ID: strings.ToLower(rand.Text()[:16]), UserID: userID, Hash: hash(text), Agent: v.agent, Remote: v.remote,
		BegunAt: now, SeenAt: now, EndsAt: now.Add(Lifetime)}
	if err := s.Store.PutSession(ctx, begun, Idle); err != nil {
		return err
	}
	v.session = begun
	http.SetCookie(v.w, s.cookie(text, int(Lifetime.Seconds())))
	return nil
}

// Hint keeps what names the request's session to the provider where it was begun.
func (s *Sessions) Hint(ctx context.Context, hint []byte) error {
	of := Of(ctx)
	if of == nil {
		return nil
	}
	of.Hint = hint
	return s.Store.HintSession(ctx, of.ID, hint)
}

// End logs out.
func (s *Sessions) End(ctx context.Context) error {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok || v.session == nil {
		return nil
	}
	if err := s.end(ctx, v); err != nil {
		return err
	}
	http.SetCookie(v.w, s.cookie("", -1))
	return nil
}

func (s *Sessions) end(ctx context.Context, v *visit) error {
	if v.session == nil {
		return nil
	}
	_, err := s.Store.EndSessions(ctx, v.session.UserID, v.session.ID, "")
	v.session = nil
	return err
}

// cookie lives for so many seconds by the browser's own clock; a negative number ends it.
func (s *Sessions) cookie(text string, seconds int) *http.Cookie {
	return &http.Cookie{Name: Cookie, Value: text, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}

// hash returns what is kept of a cookie's text. That is random and long, so one plain
// SHA-256 is as good as a slow hash.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
