package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	tokensPath = "/app/setup/accesstokens.nl"
	tokenPath  = "/app/setup/accesstoken.nl"

	// The two permissions about access tokens (Oracle help, bridgehead_4248124361).
	tokenManagement  = "ADMI_MANAGE_OAUTH_TOKENS"
	oauth2Management = "ADMI_MANAGE_OAUTH2"
)

func (s *Site) tokenPages() []page {
	need := []string{tokenManagement, account.PermissionUserTokens}
	return []page{
		{path: tokensPath, title: "Access Tokens", need: need, feature: account.FeatureTBA, get: listTokens},
		{path: tokenPath, title: "Access Token", need: need, feature: account.FeatureTBA, get: showToken, post: postToken},
	}
}

// mayToken says why the user may not make or revoke a token for an employee in a
// role, or "". Access Token Management is for others' tokens, User Access Tokens
// for one's own; an administrator's tokens are made by that administrator alone.
func (v *visit) mayToken(employeeID, roleID string) string {
	own := employeeID == v.user.EmployeeID
	if r := v.setup.Role(roleID); r != nil && r.Administrator && !own {
		return "A token of an administrator can be made and revoked by that user only."
	}
	switch {
	case own && v.user.Allows(account.PermissionUserTokens, session.View), !own && v.user.Allows(tokenManagement, session.View):
		return ""
	case own:
		return "Your role needs the permission User Access Tokens for tokens of your own."
	}
	return "Your role needs the permission Access Token Management for tokens of others."
}

// seesToken reports whether a token stands in the user's list.
func (v *visit) seesToken(t *account.AccessToken) bool {
	return t.EmployeeID == v.user.EmployeeID || v.user.Allows(tokenManagement, session.View)
}

func listTokens(v *visit) {
	t := &table{Caption: "Access Tokens", Head: []string{"Action", "Token Name", "Application Name", "User", "Role", "State"},
		Empty: "There are no access tokens.", Actions: []link{{Text: "New Access Token", Href: tokenPath}}}
	for i := range v.setup.Tokens {
		x := &v.setup.Tokens[i]
		if !v.seesToken(x) {
			continue
		}
		href := tokenPath + "?id=" + url.QueryEscape(x.ID)
		t.Rows = append(t.Rows, []cell{
			{Links: []link{{Text: "View", About: x.Name, Href: href}}}, {Text: x.Name}, {Text: v.setup.Integration(x.IntegrationID).Name},
			{Text: v.setup.Employee(x.EmployeeID).Name}, {Text: v.setup.Role(x.RoleID).Name}, {Text: tokenState(x)},
		})
	}
	v.show(http.StatusOK, "table", t)
}

func tokenState(t *account.AccessToken) string {
	switch {
	case t.Revoked:
		return "Revoked"
	case t.Inactive:
		return "Inactive"
	}
	return "Active"
}

func showToken(v *visit) {
	id := v.query("id")
	if id == "" {
		v.show(http.StatusOK, "form", v.tokenForm(&account.AccessToken{}))
		return
	}
	t := v.setup.Token(id)
	if t == nil || !v.seesToken(t) {
		v.refuse(http.StatusNotFound, "Notice", "There is no such access token.")
		return
	}
	d := &details{Heading: t.Name, Secrets: v.takeSecrets(tokenPath, id),
		Links: []link{{Text: "Back to List", Href: tokensPath}, {Text: "New Access Token", Href: tokenPath}},
		Pairs: []pair{{"Application Name", v.setup.Integration(t.IntegrationID).Name}, {"User", v.setup.Employee(t.EmployeeID).Name},
			{"Role", v.setup.Role(t.RoleID).Name}, {"Token Name", t.Name}, {"State", tokenState(t)}},
	}
	if !t.Revoked && v.mayToken(t.EmployeeID, t.RoleID) == "" {
		action, label := "deactivate", "Make Inactive"
		if t.Inactive {
			action, label = "activate", "Make Active"
		}
		d.Post = []postButton{
			{Action: tokenPath, Text: label, Hidden: []pair{{"id", t.ID}, {"action", action}}},
			{Action: tokenPath, Text: "Revoke", Danger: true, Hidden: []pair{{"id", t.ID}, {"action", "revoke"}}},
		}
	}
	v.show(http.StatusOK, "details", d)
}

// tokenForm is the form of a new token. The choices of Role are grouped by user;
// the page's script leaves those of the chosen one.
func (v *visit) tokenForm(t *account.AccessToken) *form {
	applications, users, roles := []option{{}}, []option{{}}, []option{{}}
	for _, i := range v.setup.Integrations {
		if i.TBA {
			applications = append(applications, option{Value: i.ID, Label: i.Name})
		}
	}
	for _, e := range v.setup.Employees {
		if !e.Access || e.Inactive || !slices.ContainsFunc(e.Roles, func(role string) bool { return v.mayToken(e.ID, role) == "" }) {
			continue
		}
		users = append(users, option{Value: e.ID, Label: e.Name})
		roles = append(roles, v.roleOptions(&e, func(role string) bool { return v.mayToken(e.ID, role) == "" })...)
	}
	return &form{Action: tokenPath, Buttons: []button{{"Save", "action", "save"}}, Cancel: tokensPath, Reset: true,
		Groups: []group{{Title: "Primary Information", Fields: []field{
			{Kind: choose, Name: "application", Label: "Application Name", Options: chooseFrom(applications, t.IntegrationID), Required: true},
			{Kind: choose, Name: "user", Label: "User", Options: chooseFrom(users, t.EmployeeID), Required: true},
			{Kind: choose, Name: "role", Label: "Role", Options: chooseFrom(roles, t.EmployeeID+"/"+t.RoleID), Required: true},
			{Kind: text, Name: "tokenname", Label: "Token Name", Value: t.Name, Required: true, Help: "Fills itself; may be changed."},
			{Kind: check, Name: "inactive", Label: "Inactive", Ticked: t.Inactive},
		}}}}
}

// roleOptions are the roles of an employee, with the value employee/role.
func (v *visit) roleOptions(e *account.Employee, may func(role string) bool) []option {
	var out []option
	for _, id := range e.Roles {
		if r := v.setup.Role(id); r != nil && !r.Inactive && may(id) {
			out = append(out, option{Value: e.ID + "/" + id, Label: r.Name, Group: e.Name})
		}
	}
	return out
}

func postToken(v *visit) {
	action := v.field("action")
	if action == "save" {
		v.saveToken()
		return
	}
	t := v.setup.Token(v.field("id"))
	if t == nil || !v.seesToken(t) || t.Revoked {
		v.refuse(http.StatusNotFound, "Notice", "There is no such access token.")
		return
	}
	if why := v.mayToken(t.EmployeeID, t.RoleID); why != "" {
		v.refuse(http.StatusForbidden, "Notice", why)
		return
	}
	if action == "revoke" {
		v.finish(v.account().Revoke(t.ID), "The access token was revoked.", tokenPath, t.ID)
		return
	}
	err := v.account().Edit(func(s *account.Setup) error {
		s.Token(t.ID).Inactive = action == "deactivate"
		return nil
	})
	v.finish(err, "The access token was saved.", tokenPath, t.ID)
}

func (v *visit) saveToken() {
	t := account.AccessToken{IntegrationID: v.field("application"), EmployeeID: v.field("user"), Name: v.field("tokenname"), Inactive: v.ticked("inactive")}
	t.RoleID = v.roleFor(t.EmployeeID)
	i, e := v.setup.Integration(t.IntegrationID), v.setup.Employee(t.EmployeeID)
	if i == nil || !i.TBA {
		v.problem("Please enter a value for Application Name.")
	}
	switch {
	case e == nil || !e.Access || e.Inactive:
		v.problem("Please enter a value for User.")
	case t.RoleID == "" || !slices.Contains(e.Roles, t.RoleID):
		v.problem("Please enter a value for Role: one of the user's.")
	default:
		if why := v.mayToken(t.EmployeeID, t.RoleID); why != "" {
			v.problem(why)
		}
	}
	if len(v.wrong) == 0 {
		saved, err := v.account().AddToken(t)
		if err == nil {
			v.keepSecrets(tokenPath, saved.ID, pair{"Token ID", saved.Token}, pair{"Token Secret", saved.Secret})
			v.done("The access token was saved.", tokenPath, "id", saved.ID)
			return
		}
		v.problem(sentence(err))
	}
	v.show(http.StatusUnprocessableEntity, "form", v.tokenForm(&t))
}

// roleFor reads a choice that roleOptions offered, where it is one of the employee's.
func (v *visit) roleFor(employeeID string) string {
	role, _ := strings.CutPrefix(v.field("role"), employeeID+"/")
	return role
}
