package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// runs holds the rules round runs.
type runs struct{ *core }

func (r runs) StartRun(ctx context.Context, by api.Actor, name string) (*sluice.Run, error) {
	if err := r.accepting(); err != nil {
		return nil, err
	}
	flow, err := r.store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	run, err := r.engine.StartRun(ctx, flow, by.Name)
	if err != nil {
		return nil, err
	}
	r.audit(ctx, by, "start", "run", fmt.Sprint(run.ID), flow.Flow.Name)
	return run, nil
}

func (r runs) ListRuns(ctx context.Context, q api.RunQuery) ([]*sluice.Run, error) {
	f := sluice.RunFilter{States: q.States, Before: q.Before, Limit: q.Limit}
	if err := checkRunStates(q.States); err != nil {
		return nil, err
	}
	var err error
	if f.FlowID, err = r.flowID(ctx, q.Flow); err != nil {
		return nil, err
	}
	return r.store.Runs(ctx, f)
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
func (c *core) flowID(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	flow, err := c.store.Flow(ctx, name)
	if err != nil {
		return "", err
	}
	return flow.FlowID, nil
}

func (r runs) Run(ctx context.Context, id int64) (*sluice.Run, error) {
	return r.store.Run(ctx, id)
}

func (r runs) CancelRun(ctx context.Context, by api.Actor, id int64) (*sluice.Run, error) {
	if err := r.engine.Cancel(ctx, id); err != nil {
		return nil, err
	}
	r.audit(ctx, by, "cancel", "run", fmt.Sprint(id), "")
	return r.store.Run(ctx, id)
}

func (r runs) ResumeRun(ctx context.Context, by api.Actor, id int64) (*sluice.Run, error) {
	if err := r.accepting(); err != nil {
		return nil, err
	}
	if err := r.engine.Resume(ctx, id); err != nil {
		return nil, err
	}
	r.audit(ctx, by, "resume", "run", fmt.Sprint(id), "")
	return r.store.Run(ctx, id)
}

// recordErrors holds the rules round records that did not get through.
type recordErrors struct{ *core }

func (r recordErrors) ListErrors(ctx context.Context, q api.ErrorQuery) ([]*sluice.RecordError, error) {
	flowID, err := r.flowID(ctx, q.Flow)
	if err != nil {
		return nil, err
	}
	return r.store.RecordErrors(ctx, sluice.ErrorFilter{FlowID: flowID, RunID: q.Run, State: q.State, Before: q.Before, Limit: q.Limit})
}

func (r recordErrors) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	return r.store.RecordError(ctx, id)
}

func (r recordErrors) EditError(ctx context.Context, by api.Actor, id int64, record sluice.Record) (*sluice.RecordError, error) {
	if err := r.store.EditRecordError(ctx, id, record); err != nil {
		return nil, err
	}
	r.audit(ctx, by, "edit", "error", fmt.Sprint(id), "")
	return r.store.RecordError(ctx, id)
}

func (r recordErrors) RetryErrors(ctx context.Context, by api.Actor, ids []int64) ([]*sluice.Run, error) {
	if err := r.accepting(); err != nil {
		return nil, err
	}
	started, err := r.engine.RetryErrors(ctx, distinct(ids), by.Name)
	if err != nil {
		return nil, err
	}
	r.audit(ctx, by, "retry", "error", numberList(ids), "")
	return started, nil
}

// SetErrorState resolves open errors or reopens resolved ones; others are
// refused, all of them at once.
func (r recordErrors) SetErrorState(ctx context.Context, by api.Actor, ids []int64, state sluice.ErrorState) error {
	ids = distinct(ids)
	from, action := sluice.ErrorOpen, "resolve"
	if state == sluice.ErrorOpen {
		from, action = sluice.ErrorResolved, "reopen"
	}
	var problems []sluice.Problem
	for _, id := range ids {
		e, err := r.store.RecordError(ctx, id)
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
	if err := r.store.SetErrorState(ctx, ids, state, by.Name, r.clock().UTC()); err != nil {
		return err
	}
	r.audit(ctx, by, action, "error", numberList(ids), "")
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
