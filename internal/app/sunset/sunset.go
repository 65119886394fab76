// Package sunset finds what stops with which NetSuite release among what is stored.
package sunset

import (
	"cmp"
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide/release"
	"github.com/sluicehq/sluice/internal/guide/sunset"
	"github.com/sluicehq/sluice/netsuite"
)

// Store is what is looked through.
type Store interface {
	Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error)
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
}

// Sunsets implements the rules of the route.
type Sunsets struct {
	Store Store
	Clock func() time.Time
}

// Sunset reports on all NetSuite connections, or on one alone.
func (s *Sunsets) Sunset(ctx context.Context, connection string) (*sunset.Endings, error) {
	stored, err := s.connections(ctx, connection)
	if err != nil {
		return nil, err
	}
	var logins []sunset.Login
	for _, c := range stored {
		if c.Kind == sluice.KindNetSuite {
			logins = append(logins, login(&c.Connection))
		}
	}
	revisions, err := s.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	flows := make([]sunset.Stored, len(revisions))
	for i, r := range revisions {
		flows[i] = sunset.Stored{Flow: &r.Flow, Enabled: r.Enabled}
	}
	return sunset.Look(release.At(s.Clock()), logins, flows), nil
}

func (s *Sunsets) connections(ctx context.Context, name string) ([]*sluice.SealedConnection, error) {
	if name == "" {
		return s.Store.Connections(ctx)
	}
	c, err := s.Store.Connection(ctx, name)
	if err == nil && c.Kind != sluice.KindNetSuite {
		err = sluice.Errorf(sluice.CodeInvalid, "the connection %q does not lead to NetSuite", c.Name).At("connection").Fix("Choose a NetSuite connection, or none for all of them")
	}
	return []*sluice.SealedConnection{c}, err
}

func login(c *sluice.Connection) sunset.Login {
	l := sunset.Login{Name: c.Name, Account: c.Get("account"), Environment: c.Get("environment"), Type: c.Get("type"), WSDLVersion: c.Get("wsdl_version")}
	id, err := netsuite.ParseAccountID(l.Account)
	if err != nil {
		return l // none yet, or one that the connection's test will refuse
	}
	told := sluice.EnvironmentProduction
	switch id.Environment() {
	case netsuite.Sandbox:
		told = sluice.EnvironmentSandbox
	case netsuite.ReleasePreview:
		told = sluice.EnvironmentReleasePreview
	case netsuite.TestDrive:
		told = "" // it is neither
	}
	l.Account, l.Environment = id.Realm(), cmp.Or(l.Environment, told)
	return l
}
