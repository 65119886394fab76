// Package fit says which connections the parts of a flow can use.
package fit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Offer is what flows want to know of a connection.
type Offer struct {
	Kind        string
	SuiteScript bool // it links the SuiteScript integrator
}

// OfferOf returns what a connection offers.
func OfferOf(c *sluice.Connection) Offer {
	return Offer{Kind: c.Kind, SuiteScript: c.Kind == sluice.KindNetSuite && c.Get("suitescript") == sluice.Yes}
}

// Check says what is wrong with a flow's choice of connections, which are given by name.
func Check(f *sluice.Flow, offers map[string]Offer) []sluice.Problem {
	var problems []sluice.Problem
	for _, u := range uses(f) {
		if p, wrong := u.check(offers); wrong {
			problems = append(problems, p)
		}
	}
	return problems
}

// Places returns the paths at which a flow names a connection.
func Places(f *sluice.Flow, name string) []string {
	var paths []string
	for _, u := range uses(f) {
		if u.name == name {
			paths = append(paths, u.path)
		}
	}
	return paths
}

// Names returns the names of the connections that a flow uses, each once.
func Names(f *sluice.Flow) []string {
	var names []string
	for _, u := range uses(f) {
		if !slices.Contains(names, u.name) {
			names = append(names, u.name)
		}
	}
	return names
}

// use is a place where a flow names a connection.
type use struct {
	path, name string
	fits       []string // kinds of connection that can do what is asked; none when that is not known
	restlet    bool     // it calls a RESTlet
}

func uses(f *sluice.Flow) []use {
	var list []use
	for at, e := range f.Sources() {
		list = append(list, use{path: at + ".connection", name: e.Connection, fits: exportKinds(e), restlet: e.RESTlet != nil})
	}
	for at, i := range f.Imports() {
		list = append(list, use{path: at + ".connection", name: i.Connection, fits: importKinds(i), restlet: i.RESTlet != nil})
	}
	for at, l := range f.Lookups() {
		list = append(list, use{path: at + ".connection", name: l.Connection, fits: lookupKinds(l), restlet: l.RESTlet != nil})
	}
	return list
}

func lookupKinds(l *sluice.Lookup) []string {
	switch {
	case l.SuiteQL != nil || l.Records != nil || l.RESTlet != nil:
		return []string{sluice.KindNetSuite}
	case l.SQL != nil:
		return databaseKinds()
	case l.HTTP != nil:
		return []string{sluice.KindHTTP}
	case l.CSV != nil || l.JSONLines != nil:
		return []string{sluice.KindFiles}
	}
	return nil // it cannot be read what is asked
}

func exportKinds(e *sluice.Export) []string {
	switch {
	case e.FromNetSuite():
		return []string{sluice.KindNetSuite}
	case e.SQL != nil && e.Delta != nil:
		return []string{sluice.KindPostgreSQL, sluice.KindMySQL, sluice.KindSQLite}
	case e.SQL != nil:
		return databaseKinds()
	case e.HTTP != nil:
		return []string{sluice.KindHTTP}
	case e.CSV != nil || e.JSONLines != nil || e.XLSX != nil:
		return []string{sluice.KindFiles}
	case e.Webhook != nil:
		return []string{sluice.KindWebhook}
	}
	return nil // it cannot be read what is exported
}

func databaseKinds() []string {
	return []string{sluice.KindPostgreSQL, sluice.KindMySQL, sluice.KindSQLServer, sluice.KindSQLite}
}

func importKinds(i *sluice.Import) []string {
	switch {
	case i.NetSuite != nil || i.RESTlet != nil:
		return []string{sluice.KindNetSuite}
	case i.SQL != nil:
		return databaseKinds()
	case i.HTTP != nil:
		return []string{sluice.KindHTTP}
	case i.CSV != nil || i.JSONLines != nil:
		return []string{sluice.KindFiles}
	}
	return nil // it cannot be read what is imported
}

func (u use) check(offers map[string]Offer) (sluice.Problem, bool) {
	if u.name == "" { // said already
		return sluice.Problem{}, false
	}
	offer, ok := offers[u.name]
	if !ok {
		return sluice.Problem{Code: "flow.unknown_connection", Path: u.path, Message: fmt.Sprintf("there is no connection %q", u.name),
			Remedy: "Create it, or put it into the same set of files"}, true
	}
	if len(u.fits) > 0 && !slices.Contains(u.fits, offer.Kind) {
		return sluice.Problem{Code: "flow.wrong_connection", Path: u.path,
			Message: fmt.Sprintf("the connection %q is of the kind %s", u.name, offer.Kind), Remedy: "This needs the kind " + strings.Join(u.fits, " or ")}, true
	}
	if u.restlet && !offer.SuiteScript {
		return sluice.Problem{Code: "connection.suitescript_unlinked", Path: u.path, Message: fmt.Sprintf("the connection %q does not link the SuiteScript integrator", u.name),
			Remedy: "Edit the connection and set Link SuiteScript integrator to Yes"}, true
	}
	return sluice.Problem{}, false
}
