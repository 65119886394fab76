// Package scope says which integrations a request is about, and decides by that who may
// use a route. What an operation's address does not tell stands in a table here; a route
// of which neither says anything is for people with an account-wide role alone.
package scope

import (
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
)

// Thing is a kind of thing that is in integrations.
type Thing string

// The kinds of things, by the word that stands for one in errors.
const (
	Flow          Thing = "flow"
	Run           Thing = "run"
	RecordError   Thing = "record error"
	Connection    Thing = "connection" // in those that it is registered with
	Integration   Thing = "integration"
	Notice        Thing = "notice"
	Authorization Thing = "authorization" // of a connection
)

type reach int

const (
	account reach = iota // needs an account-wide role
	own                  // is about whoever asks, or about nobody: needs a login alone
	listed               // shows what the actor may see, or is checked by what it says: needs the permission somewhere
	things               // is about things that the address names
)

// Scope is how the integrations are found that a request to a route is about.
type Scope struct {
	reach reach
	about []part
	// mayBeNew lets the address name what is not there yet; its integration stands in the body.
	mayBeNew bool
}

// part is a thing that the address names by a parameter.
type part struct {
	thing Thing
	param string
}

// byPath are the beginnings of addresses that name a thing.
var byPath = []struct {
	prefix string
	part   part
}{
	{"/api/v1/flows/{name}", part{Flow, "name"}},
	{"/api/v1/runs/{id}", part{Run, "id"}},
	{"/api/v1/errors/{id}", part{RecordError, "id"}},
	{"/api/v1/connections/{name}", part{Connection, "name"}},
	{"/api/v1/integrations/{name}", part{Integration, "name"}},
	{"/api/v1/notices/{id}", part{Notice, "id"}},
	{"/api/v1/authorizations/{id}", part{Authorization, "id"}},
}

// byOperation are the scopes that addresses do not tell.
var byOperation = map[string]Scope{
	"putFlow":            {reach: things, about: []part{{Flow, "name"}}, mayBeNew: true},
	"registerConnection": {reach: things, about: []part{{Integration, "name"}, {Connection, "connection"}}},
	"deleteIntegration":  {reach: account},
}

// Operations that are about whoever asks, or tell the same to everybody.
var owns = []string{
	"me", "updateMe", "listTokens", "createToken", "deleteToken", "listSessions", "endSession", "endSessions", "listLinks", "unlink", "upcomingTimes",
	"listKinds", "listWSDLVersions", "flowSchema", "listApplications", "explainCode", "listLicences", "getLicence",
}

// Operations whose services show what the actor may see, and refuse what the body names
// and the actor may not touch.
var lists = []string{
	"listFlows", "checkFlow", "previewText", "evaluate", "dryRun", "pull", "plan", "apply", "guide", "sunset", "trace",
	"listConnections", "createConnection", "checkConnection", "listConsumerKeys", "getConsumerKey", "consumerKeyUse", "listIntegrations", "listNotices", "attention",
	"search", "listRuns", "runHistory", "listErrors", "countErrors", "exportErrors", "retryErrors", "resolveErrors", "reopenErrors", "assignErrors", "tagErrors",
}

// Table knows the scopes of all routes.
type Table map[string]Scope

// NewTable returns the scopes that addresses do not tell.
func NewTable() Table {
	t := Table{}
	for id, s := range byOperation {
		t[id] = s
	}
	for _, id := range owns {
		t[id] = Scope{reach: own}
	}
	for _, id := range lists {
		t[id] = Scope{reach: listed}
	}
	return t
}

// Of returns the scope of a route, and takes an operation out of the table.
func (t Table) Of(operation, path string) Scope {
	if s, ok := t[operation]; ok {
		delete(t, operation)
		return s
	}
	for _, p := range byPath {
		if path == p.prefix || strings.HasPrefix(path, p.prefix+"/") {
			return Scope{reach: things, about: []part{p.part}}
		}
	}
	return Scope{}
}

// Left reports operations that no route asked for: the table and the routes have gone apart.
func (t Table) Left() error {
	for id := range t {
		return fmt.Errorf("the scope of %s is told, and there is no such operation", id)
	}
	return nil
}

// String says in words who may use a route with the permission.
func (s Scope) String(p sluice.Permission) string {
	switch s.reach {
	case own:
		return "Anybody who is logged in."
	case listed:
		return fmt.Sprintf("Needs the permission `%s`, everywhere or in an integration; what belongs to others is left out.", p)
	case things:
		return fmt.Sprintf("Needs the permission `%s`, everywhere or in the %s's integration.", p, s.about[0].thing)
	}
	return fmt.Sprintf("Needs the permission `%s` everywhere.", p)
}
