package sluice

// Authentication types of a NetSuite connection.
const (
	AuthTokenAuto = "token-auto"
	AuthToken     = "token"
	AuthOAuth2M2M = "oauth2-m2m"
	// AuthBasic is e-mail address and password, which NetSuite refuses. It comes with
	// connections that are taken over from elsewhere, to be changed to another type.
	AuthBasic = "basic"
)

// Environments of a NetSuite account.
const (
	EnvironmentProduction     = "production"
	EnvironmentSandbox        = "sandbox"
	EnvironmentReleasePreview = "release-preview"
)

// Values of fields that are ticked or not.
const (
	Yes = "yes"
	No  = "no"
)

// Defaults of the limits in time.
const (
	defaultSettle  = "15m" // NetSuite cuts a request after 15 minutes (Oracle help, subsect_1559222360)
	defaultTimeout = "5m"
)

func netsuiteKind() Kind {
	k := Kind{ID: KindNetSuite, Label: "NetSuite", Help: "A NetSuite account, reached by REST web services, SuiteQL and RESTlets."}
	k.Fields = append(k.Fields, netsuiteLogin()...)
	k.Fields = append(k.Fields, netsuiteCredentials()...)
	k.Fields = append(k.Fields, netsuiteBehaviour()...)
	k.Fields = append(k.Fields, netsuiteLimits()...)
	return k
}

func whenType(types ...string) Condition { return Condition{"type", types} }

// noIClient holds while the connection has a consumer key of its own.
var noIClient = Condition{"iclient", []string{""}}

func yesNo() []Option { return []Option{{Value: No, Label: "No"}, {Value: Yes, Label: "Yes"}} }

func netsuiteLogin() []Field {
	const g = GroupAuthentication
	return []Field{
		{Name: "type", Group: g, Label: "Authentication type", Required: true, Default: AuthToken,
			Help: "How Sluice proves to NetSuite who it is. New set-ups last longest with OAuth 2.0: from NetSuite 2027.1 no new integration can use tokens.",
			Options: []Option{
				{Value: AuthTokenAuto, Label: "Token Based Auth (Automatic)", Help: "You log in to NetSuite and allow it; the token is made for you."},
				{Value: AuthToken, Label: "Token Based Auth (Manual)", Help: "You make an access token in NetSuite and copy it here."},
				{Value: AuthOAuth2M2M, Label: "OAuth 2.0 client credentials (M2M)", Help: "You upload a certificate to NetSuite; no token is stored."},
				{Value: AuthBasic, Label: "Basic (refused by NetSuite)", Help: "E-mail address and password. Change it to another type.", Retired: true},
			}},
		{Name: "environment", Group: g, Label: "Environment", Help: "Told from the account ID: _SB1 is a sandbox, _RP a release preview. Choose it to be sure that a test connection never reaches production.",
			Options: []Option{{Value: EnvironmentProduction, Label: "Production"}, {Value: EnvironmentSandbox, Label: "Sandbox"}, {Value: EnvironmentReleasePreview, Label: "Release preview"}}},
		{Name: "account", Group: g, Label: "Account ID", Required: true, Obtained: []Condition{whenType(AuthTokenAuto)},
			Help: "In any spelling: 1234567_SB1, 1234567-sb1 or a NetSuite address. NetSuite shows it on Setup > Company > Company Information and on Setup > Integration > SOAP Web Services Preferences (older: Web Services Preferences), and in the address of every page. " +
				"With Token Based Auth (Automatic) it can stay empty: the login tells it."},
		{Name: "iclient", Group: g, Label: "iClient", Format: FormatConsumerKey, When: []Condition{whenType(AuthTokenAuto, AuthToken, AuthOAuth2M2M)},
			Help: "The consumer key and secret of an integration record, kept once for all connections that use it. With the wrong one NetSuite answers \"invalid or missing consumer key\"."},
	}
}

func netsuiteCredentials() []Field {
	const g = GroupAuthentication
	own := []Condition{whenType(AuthTokenAuto, AuthToken), noIClient}
	token := []Condition{whenType(AuthTokenAuto, AuthToken)}
	auto := []Condition{whenType(AuthTokenAuto)}
	m2m := []Condition{whenType(AuthOAuth2M2M)}
	return []Field{
		{Name: "consumer_key", Group: g, Label: "Consumer key", Secret: true, Required: true, When: own, Help: "Shown once when the integration record was saved (Setup > Integration > Manage Integrations)."},
		{Name: "consumer_secret", Group: g, Label: "Consumer secret", Secret: true, Required: true, When: own, Help: "Shown beside the consumer key."},
		{Name: "token_id", Group: g, Label: "Token ID", Secret: true, Required: true, When: token, Obtained: auto, Help: "Shown once when the access token was made (Setup > Users/Roles > Access Tokens)."},
		{Name: "token_secret", Group: g, Label: "Token secret", Secret: true, Required: true, When: token, Obtained: auto, Help: "Shown beside the token ID."},
		{Name: "client_id", Group: g, Label: "Client ID", Secret: true, Required: true, When: []Condition{whenType(AuthOAuth2M2M), noIClient}, Help: "The consumer key of an integration record with the client credentials grant."},
		{Name: "certificate_id", Group: g, Label: "Certificate ID", Required: true, When: m2m, Help: "As on Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup."},
		{Name: "certificate", Group: g, Label: "Certificate", Format: FormatText, When: m2m, Help: "PEM text of the certificate that was uploaded. With it Sluice warns 60 days before it ends."},
		{Name: "private_key", Group: g, Label: "Private key", Secret: true, Required: true, Format: FormatText, When: m2m, Help: "PEM text of the key whose certificate was uploaded: RSA 3072 or 4096, or EC P-256, P-384 or P-521."},
		{Name: "email", Group: g, Label: "E-mail", When: []Condition{whenType(AuthBasic)}, Help: "NetSuite refuses logins by e-mail address and password."},
		{Name: "password", Group: g, Label: "Password", Secret: true, When: []Condition{whenType(AuthBasic)}, Help: "NetSuite refuses logins by e-mail address and password."},
	}
}

func netsuiteBehaviour() []Field {
	const g = GroupNetSuite
	return []Field{
		{Name: "wsdl_version", Group: g, Label: "WSDL version", Default: LatestWSDL, Options: wsdlOptions(),
			Help: "Version of NetSuite's SOAP web services. The newest is recommended. Changing it on a connection that flows use can change what they read and write: see NetSuite's release notes first."},
		{Name: "timezone", Group: g, Label: "Account time zone", Format: FormatTimeZone,
			Help: "Zone of the NetSuite account, for all dates and times of this connection. Empty means the zone that NetSuite tells."},
		{Name: "ignore_read_only", Group: g, Label: "Ignore read-only fields", Default: No, Options: yesNo(),
			Help: "Yes leaves fields that NetSuite does not let anybody write out of creates and updates. No makes writing one an error of the record."},
		{Name: "suitescript", Group: g, Label: "Link SuiteScript integrator", Default: No, Options: yesNo(), Editing: true,
			Help: "Lets flows call the RESTlets that are deployed in the account."},
	}
}

func netsuiteLimits() []Field {
	const g = GroupAdvanced
	return []Field{
		{Name: "concurrency", Group: g, Label: "Concurrency level", Default: "5", Format: FormatInteger, Min: 1, Max: 50, Help: "Requests at one time over all APIs of the account."},
		{Name: "borrow_from", Group: g, Label: "Borrow concurrency from", Format: FormatConnection, Help: "Another connection of the same account whose concurrency level counts for both."},
		{Name: "base_url", Group: g, Label: "Base URL", Format: FormatURL, Help: "For an emulator or a gateway: all services are asked for under this address instead of the account's own hosts."},
		{Name: "suitetalk_url", Group: g, Label: "SuiteTalk URL", Format: FormatURL, Help: "Address of REST and SOAP web services, where it is not the usual one (Setup > Company > Company Information, Company URLs)."},
		{Name: "restlet_url", Group: g, Label: "RESTlet URL", Format: FormatURL, Help: "Address of RESTlets and token services, where it is not the usual one."},
		{Name: "app_url", Group: g, Label: "Application URL", Format: FormatURL, Help: "Address of NetSuite's pages, where it is not the usual one."},
		{Name: "timeout", Group: g, Label: "Request timeout", Default: defaultTimeout, Format: FormatDuration, Help: "How long to wait for an answer."},
		{Name: "settle", Group: g, Label: "Settle time", Default: defaultSettle, Format: FormatDuration, Help: "How long NetSuite may go on working on a request whose connection is gone. A record that is not found before then is not sent again."},
	}
}
