package api

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/history"
)

// RunQuery selects runs, newest first.
type RunQuery struct {
	history.Selection
	Before int64 `query:"before" doc:"Runs with smaller numbers only"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *API) startRun(ctx context.Context, in *NamePath) (*reply[*sluice.Run], error) {
	return answer(a.services.Runs.StartRun(ctx, actorOf(ctx), in.Name))
}

func (a *API) listRuns(ctx context.Context, in *RunQuery) (*reply[List[*sluice.Run]], error) {
	runs, err := a.services.Runs.ListRuns(ctx, *in)
	return paged(runs, err, in.Limit, func(r *sluice.Run) int64 { return r.ID })
}

func (a *API) getRun(ctx context.Context, in *NumberPath) (*reply[*sluice.Run], error) {
	return answer(a.services.Runs.Run(ctx, in.ID))
}

func (a *API) cancelRun(ctx context.Context, in *NumberPath) (*reply[*sluice.Run], error) {
	return answer(a.services.Runs.CancelRun(ctx, actorOf(ctx), in.ID))
}

func (a *API) resumeRun(ctx context.Context, in *NumberPath) (*reply[*sluice.Run], error) {
	return answer(a.services.Runs.ResumeRun(ctx, actorOf(ctx), in.ID))
}
