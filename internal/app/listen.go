package app

import (
	"context"
	"net"
	"os"
	"path/filepath"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/attention"
	"github.com/sluicehq/sluice/internal/app/debuglog"
	"github.com/sluicehq/sluice/internal/app/evaluation"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/integration"
	"github.com/sluicehq/sluice/internal/app/metadata"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/internal/app/run"
	"github.com/sluicehq/sluice/internal/app/socket"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/app/sunset"
	"github.com/sluicehq/sluice/internal/app/timing"
)

func (a *App) listen() error {
	var err error
	if a.socket, err = socket.Listen(a.cfg.DataDir); err != nil {
		return err
	}
	a.onClose(func() error {
		_ = a.socket.Close() // closed by Run already when that was called
		return os.Remove(filepath.Join(a.cfg.DataDir, socket.File))
	})
	if err := a.listenForMetrics(); err != nil {
		return err
	}
	if a.cfg.Listen == "" {
		return nil
	}
	if a.network, err = a.cfg.Serving.Listen(a.cfg.Listen, a.cfg.Log); err != nil {
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
	pp, lg, err := a.accounts(ctx)
	if err != nil {
		return api.Services{}, err
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
		Doctor:         a.core.examinations(),
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
		Attention:      attention.New(a.core.store, a.cfg.Clock),
		Traces:         a.traces(),
		Channels:       a.channels(),
		Backups:        a.operator.Backups,
		Keys:           a.operator.Keys,
		Metrics:        a.operator.Telemetry.Metrics.Handler(),
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
