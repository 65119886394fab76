// Package run has the routes round runs: to start, stop and resume them, their list, and
// how they went over time.
package run

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round runs.
type Rules interface {
	StartRun(ctx context.Context, by endpoint.Actor, flow string) (*sluice.Run, error)
	ListRuns(ctx context.Context, q Query) ([]*sluice.Run, error)
	Run(ctx context.Context, id int64) (*sluice.Run, error)
	CancelRun(ctx context.Context, by endpoint.Actor, id int64) (*sluice.Run, error)
	ResumeRun(ctx context.Context, by endpoint.Actor, id int64) (*sluice.Run, error)
	// RunHistory adds up the runs that the query selects, in spans of equal length.
	RunHistory(ctx context.Context, q HistoryQuery) (*History, error)
}

// Query selects runs, newest first.
type Query struct {
	Selection
	Before int64 `query:"before" doc:"Runs with smaller numbers only"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const view, control = sluice.PermView, sluice.PermRun
	h, t := handlers{rules}, endpoint.Table{Tag: tag}
	t.Add("POST", "/api/v1/flows/{name}/run", control, "startRun", "Start a run", endpoint.Of(h.start))
	t.Add("GET", "/api/v1/runs", view, "listRuns", "List runs, newest first", endpoint.Of(h.list))
	t.Add("GET", "/api/v1/runs/{id}", view, "getRun", "Show a run", endpoint.Of(h.get))
	t.Add("POST", "/api/v1/runs/{id}/cancel", control, "cancelRun", "Ask a run to stop", endpoint.Of(h.cancel))
	t.Add("POST", "/api/v1/runs/{id}/resume", control, "resumeRun", "Let a failed or cancelled run go on", endpoint.Of(h.resume))
	t.Add("GET", "/api/v1/run-history", view, "runHistory", "How runs went over time: runs by outcome, records done and errors", endpoint.Of(h.history))
	return t.Rows
}

type handlers struct{ Rules }

func (h handlers) start(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*sluice.Run], error) {
	return endpoint.Answer(h.StartRun(ctx, endpoint.ActorOf(ctx), in.Name))
}

func (h handlers) list(ctx context.Context, in *Query) (*endpoint.Reply[endpoint.List[*sluice.Run]], error) {
	runs, err := h.ListRuns(ctx, *in)
	return endpoint.Paged(runs, err, in.Limit, func(r *sluice.Run) int64 { return r.ID })
}

func (h handlers) get(ctx context.Context, in *endpoint.NumberPath) (*endpoint.Reply[*sluice.Run], error) {
	return endpoint.Answer(h.Run(ctx, in.ID))
}

func (h handlers) cancel(ctx context.Context, in *endpoint.NumberPath) (*endpoint.Reply[*sluice.Run], error) {
	return endpoint.Answer(h.CancelRun(ctx, endpoint.ActorOf(ctx), in.ID))
}

func (h handlers) resume(ctx context.Context, in *endpoint.NumberPath) (*endpoint.Reply[*sluice.Run], error) {
	return endpoint.Answer(h.ResumeRun(ctx, endpoint.ActorOf(ctx), in.ID))
}

func (h handlers) history(ctx context.Context, in *HistoryQuery) (*endpoint.Reply[*History], error) {
	return endpoint.Answer(h.RunHistory(ctx, *in))
}
