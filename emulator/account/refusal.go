package account

import (
	"fmt"
	"net/http"

	"github.com/sluicehq/sluice/emulator/fault"
)

// Words that clients see. They never tell the reason.
const (
	loginDetail = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at " +
		"Setup > Users/Roles > User Management > View Login Audit Trail."
	loginMessage  = "Invalid login attempt."
	syntaxMessage = "The request could not be understood by the server due to malformed syntax."
)

// Refusal is a login that was refused.
type Refusal struct {
	// Detail is the audit trail's reason. It is never sent.
	Detail string
	// Fault is what the client is told.
	Fault *fault.Fault
	// Challenge is the WWW-Authenticate header, or empty.
	Challenge string

	api API
}

// Write answers r in the form of the API that refused it.
func (x *Refusal) Write(w http.ResponseWriter, r *http.Request) {
	if x.Challenge != "" {
		w.Header().Set("WWW-Authenticate", x.Challenge)
	}
	if x.api == REST || x.api == SOAP {
		fault.Write(w, x.Fault)
		return
	}
	fault.WriteRESTlet(w, r.Header.Get("Content-Type"), x.Fault)
}

// refuse words c for the client (Oracle help, section_156570709583 for REST,
// section_4634920277 for RESTlets).
func (l *attempt) refuse(c *cause) *Refusal {
	x := &Refusal{Detail: c.detail(l.api), api: l.api}
	switch l.api {
	case REST:
		x.rest(c, "OAuth", "token_rejected", l.setup.ID)
	case SOAP:
		x.Fault = soapFault(c)
	default:
		x.restlet(c, "OAuth", "token_rejected", l.setup.ID)
	}
	return x
}

func (x *Refusal) rest(c *cause, scheme, reason, account string) {
	if c == syntaxError {
		x.Fault = fault.New(http.StatusBadRequest, fault.InvalidRequest, syntaxMessage)
		x.challenge(scheme, account, "invalid_request", syntaxMessage)
		return
	}
	x.Fault = fault.New(http.StatusUnauthorized, fault.InvalidLogin, loginDetail)
	x.challenge(scheme, account, reason, loginMessage)
}

func (x *Refusal) restlet(c *cause, scheme, reason, account string) {
	switch {
	case c == passwordRejected || c == webServicesOnly || c == wrongPassword:
		x.Fault = fault.New(http.StatusUnauthorized, fault.InvalidLoginCredentials, "You have entered an invalid email address or password. Please try again.")
	case c == twoFactorNeeded:
		x.Fault = fault.New(http.StatusUnauthorized, "TWO_FA_REQD", "Two-Factor Authentication required.")
	case c.request:
		x.Fault = fault.New(http.StatusBadRequest, fault.InvalidRequest, syntaxMessage)
		return
	default:
		x.Fault = fault.New(http.StatusUnauthorized, fault.InvalidLoginAttempt, loginMessage)
	}
	x.challenge(scheme, account, reason, loginMessage)
}

func (x *Refusal) challenge(scheme, account, reason, text string) {
	x.Challenge = fmt.Sprintf(`%s realm="%s", error="%s", error_description="%s"`, scheme, account, reason, text)
}

// soapFault gives the code and message that the SOAP service wraps.
func soapFault(c *cause) *fault.Fault {
	switch c {
	case apiOff:
		return fault.New(http.StatusInternalServerError, "WS_FEATURE_REQD", "The SOAP Web Services feature is not enabled in this account.")
	case apiNoPermission:
		return fault.New(http.StatusInternalServerError, "WS_PERMISSION_REQD", "Your role does not have the SOAP Web Services permission.")
	}
	return fault.New(http.StatusInternalServerError, fault.UserError, loginMessage)
}
