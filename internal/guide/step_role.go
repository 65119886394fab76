package guide

import (
	"fmt"
	"strings"
)

func (s *situation) roleStep() SetupStep {
	step := SetupStep{
		ID: StepRole, Title: "Create the role",
		Menus: []string{"Setup > Users/Roles > Manage Roles > New"},
		Who:   administrator,
		Why:   "The role decides what the integration may see and do. One of its own keeps it to what the flows need and leaves people's roles alone.",
		Actions: []string{"Enter the name and click Save.",
			"Or deploy the role file with a SuiteCloud project, which sets the permissions too: sluice guide --role-xml > Objects/customrole_" + strings.ToLower(s.role.Name) + ".xml"},
		Fields: []FormField{{Label: "Name", Do: "enter", Value: s.role.Name},
			{Label: "Web Services Only Role", Do: "clear", Note: "such a role can call no RESTlet"}},
		Traps: []string{"Use letters and digits alone in the name of a role.",
			"Do not copy Administrator or give highly privileged permissions: NetSuite then demands two-factor authentication, and lets nobody but administrators themselves make their tokens.",
			"Web Services Only shuts the role out of RESTlets, where a call fails as if the login were wrong. SuiteTalk goes on working, so it shows late."},
		Help:  []string{"section_N285937", "chapter_157011522878"},
		Check: StepCheck{ProbeLogin, "the role is active, and tokeninfo answers with its name"},
	}
	if s.role.CloneOf == "" {
		return step
	}
	step.Title = "Copy the bundle's role"
	step.Menus = []string{"Setup > Users/Roles > Manage Roles"}
	step.Actions = []string{"Click Customize beside " + s.role.CloneOf + ".", "Enter another name, add permissions as needed, and click Save."}
	step.Fields[0] = FormField{Label: "Name", Do: "enter", Note: "another one than the copied role's"}
	step.Traps = append(step.Traps, fmt.Sprintf("The role is there from bundle %s, version 1.7.4.14 on. Where it is missing, update the bundle.", bundleID),
		"The copy may do far more than the flows need. Compare it with the permissions of the next step.")
	return step
}

func (s *situation) rolePermissions() SetupStep {
	step := SetupStep{
		ID: StepRolePermissions, Title: "Set the role's permissions",
		Menus: []string{"Setup > Users/Roles > Manage Roles > Edit > Permissions"},
		Who:   administrator,
		Why:   "Without a permission NetSuite refuses the record, or says that it was not found. Each one here is needed by what is named beside it.",
		Actions: []string{"On each tab choose the permission, set its level, and click Add.", "Click Save.",
			"Tokens made before keep working: they follow the role."},
		Traps: []string{"Levels build on each other: Create makes records and cannot change them; Edit does both; only Full deletes.",
			"SuiteQL calls a table that the role may not read not found, and leaves transactions out of its rows that the role may not see.",
			"Not needed, though often advised: Set Up Company (Full), User Access Tokens beside Log in using Access Tokens, and Access Token Management, with which a role cannot log in by token.",
			"A type of custom record with a permission list of its own asks that list as well."},
		Help:  []string{"chapter_N3236764", "bridgehead_4248124361", "article_0320025211"},
		Check: StepCheck{ProbePermissions, "what the flows need is allowed, and nothing more is asked for"},
	}
	for _, g := range s.role.Grants {
		step.Fields = append(step.Fields, FormField{Label: g.Tab + ": " + g.Name, Do: "choose", Value: string(g.Level), Note: strings.Join(g.For, "; ")})
	}
	for _, g := range s.role.Advised {
		step.Fields = append(step.Fields, FormField{Label: g.Tab + ": " + g.Name, Do: "choose", Value: string(g.Level), Note: "only if NetSuite refuses records or leaves rows out; " + strings.Join(g.For, "; ")})
	}
	if !s.tba() {
		step.Help = append(step.Help, "section_157771510070")
	}
	return step
}

func (s *situation) userRole() SetupStep {
	return SetupStep{
		ID: StepUserRole, Title: "Give the role to a user",
		Menus: []string{"Lists > Employees > Employees > Edit > Access > Roles", "Setup > Users/Roles > Manage Users > Edit > Access > Roles"},
		Who:   administrator,
		Why:   "Requests act as a user in a role. A user of its own keeps the audit trail clear, and stays when people leave.",
		Actions: []string{"Create an employee for the integration, or open one.", "On the Access tab tick Give Access, and on the Roles subtab choose " + s.roleName() + " and click Add (OK on some pages).",
			"Click Save. NetSuite says Confirmation."},
		Fields: []FormField{{Label: "Give Access", Do: "tick"}, {Label: "Email", Do: "enter", Note: "an address that somebody reads"},
			{Label: "Role", Do: "choose", Value: s.roleName()}},
		Traps: []string{"An inactive employee, one without access, or a role taken away again ends every token of that user and role.",
			"A changed or expired password does not matter: tokens and certificates go on working.",
			"The user's date format, language and time zone decide how NetSuite writes dates; leave them to the company's."},
		Help:  []string{"section_N897798", "section_N896195"},
		Check: StepCheck{ProbeLogin, "a login is not refused with permission_denied or EntityOrRoleDisabled"},
	}
}

func (s *situation) roleName() string {
	if s.role.CloneOf != "" {
		return "the copy of " + s.role.CloneOf
	}
	return s.role.Name
}
