package rest

import (
	"strconv"
	"testing"
)

// TestEveryType lists, reads, describes and offers a form of each record type:
// none of it may fail, whatever the type.
func TestEveryType(t *testing.T) {
	a := newAccount(t)
	seen := 0
	for _, typ := range a.store.Types() {
		list := a.do("GET "+typ.Name+"?limit=1", "")
		equal(t, typ.Name, list.status, 200)
		if id, ok := at(list.body, "items", 0, "id").(string); ok {
			seen++
			whole := a.do("GET "+typ.Name+"/"+id+"?expandSubResources=true", "")
			equal(t, typ.Name+"/"+id, whole.status, 200)
			equal(t, "edit form of "+typ.Name, a.do("PATCH "+typ.Name+"/"+id, "{}", "Accept", acceptEditForm).status, 200)
			equal(t, "rewriting "+typ.Name, a.do("PATCH "+typ.Name+"/"+id, encode(t, whole.body)).status, 204)
		}
		equal(t, "form of "+typ.Name, a.do("POST "+typ.Name, "{}", "Accept", acceptCreateForm).status, 200)
		described := a.do("GET metadata-catalog/"+typ.Name, "", "Accept", schemaJSON)
		equal(t, "schema of "+typ.Name, described.status, 200)
		for _, f := range typ.Fields.List {
			if at(described.body, "properties", f.Name) == nil {
				t.Errorf("%s: no property %s", typ.Name, f.Name)
			}
		}
	}
	if seen < 75 {
		t.Errorf("%d types have a record, want 75: the sample company has one of what testers look for", seen)
	}
}

// TestPurchaseByREST walks a purchase through the record service: what a client
// writes, it reads.
func TestPurchaseByREST(t *testing.T) {
	a := newAccount(t)
	item := a.create("inventoryItem", `{"itemId":"Anvil","cost":8}`)
	order := a.create("purchaseOrder", `{"entity":{"id":"5"},"location":{"id":"1"},"item":{"items":[{"item":{"id":"`+item+`"},"quantity":10}]}}`)
	made := a.do("POST purchaseOrder/"+order+"/!transform/itemReceipt", `{"item":{"items":[{"orderLine":1,"quantity":4}]}}`)
	equal(t, "received", made.status, 204)
	read := a.get("purchaseOrder/" + order)
	equal(t, "status", at(read, "status", "refName"), "Partially Received")
	equal(t, "line", encode(t, at(read, "item", "items", 0, "quantityReceived")), "4")
	equal(t, "stock", encode(t, a.get("inventoryItem/" + item)["quantityOnHand"]), "4")
	rest := a.do("POST itemReceipt", `{"createdFrom":{"id":"`+order+`"}}`)
	equal(t, "the rest, named by createdFrom", rest.status, 204)
	equal(t, "status", at(a.get("purchaseOrder/"+order), "status", "refName"), "Pending Bill")
	equal(t, "without an order", a.do("POST itemReceipt", `{"entity":{"id":"5"}}`).detail().Detail,
		"Error while accessing a resource. Please enter value(s) for: Created From")
	equal(t, "without a line", a.do("POST vendorBill", `{"entity":{"id":"5"}}`).detail().Detail,
		"Error while accessing a resource. You must enter at least one line item for this transaction.")
	bill := a.create("vendorBill", `{"entity":{"id":"5"},"expense":{"items":[{"account":{"id":"10"},"amount":12.5}]}}`)
	equal(t, "amount", encode(t, a.get("vendorBill/" + bill)["userTotal"]), "12.5")
	paid := a.do("POST vendorBill/"+bill+"/!transform/vendorPayment", "")
	equal(t, "paid", paid.status, 204)
	equal(t, "paid in full", at(a.get("vendorBill/"+bill), "status", "id"), "B")
	n, err := strconv.Atoi(bill)
	equal(t, "an ID", err, nil)
	equal(t, "another type's ID", a.do("GET vendorCredit/"+strconv.Itoa(n), "").status, 400)
}
