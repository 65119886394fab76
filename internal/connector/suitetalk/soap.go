package suitetalk

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// Passport makes a passport of the token that counts now.
func (s *signer) Passport() auth.Passport {
	if token, ok := (*s.current.Load()).(*auth.TBA); ok {
		return token.Passport()
	}
	return auth.Passport{}
}

// soap returns a client of the SOAP services in the version and the zone that the
// connection has. It shares slots, login and debug log with the rest.
func (c *client) soap(ctx context.Context, conn *sluice.Connection) (*soap.Client, error) {
	if !conn.ByToken() {
		return nil, tokenless(conn.Name)
	}
	version, err := schema.ParseVersion(conn.Get("wsdl_version"))
	if err != nil {
		return nil, sluice.Errorf("connection.wsdl_version", "SOAP cannot be used: %w", err).At("settings.wsdl_version").Fix("Choose one of the versions that the connection's form lists")
	}
	zone, err := c.zone(ctx)
	if err != nil {
		return nil, err
	}
	if zone == nil {
		return nil, sluice.Errorf("connection.time_zone_unknown", "NetSuite does not tell its time zone by name, and SOAP writes a day as its first instant there").
			Fix("Set the account's time zone in the connection " + conn.Name)
	}
	timely := func(ctx context.Context) error {
		if _, ok := (*c.signer.current.Load()).(*auth.TBA); !ok {
			return tokenless(conn.Name) // the login was changed while the flow ran
		}
		return sendby.Check(ctx, c.clock())
	}
	s, err := soap.New(c.Client, c.signer, soap.WithVersion(version), soap.WithZone(zone), soap.WithGuard(timely))
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "SOAP cannot be used: %w", err)
	}
	return s, nil
}

func tokenless(conn string) error {
	return sluice.Errorf("flow.api", "SOAP takes tokens alone, and the connection %s logs in by OAuth 2.0", conn).
		Fix("Use the record service or SuiteQL, or a connection with token-based authentication")
}

// SavedSearches lists the saved searches of a search type, such as customer or transaction.
func (c *Connector) SavedSearches(ctx context.Context, conn *sluice.Connection, searchType string) ([]record.Ref, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	s, err := cl.soap(ctx, conn)
	if err != nil {
		return nil, err
	}
	refs, err := s.SavedSearches(ctx, searchType)
	if err != nil {
		return nil, cl.problem(err)
	}
	return refs, nil
}
