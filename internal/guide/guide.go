package guide

import (
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// The steps' IDs. Package doctor names them; they do not change.
const (
	StepAccountID         = "account-id"
	StepEnableFeatures    = "enable-features"
	StepIntegrationRecord = "integration-record"
	StepRole              = "role"
	StepRolePermissions   = "role-permissions"
	StepUserRole          = "user-role"
	StepAccessToken       = "access-token"
	StepCertificate       = "certificate"
	StepRESTletDeployment = "restlet-deployment"
	StepTimeZone          = "time-zone"
	StepConcurrency       = "concurrency"
	StepNetwork           = "network"
	StepClock             = "clock"
	StepBaseURL           = "base-url"
	StepSandboxRefresh    = "sandbox-refresh"
)

// The doctor's probes, by which steps are checked.
const (
	ProbeSettings    = "settings"   // what can be told without asking anybody
	ProbeConnection  = "connection" // the name resolves, and the host answers
	ProbeClock       = "clock"      // against the answer's Date
	ProbeLogin       = "login"      // one cheap request
	ProbeREST        = "rest"       // REST web services
	ProbeRESTlets    = "restlets"
	ProbePermissions = "permissions" // what the flows need
	ProbeTimeZone    = "time-zone"   // of a query's session
	ProbeLimits      = "limits"      // slots of the account
)

// Options say what the guide is for.
type Options struct {
	// Auth is the connection's authentication type: sluice.AuthToken,
	// AuthTokenAuto or AuthOAuth2M2M; empty means AuthToken.
	Auth string
	// Bundle says that the Celigo bundle (20038 or higher) is in the account: its
	// roles and integration records are used in place of own ones.
	Bundle bool
	// Flows are what the role must be able to do. Without any it is proposed by
	// the application.
	Flows []*sluice.Flow
	// Connection limits Flows to what passes through the connection of that name;
	// empty means all that they do in NetSuite.
	Connection string
	// Application is the ID or name of one of Applications; empty for none of them.
	Application string
}

// Guide is NetSuite's side of one set-up, in order.
type Guide struct {
	Auth        string       `json:"auth"`
	AuthLabel   string       `json:"auth_label"`
	Bundle      bool         `json:"bundle"`
	Application *Application `json:"application,omitempty"`
	Notices     []string     `json:"notices" nullable:"false" doc:"What to know before the first step"`
	Steps       []SetupStep  `json:"steps" nullable:"false"`
	Role        NetSuiteRole `json:"role"`
}

// SetupStep is one thing to do on NetSuite's side, or to know of it.
type SetupStep struct {
	ID       string      `json:"id"`
	Number   int         `json:"number"` // from 1
	Title    string      `json:"title"`
	Optional bool        `json:"optional,omitempty" doc:"Not needed by every connection; Why says by which"`
	Menus    []string    `json:"menus" nullable:"false" doc:"Exact menu paths; more than one are alternatives"`
	Who      string      `json:"who" doc:"Who can do it"`
	Why      string      `json:"why"`
	Actions  []string    `json:"actions" nullable:"false" doc:"What to do there, in this order"`
	Fields   []FormField `json:"fields" nullable:"false" doc:"What to enter or tick"`
	Copies   []CopyField `json:"copies" nullable:"false" doc:"What to copy into the connection"`
	Traps    []string    `json:"traps" nullable:"false" doc:"What goes wrong here"`
	Help     []string    `json:"help" nullable:"false" doc:"Pages of Oracle's NetSuite help"`
	Check    StepCheck   `json:"check"`
}

// FormField is a field of a NetSuite page and what to do with it.
type FormField struct {
	Label string `json:"label"`
	Do    string `json:"do" enum:"tick,clear,enter,choose"`
	Value string `json:"value,omitempty"`
	Note  string `json:"note,omitempty"`
}

// CopyField is a value that NetSuite shows and the connection's field it belongs in.
type CopyField struct {
	Shown string `json:"shown" doc:"What NetSuite calls it"`
	Field string `json:"field" doc:"Field of a Sluice connection"`
	Once  bool   `json:"once,omitempty" doc:"NetSuite shows it once and never again"`
}

// StepCheck says how a step is checked.
type StepCheck struct {
	Probe string `json:"probe" doc:"The doctor's probe"`
	Sign  string `json:"sign" doc:"What shows that the step is done"`
}

// helpRoot is where Oracle publishes the pages that SetupStep.Help names.
const helpRoot = "https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/"

// HelpURL returns the address of a page of Oracle's NetSuite help.
func HelpURL(page string) string { return helpRoot + page + ".html" }

// AuthTypes returns the authentication types that For knows.
func AuthTypes() []string {
	return []string{sluice.AuthToken, sluice.AuthTokenAuto, sluice.AuthOAuth2M2M}
}

var authLabels = map[string]string{
	sluice.AuthToken:     "Token Based Auth (Manual)",
	sluice.AuthTokenAuto: "Token Based Auth (Automatic)",
	sluice.AuthOAuth2M2M: "OAuth 2.0 client credentials (M2M)",
}

// situation is what the steps depend on.
type situation struct {
	auth   string
	bundle bool
	soap   bool // flows use SOAP
	app    *Application
	role   NetSuiteRole
}

func (s *situation) tba() bool { return s.auth != sluice.AuthOAuth2M2M }

// For returns the guide for a case. Its errors are sluice.Errors with the code
// guide.invalid and all that is wrong with the options.
func For(o Options) (*Guide, error) {
	s := &situation{auth: o.Auth, bundle: o.Bundle}
	s.soap = slices.ContainsFunc(o.Flows, func(f *sluice.Flow) bool { return f.BySOAP(o.Connection) })
	if s.auth == "" {
		s.auth = sluice.AuthToken
	}
	var problems []sluice.Problem
	if !slices.Contains(AuthTypes(), s.auth) {
		problems = append(problems, sluice.Problem{Code: "guide.unknown_type", Path: "type",
			Message: "there is no set-up for the authentication type " + s.auth, Remedy: "Use one of " + strings.Join(AuthTypes(), ", ")})
	}
	if o.Application != "" {
		app, ok := ApplicationOf(o.Application)
		if !ok {
			problems = append(problems, sluice.Problem{Code: "guide.unknown_application", Path: "application",
				Message: "there is no application " + o.Application, Remedy: "Use one of " + applicationIDs()})
		}
		s.app = &app
	}
	if err := sluice.Problems("guide.invalid", "there is no guide for that", problems); err != nil {
		return nil, err
	}
	s.role = roleFor(s, o)
	g := &Guide{Auth: s.auth, AuthLabel: authLabels[s.auth], Bundle: s.bundle, Application: s.app, Role: s.role}
	g.Notices = s.notices()
	g.Steps = s.steps()
	return g, nil
}

// steps returns the steps of the situation, numbered.
func (s *situation) steps() []SetupStep {
	var list []SetupStep
	for _, build := range []func() SetupStep{
		s.accountID, s.enableFeatures, s.integrationRecord, s.roleStep, s.rolePermissions, s.userRole, s.credential,
		s.timeZone, s.concurrency, s.restletDeployment, s.network, s.clock, s.baseURL, s.sandboxRefresh,
	} {
		step := build()
		step.Number = len(list) + 1
		for _, texts := range []*[]string{&step.Menus, &step.Actions, &step.Traps, &step.Help} {
			if *texts == nil {
				*texts = []string{}
			}
		}
		if step.Fields == nil {
			step.Fields = []FormField{}
		}
		if step.Copies == nil {
			step.Copies = []CopyField{}
		}
		list = append(list, step)
	}
	return list
}

func (s *situation) credential() SetupStep {
	if s.tba() {
		return s.accessToken()
	}
	return s.certificate()
}

func (s *situation) notices() []string {
	var list []string
	if s.tba() {
		list = append(list, "From release 2027.1 NetSuite takes no new integrations by Token Based Auth, and tentatively ends it for all with 2028.1. For a new connection take OAuth 2.0 client credentials.")
	}
	if s.app != nil && s.bundle {
		list = append(list, "If "+s.app.Name+" is moved by an installed integration app, follow that app's own instructions where they differ.")
	}
	switch s.role.Basis {
	case BasisNone:
		list = append(list, "No flow was named: the role can log in and no more. Name flows to have the smallest role computed that runs them.")
	case BasisApplication:
		list = append(list, "No flow was named: the role is a proposal by what such an application commonly moves. Name flows to have the smallest role computed that runs them.")
	}
	if list == nil {
		return []string{}
	}
	return list
}
