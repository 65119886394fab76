package app

import (
	"context"
	"maps"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/credential"
	"github.com/sluicehq/sluice/internal/app/proof"
	"github.com/sluicehq/sluice/internal/doctor"
)

// proofs are the rules round tests of connections.
func (c *core) proofs() *proof.Rules {
	return &proof.Rules{Connections: proofConnections{connections{c}}, Connector: c.connector, NetSuite: c.suite,
		SetIdentity: c.store.SetConnectionIdentity, Keeper: c.keeper, Audit: c.audit, Clock: c.clock}
}

// TestConnection tests a stored connection and keeps what came of it.
func (c connections) TestConnection(ctx context.Context, by api.Actor, name string) (*sluice.Evidence, error) {
	return c.proofs().TestConnection(ctx, by, name, "")
}

// proofConnections are the connections as package proof sees them.
type proofConnections struct{ connections }

// Merged returns what a form holds, with the stored secrets that it leaves out.
func (p proofConnections) Merged(ctx context.Context, in *sluice.Connection) (*sluice.Connection, error) {
	out := p.fresh(in)
	out.Secrets = maps.Clone(out.Secrets)
	if in.ID != "" {
		if err := p.store.MayChange(ctx, in.ID); err != nil { // its secrets would go wherever the form says
			return nil, err
		}
		stored, err := p.Connection(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		secrets, problems := mergeSecrets(credential.KnownSecrets(stored, out.Get("type")), credential.Meant(stored, in.Secrets))
		if err := sluice.Problems("connection.invalid", "the connection cannot be tried", problems); err != nil {
			return nil, err
		}
		out.Secrets = secrets
	}
	if name := out.Settings[fieldIClient]; name != "" {
		if _, err := p.store.ConsumerKey(ctx, name); err != nil {
			return nil, err
		}
	}
	out.ID = "" // nobody takes it for the one in use
	return out, nil
}

// Resolve lays over a connection what it refers to.
func (p proofConnections) Resolve(ctx context.Context, c *sluice.Connection) error {
	return p.resolve(ctx, c)
}

// Explain lays the doctor's verdict over a test that failed.
func (p proofConnections) Explain(ctx context.Context, c *sluice.Connection, e *sluice.Evidence) error {
	return p.examinations().Explain(ctx, c, e)
}

// Subject is what the doctor gets to see of a connection.
func (p proofConnections) Subject(ctx context.Context, c *sluice.Connection) (doctor.Subject, error) {
	return p.examinations().Subject(ctx, c)
}

// SetStatus stores what a use of the connection showed, and tells people.
func (p proofConnections) SetStatus(ctx context.Context, c *sluice.Connection, s sluice.ConnectionStatus, detail string) error {
	return p.setStatus(ctx, c, s, detail)
}

// Proven notes that the login in force has worked.
func (p proofConnections) Proven(ctx context.Context, id string) error {
	return p.credentials().Proven(ctx, id)
}
