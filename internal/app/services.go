package app

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/attention"
	"github.com/sluicehq/sluice/internal/app/debuglog"
	"github.com/sluicehq/sluice/internal/app/evaluation"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/integration"
	"github.com/sluicehq/sluice/internal/app/metadata"
	"github.com/sluicehq/sluice/internal/app/record"
	"github.com/sluicehq/sluice/internal/app/run"
	"github.com/sluicehq/sluice/internal/app/search"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/app/sunset"
	"github.com/sluicehq/sluice/internal/app/timing"
)

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
	s := api.Services{
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
		Live:           a.core.live,
		Traffic:        a.core.traffic,
		Errors:         a.core.errors(),
		ErrorCounts:    a.core.errors(),
		Attention:      attention.New(a.core.store, a.cfg.Clock),
		Traces:         a.traces(),
		Channels:       a.channels(),
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
	}
	a.operating(&s)
	return s, nil
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
