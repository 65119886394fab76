package app

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/timing"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// flows holds the rules round flows.
type flows struct{ *core }

func (f flows) ListFlows(ctx context.Context) ([]*sluice.FlowRevision, error) {
	return f.store.Flows(ctx)
}

func (f flows) Flow(ctx context.Context, name string) (*sluice.FlowRevision, error) {
	return f.store.Flow(ctx, name)
}

// FlowSchema returns the JSON Schema of a flow file.
func (f flows) FlowSchema() []byte { return flowfile.Schema() }

// CheckFlow says all that is wrong with a flow file's text.
func (f flows) CheckFlow(ctx context.Context, text string) ([]sluice.Problem, error) {
	offers, err := f.offers(ctx)
	if err != nil {
		return nil, err
	}
	others, err := f.others(ctx)
	if err != nil {
		return nil, err
	}
	_, problems := parseFlow("flow.yaml", text, offers, others)
	return problems, nil
}

// others returns the stored flows by name.
func (c *core) others(ctx context.Context) (map[string]*sluice.Flow, error) {
	list, err := c.store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*sluice.Flow, len(list))
	for _, r := range list {
		out[r.Flow.Name] = &r.Flow
	}
	return out, nil
}

// offers returns what flows want to know of every connection, by name.
func (c *core) offers(ctx context.Context) (map[string]fit.Offer, error) {
	stored, err := c.store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	offers := make(map[string]fit.Offer, len(stored))
	for _, s := range stored {
		offers[s.Name] = fit.OfferOf(&s.Connection)
	}
	return offers, nil
}

// parseFlow reads a flow file and checks what it says about connections and other flows too.
func parseFlow(path, text string, offers map[string]fit.Offer, others map[string]*sluice.Flow) (*sluice.Flow, []sluice.Problem) {
	return flowfile.Parse(path, []byte(text), flowRules(offers, others))
}

// flowRules look at what a file cannot know of itself.
func flowRules(offers map[string]fit.Offer, others map[string]*sluice.Flow) func(*sluice.Flow) []sluice.Problem {
	return func(f *sluice.Flow) []sluice.Problem {
		return append(fit.Check(f, offers), timing.CheckOrder(f, others)...)
	}
}

func (f flows) PutFlow(ctx context.Context, by api.Actor, name string, text api.FlowText) (*sluice.FlowRevision, error) {
	offers, err := f.offers(ctx)
	if err != nil {
		return nil, err
	}
	others, err := f.others(ctx)
	if err != nil {
		return nil, err
	}
	flow, problems := parseFlow(name+".yaml", text.Text, offers, others)
	if flow != nil && flow.Name != name {
		problems = append(problems, sluice.Problem{Code: "flow.other_name", Path: "name", Message: fmt.Sprintf("the text is the flow %q, not %q", flow.Name, name)})
	}
	if err := sluice.Problems("flow.invalid", "the flow cannot be stored", problems); err != nil {
		return nil, err
	}
	return f.save(ctx, by, flow, text)
}

// save stores a checked flow as its newest revision, unless the text is the newest already.
func (f flows) save(ctx context.Context, by api.Actor, flow *sluice.Flow, text api.FlowText) (*sluice.FlowRevision, error) {
	r := &sluice.FlowRevision{Text: text.Text, Base: text.Base, Flow: *flow, Enabled: true, CreatedAt: f.clock().UTC(), CreatedBy: by.Name}
	old, err := f.store.Flow(ctx, flow.Name)
	switch {
	case err == nil && old.Text == text.Text:
		return old, nil
	case err == nil:
		r.FlowID, r.Enabled = old.FlowID, old.Enabled
	case sluice.ErrorCode(err) != sluice.CodeNotFound:
		return nil, err
	}
	if err := f.store.SaveFlow(ctx, r); err != nil {
		return nil, err
	}
	action := "update"
	if r.Number == 1 {
		action = "create"
	}
	f.audit(ctx, by, action, "flow", flow.Name, fmt.Sprintf("revision %d", r.Number))
	return r, nil
}

func (f flows) DeleteFlow(ctx context.Context, by api.Actor, name string) error {
	r, err := f.store.Flow(ctx, name)
	if err != nil {
		return err
	}
	active, err := f.store.Runs(ctx, sluice.RunFilter{FlowID: r.FlowID, States: []sluice.RunState{sluice.RunQueued, sluice.RunRunning}, Limit: 1})
	if err != nil {
		return err
	}
	if len(active) > 0 {
		return sluice.Errorf("run.active", "run %d of the flow %q has not ended", active[0].ID, r.Flow.Name).
			Fix(fmt.Sprintf("Cancel it first: sluice run cancel %d", active[0].ID))
	}
	if err := hook.Worked(ctx, f.store, r); err != nil {
		return err
	}
	if err := f.store.DeleteFlow(ctx, r.FlowID); err != nil {
		return err
	}
	f.audit(ctx, by, "delete", "flow", r.Flow.Name, "")
	return nil
}

func (f flows) SetFlowEnabled(ctx context.Context, by api.Actor, name string, enabled bool) (*sluice.FlowRevision, error) {
	r, err := f.store.Flow(ctx, name)
	if err != nil || r.Enabled == enabled {
		return r, err
	}
	if err := f.store.SetFlowEnabled(ctx, r.FlowID, enabled); err != nil {
		return nil, err
	}
	r.Enabled = enabled
	action := "disable"
	if enabled {
		action = "enable"
	}
	f.audit(ctx, by, action, "flow", r.Flow.Name, "")
	return r, nil
}

// PreviewFlow shows what a stored flow, or a flow file's text, would do.
func (f flows) PreviewFlow(ctx context.Context, by api.Actor, name, text string, o api.PreviewOptions) (*api.Preview, error) {
	flow, err := f.toPreview(ctx, name, text)
	if err != nil {
		return nil, err
	}
	seen, err := f.engine.Preview(ctx, flow, o.Limit, o.Records...)
	if err != nil {
		return nil, err
	}
	f.audit(ctx, by, "preview", "flow", flow.Name, fmt.Sprintf("%d records", len(seen.Records)))
	out := &api.Preview{Records: make([]api.PreviewRecord, len(seen.Records))}
	for i, r := range seen.Records {
		steps := make([]api.PreviewStep, len(r.Steps))
		for j, s := range r.Steps {
			steps[j] = api.PreviewStep(s)
		}
		out.Records[i] = api.PreviewRecord{Key: r.Key, Export: r.Export, Origin: r.Origin, Record: r.Record, Steps: steps}
	}
	return out, nil
}

func (f flows) toPreview(ctx context.Context, name, text string) (*sluice.Flow, error) {
	if text == "" {
		r, err := f.store.Flow(ctx, name)
		if err != nil {
			return nil, err
		}
		// Somebody else may have stored it, who may use more connections.
		return &r.Flow, f.finder.MayDraft(ctx, &r.Flow)
	}
	offers, err := f.offers(ctx)
	if err != nil {
		return nil, err
	}
	others, err := f.others(ctx)
	if err != nil {
		return nil, err
	}
	flow, problems := flowfile.ParseDraft("flow.yaml", []byte(text), flowRules(offers, others))
	if err := sluice.Problems("flow.invalid", "the flow has mistakes", problems); err != nil {
		return nil, err
	}
	return flow, f.finder.MayDraft(ctx, flow)
}
