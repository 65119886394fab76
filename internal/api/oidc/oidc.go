// Package oidc has the routes by which people sign in at an OpenID provider.
package oidc

import (
	"context"
	"net/url"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round signing in at an OpenID provider.
type Rules interface {
	// Ways says how people can log in.
	Ways() Ways
	// Begin returns the address of the provider's page.
	Begin(ctx context.Context, b Beginning) (string, error)
	// Finish takes what the provider sent the browser back with. Of a sign-in that
	// failed it returns where the browser was to go, beside the error.
	Finish(ctx context.Context, a Answer) (*Outcome, error)
	// Explain returns what a refusal's code means, nil where there is no such code.
	Explain(code string) *sluice.Error
	// EndURL returns the provider's page that ends the session there, "" where it has none.
	EndURL(ctx context.Context, hint []byte) string
	// Links returns the subjects that a user is linked to.
	Links(ctx context.Context, by endpoint.Actor) ([]*sluice.Subject, error)
	// Unlink forgets them.
	Unlink(ctx context.Context, by endpoint.Actor) error
}

// Ways are the ways to log in.
type Ways struct {
	Password bool          `json:"password" doc:"E-mail address and password work"`
	Provider string        `json:"provider,omitempty" doc:"What people call the OpenID provider; absent where there is none"`
	Refused  *sluice.Error `json:"refused,omitempty" doc:"What the code of a refusal means"`
}

// Beginning is how a sign-in begins.
type Beginning struct {
	Return  string
	Origin  string        // of the page; "" where the browser did not say
	Binding sluice.Secret // what this browser alone knows
	// Link is who wants to be linked to the provider's person; nil for who wants to log in.
	Link *endpoint.Actor
}

// Answer is what a provider sent a browser back with.
type Answer struct {
	Query   url.Values
	Binding sluice.Secret
	Remote  string
	// Present is the user whose session the browser has, empty for nobody.
	Present string
}

// Outcome is a sign-in that worked, or of one that did not: Return and Linking alone.
type Outcome struct {
	UserID  string
	Return  string
	Linking bool
	Hint    []byte // sealed; names the session to the provider when it is to end
}
