package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
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
	kinds, err := f.connectionKinds(ctx)
	if err != nil {
		return nil, err
	}
	_, problems := parseFlow("flow.yaml", text, kinds)
	return problems, nil
}

// connectionKinds returns the kind of every connection, by name.
func (c *core) connectionKinds(ctx context.Context) (map[string]string, error) {
	stored, err := c.store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	kinds := make(map[string]string, len(stored))
	for _, s := range stored {
		kinds[s.Name] = s.Kind
	}
	return kinds, nil
}

// parseFlow reads a flow file and checks what it says about connections too.
func parseFlow(path, text string, kinds map[string]string) (*sluice.Flow, []sluice.Problem) {
	return flowfile.Parse(path, []byte(text), func(f *sluice.Flow) (problems []sluice.Problem) {
		for _, use := range connectionUses(f) {
			if p, wrong := use.check(kinds); wrong {
				problems = append(problems, p)
			}
		}
		return problems
	})
}

// connectionUse is a place where a flow names a connection.
type connectionUse struct {
	path, name string
	fits       []string // kinds of connection that can do what is asked; none when that is not known
}

func connectionUses(f *sluice.Flow) []connectionUse {
	uses := []connectionUse{{path: "export.connection", name: f.Export.Connection, fits: exportKinds(&f.Export)}}
	for i, s := range f.Steps {
		if s.Import != nil {
			uses = append(uses, connectionUse{path: fmt.Sprintf("steps[%d].import.connection", i), name: s.Import.Connection, fits: importKinds(s.Import)})
		}
	}
	return uses
}

// connectionNames returns the names of the connections that a flow uses, each once.
func connectionNames(f *sluice.Flow) []string {
	var names []string
	for _, use := range connectionUses(f) {
		if !slices.Contains(names, use.name) {
			names = append(names, use.name)
		}
	}
	return names
}

func exportKinds(e *sluice.Export) []string {
	switch {
	case e.SuiteQL != nil || e.Records != nil:
		return []string{sluice.KindNetSuite}
	case e.SQL != nil:
		return databaseKinds()
	case e.HTTP != nil:
		return []string{sluice.KindHTTP}
	case e.CSV != nil || e.JSONLines != nil:
		return []string{sluice.KindFiles}
	}
	return nil // it cannot be read what is exported
}

func databaseKinds() []string {
	return []string{sluice.KindPostgreSQL, sluice.KindMySQL, sluice.KindSQLServer, sluice.KindSQLite}
}

func importKinds(i *sluice.Import) []string {
	switch {
	case i.NetSuite != nil:
		return []string{sluice.KindNetSuite}
	case i.SQL != nil:
		return databaseKinds()
	case i.HTTP != nil:
		return []string{sluice.KindHTTP}
	case i.CSV != nil || i.JSONLines != nil:
		return []string{sluice.KindFiles}
	}
	return nil // it cannot be read what is imported
}

func (u connectionUse) check(kinds map[string]string) (sluice.Problem, bool) {
	if u.name == "" { // said already
		return sluice.Problem{}, false
	}
	kind, ok := kinds[u.name]
	if !ok {
		return sluice.Problem{Code: "flow.unknown_connection", Path: u.path, Message: fmt.Sprintf("there is no connection %q", u.name),
			Remedy: "Create it, or put it into the same set of files"}, true
	}
	if len(u.fits) > 0 && !slices.Contains(u.fits, kind) {
		return sluice.Problem{Code: "flow.wrong_connection", Path: u.path,
			Message: fmt.Sprintf("the connection %q is of the kind %s", u.name, kind), Remedy: "This needs the kind " + strings.Join(u.fits, " or ")}, true
	}
	return sluice.Problem{}, false
}

func (f flows) PutFlow(ctx context.Context, by api.Actor, name, text string) (*sluice.FlowRevision, error) {
	kinds, err := f.connectionKinds(ctx)
	if err != nil {
		return nil, err
	}
	flow, problems := parseFlow(name+".yaml", text, kinds)
	if flow != nil && flow.Name != name {
		problems = append(problems, sluice.Problem{Code: "flow.other_name", Path: "name", Message: fmt.Sprintf("the text is the flow %q, not %q", flow.Name, name)})
	}
	if err := sluice.Problems("flow.invalid", "the flow cannot be stored", problems); err != nil {
		return nil, err
	}
	return f.save(ctx, by, flow, text)
}

// save stores a checked flow as its newest revision, unless the text is the newest already.
func (f flows) save(ctx context.Context, by api.Actor, flow *sluice.Flow, text string) (*sluice.FlowRevision, error) {
	r := &sluice.FlowRevision{Text: text, Flow: *flow, Enabled: true, CreatedAt: f.clock().UTC(), CreatedBy: by.Name}
	old, err := f.store.Flow(ctx, flow.Name)
	switch {
	case err == nil && old.Text == text:
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
func (f flows) PreviewFlow(ctx context.Context, by api.Actor, name, text string, limit int) (*api.Preview, error) {
	flow, err := f.toPreview(ctx, name, text)
	if err != nil {
		return nil, err
	}
	seen, err := f.engine.Preview(ctx, flow, limit)
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
		out.Records[i] = api.PreviewRecord{Key: r.Key, Origin: r.Origin, Record: r.Record, Steps: steps}
	}
	return out, nil
}

func (f flows) toPreview(ctx context.Context, name, text string) (*sluice.Flow, error) {
	if text == "" {
		r, err := f.store.Flow(ctx, name)
		if err != nil {
			return nil, err
		}
		return &r.Flow, nil
	}
	kinds, err := f.connectionKinds(ctx)
	if err != nil {
		return nil, err
	}
	flow, problems := parseFlow("flow.yaml", text, kinds)
	return flow, sluice.Problems("flow.invalid", "the flow has mistakes", problems)
}
