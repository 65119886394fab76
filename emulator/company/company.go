// Package company fills an emulated account with records: a sample company
// that is the same on every machine, or the records of a folder.
//
// The sample company and every name in it are made up.
package company

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
)

// Size says how large the sample company is. The zero value of a field means
// the standard size.
type Size struct {
	Customers, Items, Orders int
	Invoices                 int // orders that are billed; every second invoice is paid
}

func (s Size) orStandard() Size {
	for p, n := range map[*int]int{&s.Customers: 60, &s.Items: 24, &s.Orders: 120, &s.Invoices: 30} {
		if *p == 0 {
			*p = n
		}
	}
	s.Invoices = min(s.Invoices, s.Orders)
	return s
}

type object = map[string]any

// builder adds records and keeps the first error, so that the company reads
// as a list.
type builder struct {
	write record.Batch
	rng   *rand.Rand
	today time.Time
	err   error

	locations, departments, classes, reps []int64
	customers, items                      []int64
	stocked                               []int64 // the items that are kept in stock
}

// Sample adds the sample company to an empty store. The same seed gives the
// same records with the same internal IDs; subsidiary 1 is the only one.
// today is the day that its documents lead up to.
func Sample(ctx context.Context, store *record.Store, seed uint64, today time.Time, size Size) error {
	size = size.orStandard()
	err := store.Batch(ctx, func(write record.Batch) error {
		b := &builder{write: write, rng: rand.New(rand.NewPCG(seed, 0x5107ce)), today: today}
		b.all(size)
		return b.err
	})
	if err != nil {
		return fmt.Errorf("sample company: %w", err)
	}
	return nil
}

// all adds every record.
func (b *builder) all(size Size) {
	b.lists()
	b.people()
	for i := range size.Items {
		b.items = append(b.items, b.item(i))
	}
	for i := range size.Customers {
		b.customers = append(b.customers, b.customer(i))
	}
	b.documents(size)
	b.moreLists()
	b.purchasing()
	b.selling()
	b.service()
}

// add creates a record and returns its internal ID, 0 after an error.
func (b *builder) add(typ string, body object) int64 {
	if b.err != nil {
		return 0
	}
	id, err := b.write.Create(typ, body)
	if err != nil {
		b.err = fmt.Errorf("%s %v: %w", typ, body["externalId"], err)
	}
	return id
}

func ref(id int64) object { return object{"id": fmt.Sprint(id)} }

func list(lines ...object) object {
	items := make([]any, len(lines))
	for i, l := range lines {
		items[i] = l
	}
	return object{"items": items}
}

// money is an amount of cents as a JSON number.
func money(cents int) json.Number { return json.Number(fmt.Sprintf("%d.%02d", cents/100, cents%100)) }

func num(n int) json.Number { return json.Number(fmt.Sprint(n)) }

func pick[T any](b *builder, from []T) T { return from[b.rng.IntN(len(from))] }

// day returns the date n days before today.
func (b *builder) day(n int) string { return b.today.AddDate(0, 0, -n).Format(time.DateOnly) }

func (b *builder) lists() {
	for i, c := range []struct{ name, symbol, rate string }{{"US Dollar", "USD", "1"}, {"Euro", "EUR", "1.08"}, {"British Pound", "GBP", "1.27"}} {
		b.add("currency", object{"name": c.name, "symbol": c.symbol, "exchangeRate": json.Number(c.rate), "isBaseCurrency": i == 0})
	}
	b.add("subsidiary", object{"name": "Larkfield Outdoor", "legalName": "Larkfield Outdoor Inc.", "currency": ref(1), "country": object{"id": "US"},
		"mainAddress": object{"addressee": "Larkfield Outdoor Inc.", "addr1": "1 Quarry Lane", "city": "Fernhollow", "state": "OR", "zip": "97000"}})
	for _, t := range []struct {
		name string
		days int
	}{{"Net 30", 30}, {"Net 15", 15}, {"Due on receipt", 0}} {
		b.add("term", object{"name": t.name, "daysUntilNetDue": num(t.days)})
	}
	for _, name := range []string{"Base Price", "Wholesale", "Online Price"} {
		b.add("priceLevel", object{"name": name, "isOnline": name == "Online Price"})
	}
	for _, s := range []struct{ name, stage, probability string }{
		{"Lead-Unqualified", "LEAD", "5"}, {"Prospect-In Negotiation", "PROSPECT", "50"}, {"Customer-Closed Won", "CUSTOMER", "100"}} {
		b.add("customerStatus", object{"name": s.name, "stage": s.stage, "probability": json.Number(s.probability)})
	}
	for _, a := range accounts {
		b.add("account", object{"acctNumber": a.number, "acctName": a.name, "acctType": a.kind})
	}
	for _, name := range []string{"Retail", "Wholesale", "Service"} {
		b.departments = append(b.departments, b.add("department", object{"name": name}))
	}
	for _, name := range []string{"Hiking", "Climbing", "Water"} {
		b.classes = append(b.classes, b.add("classification", object{"name": name}))
	}
	for _, name := range []string{"Fernhollow Warehouse", "Pier Store", "Outlet"} {
		b.locations = append(b.locations, b.add("location", object{"name": name, "subsidiary": ref(1)}))
	}
	for _, name := range []string{"Key account", "Standard", "Occasional"} {
		b.add("customlist_sluice_segment", object{"name": name})
	}
	for _, name := range []string{"Web store", "Phone", "Marketplace"} {
		b.add("customlist_sluice_channel", object{"name": name})
	}
	b.periods()
}

var accounts = []struct{ number, name, kind string }{
	{"1000", "Checking", "Bank"}, {"1100", "Accounts Receivable", "AcctRec"}, {"1200", "Inventory Asset", "OthCurrAsset"},
	{"2000", "Accounts Payable", "AcctPay"}, {"2200", "Sales Taxes Payable", "OthCurrLiab"}, {"3000", "Opening Balance", "Equity"},
	{"4000", "Sales", "Income"}, {"4100", "Service Revenue", "Income"}, {"5000", "Cost of Goods Sold", "COGS"}, {"6000", "Office Expenses", "Expense"},
}

// periods adds a posting period for each month from two years before today to
// one year after.
func (b *builder) periods() {
	first := time.Date(b.today.Year()-2, 1, 1, 0, 0, 0, 0, time.UTC)
	for m := first; m.Year() <= b.today.Year()+1; m = m.AddDate(0, 1, 0) {
		b.add("accountingPeriod", object{"periodName": m.Format("Jan 2006"), "startDate": m.Format(time.DateOnly),
			"endDate": m.AddDate(0, 1, -1).Format(time.DateOnly)})
	}
}

func (b *builder) people() {
	for i, name := range []string{"Buyer One", "Sales Two", "Sales Three", "Clerk Four"} {
		var first, last string
		fmt.Sscan(name, &first, &last)
		id := b.add("employee", object{"firstName": first, "lastName": last, "externalId": fmt.Sprintf("EMP-%d", i+1),
			"email": fmt.Sprintf("staff%d@larkfield.example", i+1), "isSalesRep": first == "Sales", "department": ref(pick(b, b.departments)),
			"hireDate": b.day(400 + 30*i)})
		if first == "Sales" {
			b.reps = append(b.reps, id)
		}
	}
	for i, name := range []string{"Ropeworks Supply", "Canvas & Pole", "Tidewater Plastics", "Northline Freight"} {
		b.add("vendor", object{"companyName": name, "externalId": fmt.Sprintf("VEND-%d", i+1), "terms": ref(1),
			"email": fmt.Sprintf("orders%d@vendors.example", i+1)})
	}
}
