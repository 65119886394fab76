package app

import (
	"context"
	"net"
	"net/http"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/licence"
	"github.com/sluicehq/sluice/internal/app/operator"
	"github.com/sluicehq/sluice/internal/app/setting"
)

// operate gets ready what operators need, once the core is there.
func (a *App) operate(ctx context.Context, c operator.Config) (err error) {
	c.Store, c.Backup, c.Serving, c.Shared, c.DataDir, c.Version = a.core.store, a.cfg.Backup, a.cfg.Serving, a.cfg.shared, a.cfg.DataDir, BuildVersion().Version
	c.URL, c.Restore, c.Target = a.URL, a.cfg.Restore, backup.Restore{DataDir: a.cfg.DataDir, DatabaseURL: a.cfg.DatabaseURL, KeyFile: a.cfg.KeyFile, Clock: a.cfg.Clock}
	c.Notices, c.Audit, c.Clock, c.Log = a.core.notices, a.core.auditLog(), a.cfg.Clock, a.cfg.Log
	if a.operator, err = operator.New(ctx, c); err == nil {
		a.onClose(a.operator.Close)
	}
	return err
}

// operating adds what operators call.
func (a *App) operating(s *api.Services) {
	s.Backups, s.Keys, s.Metrics = a.operator.Backups, a.operator.Keys, a.operator.Telemetry.Metrics.Handler()
	s.Restores = a.operator.Restores
	s.Settings, s.Licences = a.core.settings, &licence.Book{}
}

// settings are the rules round what is kept.
func (a *App) settings() *setting.Rules {
	return &setting.Rules{Store: a.core.store, Fixed: setting.FixedBy(a.cfg.Trace), Started: a.started, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log}
}

func (a *App) started() setting.Start {
	s := setting.Start{Version: BuildVersion().Version, DataDir: a.cfg.DataDir, DatabaseURL: a.cfg.DatabaseURL, KeyFile: a.cfg.KeyFile, PublicURL: a.cfg.PublicURL,
		Serving: a.cfg.Serving, Backup: a.cfg.Backup, OIDC: a.cfg.OIDC, Trace: a.cfg.Trace, PrivateWebhooks: a.cfg.PrivateWebhooks, PublicOnly: a.cfg.Reach.PublicOnly}
	if at := a.Addr(); at != nil {
		s.Listen = at.String()
	}
	if at := a.MetricsAddr(); at != nil {
		s.Metrics = at.String()
	}
	return s
}

// listenForMetrics opens the listener for metrics, where there is to be one.
func (a *App) listenForMetrics() error {
	l, err := a.operator.Listen()
	if err != nil {
		return sluice.Errorf(codeListen, "cannot listen on %s: %w", a.cfg.Serving.Metrics, err).Fix("Choose another address with --metrics-listen")
	}
	if l != nil {
		a.onClose(func() error { _ = l.Close(); return nil })
	}
	return nil
}

// Restore returns the backup that was confirmed to be restored, for whoever ran the server
// and has closed it; nil for none.
func (a *App) Restore() *backup.Restore { return a.operator.Restores.Next() }

// MetricsAddr returns the address that answers GET /metrics without login, nil without one.
func (a *App) MetricsAddr() net.Addr { return a.operator.MetricsAddr() }

// listeners returns everything that the server answers on, with what answers.
func (a *App) listeners() ([]*http.Server, []net.Listener) {
	servers, listeners := []*http.Server{a.serve(a.api.LocalHandler())}, []net.Listener{a.socket}
	if a.network != nil {
		servers, listeners = append(servers, a.serve(a.operator.Public(a.api.Handler(), a.api.Route))), append(listeners, a.network)
	}
	if l, answers := a.operator.Own(func(ctx context.Context) bool { return status{a.core}.Health(ctx).OK }); l != nil {
		servers, listeners = append(servers, a.serve(answers)), append(listeners, l)
	}
	return servers, listeners
}
