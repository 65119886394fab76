package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// decided is a verdict with one candidate.
func decided(code, summary, step, why, fix string) *sluice.Verdict {
	return &sluice.Verdict{Code: code, Summary: summary, Steps: []sluice.Candidate{{Step: step, Why: why, Fix: fix}}}
}

// byCode is the verdict of a code that NetSuite has let out.
func byCode(m sluice.CodeMeaning) sluice.Verdict {
	code := "connection.login_refused"
	if sameCode(m.Codes[0], "temporary_locked") {
		code = "connection.user_locked"
	}
	return *decided(code, "NetSuite refused the login and said why: "+m.Codes[0], m.Step, m.Cause, m.Fix)
}

// question asks for what only people with access to the account can see.
func question(at time.Time) string {
	return fmt.Sprintf("What does Setup > Users/Roles > User Management > View Login Audit Trail (Use Advanced Search, Results, add Detail) say for %s? "+
		"Then: sluice doctor --explain-code DETAIL", at.UTC().Format("2006-01-02 15:04 UTC"))
}

// The candidates for a login that was refused without a reason.

func (e *examination) integrationCandidate() sluice.Candidate {
	if e.conn.Get("type") == sluice.AuthOAuth2M2M {
		return sluice.Candidate{Step: stepIntegration, Why: "The client ID is not the integration record's, the record is not Enabled, or Client Credentials (Machine to Machine) Grant is not ticked",
			Fix: "Open it on Setup > Integration > Manage Integrations: State Enabled, the grant ticked; copy the client ID again"}
	}
	return sluice.Candidate{Step: stepIntegration, Why: "Consumer key or secret is not the integration record's, or the record is not Enabled or has Token-based Authentication not ticked",
		Fix: "Open it on Setup > Integration > Manage Integrations: State Enabled, the box ticked; copy key and secret again, or reset them"}
}

func (e *examination) tokenCandidate() sluice.Candidate {
	return sluice.Candidate{Step: stepToken, Why: "The token is revoked, mistyped, of another integration record or account, or its secret is wrong",
		Fix: "Make a new token on Setup > Users/Roles > Access Tokens, for this integration record, user and role"}
}

func (e *examination) userCandidate() sluice.Candidate {
	return sluice.Candidate{Step: stepUser, Why: "User or role is inactive, the user has lost access or the role, or five refused logins have locked the user for 30 minutes",
		Fix: "On Lists > Employees > Edit > Access: access given, the role listed; wait out a lock"}
}

// tokenPermission names the permission to log in, which depends on the type.
func (e *examination) tokenPermission() string {
	if e.conn.Get("type") == sluice.AuthOAuth2M2M {
		return "Log in using OAuth 2.0 Access Tokens"
	}
	return "Log in using Access Tokens"
}

func (e *examination) permissionCandidate(permission string) sluice.Candidate {
	return sluice.Candidate{Step: stepPermissions, Why: "The role lacks the permission " + permission,
		Fix: "Add it on Setup > Users/Roles > Manage Roles > Edit > Permissions > Setup"}
}

func (e *examination) featureCandidate(feature string) sluice.Candidate {
	return sluice.Candidate{Step: stepFeatures, Why: "The feature " + feature + " is off", Fix: "Tick it on Setup > Company > Enable Features > SuiteCloud"}
}

func (e *examination) loginFeature() string {
	if e.conn.Get("type") == sluice.AuthOAuth2M2M {
		return "OAuth 2.0"
	}
	return "Token-based Authentication"
}

func (e *examination) accountCandidate() sluice.Candidate {
	return sluice.Candidate{Step: stepAccount, Why: "The keys are of another account than " + e.account.Realm() + ": then its audit trail has no row at all for this time",
		Fix: "Copy the account ID from Setup > Company > Company Information of the account in which the keys were made"}
}

func (e *examination) certificateCandidate() sluice.Candidate {
	return sluice.Candidate{Step: stepCertificate, Why: "The certificate ID is not known, the certificate is revoked or has ended, or the private key is not its key",
		Fix: "Upload the certificate of this key on Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup, and copy the certificate ID"}
}

func (e *examination) refreshCandidate() sluice.Candidate {
	return sluice.Candidate{Step: stepRefresh, Why: "A refresh of the sandbox deletes its tokens and certificates (Oracle help, section_1534941538, section_162686838198)",
		Fix: "Make new tokens or certificates in the sandbox for all its connections"}
}

func (e *examination) overload(why string) sluice.Verdict {
	return *decided("connection.concurrency", "NetSuite refuses requests for concurrency: the account is busy, the connection is not broken", stepConcurrency, why,
		"Lower the concurrency level, let other integrations pause, or reserve a share on Setup > Integration > Integration Management > Integration Governance; then test again")
}

// outage is the verdict of a failure of NetSuite's own.
func outage(what string) sluice.Verdict {
	return *decided("connection.netsuite_failed", "NetSuite failed: "+what, "", "NetSuite or what stands before it is out of order or under maintenance", "Try again later; status.netsuite.com tells of outages")
}

// nameIClients says of a refused token which other consumer keys it may belong to: a
// token works with the keys of the integration record that it was made for alone.
func (e *examination) nameIClients(v sluice.Verdict) sluice.Verdict {
	own := e.conn.Get("iclient")
	i := slices.IndexFunc(v.Steps, func(c sluice.Candidate) bool { return c.Step == stepIntegration || c.Step == stepToken })
	if v.Code != "connection.login_refused" || !e.conn.ByToken() || i < 0 || own == "" && len(e.IClients) == 0 {
		return v
	}
	v.Summary += ". With the wrong iClient this is what users know as \"invalid or missing consumer key\""
	v.Steps = slices.Clone(v.Steps)
	pick := ". Is it the iClient of another integration record, choose the one that the token was made for"
	if len(e.IClients) > 0 {
		pick += ": " + strings.Join(e.IClients, " or ")
	}
	v.Steps[i].Fix += pick
	return v
}
