package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// Timings are the rules round watermarks and schedules of flows.
type Timings interface {
	// Watermarks are of an export, which may be left out where the flow has one with delta.
	Watermark(ctx context.Context, flow, export string) (*sluice.WatermarkView, error)
	SetWatermark(ctx context.Context, by Actor, flow, export string, at time.Time) (*sluice.WatermarkView, error)
	ResetWatermark(ctx context.Context, by Actor, flow, export string) error
	Schedule(ctx context.Context, flow string) (*sluice.FlowSchedule, error)
	NextTimes(ctx context.Context, flow string, n int, after time.Time) ([]time.Time, error) // the zero time means now
	PauseSchedule(ctx context.Context, by Actor, flow string, paused bool) (*sluice.FlowSchedule, error)
}

func (a *API) timingRoutes() []route {
	const t, view, edit, run, root = tagFlows, sluice.PermView, sluice.PermEditFlows, sluice.PermRun, "/api/v1/flows/{name}"
	return []route{
		{"GET", root + "/watermark", view, false, "getWatermark", t, "How far the flow's delta export has got", operation(a.watermark)},
		{"PUT", root + "/watermark", edit, false, "setWatermark", t, "Let the next run begin at a time", operation(a.setWatermark)},
		{"DELETE", root + "/watermark", edit, false, "resetWatermark", t, "Let the next run begin at the start", operation(a.resetWatermark)},
		{"GET", root + "/schedule", view, false, "getSchedule", t, "The flow's schedule and when it comes due", operation(ofFlow(a, Timings.Schedule))},
		{"GET", root + "/schedule/next", view, false, "nextTimes", t, "The next times at which the flow comes due", operation(a.nextTimes)},
		{"POST", root + "/schedule/pause", run, false, "pauseSchedule", t, "Let the flow not come due for now", operation(a.pausing(true))},
		{"POST", root + "/schedule/resume", run, false, "resumeSchedule", t, "Let the flow come due again", operation(a.pausing(false))},
	}
}

// WatermarkInput is where a watermark is set to.
type WatermarkInput struct {
	At time.Time `json:"at" doc:"By the source's clock"`
}

// ExportPath names one of a flow's exports.
type ExportPath struct {
	NamePath
	Export string `query:"export" doc:"The export's name, where several of the flow's exports have delta"`
}

func (a *API) watermark(ctx context.Context, in *ExportPath) (*reply[*sluice.WatermarkView], error) {
	return answer(a.services.Timings.Watermark(ctx, in.Name, in.Export))
}

func (a *API) setWatermark(ctx context.Context, in *struct {
	ExportPath
	Body WatermarkInput
}) (*reply[*sluice.WatermarkView], error) {
	return answer(a.services.Timings.SetWatermark(ctx, actorOf(ctx), in.Name, in.Export, in.Body.At))
}

func (a *API) resetWatermark(ctx context.Context, in *ExportPath) (*nothing, error) {
	return done(a.services.Timings.ResetWatermark(ctx, actorOf(ctx), in.Name, in.Export))
}

// ofFlow makes an operation of a question about one flow.
func ofFlow[T any](a *API, ask func(Timings, context.Context, string) (T, error)) func(context.Context, *NamePath) (*reply[T], error) {
	return func(ctx context.Context, in *NamePath) (*reply[T], error) {
		return answer(ask(a.services.Timings, ctx, in.Name))
	}
}

func (a *API) nextTimes(ctx context.Context, in *struct {
	NamePath
	N  int       `query:"n" minimum:"1" maximum:"100" default:"5" doc:"How many"`
	At time.Time `query:"at" doc:"After this time; now when left out"`
}) (*reply[List[time.Time]], error) {
	return listing(a.services.Timings.NextTimes(ctx, in.Name, in.N, in.At))
}

func (a *API) pausing(paused bool) func(context.Context, *NamePath) (*reply[*sluice.FlowSchedule], error) {
	return ofFlow(a, func(t Timings, ctx context.Context, name string) (*sluice.FlowSchedule, error) {
		return t.PauseSchedule(ctx, actorOf(ctx), name, paused)
	})
}
