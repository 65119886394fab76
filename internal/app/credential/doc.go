// Package credential holds the rules round what a NetSuite connection logs in
// with: the authorization by a log-in in the browser, the change from one
// authentication type to another, the move to OAuth 2.0, and the role behind it.
//
// A connection goes on with a login that works until another one has been proven.
// The new one waits as the candidate; what it replaced stays as the previous login,
// to go back to in one step, until somebody drops it.
package credential

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/netsuite"
)

// Connections are the server's connections, with their secrets opened.
type Connections interface {
	Connection(ctx context.Context, name string) (*sluice.Connection, error)
	// SaveConnection seals and stores everything of a connection at once.
	SaveConnection(ctx context.Context, c *sluice.Connection) error
	// Usable returns the connection with what it takes from elsewhere: the keys of
	// its iClient, the concurrency that it borrows.
	Usable(ctx context.Context, c *sluice.Connection) (*sluice.Connection, error)
	// Try tests a connection that need not be stored, and explains what fails.
	Try(ctx context.Context, c *sluice.Connection) (*sluice.Evidence, error)
	// TestConnection tests a stored connection and keeps what came of it.
	TestConnection(ctx context.Context, by api.Actor, name string) (*sluice.Evidence, error)
}

// Keys seal secrets for a place.
type Keys interface {
	Seal(secret sluice.Secret, place string) ([]byte, error)
	Unseal(sealed []byte, place string) (sluice.Secret, error)
}

// Rules implement api.Authorizations, api.Logins, api.OAuth2 and api.Roles. All
// fields but HTTPClient are needed.
type Rules struct {
	Connections    Connections
	Authorizations sluice.AuthorizationStore
	Keys           Keys
	// Flows returns the flows that use a connection.
	Flows func(ctx context.Context, connection string) ([]*sluice.Flow, error)
	// Client returns a NetSuite client of a connection, which shares the account's
	// budget of requests with the flows.
	Client func(*sluice.Connection) (*netsuite.Client, error)
	// Audit notes who did what.
	Audit func(ctx context.Context, by api.Actor, action, noun, id, detail string)
	// URL is the server's own address for people; empty without one.
	URL func() string
	// Writing is held while a connection is read, changed and stored.
	Writing    sync.Locker
	HTTPClient *http.Client // nil: one of its own
	Clock      func() time.Time
}

func (r *Rules) now() time.Time { return r.Clock().UTC() }

// netsuiteConnection returns a connection that must be to NetSuite.
func (r *Rules) netsuiteConnection(ctx context.Context, name string) (*sluice.Connection, error) {
	conn, err := r.Connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("connection.wrong_kind", "the connection %q is of the kind %s", conn.Name, conn.Kind).Fix("This needs a NetSuite connection")
	}
	return conn, nil
}
