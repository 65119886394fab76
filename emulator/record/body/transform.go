package body

import (
	"maps"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// OrderLineAsLine gives lines of the request that name the original's line by
// orderLine the key line, by which lines are matched.
func OrderLineAsLine(input map[string]any) map[string]any {
	copied := maps.Clone(input)
	for _, name := range []string{"item", "expense"} {
		list, _ := input[name].(map[string]any)
		items, _ := list["items"].([]any)
		if items == nil {
			continue
		}
		out := make([]any, len(items))
		for i, l := range items {
			out[i] = l
			if line, ok := l.(map[string]any); ok && line["line"] == nil && line["orderLine"] != nil {
				line = maps.Clone(line)
				line["line"] = line["orderLine"]
				out[i] = line
			}
		}
		copied[name] = map[string]any{"items": out}
	}
	return copied
}

// Renumber numbers the new transaction's lines from 1.
func Renumber(r *Record) {
	for _, f := range schema.Lists(r.Type) {
		list := Lines(r.Body, f.Name)
		for i, l := range list {
			SetInteger(l, "line", int64(i+1))
		}
		if len(list) > 0 {
			SetInteger(r.Body, "$"+f.Name, int64(len(list)))
		}
	}
}

// Inherit copies the fields that both types have and that belong to the
// content of the sale, not to the one document.
func Inherit(from, to *Record) {
	own := map[string]bool{
		"tranId": true, "tranDate": true, "externalId": true, "transactionNumber": true, "status": true, "createdDate": true,
		"lastModifiedDate": true, "source": true, "item": true, "salesTeam": true, "subtotal": true, "total": true,
		"postingPeriod": true, "taxTotal": true, "createdFrom": true, "apply": true, "expense": true, "inventory": true,
		"orderStatus": true, "approvalStatus": true, "userTotal": true, "userTaxTotal": true, "payment": true, "dueDate": true,
	}
	for _, f := range from.Type.Fields.List {
		if v := from.Body[f.Name]; v != nil && !own[f.Name] && to.Type.Fields.Lookup(f.Name) != nil {
			to.Body[f.Name] = Clone(v)
		}
	}
	to.Body["createdFrom"] = IDText(from.ID)
}

// progress are the fields that tell how far a line has come.
var progress = map[string]bool{
	"lineUniqueKey": true, "quantityBilled": true, "quantityFulfilled": true, "quantityReceived": true, "isClosed": true,
}

// CopyLine takes a line over without what belongs to the original line alone.
func CopyLine(l Body, fields *schema.FieldSet) Body {
	out := Body{}
	for name, v := range l {
		if fields.Lookup(name) != nil && !progress[name] && !strings.HasPrefix(name, "$") {
			out[name] = Clone(v)
		}
	}
	return out
}
