// Package run holds the rules round runs.
package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	api "github.com/sluicehq/sluice/internal/api/run"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/engine"
)

// Runs holds the rules round runs.
type Runs struct {
	Store     sluice.Store
	Engine    *engine.Engine
	Accepting func() error // refuses new work while the server stops
	Audit     *audit.Log
	Clock     func() time.Time
}

// StartRun starts a flow.
func (r *Runs) StartRun(ctx context.Context, by endpoint.Actor, name string) (*sluice.Run, error) {
	if err := r.Accepting(); err != nil {
		return nil, err
	}
	flow, err := r.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	run, err := r.Engine.StartRun(ctx, flow, by.Name)
	if err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "start", "run", fmt.Sprint(run.ID), flow.Flow.Name)
	return run, nil
}

// ListRuns returns runs, newest first.
func (r *Runs) ListRuns(ctx context.Context, q api.Query) ([]*sluice.Run, error) {
	f, err := r.filter(ctx, q.Selection)
	if err != nil {
		return nil, err
	}
	f.Before, f.Limit = q.Before, q.Limit
	return r.Store.Runs(ctx, f)
}

func checkRunStates(states []sluice.RunState) error {
	known := []sluice.RunState{sluice.RunQueued, sluice.RunRunning, sluice.RunCompleted, sluice.RunFailed, sluice.RunCancelled}
	var problems []sluice.Problem
	for _, s := range states {
		if !slices.Contains(known, s) {
			problems = append(problems, sluice.Problem{Code: "run.unknown_state", Path: "state", Message: fmt.Sprintf("there is no run state %q", s),
				Remedy: "Use queued, running, completed, failed or cancelled"})
		}
	}
	return sluice.Problems(sluice.CodeInvalid, "runs cannot be selected so", problems)
}

// flowID returns the ID of a flow that is given by name or ID; "" stays "".
func (r *Runs) flowID(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	flow, err := r.Store.Flow(ctx, name)
	if err != nil {
		return "", err
	}
	return flow.FlowID, nil
}

// Run returns a run.
func (r *Runs) Run(ctx context.Context, id int64) (*sluice.Run, error) {
	return r.Store.Run(ctx, id)
}

// CancelRun asks a run to stop.
func (r *Runs) CancelRun(ctx context.Context, by endpoint.Actor, id int64) (*sluice.Run, error) {
	if err := r.Engine.Cancel(ctx, id); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "cancel", "run", fmt.Sprint(id), "")
	return r.Store.Run(ctx, id)
}

// ResumeRun lets a failed or cancelled run go on.
func (r *Runs) ResumeRun(ctx context.Context, by endpoint.Actor, id int64) (*sluice.Run, error) {
	if err := r.Accepting(); err != nil {
		return nil, err
	}
	if err := r.Engine.Resume(ctx, id); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "resume", "run", fmt.Sprint(id), "")
	return r.Store.Run(ctx, id)
}
