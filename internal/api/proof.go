package api

import (
	"context"

	"github.com/sluicehq/sluice"
)

// Proofs test connections and say what they offer.
type Proofs interface {
	// TestConnection tests a stored connection. With write it makes and deletes one
	// record of that type.
	TestConnection(ctx context.Context, by Actor, name, write string) (*sluice.Evidence, error)
	// CheckConnection tests what a form holds. Secrets that it leaves out, or gives as
	// fingerprints, are those of the stored connection with its ID.
	CheckConnection(ctx context.Context, by Actor, c *sluice.Connection) (*sluice.Evidence, error)
	// RESTlets lists the RESTlets that are deployed in the connection's account.
	RESTlets(ctx context.Context, name string) ([]sluice.DeployedRESTlet, error)
}

// DebugLogs keep what connections exchange with other systems.
type DebugLogs interface {
	// SetDebug switches a debug log on for 1 to 60 minutes; 0 ends it.
	SetDebug(ctx context.Context, by Actor, name string, minutes int) (*sluice.Connection, error)
	DebugLog(ctx context.Context, name string, before int64, limit int) ([]*sluice.DebugEntry, error)
	ClearDebug(ctx context.Context, by Actor, name string) error
}

// proofRoutes are those round tests and debug logs.
func (a *API) proofRoutes() []route {
	const t, edit, root = tagConnections, sluice.PermEditConnections, "/api/v1/connections/{name}"
	return []route{
		{"POST", root + "/test", edit, false, "testConnection", t, "Test a connection and say what that proved", operation(a.testConnection)},
		{"POST", "/api/v1/connections/check", edit, false, "checkConnection", t, "Test what a form holds, before it is stored", operation(a.checkConnection)},
		{"GET", root + "/restlets", edit, false, "listRESTlets", t, "RESTlets that are deployed in the NetSuite account", operation(a.listRESTlets)},
		{"PUT", root + "/debug", edit, false, "setDebug", t, "Switch the debug log on for some minutes, or end it", operation(a.setDebug)},
		{"GET", root + "/debug", edit, false, "debugLog", t, "What the connection exchanged while its debug log was on, newest first; secrets masked", operation(a.debugLog)},
		{"DELETE", root + "/debug", edit, false, "clearDebug", t, "Remove what the debug log has kept", operation(a.clearDebug)},
	}
}

type connectionTest struct {
	NamePath
	Write string `query:"write" doc:"Also make and delete one record of this type: customer, vendor, partner, contact, employee or a custom record type"`
}

func (a *API) testConnection(ctx context.Context, in *connectionTest) (*reply[*sluice.Evidence], error) {
	return answer(a.services.Proofs.TestConnection(ctx, actorOf(ctx), in.Name, in.Write))
}

func (a *API) checkConnection(ctx context.Context, in *struct{ Body ConnectionInput }) (*reply[*sluice.Evidence], error) {
	conn := in.Body.connection()
	conn.ID = in.Body.ID
	return answer(a.services.Proofs.CheckConnection(ctx, actorOf(ctx), conn))
}

func (a *API) listRESTlets(ctx context.Context, in *NamePath) (*reply[List[sluice.DeployedRESTlet]], error) {
	return listing(a.services.Proofs.RESTlets(ctx, in.Name))
}

// DebugSwitch says how long a debug log is to last.
type DebugSwitch struct {
	Minutes int `json:"minutes" minimum:"0" maximum:"60" doc:"Usually 15; 0 ends it"`
}

type debugChange struct {
	NamePath
	Body DebugSwitch
}

func (a *API) setDebug(ctx context.Context, in *debugChange) (*reply[*sluice.Connection], error) {
	return answer(a.services.DebugLogs.SetDebug(ctx, actorOf(ctx), in.Name, in.Body.Minutes))
}

type debugPage struct {
	NamePath
	Before int64 `query:"before" doc:"Only entries with lower IDs"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *API) debugLog(ctx context.Context, in *debugPage) (*reply[List[*sluice.DebugEntry]], error) {
	list, err := a.services.DebugLogs.DebugLog(ctx, in.Name, in.Before, in.Limit)
	return paged(list, err, in.Limit, func(e *sluice.DebugEntry) int64 { return e.ID })
}

func (a *API) clearDebug(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.DebugLogs.ClearDebug(ctx, actorOf(ctx), in.Name))
}
