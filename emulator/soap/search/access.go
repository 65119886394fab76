package search

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// value is what a field of a hit holds; the zero value is nothing.
type value struct {
	kind  schema.Kind
	field *schema.Field // nil for what every record has
	raw   any
	// id marks the record's own keys.
	id, external bool
}

// access reads a field of a hit.
type access func(*Hit) value

// aliases are search names that records spell otherwise.
var aliases = map[string]string{
	"amount": "total", "number": "tranId", "stage": "entityStatus", "basePrice": "cost", "closed": "isClosed", "memoMain": "memo",
	"accountingPeriod": "postingPeriod", "transactionNumberText": "transactionNumber", "dateHired": "hireDate", "taxAmount": "taxTotal",
}

// stamps are the names of the times that every record has.
var stamps = map[string]bool{ // true for the last change
	"lastModifiedDate": true, "lastModified": true, "modified": true, "dateCreated": false, "created": false, "createdDate": false,
}

// addressFields are the search names of an entity's default address.
var addressFields = map[string]string{
	"address": "addrText", "addressee": "addressee", "attention": "attention", "city": "city", "state": "state", "zipCode": "zip",
	"country": "country", "addressPhone": "addrPhone", "address1": "addr1", "address2": "addr2", "address3": "addr3",
}

// resolve returns how to read what a search name means on a type, or nil.
func resolve(t *schema.Type, name string) access {
	switch name {
	case "internalId", "internalIdNumber", "id":
		return func(h *Hit) value { return value{kind: schema.Integer, raw: body.IDText(h.Record.ID), id: true} }
	case "externalId", "externalIdString":
		return func(h *Hit) value { return value{kind: schema.String, raw: text(h.Record.ExternalID), external: true} }
	case "mainLine":
		if t.Group == schema.GroupTransaction {
			return func(h *Hit) value { return value{kind: schema.Boolean, raw: h.line == nil} }
		}
	case "type":
		if word := typeWord(t); word != "" {
			return func(*Hit) value { return value{kind: schema.Enum, raw: word} }
		}
	case "status":
		if t.Group == schema.GroupTransaction {
			return statusAccess(t)
		}
	}
	if changed, ok := stamps[name]; ok {
		return func(h *Hit) value {
			at := h.Record.Created
			if changed {
				at = h.Record.Modified
			}
			return value{kind: schema.DateTime, raw: at.UTC().Format(body.Wire)}
		}
	}
	return fieldAccess(t, name)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// fieldAccess reads a field of the lines, of the body, or of the default address.
func fieldAccess(t *schema.Type, name string) access {
	var onLine, onBody access
	if t.Group == schema.GroupTransaction {
		onLine = lineAccess(schema.Lines(t).Lookup(name))
		if name == "entity" && t.Fields.Lookup(name) == nil { // payments call it customer
			name = "customer"
		}
	}
	f := t.Fields.Lookup(name)
	if f == nil || f.Kind == schema.Sublist {
		f = t.Fields.Lookup(aliases[name])
	}
	if f == nil && name == "amount" {
		f = t.Fields.Lookup("payment")
	}
	if f != nil && f.Kind != schema.Sublist && f.Kind != schema.Subrecord {
		onBody = bodyAccess(f)
	}
	if sub := addressFields[name]; onBody == nil && sub != "" && t.Group == schema.GroupEntity {
		onBody = addressAccess(t, sub)
	}
	switch {
	case onLine == nil:
		return onBody
	case onBody == nil:
		return onLine
	}
	return func(h *Hit) value {
		if h.line != nil {
			return onLine(h)
		}
		return onBody(h)
	}
}

func bodyAccess(f *schema.Field) access {
	if f == nil {
		return nil
	}
	return func(h *Hit) value { return value{kind: f.Kind, field: f, raw: h.Record.Body[f.Name]} }
}

func lineAccess(f *schema.Field) access {
	if f == nil {
		return nil
	}
	return func(h *Hit) value { return value{kind: f.Kind, field: f, raw: h.line[f.Name]} }
}

// addressAccess reads the default billing address, or else the first one.
func addressAccess(t *schema.Type, name string) access {
	book := t.Fields.Lookup("addressBook")
	if book == nil {
		return nil
	}
	f := book.Fields.Lookup("addressBookAddress").Fields.Lookup(name)
	return func(h *Hit) value {
		var found map[string]any
		for _, l := range body.Lines(h.Record.Body, "addressBook") {
			address, _ := l["addressBookAddress"].(map[string]any)
			if found == nil || body.True(l, "defaultBilling") {
				found = address
			}
		}
		return value{kind: f.Kind, field: f, raw: found[f.Name]}
	}
}

// typeWord is the value of the search field type: _salesOrder, _inventoryItem.
func typeWord(t *schema.Type) string {
	switch t.Group {
	case schema.GroupTransaction:
		if t.Name == "journalEntry" {
			return "_journal"
		}
		return "_" + t.Name
	case schema.GroupItem:
		if word := itemTypes[t.Kind]; word != "" {
			return word
		}
		return "_" + t.Name
	case schema.GroupEntity:
		return "_" + t.Name
	}
	return ""
}

// itemTypes are the values of ItemType by the analytic kind of item.
var itemTypes = map[string]string{
	"InvtPart": "_inventoryItem", "NonInvtPart": "_nonInventoryItem", "Service": "_service", "OthCharge": "_otherCharge",
	"Discount": "_discount", "Assembly": "_assembly", "Kit": "_kit", "Group": "_itemGroup", "Markup": "_markup",
	"Payment": "_payment", "Subtotal": "_subtotal", "Description": "_description", "GiftCert": "_giftCertificateItem", "DwnLdItem": "_downloadItem",
}

// statusAccess reads the status as searches write it: _salesOrderPendingBilling.
func statusAccess(t *schema.Type) access {
	f := t.Fields.Lookup("status")
	if f == nil {
		return nil
	}
	prefix := strings.TrimPrefix(typeWord(t), "_")
	return func(h *Hit) value {
		id := body.Text(h.Record.Body, f.Name)
		for _, o := range f.Enum {
			if o.ID == id {
				return value{kind: schema.Enum, raw: "_" + prefix + camel(o.Name, true)}
			}
		}
		return value{kind: schema.Enum}
	}
}

// camel joins the words of a name, each with a capital but perhaps the first.
func camel(name string, capital bool) string {
	var b strings.Builder
	for w := range strings.FieldsFuncSeq(name, func(r rune) bool { return strings.ContainsRune(" /-.()&", r) }) {
		first := strings.ToUpper(w[:1])
		if b.Len() == 0 && !capital {
			first = strings.ToLower(w[:1])
		}
		b.WriteString(first + w[1:])
	}
	return b.String()
}
