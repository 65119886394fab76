package doctor

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// maxNeeds bounds how much of what flows do is tried in one examination.
const maxNeeds = 50

// NeedsOf lists what flows read, write and call through a connection, each once.
func NeedsOf(flows []*sluice.Flow, connection string) (needs []Need, scripts []netsuite.Script) {
	for _, f := range flows {
		for _, n := range flowNeeds(f, connection) {
			known := slices.ContainsFunc(needs, func(k Need) bool {
				return k.Record == n.Record && k.Operation == n.Operation && k.Query == n.Query
			})
			if !known && len(needs) < maxNeeds {
				needs = append(needs, n)
			}
		}
		for _, s := range flowScripts(f, connection) {
			if !slices.Contains(scripts, s) && len(scripts) < maxNeeds {
				scripts = append(scripts, s)
			}
		}
	}
	return needs, scripts
}

func flowNeeds(f *sluice.Flow, connection string) []Need {
	var list []Need
	for _, e := range f.Sources() {
		switch {
		case e.Connection != connection:
		case e.SuiteQL != nil:
			list = append(list, Need{Flow: f.Name, Query: e.SuiteQL.Query, Params: e.SuiteQL.Params})
		case e.Records != nil:
			list = append(list, Need{Flow: f.Name, Record: e.Records.Type})
		case e.Search != nil:
			list = append(list, Need{Flow: f.Name, Record: e.Search.Type})
		}
	}
	for _, i := range f.Imports() {
		if i.Connection != connection {
			continue
		}
		for _, u := range i.Uses() {
			if u.Record != sluice.AttachFile { // no request reads files
				list = append(list, Need{Flow: f.Name, Record: u.Record, Operation: u.Operation})
			}
		}
	}
	for _, l := range f.Lookups() {
		switch {
		case l.Connection != connection:
		case l.SuiteQL != nil:
			list = append(list, Need{Flow: f.Name, Query: l.SuiteQL.Query, Params: l.SuiteQL.Params})
		case l.Records != nil:
			list = append(list, Need{Flow: f.Name, Record: l.Records.Type})
		}
	}
	return list
}

func flowScripts(f *sluice.Flow, connection string) []netsuite.Script {
	var list []netsuite.Script
	for _, e := range f.Sources() {
		if r := e.RESTlet; r != nil && e.Connection == connection {
			list = append(list, netsuite.Script{ID: r.Script, Deploy: r.Deployment})
		}
	}
	for _, i := range f.Imports() {
		if i.Connection == connection && i.RESTlet != nil {
			list = append(list, netsuite.Script{ID: i.RESTlet.Script, Deploy: i.RESTlet.Deployment})
		}
	}
	for _, l := range f.Lookups() {
		if l.Connection == connection && l.RESTlet != nil {
			list = append(list, netsuite.Script{ID: l.RESTlet.Script, Deploy: l.RESTlet.Deployment})
		}
	}
	return list
}

// Permissions tries what flows need with a connection whose login is good, and
// nothing else. It returns a verdict when the role lacks something, and whether
// NetSuite's answers decide all of it.
func Permissions(ctx context.Context, s Subject) (lacking *sluice.Verdict, known bool) {
	e := newExamination(s)
	if e.checkSettings(); e.verdict != nil {
		return e.verdict, true
	}
	client, err := e.connect(e.conn)
	if err != nil {
		return nil, false
	}
	e.client = client
	e.probeNeeds(ctx)
	return e.verdict, e.stage("permissions").State == sluice.StageOK
}
