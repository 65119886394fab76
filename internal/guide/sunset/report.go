package sunset

import "github.com/sluicehq/sluice"

// Endings is what stops in all accounts that connections lead to.
type Endings struct {
	// Release is what NetSuite accounts have today, about: Oracle brings a release to
	// accounts over three months.
	Release  string        `json:"release" doc:"The NetSuite release that accounts have today, about"`
	Calendar []Ending      `json:"calendar" nullable:"false" doc:"All that ends, by Oracle's calendar"`
	Accounts []AccountEnds `json:"accounts" nullable:"false"`
}

// AccountEnds is a NetSuite account with the connections that lead to it.
type AccountEnds struct {
	Account     string `json:"account" doc:"Empty for connections whose account is not known yet"`
	Environment string `json:"environment,omitempty"`
	Note        string `json:"note,omitempty"`
	// StopsWith is the first release with which any of its flows stops; empty when none does.
	StopsWith   string           `json:"stops_with,omitempty" doc:"The first release with which a flow stops"`
	Connections []ConnectionEnds `json:"connections" nullable:"false"`
	Flows       []FlowEnds       `json:"flows" nullable:"false" doc:"Flows that use them, those that stop first before the others"`
}

// ConnectionEnds is what ends for a connection.
type ConnectionEnds struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	WSDLVersion string   `json:"wsdl_version"`
	Effects     []Effect `json:"effects" nullable:"false"`
}

// FlowEnds is what ends for a flow.
type FlowEnds struct {
	Name      string     `json:"name"`
	Enabled   bool       `json:"enabled"`
	StopsWith string     `json:"stops_with,omitempty" doc:"The first release with which a part of it stops"`
	Parts     []PartEnds `json:"parts" nullable:"false" doc:"Its exports, lookups and imports at NetSuite"`
}

// PartEnds is an export, a lookup or an import of a flow.
type PartEnds struct {
	Path       string   `json:"path" doc:"Where it stands in the flow file"`
	Does       string   `json:"does" enum:"export,lookup,import"`
	Connection string   `json:"connection"`
	API        API      `json:"api" enum:"SuiteQL,REST records,RESTlet,SOAP"`
	Effects    []Effect `json:"effects" nullable:"false"`
}

// Effect is what an end means for a connection or a part of a flow.
type Effect struct {
	Ending
	Become  string `json:"become" doc:"What it should become"`
	Command string `json:"command,omitempty" doc:"The first step towards it"`
}

// API is a way into NetSuite's data.
type API string

// The ways.
const (
	SuiteQL API = "SuiteQL"
	Records API = "REST records"
	RESTlet API = "RESTlet"
	SOAP    API = "SOAP"
)

// Login is what a connection says of itself.
type Login struct {
	Name        string
	Account     string // realm: 1234567_SB1; empty when it is not known yet
	Environment string // of sluice's environments
	Type        string // of sluice's authentication types
	WSDLVersion string
}

// Stored is a flow with whether it may run.
type Stored struct {
	Flow    *sluice.Flow
	Enabled bool
}
