package shape

import "github.com/sluicehq/sluice"

// Operations are the operations of imports.
func Operations() []string {
	var names []string
	for _, o := range []sluice.Operation{sluice.Add, sluice.Update, sluice.Upsert, sluice.Delete, sluice.Append, sluice.Attach, sluice.Detach, sluice.Transform} {
		names = append(names, string(o))
	}
	return names
}

func netsuiteShape() *Shape {
	return &Shape{Name: "NetSuite import", Help: "An update, or an upsert that meets a record, has to say of each sublist in the mapped record what becomes of the lines that are there: `replace`, `append` or `lines`. " +
		"One that does not is a record error, for NetSuite would add the lines, and add them again with the next change. A field that is null is cleared. A multi-select takes a list of IDs.", Keys: []Key{
		{Name: "record", Form: Text, Required: true, Help: "The record type. For transform that of the new record, for attach and detach that of the record that something is attached to.", Example: "salesOrder"},
		{Name: "external_id", Form: Expr, Help: "The record's external ID, over the mapped record. An upsert needs it. An add or transform without it gets one of its own, so that it is never doubled.", Example: "\"NW-\" + this.tranId"},
		{Name: "id", Form: Expr, Help: "The record's internal ID, for operations on a record that is there.", Example: "this.id"},
		{Name: "replace", Form: Texts, Help: "Sublists whose lines become those of the mapped record, for update, upsert and transform.", Example: "[item]"},
		{Name: "append", Form: Texts, Help: "Sublists that get the lines of the mapped record each time, beside those that are there. Pages are worked one after another then.", Example: "[itemPricing]"},
		{Name: "lines", Form: Objects, Of: keyedLinesShape(), Help: "Sublists whose lines are told apart by a key."},
		{Name: "sublist", Form: Text, Help: "The sublist that the operation append adds lines to.", Example: "item"},
		{Name: "transform", Form: Object, Of: transformShape(), Help: "What the operation transform makes the record of."},
		{Name: "attachment", Form: Object, Of: attachmentShape(), Help: "What the operations attach and detach are about."},
		{Name: "api", Form: Text, Options: []string{sluice.APIAuto, sluice.APIREST, sluice.APIBatch, sluice.APISOAP}, Help: "The way that records take; auto when absent. `rest` sends one record a request. `batch` sends up to 100 in one, on which NetSuite works by itself (from 2026.1 on), and asks for the result of each; what a batch cannot do, as adding lines, attaching and transforming, goes one record a request all the same. Batches need no permission of their own. `auto` takes the one that is faster where nothing else is known: of these two `rest`, since the account's slots work side by side, and the results of a batch are asked for one by one. `soap` is not possible yet. The plan, the preview and the run say which way it is, and why.", Example: "batch"},
	}}
}

func keyedLinesShape() *Shape {
	return &Shape{Name: "Keyed lines", Help: "Lines with the key of one that is there change it, the others are added.", Keys: []Key{
		{Name: "sublist", Form: Text, Required: true, Help: "The sublist.", Example: "item"},
		{Name: "by", Form: Texts, Required: true, Help: "Fields that together tell a line from all others: NetSuite's own, or one that the flow writes.", Example: "[custcol_shop_line]"},
		{Name: "remove", Form: Boolean, Help: "Take lines away that the mapped record does not have.", Example: "true"},
	}}
}

func transformShape() *Shape {
	return &Shape{Name: "Transform", Help: "NetSuite makes a record of another one: an invoice of a sales order. The mapped record holds what differs. Exactly one of `id` and `external_id` is there.", Keys: []Key{
		{Name: "from", Form: Text, Required: true, Help: "The type of the record that the new one is made of.", Example: "salesOrder"},
		{Name: "id", Form: Expr, Help: "Its internal ID, over the mapped record. Name the field under omit.", Example: "this.order_id"},
		{Name: "external_id", Form: Expr, Help: "Its external ID.", Example: "\"SHOP-\" + this.order_number"},
	}}
}

func attachmentShape() *Shape {
	return &Shape{Name: "Attachment", Help: "NetSuite attaches contacts and files, from 2026.1 on. Exactly one of `id` and `external_id` is there. Nothing of the mapped record is sent.", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Options: []string{sluice.AttachContact, sluice.AttachFile}, Help: "What is attached or detached.", Example: "contact"},
		{Name: "id", Form: Expr, Help: "Its internal ID, over the mapped record.", Example: "this.contact_id"},
		{Name: "external_id", Form: Expr, Help: "Its external ID.", Example: "\"CRM-\" + this.contact"},
		{Name: "role", Form: Expr, Help: "The role of an attached contact: an internal ID, or eid: and an external ID.", Example: "\"-10\""},
	}}
}
