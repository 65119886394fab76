package pages

import (
	"net/http"

	"github.com/sluicehq/sluice/emulator/session"
)

// menu is an entry of NetSuite's menu: a page, or entries of its own.
type menu struct {
	Text, Href   string
	New, NewText string // the page that makes a new one, behind the entry
	Top          bool
	Items        []menu
}

// wholeMenu is the menu of somebody who may do everything. Two documents write
// paths differently; both are there.
func wholeMenu() []menu {
	preferences := menu{Text: "SOAP Web Services Preferences", Href: preferencesPath}
	return []menu{
		{Text: "Lists", Top: true, Items: []menu{
			{Text: "Employees", Items: []menu{{Text: "Employees", Href: employeesPath, New: employeePath, NewText: "employee"}}},
		}},
		{Text: "Customization", Top: true, Items: []menu{
			{Text: "SuiteBundler", Items: []menu{{Text: "Search & Install Bundles", Href: bundlesPath}}},
		}},
		{Text: "Setup", Top: true, Items: []menu{
			{Text: "Company", Items: []menu{
				{Text: "Company Information", Href: companyPath},
				{Text: "Enable Features", Href: featuresPath},
				{Text: "Integration", Items: []menu{preferences}},
			}},
			{Text: "Integration", Items: []menu{
				{Text: "Manage Integrations", Href: integrationsPath, New: integrationPath, NewText: "integration"},
				preferences,
				{Text: "Web Services Preferences", Href: preferencesPath},
				{Text: "OAuth 2.0 Client Credentials (M2M) Setup", Href: certificatesPath},
			}},
			{Text: "Users/Roles", Items: []menu{
				{Text: "Manage Roles", Href: rolesPath, New: rolePagePath, NewText: "role"},
				{Text: "Manage Users", Href: usersPath},
				{Text: "Access Tokens", Href: tokensPath, New: tokenPath, NewText: "access token"},
				{Text: "View Login Audit Trail", Href: trailPath},
				{Text: "User Management", Items: []menu{{Text: "View Login Audit Trail", Href: trailPath}}},
			}},
		}},
		{Text: "Emulator only", Top: true, Items: []menu{
			{Text: "Company", Items: []menu{{Text: "Refresh sandbox", Href: refreshPath}}},
			{Text: "Token endpoints", Href: tokenErrorsPath},
		}},
	}
}

// menu returns the part of the menu that u may use.
func (s *Site) menu(u *session.Session) []menu { return s.allowedMenu(wholeMenu(), u) }

func (s *Site) allowedMenu(all []menu, u *session.Session) []menu {
	var out []menu
	for _, m := range all {
		if len(m.Items) > 0 {
			if m.Items = s.allowedMenu(m.Items, u); len(m.Items) > 0 {
				out = append(out, m)
			}
			continue
		}
		if s.routes[m.Href].refuses(u, session.View) != "" {
			continue
		}
		if m.New != "" && s.routes[m.New].refuses(u, session.Edit) != "" {
			m.New = ""
		}
		out = append(out, m)
	}
	return out
}

func (s *Site) homePages() []page {
	return []page{{path: homePath, title: "Home", get: func(v *visit) { v.show(http.StatusOK, "home", nil) }}}
}
