// Package pages is the user interface of the emulated account, as far as one
// sets up an integration with it: login, NetSuite's menu, and the pages for
// features, integration records, roles, employees, tokens and certificates,
// with NetSuite's labels and, where they are known, its addresses.
//
// It changes the account through package account alone, so that what is set up
// here bites at the next request to any service. Pages are plain HTML forms;
// one script fills in what depends on a choice, and nothing needs it.
package pages

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/pages/internal/login"
	"github.com/sluicehq/sluice/emulator/session"
)

//go:embed static templates
var files embed.FS

// Options tie the pages to the rest of the account.
type Options struct {
	Account *account.Account
	// Employees are the employee records; nil means that there are none beside
	// the account's users.
	Employees Employees
	// Seed decides the keys of the bundle's integration records.
	Seed func() uint64
	// Refresh does what a sandbox refresh does.
	Refresh func() error
	// BaseURL is the address of all services; empty means the one of the request.
	BaseURL string
}

// Employees are the employee records of the account. Their internal IDs are
// those of the account's users.
type Employees interface {
	// List returns all of them.
	List() ([]Person, error)
	// Save creates a record, where ID is empty, or changes one; it returns the ID.
	Save(Person) (string, error)
}

// Person is what the pages show and change of an employee record.
type Person struct {
	ID, Name, Email string
	Inactive        bool
}

// Site serves the pages.
type Site struct {
	opts     Options
	logins   login.Register
	routes   map[string]*page
	static   http.Handler
	sameSite *http.CrossOriginProtection
}

// page is one page of the account, with what it takes to see and to change it.
type page struct {
	path, title string
	// open pages can be seen without login; loginOnly ones before a role is chosen.
	open, loginOnly bool
	// need is the permission that the role must have: View to see, Edit to change.
	// Administrators have all. With several, one of them is enough.
	need []string
	// admin pages are for administrators alone.
	admin bool
	// feature must be on.
	feature string
	get     func(*visit)
	post    func(*visit)
}

// New returns the pages of an account.
func New(o Options) *Site {
	s := &Site{opts: o, routes: map[string]*page{}, sameSite: http.NewCrossOriginProtection()}
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is embedded
	}
	s.static = http.StripPrefix(staticPath, http.FileServerFS(static))
	for _, group := range [][]page{
		s.loginPages(), s.homePages(), s.companyPages(), s.integrationPages(), s.rolePages(), s.employeePages(),
		s.tokenPages(), s.certificatePages(), s.trailPages(), s.bundlePages(), s.emulatorPages(),
	} {
		for i := range group {
			s.routes[group[i].path] = &group[i]
		}
	}
	return s
}

// Forget ends all logins, as a reset or a refresh of the account does.
func (s *Site) Forget() { s.logins.Clear() }

const (
	staticPath = "/app/static/"
	// tokenField carries the token of the login in forms.
	tokenField = "_token"
	// maxForm is the largest form that a page takes.
	maxForm = 1 << 20
)

// ServeHTTP answers one request for a page.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if strings.HasPrefix(r.URL.Path, staticPath) {
		s.static.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{site: s, w: w, r: r, setup: s.opts.Account.Setup()}
	v.login = s.logins.Find(r, v.now(), v.stillIn)
	p := s.routes[r.URL.Path]
	if p == nil {
		v.refuse(http.StatusNotFound, "Page Not Found", "There is no such page. The emulated account has the pages that one needs to set up an integration.")
		return
	}
	v.page = p
	if v.allowed() {
		v.serve()
	}
}

// secure sets the headers that keep pages from being framed or scripted.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
}

// visit is one request for a page.
type visit struct {
	site  *Site
	w     http.ResponseWriter
	r     *http.Request
	page  *page
	setup *account.Setup
	login *login.Login     // nil without login
	user  *session.Session // nil before a role is chosen
	wrong []string         // what is wrong with the form
}

// problem notes what is wrong with the form.
func (v *visit) problem(text string) { v.wrong = append(v.wrong, text) }

func (v *visit) account() *account.Account { return v.site.opts.Account }

func (v *visit) now() time.Time { return v.account().Now() }

// allowed sends to the login page, to the choice of a role, or away.
func (v *visit) allowed() bool {
	if v.login != nil && v.login.Role != "" {
		v.user, _ = v.account().SessionFor(v.login.Employee, v.login.Role) // the login was checked
	}
	switch {
	case v.page.open:
		return true
	case v.login == nil:
		v.toLogin()
		return false
	case v.page.loginOnly:
		return true
	case v.user == nil:
		v.redirect(rolePath)
		return false
	}
	level := session.View
	if v.r.Method == http.MethodPost {
		level = session.Edit
	}
	if why := v.page.refuses(v.user, level); why != "" {
		v.refuse(http.StatusForbidden, "Notice", why)
		return false
	}
	return true
}

// refuses says why a role may not use the page, or "".
func (p *page) refuses(u *session.Session, l session.Level) string {
	if !u.Has(p.feature) {
		return "The feature '" + featureName(p.feature) + "' must be enabled in this account: Setup > Company > Enable Features."
	}
	if u.Administrator || !p.admin && len(p.need) == 0 {
		return ""
	}
	if p.admin {
		return "Only administrators may open this page."
	}
	for _, id := range p.need {
		if u.Allows(id, l) {
			return ""
		}
	}
	return "Permission Violation: You need the '" + permissionName(p.need[0]) +
		"' permission to access this page. Please contact your account administrator."
}

// serve runs the page's handler. A form must come from this site, and but for
// that of the login page from a page of this login.
func (v *visit) serve() {
	switch {
	case v.r.Method == http.MethodGet || v.r.Method == http.MethodHead:
		v.page.get(v)
	case v.r.Method == http.MethodPost && v.page.post != nil:
		if !v.readForm() {
			return
		}
		v.page.post(v)
	default:
		v.w.Header().Set("Allow", "GET, HEAD, POST")
		v.refuse(http.StatusMethodNotAllowed, "Notice", "This page does not take such a request.")
	}
}

func (v *visit) readForm() bool {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	var err error
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data") {
		err = v.r.ParseMultipartForm(maxForm)
	} else {
		err = v.r.ParseForm()
	}
	if err != nil {
		v.refuse(http.StatusBadRequest, "Notice", "The form could not be read.")
		return false
	}
	if v.site.sameSite.Check(v.r) != nil || v.login != nil && !v.page.open && !v.login.Owns(v.field(tokenField)) {
		v.refuse(http.StatusForbidden, "Notice", "The form is not from a page of this login. Open the page again.")
		return false
	}
	return true
}

// field returns a field of the posted form without surrounding space.
func (v *visit) field(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }

// ticked reports whether a box of the posted form is ticked.
func (v *visit) ticked(name string) bool { return v.field(name) == "T" }

// query returns a parameter of the address.
func (v *visit) query(name string) string { return v.r.URL.Query().Get(name) }

// baseURL is where the services of the account answer.
func (v *visit) baseURL() string {
	if base := v.site.opts.BaseURL; base != "" {
		return base
	}
	scheme := "http"
	if v.r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + v.r.Host
}
