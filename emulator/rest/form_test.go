package rest

import (
	"strings"
	"testing"
)

const (
	acceptCreateForm = "application/vnd.oracle.resource+json; type=create-form"
	acceptEditForm   = "application/vnd.oracle.resource+json; type=edit-form"
	acceptOptions    = "application/vnd.oracle.resource+json;type=select-options"
)

// TestForms: a form shows what a write would make, and nothing is written. It
// fails when a draft is committed.
func TestForms(t *testing.T) {
	a := newAccount(t)
	order := a.create("salesOrder", `{"entity":{"id":"9"},"item":{"items":[{"item":{"id":"1"},"rate":5}]}}`)
	orders := a.do("GET salesOrder?limit=1", "").body["totalResults"]
	form := a.do("POST salesOrder?expandSubResources=true", `{"entity":{"id":"9"},"item":{"items":[{"item":{"id":"1"},"quantity":2,"rate":5}]}}`, "Accept", acceptCreateForm)
	equal(t, "status", form.status, 200)
	equal(t, "type", strings.HasPrefix(form.header.Get("Content-Type"), acceptCreateForm), true)
	equal(t, "computed", encode(t, form.body["subtotal"]), "10")
	equal(t, "taken from the customer", at(form.body, "currency", "id"), "1")
	equal(t, "no number yet", form.body["tranId"], nil)
	equal(t, "line", encode(t, at(form.body, "item", "items", 0, "amount")), "10")
	equal(t, "links", at(form.body, "links", 1, "rel"), "create")
	equal(t, "a form need not be whole", a.do("POST salesOrder", "{}", "Accept", acceptCreateForm).status, 200)
	equal(t, "a wrong value", a.do("POST salesOrder", `{"entity":{"id":"99999"}}`, "Accept", acceptCreateForm).status, 400)

	made := a.do("POST salesOrder/"+order+"/!transform/invoice?fields=createdFrom,total", "", "Accept", acceptCreateForm)
	equal(t, "from the order", at(made.body, "createdFrom", "id"), order)
	equal(t, "transform", at(made.body, "links", 1, "rel"), "transform")

	before := a.do("GET customer/9", "").body["companyName"]
	edit := a.do("PATCH customer/9", `{"companyName":"Other"}`, "Accept", acceptEditForm)
	equal(t, "edited", edit.body["companyName"], "Other")
	equal(t, "its ID", edit.body["id"], "9")
	equal(t, "links of an edit form", encode(t, at(edit.body, "links", 3, "rel")), `"create-form"`)
	equal(t, "nothing was saved", a.do("GET customer/9", "").body["companyName"], before)
	equal(t, "no order was made", a.do("GET salesOrder?limit=1", "").body["totalResults"], orders)
	next := a.do("POST salesOrder", `{"entity":{"id":"9"},"item":{"items":[{"item":{"id":"1"},"rate":5}]}}`)
	equal(t, "a real one", next.status, 204)

	a.ses.Administrator, a.ses.Permissions = false, nil
	equal(t, "without permission", a.do("POST salesOrder", "{}", "Accept", acceptCreateForm).status, 403)
}

// TestSelectOptions goes by the samples of Oracle's help (article_0115100241).
func TestSelectOptions(t *testing.T) {
	a := newAccount(t)
	all := a.do("POST customer?fields=entitystatus,terms", "", "Accept", acceptOptions)
	equal(t, "status", all.status, 200)
	equal(t, "statuses", encode(t, at(all.body, "entitystatus", "_selectOptions", "totalResults")), "3")
	equal(t, "a record's ID is a number", encode(t, at(all.body, "terms", "_selectOptions", "items", 0)), `{"id":3,"refName":"Due on receipt"}`)
	equal(t, "method", at(all.body, "links", 0, "method"), "POST")

	some := a.do(`PATCH customer/9?fields=entitystatus,terms&q=entitystatus START_WITH lead-, terms IS "Net 15"`, "", "Accept", acceptOptions)
	equal(t, "filtered", encode(t, at(some.body, "entitystatus", "_selectOptions", "count")), "1")
	equal(t, "the other one", at(some.body, "terms", "_selectOptions", "items", 0, "refName"), "Net 15")

	page := a.do("POST customer?fields=terms&limit=2", "", "Accept", acceptOptions)
	equal(t, "more", at(page.body, "terms", "_selectOptions", "hasMore"), true)
	equal(t, "next", strings.HasSuffix(at(page.body, "terms", "_selectOptions", "links", 0, "href").(string), "?fields=terms&limit=2&offset=2"), true)

	enum := a.do("POST salesOrder?fields=orderStatus,item.commitInventory", "", "Accept", acceptOptions)
	equal(t, "an enumeration's ID", at(enum.body, "orderStatus", "_selectOptions", "items", 0, "id"), "A")
	equal(t, "of a line", encode(t, at(enum.body, "item.commitInventory", "_selectOptions", "count")), "3")

	currency := a.create("currency", `{"name":"Crown","symbol":"SEK","exchangeRate":0.1}`)
	other := a.create("subsidiary", `{"name":"Other","currency":{"id":"`+currency+`"}}`)
	a.create("location", `{"name":"Far","subsidiary":{"id":"`+other+`"}}`)
	near := a.do("POST salesOrder?fields=location", `{"entity":{"id":"9"},"subsidiary":{"id":"1"}}`, "Accept", acceptOptions)
	equal(t, "the subsidiary's locations alone", encode(t, at(near.body, "location", "_selectOptions", "totalResults")), "3")

	for request, param := range map[string]string{"POST customer": "fields", "POST customer?fields=companyName": "fields",
		"POST customer?fields=nothing": "fields", "POST customer?fields=terms&q=terms LIKE x": "q", "POST customer?fields=terms&limit=2&offset=1": "offset"} {
		got := a.do(request, "", "Accept", acceptOptions)
		equal(t, request, got.status, 400)
		equal(t, request, at(got.body, "o:errorDetails", 0, "o:errorQueryParam"), param)
	}
}

// TestExpand: one sublist is shown in full, the others are links.
func TestExpand(t *testing.T) {
	a := newAccount(t)
	order := a.do("GET salesOrder/1?expand=item", "").body
	equal(t, "expanded", at(order, "item", "items", 0, "line") != nil, true)
	equal(t, "not expanded", at(order, "salesTeam", "items"), nil)
}
