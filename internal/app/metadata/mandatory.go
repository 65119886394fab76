package metadata

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// required are the fields that Oracle's SuiteScript Records Browser calls required, a
// record type a line, in the names of scripts, which are those of the REST record service
// in lower case: of the release that records.json of Oracle's netsuite-suitecloud-sdk
// (packages/agent-skills/netsuite-suitescript-records-reference, June 2026) was made of.
//
//go:embed required.txt
var required string

// filled are required fields that NetSuite fills in itself when a new record comes
// without them (a form, a date, a currency, a status, a number), or that it asks for only
// under a feature or a preference; with a colon, those of one type. The Records Browser
// does not tell these from the others: that they can be left out is general knowledge.
var filled = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(`
		customform trandate currency exchangerate postingperiod entityid entitystatus orderstatus transtatus
		probability expectedclosedate projectedtotal inputreferencecode schedulingmethod incoterm partnercode owner
		taxcode taxamount taxbasis taxrate taxschedule revrecforecastrule revrecoffset periodoffset atpmethod costcategory
		effectivebomcontrol monthlyclosing workcalendar payfrequency defaultexpensereportcurrency hiredate inheritiprules
		ipaddressrule acctnumber unit timezone fiscalcalendar taxfiscalcalendar languagelocale checklayout couponcode promocode
		assembly billofmaterials billofmaterialsrevision supportcase:profile supportcase:startdate supportcase:starttime
		supportcase:status subsidiary:currency`) {
		set[name] = true
	}
	return set
})

// besides are required fields of types that the Records Browser does not have, or whose
// lines it leaves out, from general knowledge of NetSuite.
var besides = map[string][]string{
	"assemblyitem":              {"itemid", "subsidiary", "cogsaccount", "assetaccount"},
	"calendarevent":             {"title"},
	"contact":                   {"entityid"},
	"currency":                  {"exchangerate"},
	"customerstatus":            {"probability"},
	"employee":                  {"firstname", "lastname"},
	"expensereport":             {"entity", "expense.category"},
	"inventoryadjustment":       {"inventory.item", "inventory.adjustqtyby"},
	"inventoryitem":             {"itemid", "subsidiary", "cogsaccount", "assetaccount"},
	"inventorytransfer":         {"inventory.item"},
	"invoice":                   {"item.item"},
	"job":                       {"companyname", "subsidiary"},
	"kititem":                   {"itemid", "subsidiary"},
	"noninventorysaleitem":      {"itemid", "subsidiary"},
	"phonecall":                 {"title"},
	"servicesaleitem":           {"itemid", "subsidiary"},
	"task":                      {"title"},
	"term":                      {"name"},
	"timebill":                  {"employee", "hours"},
	"transferorder":             {"location"},
	"vendorreturnauthorization": {"entity", "item.item"},
}

// asked are the fields without which NetSuite refuses a new record, by record type: what
// is required and not filled in. They are a hint for who writes a mapping, on which
// nothing rests: features, preferences and the role's form may ask for more or for less.
var asked = sync.OnceValue(func() map[string][]string {
	types := map[string][]string{}
	for line := range strings.Lines(required) {
		names := strings.Fields(line)
		recordType, names := names[0], names[1:]
		// A sale or a purchase has a location under a preference, a transfer always.
		trade := slices.Contains(names, "entity")
		types[recordType] = slices.DeleteFunc(names, func(path string) bool {
			name := path[strings.LastIndex(path, ".")+1:]
			return filled()[name] || filled()[recordType+":"+name] || trade && name == "location"
		})
	}
	for recordType, names := range besides {
		for _, name := range names {
			if !slices.Contains(types[recordType], name) {
				types[recordType] = append(types[recordType], name)
			}
		}
	}
	return types
})

// mandatoryOf returns paths in lower case: entity, item.item.
func mandatoryOf(recordType string) []string { return asked()[strings.ToLower(recordType)] }
