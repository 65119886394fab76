package app

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/channel"
)

// channels are the rules round channels.
func (a *App) channels() *channel.Channels {
	c := a.core
	return &channel.Channels{Store: c.store, Sealer: c.keys, Audit: c.auditLog(), Clock: c.clock,
		Sender: &channel.Sender{Private: a.cfg.PrivateWebhooks, URL: a.URL, Clock: c.clock}}
}

// office tells through channels what has happened.
func (a *App) office() *channel.Office {
	return &channel.Office{Channels: a.channels(), IntegrationsOf: a.core.integrationsOf, Log: a.cfg.Log}
}

// integrationsOf returns the integrations that a flow is of, or that a connection is
// registered with. What cannot be found belongs to none.
func (c *core) integrationsOf(ctx context.Context, noun, id string) []string {
	switch noun {
	case "flow":
		if f, err := c.store.Flow(ctx, id); err == nil {
			if f.Flow.Integration == "" {
				return []string{sluice.DefaultIntegration}
			}
			return []string{f.Flow.Integration}
		}
	case "connection":
		conn, err := c.store.Connection(ctx, id)
		if err != nil {
			return nil
		}
		list, _ := c.store.Integrations(ctx) // the store was there just now
		var names []string
		for _, i := range list {
			if slices.Contains(i.Connections, conn.Name) {
				names = append(names, i.Name)
			}
		}
		return names
	}
	return nil
}
