package guide

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// What a role was made from.
const (
	BasisFlows       = "flows"       // computed: the smallest that runs them
	BasisApplication = "application" // proposed by what such an application commonly moves
	BasisNone        = "none"        // login alone
)

// NetSuiteRole is the role of the integration user.
type NetSuiteRole struct {
	// Name is what to call the role: letters and digits alone.
	Name string `json:"name"`
	// CloneOf is the locked role to customize, where the bundle brings one.
	CloneOf string `json:"clone_of,omitempty"`
	Basis   string `json:"basis" enum:"flows,application,none"`
	// Grants are the permissions that are needed: without any one of them a flow,
	// or the connection's test, fails.
	Grants []Grant `json:"grants" nullable:"false"`
	// Advised are permissions that may be needed beside them, by how the account is set up.
	Advised []Grant `json:"advised" nullable:"false"`
	// Unknown are record types and tables whose permission is not known here.
	Unknown []UnknownPermission `json:"unknown" nullable:"false"`
	// SDF is the role as an object of a SuiteCloud project; empty for a clone.
	SDF string `json:"sdf,omitempty"`
	// Checklist is the role as text to tick off on the role page.
	Checklist string `json:"checklist"`
}

// Grant is one permission of a role, with its place on the role page.
type Grant struct {
	ID    string   `json:"id"` // of SDF: LIST_CUSTJOB
	Name  string   `json:"name"`
	Tab   string   `json:"tab" enum:"Transactions,Reports,Lists,Setup"`
	Level Level    `json:"level" enum:"View,Create,Edit,Full"`
	For   []string `json:"for" nullable:"false" doc:"What needs it"`
}

// UnknownPermission is a record type or table whose permission has to be looked up.
type UnknownPermission struct {
	Name string `json:"name"`
	For  string `json:"for"`
}

// grants collects permissions, each at the highest level that anything needs.
type grants map[string]*Grant

func (g grants) add(id string, level Level, reason string) {
	if id == "" {
		return
	}
	have, ok := g[id]
	if !ok {
		made := grant(id, level, reason)
		g[id] = &made
		return
	}
	if level.Above(have.Level) {
		have.Level = level
	}
	if !slices.Contains(have.For, reason) {
		have.For = append(have.For, reason)
	}
}

// list returns the permissions in the order of the role page's tabs, then by name.
func (g grants) list() []Grant {
	out := make([]Grant, 0, len(g))
	for _, p := range g {
		out = append(out, *p)
	}
	order := []string{"Transactions", "Reports", "Lists", "Setup"}
	slices.SortFunc(out, func(a, b Grant) int {
		if d := slices.Index(order, a.Tab) - slices.Index(order, b.Tab); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// roleNeeds is a role in the making.
type roleNeeds struct {
	needed, advised grants
	unknown         []UnknownPermission
}

// roleFor computes the role of a situation.
func roleFor(s *situation, o Options) NetSuiteRole {
	n := &roleNeeds{needed: grants{}, advised: grants{}, unknown: []UnknownPermission{}}
	n.login(s)
	r := NetSuiteRole{Name: roleName(s.app), Basis: BasisNone}
	switch {
	case len(o.Flows) > 0:
		r.Basis = BasisFlows
		for _, f := range o.Flows {
			n.flow(f, o.Connection)
		}
	case s.app != nil:
		r.Basis = BasisApplication
		for _, u := range s.app.uses {
			n.use(u, s.app.Name)
		}
	}
	if s.bundle {
		r.CloneOf = bundleRole
		if s.app != nil {
			r.CloneOf = s.app.BundleRole
		}
	}
	for id := range n.needed {
		delete(n.advised, id)
	}
	r.Grants, r.Advised, r.Unknown = n.needed.list(), n.advised.list(), n.unknown
	r.Checklist = r.checklist()
	if r.CloneOf == "" {
		r.SDF = r.sdf()
	}
	return r
}

var notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]`)

// roleName returns a name for the role. The bundle's documents ask for letters and
// digits alone.
func roleName(app *Application) string {
	if app == nil {
		return "SluiceIntegration"
	}
	return "Sluice" + notAlphanumeric.ReplaceAllString(app.Name, "")
}

// login adds what every request needs (Oracle help, article_0320025211 and section_157771510070).
func (n *roleNeeds) login(s *situation) {
	if s.tba() {
		n.needed.add(permLoginToken, Full, "every request by token")
	} else {
		n.needed.add(permLoginOAuth2, Full, "every request by OAuth 2.0")
	}
	n.needed.add(permREST, Full, "records and queries")
	n.needed.add(permWorkbook, Edit, "queries; the connection's test asks one")
}

// flow adds what a flow does through the connection, or through any when its name is empty.
func (n *roleNeeds) flow(f *sluice.Flow, connection string) {
	ours := func(name string) bool { return connection == "" || name == connection }
	reason := "flow " + f.Name
	for _, e := range f.Sources() {
		if !ours(e.Connection) {
			continue
		}
		switch {
		case e.SuiteQL != nil:
			n.query(e.SuiteQL.Query, reason)
		case e.Records != nil:
			n.use(use{e.Records.Type, read}, reason)
		default:
			n.soapExport(e, reason)
		}
		if e.Delta != nil && e.Delta.Deletes != nil && len(e.Delta.Deletes.Types) > 0 {
			n.query("SELECT recordid FROM deletedrecord", reason)
		}
		if e.Once != nil && e.Once.Record != "" {
			n.use(use{e.Once.Record, sluice.Update}, reason)
		}
	}
	for _, l := range f.Lookups() {
		switch {
		case !ours(l.Connection):
		case l.SuiteQL != nil:
			n.query(l.SuiteQL.Query, reason)
		case l.Records != nil:
			n.use(use{l.Records.Type, read}, reason)
		}
	}
	if f.BySOAP(connection) {
		n.needed.add(permSOAP, Full, reason+": SOAP")
	}
	var before []*sluice.Step
	for _, step := range f.AllSteps() {
		if step.Import != nil && step.Import.NetSuite != nil && ours(step.Import.Connection) {
			for _, u := range step.Import.Uses() {
				n.use(use{u.Record, u.Operation}, reason)
			}
			n.references(step.Import.NetSuite.Record, before, reason)
		}
		before = append(before, step)
	}
}

// soapExport adds what a search of SOAP needs: a search without the permission for its
// records leaves fields out, or finds nothing (Oracle help section_N3516862).
func (n *roleNeeds) soapExport(e *sluice.Export, reason string) {
	switch {
	case e.Search != nil:
		n.use(use{e.Search.Type, read}, reason)
	case e.SavedSearch != nil:
		if id, ok := permissionForTable(strings.ToLower(e.SavedSearch.Type)); ok {
			n.needed.add(id, View, reason+": search "+e.SavedSearch.Type)
			return
		}
		n.use(use{e.SavedSearch.Type, read}, reason)
	case e.Deleted != nil:
		n.needed.add(permDeleted, View, reason+": deletions")
	}
}

// use adds what an operation on records needs.
func (n *roleNeeds) use(u use, reason string) {
	id, ok := permissionForRecord(u.record)
	if !ok {
		n.miss(u.record, reason)
		return
	}
	does := string(u.operation)
	if u.operation == read {
		does = "read"
	}
	n.needed.add(id, levelFor(u.operation), reason+": "+does+" "+u.record)
}

// query adds what a SuiteQL query needs: the tables that it names, and the kinds of
// transactions that it asks for. Those that the role may not see are left out of
// the rows without a word.
func (n *roleNeeds) query(text, reason string) {
	tables := Tables(text)
	for _, table := range tables {
		id, ok := permissionForTable(table)
		if !ok {
			n.miss(table, reason)
			continue
		}
		n.needed.add(id, View, reason+": query "+table)
	}
	if !slices.Contains(tables, "transaction") {
		return
	}
	for _, value := range literals(text) {
		n.advised.add(transactionTypes[value], View, reason+": rows of the type "+value+", which a role that may not see them does not get")
	}
}

// mapped finds the fields that a mapping sets, on the record and in its lines.
var mapped = regexp.MustCompile(`(?:root\.|")([a-zA-Z_][a-zA-Z0-9_]*)`)

// references adds what the fields of a record point to: NetSuite may refuse a
// record whose references the role cannot see.
func (n *roleNeeds) references(record string, before []*sluice.Step, reason string) {
	for _, step := range before {
		for _, name := range mappedFields(step) {
			switch {
			case name == "entity":
				n.advised.add(entityOf(record), View, reason+": "+record+" refers to it by entity")
			case strings.HasPrefix(name, "custrecord"), strings.HasPrefix(name, "custbody"), strings.HasPrefix(name, "custcol"),
				strings.HasPrefix(name, "custentity"), strings.HasPrefix(name, "custitem"):
				n.advised.add(permCustField, View, reason+": custom fields such as "+name)
			default:
				n.advised.add(referenceFields[name], View, reason+": "+record+" refers to it by "+name)
			}
		}
	}
}

// mappedFields returns the names that a step may set, each level of them.
func mappedFields(step *sluice.Step) []string {
	var names []string
	for _, field := range mapped.FindAllStringSubmatch(step.Map, -1) {
		names = append(names, field[1])
	}
	return append(names, rowFields(step.Fields)...)
}

func rowFields(rows []sluice.FieldRow) []string {
	var names []string
	for _, row := range rows {
		names = append(names, strings.Split(row.To, ".")...)
		names = append(names, rowFields(row.Fields)...)
	}
	return names
}

// entityOf returns the permission for whom a transaction is with.
func entityOf(record string) string {
	id, _ := permissionForRecord(record)
	if strings.HasPrefix(id, "TRAN_VEND") || strings.HasPrefix(id, "TRAN_PURCH") {
		return "LIST_VENDOR"
	}
	return "LIST_CUSTJOB"
}

func (n *roleNeeds) miss(name, reason string) {
	u := UnknownPermission{Name: name, For: reason}
	if !slices.Contains(n.unknown, u) {
		n.unknown = append(n.unknown, u)
	}
}
