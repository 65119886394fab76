// Package run holds the rules round runs and the records that did not get through.
package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/engine"
)

// Runs holds the rules round runs and record errors.
type Runs struct {
	Store     sluice.Store
	Engine    *engine.Engine
	Accepting func() error // refuses new work while the server stops
	Audit     *audit.Log
	Clock     func() time.Time
}

// StartRun starts a flow.
func (r *Runs) StartRun(ctx context.Context, by api.Actor, name string) (*sluice.Run, error) {
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
func (r *Runs) ListRuns(ctx context.Context, q api.RunQuery) ([]*sluice.Run, error) {
	f := sluice.RunFilter{States: q.States, Before: q.Before, Limit: q.Limit}
	if err := checkRunStates(q.States); err != nil {
		return nil, err
	}
	var err error
	if f.FlowID, err = r.flowID(ctx, q.Flow); err != nil {
		return nil, err
	}
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
func (r *Runs) CancelRun(ctx context.Context, by api.Actor, id int64) (*sluice.Run, error) {
	if err := r.Engine.Cancel(ctx, id); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "cancel", "run", fmt.Sprint(id), "")
	return r.Store.Run(ctx, id)
}

// ResumeRun lets a failed or cancelled run go on.
func (r *Runs) ResumeRun(ctx context.Context, by api.Actor, id int64) (*sluice.Run, error) {
	if err := r.Accepting(); err != nil {
		return nil, err
	}
	if err := r.Engine.Resume(ctx, id); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "resume", "run", fmt.Sprint(id), "")
	return r.Store.Run(ctx, id)
}

// ListErrors returns record errors, newest first.
func (r *Runs) ListErrors(ctx context.Context, q api.ErrorQuery) ([]*sluice.RecordError, error) {
	flowID, err := r.flowID(ctx, q.Flow)
	if err != nil {
		return nil, err
	}
	return r.Store.RecordErrors(ctx, sluice.ErrorFilter{FlowID: flowID, RunID: q.Run, State: q.State, Before: q.Before, Limit: q.Limit})
}

// RecordError returns a record error.
func (r *Runs) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	return r.Store.RecordError(ctx, id)
}

// EditError changes the record that a retry will send.
func (r *Runs) EditError(ctx context.Context, by api.Actor, id int64, record sluice.Record) (*sluice.RecordError, error) {
	if err := r.Store.EditRecordError(ctx, id, record); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "edit", "error", fmt.Sprint(id), "")
	return r.Store.RecordError(ctx, id)
}

// RetryErrors starts runs that try records again.
func (r *Runs) RetryErrors(ctx context.Context, by api.Actor, ids []int64) ([]*sluice.Run, error) {
	if err := r.Accepting(); err != nil {
		return nil, err
	}
	started, err := r.Engine.RetryErrors(ctx, distinct(ids), by.Name)
	if err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "retry", "error", numberList(ids), "")
	return started, nil
}

// SetErrorState resolves open errors or reopens resolved ones; others are
// refused, all of them at once.
func (r *Runs) SetErrorState(ctx context.Context, by api.Actor, ids []int64, state sluice.ErrorState) error {
	ids = distinct(ids)
	from, action := sluice.ErrorOpen, "resolve"
	if state == sluice.ErrorOpen {
		from, action = sluice.ErrorResolved, "reopen"
	}
	var problems []sluice.Problem
	for _, id := range ids {
		e, err := r.Store.RecordError(ctx, id)
		if err != nil {
			return err
		}
		if e.State != from {
			problems = append(problems, sluice.Problem{Code: "error.state", Path: fmt.Sprint(id), Message: fmt.Sprintf("the error is %s, not %s", e.State, from)})
		}
	}
	if err := sluice.Problems("error.state", "nothing was changed", problems); err != nil {
		return err
	}
	if err := r.Store.SetErrorState(ctx, ids, state, by.Name, r.Clock().UTC()); err != nil {
		return err
	}
	r.Audit.Note(ctx, by, action, "error", numberList(ids), "")
	return nil
}

func distinct(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// numberList writes numbers for the audit log, not all of very many.
func numberList(ids []int64) string {
	const most = 20
	var parts []string
	for _, id := range ids[:min(len(ids), most)] {
		parts = append(parts, fmt.Sprint(id))
	}
	list := strings.Join(parts, ", ")
	if len(ids) > most {
		list += fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return list
}
