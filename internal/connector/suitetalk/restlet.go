package suitetalk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// deployedQuery lists the deployments of RESTlets, released or not.
const deployedQuery = "SELECT d.primarykey AS deployment, s.id AS script, s.scriptid AS script_id, d.scriptid AS deployment_id, s.name AS name, d.status AS status, d.isdeployed AS deployed " +
	"FROM script s INNER JOIN scriptdeployment d ON d.script = s.id WHERE s.scripttype = 'RESTLET'"

// Permission that the tables script and scriptdeployment need.
const scriptPermission = "SuiteScript (View), on the role's tab Permissions > Setup"

// RESTlets lists the RESTlets that are deployed in the account.
func (c *Connector) RESTlets(ctx context.Context, conn *sluice.Connection) ([]sluice.DeployedRESTlet, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := linked(conn); err != nil {
		return nil, err
	}
	if err := cl.login(ctx); err != nil {
		return nil, err
	}
	return cl.deployed(ctx)
}

func (c *client) deployed(ctx context.Context) ([]sluice.DeployedRESTlet, error) {
	list := []sluice.DeployedRESTlet{}
	q := suiteql.Query{SQL: deployedQuery, Key: []suiteql.KeyColumn{{Name: "deployment", Kind: suiteql.Numeric}}}
	for row, err := range c.SuiteQL.Rows(ctx, q) {
		if err != nil {
			return nil, c.scriptsProblem(err)
		}
		r := sluice.DeployedRESTlet{Script: row.Text("script"), Deployment: row.Text("deployment"), ScriptID: row.Text("script_id"),
			DeploymentID: row.Text("deployment_id"), Name: row.Text("name"), Status: row.Text("status"), Deployed: row.Text("deployed") == "T"}
		r.URL = c.Endpoints().RESTlets + "/app/site/hosting/restlet.nl?" + url.Values{"script": {r.ScriptID}, "deploy": {r.DeploymentID}}.Encode()
		list = append(list, r)
	}
	return list, nil
}

// scriptsProblem tells a role that may not see scripts from other failures. To
// such a role NetSuite says that the table does not exist.
func (c *client) scriptsProblem(err error) *sluice.Error {
	if !refusesQuery(err) {
		return c.problem(err)
	}
	return sluice.Errorf("connection.restlets_forbidden", "the role of connection %s may not see the account's scripts: it lacks the permission SuiteScript: %w", c.name, err).
		At("connection " + c.name).Fix("Give the role " + scriptPermission + " and SuiteAnalytics Workbook, or copy script ID and deployment ID from Customization > Scripting > Script Deployments")
}

// linked refuses RESTlets to connections that do not link them.
func linked(conn *sluice.Connection) error {
	if conn.Get("suitescript") == sluice.Yes {
		return nil
	}
	return sluice.Errorf("connection.suitescript_unlinked", "the connection %s does not link the SuiteScript integrator", conn.Name).
		At("settings.suitescript").Fix("Edit the connection and set Link SuiteScript integrator to Yes")
}

// restletProblem is problem for a call whose place is a RESTlet.
func (c *client) restletProblem(err error, script netsuite.Script) *sluice.Error {
	fault, ok := errors.AsType[*netsuite.Fault](err)
	name := "RESTlet " + script.ID + ", deployment " + script.Deploy
	switch {
	case !ok:
	case fault.Code == "SSS_INVALID_SCRIPTLET_ID" || fault.Status == http.StatusNotFound:
		return sluice.Errorf("connection.restlet_unknown", "there is no %s that answers: %w", name, err).
			Fix("Deploy it with status Released. `sluice connection restlets " + c.name + "` lists what there is")
	case fault.Status == http.StatusForbidden:
		return sluice.Errorf("connection.restlet_closed", "the role of connection %s may not call the %s: %w", c.name, name, err).
			Fix("Add the role to the Audience of the script deployment")
	case fault.Status == http.StatusMethodNotAllowed:
		return sluice.Errorf("connection.restlet_method", "the %s has no function for %s: %w", name, fault.Method, err).Fix("Use another method, or let the script export it")
	case scriptError(err):
		return sluice.Errorf("netsuite.restlet_failed", "the %s failed: %w", name, err).Fix("The execution log of the script tells more: Customization > Scripting > Script Execution Logs")
	}
	return c.problem(err)
}

// scriptError reports an error that the script itself threw: it ran, and has ended
// (Oracle help, section_4634920277).
func scriptError(err error) bool {
	fault, ok := errors.AsType[*netsuite.Fault](err)
	return ok && fault.Status == http.StatusBadRequest && netsuite.Applied(err) == netsuite.Unknown
}

// call makes one call. Bodies are JSON; a GET or DELETE has parameters.
func (c *client) call(ctx context.Context, script netsuite.Script, method string, params url.Values, body any) (any, error) {
	var answer json.RawMessage
	var err error
	switch method {
	case sluice.MethodPost:
		answer, err = c.Client.RESTlets.Post(ctx, script, body)
	case sluice.MethodPut:
		answer, err = c.Client.RESTlets.Put(ctx, script, body)
	case sluice.MethodDelete:
		answer, err = c.Client.RESTlets.Delete(ctx, script, params)
	default:
		answer, err = c.Client.RESTlets.Get(ctx, script, params)
	}
	if err != nil || len(answer) == 0 {
		return nil, err
	}
	var value any
	return value, decode(answer, &value)
}

// at returns the value under a path such as data.items; an empty path is the value itself.
func at(value any, path string) (any, bool) {
	if path == "" {
		return value, value != nil
	}
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[name]; !ok {
			return nil, false
		}
	}
	return value, value != nil
}
