package company

import (
	"fmt"
	"maps"
	"slices"
)

// The records here come after those of lists, people and documents, whose
// internal IDs stay as they are.

// The first two vendors, and the employee who reports expenses and time.
const (
	firstVendor   = 5
	secondVendor  = 6
	salesEmployee = 2
)

// transform makes a record from another one and returns its ID, 0 after an
// error.
func (b *builder) transform(from string, id int64, to string, body object) int64 {
	if b.err != nil {
		return 0
	}
	made, err := b.write.Transform(from, id, to, body)
	if err != nil {
		b.err = fmt.Errorf("%s of %s %d: %w", to, from, id, err)
	}
	return made
}

// moreLists adds the lists that purchases, projects and cases choose from.
func (b *builder) moreLists() {
	lists := map[string][]string{
		"paymentMethod": {"Cash", "Check", "Wire"}, "vendorCategory": {"Supplier", "Carrier"}, "customerCategory": {"Retailer", "Club"},
		"contactCategory": {"Decision maker"}, "contactRole": {"Primary Contact", "Billing"}, "jobType": {"Installation", "Guiding"},
		"jobStatus": {"In Progress", "Closed"}, "otherNameCategory": {"Press"}, "partnerCategory": {"Reseller"}, "leadSource": {"Trade fair", "Web"},
		"winLossReason": {"Price", "Delivery time"}, "noteType": {"Call note"}, "pricingGroup": {"Clubs"}, "salesRole": {"Account Manager"},
		"supportCaseType": {"Question", "Complaint"}, "supportCaseOrigin": {"Email", "Phone"}, "supportCasePriority": {"High", "Medium", "Low"},
		"billingSchedule": {"Monthly"}, "costCategory": {"Freight"}, "budgetCategory": {"Plan"},
	}
	for _, typ := range slices.Sorted(maps.Keys(lists)) {
		for i, name := range lists[typ] {
			b.add(typ, object{"name": name, "externalId": fmt.Sprintf("%s-%d", typ, i+1)})
		}
	}
	for _, s := range []struct{ name, stage string }{{"Not Started", "OPEN"}, {"In Progress", "OPEN"}, {"Escalated", "ESCALATED"}, {"Closed", "CLOSED"}} {
		b.add("supportCaseStatus", object{"name": s.name, "stage": s.stage})
	}
	travel := b.add("account", object{"acctNumber": "6100", "acctName": "Travel", "acctType": "Expense"})
	for i, name := range []string{"Travel", "Meals"} {
		b.add("expenseCategory", object{"name": name, "expenseAcct": ref(travel), "externalId": fmt.Sprintf("EXPCAT-%d", i+1)})
	}
	b.add("unitsType", object{"name": "Pieces", "uom": list(
		object{"unitName": "Piece", "pluralName": "Pieces", "abbreviation": "pc", "pluralAbbreviation": "pcs", "conversionRate": num(1), "baseUnit": true},
		object{"unitName": "Dozen", "pluralName": "Dozens", "abbreviation": "dz", "pluralAbbreviation": "dz", "conversionRate": num(12)})})
	for i, name := range []string{"A-01", "A-02"} {
		b.add("bin", object{"binNumber": name, "location": ref(b.locations[0]), "memo": fmt.Sprintf("Shelf %d", i+1)})
	}
	b.add("taxType", object{"name": "Sales tax", "description": "State sales tax"})
	b.add("nexus", object{"description": "Oregon", "country": object{"id": "US"}, "state": "OR"})
	b.add("currencyRate", object{"baseCurrency": ref(1), "transactionCurrency": ref(2), "exchangeRate": money(108), "effectiveDate": b.day(30)})
	b.add("shipItem", object{"itemId": "Ground", "displayName": "Ground", "shippingCost": money(900)})
	b.add("discountItem", object{"itemId": "Season discount", "rate": "-10%"})
	b.add("nonInventoryPurchaseItem", object{"itemId": "Office supplies", "cost": money(1500), "externalId": "BUY-0001"})
	b.add("servicePurchaseItem", object{"itemId": "Cleaning", "cost": money(9000), "externalId": "BUY-0002"})
}

// purchasing orders goods, receives, bills and pays them, counts and moves
// stock.
func (b *builder) purchasing() {
	if len(b.stocked) == 0 {
		return
	}
	order := func(i int) int64 {
		lines := []object{}
		for n := range 2 {
			lines = append(lines, object{"item": ref(b.stocked[(2*i+n)%len(b.stocked)]), "quantity": num(10 * (n + 1)), "rate": money(1250 + 100*i)})
		}
		return b.add("purchaseOrder", object{"externalId": fmt.Sprintf("PO-%05d", i+1), "entity": ref(firstVendor + int64(i%3)), "tranDate": b.day(60 - 5*i),
			"location": ref(b.locations[0]), "memo": fmt.Sprintf("Purchase %d of the sample company", i+1), "item": list(lines...)})
	}
	for i := range 6 {
		id := order(i)
		if i < 4 {
			b.transform("purchaseOrder", id, "itemReceipt", object{"externalId": fmt.Sprintf("RCPT-%05d", i+1), "tranDate": b.day(50 - 5*i)})
		}
		if i < 3 {
			bill := b.transform("purchaseOrder", id, "vendorBill", object{"externalId": fmt.Sprintf("BILL-%05d", i+1), "tranId": fmt.Sprintf("V-%d", 900+i), "tranDate": b.day(45 - 5*i)})
			if i == 0 {
				b.transform("vendorBill", bill, "vendorPayment", object{"externalId": "VPAY-00001", "tranDate": b.day(20)})
			}
		}
	}
	b.add("vendorBill", object{"externalId": "BILL-RENT", "entity": ref(secondVendor), "tranId": "RENT-6", "tranDate": b.day(15),
		"expense": list(object{"account": ref(10), "amount": money(120000), "memo": "Rent"})})
	b.add("check", object{"externalId": "CHK-00001", "entity": ref(secondVendor), "tranId": "1001", "tranDate": b.day(12),
		"expense": list(object{"account": ref(10), "amount": money(4500), "memo": "Postage"})})
	b.add("inventoryAdjustment", object{"externalId": "ADJ-00001", "account": ref(9), "tranDate": b.day(70), "memo": "Opening stock",
		"inventory": list(b.counted(40)...)})
	b.add("inventoryTransfer", object{"externalId": "ITR-00001", "tranDate": b.day(30), "location": ref(b.locations[0]), "transferLocation": ref(b.locations[1]),
		"inventory": list(object{"item": ref(b.stocked[0]), "adjustQtyBy": num(3)})})
	transfer := b.add("transferOrder", object{"externalId": "TO-00001", "tranDate": b.day(25), "location": ref(b.locations[0]), "transferLocation": ref(b.locations[1]),
		"item": list(object{"item": ref(b.stocked[0]), "quantity": num(4), "rate": money(1000)})})
	b.transform("transferOrder", transfer, "itemFulfillment", object{"externalId": "SHIP-TO-1", "tranDate": b.day(24)})
	b.add("expenseReport", object{"externalId": "EXP-00001", "entity": ref(salesEmployee), "tranDate": b.day(10), "memo": "Trade fair",
		"expense": list(object{"category": ref(1), "amount": money(18000), "memo": "Train"}, object{"category": ref(2), "amount": money(4250), "memo": "Dinner"})})
}

// counted are lines that bring stock of every item to the first location.
func (b *builder) counted(quantity int) (out []object) {
	for _, id := range b.stocked {
		out = append(out, object{"item": ref(id), "location": ref(b.locations[0]), "adjustQtyBy": num(quantity)})
	}
	return out
}

// selling adds what comes before and after orders.
func (b *builder) selling() {
	line := func() object { return list(object{"item": ref(b.items[0]), "quantity": num(2), "rate": money(4900)}) }
	opportunity := b.add("opportunity", object{"externalId": "OPP-00001", "entity": ref(b.customers[0]), "title": "Spring season", "tranDate": b.day(35),
		"expectedCloseDate": b.day(-20), "probability": num(50), "projectedTotal": money(980000), "item": line()})
	b.transform("opportunity", opportunity, "estimate", object{"externalId": "EST-00001", "tranDate": b.day(30)})
	b.add("estimate", object{"externalId": "EST-00002", "entity": ref(b.customers[len(b.customers)-1]), "tranDate": b.day(8), "item": line()})
	cash := b.add("cashSale", object{"externalId": "CS-00001", "entity": ref(b.customers[0]), "tranDate": b.day(6), "paymentMethod": ref(1), "item": line()})
	b.transform("cashSale", cash, "cashRefund", object{"externalId": "CR-00001", "tranDate": b.day(4)})
	b.add("customerDeposit", object{"externalId": "CDEP-00001", "customer": ref(b.customers[0]), "tranDate": b.day(9), "payment": money(25000)})
	b.add("returnAuthorization", object{"externalId": "RMA-00001", "entity": ref(b.customers[0]), "tranDate": b.day(5), "item": line()})
}

// service adds projects, activities and cases.
func (b *builder) service() {
	customer := ref(b.customers[0])
	project := b.add("job", object{"externalId": "PRJ-0001", "companyName": "Climbing wall", "parent": customer, "startDate": b.day(40), "jobType": ref(1)})
	b.add("partner", object{"externalId": "PART-0001", "companyName": "Ridge Partners", "partnerCode": "RIDGE"})
	b.add("otherName", object{"externalId": "OTH-0001", "companyName": "Fernhollow Gazette"})
	b.add("projectTask", object{"externalId": "PTASK-0001", "title": "Survey", "company": ref(project), "startDate": b.day(38)})
	for i, title := range []string{"Send the catalogue", "Check the order", "Plan the visit"} {
		status := "NOTSTART"
		if i == 0 {
			status = "COMPLETE"
		}
		b.add("task", object{"externalId": fmt.Sprintf("TASK-%04d", i+1), "title": title, "company": customer, "assigned": ref(salesEmployee),
			"dueDate": b.day(-5 * i), "status": status})
	}
	b.add("phoneCall", object{"externalId": "CALL-0001", "title": "Delivery date", "company": customer, "assigned": ref(salesEmployee), "phone": "555-0100", "startDate": b.day(3)})
	b.add("calendarEvent", object{"externalId": "EVENT-0001", "title": "Season opening", "organizer": ref(salesEmployee), "startDate": b.day(-14),
		"attendee": list(object{"attendee": ref(salesEmployee), "response": "YES"})})
	for i, title := range []string{"Zip does not close", "Where is the invoice?"} {
		b.add("supportCase", object{"externalId": fmt.Sprintf("CASE-%04d", i+1), "title": title, "company": customer, "email": "help@customers.example",
			"priority": ref(2), "origin": ref(1), "category": ref(1), "incomingMessage": title})
	}
	b.add("issue", object{"externalId": "ISSUE-0001", "issueAbstract": "Labels print twice"})
	b.add("timeBill", object{"externalId": "TIME-0001", "employee": ref(salesEmployee), "customer": ref(project), "hours": "2:30", "tranDate": b.day(2), "memo": "Survey"})
	b.add("campaign", object{"externalId": "CAMP-0001", "title": "Spring mailing", "startDate": b.day(60), "baseCost": money(50000)})
	b.add("promotionCode", object{"externalId": "PROMO-0001", "name": "Spring", "code": "SPRING", "rate": "-5%"})
	b.add("competitor", object{"externalId": "COMP-0001", "name": "Valley Outfitters", "strengths": "Price"})
	b.add("giftCertificate", object{"externalId": "GIFT-0001", "giftCertCode": "FACADE-GIFT-1", "originalAmount": money(5000)})
	b.add("topic", object{"externalId": "TOPIC-0001", "title": "Care of ropes"})
	b.add("hcmJob", object{"externalId": "HCM-0001", "jobId": "CLERK", "title": "Clerk"})
	b.add("emailTemplate", object{"externalId": "TPL-0001", "name": "Thank you", "subject": "Thank you", "content": "Thank you for your order."})
}
