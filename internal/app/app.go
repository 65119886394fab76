package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/app/debuglog"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/live"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/operator"
	"github.com/sluicehq/sluice/internal/app/others"
	"github.com/sluicehq/sluice/internal/app/own"
	"github.com/sluicehq/sluice/internal/app/setting"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/app/traffic"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/connector/webhook"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/schedule"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/datadir"
	"github.com/sluicehq/sluice/netsuite/governor"
	"github.com/sluicehq/sluice/web"
)

// shutdownGrace is how long requests in work may go on when the server stops.
const shutdownGrace = 10 * time.Second

// App is a server: the data folder, the store, the engine and the listeners.
type App struct {
	cfg  Config
	core *core
	// suite is NetSuite's connector: single queries and records take their client from
	// it, so that they share the account's budget of requests with the flows.
	suite    *suitetalk.Connector
	sharing  *governor.Sharing // nil where no other process can be
	api      *api.API
	network  net.Listener // nil without Config.Listen
	socket   net.Listener
	setupURL string
	operator *operator.Operator
	closers  []func() error
	closed   sync.Once
	closeErr error
}

// New opens everything that the server needs and listens, so that Addr is known
// and a second process is refused. It serves when Run is called. Close undoes it.
func New(ctx context.Context, cfg Config) (_ *App, err error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, core: &core{clock: cfg.Clock, log: cfg.Log}}
	defer func() {
		if err != nil {
			_ = a.Close() // err says what went wrong
		}
	}()
	if err := a.open(ctx); err != nil {
		return nil, err
	}
	if err := a.listen(); err != nil {
		return nil, err
	}
	services, err := a.services(ctx)
	if err != nil {
		return nil, err
	}
	ui, err := web.Handler()
	if err != nil {
		return nil, err
	}
	with := api.Config{Services: services, PublicURL: cfg.PublicURL, Log: cfg.Log, UI: ui, Clock: cfg.Clock}
	if !cfg.WithoutSessions {
		with.Sessions = a.core.store
	}
	a.api, err = api.New(with)
	return a, err
}

// onClose notes what Close has to undo, last first.
func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// open takes the data folder and opens keys, store, connector and engine.
func (a *App) open(ctx context.Context) error {
	lock, err := datadir.Take(a.cfg.DataDir)
	if err != nil {
		return err
	}
	a.onClose(lock.Unlock)
	ring, err := keyring.Open(a.cfg.DataDir, a.cfg.KeyFile)
	if err != nil {
		return err
	}
	a.core.keys = ring
	a.core.own = own.Files{Folder: a.cfg.DataDir, Others: []string{a.cfg.KeyFile, a.cfg.Backup.Folder, sqlitePath(a.cfg.DatabaseURL)}}
	all, err := store.Open(ctx, a.cfg.DatabaseURL)
	if err != nil {
		return err
	}
	a.onClose(all.Close)
	source, _ := all.(operator.Database) // every store of store.Open is one
	if a.cfg.wrapStore != nil {
		all = a.cfg.wrapStore(all)
	}
	a.core.store, a.core.finder = access.Store{Store: all}, access.Finder{Store: all}
	a.core.consumerKeys = &consumerkey.Keys{Store: a.core.store, Sealer: ring, Audit: a.core.auditLog(), Clock: a.cfg.Clock}
	a.core.notices = &notice.Board{Store: a.core.store, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log}
	a.core.http = &http.Client{Transport: wire.HTTP1(idleAtOnce, a.cfg.Reach)}
	a.core.settings = a.settings()
	a.core.debug = debuglog.New(a.core.store, a.core.settings.Outdated(setting.Debug), a.cfg.Clock, a.cfg.Log)
	owner := others.Process()
	if err := a.operate(ctx, operator.Config{Source: source, Ring: ring, Name: owner}); err != nil {
		return err
	}
	a.sharing = others.Sharing(a.core.store, owner, !a.cfg.shared || a.cfg.WithoutBudget)
	a.core.traffic = traffic.New(traffic.Config{Store: a.core.store, Outdated: a.core.settings.Noted, Process: owner, Clock: a.cfg.Clock, Log: a.cfg.Log})
	a.core.live = live.New(live.Config{Store: a.core.store, Slots: a.core.traffic.SlotsOf, Clock: a.cfg.Clock, Log: a.cfg.Log})
	a.suite = suitetalk.New(suitetalk.Options{Clock: a.cfg.Clock, Tap: a.core.debug, Traffic: a.operator.Telemetry.Traffic(a.core.traffic), Sharing: a.sharing, Reach: a.cfg.Reach})
	a.core.keeper = standing.New(standing.Config{Connections: a.core.store.Connections, Set: a.core.setStatus, Clock: a.cfg.Clock, Log: a.cfg.Log,
		Test: func(ctx context.Context, id string) error { return a.core.proofs().Quietly(ctx, id) }})
	connectors := connector.New(connector.Options{Clock: a.cfg.Clock, Log: a.cfg.Log, NetSuite: a.suite, Sharing: a.sharing, Reach: a.cfg.Reach, Own: a.core.own.Singly(),
		Connection: a.core.withoutSecrets, Tap: a.core.debug, Traffic: a.operator.Telemetry.Traffic(a.core.traffic), Webhook: webhook.Options{Inbox: a.core.store, FlowID: hook.FlowID(a.core.store)}})
	a.core.connector, a.core.planner = a.operator.Guarded(a.core.keeper.Watch(connectors)), connectors
	a.core.slots, a.core.suite, a.core.url = a.suite.Governor, a.suite, a.URL
	a.core.engine = engine.New(engine.Config{
		Store: a.operator.Telemetry.Store(a.core.store), Connector: a.core.connector, Open: connections{a.core}.forUse,
		Owner: owner, Clock: a.cfg.Clock, Log: a.cfg.Log,
		Sole: a.cfg.sole, Share: a.cfg.shared, Lease: a.cfg.Lease, WithoutLedger: a.cfg.WithoutLedger,
		Tracing: engine.Tracing{Off: a.cfg.Trace.Off, WithTexts: a.cfg.Trace.Texts},
	})
	return nil
}

// withoutSecrets finds a connection whose secrets stay sealed.
func (c *core) withoutSecrets(ctx context.Context, name string) (*sluice.Connection, error) {
	sealed, err := c.store.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	return &sealed.Connection, nil
}

// accounts are the rules round users. While there is none, the link is made that makes the owner.
func (a *App) accounts(ctx context.Context) (*account.People, *account.Login, error) {
	pp, lg := account.New(account.Config{Store: a.core.store, Audit: a.core.auditLog(), URL: a.URL,
		Clock: a.cfg.Clock, Log: a.cfg.Log, Cost: a.cfg.passwordCost, NoPasswords: a.cfg.OIDC.NoPasswords})
	if a.network != nil {
		token, err := lg.OfferOwnerLink(ctx)
		if err != nil {
			return nil, nil, err
		}
		if !token.Empty() {
			a.setupURL = a.URL() + "/setup?token=" + url.QueryEscape(token.Reveal())
		}
	}
	return pp, lg, nil
}

// Run serves requests and works runs until ctx ends. It then claims no more runs,
// lets pages and requests in work finish, and returns.
func (a *App) Run(ctx context.Context) error {
	servers, listeners := a.listeners()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failures := make(chan error, len(servers)+1)
	var working sync.WaitGroup
	for i := range servers {
		working.Go(func() {
			if err := servers[i].Serve(listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				failures <- fmt.Errorf("listener %s: %w", listeners[i].Addr(), err)
				stop()
			}
		})
	}
	working.Go(func() { a.core.debug.Run(ctx) })
	working.Go(func() { a.core.traffic.Run(ctx) })
	working.Go(func() { a.core.live.Run(ctx) })
	working.Go(func() { others.Listen(ctx, a.core.store, a.sharing, a.core.engine.Heard, a.cfg.Log) })
	if !a.cfg.Idle {
		working.Go(func() { a.core.keeper.Run(ctx) })
		working.Go(func() { a.core.house().Keep(ctx) })
		working.Go(func() { a.core.errorCare().Run(ctx) })
		working.Go(func() { a.traces().Run(ctx) })
		working.Go(func() { a.office().Run(ctx) })
		working.Go(func() { a.scheduler().Run(ctx) })
		working.Go(func() { a.operator.Run(ctx) })
		working.Go(func() {
			if err := a.core.engine.Run(ctx); err != nil {
				failures <- fmt.Errorf("engine: %w", err)
				stop()
			}
		})
	}
	select {
	case <-ctx.Done():
	case <-a.operator.Restores.Begun():
		stop()
	}
	a.core.stopping.Store(true)
	a.operator.Drain()
	a.shutdown(servers)
	working.Wait()
	close(failures)
	return <-failures
}

// scheduler makes the runs that are due.
func (a *App) scheduler() *schedule.Scheduler {
	return schedule.New(schedule.Config{Store: a.core.store, Clock: a.cfg.Clock, Log: a.cfg.Log, Wake: a.core.engine.Wake})
}

func (a *App) serve(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10}
}

func (a *App) shutdown(servers []*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			a.cfg.Log.Warn("requests cut off", "error", err)
			_ = s.Close() // nothing is left to lose
		}
	}
}

// Close frees the data folder and the store. Call it after Run has returned; it
// may be called twice.
func (a *App) Close() error {
	a.closed.Do(func() {
		for i := len(a.closers) - 1; i >= 0; i-- {
			a.closeErr = errors.Join(a.closeErr, a.closers[i]())
		}
	})
	return a.closeErr
}
