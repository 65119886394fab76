package api

import (
	"context"

	"github.com/sluicehq/sluice"
)

// ConnectionUses are the rules round what hangs on connections.
type ConnectionUses interface {
	// ReplaceConnection makes flows that use the connection use another one: one
	// revision of each, all or none. No flow names mean all flows that use it.
	ReplaceConnection(ctx context.Context, by Actor, name, with string, flows []string) ([]string, error)
	// ConnectionImpact says what another WSDL version would touch.
	ConnectionImpact(ctx context.Context, name, wsdlVersion string) (*Impact, error)
	// WSDLVersions returns the versions with what today's NetSuite release makes of them.
	WSDLVersions() []WSDLVersion
}

// Trash holds deleted connections until they go for good.
type Trash interface {
	DeletedConnections(ctx context.Context) ([]*sluice.DeletedConnection, error)
	// RestoreConnection brings one back, under its own name when name is empty.
	RestoreConnection(ctx context.Context, by Actor, id, name string) (*sluice.Connection, error)
}

// Replacement says which connection flows are to use.
type Replacement struct {
	With  string   `json:"with" doc:"Name of the connection to use from now on"`
	Flows []string `json:"flows,omitempty" doc:"Flows to change; all that use the connection when left out"`
}

// Replaced says which flows were changed.
type Replaced struct {
	Flows []string `json:"flows" nullable:"false"`
}

// Impact is what a change of a connection touches.
type Impact struct {
	Flows   []string `json:"flows" nullable:"false" doc:"Flows that use the connection"`
	Message string   `json:"message"`
}

// WSDLVersion is a WSDL version at a NetSuite release.
type WSDLVersion struct {
	sluice.WSDLVersion
	Supported bool   `json:"supported" doc:"By the release that NetSuite accounts have today"`
	Note      string `json:"note"`
}

// Restoration says under which name a deleted connection comes back.
type Restoration struct {
	Name string `json:"name,omitempty" doc:"Another name, where its own is taken"`
}

func (a *API) connectionUseRoutes() []route {
	const t, view, edit, root = tagConnections, sluice.PermView, sluice.PermEditConnections, "/api/v1/connections/{name}"
	return []route{
		{"GET", root + "/flows", view, false, "connectionUse", t, "Flows that use the connection", operation(a.connectionUse)},
		{"POST", root + "/replace", sluice.PermEditFlows, false, "replaceConnection", t, "Make flows use another connection: all, or none when there is a problem", operation(a.replaceConnection)},
		{"GET", root + "/impact", view, false, "connectionImpact", t, "What another WSDL version would touch", operation(a.connectionImpact)},
		{"GET", "/api/v1/wsdl-versions", view, false, "listWSDLVersions", t, "WSDL versions, by Oracle's calendar", operation(a.listWSDLVersions)},
		{"GET", "/api/v1/deleted-connections", view, false, "listDeletedConnections", t, "Deleted connections that can be restored", operation(a.listDeletedConnections)},
		{"POST", "/api/v1/deleted-connections/{id}/restore", edit, false, "restoreConnection", t, "Bring a deleted connection back as it was", operation(a.restoreConnection)},
	}
}

type replacement struct {
	NamePath
	Body Replacement
}

func (a *API) replaceConnection(ctx context.Context, in *replacement) (*reply[Replaced], error) {
	changed, err := a.services.ConnectionUses.ReplaceConnection(ctx, actorOf(ctx), in.Name, in.Body.With, in.Body.Flows)
	return answer(Replaced{Flows: changed}, err)
}

type impactQuery struct {
	NamePath
	WSDLVersion string `query:"wsdl_version" required:"true" doc:"The version that the connection would have"`
}

func (a *API) connectionImpact(ctx context.Context, in *impactQuery) (*reply[*Impact], error) {
	return answer(a.services.ConnectionUses.ConnectionImpact(ctx, in.Name, in.WSDLVersion))
}

func (a *API) listWSDLVersions(context.Context, *noInput) (*reply[List[WSDLVersion]], error) {
	return listing(a.services.ConnectionUses.WSDLVersions(), nil)
}

func (a *API) listDeletedConnections(ctx context.Context, _ *noInput) (*reply[List[*sluice.DeletedConnection]], error) {
	return listing(a.services.Trash.DeletedConnections(ctx))
}

type restoration struct {
	IDPath
	Body Restoration
}

func (a *API) restoreConnection(ctx context.Context, in *restoration) (*reply[*sluice.Connection], error) {
	return answer(a.services.Trash.RestoreConnection(ctx, actorOf(ctx), in.ID, in.Body.Name))
}
