package rest

import (
	"fmt"
	"testing"
)

// names lists one field of each line of a sublist.
func column(body map[string]any, sublist string, steps ...any) (out []string) {
	items, _ := at(body, sublist, "items").([]any)
	for _, l := range items {
		out = append(out, fmt.Sprint(at(l, steps...)))
	}
	return out
}

// TestSublists is the table of Oracle help, section_1545295601 and
// section_1545297048: an order's items are keyed by line, a customer's group
// pricing has no key.
func TestSublists(t *testing.T) {
	a := newAccount(t)
	for _, c := range []struct {
		name, sublist, field string
		start, query, patch  string
		want                 []string
	}{
		{"keyed: match updates, rest is added", "item", "description", `{"description":"a"},{"description":"b"}`, "",
			`{"items":[{"line":2,"description":"B"},{"item":"2","rate":1,"description":"c"}]}`, []string{"a", "B", "c"}},
		{"keyed: an unknown key is added", "item", "description", `{"description":"a"}`, "",
			`{"items":[{"line":9,"item":"2","rate":1,"description":"z"}]}`, []string{"a", "z"}},
		{"keyed: replace removes the rest", "item", "description", `{"description":"a"},{"description":"b"},{"description":"c"}`, "?replace=item",
			`{"items":[{"line":2,"description":"B"},{"item":"2","rate":1,"description":"d"}]}`, []string{"B", "d"}},
		{"keyed: replace in other case", "item", "description", `{"description":"a"},{"description":"b"}`, "?replace=ITEM",
			`{"items":[{"line":1}]}`, []string{"a"}},
		{"not keyed: always added", "groupPricing", "group", `{"group":"a"},{"group":"b"}`, "",
			`{"items":[{"group":"a","level":"1"}]}`, []string{"a", "b", "a"}},
		{"not keyed: sent again, added again", "groupPricing", "group", `{"group":"a"}`, "",
			`{"items":[{"group":"a","level":"1"},{"group":"a","level":"1"}]}`, []string{"a", "a", "a"}},
		{"not keyed: replace removes all", "groupPricing", "group", `{"group":"a"},{"group":"b"}`, "?replace=groupPricing",
			`{"items":[{"group":"b","level":"2"}]}`, []string{"b"}},
		{"not keyed: replace of another list", "groupPricing", "group", `{"group":"a"}`, "?replace=salesTeam",
			`{"items":[{"group":"b","level":"2"}]}`, []string{"a", "b"}},
		{"not keyed: null empties", "groupPricing", "group", `{"group":"a"}`, "", `null`, nil},
		{"not keyed: null items empty", "groupPricing", "group", `{"group":"a"}`, "", `{"items":null}`, nil},
		{"not keyed: no items change nothing", "groupPricing", "group", `{"group":"a"}`, "", `{"items":[]}`, []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			typ, common := "customer", `"level":"1",`
			head := `"companyName":"` + c.name + `"`
			if c.sublist == "item" {
				typ, common, head = "salesOrder", `"item":"1","rate":2,`, `"entity":"9"`
			}
			start := ""
			for i, r := range c.start {
				start += string(r)
				if r == '{' && c.start[i] == '{' {
					start += common
				}
			}
			id := a.create(typ, `{`+head+`,"`+c.sublist+`":{"items":[`+start+`]}}`)
			res := a.do("PATCH "+typ+"/"+id+c.query, `{"`+c.sublist+`":`+c.patch+`}`)
			if res.status != 204 {
				t.Fatalf("%d %v", res.status, res.body)
			}
			equal(t, c.field, column(a.get(typ+"/"+id), c.sublist, c.field), c.want)
		})
	}
}

// TestLineNumbers: a line number stays with its line and is not given twice.
func TestLineNumbers(t *testing.T) {
	a := newAccount(t)
	id := a.create("salesOrder", `{"entity":"9","item":{"items":[{"item":"1","rate":1},{"item":"2","rate":2},{"item":"3","rate":3}]}}`)
	keys := column(a.get("salesOrder/"+id), "item", "lineUniqueKey")
	a.do("PATCH salesOrder/"+id+"?replace=item", `{"item":{"items":[{"line":1},{"line":2}]}}`)
	a.do("PATCH salesOrder/"+id, `{"item":{"items":[{"item":"4","rate":4}]}}`)
	order := a.get("salesOrder/" + id)
	equal(t, "lines", column(order, "item", "line"), []string{"1", "2", "4"})
	after := column(order, "item", "lineUniqueKey")
	equal(t, "unique keys of the kept lines", after[:2], keys[:2])
	if after[2] == keys[2] {
		t.Error("a unique key was given twice")
	}
}

// TestAmounts: the amount follows quantity and rate unless the request sets it.
func TestAmounts(t *testing.T) {
	a := newAccount(t)
	for _, c := range []struct{ start, patch, rate, amount string }{
		{`"quantity":3,"rate":0.335`, ``, "0.335", "1.01"}, // 1.005 rounds up
		{`"quantity":-3,"rate":0.335`, ``, "0.335", "-1.01"},
		{`"quantity":3,"rate":10,"amount":25`, ``, "10", "25"},
		{`"quantity":3,"amount":10`, ``, "3.33", "10"},
		{`"quantity":3,"rate":10,"amount":25`, `"quantity":4`, "10", "40"},
		{`"quantity":3,"rate":10`, `"rate":11`, "11", "33"},
		{`"quantity":3,"rate":10`, `"amount":31`, "10.33", "31"},
		{`"quantity":3,"rate":10`, `"description":"x"`, "10", "30"},
		{`"rate":10`, ``, "10", "10"},
	} {
		id := a.create("salesOrder", `{"entity":"9","item":{"items":[{"item":"1",`+c.start+`}]}}`)
		if c.patch != "" {
			if res := a.do("PATCH salesOrder/"+id, `{"item":{"items":[{"line":1,`+c.patch+`}]}}`); res.status != 204 {
				t.Fatal(c, res.body)
			}
		}
		order := a.get("salesOrder/" + id)
		equal(t, c.start+" "+c.patch+": rate", at(order, "item", "items", 0, "rate"), c.rate)
		equal(t, c.start+" "+c.patch+": amount", at(order, "item", "items", 0, "amount"), c.amount)
		equal(t, c.start+" "+c.patch+": subtotal", order["subtotal"], c.amount)
	}
}

// TestItemPrice: without rate and amount a line takes the item's price.
func TestItemPrice(t *testing.T) {
	a := newAccount(t)
	item := a.create("serviceSaleItem", `{"itemId":"Priced","salesDescription":"An hour","price":{"items":[
		{"priceLevel":"1","currencyPage":"1","price":12.5},{"priceLevel":"2","currencyPage":"1","price":11}]}}`)
	id := a.create("salesOrder", `{"entity":"9","item":{"items":[{"item":"`+item+`","quantity":2},{"item":"`+item+`","price":"2"}]}}`)
	order := a.get("salesOrder/" + id)
	equal(t, "amounts", column(order, "item", "amount"), []string{"25", "11"})
	equal(t, "description", at(order, "item", "items", 0, "description"), "An hour")
	free := a.create("serviceSaleItem", `{"itemId":"Unpriced"}`)
	res := a.do("POST salesOrder", `{"entity":"9","item":{"items":[{"item":"`+free+`"}]}}`)
	equal(t, "unpriced", res.detail().Detail, engine+"Please enter value(s) for: Amount")
}

// TestAddressBook: lines keyed by internal ID, one default each, text composed.
func TestAddressBook(t *testing.T) {
	a := newAccount(t)
	id := a.create("customer", `{"companyName":"Addressed","addressBook":{"items":[
		{"label":"one","defaultBilling":true,"addressBookAddress":{"addressee":"A","addr1":"1 Road","city":"Town","zip":"1","country":"GB"}},
		{"label":"two","addressBookAddress":{"addr1":"2 Road"}}]}}`)
	c := a.get("customer/" + id)
	key := fmt.Sprint(at(c, "addressBook", "items", 1, "internalId"))
	equal(t, "text", c["defaultAddress"], "A\n1 Road\nTown 1\nUnited Kingdom")
	equal(t, "country", at(c, "addressBook", "items", 1, "addressBookAddress", "country", "id"), "US")
	for _, name := range []string{"internalId", "id"} {
		body := `{"addressBook":{"items":[{"` + name + `":` + key + `,"label":"by ` + name + `","defaultBilling":true,"addressBookAddress":{"city":"C"}}]}}`
		if res := a.do("PATCH customer/"+id, body); res.status != 204 {
			t.Fatal(res.body)
		}
		c = a.get("customer/" + id)
		equal(t, "labels", column(c, "addressBook", "label"), []string{"one", "by " + name})
	}
	equal(t, "default", column(c, "addressBook", "defaultBilling"), []string{"false", "true"})
	equal(t, "merged address", at(c, "addressBook", "items", 1, "addressBookAddress", "addr1"), "2 Road")
	line := a.do("GET customer/"+id+"/addressbook/"+key+"/addressbookaddress", "")
	equal(t, "sub-resource", line.body["city"], "C")
}

// TestTax: the tax of lines follows their amounts; without line tax the
// request's total stands.
func TestTax(t *testing.T) {
	a := newAccount(t)
	id := a.create("salesOrder", `{"entity":"9","item":{"items":[{"item":"1","rate":10,"quantity":2,"taxRate1":8.25},{"item":"2","rate":5}]}}`)
	for _, c := range []struct{ patch, tax, total string }{
		{`{}`, "1.65", "26.65"},
		{`{"item":{"items":[{"line":1,"quantity":4}]}}`, "3.3", "48.3"},
		{`{"item":{"items":[{"line":1,"taxRate1":10}]}}`, "4", "49"},
		{`{"item":{"items":[{"line":1,"tax1Amt":3.99}]}}`, "3.99", "48.99"},
		{`{"item":{"items":[{"line":1,"taxRate1":null,"tax1Amt":null}]}}`, "0", "45"},
		{`{"taxTotal":2.5}`, "2.5", "47.5"},
		{`{"shippingCost":1,"handlingCost":0.5}`, "2.5", "49"},
		{`{"discountRate":-4.25}`, "2.5", "44.75"},
		{`{"discountRate":null}`, "2.5", "49"},
	} {
		if res := a.do("PATCH salesOrder/"+id, c.patch); res.status != 204 {
			t.Fatal(c.patch, res.body)
		}
		order := a.get("salesOrder/" + id)
		equal(t, c.patch+": tax", order["taxTotal"], c.tax)
		equal(t, c.patch+": total", order["total"], c.total)
	}
}

// TestInherited: an order takes terms and address of mail from its customer
// once; cleared, they stay clear.
func TestInherited(t *testing.T) {
	a := newAccount(t)
	id := a.create("salesOrder", `{"entity":"9","item":{"items":[{"item":"1","rate":1}]}}`)
	customer, order := a.get("customer/9"), a.get("salesOrder/"+id)
	equal(t, "terms", at(order, "terms", "id"), at(customer, "terms", "id"))
	equal(t, "email", order["email"], customer["email"])
	equal(t, "shipping address", at(order, "shippingAddress", "addrText"), customer["defaultAddress"])
	a.do("PATCH salesOrder/"+id, `{"terms":null,"email":null}`)
	order = a.get("salesOrder/" + id)
	equal(t, "cleared", []any{order["terms"], order["email"]}, []any{nil, nil})
}
