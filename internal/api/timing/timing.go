// Package timing has the routes round watermarks and schedules of flows.
package timing

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round watermarks and schedules of flows.
type Rules interface {
	// Watermarks are of an export, which may be left out where the flow has one with delta.
	Watermark(ctx context.Context, flow, export string) (*sluice.WatermarkView, error)
	SetWatermark(ctx context.Context, by endpoint.Actor, flow, export string, at time.Time) (*sluice.WatermarkView, error)
	ResetWatermark(ctx context.Context, by endpoint.Actor, flow, export string) error
	Schedule(ctx context.Context, flow string) (*sluice.FlowSchedule, error)
	NextTimes(ctx context.Context, flow string, n int, after time.Time) ([]time.Time, error) // the zero time means now
	PauseSchedule(ctx context.Context, by endpoint.Actor, flow string, paused bool) (*sluice.FlowSchedule, error)
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const view, edit, run, root = sluice.PermView, sluice.PermEditFlows, sluice.PermRun, "/api/v1/flows/{name}"
	h := handlers{rules}
	t := endpoint.Table{Tag: tag}
	t.Add("GET", root+"/watermark", view, "getWatermark", "How far the flow's delta export has got", endpoint.Of(h.watermark))
	t.Add("PUT", root+"/watermark", edit, "setWatermark", "Let the next run begin at a time", endpoint.Of(h.setWatermark))
	t.Add("DELETE", root+"/watermark", edit, "resetWatermark", "Let the next run begin at the start", endpoint.Of(h.resetWatermark))
	t.Add("GET", root+"/schedule", view, "getSchedule", "The flow's schedule and when it comes due", endpoint.Of(h.schedule))
	t.Add("GET", root+"/schedule/next", view, "nextTimes", "The next times at which the flow comes due", endpoint.Of(h.nextTimes))
	t.Add("POST", root+"/schedule/pause", run, "pauseSchedule", "Let the flow not come due for now", endpoint.Of(h.pausing(true)))
	t.Add("POST", root+"/schedule/resume", run, "resumeSchedule", "Let the flow come due again", endpoint.Of(h.pausing(false)))
	return t.Rows
}

type handlers struct{ rules Rules }

// WatermarkInput is where a watermark is set to.
type WatermarkInput struct {
	At time.Time `json:"at" doc:"By the source's clock"`
}

// ExportPath names one of a flow's exports.
type ExportPath struct {
	endpoint.NamePath
	Export string `query:"export" doc:"The export's name, where several of the flow's exports have delta"`
}

func (h handlers) watermark(ctx context.Context, in *ExportPath) (*endpoint.Reply[*sluice.WatermarkView], error) {
	return endpoint.Answer(h.rules.Watermark(ctx, in.Name, in.Export))
}

func (h handlers) setWatermark(ctx context.Context, in *struct {
	ExportPath
	Body WatermarkInput
}) (*endpoint.Reply[*sluice.WatermarkView], error) {
	return endpoint.Answer(h.rules.SetWatermark(ctx, endpoint.ActorOf(ctx), in.Name, in.Export, in.Body.At))
}

func (h handlers) resetWatermark(ctx context.Context, in *ExportPath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.rules.ResetWatermark(ctx, endpoint.ActorOf(ctx), in.Name, in.Export))
}

func (h handlers) schedule(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*sluice.FlowSchedule], error) {
	return endpoint.Answer(h.rules.Schedule(ctx, in.Name))
}

func (h handlers) nextTimes(ctx context.Context, in *struct {
	endpoint.NamePath
	N  int       `query:"n" minimum:"1" maximum:"100" default:"5" doc:"How many"`
	At time.Time `query:"at" doc:"After this time; now when left out"`
}) (*endpoint.Reply[endpoint.List[time.Time]], error) {
	return endpoint.Listing(h.rules.NextTimes(ctx, in.Name, in.N, in.At))
}

func (h handlers) pausing(paused bool) func(context.Context, *endpoint.NamePath) (*endpoint.Reply[*sluice.FlowSchedule], error) {
	return func(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*sluice.FlowSchedule], error) {
		return endpoint.Answer(h.rules.PauseSchedule(ctx, endpoint.ActorOf(ctx), in.Name, paused))
	}
}
