package emulator

import (
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/pages"
	"github.com/sluicehq/sluice/emulator/restlet"
)

// route is one service of the account.
type route struct {
	path   string // ends in / or _ for everything that begins so
	method string // empty for all
	// login puts the account's login and the concurrency gate before the
	// service. Services without it log in themselves or need none.
	login   bool
	api     account.API
	handler http.Handler
	// alone is a service that replaces the account: it holds no part of it while
	// it works, and meets no failures.
	alone bool
}

func (rt *route) matches(r *http.Request) bool {
	if rt.method != "" && rt.method != r.Method {
		return false
	}
	isPrefix := strings.HasSuffix(rt.path, "/") || strings.HasSuffix(rt.path, "_")
	return rt.path == r.URL.Path || isPrefix && strings.HasPrefix(r.URL.Path, rt.path)
}

// mount adds a service that needs login. Those added later win.
func (e *Emulator) mount(path string, api account.API, h http.Handler) {
	e.routes = append(e.routes, route{path: path, login: true, api: api, handler: h})
}

// mountOpen adds a service that does not need login, or does it itself.
func (e *Emulator) mountOpen(method, path string, h http.HandlerFunc) {
	e.routes = append(e.routes, route{path: path, method: method, api: account.TokenService, handler: h})
}

func (e *Emulator) mountAccount() {
	e.mountOpen("", "/", home)
	e.mount("/services/rest/", account.REST, http.HandlerFunc(noService))
	e.mountOpen(http.MethodOptions, "/services/rest/", probe)
	e.mountOpen("", account.TokenPath, e.account.ServeToken)
	e.mountOpen("", "/app/", e.pages.ServeHTTP)
	e.mountOpen("", "/pages/", e.pages.ServeHTTP)
	e.routes = append(e.routes, route{path: pages.RefreshPath, alone: true, handler: e.pages})
	e.mount(restlet.Path, account.RESTlet, e.scripts)
	e.mountOpen("", "/rest/issuetoken", e.account.ServeIssueToken)
	e.mountOpen("", "/rest/tokeninfo", e.account.ServeTokenInfo)
	e.mountOpen("", "/rest/revoketoken", e.account.ServeRevokeToken)
	e.mountOpen("", "/rest/requesttoken", e.account.ServeRequestToken)
	e.mountOpen("", "/rest/accesstoken", e.account.ServeAccessToken)
	e.mountOpen(http.MethodGet, "/rest/datacenterurls", e.dataCenterURLs)
}

func (e *Emulator) find(r *http.Request) *route {
	for i := len(e.routes) - 1; i > 0; i-- {
		if e.routes[i].matches(r) {
			return &e.routes[i]
		}
	}
	return &e.routes[0]
}

// home leads people who come to the bare address to the pages.
func home(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, pages.HomePath, http.StatusFound)
}

// noService answers paths below /services/rest/ that no service owns.
func noService(w http.ResponseWriter, r *http.Request) {
	fault.Write(w, fault.New(http.StatusNotFound, "NOT_FOUND", "The requested resource %s does not exist.", r.URL.Path))
}

// probe answers OPTIONS, which clients use to see whether the host is there.
func probe(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// dataCenterURLs answers the discovery service (Oracle help, chapter_157011836591).
func (e *Emulator) dataCenterURLs(w http.ResponseWriter, r *http.Request) {
	rest, webservices, system := e.domains(r)
	writeJSON(w, http.StatusOK, map[string]string{"restDomain": rest, "webservicesDomain": webservices, "systemDomain": system})
}

// base is the address of web services for whoever asks.
func (e *Emulator) base(r *http.Request) string {
	_, webservices, _ := e.domains(r)
	return webservices
}
