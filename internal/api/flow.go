package api

import (
	"context"
	"encoding/json"

	"github.com/sluicehq/sluice"
)

// FlowText is a flow file's text.
type FlowText struct {
	Text string `json:"text" doc:"YAML"`
	// Base keeps two people who edit the same flow from undoing each other's changes.
	Base int `json:"base,omitempty" minimum:"0" doc:"When storing: the revision that the text was made from. With another as the newest, nothing is stored (flow.changed). Left out: any"`
}

// CheckResult is everything that is wrong with a flow file.
type CheckResult struct {
	OK       bool             `json:"ok"`
	Problems []sluice.Problem `json:"problems" nullable:"false"`
}

// PreviewOptions says how much a preview shows.
type PreviewOptions struct {
	Limit   int             `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"Records at most; 5 when left out, or as many as are given"`
	Records []sluice.Record `json:"records,omitempty" maxItems:"100" doc:"Records to show it with, as the export would give them, instead of reading the export"`
}

// defaultPreview is how many records a preview shows when nobody says.
const defaultPreview = 5

func (a *API) listFlows(ctx context.Context, _ *noInput) (*reply[List[*sluice.FlowRevision]], error) {
	return listing(a.services.Flows.ListFlows(ctx))
}

func (a *API) getFlow(ctx context.Context, in *NamePath) (*reply[*sluice.FlowRevision], error) {
	return answer(a.services.Flows.Flow(ctx, in.Name))
}

type flowPut struct {
	NamePath
	Body FlowText
}

func (a *API) putFlow(ctx context.Context, in *flowPut) (*reply[*sluice.FlowRevision], error) {
	return answer(a.services.Flows.PutFlow(ctx, actorOf(ctx), in.Name, in.Body))
}

func (a *API) deleteFlow(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.Flows.DeleteFlow(ctx, actorOf(ctx), in.Name))
}

func (a *API) enableFlow(ctx context.Context, in *NamePath) (*reply[*sluice.FlowRevision], error) {
	return answer(a.services.Flows.SetFlowEnabled(ctx, actorOf(ctx), in.Name, true))
}

func (a *API) disableFlow(ctx context.Context, in *NamePath) (*reply[*sluice.FlowRevision], error) {
	return answer(a.services.Flows.SetFlowEnabled(ctx, actorOf(ctx), in.Name, false))
}

func (a *API) checkFlow(ctx context.Context, in *struct{ Body FlowText }) (*reply[CheckResult], error) {
	problems, err := a.services.Flows.CheckFlow(ctx, in.Body.Text)
	if problems == nil {
		problems = []sluice.Problem{}
	}
	return answer(CheckResult{OK: len(problems) == 0, Problems: problems}, err)
}

func (a *API) flowSchema(context.Context, *noInput) (*reply[map[string]any], error) {
	var schema map[string]any
	err := json.Unmarshal(a.services.Flows.FlowSchema(), &schema)
	return answer(schema, err)
}

type flowPreview struct {
	NamePath
	Body PreviewOptions
}

func (a *API) previewFlow(ctx context.Context, in *flowPreview) (*reply[*Preview], error) {
	return a.preview(ctx, in.Name, "", in.Body)
}

// PreviewText is a flow file to preview.
type PreviewText struct {
	FlowText
	PreviewOptions
}

func (a *API) previewText(ctx context.Context, in *struct{ Body PreviewText }) (*reply[*Preview], error) {
	return a.preview(ctx, "", in.Body.Text, in.Body.PreviewOptions)
}

func (a *API) preview(ctx context.Context, name, text string, o PreviewOptions) (*reply[*Preview], error) {
	if o.Limit == 0 {
		o.Limit = max(len(o.Records), defaultPreview)
	}
	return answer(a.services.Previews.PreviewFlow(ctx, actorOf(ctx), name, text, o))
}
