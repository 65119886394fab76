package api

import (
	"net/http"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/attention"
	"github.com/sluicehq/sluice/internal/api/backup"
	"github.com/sluicehq/sluice/internal/api/channel"
	"github.com/sluicehq/sluice/internal/api/code"
	"github.com/sluicehq/sluice/internal/api/due"
	"github.com/sluicehq/sluice/internal/api/evaluation"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/api/key"
	"github.com/sluicehq/sluice/internal/api/licence"
	"github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/api/person"
	"github.com/sluicehq/sluice/internal/api/recorderror"
	"github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/api/run"
	"github.com/sluicehq/sluice/internal/api/search"
	"github.com/sluicehq/sluice/internal/api/setting"
	"github.com/sluicehq/sluice/internal/api/sunset"
	"github.com/sluicehq/sluice/internal/api/timing"
	"github.com/sluicehq/sluice/internal/api/trace"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

// Tags of the OpenAPI document, in the order of the documentation.
const (
	tagServer       = "Server"
	tagConnections  = "Connections"
	tagConsumerKeys = "Consumer keys"
	tagIntegrations = "Integrations"
	tagRecords      = "Records"
	tagFlows        = "Flows"
	tagRuns         = "Runs"
	tagPeople       = person.Tag
	tagGuide        = "Set-up guide"
)

// tags in the order of the documentation.
var tags = []string{tagServer, tagConnections, tagConsumerKeys, tagIntegrations, tagGuide, tagFlows, tagRuns, recorderror.Tag, trace.Tag, channel.Tag, metadata.Tag, backup.Tag, key.Tag, setting.Tag, tagRecords, tagPeople}

// routes is the route table: every path that the server answers, with the
// permission that it needs.
func (a *API) routes() []route {
	var table []route
	for _, part := range [][]route{
		a.pageRoutes(),
		a.serverRoutes(),
		apart(search.Routes(tagServer, a.services.Search)),
		a.connectionRoutes(),
		a.proofRoutes(),
		a.loginRoutes(),
		a.connectionUseRoutes(),
		a.consumerKeyRoutes(),
		a.integrationRoutes(),
		a.noticeRoutes(),
		a.recordRoutes(),
		a.guideRoutes(),
		a.flowRoutes(),
		apart(timing.Routes(tagFlows, a.services.Timings)),
		apart(due.Routes(tagFlows, a.services.Due)),
		apart(flowcase.Routes(tagFlows, a.services.Tests)),
		a.hookRoutes(),
		apart(run.Routes(tagRuns, a.services.Runs)),
		apart(live.Routes(tagRuns, a.services.Live)),
		apart(traffic.Routes(tagRuns, a.services.Traffic)),
		apart(recorderror.Routes(a.services.Errors, a.services.ErrorCounts)),
		apart(trace.Routes(a.services.Traces)),
		apart(attention.Routes(tagServer, a.services.Attention)),
		apart(channel.Routes(a.services.Channels)),
		apart(backup.Routes(a.services.Backups)),
		apart(restore.Routes(backup.Tag, a.services.Restores)),
		apart(key.Routes(a.services.Keys)),
		apart(setting.Routes(a.services.Settings)),
		apart(licence.Routes(tagServer, a.services.Licences)),
		apart(code.Routes(tagFlows, a.services.Code)),
		apart(evaluation.Routes(tagFlows, a.services.Evaluations)),
		apart(metadata.Routes(a.services.Metadata)),
		apart(sunset.Routes(tagConnections, a.services.Sunsets)),
		apart(a.signIn().Routes(tagServer)),
		a.peopleRoutes(),
	} {
		table = append(table, part...)
	}
	return table
}

func (a *API) pageRoutes() []route {
	return []route{
		{method: "GET", path: "/", public: true, handle: page(a.serveUI)},
		{method: "GET", path: "/metrics", permission: sluice.PermOperate, handle: page(func(w http.ResponseWriter, r *http.Request) { a.services.Metrics.ServeHTTP(w, r) })},
		{method: "GET", path: "/openapi.json", public: true, handle: page(a.serveSpec)},
		{method: "GET", path: "/docs", public: true, handle: page(a.serveDocs)},
		{method: "GET", path: "/setup", public: true, handle: page(a.serveSetup)},
		{method: "POST", path: "/setup", public: true, handle: page(a.submitSetup)},
		{method: "GET", path: "/oidc/callback", public: true, handle: page(a.signIn().Callback)},
	}
}

func (a *API) serverRoutes() []route {
	const t = tagServer
	return []route{
		{"GET", "/api/v1/health", "", true, "health", t, "Is the server well?", operation(a.health)},
		{"GET", "/api/v1/version", "", true, "version", t, "Which build is this?", operation(a.version)},
		{"POST", "/api/v1/login", "", true, "logIn", t, "Log in with e-mail address and password; sets the session cookie", operation(a.logIn)},
		{"POST", "/api/v1/logout", "", true, "logOut", t, "End the session", operation(a.logOut)},
		{"GET", "/api/v1/me", sluice.PermView, false, "me", t, "Who am I, and what may I do?", operation(a.me)},
	}
}

func (a *API) connectionRoutes() []route {
	const t, view, edit = tagConnections, sluice.PermView, sluice.PermEditConnections
	return []route{
		{"GET", "/api/v1/kinds", view, false, "listKinds", t, "Kinds of connection with their fields", operation(a.listKinds)},
		{"GET", "/api/v1/connections", view, false, "listConnections", t, "List connections", operation(a.listConnections)},
		{"POST", "/api/v1/connections", edit, false, "createConnection", t, "Create a connection", operation(a.createConnection)},
		{"GET", "/api/v1/connections/{name}", view, false, "getConnection", t, "Show a connection; secrets as fingerprints", operation(a.getConnection)},
		{"PUT", "/api/v1/connections/{name}", edit, false, "updateConnection", t, "Change a connection; secrets left out or given as their fingerprint stay", operation(a.updateConnection)},
		{"DELETE", "/api/v1/connections/{name}", edit, false, "deleteConnection", t, "Delete a connection that nothing uses; it can be restored for a while", operation(a.deleteConnection)},
		{"POST", "/api/v1/connections/{name}/doctor", edit, false, "diagnose", t, "Say what is wrong with a NetSuite connection, and which step mends it", operation(a.diagnose)},
		{"GET", "/api/v1/doctor/codes/{code}", view, false, "explainCode", t, "What a code of NetSuite's Login Audit Trail means", operation(a.explainCode)},
	}
}

// loginRoutes are those round what a connection logs in with.
func (a *API) loginRoutes() []route {
	const t, edit, root = tagConnections, sluice.PermEditConnections, "/api/v1/connections/{name}"
	return []route{
		{method: "GET", path: callbackPath, public: true, handle: page(a.serveCallback)},
		{"POST", root + "/authorize", edit, false, "startAuthorization", t, "Begin NetSuite's log-in in the browser, from which the token comes", operation(a.startAuthorization)},
		{"GET", "/api/v1/authorizations/{id}", edit, false, "getAuthorization", t, "How far an authorization has got", operation(a.authorization)},
		{"POST", "/api/v1/authorizations/{id}/answer", edit, false, "answerAuthorization", t, "Hand over what your own callback received", operation(a.answerAuthorization)},
		{"POST", root + "/candidate", edit, false, "proveCandidate", t, "Try the candidate login, and put it in force when it works", operation(a.proveCandidate)},
		{"DELETE", root + "/candidate", edit, false, "dropCandidate", t, "Forget the candidate login", operation(a.dropCandidate)},
		{"POST", root + "/previous/restore", edit, false, "restorePrevious", t, "Go back to the login before the last change", operation(a.restorePrevious)},
		{"DELETE", root + "/previous", edit, false, "dropPrevious", t, "Forget the login before the last change, once the new one has worked", operation(a.dropPrevious)},
		{"POST", root + "/oauth2/prepare", edit, false, "prepareOAuth2", t, "Make a key and a certificate for OAuth 2.0", operation(a.prepareOAuth2)},
		{"POST", root + "/oauth2/trial", edit, false, "tryOAuth2", t, "Log in with the certificate beside the present login, and compare", operation(a.tryOAuth2)},
		{"POST", root + "/oauth2/switch", edit, false, "switchToOAuth2", t, "Put the certificate in force; the login before is kept", operation(a.switchToOAuth2)},
		{"GET", root + "/role", edit, false, "roleReport", t, "The role that the flows need, against what NetSuite shows", operation(a.roleReport)},
	}
}

func (a *API) recordRoutes() []route {
	const t, query, root = tagRecords, sluice.PermQuery, "/api/v1/connections/{name}"
	return []route{
		{"POST", root + "/suiteql", query, false, "suiteQL", t, "Run a SuiteQL query", operation(a.suiteQL)},
		{"GET", root + "/records/{type}", query, false, "listRecords", t, "List records of a type", operation(a.listRecords)},
		{"POST", root + "/records/{type}", query, false, "createRecord", t, "Create a record", operation(a.createRecord)},
		{"GET", root + "/records/{type}/{id}", query, false, "getRecord", t, "Read a record", operation(a.getRecord)},
		{"PATCH", root + "/records/{type}/{id}", query, false, "updateRecord", t, "Change a record", operation(a.updateRecord)},
		{"DELETE", root + "/records/{type}/{id}", query, false, "deleteRecord", t, "Delete a record", operation(a.deleteRecord)},
		{"PUT", root + "/records/{type}/external/{external_id}", query, false, "upsertRecord", t, "Create or change the record with an external ID", operation(a.upsertRecord)},
	}
}

func (a *API) guideRoutes() []route {
	const t, view = tagGuide, sluice.PermView
	return []route{
		{"GET", "/api/v1/guide", view, false, "guide", t, "What to set up in NetSuite for a connection, with the smallest role for the flows", operation(a.guide)},
		{"GET", "/api/v1/guide/applications", view, false, "listApplications", t, "Applications that the guide knows", operation(a.listApplications)},
	}
}

func (a *API) flowRoutes() []route {
	const t, view, edit = tagFlows, sluice.PermView, sluice.PermEditFlows
	return []route{
		{"GET", "/api/v1/flow-schema", view, false, "flowSchema", t, "JSON Schema of a flow file", operation(a.flowSchema)},
		{"GET", "/api/v1/flows", view, false, "listFlows", t, "List flows", operation(a.listFlows)},
		{"GET", "/api/v1/flows/{name}", view, false, "getFlow", t, "Show a flow's newest revision", operation(a.getFlow)},
		{"PUT", "/api/v1/flows/{name}", edit, false, "putFlow", t, "Store a flow", operation(a.putFlow)},
		{"DELETE", "/api/v1/flows/{name}", edit, false, "deleteFlow", t, "Delete a flow", operation(a.deleteFlow)},
		{"POST", "/api/v1/flows/{name}/enable", edit, false, "enableFlow", t, "Let the flow run", operation(a.enableFlow)},
		{"POST", "/api/v1/flows/{name}/disable", edit, false, "disableFlow", t, "Keep the flow from running", operation(a.disableFlow)},
		{"POST", "/api/v1/flows/{name}/preview", sluice.PermQuery, false, "previewFlow", t, "Show what a flow would do with its first records", operation(a.previewFlow)},
		{"POST", "/api/v1/flows/check", view, false, "checkFlow", t, "Say everything that is wrong with a flow file", operation(a.checkFlow)},
		{"POST", "/api/v1/flows/preview", sluice.PermQuery, false, "previewText", t, "Show what a flow file would do, before it is stored", operation(a.previewText)},
		{"GET", "/api/v1/files", view, false, "pull", t, "All flows, connections, consumer keys and integrations as files, secrets left out", operation(a.pull)},
		{"POST", "/api/v1/plan", edit, false, "plan", t, "Compare a set of files with what is stored", operation(a.plan)},
		{"POST", "/api/v1/apply", edit, false, "apply", t, "Store a set of files: all, or none when there is a problem", operation(a.apply)},
	}
}

func (a *API) peopleRoutes() []route {
	const t, view, people = tagPeople, sluice.PermView, sluice.PermPeople
	return slices.Concat(apart(person.UserRoutes(a.services.Users, a.services.Members)), apart(person.SessionRoutes(a.services.Sessions, a.services.Tokens)),
		apart(person.AuditRoutes(a.services.Audit)), []route{
			{"PUT", "/api/v1/me", view, false, "updateMe", t, "Change your own name or password", operation(a.updateMe)},
			{method: "GET", path: person.ExportPath, permission: people, handle: page(person.Export(a.services.Audit, a.refuse))},
			{method: "GET", path: linkPath, public: true, handle: page(a.serveLink)},
			{method: "POST", path: linkPath, public: true, handle: page(a.submitLink)},
		})
}
