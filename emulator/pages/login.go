package pages

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/pages/internal/login"
)

const (
	loginPath  = "/pages/customerlogin.jsp"
	logoutPath = "/pages/nllogoutnoback.jsp"
	rolePath   = "/app/login/secure/changerole.nl"
	homePath   = HomePath
)

// HomePath is the page that one sees after the login.
const HomePath = "/app/center/card.nl"

func (s *Site) loginPages() []page {
	return []page{
		{path: loginPath, title: "Login", open: true, get: showLogin, post: postLogin},
		{path: logoutPath, title: "Log Out", loginOnly: true, get: showLogout, post: postLogout},
		{path: rolePath, title: "Choose Role", loginOnly: true, get: showRoleChoice, post: postRoleChoice},
		{path: account.ConsentPath, title: "Allow Access", loginOnly: true, get: showConsent, post: postConsent},
	}
}

// logIn lets an employee in, in a role or without one yet.
func (v *visit) logIn(employee, role string) {
	v.login = v.site.logins.Begin(v.w, v.r, v.login, employee, role, v.now())
}

// stillIn reports whether a login is good yet: it ends when the user loses access
// or the role.
func (v *visit) stillIn(l *login.Login) bool {
	e := v.setup.Employee(l.Employee)
	if e == nil || !e.Access || e.Inactive {
		return false
	}
	return l.Role == "" || slices.ContainsFunc(uiRoles(v.setup, e), func(r account.Role) bool { return r.ID == l.Role })
}

// uiRoles are the employee's roles that may use the pages.
func uiRoles(s *account.Setup, e *account.Employee) []account.Role {
	var out []account.Role
	for _, id := range e.Roles {
		if r := s.Role(id); r != nil && !r.Inactive && !r.WebServicesOnly {
			out = append(out, *r)
		}
	}
	return out
}

// toLogin goes to the login page, which comes back here.
func (v *visit) toLogin() {
	back := ""
	if v.r.Method == http.MethodGet {
		back = v.r.URL.RequestURI()
	}
	v.redirect(loginPath, "redirect", back)
}

// local keeps redirects on the pages of the account.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(address, "/app/") || !strings.HasPrefix(path.Clean(u.Path), "/app/") {
		return ""
	}
	return address
}

// loginForm is what the login page shows.
type loginForm struct{ Email, Redirect, Application string }

func showLogin(v *visit) {
	f := loginForm{Redirect: local(v.query("redirect"))}
	f.Application = v.waitingApplication(f.Redirect)
	v.show(http.StatusOK, "login", f)
}

// waitingApplication names the application whose consent page comes after the login.
func (v *visit) waitingApplication(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Path != account.ConsentPath {
		return ""
	}
	c, err := v.account().Consent(u.Query().Get("oauth_token"), u.Query().Get("state"))
	if err != nil {
		return ""
	}
	return c.Application
}

func postLogin(v *visit) {
	f := loginForm{Email: v.field("email"), Redirect: local(v.field("redirect"))}
	e, err := v.account().LoginPassword(v.r, f.Email, v.r.PostFormValue("password"))
	if err != nil {
		v.problem("You have entered an invalid email address or password. Please try again.")
		f.Application = v.waitingApplication(f.Redirect)
		v.show(http.StatusUnauthorized, "login", f)
		return
	}
	v.logIn(e.ID, "")
	if strings.HasPrefix(f.Redirect, account.ConsentPath) {
		v.redirect(f.Redirect)
		return
	}
	if roles := uiRoles(v.setup, &e); len(roles) == 1 {
		v.logIn(e.ID, roles[0].ID)
		v.landing(f.Redirect)
		return
	}
	v.redirect(rolePath, "redirect", f.Redirect)
}

// landing is where one comes after the login.
func (v *visit) landing(path string) {
	if path == "" {
		path = homePath
	}
	v.redirect(path)
}

func showLogout(v *visit) { v.show(http.StatusOK, "logout", nil) }

func postLogout(v *visit) {
	v.site.logins.End(v.w, v.r, v.login)
	v.redirect(loginPath)
}

// roleChoice is what the page that chooses a role shows.
type roleChoice struct {
	Redirect, Now string
	Roles         []account.Role
}

func showRoleChoice(v *visit) {
	v.show(http.StatusOK, "changerole", roleChoice{
		Redirect: local(v.query("redirect")), Now: v.login.Role, Roles: uiRoles(v.setup, v.setup.Employee(v.login.Employee)),
	})
}

func postRoleChoice(v *visit) {
	want := v.field("role")
	for _, r := range uiRoles(v.setup, v.setup.Employee(v.login.Employee)) {
		if r.ID == want {
			v.logIn(v.login.Employee, r.ID)
			v.landing(local(v.field("redirect")))
			return
		}
	}
	v.refuse(http.StatusBadRequest, "Notice", "That is not one of your roles.")
}

// consent is what the consent page shows.
type consent struct {
	account.Consent
	User, Now, Again string
	Roles            []account.Role
}

// waiting returns the consent that is asked for, or says why there is none.
func (v *visit) waiting() (account.Consent, bool) {
	c, err := v.account().Consent(v.r.FormValue("oauth_token"), v.r.FormValue("state"))
	if err != nil {
		v.refuse(http.StatusBadRequest, "Notice", sentence(err))
		return c, false
	}
	return c, true
}

func showConsent(v *visit) {
	c, ok := v.waiting()
	if !ok {
		return
	}
	view := consent{Consent: c, User: v.setup.Employee(v.login.Employee).Name, Again: v.r.URL.RequestURI(), Roles: c.Roles(v.setup, v.login.Employee)}
	for i, r := range view.Roles {
		if i == 0 || r.ID == v.login.Role {
			view.Now = r.ID
		}
	}
	v.show(http.StatusOK, "consent", view)
}

func postConsent(v *visit) {
	c, ok := v.waiting()
	if !ok {
		return
	}
	if v.field("decision") != "allow" {
		http.Redirect(v.w, v.r, v.account().Deny(c), http.StatusFound)
		return
	}
	back, err := v.account().Allow(c, v.login.Employee, v.field("role"))
	if err != nil {
		v.refuse(http.StatusBadRequest, "Notice", sentence(err))
		return
	}
	http.Redirect(v.w, v.r, back, http.StatusFound)
}
