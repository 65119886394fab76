package guide

import "github.com/sluicehq/sluice"

func (s *situation) accessToken() SetupStep {
	if s.auth == sluice.AuthTokenAuto {
		return s.automaticToken()
	}
	application := FormField{Label: "Application Name", Do: "choose", Value: "Sluice", Note: "the integration record made before"}
	if s.bundle {
		application.Value, application.Note = s.bundleEntry(), "the entry that the bundle brought; the connection must hold this record's keys"
		if s.app != nil && s.app.BundleApplication == "" {
			application.Value, application.Note = "", "the entry that the app's own instructions name; the connection must hold this record's keys"
		}
	}
	return SetupStep{
		ID: StepAccessToken, Title: "Create the access token",
		Menus:   []string{"Setup > Users/Roles > Access Tokens > New", "Setup > Users/Roles > Access Tokens > New Access Token"},
		Who:     administrator + ", or a role with Access Token Management; the user alone where the role has User Access Tokens",
		Why:     "A token is one user in one role through one integration record. With the consumer key it replaces user name and password.",
		Actions: []string{"Fill in the page, click Save, and copy token ID and token secret before leaving it."},
		Fields: []FormField{application,
			{Label: "User", Do: "choose", Note: "type or search the integration's user"},
			{Label: "Role", Do: "choose", Value: s.roleName()},
			{Label: "Token Name", Do: "enter", Note: "fills itself; may be changed"},
			{Label: "Inactive", Do: "clear"}},
		Copies: []CopyField{{Shown: "Token ID", Field: "token_id", Once: true}, {Shown: "Token Secret", Field: "token_secret", Once: true}},
		Traps: append(s.tokenTraps(),
			"Token ID and token secret are shown once and cannot be had again. Put them straight into the connection, which seals them, or a password manager; not into a file on the desktop. If they are lost, make another token.",
			"The token works with the keys of the chosen record alone. With another record's (the wrong iClient) NetSuite says: invalid or missing consumerKey."),
		Help:  []string{"bridgehead_4248124361", "section_4247337262"},
		Check: StepCheck{ProbeLogin, "tokeninfo answers with the user and the role; a login is not refused with token_rejected"},
	}
}

// automaticToken is the three-step flow: NetSuite makes the token at the login.
func (s *situation) automaticToken() SetupStep {
	return SetupStep{
		ID: StepAccessToken, Title: "Authorize the connection",
		Menus: []string{},
		Who:   "A user who holds the role " + s.roleName(),
		Why:   "NetSuite makes the token itself when a user logs in and allows it; nothing has to be copied.",
		Actions: []string{"Save & authorize the connection: the browser goes to NetSuite's login page.",
			"Log in as the integration's user, choose the role " + s.roleName() + ", and click Allow."},
		Traps: append(s.tokenTraps(),
			"Deny, or closing the page, ends without a token: begin again.",
			"A browser that is logged in already takes that user and role; Change Role is on the page.",
			"The first login may install the integration record as Waiting for Approval."),
		Help:  []string{"section_156337186044", "section_156536698849", "section_156537025868"},
		Check: StepCheck{ProbeLogin, "tokeninfo answers with the user and the role; a login is not refused with TokenRejected or InvalidVerifier"},
	}
}

func (s *situation) tokenTraps() []string {
	return []string{"A token does not end by itself, nor when the user's password changes; it ends when it is revoked, when user, role or record go, and when a sandbox is refreshed.",
		"Five failed logins lock the user for 30 minutes. Do not try variants by hand: let sluice doctor look."}
}

func (s *situation) certificate() SetupStep {
	return SetupStep{
		ID: StepCertificate, Title: "Upload the certificate",
		Menus: []string{"Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup > Create New"},
		Who:   administrator + ", or a role with OAuth 2.0 Authorized Applications Management, which needs two-factor authentication",
		Why:   "The certificate ties the integration record to one user and one role. Sluice signs with the key, which never leaves it; there is no secret to copy.",
		Actions: []string{"Make key and certificate: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 730 -subj /CN=sluice -keyout sluice.pem -out sluice.crt",
			"Fill in the page and click Save.", "Copy the certificate ID, give sluice.pem to the connection, and delete the file."},
		Fields: []FormField{{Label: "Entity", Do: "choose", Note: "the integration's user"}, {Label: "Role", Do: "choose", Value: s.roleName()},
			{Label: "Application", Do: "choose", Value: "Sluice"}, {Label: "Certificate", Do: "choose", Value: "sluice.crt", Note: "RSA 3072 or 4096, or EC P-256, P-384 or P-521"}},
		Copies: []CopyField{{Shown: "Certificate ID", Field: "certificate_id"}, {Shown: "sluice.pem", Field: "private_key"}},
		Traps: []string{"A certificate lasts two years at most; a longer one is cut to that. Upload the next before it ends: five may be active for one record.",
			"Each record, user and role takes one certificate. A sandbox refresh removes them all.",
			"RSA 2048 is refused, and so is an assertion signed with RS256."},
		Help:  []string{"section_162755359851", "section_162686838198", "subsect_162755332391"},
		Check: StepCheck{ProbeLogin, "the token endpoint issues an access token; no MissingKey, SignatureValidation or TokenValidityTooBroad"},
	}
}
