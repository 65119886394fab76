package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
)

const (
	integrationsPath = "/app/common/integration/integrapplist.nl"
	integrationPath  = "/app/common/integration/integrapp.nl"
)

func (s *Site) integrationPages() []page {
	need := []string{"ADMI_INTEGRAPP"}
	return []page{
		{path: integrationsPath, title: "Integrations", need: need, get: listIntegrations},
		{path: integrationPath, title: "Integration", need: need, get: showIntegration, post: postIntegration},
	}
}

// stateNames are the states as the pages write them.
var stateNames = map[account.State]string{account.Enabled: "Enabled", account.Blocked: "Blocked", account.Waiting: "Waiting for Approval"}

// scopeNames are the OAuth 2.0 scopes in the order of the page.
var scopeNames = []struct{ id, label string }{
	{account.ScopeRESTlets, "RESTlets"}, {account.ScopeREST, "REST Web Services"}, {account.ScopeConnect, "SuiteAnalytics Connect"},
}

func listIntegrations(v *visit) {
	t := &table{Caption: "Integrations", Head: []string{"Action", "Name", "State", "Authentication", "Installed by"},
		Empty: "The account has no integration records.", Actions: []link{{Text: "New", Href: integrationPath}}}
	for _, i := range v.setup.Integrations {
		by := "User"
		if i.Bundle != "" {
			by = "Bundle " + i.Bundle
		}
		t.Rows = append(t.Rows, []cell{
			{Links: []link{{Text: "Edit", About: i.Name, Href: integrationPath + "?e=T&id=" + url.QueryEscape(i.ID)}}},
			{Links: []link{{Text: i.Name, Href: integrationPath + "?id=" + url.QueryEscape(i.ID)}}},
			{Text: stateNames[i.State]}, {Text: strings.Join(authentications(&i), ", ")}, {Text: by},
		})
	}
	v.show(http.StatusOK, "table", t)
}

func authentications(i *account.IntegrationRecord) []string {
	var out []string
	for _, x := range []struct {
		on   bool
		name string
	}{{i.TBA, "Token-based Authentication"}, {i.AuthorizationFlow, "TBA: Authorization Flow"}, {i.IssueToken, "TBA: IssueToken Endpoint"},
		{i.AuthorizationCode, "Authorization Code Grant"}, {i.ClientCredentials, "Client Credentials (Machine to Machine) Grant"},
		{i.UserCredentials, "User Credentials"}} {
		if x.on {
			out = append(out, x.name)
		}
	}
	return out
}

func showIntegration(v *visit) {
	id := v.query("id")
	if id == "" {
		fresh := account.IntegrationRecord{State: account.Enabled, TBA: true}
		v.showTitled(http.StatusOK, "form", "New Integration", integrationForm(&fresh))
		return
	}
	i := v.setup.Integration(id)
	if i == nil {
		v.refuse(http.StatusNotFound, "Notice", "There is no such integration record.")
		return
	}
	if v.query("e") == "T" {
		v.show(http.StatusOK, "form", integrationForm(i))
		return
	}
	v.show(http.StatusOK, "details", integrationDetails(i, v.takeSecrets(integrationPath, id)))
}

func integrationDetails(i *account.IntegrationRecord, once []pair) *details {
	d := &details{Heading: i.Name, Secrets: once,
		Links: []link{{Text: "Edit", Href: integrationPath + "?e=T&id=" + url.QueryEscape(i.ID)}, {Text: "Back to List", Href: integrationsPath}},
		Pairs: []pair{
			{"Name", i.Name}, {"Description", i.Description}, {"State", stateNames[i.State]}, {"Note", i.Note},
			{"Token-based Authentication", yesNo(i.TBA)}, {"TBA: IssueToken Endpoint", yesNo(i.IssueToken)},
			{"TBA: Authorization Flow", yesNo(i.AuthorizationFlow)}, {"Callback URL", i.CallbackURL},
			{"Authorization Code Grant", yesNo(i.AuthorizationCode)}, {"Redirect URI", i.RedirectURI},
			{"Client Credentials (Machine to Machine) Grant", yesNo(i.ClientCredentials)}, {"Scope", scopesOf(i)},
			{"User Credentials", yesNo(i.UserCredentials)},
		},
	}
	post := func(text, action string, danger bool) {
		d.Post = append(d.Post, postButton{Action: integrationPath, Text: text, Danger: danger, Hidden: []pair{{"id", i.ID}, {"action", action}}})
	}
	if i.State == account.Waiting {
		d.Warnings = append(d.Warnings, "This integration waits for approval: every call of it is refused.")
		post("Approve", "approve", false)
	}
	if i.Bundle != "" {
		d.Warnings = append(d.Warnings, "Bundle "+i.Bundle+" brought this record. Its publisher has its keys; they are not shown here.")
		return d
	}
	post("Reset Credentials", "reset", true)
	return d
}

func scopesOf(i *account.IntegrationRecord) string {
	var out []string
	for _, s := range scopeNames {
		if slices.Contains(i.Scopes, s.id) {
			out = append(out, s.label)
		}
	}
	return strings.Join(out, ", ")
}

func integrationForm(i *account.IntegrationRecord) *form {
	states := []option{{Value: string(account.Enabled), Label: "Enabled"}, {Value: string(account.Blocked), Label: "Blocked"}}
	if i.State == account.Waiting {
		states = append(states, option{Value: string(account.Waiting), Label: "Waiting for Approval"})
	}
	scopes := group{Title: "Scope", Text: "For both grants of OAuth 2.0."}
	for _, s := range scopeNames {
		scopes.Fields = append(scopes.Fields, field{Kind: check, Name: s.id, Label: s.label, Ticked: slices.Contains(i.Scopes, s.id)})
	}
	back := integrationsPath
	if i.ID != "" {
		back = integrationPath + "?id=" + url.QueryEscape(i.ID)
	}
	return &form{Action: integrationPath, Buttons: []button{{Text: "Save"}}, Cancel: back, Reset: true,
		Hidden: []pair{{"id", i.ID}, {"action", "save"}},
		Groups: []group{
			{Title: "Primary Information", Fields: []field{
				{Kind: text, Name: "name", Label: "Name", Value: i.Name, Required: true},
				{Kind: area, Name: "description", Label: "Description", Value: i.Description},
				{Kind: choose, Name: "state", Label: "State", Options: chooseFrom(states, string(i.State))},
				{Kind: area, Name: "note", Label: "Note", Value: i.Note},
			}},
			{Title: "Token-based Authentication", Fields: []field{
				{Kind: check, Name: "tba", Label: "Token-based Authentication", Ticked: i.TBA},
				{Kind: check, Name: "issuetoken", Label: "TBA: IssueToken Endpoint", Ticked: i.IssueToken},
				{Kind: check, Name: "authorizationflow", Label: "TBA: Authorization Flow", Ticked: i.AuthorizationFlow},
				{Kind: text, Name: "callbackurl", Label: "Callback URL", Value: i.CallbackURL,
					Help: "The application's address must match exactly, but for http://localhost:* and * as the first label of a domain."},
			}},
			{Title: "OAuth 2.0", Fields: []field{
				{Kind: check, Name: "authorizationcode", Label: "Authorization Code Grant", Ticked: i.AuthorizationCode,
					Help: "Kept with the record; the emulator does not serve this grant."},
				{Kind: text, Name: "redirecturi", Label: "Redirect URI", Value: i.RedirectURI},
				{Kind: check, Name: "clientcredentials", Label: "Client Credentials (Machine to Machine) Grant", Ticked: i.ClientCredentials},
			}},
			scopes,
			{Title: "User Credentials", Fields: []field{{Kind: check, Name: "usercredentials", Label: "User Credentials", Ticked: i.UserCredentials,
				Help: "Kept with the record; no password logs in to a service."}}},
		}}
}

func postIntegration(v *visit) {
	id := v.field("id")
	old := v.setup.Integration(id)
	if id != "" && old == nil {
		v.refuse(http.StatusNotFound, "Notice", "There is no such integration record.")
		return
	}
	switch action := v.field("action"); {
	case action == "save":
		v.saveIntegration(old)
	case action == "approve" && old != nil:
		v.finish(v.account().SetState(id, account.Enabled), "The integration was approved.", integrationPath, id)
	case action == "reset" && old != nil && old.Bundle == "":
		key, secret, err := v.account().ResetCredentials(id)
		if err == nil {
			v.keepSecrets(integrationPath, id, keysOf(key, secret)...)
		}
		v.finish(err, "The credentials were reset. The old ones do not work any more.", integrationPath, id)
	default:
		v.refuse(http.StatusBadRequest, "Notice", "The form asks for nothing that can be done.")
	}
}

func keysOf(key, secret string) []pair {
	return []pair{{"Consumer Key / Client ID", key}, {"Consumer Secret / Client Secret", secret}}
}

// finish goes to the record after a change, or says why there was none.
func (v *visit) finish(err error, text, path, id string) {
	if err != nil {
		v.refuse(http.StatusUnprocessableEntity, "Notice", sentence(err))
		return
	}
	v.done(text, path, "id", id)
}

// readIntegration reads the form over a record.
func (v *visit) readIntegration(i account.IntegrationRecord) account.IntegrationRecord {
	i.Name, i.Description, i.Note, i.State = v.field("name"), v.field("description"), v.field("note"), account.State(v.field("state"))
	i.TBA, i.IssueToken, i.AuthorizationFlow = v.ticked("tba"), v.ticked("issuetoken"), v.ticked("authorizationflow")
	i.CallbackURL, i.RedirectURI = v.field("callbackurl"), v.field("redirecturi")
	i.AuthorizationCode, i.ClientCredentials, i.UserCredentials = v.ticked("authorizationcode"), v.ticked("clientcredentials"), v.ticked("usercredentials")
	i.Scopes = nil
	for _, s := range scopeNames {
		if v.ticked(s.id) {
			i.Scopes = append(i.Scopes, s.id)
		}
	}
	return i
}

func (v *visit) checkIntegration(i *account.IntegrationRecord, wasWaiting bool) {
	if i.Name == "" {
		v.problem("Please enter a value for Name.")
	}
	if i.State != account.Enabled && i.State != account.Blocked && !(wasWaiting && i.State == account.Waiting) {
		v.problem("Choose a State.")
	}
	if i.AuthorizationFlow && !absolute(i.CallbackURL) {
		v.problem("TBA: Authorization Flow needs a Callback URL: an absolute address.")
	}
	if (i.AuthorizationFlow || i.IssueToken) && !i.TBA {
		v.problem("The boxes that begin with TBA: need Token-based Authentication.")
	}
	if u, err := url.Parse(i.RedirectURI); i.AuthorizationCode && (err != nil || u.Scheme == "" || u.Scheme == "http") {
		v.problem("The Authorization Code Grant needs a Redirect URI: https or a scheme of the application's own.")
	}
	if (i.AuthorizationCode || i.ClientCredentials) && len(i.Scopes) == 0 {
		v.problem("Tick at least one Scope for OAuth 2.0.")
	}
	for _, other := range v.setup.Integrations {
		if other.ID != i.ID && strings.EqualFold(other.Name, i.Name) {
			v.problem("Another integration record has that name.")
		}
	}
}

// absolute reports whether a callback is an absolute address. * stands for a
// port or the first label of a domain.
func absolute(callback string) bool {
	u, err := url.Parse(strings.Replace(callback, "*", "1", 1))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func (v *visit) saveIntegration(old *account.IntegrationRecord) {
	var base account.IntegrationRecord
	if old != nil {
		base = *old
	}
	i := v.readIntegration(base)
	v.checkIntegration(&i, base.State == account.Waiting)
	if len(v.wrong) > 0 {
		v.show(http.StatusUnprocessableEntity, "form", integrationForm(&i))
		return
	}
	if old != nil {
		err := v.account().EditIntegration(i.ID, func(x *account.IntegrationRecord) {
			i.ConsumerKey, i.ConsumerSecret = x.ConsumerKey, x.ConsumerSecret
			*x = i
		})
		v.finish(err, "The integration was saved.", integrationPath, i.ID)
		return
	}
	i, err := v.account().AddIntegration(i)
	if err == nil {
		v.keepSecrets(integrationPath, i.ID, keysOf(i.ConsumerKey, i.ConsumerSecret)...)
	}
	v.finish(err, "The integration was saved.", integrationPath, i.ID)
}
