package guide

import "github.com/sluicehq/sluice"

const administrator = "An administrator"

func (s *situation) accountID() SetupStep {
	return SetupStep{
		ID: StepAccountID, Title: "Find the account ID",
		Menus: []string{"Setup > Company > Company Information", "Setup > Integration > SOAP Web Services Preferences"},
		Who:   administrator + ", or a role that may open one of these pages",
		Why:   "The ID names the account in every request, and the account's addresses are made of it.",
		Actions: []string{"Copy the value of Account ID. On SOAP Web Services Preferences it is under Primary Information.",
			"Where neither page shows it, it is the first part of the account's address before .app.netsuite.com; else ask NetSuite support."},
		Copies: []CopyField{{Shown: "Account ID", Field: "account"}},
		Traps: []string{"NetSuite writes a sandbox as 1234567_SB1 in logins and as 1234567-sb1 in addresses. Sluice takes either and shows both; other programs refuse one of them.",
			"A sandbox has an account ID, keys and tokens of its own: those of production do not work there."},
		Help:  []string{"section_1498251763"},
		Check: StepCheck{ProbeSettings, "the ID has the form of one, and its addresses exist"},
	}
}

func (s *situation) enableFeatures() SetupStep {
	step := SetupStep{
		ID: StepEnableFeatures, Title: "Enable the features",
		Menus:   []string{"Setup > Company > Enable Features > SuiteCloud"},
		Who:     administrator,
		Why:     "A service whose feature is off refuses every login as if the keys were wrong, and its permissions are not in the list of the role page.",
		Actions: []string{"Open the SuiteCloud subtab, tick what follows, accept the terms that NetSuite shows, and click Save."},
		Fields: []FormField{
			{Label: "REST Web Services", Do: "tick", Note: "section SuiteTalk (Web Services)"},
			{Label: "SuiteAnalytics Workbook", Do: "tick", Note: "for SuiteQL; on the Analytics subtab, where it is not on this one"},
			{Label: "Client SuiteScript", Do: "tick", Note: "section SuiteScript; for RESTlets only"},
			{Label: "Server SuiteScript", Do: "tick", Note: "section SuiteScript; for RESTlets only"},
		},
		Traps: []string{"REST Web Services missing from the role's permissions means that the feature is off."},
		Help:  []string{"bridgehead_4253254429", "section_1544787084"},
		Check: StepCheck{ProbeREST, "a login is not refused with FeatureDisabled, and REST web services answer"},
	}
	feature := FormField{Label: "Token-based Authentication", Do: "tick", Note: "section Manage Authentication"}
	if !s.tba() {
		feature.Label = "OAuth 2.0"
		step.Help = append(step.Help, "section_157771510070")
	}
	step.Fields = append([]FormField{feature}, step.Fields...)
	switch {
	case s.bundle:
		step.Fields = append(step.Fields, FormField{Label: "SOAP Web Services", Do: "tick", Note: "section SuiteTalk (Web Services); the bundle's roles use it"})
	case s.soap:
		step.Fields = append(step.Fields, FormField{Label: "SOAP Web Services", Do: "tick", Note: "section SuiteTalk (Web Services); flows use it"})
	}
	return step
}

func (s *situation) integrationRecord() SetupStep {
	if s.bundle && s.tba() {
		return s.bundleIntegrationRecord()
	}
	step := SetupStep{
		ID: StepIntegrationRecord, Title: "Create the integration record",
		Menus:   []string{"Setup > Integration > Manage Integrations > New"},
		Who:     administrator + ", or a role with the permission Integration Application",
		Why:     "It stands for Sluice in the account: its keys say which program calls, and its state lets the program in or keeps it out.",
		Actions: []string{"Fill in the page, click Save, and copy the values from the bottom of the page before leaving it."},
		Fields:  []FormField{{Label: "Name", Do: "enter", Value: "Sluice"}, {Label: "State", Do: "choose", Value: "Enabled"}},
		Traps: []string{"Consumer key and consumer secret are shown once. Keep them in a password manager, never in a file on the desktop; if they are lost, Reset Credentials makes new ones and ends the old.",
			"A record that was installed by a login instead of by hand can be Waiting for Approval: every call is refused until its State is Enabled."},
		Help:  []string{"bridgehead_4249032125"},
		Check: StepCheck{ProbeLogin, "a login is not refused with " + s.recordCodes()},
	}
	switch s.auth {
	case sluice.AuthToken:
		step.Fields = append(step.Fields, FormField{Label: "Token-based Authentication", Do: "tick"})
	case sluice.AuthTokenAuto:
		step.Fields = append(step.Fields, FormField{Label: "Token-based Authentication", Do: "tick"}, FormField{Label: "TBA: Authorization Flow", Do: "tick"},
			FormField{Label: "Callback URL", Do: "enter", Value: "http://localhost:*", Note: "or the server's own address; every other address has to match exactly"})
		step.Traps = append(step.Traps, "Without the box TBA: Authorization Flow the login ends in AuthorizationFlowRequired, with another callback in InvalidCallback.")
		step.Help = append(step.Help, "section_156338994830")
	default:
		step.Fields = append(step.Fields, FormField{Label: "Client Credentials (Machine to Machine) Grant", Do: "tick"},
			FormField{Label: "REST Web Services", Do: "tick", Note: "under Scope"}, FormField{Label: "RESTlets", Do: "tick", Note: "under Scope"},
			FormField{Label: "Authorization Code Grant", Do: "clear"}, FormField{Label: "Token-based Authentication", Do: "clear"})
		step.Copies = []CopyField{{Shown: "Consumer Key / Client ID", Field: "client_id", Once: true}}
		step.Help = append(step.Help, "section_157771733782")
		return step
	}
	step.Fields = append(step.Fields, FormField{Label: "User Credentials", Do: "clear"})
	step.Copies = []CopyField{{Shown: "Consumer Key", Field: "consumer_key", Once: true}, {Shown: "Consumer Secret", Field: "consumer_secret", Once: true}}
	return step
}

// recordCodes are what the Login Audit Trail says where the record is missing or off.
func (s *situation) recordCodes() string {
	switch s.auth {
	case sluice.AuthTokenAuto:
		return "UnknownIntegration, IntegrationBlocked or AuthorizationFlowRequired"
	case sluice.AuthOAuth2M2M:
		return "InvalidIntegration, IntegrationBlocked or ScopeMismatched"
	}
	return "consumer_key_unknown or consumer_key_refused"
}

// bundleIntegrationRecord is for accounts where the bundle brought the record.
func (s *situation) bundleIntegrationRecord() SetupStep {
	return SetupStep{
		ID: StepIntegrationRecord, Title: "Check the bundle's integration record",
		Menus:   []string{"Setup > Integration > Manage Integrations"},
		Who:     administrator + ", or a role with the permission Integration Application",
		Why:     "The bundle brings integration records of its own. A token belongs to one of them and works with that one's keys alone.",
		Actions: []string{"Open the record " + s.bundleEntry() + " and see that it is enabled."},
		Fields:  []FormField{{Label: "State", Do: "choose", Value: "Enabled"}, {Label: "Token-based Authentication", Do: "tick"}},
		Copies:  []CopyField{{Shown: "Consumer Key of that record", Field: "consumer_key"}, {Shown: "Consumer Secret of that record", Field: "consumer_secret"}},
		Traps: []string{"NetSuite does not show the keys of a record that a bundle brought; its publisher has them. Without them create an integration record of your own (leave the bundle out of this guide) and make the token for that.",
			"A connection with the keys of another record (the wrong iClient) fails with: invalid or missing consumerKey.",
			"A record of a new bundle can be Waiting for Approval: every call is refused until its State is Enabled."},
		Help:  []string{"bridgehead_4249032125"},
		Check: StepCheck{ProbeLogin, "a login is not refused with consumer_key_unknown or consumer_key_refused"},
	}
}

// bundleEntry is what to choose under Application Name on the Access Token page.
func (s *situation) bundleEntry() string {
	switch {
	case s.app == nil:
		return bundleApplication
	case s.app.BundleApplication == "":
		return "that the app's own instructions name"
	}
	return s.app.BundleApplication
}
