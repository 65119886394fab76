package account

import (
	"net/http"
	"strconv"

	"github.com/sluicehq/sluice/emulator/fault"
)

// tokenInfo is the answer of /rest/tokeninfo. Oracle names the contents (chapter_157017286140)
// but prints no sample: the keys are the emulator's guess.
type tokenInfo struct {
	CompanyID   string `json:"companyId"`
	CompanyName string `json:"companyName"`
	RoleID      int    `json:"roleId"`
	RoleName    string `json:"roleName"`
	EntityID    int    `json:"entityId"`
}

// ServeTokenInfo answers GET /rest/tokeninfo: who a TBA token logs in as.
func (a *Account) ServeTokenInfo(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	s, refused := a.Login(r, TokenService)
	if refused != nil {
		refused.Write(w, r)
		return
	}
	role, _ := strconv.Atoi(s.RoleID)
	entity, _ := strconv.Atoi(s.EmployeeID)
	writeJSON(w, http.StatusOK, tokenInfo{
		CompanyID: s.AccountID, CompanyName: s.AccountName, RoleID: role, RoleName: s.RoleName, EntityID: entity,
	})
}

// ServeRevokeToken answers GET /rest/revoketoken?consumerKey=…&token=…, signed
// with any token of the same user, or with the user's password (NLAuth): users
// revoke only their own.
func (a *Account) ServeRevokeToken(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	user, ok := a.revoker(w, r)
	if !ok {
		return
	}
	key, token := r.URL.Query().Get("consumerKey"), r.URL.Query().Get("token")
	if key == "" || token == "" {
		fault.WriteRESTlet(w, "", fault.New(http.StatusBadRequest, fault.InvalidRequest, "consumerKey and token are required."))
		return
	}
	setup := a.Setup()
	i, t := setup.integrationByKey(key), setup.tokenByID(token)
	if i == nil || t == nil || t.IntegrationID != i.ID || t.EmployeeID != user || t.Revoked {
		fault.WriteRESTlet(w, "", fault.New(http.StatusBadRequest, fault.InvalidRequest, "No such token of yours."))
		return
	}
	if err := a.Revoke(t.ID); err != nil {
		fault.WriteRESTlet(w, "", fault.New(http.StatusInternalServerError, fault.UnexpectedError, "%s", err))
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// revoker logs in who wants to revoke a token, or answers why not.
func (a *Account) revoker(w http.ResponseWriter, r *http.Request) (employeeID string, ok bool) {
	if isNLAuth(r) {
		l := a.attempt(TokenService)
		if l.finish(w, r, l.checkNLAuth(r)) {
			return "", false
		}
		return l.employee.ID, true
	}
	s, refused := a.Login(r, TokenService)
	if refused != nil {
		refused.Write(w, r)
		return "", false
	}
	return s.EmployeeID, true
}

// only answers 405 to other methods.
func only(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
		w.Header().Add("Allow", m)
	}
	w.WriteHeader(http.StatusMethodNotAllowed)
	return false
}
