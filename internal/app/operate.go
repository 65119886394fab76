package app

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/rekey"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/app/serving"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/telemetry"
)

// operated is what operators work on: the database as it is, and the keys.
type operated struct {
	source    database
	ring      *keyring.Keyring
	backups   *backup.Backups
	keys      *rekey.Keys
	telemetry *telemetry.Telemetry
	metrics   net.Listener // nil without Serving.Metrics
}

// database is what package store opens.
type database interface {
	backup.Source
	query.Database
}

// operate gets ready what operators need, once the core is there.
func (a *App) operate(ctx context.Context, owner string) error {
	o, version := &a.operated, BuildVersion().Version
	o.backups = backup.New(backup.Config{Source: o.source, Store: a.core.store, Keys: o.ring, Program: version,
		Spool: a.cfg.DataDir, Schedule: a.cfg.Backup, Notices: a.core.notices, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
	o.keys = rekey.New(rekey.Config{Ring: o.ring, DB: o.source, Shared: a.cfg.shared, Name: owner, Backups: o.backups.KeysNeeded,
		Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
	traces, err := telemetry.NewTraces(ctx, version, os.Getenv)
	if err != nil {
		return err
	}
	a.onClose(func() error {
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := traces.Close(last); err != nil {
			a.cfg.Log.Warn("traces not sent", "error", err)
		}
		return nil
	})
	o.telemetry = telemetry.New(version, traces)
	o.telemetry.Watch(&telemetry.State{Store: a.core.store, Clock: a.cfg.Clock, Log: a.cfg.Log})
	return nil
}

// guarded returns a connector that looks before it writes where the server was restored
// from a backup.
func (a *App) guarded(c sluice.Connector) sluice.Connector {
	system, ok := c.(restored.System)
	if !ok {
		return c
	}
	return &restored.Guard{System: system, Store: a.core.store}
}

// listenForMetrics opens the listener for metrics, where there is to be one.
func (a *App) listenForMetrics() (err error) {
	if a.cfg.Serving.Metrics == "" {
		return nil
	}
	if a.operated.metrics, err = net.Listen("tcp", a.cfg.Serving.Metrics); err != nil {
		return sluice.Errorf(codeListen, "cannot listen on %s: %w", a.cfg.Serving.Metrics, err).Fix("Choose another address with --metrics-listen")
	}
	a.onClose(func() error { _ = a.operated.metrics.Close(); return nil })
	return nil
}

// MetricsAddr returns the address that answers GET /metrics without login, nil without one.
func (a *App) MetricsAddr() net.Addr {
	if a.operated.metrics == nil {
		return nil
	}
	return a.operated.metrics.Addr()
}

// listeners returns everything that the server answers on, with what answers.
func (a *App) listeners() ([]*http.Server, []net.Listener) {
	servers, listeners := []*http.Server{a.serve(a.api.LocalHandler())}, []net.Listener{a.socket}
	if a.network != nil {
		measured := a.operated.telemetry.HTTP(a.api.Handler(), a.api.Route)
		servers, listeners = append(servers, a.serve(a.cfg.Serving.Behind(measured))), append(listeners, a.network)
	}
	if a.operated.metrics != nil {
		answers := serving.Operators(a.operated.telemetry.Metrics.Handler(), func(ctx context.Context) bool { return status{a.core}.Health(ctx).OK })
		servers, listeners = append(servers, a.serve(answers)), append(listeners, a.operated.metrics)
	}
	return servers, listeners
}

// drain goes on for a while when the server is to stop, so that load balancers see it.
func (a *App) drain() {
	if a.cfg.Serving.Drain > 0 && !a.cfg.Idle {
		time.Sleep(a.cfg.Serving.Drain)
	}
}
