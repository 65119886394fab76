package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// Integrations are the rules round integrations. Names stand for IDs too.
type Integrations interface {
	// ListIntegrations returns the stored integrations and those that flows name; the
	// default one is always among them.
	ListIntegrations(ctx context.Context) ([]*IntegrationView, error)
	Integration(ctx context.Context, name string) (*IntegrationView, error)
	CreateIntegration(ctx context.Context, by Actor, i *sluice.Integration) (*IntegrationView, error)
	UpdateIntegration(ctx context.Context, by Actor, name string, i *sluice.Integration) (*IntegrationView, error)
	// DeleteIntegration refuses while flows are in the integration.
	DeleteIntegration(ctx context.Context, by Actor, name string) error
	// Register adds a connection to those of an integration, or takes it away.
	Register(ctx context.Context, by Actor, integration, connection string, registered bool) (*IntegrationView, error)
}

// IntegrationView is an integration with what its flows are up to.
type IntegrationView struct {
	sluice.Integration
	Flows      []string `json:"flows" nullable:"false" doc:"Names of its flows"`
	Offline    []string `json:"offline" nullable:"false" doc:"Connections, registered or used by its flows, that are offline"`
	OpenErrors int64    `json:"open_errors" doc:"Open record errors of its flows"`
}

// IntegrationInput is an integration as people write it. What the server sets may
// be sent back as it was read; it is not looked at.
type IntegrationInput struct {
	Name        string   `json:"name"`
	Title       string   `json:"title,omitempty" doc:"As people read it"`
	Description string   `json:"description,omitempty"`
	Application string   `json:"application,omitempty" doc:"ID of the guide's application that it is for"`
	Connections []string `json:"connections,omitempty" doc:"Names of the registered connections"`

	ID         string    `json:"id,omitempty" doc:"Set by the server"`
	Flows      []string  `json:"flows,omitempty" doc:"Set by the server"`
	Offline    []string  `json:"offline,omitempty" doc:"Set by the server"`
	OpenErrors int64     `json:"open_errors,omitempty" doc:"Set by the server"`
	CreatedAt  time.Time `json:"created_at,omitzero" doc:"Set by the server"`
	UpdatedAt  time.Time `json:"updated_at,omitzero" doc:"Set by the server"`
}

func (in *IntegrationInput) integration() *sluice.Integration {
	return &sluice.Integration{Name: in.Name, Title: in.Title, Description: in.Description, Application: in.Application, Connections: in.Connections}
}

func (a *API) integrationRoutes() []route {
	const t, view, flows, edit, root = tagIntegrations, sluice.PermView, sluice.PermEditFlows, sluice.PermEditConnections, "/api/v1/integrations"
	return []route{
		{"GET", root, view, false, "listIntegrations", t, "List integrations with their flows", operation(a.listIntegrations)},
		{"POST", root, flows, false, "createIntegration", t, "Create an integration", operation(a.createIntegration)},
		{"GET", root + "/{name}", view, false, "getIntegration", t, "Show an integration", operation(a.getIntegration)},
		{"PUT", root + "/{name}", flows, false, "updateIntegration", t, "Change an integration", operation(a.updateIntegration)},
		{"DELETE", root + "/{name}", flows, false, "deleteIntegration", t, "Delete an integration that has no flows", operation(a.deleteIntegration)},
		{"PUT", root + "/{name}/connections/{connection}", edit, false, "registerConnection", t, "Register a connection with an integration", operation(a.registerConnection)},
		{"DELETE", root + "/{name}/connections/{connection}", edit, false, "unregisterConnection", t, "Take a connection away from an integration", operation(a.unregisterConnection)},
	}
}

func (a *API) listIntegrations(ctx context.Context, _ *noInput) (*reply[List[*IntegrationView]], error) {
	return listing(a.services.Integrations.ListIntegrations(ctx))
}

func (a *API) getIntegration(ctx context.Context, in *NamePath) (*reply[*IntegrationView], error) {
	return answer(a.services.Integrations.Integration(ctx, in.Name))
}

func (a *API) createIntegration(ctx context.Context, in *struct{ Body IntegrationInput }) (*reply[*IntegrationView], error) {
	return answer(a.services.Integrations.CreateIntegration(ctx, actorOf(ctx), in.Body.integration()))
}

type integrationChange struct {
	NamePath
	Body IntegrationInput
}

func (a *API) updateIntegration(ctx context.Context, in *integrationChange) (*reply[*IntegrationView], error) {
	return answer(a.services.Integrations.UpdateIntegration(ctx, actorOf(ctx), in.Name, in.Body.integration()))
}

func (a *API) deleteIntegration(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.Integrations.DeleteIntegration(ctx, actorOf(ctx), in.Name))
}

type registrationPath struct {
	NamePath
	Connection string `path:"connection" doc:"Name or ID of the connection"`
}

func (a *API) registerConnection(ctx context.Context, in *registrationPath) (*reply[*IntegrationView], error) {
	return answer(a.services.Integrations.Register(ctx, actorOf(ctx), in.Name, in.Connection, true))
}

func (a *API) unregisterConnection(ctx context.Context, in *registrationPath) (*reply[*IntegrationView], error) {
	return answer(a.services.Integrations.Register(ctx, actorOf(ctx), in.Name, in.Connection, false))
}
