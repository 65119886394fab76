package metadata

import "strings"

// mandatory are the fields without which NetSuite refuses a new record of a type, of
// those that the type has in the account: its feature may be off. The record catalogue
// does not tell them. They are from general knowledge of NetSuite, not from a published
// list: a hint for who writes a mapping, on which nothing rests. Custom fields tell by
// themselves, and a role's form may ask for more.
var mandatory = map[string][]string{
	"account":                   {"acctName", "acctType"},
	"assemblyitem":              {"itemId", "subsidiary", "cogsAccount", "assetAccount"},
	"calendarevent":             {"title"},
	"cashsale":                  {"entity", "item.item"},
	"check":                     {"account", "entity"},
	"classification":            {"name"},
	"contact":                   {"entityId", "subsidiary"},
	"creditmemo":                {"entity", "item.item"},
	"currency":                  {"name", "symbol", "exchangeRate"},
	"customer":                  {"subsidiary"},
	"customerdeposit":           {"customer", "payment"},
	"customerpayment":           {"customer"},
	"customerrefund":            {"customer"},
	"department":                {"name"},
	"employee":                  {"firstName", "lastName", "subsidiary"},
	"estimate":                  {"entity", "item.item"},
	"expensereport":             {"entity", "expense.category"},
	"inventoryadjustment":       {"account", "inventory.item", "inventory.adjustQtyBy"},
	"inventoryitem":             {"itemId", "subsidiary", "cogsAccount", "assetAccount"},
	"inventorytransfer":         {"location", "transferLocation", "inventory.item"},
	"invoice":                   {"entity", "item.item"},
	"job":                       {"companyName", "subsidiary"},
	"journalentry":              {"subsidiary", "line.account"},
	"kititem":                   {"itemId", "subsidiary"},
	"location":                  {"name", "subsidiary"},
	"noninventorysaleitem":      {"itemId", "subsidiary"},
	"opportunity":               {"entity"},
	"partner":                   {"subsidiary"},
	"phonecall":                 {"title"},
	"purchaseorder":             {"entity", "item.item"},
	"returnauthorization":       {"entity", "item.item"},
	"salesorder":                {"entity", "item.item"},
	"servicesaleitem":           {"itemId", "subsidiary"},
	"subsidiary":                {"name"},
	"supportcase":               {"title", "company"},
	"task":                      {"title"},
	"term":                      {"name"},
	"timebill":                  {"employee", "hours"},
	"transferorder":             {"subsidiary", "location", "transferLocation", "item.item"},
	"vendor":                    {"subsidiary"},
	"vendorbill":                {"entity"},
	"vendorcredit":              {"entity"},
	"vendorpayment":             {"entity", "account"},
	"vendorreturnauthorization": {"entity", "item.item"},
	"workorder":                 {"assemblyItem", "quantity"},
}

func mandatoryOf(recordType string) []string { return mandatory[strings.ToLower(recordType)] }
