package doctor

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sluicehq/sluice"
)

// The protocols whose codes are known.
const (
	protocolTBA       = "token-based authentication"
	protocolThreeStep = "three-step flow"
	protocolOAuth2    = "OAuth 2.0"
	protocolAnswer    = "answer of an API"
	protocolEndpoint  = "answer of the OAuth 2.0 token endpoint"
)

const (
	ourFault = "Nothing to set up: Sluice or a program between it and NetSuite sent a wrong request. Report it, with Sluice's version"
	lockFix  = "Wait 30 minutes without any login, or let an administrator reset the lock; then mend what made the logins fail"
)

// Explain says what a code means: a Detail of the Login Audit Trail in any
// spelling, or a code of an answer. What follows the code, such as the URL
// behind InvalidCallback, may be there. An unknown code is not_found.
func Explain(code string) (*sluice.CodeExplanation, error) {
	e := &sluice.CodeExplanation{Code: strings.TrimSpace(code)}
	for _, m := range codes() {
		if slices.ContainsFunc(m.Codes, func(c string) bool { return sameCode(c, code) }) {
			e.Meanings = append(e.Meanings, m)
		}
	}
	if len(e.Meanings) == 0 {
		return nil, sluice.NotFound("code", e.Code).Fix("Copy the column Detail of Setup > Users/Roles > User Management > View Login Audit Trail as it is. docs/doctor.md lists the codes")
	}
	return e, nil
}

// Codes returns the meanings of all known codes.
func Codes() []sluice.CodeMeaning { return codes() }

// sameCode compares codes without case and punctuation: NetSuite writes both
// token_rejected and TokenRejected.
func sameCode(a, b string) bool { return plain(a) == plain(b) }

func plain(code string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(code), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, first)
}

// auditMeaning returns what a code means in the audit trail's table of a
// protocol, and false for codes that say nothing.
func auditMeaning(protocol, code string) (sluice.CodeMeaning, bool) {
	for _, m := range codes() {
		if m.Protocol == protocol && slices.ContainsFunc(m.Codes, func(c string) bool { return sameCode(c, code) }) {
			return m, code != ""
		}
	}
	return sluice.CodeMeaning{}, false
}

func codes() []sluice.CodeMeaning {
	return slices.Concat(tbaCodes(), flowCodes(), oauth2Codes(), endpointCodes(), answerCodes())
}

// meaning is one row: the spellings separated by spaces.
func meaning(protocol, spellings, step, cause, fix string) sluice.CodeMeaning {
	return sluice.CodeMeaning{Protocol: protocol, Codes: strings.Fields(spellings), Cause: cause, Fix: fix, Step: step}
}

// tbaCodes are the Details of calls with token-based authentication: those of
// RESTlets, and of SOAP and REST where they differ (Oracle help, subsect_156935170194).
func tbaCodes() []sluice.CodeMeaning {
	const p = protocolTBA
	return []sluice.CodeMeaning{
		meaning(p, "consumer_key_unknown ConsumerKeyUnknown", stepIntegration, "No integration record of this account has the consumer key: it is mistyped, of another account, or was replaced by Reset Credentials",
			"Copy key and secret of the integration record into the connection; reset its credentials if nobody kept them"),
		meaning(p, "consumer_key_refused ConsumerKeyRefused", stepIntegration, "The integration record is blocked or waits for approval, or its Token-based Authentication box is not ticked",
			"Set State to Enabled on Setup > Integration > Manage Integrations, and tick Token-based Authentication"),
		meaning(p, "token_rejected TokenRejected", stepToken, "The account has no such token: it is mistyped, revoked, of another integration record, or of production used in a sandbox",
			"Make a new token on Setup > Users/Roles > Access Tokens for the connection's integration record; after a sandbox refresh, for every connection"),
		meaning(p, "permission_denied PermissionDenied", stepUser, "User or role cannot be used: inactive, without access, the role taken from the user or hidden by them, or without the permission to log in with tokens",
			"Make user and role active, give the user access and the role, and give the role Log in using Access Tokens"),
		meaning(p, "InvalidSignature invalid_signature signature_invalid", stepToken, "The signature does not fit: the consumer secret or the token secret is wrong or cut off, or the account ID is not this account's",
			"Copy both secrets again, 64 characters each; where nobody kept them, make a new token, or reset the integration record's credentials"),
		meaning(p, "UnknownAlgorithm unknown_algorithm", "", "The signature is not HMAC-SHA256", ourFault),
		meaning(p, "InvalidTimestamp timestamp_refused TimestampRefused", stepClock, "The request's time is more than five minutes from NetSuite's", "Set this machine's clock by NTP"),
		meaning(p, "nonce_used NonceUsed", "", "A request was sent twice as it was", ourFault),
		meaning(p, "nonce_rejected NonceRejected", "", "The nonce has fewer than six characters", ourFault),
		meaning(p, "parameter_rejected ParameterRejected", "", "A parameter of the header is there twice, empty or malformed", ourFault),
		meaning(p, "MissingTokenPassportRequiredFields", "", "A parameter of the header is missing", ourFault),
		meaning(p, "VersionRejected version_rejected", "", "The header's version is not 1.0", ourFault),
		meaning(p, "FeatureDisabled feature_disabled", stepFeatures, "A feature is off: Token-based Authentication, or the one of the API that was called", "Tick it on Setup > Company > Enable Features > SuiteCloud"),
		meaning(p, "temporary_locked TemporaryLocked", stepUser, "Five refused logins have locked the user for 30 minutes", lockFix),
	}
}

// flowCodes are the Details of the three-step flow (Oracle help, subsect_156934879823).
func flowCodes() []sluice.CodeMeaning {
	const p = protocolThreeStep
	return []sluice.CodeMeaning{
		meaning(p, "UnknownIntegration", stepIntegration, "No integration record of this account has the consumer key", "Copy the consumer key and secret of the integration record into the connection"),
		meaning(p, "IntegrationBlocked", stepIntegration, "The integration record is blocked or waits for approval", "Set State to Enabled on Setup > Integration > Manage Integrations"),
		meaning(p, "AuthorizationFlowRequired", stepIntegration, "The box TBA: Authorization Flow of the integration record is not ticked. A connection with a token made by hand does not need it", "Tick TBA: Authorization Flow and give the callback URL, or make the token by hand"),
		meaning(p, "InvalidCallback", stepIntegration, "The callback URL is not the one on the integration record", "Make the callback URL of the integration record the one that the Detail shows"),
		meaning(p, "MissingRequiredParameter", "", "A parameter of the header is missing", ourFault),
		meaning(p, "NonceRejected", "", "The nonce has fewer than six characters", ourFault),
		meaning(p, "NonceUsed", "", "A request was sent twice as it was", ourFault),
		meaning(p, "InvalidTimestamp", stepClock, "The request's time is more than five minutes from NetSuite's", "Set this machine's clock by NTP"),
		meaning(p, "InvalidSignature", stepIntegration, "The consumer secret is wrong, or in the last step the request token's", "Copy the consumer secret again, or reset the integration record's credentials"),
		meaning(p, "UnknownAlgorithm", "", "The signature is not HMAC-SHA256", ourFault),
		meaning(p, "VersionRejected", "", "The header's version is not 1.0", ourFault),
		meaning(p, "FeatureDisabled", stepFeatures, "The feature Token-based Authentication is off", "Tick it on Setup > Company > Enable Features > SuiteCloud"),
		meaning(p, "TokenRejected", stepToken, "The request token is unknown, used up or too old", "Start the authorization again"),
		meaning(p, "EntityOrRoleDisabled", stepUser, "User or role cannot be used: inactive, without access, or without the permission to log in with tokens", "Make both active, and give the role Log in using Access Tokens"),
		meaning(p, "InvalidVerifier", stepToken, "The verifier is not the one of the consent page; an empty one means that the user pressed Deny", "Start the authorization again, and press Allow"),
		meaning(p, "temporary_locked", stepUser, "Five refused logins have locked the user for 30 minutes", lockFix),
	}
}

// endpointCodes are what the token endpoint answers (Oracle help, subsect_158521832417).
func endpointCodes() []sluice.CodeMeaning {
	const p = protocolEndpoint
	return []sluice.CodeMeaning{
		meaning(p, "invalid_request", "", "The request is not complete, or names another account's address", ourFault),
		meaning(p, "invalid_client", stepCertificate, "Certificate or client ID is not known, or the private key is not the certificate's", "Upload the certificate of this key on Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup, and copy certificate ID and client ID"),
		meaning(p, "invalid_grant", stepUser, "User, role or certificate of the mapping cannot be used any more, or a code or refresh token is used up", "Look at the mapping's user, role and expiry date"),
		meaning(p, "unauthorized_client", stepIntegration, "The integration record may not use this grant, or the feature OAuth 2.0 is off", "Tick Client Credentials (Machine to Machine) Grant, and set State to Enabled"),
		meaning(p, "unsupported_grant_type", "", "The grant type is not known", ourFault),
		meaning(p, "invalid_scope", stepIntegration, "The integration record lacks a scope", "Tick REST Web Services and RESTlets on the integration record"),
	}
}

// answerCodes are codes of answers that people see first (Oracle help,
// section_156570709583, section_4634920277, bridgehead_1525252812).
func answerCodes() []sluice.CodeMeaning {
	const p = protocolAnswer
	const nothing = "The login was refused. NetSuite says nothing more to the caller"
	const trail = "Look up the Detail in the Login Audit Trail, and ask for that code"
	return []sluice.CodeMeaning{
		meaning(p, "INVALID_LOGIN INVALID_LOGIN_ATTEMPT USER_ERROR", "", nothing, trail),
		meaning(p, "INVALID_LOGIN_CREDENTIALS", stepRole, "The login was refused by a RESTlet: a password was sent, or the role is Web Services Only", "Clear Web Services Only Role on the role"),
		meaning(p, "TWO_FA_REQD", stepRole, "The role asks for two-factor authentication", "Use a role of its own that is not highly privileged"),
		meaning(p, "CONCURRENCY_LIMIT_EXCEEDED SSS_REQUEST_LIMIT_EXCEEDED WS_REQUEST_BLOCKED WS_CONCUR_SESSION_DISALLWD", stepConcurrency, "Too many requests of the account were under way at the same time", "Lower the concurrency level, or let others of the account pause"),
		meaning(p, "SSS_INVALID_SCRIPTLET_ID", stepRESTlet, "There is no such RESTlet, or it is not deployed", "Deploy it with status Released, and copy script ID and deployment ID"),
		meaning(p, "INSUFFICIENT_PERMISSION PERMISSION_VIOLATION", stepPermissions, "The role lacks a permission, or has it at too low a level", "Give the role the permission that the message names"),
		meaning(p, "WS_FEATURE_REQD", stepFeatures, "The feature SOAP Web Services is off", "Tick it on Setup > Company > Enable Features > SuiteCloud"),
		meaning(p, "WS_PERMISSION_REQD", stepPermissions, "The role lacks the permission SOAP Web Services at level Full", "Give it to the role"),
	}
}
