package sluice

import (
	"context"
	"time"
)

// Subject is a person as an OpenID provider knows them, and whom it is here.
type Subject struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"` // the provider's own name for the person, which never changes
	// UserID is empty once the user has been removed: such a person does not come back by signing in.
	UserID   string    `json:"user_id,omitempty"`
	Email    string    `json:"email"` // as the provider told it when they were linked
	LinkedAt time.Time `json:"linked_at"`
}

// SignIn is a sign-in that has begun at a provider's page.
type SignIn struct {
	StateHash string // of the state and of what the browser alone knows
	Return    string // page of ours that the browser goes to in the end
	UserID    string // who wants to be linked; empty for who wants to log in
	ExpiresAt time.Time
}

// SignInStore keeps who people are at OpenID providers.
type SignInStore interface {
	// LinkSubject links a subject that is linked to nobody, or whose user was removed.
	// CodeConflict where it is somebody's, or where the user has another one of the issuer.
	LinkSubject(ctx context.Context, s *Subject) error
	// Subject finds a subject, whose user may have been removed.
	Subject(ctx context.Context, issuer, subject string) (*Subject, error)
	// SubjectsOf returns those of a user.
	SubjectsOf(ctx context.Context, userID string) ([]*Subject, error)
	// UnlinkSubjects forgets those of a user.
	UnlinkSubjects(ctx context.Context, userID string) error
	// UserRemoved reports whether a user with that e-mail address was removed, and none was made since.
	UserRemoved(ctx context.Context, email string) (bool, error)
	// BeginSignIn stores a sign-in, and forgets those that are over. It reports whether
	// there was room: at most limit are under way.
	BeginSignIn(ctx context.Context, s *SignIn, now time.Time, limit int) (bool, error)
	// TakeSignIn returns a sign-in and uses it up.
	TakeSignIn(ctx context.Context, stateHash string) (*SignIn, error)
}
