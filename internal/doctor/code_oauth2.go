package doctor

import "github.com/sluicehq/sluice"

// oauth2Codes are the Details of calls with OAuth 2.0, of the code flow, and of
// refreshing (Oracle help, subsect_158324637123, subsect_158711892221, subsect_158711928134).
func oauth2Codes() []sluice.CodeMeaning {
	const p = protocolOAuth2
	const certificate = "Upload the certificate of this key on Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup for this integration record, and copy the certificate ID"
	const again = "Authorize again"
	return []sluice.CodeMeaning{
		meaning(p, "AccessTokenExpired", "", "The access token was used after its hour", "Nothing to set up: the next request fetches a new one. If it repeats, set this machine's clock"),
		meaning(p, "EntityOrRoleDisabled", stepUser, "User or role cannot be used: inactive, without access, the role taken from the user, or without Log in using OAuth 2.0 Access Tokens", "Make both active, give the user the role, and the role the permission"),
		meaning(p, "InvalidSignature", "", "The access token is not one that NetSuite issued", ourFault),
		meaning(p, "TokenRejected", "", "A refresh token was sent as access token", ourFault),
		meaning(p, "InvalidIntegration", stepIntegration, "The integration record does not exist, or its grant is not ticked", "Copy the client ID of the integration record, and tick Client Credentials (Machine to Machine) Grant"),
		meaning(p, "ScopeMismatched", stepIntegration, "The token does not hold the scope of the API", "Tick REST Web Services and RESTlets on the integration record"),
		meaning(p, "AuthorizationCodeGrantRequired", stepIntegration, "The integration record does not allow the authorization code grant", "Tick Authorization Code Grant, or use client credentials"),
		meaning(p, "InvalidScope", stepIntegration, "A scope is unknown or missing", "Tick REST Web Services and RESTlets on the integration record"),
		meaning(p, "FeatureDisabled", stepFeatures, "A feature is off: OAuth 2.0, or the one of the API that was called", "Tick it on Setup > Company > Enable Features > SuiteCloud"),
		meaning(p, "IntegrationBlocked", stepIntegration, "The integration record is blocked or waits for approval", "Set State to Enabled on Setup > Integration > Manage Integrations"),
		meaning(p, "UnsupportedAlgo", stepCertificate, "The assertion's algorithm is not accepted", "Use a key that NetSuite takes: RSA 3072 or 4096, or EC P-256, P-384 or P-521"),
		meaning(p, "TokenValidityTooBroad", "", "The assertion is valid for more than an hour", ourFault),
		meaning(p, "TokenBlocked", stepUser, "The authorization was revoked", again),
		meaning(p, "InvalidTokenType", "", "The token is of another type than was said", ourFault),
		meaning(p, "SignatureValidation", stepCertificate, "The private key is not the certificate's", certificate),
		meaning(p, "ClientIdMismatch", stepCertificate, "The certificate belongs to another integration record", certificate),
		meaning(p, "TokenNotAcceptable", stepClock, "The assertion was issued in NetSuite's future", "Set this machine's clock by NTP"),
		meaning(p, "TokenExpired", stepClock, "The assertion had ended when it came", "Set this machine's clock by NTP"),
		meaning(p, "InvalidIssuer", stepIntegration, "No integration record of this account has the client ID", "Copy the client ID (consumer key) of the integration record"),
		meaning(p, "MissingKeyId", "", "The assertion names no certificate", ourFault),
		meaning(p, "MissingKey", stepCertificate, "The account has no such certificate: the ID is mistyped, or the certificate was revoked, has ended, or was lost in a sandbox refresh", certificate),
		meaning(p, "InvalidState", "", "The state parameter has not 22 to 1024 characters", ourFault),
		meaning(p, "UnknownIntegration ClientAuthenticationFailed", stepIntegration, "The client ID is not known, or its secret is wrong", "Copy client ID and secret of the integration record"),
		meaning(p, "InvalidRedirectURI", stepIntegration, "The redirect URI is not the one on the integration record", "Make them the same"),
		meaning(p, "UnsupportedResponseType", "", "The response type is not code", ourFault),
		meaning(p, "AuthorizationExplicitlyDenied", stepUser, "The user pressed Deny on the consent page", "Authorize again, and press Allow"),
		meaning(p, "InvalidGrantType", "", "The grant type is not known", ourFault),
		meaning(p, "InvalidRequest", stepBaseURL, "The request is not complete, or its assertion is made out to another address", "Take the base URL away unless a gateway needs it"),
		meaning(p, "InvalidGrant", stepUser, "Code or refresh token is used up or revoked", again),
		meaning(p, "RefreshTokenExpired", stepUser, "The refresh token has ended: seven days for confidential clients", again),
	}
}
