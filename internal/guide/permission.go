package guide

import (
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Level is how far a role may go with a permission, as the role page grades it.
type Level string

// The levels in rising order; a higher one includes the lower ones.
const (
	View   Level = "View"
	Create Level = "Create"
	Edit   Level = "Edit"
	Full   Level = "Full"
)

// Above reports whether l allows more than other. The empty level allows nothing.
func (l Level) Above(other Level) bool {
	levels := []Level{View, Create, Edit, Full}
	return slices.Index(levels, l) > slices.Index(levels, other)
}

// levelFor returns the level that an operation needs (Oracle help, section_N285937).
// An upsert creates and edits; only Full deletes.
func levelFor(o sluice.Operation) Level {
	switch o {
	case read:
		return View
	case sluice.Add, sluice.Transform:
		return Create
	case sluice.Delete:
		return Full
	}
	return Edit
}

// permission is one of NetSuite's, with the records and tables that it opens.
type permission struct {
	id, name string // SDF ID; name on the role page
	records  string // record types of the record service, lower-case
	tables   string // SuiteQL tables besides those named as a record type
}

// The permissions that every login needs. Asynchronous calls and batches need no other:
// each of their records is worked with the role's permission for it (article_5085602973).
const (
	permLoginToken  = "ADMI_LOGIN_OAUTH"
	permLoginOAuth2 = "ADMI_LOGIN_OAUTH2"
	permREST        = "ADMI_RESTWEBSERVICES"
	permSOAP        = "ADMI_WEBSERVICES"
	permWorkbook    = "REPO_ANALYTICS"
	permDeleted     = "ADMI_DELETEDRECORD"
	permFind        = "TRAN_FIND"
	permCustRecord  = "LIST_CUSTRECORDENTRY"
	permCustList    = "ADMI_CUSTLIST"
	permCustField   = "ADMI_CUSTFIELD"
)

// permissions is what is known of NetSuite's permissions. IDs and names: Oracle
// help, chapter_N3236764; which record needs which: its column for record access.
// A record type that is not here is reported, never guessed.
var permissions = []permission{
	{permLoginToken, "Log in using Access Tokens", "", ""},
	{permLoginOAuth2, "Log in using OAuth 2.0 Access Tokens", "", ""},
	{permREST, "REST Web Services", "", ""},
	{permSOAP, "SOAP Web Services", "", ""},
	{permWorkbook, "SuiteAnalytics Workbook", "", ""},
	{permCustField, "Custom Fields", "", "customfield"},
	{permCustList, "Custom Lists", "", ""},
	{"ADMI_ACCOUNTINGBOOK", "Accounting Book", "accountingbook", ""},
	{"ADMI_ACCOUNTINGLIST", "Accounting Lists", "term pricelevel customercategory vendorcategory paymentmethod", ""},
	{"ADMI_ACCTPERIODS", "Manage Accounting Periods", "accountingperiod", ""},
	{"ADMI_CUSTOMSCRIPT", "SuiteScript", "", "script scriptdeployment"},
	{permDeleted, "Deleted Records", "", "deletedrecord"},

	{"LIST_ACCOUNT", "Accounts", "account", ""},
	{"LIST_BIN", "Bins", "bin", ""},
	{"LIST_BOM", "Bill of Materials", "bom bomrevision", ""},
	{"LIST_CALL", "Phone Calls", "phonecall", ""},
	{"LIST_CAMPAIGN", "Marketing Campaigns", "campaign", ""},
	{"LIST_CASE", "Cases", "supportcase", ""},
	{"LIST_CATEGORY", "Expense Categories", "expensecategory", ""},
	{"LIST_CLASS", "Classes", "classification", ""},
	{"LIST_CONTACT", "Contacts", "contact", ""},
	{"LIST_CURRENCY", "Currency", "currency", ""},
	{"LIST_CUSTJOB", "Customers", "customer lead prospect customerstatus customersubsidiaryrelationship",
		"entity entityaddress entitystatus customeraddressbook customeraddressbookentityaddress"},
	{permCustRecord, "Custom Record Entries", "", ""},
	{"LIST_DEPARTMENT", "Departments", "department", ""},
	{"LIST_EMPLOYEE", "Employees", "employee", ""},
	{"LIST_EVENT", "Events", "calendarevent", ""},
	{"LIST_INBOUNDSHIPMENT", "Inbound Shipment", "inboundshipment", ""},
	{"LIST_ISSUE", "Issues", "issue", ""},
	{"LIST_FILECABINET", "Documents and Files", "file folder", ""},
	{"LIST_ITEM", "Items", "inventoryitem lotnumberedinventoryitem serializedinventoryitem noninventorysaleitem noninventorypurchaseitem " +
		"noninventoryresaleitem servicesaleitem servicepurchaseitem serviceresaleitem otherchargesaleitem otherchargepurchaseitem " +
		"otherchargeresaleitem assemblyitem lotnumberedassemblyitem serializedassemblyitem kititem itemgroup discountitem markupitem " +
		"paymentitem subtotalitem descriptionitem downloaditem giftcertificateitem", "item itemprice itemvendor itemsubsidiarymap inventoryitemlocations aggregateitemlocation"},
	{"LIST_JOB", "Jobs", "job", ""},
	{"LIST_LOCATION", "Locations", "location", ""},
	{"LIST_OTHERNAME", "Other Names", "othername", ""},
	{"LIST_PARTNER", "Partners", "partner", ""},
	{"LIST_PROJECTTASK", "Project Tasks", "projecttask", ""},
	{"LIST_PROMOTIONCODE", "Promotion", "promotioncode", ""},
	{"LIST_SUBSCRIPTION", "Subscriptions", "subscription", ""},
	{"LIST_SUBSIDIARY", "Subsidiaries", "subsidiary", ""},
	{"LIST_TASK", "Tasks", "task", ""},
	{"LIST_UNIT", "Units", "unitstype", ""},
	{"LIST_VENDOR", "Vendors", "vendor vendorsubsidiaryrelationship", ""},

	{permFind, "Find Transaction", "", "transaction transactionline transactionaccountingline nexttransactionlink nexttransactionlinelink previoustransactionlink previoustransactionlinelink transactionshipment"},
	{"TRAN_BUILD", "Build Assemblies", "assemblybuild", ""},
	{"TRAN_CASHRFND", "Cash Sale Refund", "cashrefund", ""},
	{"TRAN_CASHSALE", "Cash Sale", "cashsale", ""},
	{"TRAN_CHARGE", "Charge", "charge", ""},
	{"TRAN_CHECK", "Check", "check", ""},
	{"TRAN_CUSTCRED", "Credit Memo", "creditmemo", ""},
	{"TRAN_CUSTDEP", "Customer Deposit", "customerdeposit", ""},
	{"TRAN_CUSTINVC", "Invoice", "invoice", ""},
	{"TRAN_CUSTPYMT", "Customer Payment", "customerpayment", ""},
	{"TRAN_CUSTRFND", "Customer Refund", "customerrefund", ""},
	{"TRAN_DEPAPPL", "Deposit Application", "depositapplication", ""},
	{"TRAN_DEPOSIT", "Deposit", "deposit", ""},
	{"TRAN_ESTIMATE", "Estimate", "estimate", ""},
	{"TRAN_EXPREPT", "Expense Report", "expensereport", ""},
	{"TRAN_INVADJST", "Adjust Inventory", "inventoryadjustment", ""},
	{"TRAN_INVTRNFR", "Transfer Inventory", "inventorytransfer", ""},
	{"TRAN_ITEMRCPT", "Item Receipt", "itemreceipt", ""},
	{"TRAN_ITEMSHIP", "Item Fulfillment", "itemfulfillment", ""},
	{"TRAN_JOURNAL", "Make Journal Entry", "journalentry intercompanyjournalentry", ""},
	{"TRAN_OPPRTNTY", "Opportunity", "opportunity", ""},
	{"TRAN_PURCHORD", "Purchase Order", "purchaseorder", ""},
	{"TRAN_PURCHREQ", "Requisition", "purchaserequisition", ""},
	{"TRAN_RTNAUTH", "Return Authorization", "returnauthorization", ""},
	{"TRAN_SALESORD", "Sales Order", "salesorder", ""},
	{"TRAN_TIMEBILL", "Track Time", "timebill", ""},
	{"TRAN_TRNFRORD", "Transfer Order", "transferorder", ""},
	{"TRAN_VENDAUTH", "Vendor Return Authorization", "vendorreturnauthorization", ""},
	{"TRAN_VENDBILL", "Bills", "vendorbill", ""},
	{"TRAN_VENDCRED", "Enter Vendor Credits", "vendorcredit", ""},
	{"TRAN_VENDPYMT", "Pay Bills", "vendorpayment", ""},
	{"TRAN_WORKORD", "Work Order", "workorder", ""},
}

// openTables are tables that every role may read.
var openTables = []string{"dual", "accounttype"}

// transactionTypes are the values of transaction.type, with the permission to
// see such transactions.
var transactionTypes = map[string]string{
	"CashSale": "TRAN_CASHSALE", "CustCred": "TRAN_CUSTCRED", "CustDep": "TRAN_CUSTDEP", "CustInvc": "TRAN_CUSTINVC", "CustPymt": "TRAN_CUSTPYMT",
	"CustRfnd": "TRAN_CUSTRFND", "Estimate": "TRAN_ESTIMATE", "ExpRept": "TRAN_EXPREPT", "InvAdjst": "TRAN_INVADJST", "ItemRcpt": "TRAN_ITEMRCPT",
	"ItemShip": "TRAN_ITEMSHIP", "Journal": "TRAN_JOURNAL", "Opprtnty": "TRAN_OPPRTNTY", "PurchOrd": "TRAN_PURCHORD", "RtnAuth": "TRAN_RTNAUTH",
	"SalesOrd": "TRAN_SALESORD", "TrnfrOrd": "TRAN_TRNFRORD", "VendBill": "TRAN_VENDBILL", "VendCred": "TRAN_VENDCRED", "VendPymt": "TRAN_VENDPYMT",
	"WorkOrd": "TRAN_WORKORD", "CashRfnd": "TRAN_CASHRFND", "VendAuth": "TRAN_VENDAUTH",
}

// referenceFields are fields of records that point to other records, with the
// permission to see those.
var referenceFields = map[string]string{
	"customer": "LIST_CUSTJOB", "vendor": "LIST_VENDOR", "item": "LIST_ITEM", "subsidiary": "LIST_SUBSIDIARY", "currency": "LIST_CURRENCY",
	"department": "LIST_DEPARTMENT", "class": "LIST_CLASS", "location": "LIST_LOCATION", "account": "LIST_ACCOUNT", "terms": "ADMI_ACCOUNTINGLIST",
	"priceLevel": "ADMI_ACCOUNTINGLIST", "salesRep": "LIST_EMPLOYEE", "employee": "LIST_EMPLOYEE", "job": "LIST_JOB", "partner": "LIST_PARTNER",
	"postingPeriod": "ADMI_ACCTPERIODS",
}

// KnownPermissions returns every permission that a computed role can hold, at the
// lowest level, each with the record types and tables that it opens.
func KnownPermissions() []Grant {
	var list []Grant
	for _, p := range permissions {
		g := grant(p.id, View, "")
		g.For = strings.Fields(p.records + " " + p.tables)
		list = append(list, g)
	}
	return list
}

// permissionForRecord returns the ID of the permission for records of a type.
func permissionForRecord(record string) (string, bool) {
	name := strings.ToLower(record)
	switch {
	case strings.HasPrefix(name, "customrecord"):
		return permCustRecord, true
	case strings.HasPrefix(name, "customlist"):
		return permCustList, true
	}
	for _, p := range permissions {
		if slices.Contains(strings.Fields(p.records), name) {
			return p.id, true
		}
	}
	return "", false
}

// permissionForTable returns the ID of the permission to query a table, "" for
// one that every role may read.
func permissionForTable(table string) (string, bool) {
	if slices.Contains(openTables, table) {
		return "", true
	}
	for _, p := range permissions {
		if slices.Contains(strings.Fields(p.tables), table) {
			return p.id, true
		}
	}
	return permissionForRecord(table)
}

// tabs are the tabs of the role page, by the first part of a permission's ID.
var tabs = map[string]string{"TRAN": "Transactions", "LIST": "Lists", "REPO": "Reports", "ADMI": "Setup"}

// grant returns a permission at a level.
func grant(id string, level Level, reason string) Grant {
	prefix, _, _ := strings.Cut(id, "_")
	g := Grant{ID: id, Tab: tabs[prefix], Level: level, For: []string{reason}}
	if i := slices.IndexFunc(permissions, func(p permission) bool { return p.id == id }); i >= 0 {
		g.Name = permissions[i].name
	}
	return g
}

// RecordGrant returns the permission that an operation on records of a type needs;
// "" as the operation stands for reading. It reports whether the permission is known.
func RecordGrant(record string, operation sluice.Operation) (Grant, bool) {
	id, ok := permissionForRecord(record)
	if operation == "" {
		operation = read
	}
	return grant(id, levelFor(operation), record), ok
}

// TableGrant returns the permission to query a SuiteQL table. It reports whether
// one is needed and known.
func TableGrant(table string) (Grant, bool) {
	id, ok := permissionForTable(table)
	return grant(id, View, table), ok && id != ""
}
