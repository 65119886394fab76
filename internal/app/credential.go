package app

import (
	"context"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/credential"
	"github.com/sluicehq/sluice/internal/app/fit"
)

// credentials are the rules round what connections log in with.
func (c *core) credentials() *credential.Rules {
	return &credential.Rules{
		Connections: credentialConnections{connections{c}}, Authorizations: c.store, Keys: c.keys,
		Flows: c.flowsOf, Client: c.suite.Client, Audit: c.audit, URL: c.url, Clock: c.clock, HTTPClient: c.http, Writing: &c.writing,
	}
}

// flowsOf returns the flows that use a connection.
func (c *core) flowsOf(ctx context.Context, connection string) ([]*sluice.Flow, error) {
	revisions, err := c.store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	var list []*sluice.Flow
	for _, f := range revisions {
		if slices.Contains(fit.Names(&f.Flow), connection) {
			list = append(list, &f.Flow)
		}
	}
	return list, nil
}

// proveNew tries a login that a change has made the candidate. One that has to be
// authorized first waits for that.
func (c connections) proveNew(ctx context.Context, by api.Actor, old, now *sluice.Connection) (*sluice.Connection, error) {
	if now.Candidate == nil || !credential.Differs(now.Candidate, old.Candidate) || !credential.Triable(now.Candidate) {
		return now, nil
	}
	if _, err := c.credentials().ProveCandidate(ctx, by, now.ID); err != nil {
		return nil, err
	}
	return c.Connection(ctx, now.ID)
}

// credentialConnections are the connections as package credential sees them.
type credentialConnections struct{ connections }

// SaveConnection seals and stores everything of a connection at once.
func (c credentialConnections) SaveConnection(ctx context.Context, conn *sluice.Connection) error {
	s, err := c.sealed(conn)
	if err != nil {
		return err
	}
	if err := c.store.UpdateConnection(ctx, s); err != nil {
		return err
	}
	c.notices.Review(ctx, conn, conn.Status)
	return nil
}

// Usable returns the connection with what it takes from elsewhere.
func (c credentialConnections) Usable(ctx context.Context, conn *sluice.Connection) (*sluice.Connection, error) {
	out := *conn
	out.Settings, out.Secrets = maps.Clone(conn.Settings), maps.Clone(conn.Secrets)
	if err := c.resolve(ctx, &out); err != nil {
		return nil, err
	}
	return &out, nil
}

// Try tests a connection, with what it takes from elsewhere, and lays the doctor's
// verdict over a failure.
func (c credentialConnections) Try(ctx context.Context, conn *sluice.Connection) (*sluice.Evidence, error) {
	out := *conn
	out.Settings, out.Secrets = maps.Clone(conn.Settings), maps.Clone(conn.Secrets)
	return c.proofs().Try(ctx, &out)
}
