package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// Timings are the rules round watermarks and schedules of flows.
type Timings interface {
	Watermark(ctx context.Context, flow string) (*WatermarkView, error)
	SetWatermark(ctx context.Context, by Actor, flow string, at time.Time) (*WatermarkView, error)
	ResetWatermark(ctx context.Context, by Actor, flow string) error
	Schedule(ctx context.Context, flow string) (*sluice.FlowSchedule, error)
	// NextTimes returns the next n times after a time; the zero time means now.
	NextTimes(ctx context.Context, flow string, n int, after time.Time) ([]time.Time, error)
	PauseSchedule(ctx context.Context, by Actor, flow string, paused bool) (*sluice.FlowSchedule, error)
}

// WatermarkView is how far a flow's delta export has got.
type WatermarkView struct {
	Flow   string    `json:"flow"`
	Export string    `json:"export"`
	At     time.Time `json:"at,omitzero" doc:"What changed before was delivered; absent before the first run"`
	// Valid is false for a watermark of an export that read something else.
	Valid     bool      `json:"valid" doc:"False when there is none, or the flow reads something else since: the next run begins at the start"`
	From      time.Time `json:"from,omitzero" doc:"Where the next run begins: the watermark less the overlap"`
	RunID     int64     `json:"run_id,omitempty" doc:"The run that moved it"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	UpdatedBy string    `json:"updated_by,omitempty"`
}

func (a *API) timingRoutes() []route {
	const t, view, edit, run, root = tagFlows, sluice.PermView, sluice.PermEditFlows, sluice.PermRun, "/api/v1/flows/{name}"
	return []route{
		{"GET", root + "/watermark", view, false, "getWatermark", t, "How far the flow's delta export has got", operation(a.getWatermark)},
		{"PUT", root + "/watermark", edit, false, "setWatermark", t, "Let the next run begin at a time", operation(a.setWatermark)},
		{"DELETE", root + "/watermark", edit, false, "resetWatermark", t, "Let the next run begin at the start", operation(a.resetWatermark)},
		{"GET", root + "/schedule", view, false, "getSchedule", t, "The flow's schedule and when it comes due", operation(a.getSchedule)},
		{"GET", root + "/schedule/next", view, false, "nextTimes", t, "The next times at which the flow comes due", operation(a.nextTimes)},
		{"POST", root + "/schedule/pause", run, false, "pauseSchedule", t, "Let the flow not come due for now", operation(a.pauseSchedule)},
		{"POST", root + "/schedule/resume", run, false, "resumeSchedule", t, "Let the flow come due again", operation(a.resumeSchedule)},
	}
}

func (a *API) getWatermark(ctx context.Context, in *NamePath) (*reply[*WatermarkView], error) {
	return answer(a.services.Timings.Watermark(ctx, in.Name))
}

// WatermarkInput is where a watermark is set to.
type WatermarkInput struct {
	At time.Time `json:"at" doc:"By the source's clock"`
}

type watermarkPut struct {
	NamePath
	Body WatermarkInput
}

func (a *API) setWatermark(ctx context.Context, in *watermarkPut) (*reply[*WatermarkView], error) {
	return answer(a.services.Timings.SetWatermark(ctx, actorOf(ctx), in.Name, in.Body.At))
}

func (a *API) resetWatermark(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.Timings.ResetWatermark(ctx, actorOf(ctx), in.Name))
}

func (a *API) getSchedule(ctx context.Context, in *NamePath) (*reply[*sluice.FlowSchedule], error) {
	return answer(a.services.Timings.Schedule(ctx, in.Name))
}

// NextTimesQuery asks for due times.
type NextTimesQuery struct {
	NamePath
	N  int       `query:"n" minimum:"1" maximum:"100" default:"5" doc:"How many"`
	At time.Time `query:"at" doc:"After this time; now when left out"`
}

func (a *API) nextTimes(ctx context.Context, in *NextTimesQuery) (*reply[List[time.Time]], error) {
	return listing(a.services.Timings.NextTimes(ctx, in.Name, in.N, in.At))
}

func (a *API) pauseSchedule(ctx context.Context, in *NamePath) (*reply[*sluice.FlowSchedule], error) {
	return answer(a.services.Timings.PauseSchedule(ctx, actorOf(ctx), in.Name, true))
}

func (a *API) resumeSchedule(ctx context.Context, in *NamePath) (*reply[*sluice.FlowSchedule], error) {
	return answer(a.services.Timings.PauseSchedule(ctx, actorOf(ctx), in.Name, false))
}
