package account

// API is the service that a request wants to log in to. It decides which
// permissions are needed and how a refusal is worded.
type API int

// The APIs of the account.
const (
	REST         API = iota // /services/rest/…
	RESTlet                 // /app/site/hosting/restlet.nl
	SOAP                    // /services/NetSuitePort_…
	TokenService            // /rest/tokeninfo, /rest/revoketoken
	requestToken            // three-step flow, step 1
	accessToken             // three-step flow, step 3
)

func (a API) flow() bool { return a == requestToken || a == accessToken }

// cause is one reason to refuse a TBA login, with the Detail that the Login
// Audit Trail shows for it: RESTlets and token services, SOAP and REST, and
// the three-step flow spell it differently (Oracle help, subsect_156935170194
// and subsect_156934879823). Where the help prints none for SOAP and REST, the
// RESTlets' spelling is used.
type cause struct {
	restlet, rest, flow string
	// request is true where RESTlets answer INVALID_REQUEST instead of
	// INVALID_LOGIN_ATTEMPT (section_4634920277).
	request bool
}

var (
	syntaxError      = &cause{"parameter_rejected", "parameter_rejected", "parameter_rejected", true}
	badParameter     = &cause{"parameter_rejected", "parameter_rejected", "parameter_rejected", true}
	missingParameter = &cause{"MissingTokenPassportRequiredFields", "MissingTokenPassportRequiredFields", "MissingRequiredParameter", true}
	noHeader         = &cause{"MissingTokenPassportRequiredFields", "MissingTokenPassportRequiredFields", "MissingRequiredParameter", false}
	badVersion       = &cause{"VersionRejected", "VersionRejected", "VersionRejected", true}
	badAlgorithm     = &cause{"UnknownAlgorithm", "UnknownAlgorithm", "UnknownAlgorithm", true}
	badTimestamp     = &cause{"InvalidTimestamp", "InvalidTimestamp", "InvalidTimestamp", true}
	shortNonce       = &cause{"nonce_rejected", "nonce_rejected", "NonceRejected", false}
	usedNonce        = &cause{"nonce_used", "NonceUsed", "NonceUsed", false}
	badSignature     = &cause{"InvalidSignature", "InvalidSignature", "InvalidSignature", false}
	unknownConsumer  = &cause{"consumer_key_unknown", "consumer_key_unknown", "UnknownIntegration", false}
	refusedConsumer  = &cause{"consumer_key_refused", "consumer_key_refused", "IntegrationBlocked", false}
	featureOff       = &cause{"FeatureDisabled", "FeatureDisabled", "FeatureDisabled", false}
	unknownToken     = &cause{"token_rejected", "token_rejected", "TokenRejected", false}
	noPermission     = &cause{"permission_denied", "permission_denied", "EntityOrRoleDisabled", false}
	userLocked       = &cause{"temporary_locked", "temporary_locked", "temporary_locked", false}
	flowOff          = &cause{flow: "AuthorizationFlowRequired"}
	badCallback      = &cause{flow: "InvalidCallback"}
	badVerifier      = &cause{flow: "InvalidVerifier"}

	// The login is good, the API is closed to it.
	apiOff           = &cause{"FeatureDisabled", "FeatureDisabled", "", false}
	apiNoPermission  = &cause{"permission_denied", "permission_denied", "", false}
	webServicesOnly  = &cause{"permission_denied", "", "", false}
	passwordRejected = &cause{"", "", "", false} // NLAuth: no password logs in to an API

	// Logins by password: the login page and issuetoken. Oracle prints no detail.
	wrongPassword   = &cause{restlet: "InvalidCredentials"}
	twoFactorNeeded = &cause{restlet: "TwoFactorRequired"}
)

// detail returns the audit trail's word for c on api.
func (c *cause) detail(api API) string {
	switch {
	case api.flow():
		return c.flow
	case api == RESTlet || api == TokenService:
		return c.restlet
	}
	return c.rest
}
