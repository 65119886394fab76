package account

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account/internal/nlauth"
	"github.com/sluicehq/sluice/emulator/session"
)

// ServeIssueToken answers GET /rest/issuetoken?consumerKey=…&name=…, by which an
// application that holds a user's password makes a token for itself (Oracle
// help, chapter_157017286140 and section_1546447142; deprecated).
func (a *Account) ServeIssueToken(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	l := a.attempt(TokenService)
	c := l.checkIssue(r)
	if l.finish(w, r, c) {
		return
	}
	t, err := a.AddToken(AccessToken{
		Name: r.URL.Query().Get("name"), IntegrationID: l.integration.ID, EmployeeID: l.employee.ID, RoleID: l.role.ID,
	})
	if err != nil { // the role was taken away meanwhile
		l.refuse(noPermission).Write(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]string{"tokenId": t.Token, "tokenSecret": t.Secret})
}

// checkIssue checks the password and the role, and the application.
func (l *attempt) checkIssue(r *http.Request) *cause {
	if c := l.checkNLAuth(r); c != nil {
		return c
	}
	l.claim.consumerKey = r.URL.Query().Get("consumerKey")
	if l.claim.consumerKey == "" {
		return missingParameter
	}
	if c := l.checkIntegration(); c != nil {
		return c
	}
	switch {
	case !l.integration.IssueToken:
		return refusedConsumer
	case !l.role.Administrator && l.role.Permissions[PermissionUserTokens] == session.None:
		return noPermission
	}
	return nil
}

// checkNLAuth logs a user in by the password of an NLAuth header.
func (l *attempt) checkNLAuth(r *http.Request) *cause {
	if !isNLAuth(r) {
		return noHeader
	}
	p, err := nlauth.Parse(r.Header.Get("Authorization"))
	if err != nil {
		return syntaxError
	}
	if slices.Contains([]string{p.Account, p.Email, p.Password}, "") {
		return missingParameter
	}
	if p.Account != l.setup.ID {
		return wrongPassword
	}
	if c := l.checkPassword(p.Email, p.Password); c != nil {
		return c
	}
	l.role = l.namedRole(p.Role)
	switch {
	case !usable(l.employee, l.role):
		return noPermission
	case l.role.TwoFactor:
		return twoFactorNeeded // one-time passwords are not emulated: none is right
	}
	return nil
}

func isNLAuth(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, nlauth.Scheme)
}

// namedRole is the role that the header names, or the user's only one.
func (l *attempt) namedRole(id string) *Role {
	if id == "" && len(l.employee.Roles) == 1 {
		id = l.employee.Roles[0]
	}
	return l.setup.Role(id)
}
