package api

import (
	"context"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// FileSet is a set of files to plan or apply: flows as their text, connections
// as their fields. What is stored and not in the set stays as it is.
type FileSet struct {
	Flows       []FlowFile       `json:"flows,omitempty"`
	Connections []ConnectionFile `json:"connections,omitempty"`
}

// FlowFile is one flow file.
type FlowFile struct {
	Path string `json:"path" doc:"Named in problems"`
	Text string `json:"text" doc:"YAML"`
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
	Changes   []Change `json:"changes" nullable:"false"`
	Unchanged int      `json:"unchanged"`
	Applied   bool     `json:"applied"`
}

// Change is one change of a plan.
type Change struct {
	Action string   `json:"action" enum:"create,update"`
	Noun   string   `json:"noun" enum:"connection,flow"`
	Name   string   `json:"name"`
	Fields []string `json:"fields,omitempty" doc:"What differs; never the values"`
	Diff   string   `json:"diff,omitempty" doc:"Lines that go (-) and come (+)"`
}

func (a *API) plan(ctx context.Context, in *struct{ Body FileSet }) (*reply[*Plan], error) {
	return answer(a.services.Plans.Plan(ctx, in.Body))
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

// Pulled is everything that can be kept as files.
type Pulled struct {
	Flows       []FlowFile         `json:"flows" nullable:"false"`
	Connections []PulledConnection `json:"connections" nullable:"false"`
}

func (a *API) pull(ctx context.Context, _ *noInput) (*reply[Pulled], error) {
	out := Pulled{Flows: []FlowFile{}, Connections: []PulledConnection{}}
	flows, err := a.services.Flows.ListFlows(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		out.Flows = append(out.Flows, FlowFile{Path: f.Flow.Name + ".yaml", Text: f.Text})
	}
	connections, err := a.services.Connections.ListConnections(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		out.Connections = append(out.Connections, PulledConnection{Name: c.Name, Kind: c.Kind, Settings: c.Settings,
			Secrets: slices.Sorted(maps.Keys(c.Secrets))})
	}
	return answer(out, nil)
}
