package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/app/debuglog"
	"github.com/sluicehq/sluice/internal/app/evaluation"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/integration"
	"github.com/sluicehq/sluice/internal/app/metadata"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/internal/app/run"
	"github.com/sluicehq/sluice/internal/app/search"
	"github.com/sluicehq/sluice/internal/app/socket"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/app/sunset"
	"github.com/sluicehq/sluice/internal/app/timing"
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

// idleAtOnce is how many connections beside those of flows wait for another request.
const idleAtOnce = 4

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
	operated operated
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
	a.core.keys, a.operated.ring = ring, ring
	all, err := store.Open(ctx, a.cfg.DatabaseURL)
	if err != nil {
		return err
	}
	a.onClose(all.Close)
	a.operated.source, _ = all.(database) // every store of store.Open is one
	if a.cfg.wrapStore != nil {
		all = a.cfg.wrapStore(all)
	}
	a.core.store, a.core.finder = access.Store{Store: all}, access.Finder{Store: all}
	a.core.consumerKeys = &consumerkey.Keys{Store: a.core.store, Sealer: ring, Audit: a.core.auditLog(), Clock: a.cfg.Clock}
	a.core.notices = &notice.Board{Store: a.core.store, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log}
	a.core.http = &http.Client{Transport: wire.HTTP1(idleAtOnce, a.cfg.Reach)}
	a.core.debug = debuglog.New(a.core.store, a.cfg.Clock, a.cfg.Log)
	owner := ownerName()
	a.operate(owner)
	a.sharing = a.newSharing(owner)
	a.core.watchTraffic(owner)
	a.suite = suitetalk.New(suitetalk.Options{Clock: a.cfg.Clock, Tap: a.core.debug, Traffic: a.core.traffic, Sharing: a.sharing, Reach: a.cfg.Reach})
	a.core.keeper = standing.New(standing.Config{Connections: a.core.store.Connections, Set: a.core.setStatus, Clock: a.cfg.Clock, Log: a.cfg.Log,
		Test: func(ctx context.Context, id string) error { return a.core.proofs().Quietly(ctx, id) }})
	connectors := connector.New(connector.Options{Clock: a.cfg.Clock, Log: a.cfg.Log, NetSuite: a.suite, Sharing: a.sharing, Reach: a.cfg.Reach,
		Connection: a.core.withoutSecrets, Tap: a.core.debug, Traffic: a.core.traffic, Webhook: webhook.Options{Inbox: a.core.store, FlowID: hook.FlowID(a.core.store)}})
	a.core.connector, a.core.planner = a.guarded(a.core.keeper.Watch(connectors)), connectors
	a.core.slots, a.core.suite, a.core.url = a.suite.Governor, a.suite, a.URL
	a.core.engine = engine.New(engine.Config{
		Store: a.core.store, Connector: a.core.connector, Open: connections{a.core}.forUse,
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

// ownerName names this process among all that work runs.
func ownerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:6])
}

func (a *App) listen() error {
	var err error
	if a.socket, err = socket.Listen(a.cfg.DataDir); err != nil {
		return err
	}
	a.onClose(func() error {
		_ = a.socket.Close() // closed by Run already when that was called
		return os.Remove(filepath.Join(a.cfg.DataDir, socket.File))
	})
	if a.cfg.Listen == "" {
		return nil
	}
	if a.network, err = net.Listen("tcp", a.cfg.Listen); err != nil {
		return sluice.Errorf(codeListen, "cannot listen on %s: %w", a.cfg.Listen, err).Fix("Choose another address with --listen")
	}
	a.onClose(func() error { _ = a.network.Close(); return nil })
	return nil
}

// DialSocket connects to the server that has the data folder.
func DialSocket(ctx context.Context, dir string) (net.Conn, error) { return socket.Dial(ctx, dir) }

// AddressTaken reports whether New failed because Config.Listen was not to be had.
func AddressTaken(err error) bool { return sluice.ErrorCode(err) == codeListen }

// codeListen is the code of an address that cannot be listened on.
const codeListen = "server.listen"

// services builds the rules of all nouns on the core.
func (a *App) services(ctx context.Context) (api.Services, error) {
	conns, fl := connections{a.core}, flows{a.core}
	pp, lg := account.New(account.Config{Store: a.core.store, Audit: a.core.auditLog(), URL: a.URL,
		Clock: a.cfg.Clock, Log: a.cfg.Log, Cost: a.cfg.passwordCost, NoPasswords: a.cfg.OIDC.NoPasswords})
	if a.network != nil {
		token, err := lg.OfferOwnerLink(ctx)
		if err != nil {
			return api.Services{}, err
		}
		if !token.Empty() {
			a.setupURL = a.URL() + "/setup?token=" + url.QueryEscape(token.Reveal())
		}
	}
	cr := a.core.credentials()
	rn := &run.Runs{Store: a.core.store, Engine: a.core.engine, Accepting: a.core.accepting, Audit: a.core.auditLog(), Clock: a.cfg.Clock}
	a.core.people = pp
	return api.Services{
		Connections:    standing.Looked{Connections: conns, Keeper: a.core.keeper},
		ConnectionUses: uses{core: a.core, connections: conns, flows: fl},
		Sunsets:        &sunset.Sunsets{Store: a.core.store, Clock: a.cfg.Clock},
		Trash:          trash{conns},
		ConsumerKeys:   a.core.consumerKeys,
		Integrations:   a.core.integrations(),
		Notices:        a.core.notices,
		Doctor:         doctors{core: a.core, connections: conns},
		Proofs:         a.core.proofs(),
		DebugLogs:      &debuglog.Rules{Log: a.core.debug, Connection: conns.Connection, Audit: a.core.audit},
		Logins:         cr,
		Authorizations: cr,
		OAuth2:         cr,
		Roles:          cr,
		Flows:          fl,
		Hooks:          a.core.hooks(conns.forUse),
		Previews:       fl,
		Plans:          plans{core: a.core, connections: conns, flows: fl},
		Code:           fl.code(),
		Timings:        a.core.timing(),
		Due:            a.core.timing(),
		Tests:          fl.cases(),
		Runs:           rn,
		History:        rn,
		Live:           a.core.live,
		Traffic:        a.core.traffic,
		Errors:         a.core.errors(),
		ErrorCounts:    a.core.errors(),
		Attention:      a.core.attention(),
		Traces:         a.traces(),
		Channels:       a.channels(),
		Backups:        a.operated.backups,
		Keys:           a.operated.keys,
		Records:        record.Records{Open: conns.forUse, Audit: a.core.auditLog(), Client: a.suite.Client},
		Users:          pp,
		Members:        pp,
		Sessions:       pp,
		Metadata:       metadata.New(conns.forUse, a.suite, a.core.debug, a.cfg.Clock),
		Evaluations:    evaluation.New(),
		Tokens:         pp,
		Audit:          pp,
		Login:          lg,
		Links:          pp,
		Access:         a.core.finder,
		SignIn:         a.signIn(),
		Status:         status{a.core},
		Search:         &search.Search{Store: a.core.store},
	}, nil
}

func (a *App) signIn() *oidc.Rules {
	return oidc.New(oidc.Options{Config: a.cfg.OIDC, Store: a.core.store, Keys: a.core.keys, URL: a.URL, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
}

func (c *core) timing() *timing.Timing {
	return &timing.Timing{Store: c.store, Audit: c.auditLog(), Clock: c.clock, Log: c.log}
}

func (c *core) hooks(open func(context.Context, string) (*sluice.Connection, error)) *hook.Hooks {
	return hook.New(hook.Config{Store: c.store, Open: open, Accepting: c.accepting, Wake: c.engine.Wake, URL: c.url,
		Notices: c.notices, Audit: c.auditLog(), Clock: c.clock, Log: c.log})
}

func (c *core) integrations() *integration.Integrations {
	return &integration.Integrations{Store: c.store, Uses: fit.Names, Named: c.people.Rename, Audit: c.auditLog(), Clock: c.clock}
}

// Addr returns the address that the server listens on, nil without one.
func (a *App) Addr() net.Addr {
	if a.network == nil {
		return nil
	}
	return a.network.Addr()
}

// URL returns the address for people: Config.PublicURL, else http://localhost:PORT.
func (a *App) URL() string {
	if a.cfg.PublicURL != "" {
		return strings.TrimSuffix(a.cfg.PublicURL, "/")
	}
	if a.network == nil {
		return ""
	}
	_, port, _ := net.SplitHostPort(a.network.Addr().String())
	return "http://localhost:" + port
}

// SetupURL returns the one-time link that makes the owner, while there is no
// user; empty otherwise. It is known here alone: the store has its hash.
func (a *App) SetupURL() string { return a.setupURL }

// Run serves requests and works runs until ctx ends. It then claims no more runs,
// lets pages and requests in work finish, and returns.
func (a *App) Run(ctx context.Context) error {
	servers := []*http.Server{a.serve(a.api.LocalHandler())}
	listeners := []net.Listener{a.socket}
	if a.network != nil {
		servers, listeners = append(servers, a.serve(a.api.Handler())), append(listeners, a.network)
	}
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
	working.Go(func() { a.listenToOthers(ctx) })
	if !a.cfg.Idle {
		working.Go(func() { a.core.keeper.Run(ctx) })
		working.Go(func() { a.core.keepHouse(ctx) })
		working.Go(func() { a.core.errorCare().Run(ctx) })
		working.Go(func() { a.traces().Run(ctx) })
		working.Go(func() { a.office().Run(ctx) })
		working.Go(func() { a.scheduler().Run(ctx) })
		working.Go(func() { a.operated.backups.Run(ctx) })
		working.Go(func() { a.operated.keys.Run(ctx) })
		working.Go(func() {
			if err := a.core.engine.Run(ctx); err != nil {
				failures <- fmt.Errorf("engine: %w", err)
				stop()
			}
		})
	}
	<-ctx.Done()
	a.core.stopping.Store(true)
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
