package pages

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/permission"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	rolesPath    = "/app/setup/rolelist.nl"
	rolePagePath = "/app/setup/role.nl"
)

func (s *Site) rolePages() []page {
	need := []string{"ADMI_MANAGEROLES"}
	return []page{
		{path: rolesPath, title: "Manage Roles", need: need, get: listRoles},
		{path: rolePagePath, title: "Role", need: need, get: showRole, post: postRole},
	}
}

func listRoles(v *visit) {
	t := &table{Caption: "Roles", Head: []string{"Action", "Name", "Internal ID", "Web Services Only", "Two-Factor", "Inactive"},
		Actions: []link{{Text: "New Role", Href: rolePagePath}}}
	for _, r := range v.setup.Roles {
		id := url.QueryEscape(r.ID)
		act := link{Text: "Edit", About: r.Name, Href: rolePagePath + "?e=T&id=" + id}
		if fixed(&r) {
			act = link{Text: "Customize", About: r.Name, Href: rolePagePath + "?from=" + id}
		}
		t.Rows = append(t.Rows, []cell{
			{Links: []link{act}}, {Links: []link{{Text: r.Name, Href: rolePagePath + "?id=" + id}}}, {Text: r.ID},
			{Text: yesNo(r.WebServicesOnly)}, {Text: yesNo(r.TwoFactor)}, {Text: yesNo(r.Inactive)},
		})
	}
	v.show(http.StatusOK, "table", t)
}

func showRole(v *visit) {
	if from := v.query("from"); from != "" {
		v.customize(from)
		return
	}
	id := v.query("id")
	if id == "" {
		v.showRoleForm(http.StatusOK, &account.Role{}, permission.Transactions)
		return
	}
	r := v.setup.Role(id)
	switch {
	case r == nil:
		v.refuse(http.StatusNotFound, "Notice", "There is no such role.")
	case v.query("e") == "T" && fixed(r):
		v.refuse(http.StatusForbidden, "Notice", "This role is locked. Customize it to get a role of your own.")
	case v.query("e") == "T":
		v.showRoleForm(http.StatusOK, r, permission.Transactions)
	default:
		v.show(http.StatusOK, "details", roleDetails(r))
	}
}

// fixed reports whether a role can only be customized.
func fixed(r *account.Role) bool { return r.Locked || r.Administrator }

// customize opens the form of a new role with the permissions of another.
func (v *visit) customize(from string) {
	r := v.setup.Role(from)
	if r == nil {
		v.refuse(http.StatusNotFound, "Notice", "There is no such role.")
		return
	}
	v.showTitled(http.StatusOK, "form", "Customize Role", v.roleForm(cloneOf(r), permission.Transactions))
}

// cloneOf returns an unlocked copy of a role without ID and name. A copy of the
// Administrator is no administrator: it has every permission at level Full, and
// needs two-factor authentication as all highly privileged roles do.
func cloneOf(r *account.Role) *account.Role {
	c := account.Role{WebServicesOnly: r.WebServicesOnly, TwoFactor: r.TwoFactor, Permissions: maps.Clone(r.Permissions)}
	if r.Administrator {
		c.TwoFactor, c.Permissions = true, account.Permissions{}
		for _, p := range permission.All() {
			c.Permissions[p.ID] = session.Full
		}
	}
	return &c
}

func roleDetails(r *account.Role) *details {
	id := url.QueryEscape(r.ID)
	d := &details{Heading: r.Name, Pairs: []pair{
		{"Name", r.Name}, {"Internal ID", r.ID}, {"Web Services Only Role", yesNo(r.WebServicesOnly)},
		{"Two-Factor Authentication Required", yesNo(r.TwoFactor)}, {"Inactive", yesNo(r.Inactive)}, {"Locked", yesNo(fixed(r))},
	}}
	if !fixed(r) {
		d.Links = append(d.Links, link{Text: "Edit", Href: rolePagePath + "?e=T&id=" + id})
	}
	d.Links = append(d.Links, link{Text: "Customize", Href: rolePagePath + "?from=" + id}, link{Text: "Back to List", Href: rolesPath})
	if r.Administrator {
		d.Warnings = append(d.Warnings, "The Administrator may do everything. Do not use it for an integration.")
		return d
	}
	for _, t := range roleTabs {
		list := namedList{Title: string(t), Empty: "No permissions."}
		for _, p := range held(r.Permissions, t) {
			list.Items = append(list.Items, p.Name+": "+r.Permissions[p.ID].String())
		}
		d.Lists = append(d.Lists, list)
	}
	return d
}

var roleTabs = []permission.Tab{permission.Transactions, permission.Reports, permission.Lists, permission.Setup}

// held returns the permissions of a tab that a role has, by name.
func held(p account.Permissions, t permission.Tab) []permission.Permission {
	var out []permission.Permission
	for id := range p {
		if x := permission.Of(id); x.Tab == t {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b permission.Permission) int {
		return strings.Compare(strings.ToLower(a.Name)+a.ID, strings.ToLower(b.Name)+b.ID)
	})
	return out
}

func (v *visit) showRoleForm(status int, r *account.Role, open permission.Tab) {
	title := "New Role"
	if r.ID != "" {
		title = "Edit Role"
	}
	v.showTitled(status, "form", title, v.roleForm(r, open))
}

func (v *visit) roleForm(r *account.Role, open permission.Tab) *form {
	back := rolesPath
	if r.ID != "" {
		back = rolePagePath + "?id=" + url.QueryEscape(r.ID)
	}
	f := &form{Action: rolePagePath, Buttons: []button{{"Save", "action", "save"}}, Cancel: back, Hidden: []pair{{"id", r.ID}},
		Groups: []group{{Title: "Primary Information", Fields: []field{
			{Kind: text, Name: "name", Label: "Name", Value: r.Name, Required: true, Help: "Use letters and digits only."},
		}}, {Title: "Authentication", Fields: []field{
			{Kind: check, Name: "webservicesonly", Label: "Web Services Only Role", Ticked: r.WebServicesOnly, Help: "No login to these pages, and none to RESTlets."},
			{Kind: check, Name: "twofactor", Label: "Two-Factor Authentication Required", Ticked: r.TwoFactor},
			{Kind: check, Name: "inactive", Label: "Inactive", Ticked: r.Inactive},
		}}},
	}
	permissions := tab{Name: "tab", ID: "permissions", Label: "Permissions", Open: true}
	for _, t := range roleTabs {
		permissions.Tabs = append(permissions.Tabs, tab{Name: "permissiontab", ID: string(t), Label: string(t), Open: t == open,
			Groups: []group{{Lines: v.permissionLines(r, t)}}})
	}
	permissions.Tabs = append(permissions.Tabs, tab{Name: "permissiontab", ID: "Custom Record", Label: "Custom Record", Groups: []group{
		{Text: "The account has no custom record types with permissions of their own."}}})
	f.Tabs = []tab{permissions}
	return f
}

// permissionLines lists what a role has on a tab, and offers what it lacks: of
// those that depend on a feature, only while that is on.
func (v *visit) permissionLines(r *account.Role, t permission.Tab) *lines {
	id := strings.ToLower(string(t))
	l := &lines{Caption: string(t) + " permissions", Head: []string{"Permission", "Level"}, Empty: "No permissions on this tab.",
		Button: button{"Add", "action", "add " + string(t)}}
	for _, p := range held(r.Permissions, t) {
		level := &field{Name: "level_" + p.ID, Label: "Level of " + p.Name, Options: levels(r.Permissions[p.ID])}
		l.Rows = append(l.Rows, lineRow{Name: "permission", Key: p.ID, Text: p.Name, Level: level, Remove: button{"Remove", "action", "remove " + p.ID}})
	}
	offer := []option{{Label: "(choose)"}}
	for _, p := range permission.On(t) {
		if _, has := r.Permissions[p.ID]; !has && (p.Feature() == "" || v.setup.Features[p.Feature()]) {
			offer = append(offer, option{Value: p.ID, Label: p.Name})
		}
	}
	suggested := session.View
	if t == permission.Setup {
		suggested = session.Full
	}
	l.Add = []field{{Kind: choose, Name: "new_" + id, Label: "Permission", Options: offer},
		{Kind: choose, Name: "newlevel_" + id, Label: "Level", Options: levels(suggested)}}
	return l
}

func levels(now session.Level) []option {
	var out []option
	for l := session.View; l <= session.Full; l++ {
		out = append(out, option{Value: l.String(), Label: l.String(), Chosen: l == now})
	}
	return out
}

// levelOf reads a level; the lowest is View.
func levelOf(word string) session.Level {
	l, _ := session.ParseLevel(word)
	return max(l, session.View)
}

// readRole reads the form; nothing of the stored role is kept but what the form
// does not show.
func (v *visit) readRole() *account.Role {
	r := &account.Role{ID: v.field("id"), Name: v.field("name"), WebServicesOnly: v.ticked("webservicesonly"),
		TwoFactor: v.ticked("twofactor"), Inactive: v.ticked("inactive"), Permissions: account.Permissions{}}
	for _, id := range v.r.PostForm["permission"] {
		r.Permissions[id] = levelOf(v.field("level_" + id))
	}
	for _, t := range roleTabs { // a line that was filled in and not added yet
		tab := strings.ToLower(string(t))
		if id := v.field("new_" + tab); id != "" {
			r.Permissions[id] = levelOf(v.field("newlevel_" + tab))
		}
	}
	return r
}

func postRole(v *visit) {
	r := v.readRole()
	old := v.setup.Role(r.ID)
	if r.ID != "" && (old == nil || fixed(old)) {
		v.refuse(http.StatusForbidden, "Notice", "There is no such role, or it is locked.")
		return
	}
	action, what, _ := strings.Cut(v.field("action"), " ")
	open := permission.Tab(v.field("permissiontab"))
	switch action {
	case "add":
	case "remove":
		delete(r.Permissions, what)
	default:
		v.saveRole(r, old)
		return
	}
	v.showRoleForm(http.StatusOK, r, open)
}

var alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]+$`)

func (v *visit) saveRole(r, old *account.Role) {
	if r.Name == "" {
		v.problem("Please enter a value for Name.")
	}
	for _, other := range v.setup.Roles {
		if other.ID != r.ID && strings.EqualFold(other.Name, r.Name) {
			v.problem("Another role has that name.")
		}
	}
	for id := range r.Permissions {
		if p := permission.Of(id); p.Name == id && (old == nil || old.Permissions[id] == session.None) {
			v.problem("There is no permission " + id + ".")
		}
	}
	if len(v.wrong) > 0 {
		v.showRoleForm(http.StatusUnprocessableEntity, r, permission.Tab(v.field("permissiontab")))
		return
	}
	if r.Permissions[oauth2Management] > session.None {
		r.TwoFactor = true // Oracle help, section_157771510070
	}
	saved := "The role was saved."
	if !alphanumeric.MatchString(r.Name) {
		saved += " Its name has characters other than letters and digits, which some integration apps do not take."
	}
	if old == nil {
		fresh, err := v.account().AddRole(*r)
		v.finish(err, saved, rolePagePath, fresh.ID)
		return
	}
	r.Bundle = old.Bundle
	err := v.account().EditRole(r.ID, func(x *account.Role) { *x = *r })
	v.finish(err, saved, rolePagePath, r.ID)
}
