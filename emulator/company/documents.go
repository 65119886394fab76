package company

import (
	"fmt"
	"strings"
)

var (
	placeWords = []string{"Harbor", "Summit", "Cedar", "Willow", "Granite", "Meadow", "Juniper", "Copper", "Lantern", "Orchard",
		"Saddle", "Thistle"}
	tradeWords = []string{"Outfitters", "Sports", "Trading", "Supply", "Adventures", "Mercantile", "Gear"}
	towns      = []struct{ city, state, zip string }{
		{"Alder Creek", "WA", "98001"}, {"Stonebridge", "CO", "80001"}, {"Pinehaven", "CA", "94001"}, {"Lakemont", "MN", "55001"}}
	things = []string{"Tent", "Rope", "Headlamp", "Stove", "Paddle", "Dry Bag", "Harness", "Jacket", "Compass", "Hammock"}
	lines  = []string{"Trail", "Ridge", "River", "Storm"}
)

func (b *builder) item(i int) int64 {
	price := 500 + b.rng.IntN(30000)
	name := fmt.Sprintf("%s %s", lines[i/len(things)%len(lines)], things[i%len(things)])
	if n := i / (len(things) * len(lines)); n > 0 {
		name = fmt.Sprintf("%s %d", name, n+1)
	}
	body := object{
		"itemId": name, "externalId": fmt.Sprintf("SKU-%04d", i+1), "displayName": name, "salesDescription": name + ", one piece",
		"class": ref(b.classes[i%len(b.classes)]), "upcCode": fmt.Sprintf("0400000%05d", i+1),
		"custitem_sluice_brand": lines[i/len(things)%len(lines)],
		"price": list(object{"priceLevel": ref(1), "currencyPage": ref(1), "price": money(price)},
			object{"priceLevel": ref(2), "currencyPage": ref(1), "price": money(price * 8 / 10)},
			object{"priceLevel": ref(1), "currencyPage": ref(2), "price": money(price * 10 / 11)}),
	}
	switch i % 8 {
	case 6:
		return b.add("serviceSaleItem", body)
	case 7:
		return b.add("nonInventorySaleItem", body)
	}
	body["cost"] = money(price / 2)
	id := b.add("inventoryItem", body)
	b.stocked = append(b.stocked, id)
	return id
}

func (b *builder) customer(i int) int64 {
	name := placeWords[i%len(placeWords)] + " " + tradeWords[i/len(placeWords)%len(tradeWords)]
	if n := i / (len(placeWords) * len(tradeWords)); n > 0 {
		name = fmt.Sprintf("%s %d", name, n+1)
	}
	town := pick(b, towns)
	mail := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	currency := int64(1)
	if i%10 == 9 {
		currency = 2
	}
	id := b.add("customer", object{
		"companyName": name, "externalId": fmt.Sprintf("CUST-%04d", i+1), "email": mail + "@customers.example",
		"phone": fmt.Sprintf("555-01%02d", i%100), "currency": ref(currency), "terms": ref(int64(1 + i%3)),
		"salesRep": ref(pick(b, b.reps)), "creditLimit": num(1000 * (1 + b.rng.IntN(50))),
		"custentity_sluice_segment": ref(int64(1 + i%3)), "custentity_sluice_score": num(b.rng.IntN(100)),
		"addressBook": list(object{"label": "Main", "defaultBilling": true, "defaultShipping": true,
			"addressBookAddress": object{"addressee": name, "addr1": fmt.Sprintf("%d Main Street", 10+i), "city": town.city,
				"state": town.state, "zip": town.zip, "country": object{"id": "US"}}}),
	})
	if i%5 == 0 {
		b.add("contact", object{"firstName": "Contact", "lastName": fmt.Sprintf("Number %d", i+1), "company": ref(id),
			"email": "contact@" + strings.ReplaceAll(mail, ".", "-") + ".example"})
	}
	return id
}

func (b *builder) documents(size Size) {
	for i := range size.Orders {
		age := (size.Orders - i) * 300 / size.Orders
		var lines []object
		for range 1 + b.rng.IntN(5) {
			lines = append(lines, object{"item": ref(pick(b, b.items)), "quantity": num(1 + b.rng.IntN(12)), "rate": money(500 + b.rng.IntN(20000))})
		}
		id := b.add("salesOrder", object{
			"externalId": fmt.Sprintf("SO-%05d", i+1), "entity": ref(pick(b, b.customers)), "tranDate": b.day(age),
			"location": ref(pick(b, b.locations)), "department": ref(pick(b, b.departments)), "otherRefNum": fmt.Sprintf("PO%06d", 1000+i),
			"memo": fmt.Sprintf("Order %d of the sample company", i+1), "shippingCost": money(b.rng.IntN(3000)),
			"custbody_sluice_channel": ref(int64(1 + i%3)), "item": list(lines...),
		})
		if i < size.Invoices {
			b.bill(id, i, age)
		}
	}
	b.add("journalEntry", object{"externalId": "JE-00001", "tranDate": b.day(40), "subsidiary": ref(1), "memo": "Opening balance",
		"line": list(object{"account": ref(1), "debit": money(2500000)}, object{"account": ref(6), "credit": money(2500000)})})
}

// bill invoices an order; every second invoice is paid.
func (b *builder) bill(order int64, i, age int) {
	invoice := b.transform("salesOrder", order, "invoice", object{"tranDate": b.day(age - 1), "externalId": fmt.Sprintf("INV-%05d", i+1)})
	if i%2 == 0 {
		b.transform("invoice", invoice, "customerPayment", object{"tranDate": b.day(max(age-10, 0)), "externalId": fmt.Sprintf("PAY-%05d", i+1)})
	}
}
