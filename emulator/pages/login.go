package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
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

// toLogin goes to the login page, which comes back here.
func (v *visit) toLogin() {
	back := ""
	if v.r.Method == http.MethodGet {
		back = v.r.URL.RequestURI()
	}
	v.redirect(loginPath, "redirect", back)
}

// local keeps redirects on the pages of the account.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/app/") {
		return ""
	}
	return path
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
	v.site.logins.begin(v, e.ID, "")
	if strings.HasPrefix(f.Redirect, account.ConsentPath) {
		v.redirect(f.Redirect)
		return
	}
	if roles := uiRoles(v.setup, &e); len(roles) == 1 {
		v.site.logins.begin(v, e.ID, roles[0].ID)
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
	v.site.logins.end(v)
	v.redirect(loginPath)
}

// roleChoice is what the page that chooses a role shows.
type roleChoice struct {
	Redirect, Now string
	Roles         []account.Role
}

func showRoleChoice(v *visit) {
	v.show(http.StatusOK, "changerole", roleChoice{
		Redirect: local(v.query("redirect")), Now: v.login.role, Roles: uiRoles(v.setup, v.setup.Employee(v.login.employee)),
	})
}

func postRoleChoice(v *visit) {
	want := v.field("role")
	for _, r := range uiRoles(v.setup, v.setup.Employee(v.login.employee)) {
		if r.ID == want {
			v.site.logins.begin(v, v.login.employee, r.ID)
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
	view := consent{Consent: c, User: v.setup.Employee(v.login.employee).Name, Again: v.r.URL.RequestURI(), Roles: c.Roles(v.setup, v.login.employee)}
	for i, r := range view.Roles {
		if i == 0 || r.ID == v.login.role {
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
	back, err := v.account().Allow(c, v.login.employee, v.field("role"))
	if err != nil {
		v.refuse(http.StatusBadRequest, "Notice", sentence(err))
		return
	}
	http.Redirect(v.w, v.r, back, http.StatusFound)
}
