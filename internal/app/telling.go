package app

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/channel"
	"github.com/sluicehq/sluice/internal/app/recorderror"
	"github.com/sluicehq/sluice/internal/app/setting"
	"github.com/sluicehq/sluice/internal/app/trace"
)

// channels are the rules round channels.
func (a *App) channels() *channel.Channels {
	c := a.core
	return &channel.Channels{Store: c.store, Sealer: c.keys, Audit: c.auditLog(), Clock: c.clock,
		Sender: &channel.Sender{Private: a.cfg.PrivateWebhooks, URL: a.URL, Clock: c.clock}}
}

// office tells through channels what has happened.
func (a *App) office() *channel.Office {
	return &channel.Office{Channels: a.channels(), IntegrationsOf: channel.Groups{Store: a.core.store}.Of, Outdated: a.core.settings.Outdated(setting.Messages), Log: a.cfg.Log}
}

func (a *App) traces() *trace.Traces {
	return &trace.Traces{Store: a.core.store, Outdated: a.core.settings.Traced, Clock: a.cfg.Clock, Log: a.cfg.Log}
}

func (c *core) errors() *recorderror.Errors {
	return &recorderror.Errors{Store: c.store, Flows: c.store, Retry: c.retry, Accepting: c.accepting, Audit: c.auditLog(), Clock: c.clock}
}

func (c *core) errorCare() *recorderror.Care {
	return &recorderror.Care{Errors: c.errors(), Keep: c.settings.ErrorKeep, Runs: c.store.Runs, Tell: c.notices.Follow, Happened: c.store.AddEvent, Log: c.log}
}

// retry starts runs that try errors again: all of them, or none where one is not the actor's.
func (c *core) retry(ctx context.Context, ids []int64, by string) ([]*sluice.Run, error) {
	if err := c.store.MayWork(ctx, ids); err != nil {
		return nil, err
	}
	return c.engine.RetryErrors(ctx, ids, by)
}
