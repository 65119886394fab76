package app

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/code"
	"github.com/sluicehq/sluice/internal/app/dryrun"
	"github.com/sluicehq/sluice/internal/app/flowcase"
)

// cases returns the rules round the tests that are kept with flows.
func (f flows) cases() *flowcase.Cases {
	return &flowcase.Cases{Store: f.store, Audit: f.auditLog(), Clock: f.clock, Draft: func(ctx context.Context, text string) (*sluice.Flow, error) { return f.toPreview(ctx, "", text) }}
}

// code returns the rules round flows as code.
func (f flows) code() *code.Code {
	return &code.Code{Store: f.store, Audit: f.auditLog(), Put: f.PutFlow, Enable: f.SetFlowEnabled, May: f.store.Holds,
		Draft: func(ctx context.Context, text string) (*sluice.Flow, error) { return f.toPreview(ctx, "", text) },
		Dry:   &dryrun.Runner{Connector: f.connector, Planner: f.planner, Open: connections(f).forUse, Past: f.store, Clock: f.clock, Log: f.log}}
}
