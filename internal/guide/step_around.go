package guide

import "strings"

func (s *situation) restletDeployment() SetupStep {
	return SetupStep{
		ID: StepRESTletDeployment, Title: "Let the role call RESTlets", Optional: true,
		Menus:   []string{"Customization > Scripting > Script Deployments > Edit > Audience"},
		Who:     administrator + ", or the developer of the script",
		Why:     "Only for connections through which RESTlets are called. A deployment says which roles may call it.",
		Actions: []string{"Open the script's deployment, choose the role on the Audience subtab, and click Save."},
		Fields: []FormField{{Label: "Status", Do: "choose", Value: "Released"}, {Label: "Deployed", Do: "tick"},
			{Label: "Roles", Do: "choose", Value: s.roleName(), Note: "on the subtab Audience"}},
		Traps: []string{"A role that is Web Services Only can call no RESTlet, whatever the audience is.",
			"While the deployment's Status is Testing only its owner can call it."},
		Help:  []string{"section_4636903496", "chapter_157011522878", "section_1530099787"},
		Check: StepCheck{ProbeRESTlets, "the script answers, or refuses its arguments; no login failure"},
	}
}

func (s *situation) concurrency() SetupStep {
	return SetupStep{
		ID: StepConcurrency, Title: "See how many requests at a time the account takes",
		Menus:   []string{"Setup > Integration > Integration Management > Integration Governance"},
		Who:     administrator,
		Why:     "SOAP, REST and RESTlets of all programs share one pool of the account: 5 by default, 15 or 20 in higher tiers, 10 more for each SuiteCloud Plus licence.",
		Actions: []string{"Read the account limit and what other integrations use.", "Set the connection's concurrency level to what is left, and leave one for people."},
		Copies:  []CopyField{{Shown: "Account concurrency limit, less what others use", Field: "concurrency"}},
		Traps: []string{"The often-told five connections at a time is this pool's default, not a limit of token-based authentication.",
			"Requests over the limit are refused, and now and then look like a failed login. Sluice waits and tries again; a program beside it may not."},
		Help:  []string{"bridgehead_1500275603", "bridgehead_156224824287", "article_0625010817"},
		Check: StepCheck{ProbeLimits, "the limit, where the role may read it; no refusals at the level that is set"},
	}
}

func (s *situation) timeZone() SetupStep {
	return SetupStep{
		ID: StepTimeZone, Title: "Note the time zone",
		Menus:   []string{"Setup > Company > Company Information", "Home > Set Preferences"},
		Who:     "Anybody for their own preferences; " + strings.ToLower(administrator) + " for the company's",
		Why:     "SuiteQL shows dates and times in the zone of the user. A flow that reads them near midnight takes them for another day.",
		Actions: []string{"See that the integration's user has the company's time zone, or UTC if all its dates are read by programs."},
		Fields:  []FormField{{Label: "Time Zone", Do: "choose", Note: "of the integration's user"}},
		Traps: []string{"Changing the zone or the date format later changes what running flows read.",
			"Dates come without a time of day. Where the time counts, write TO_CHAR(SYS_EXTRACT_UTC(…), 'YYYY-MM-DD HH24:MI:SS') in the query: that is UTC whatever the zone."},
		Help:  []string{"section_157305090645"},
		Check: StepCheck{ProbeTimeZone, "the zone that a query runs in is the one expected"},
	}
}

func (s *situation) network() SetupStep {
	return SetupStep{
		ID: StepNetwork, Title: "Let the server reach NetSuite",
		Menus: []string{"Setup > Company > Company Information > Company URLs"},
		Who:   "Whoever runs the network of the Sluice server",
		Why:   "Requests go out by HTTPS to addresses of the account; nothing comes in from NetSuite.",
		Actions: []string{"Let the server resolve and reach, on port 443, ACCOUNT.suitetalk.api.netsuite.com and ACCOUNT.restlets.api.netsuite.com, where ACCOUNT is the account ID in lower case with a dash.",
			"Where the role or the company has IP Address Rules, add the address that the server calls from."},
		Traps: []string{"Do not pin NetSuite's certificates: they change without notice.",
			"A proxy that rewrites addresses or drops the query breaks signatures."},
		Help:  []string{"section_1498251763", "section_4295564687"},
		Check: StepCheck{ProbeConnection, "names resolve, TCP and TLS stand"},
	}
}

func (s *situation) clock() SetupStep {
	return SetupStep{
		ID: StepClock, Title: "Keep the server's clock right",
		Menus:   []string{},
		Who:     "Whoever runs the Sluice server",
		Why:     "Requests carry the time. NetSuite refuses one that is more than five minutes away from its own.",
		Actions: []string{"Let the server take its time by NTP."},
		Traps:   []string{"NetSuite answers a wrong time as a failed login, and says InvalidTimestamp in its audit trail alone."},
		Help:    []string{"subsect_156935170194"},
		Check:   StepCheck{ProbeClock, "less than five minutes from the Date of NetSuite's answers"},
	}
}

func (s *situation) baseURL() SetupStep {
	return SetupStep{
		ID: StepBaseURL, Title: "Use other addresses", Optional: true,
		Menus:   []string{"Setup > Company > Company Information > Company URLs"},
		Who:     administrator,
		Why:     "Only for a gateway or the emulator: all services are asked for under one address then. Else leave it empty, and the account's own addresses are used.",
		Actions: []string{"Enter the address in the connection, beginning with https:// (http:// for localhost). The account's own are on the tab Company URLs."},
		Copies:  []CopyField{{Shown: "Address of the gateway", Field: "base_url"}},
		Traps:   []string{"The address is part of what is signed: a gateway that passes requests on under another one must sign them itself."},
		Help:    []string{"section_1498251763"},
		Check:   StepCheck{ProbeConnection, "the address answers as NetSuite does"},
	}
}

func (s *situation) sandboxRefresh() SetupStep {
	return SetupStep{
		ID: StepSandboxRefresh, Title: "After a sandbox refresh, make the credentials again", Optional: true,
		Menus: []string{"Setup > Company > Sandbox Accounts"},
		Who:   administrator,
		Why:   "Only for sandboxes. A refresh copies production over the sandbox: its tokens and certificates are gone, whatever they were.",
		Actions: []string{"See when the sandbox was refreshed.", "Repeat the step of this guide that makes the " + s.credentialName() + ", and change the connection.",
			"Check the integration record and the role: they are production's now."},
		Traps: []string{"All connections of the sandbox fail at once, with " + s.lostCode() + ". That is no reason to look for a mistake in each."},
		Help:  []string{"section_1515141510", "section_1534941538", "section_162686838198"},
		Check: StepCheck{ProbeLogin, "a login works again"},
	}
}

// lostCode is what the Login Audit Trail says where the credential is gone.
func (s *situation) lostCode() string {
	if s.tba() {
		return "token_rejected"
	}
	return "MissingKey"
}

func (s *situation) credentialName() string {
	if s.tba() {
		return "access token"
	}
	return "certificate mapping"
}
