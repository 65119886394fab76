package body

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// OrderLineAsLine gives lines of the request that name the original's line by
// orderLine the key line, by which lines are matched.
func OrderLineAsLine(input map[string]any) map[string]any {
	item, _ := input["item"].(map[string]any)
	list, _ := item["items"].([]any)
	if list == nil {
		return input
	}
	out := make([]any, len(list))
	for i, l := range list {
		out[i] = l
		if line, ok := l.(map[string]any); ok && line["line"] == nil && line["orderLine"] != nil {
			line = maps.Clone(line)
			line["line"] = line["orderLine"]
			out[i] = line
		}
	}
	copied := maps.Clone(input)
	copied["item"] = map[string]any{"items": out}
	return copied
}

// Renumber numbers the new transaction's lines from 1.
func Renumber(r *Record) {
	list := Lines(r.Body, "item")
	for i, l := range list {
		l["line"] = json.Number(IDText(int64(i + 1)))
	}
	if len(list) > 0 {
		r.Body["$item"] = json.Number(IDText(int64(len(list))))
	}
}

// Inherit copies the fields that both types have and that belong to the
// content of the sale, not to the one document.
func Inherit(from, to *Record) {
	own := map[string]bool{
		"tranId": true, "tranDate": true, "externalId": true, "transactionNumber": true, "status": true, "createdDate": true,
		"lastModifiedDate": true, "source": true, "item": true, "salesTeam": true, "subtotal": true, "total": true,
		"postingPeriod": true, "taxTotal": true, "createdFrom": true, "apply": true,
	}
	for _, f := range from.Type.Fields.List {
		if v := from.Body[f.Name]; v != nil && !own[f.Name] && to.Type.Fields.Lookup(f.Name) != nil {
			to.Body[f.Name] = Clone(v)
		}
	}
	to.Body["createdFrom"] = IDText(from.ID)
}

// CopyLine takes a line over without what belongs to the original line alone.
func CopyLine(l Body, fields *schema.FieldSet) Body {
	out := Body{}
	for name, v := range l {
		if fields.Lookup(name) != nil && name != "lineUniqueKey" && name != "quantityBilled" && !strings.HasPrefix(name, "$") {
			out[name] = Clone(v)
		}
	}
	return out
}
