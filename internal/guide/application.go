package guide

import (
	"strings"

	"github.com/sluicehq/sluice"
)

// Application is a system whose records flow to and from NetSuite, with the
// role and the application name that the Celigo bundle has for it.
type Application struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Family string `json:"family" enum:"e-commerce,high-tech,jira,cash-application"`
	// BundleRole is the locked role that the bundle brings, to be cloned.
	BundleRole string `json:"bundle_role"`
	// BundleApplication is the entry under Application Name on the Access Token
	// page; empty where the bundle's documents name none.
	BundleApplication string `json:"bundle_application,omitempty"`

	uses []use // what such an application commonly moves, where no flow says
}

// The families of applications.
const (
	FamilyECommerce       = "e-commerce"
	FamilyHighTech        = "high-tech"
	FamilyJIRA            = "jira"
	FamilyCashApplication = "cash-application"
)

// Names that the bundle brings, as its documents write them.
const (
	bundleID          = "20038"
	bundleRole        = "Celigo integrator.io Full Access w/o 2FA [Locked]"
	bundleApplication = "Integrator.io (Token-based Auth)"

	eTailRole           = "Celigo eTail SmartConnectors"
	eTailApplication    = "eTail Connectors (Token-Based Auth)"
	highTechRole        = "Celigo integrator.io Full Access w/o 2FA[Locked]"
	highTechApplication = "High Tech Connector (Token-Based Auth)"
	jiraRole            = "Celigo JIRA connector role"
	cashAppRole         = "Celigo CashApp Manager SmartConnector role"
)

// use is an operation on records of one type; read means exporting them.
type use struct {
	record    string
	operation sluice.Operation
}

const read sluice.Operation = ""

// shopUses are what a shop moves: customers and orders in, fulfilments and stock out.
func shopUses() []use {
	return []use{{"customer", sluice.Upsert}, {"salesOrder", sluice.Upsert}, {"inventoryItem", read}, {"itemFulfillment", read},
		{"customerDeposit", sluice.Add}, {"cashRefund", sluice.Add}}
}

// Applications returns all applications.
func Applications() []Application {
	shop := func(id, name string) Application {
		return Application{ID: id, Name: name, Family: FamilyECommerce, BundleRole: eTailRole, BundleApplication: eTailApplication, uses: shopUses()}
	}
	highTech := func(id, name string, uses ...use) Application {
		return Application{ID: id, Name: name, Family: FamilyHighTech, BundleRole: highTechRole, BundleApplication: highTechApplication, uses: uses}
	}
	return []Application{
		shop("amazon", "Amazon"), shop("amazon-mcf", "Amazon MCF"), shop("bigcommerce", "BigCommerce"), shop("ebay", "eBay"),
		shop("magento", "Magento 2"), shop("shopify", "Shopify"), shop("square", "Square"), shop("walmart", "Walmart"),
		highTech("adp", "ADP", use{"journalEntry", sluice.Add}, use{"account", read}, use{"employee", sluice.Upsert}),
		highTech("salesforce", "Salesforce (IO)", use{"customer", sluice.Upsert}, use{"contact", sluice.Upsert}, use{"opportunity", sluice.Upsert},
			use{"estimate", sluice.Upsert}, use{"salesOrder", sluice.Upsert}, use{"inventoryItem", read}),
		highTech("silicon-valley-bank", "Silicon Valley Bank", use{"vendor", read}, use{"vendorPayment", sluice.Update}, use{"account", read}),
		highTech("vendor-payment-manager", "Vendor Payment Manager", use{"vendor", read}, use{"vendorBill", read}, use{"vendorPayment", sluice.Update}, use{"account", read}),
		highTech("zendesk", "Zendesk", use{"customer", sluice.Upsert}, use{"contact", sluice.Upsert}, use{"supportCase", sluice.Upsert}),
		{ID: "jira", Name: "JIRA", Family: FamilyJIRA, BundleRole: jiraRole,
			uses: []use{{"customer", read}, {"supportCase", sluice.Upsert}, {"issue", sluice.Upsert}, {"timeBill", sluice.Add}}},
		{ID: "cash-application-manager", Name: "Cash Application Manager", Family: FamilyCashApplication, BundleRole: cashAppRole,
			uses: []use{{"customer", read}, {"invoice", read}, {"creditMemo", read}, {"customerPayment", sluice.Upsert}, {"customerDeposit", sluice.Upsert}, {"account", read}}},
	}
}

// ApplicationOf returns the application with that ID or name, in any case.
func ApplicationOf(name string) (Application, bool) {
	for _, a := range Applications() {
		if strings.EqualFold(a.ID, name) || strings.EqualFold(a.Name, name) {
			return a, true
		}
	}
	return Application{}, false
}

func applicationIDs() string {
	var ids []string
	for _, a := range Applications() {
		ids = append(ids, a.ID)
	}
	return strings.Join(ids, ", ")
}
