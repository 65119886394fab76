package account

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

//go:embed consent.html
var consentHTML string

var consentPage = template.Must(template.New("consent").Parse(consentHTML))

// stateForm is what step 2 accepts as state (Oracle help, section_156536698849).
var stateForm = regexp.MustCompile(`^[A-Za-z0-9]{0,512}$`)

// ConsentPath is the page of the three-step flow on which the user agrees.
const ConsentPath = "/app/login/secure/authorizetoken.nl"

// choice is a user in a role, one line of the consent page.
type choice struct{ EmployeeID, RoleID, Employee, Role string }

// ServeConsent answers step 2: GET shows who may agree, POST carries the
// decision and goes back to the application. There is no password: whoever
// reaches the emulator may act as anybody.
func (a *Account) ServeConsent(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, "Malformed form.", http.StatusBadRequest)
		return
	}
	s, ok := a.flow.get(r.Form.Get("oauth_token"), a.Now())
	if !ok || s.verifier != "" {
		http.Error(w, "The request token is unknown, used or expired. Start again from the application.", http.StatusBadRequest)
		return
	}
	if !stateForm.MatchString(r.Form.Get("state")) {
		http.Error(w, "state has at most 512 letters and digits.", http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodGet {
		a.showConsent(w, s, r.Form.Get("state"))
		return
	}
	if r.PostForm.Get("decision") != "allow" {
		a.flow.take(s.token)
		redirectBack(w, r, s.callback, url.Values{"oauth_token": {s.token}, "oauth_verifier": {""}})
		return
	}
	a.allow(w, r, s)
}

func (a *Account) showConsent(w http.ResponseWriter, s requestTokenState, state string) {
	setup := a.Setup()
	page := struct {
		Account, Application, Token, State string
		Choices                            []choice
	}{setup.Name + " (" + setup.ID + ")", setup.Integration(s.integrationID).Name, s.token, state, choices(setup, s.wantRole)}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_ = consentPage.Execute(w, page) // the browser is gone if this fails
}

func choices(s *Setup, wantRole string) []choice {
	var out []choice
	for i := range s.Employees {
		e := &s.Employees[i]
		for _, id := range e.Roles {
			if r := s.Role(id); usable(e, r) && mayUseTokens(r) && (wantRole == "" || wantRole == id) {
				out = append(out, choice{e.ID, r.ID, e.Name, r.Name})
			}
		}
	}
	return out
}

// allow records the consent and returns to the application with a verifier.
func (a *Account) allow(w http.ResponseWriter, r *http.Request, s requestTokenState) {
	employee, role, _ := strings.Cut(r.PostForm.Get("as"), "/")
	setup := a.Setup()
	if !slices.ContainsFunc(choices(setup, s.wantRole), func(c choice) bool { return c.EmployeeID == employee && c.RoleID == role }) {
		http.Error(w, "That user cannot log in with tokens in that role.", http.StatusBadRequest)
		return
	}
	s.verifier, s.employeeID, s.roleID = newSecret(), employee, role
	a.flow.put(s, a.Now())
	redirectBack(w, r, s.callback, url.Values{
		"oauth_token": {s.token}, "oauth_verifier": {s.verifier}, "company": {setup.ID}, "role": {role}, "entity": {employee},
	})
}

// redirectBack goes to the callback; a query that it has already stays in front.
func redirectBack(w http.ResponseWriter, r *http.Request, callback string, v url.Values) {
	if state := r.Form.Get("state"); state != "" {
		v.Set("state", state)
	}
	joint := "?"
	if strings.Contains(callback, "?") {
		joint = "&"
	}
	http.Redirect(w, r, callback+joint+v.Encode(), http.StatusFound)
}
