package sluice

import "time"

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
