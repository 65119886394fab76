package sluice

import (
	"slices"
	"time"
)

// DefaultIntegration is the name of the integration of flows that name none.
const DefaultIntegration = "default"

// Integration is a named group of flows, with the connections that are
// registered with it. Flows say which integration they are of.
type Integration struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"` // as people read it; the name when empty
	Description string `json:"description,omitempty"`
	// Application is the ID of the guide's application that it is for, such as shopify.
	Application string `json:"application,omitempty"`
	// Connections are the names of the registered connections.
	Connections []string  `json:"connections"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Group returns the name of the flow's integration.
func (f *Flow) Group() string {
	if f.Integration == "" {
		return DefaultIntegration
	}
	return f.Integration
}

// ConnectionNames returns the names of the connections that the flow uses, each once.
func (f *Flow) ConnectionNames() []string {
	var names []string
	if f.Export.Connection != "" {
		names = append(names, f.Export.Connection)
	}
	for _, s := range f.Steps {
		if s.Import != nil && s.Import.Connection != "" && !slices.Contains(names, s.Import.Connection) {
			names = append(names, s.Import.Connection)
		}
	}
	return names
}
