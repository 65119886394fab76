// Package operator is what who runs a server needs of it: backups, keys, metrics, traces.
package operator

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/rekey"
	"github.com/sluicehq/sluice/internal/app/restore"
	"github.com/sluicehq/sluice/internal/app/restored"
	"github.com/sluicehq/sluice/internal/app/serving"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/telemetry"
)

// Config wires an Operator. All fields but Shared are required.
type Config struct {
	Store   sluice.Store
	Source  Database
	Ring    *keyring.Keyring
	Backup  backup.Schedule
	Serving serving.Options
	Name    string // of this process
	Shared  bool   // other processes may work on the database
	DataDir string
	Restore restore.Life
	Target  backup.Restore // where the server keeps its data
	URL     func() string
	Version string
	Notices *notice.Board
	Audit   *audit.Log
	Clock   func() time.Time
	Log     *slog.Logger
}

// Database is what package store opens.
type Database interface {
	backup.Source
	query.Database
}

// Operator is what operators work with.
type Operator struct {
	Config
	Backups   *backup.Backups
	Keys      *rekey.Keys
	Restores  *restore.Restores
	Telemetry *telemetry.Telemetry
	metrics   net.Listener // nil without Serving.Metrics
	traces    *telemetry.Traces
}

// New gets everything ready. Close undoes it.
func New(ctx context.Context, c Config) (*Operator, error) {
	o := &Operator{Config: c}
	o.Backups = backup.New(backup.Config{Source: c.Source, Store: c.Store, Keys: c.Ring, Program: c.Version,
		Spool: c.DataDir, Schedule: c.Backup, Notices: c.Notices, Audit: c.Audit, Clock: c.Clock, Log: c.Log})
	o.Keys = rekey.New(rekey.Config{Ring: c.Ring, DB: c.Source, Shared: c.Shared, Name: c.Name, Backups: o.Backups.KeysNeeded,
		Audit: c.Audit, Clock: c.Clock, Log: c.Log})
	var err error
	if o.Restores, err = restore.New(ctx, restore.Config{Target: c.Target, Life: c.Restore, Source: c.Source, Users: c.Store, Ring: c.Ring,
		Kept: o.Backups.Kept, URL: c.URL, Audit: c.Audit, Clock: c.Clock, Log: c.Log}); err != nil {
		return nil, err
	}
	if o.traces, err = telemetry.NewTraces(ctx, c.Version, os.Getenv); err != nil {
		return nil, err
	}
	o.Telemetry = telemetry.New(c.Version, o.traces)
	o.Telemetry.Watch(&telemetry.State{Store: c.Store, Clock: c.Clock, Log: c.Log})
	return o, nil
}

// Close sends the traces that are left.
func (o *Operator) Close() error {
	last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := o.traces.Close(last); err != nil {
		o.Log.Warn("traces not sent", "error", err)
	}
	return nil
}

// Run makes backups and tends the keys until ctx ends.
func (o *Operator) Run(ctx context.Context) {
	var working sync.WaitGroup
	working.Go(func() { o.Keys.Run(ctx) })
	working.Go(func() { o.Restores.Run(ctx) })
	o.Backups.Run(ctx)
	working.Wait()
}

// Guarded returns a connector that looks before it writes where the server was restored
// from a backup.
func (o *Operator) Guarded(c sluice.Connector) sluice.Connector {
	system, ok := c.(restored.System)
	if !ok {
		return c
	}
	return &restored.Guard{System: system, Store: o.Store}
}

// Listen opens the listener for metrics, where there is to be one.
func (o *Operator) Listen() (net.Listener, error) {
	if o.Serving.Metrics == "" {
		return nil, nil
	}
	var err error
	o.metrics, err = net.Listen("tcp", o.Serving.Metrics)
	return o.metrics, err
}

// MetricsAddr returns the address that answers GET /metrics without login, nil without one.
func (o *Operator) MetricsAddr() net.Addr {
	if o.metrics == nil {
		return nil
	}
	return o.metrics.Addr()
}

// Public returns what answers people, measured and behind the proxies that are trusted.
func (o *Operator) Public(next http.Handler, route func(*http.Request) string) http.Handler {
	return o.Serving.Behind(o.Telemetry.HTTP(next, route))
}

// Own returns what answers on the listener for metrics.
func (o *Operator) Own(healthy serving.Health) (net.Listener, http.Handler) {
	return o.metrics, serving.Operators(o.Telemetry.Metrics.Handler(), healthy)
}

// Drain goes on for a while when the server is to stop, so that load balancers see it.
func (o *Operator) Drain() { <-time.After(o.Serving.Drain) }
