package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
)

// FileSet is a set of files to plan or apply: flows as their text, the others as
// their fields. What is stored and not in the set stays as it is.
type FileSet struct {
	Flows        []FlowFile        `json:"flows,omitempty"`
	Connections  []ConnectionFile  `json:"connections,omitempty"`
	ConsumerKeys []ConsumerKeyFile `json:"consumer_keys,omitempty"`
	Integrations []IntegrationFile `json:"integrations,omitempty"`
	Tests        []FlowTestFile    `json:"tests,omitempty" doc:"Tests that are kept with flows of the set"`
	// Source tells folders of files apart: what the same one has applied before is known.
	Source string `json:"source,omitempty" maxLength:"100" doc:"Names the folder, so that what was changed elsewhere since its last apply is told"`
	Prune  bool   `json:"prune,omitempty" doc:"Delete what the same folder has applied before and holds no more"`
}

// ConsumerKeyFile is one consumer key of a file of consumer keys.
type ConsumerKeyFile struct {
	Path        string        `json:"path" doc:"Named in problems"`
	Name        string        `json:"name"`
	Account     string        `json:"account,omitempty"`
	Application string        `json:"application,omitempty"`
	Key         sluice.Secret `json:"consumer_key,omitzero" doc:"Left out means that what is stored stays"`
	Secret      sluice.Secret `json:"consumer_secret,omitzero" doc:"Left out means that what is stored stays"`
}

// IntegrationFile is one integration of a file of integrations.
type IntegrationFile struct {
	Path        string   `json:"path" doc:"Named in problems"`
	Name        string   `json:"name"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Application string   `json:"application,omitempty"`
	Connections []string `json:"connections,omitempty" doc:"Names of the registered connections"`
}

// FlowFile is one flow file.
type FlowFile struct {
	Path string `json:"path" doc:"Named in problems"`
	Text string `json:"text" doc:"YAML"`
}

// FlowTestFile is a file of flow tests, called as its flow's: orders.test.yaml beside orders.yaml.
type FlowTestFile struct {
	Path  string            `json:"path" doc:"Named in problems"`
	Text  string            `json:"text" doc:"YAML"`
	Files map[string]string `json:"files,omitempty" doc:"What the cases read, by path relative to the file"`
}

// ConnectionFile is one connection of a connections file.
type ConnectionFile struct {
	Path     string                   `json:"path" doc:"Named in problems"`
	Name     string                   `json:"name"`
	Kind     string                   `json:"kind"`
	Settings map[string]string        `json:"settings,omitempty"`
	Secrets  map[string]sluice.Secret `json:"secrets,omitempty" doc:"Secrets that are left out stay"`
}

// Plan says what applying a set of files does, or did.
type Plan struct {
	Changes   []Change         `json:"changes" nullable:"false"`
	Unchanged int              `json:"unchanged"`
	Applied   bool             `json:"applied"`
	Refused   []sluice.Problem `json:"refused,omitempty" doc:"What apply would refuse whoever asks, each with its thing; it then stores nothing"`
	Drift     []Drift          `json:"drift,omitempty" doc:"What was changed elsewhere since the folder was applied last"`
	Left      []Change         `json:"left,omitempty" doc:"What the folder holds no more; it stays, but for prune"`
}

// Drift is something that was changed elsewhere since a folder was applied last.
type Drift struct {
	Noun     string    `json:"noun"`
	Name     string    `json:"name"`
	Deleted  bool      `json:"deleted,omitempty"`
	Revision int       `json:"revision,omitempty" doc:"Of a flow: the newest"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Diff     string    `json:"diff,omitempty" doc:"Of a flow: lines that went (-) and came (+) since then"`
}

// Touched is what a new revision of a flow touches.
type Touched struct {
	Runs      []int64         `json:"runs,omitempty" doc:"Numbers of runs that have not ended; they go on by the revision that they began with"`
	Errors    int             `json:"errors,omitempty" doc:"Open record errors; a retry works them by the new revision"`
	Stray     int             `json:"stray,omitempty" doc:"Those of them at steps that the new revision does not have"`
	Forgotten []ForgottenStep `json:"forgotten,omitempty" doc:"Imports that the new revision does not have under this name: what they delivered is forgotten"`
}

// ForgottenStep is an import whose ledger the flow loses sight of.
type ForgottenStep struct {
	Step      string `json:"step"`
	Delivered int64  `json:"delivered" doc:"Records of which the flow no longer knows that they were delivered"`
}

// Forecast is the work that a run of a flow will be.
type Forecast struct {
	Known    bool        `json:"known"`
	Records  int64       `json:"records,omitempty"`
	Requests int64       `json:"requests,omitempty"`
	Seconds  int64       `json:"seconds,omitempty" doc:"How long it takes, at the limit of requests that its connections have"`
	Basis    string      `json:"basis" doc:"What it rests on"`
	Routes   []StepRoute `json:"routes,omitempty" doc:"By which way imports send, where there are several"`
}

// StepRoute is the way that the records of an import take.
type StepRoute struct {
	Step string `json:"step"`
	API  string `json:"api" doc:"NetSuite REST batches, say"`
	Why  string `json:"why"`
}

// Change is one change of a plan.
type Change struct {
	Action   string    `json:"action" enum:"create,update,delete"`
	Noun     string    `json:"noun" enum:"consumer-key,connection,integration,flow,flow-tests"`
	Name     string    `json:"name"`
	Fields   []string  `json:"fields,omitempty" doc:"What differs; never the values"`
	Diff     string    `json:"diff,omitempty" doc:"Lines that go (-) and come (+)"`
	Resets   []string  `json:"resets,omitempty" doc:"Watermarks that say nothing about what the changed flow reads: its next run begins at the start"`
	Touched  *Touched  `json:"touched,omitempty" doc:"Runs and record errors that a changed flow touches"`
	Forecast *Forecast `json:"forecast,omitempty" doc:"The work that a run of the flow will be"`
}

func (a *API) plan(ctx context.Context, in *struct{ Body FileSet }) (*reply[*Plan], error) {
	return answer(a.services.Plans.Plan(ctx, actorOf(ctx), in.Body))
}

func (a *API) apply(ctx context.Context, in *struct{ Body FileSet }) (*reply[*Plan], error) {
	return answer(a.services.Plans.Apply(ctx, actorOf(ctx), in.Body))
}

// PulledConnection is a connection as a file: the names of its secrets, not their text.
type PulledConnection struct {
	Name     string            `json:"name"`
	Kind     string            `json:"kind"`
	Settings map[string]string `json:"settings,omitempty"`
	Secrets  []string          `json:"secrets,omitempty"`
}

// PulledConsumerKey is a consumer key as a file, without its texts.
type PulledConsumerKey struct {
	Name        string `json:"name"`
	Account     string `json:"account,omitempty"`
	Application string `json:"application,omitempty"`
}

// PulledIntegration is an integration as a file.
type PulledIntegration struct {
	Name        string   `json:"name"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Application string   `json:"application,omitempty"`
	Connections []string `json:"connections,omitempty"`
}

// Pulled is everything that can be kept as files.
type Pulled struct {
	Flows        []FlowFile          `json:"flows" nullable:"false"`
	Connections  []PulledConnection  `json:"connections" nullable:"false"`
	ConsumerKeys []PulledConsumerKey `json:"consumer_keys" nullable:"false"`
	Integrations []PulledIntegration `json:"integrations" nullable:"false"`
	Tests        []FlowTestFile      `json:"tests" nullable:"false"`
}

func (a *API) pull(ctx context.Context, _ *noInput) (*reply[Pulled], error) {
	out := Pulled{Flows: []FlowFile{}, Connections: []PulledConnection{}, ConsumerKeys: []PulledConsumerKey{}, Integrations: []PulledIntegration{}, Tests: []FlowTestFile{}}
	flows, err := a.services.Flows.ListFlows(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		out.Flows = append(out.Flows, FlowFile{Path: f.Flow.Name + ".yaml", Text: f.Text})
		tests, err := a.services.Tests.Tests(ctx, f.FlowID, 0)
		if err != nil {
			return nil, err
		}
		if tests.Text != "" {
			out.Tests = append(out.Tests, FlowTestFile{Path: f.Flow.Name + ".test.yaml", Text: tests.Text, Files: tests.Files})
		}
	}
	connections, err := a.services.Connections.ListConnections(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		out.Connections = append(out.Connections, PulledConnection{Name: c.Name, Kind: c.Kind, Settings: c.Settings,
			Secrets: slices.Sorted(maps.Keys(c.Secrets))})
	}
	if err := a.pullNouns(ctx, &out); err != nil {
		return nil, err
	}
	return answer(out, nil)
}

// pullNouns adds consumer keys and the integrations of which something is stored.
func (a *API) pullNouns(ctx context.Context, out *Pulled) error {
	keys, err := a.services.ConsumerKeys.ListConsumerKeys(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		out.ConsumerKeys = append(out.ConsumerKeys, PulledConsumerKey{Name: k.Name, Account: k.Account, Application: k.Application})
	}
	integrations, err := a.services.Integrations.ListIntegrations(ctx)
	if err != nil {
		return err
	}
	for _, i := range integrations {
		if i.ID != "" {
			out.Integrations = append(out.Integrations, PulledIntegration{Name: i.Name, Title: i.Title, Description: i.Description, Application: i.Application, Connections: i.Connections})
		}
	}
	return nil
}
