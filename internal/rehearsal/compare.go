package rehearsal

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Compare says what a planned request would change of a record as NetSuite shows it;
// nil before means that there is none.
func Compare(before sluice.Record, p *sluice.PlannedRequest) *sluice.RecordChange {
	c := comparison{change: &sluice.RecordChange{Found: before != nil}, replaced: replacedBy(p.URL)}
	if id, ok := before["id"].(string); ok {
		c.change.ID = id
	}
	if p.Intent.Operation == sluice.Delete {
		if before != nil {
			c.add("", sluice.FieldRemoved, before["id"], nil)
		}
		return c.change
	}
	if p.Body == "" { // what a request like that changes is no field
		return c.change
	}
	decoder := json.NewDecoder(strings.NewReader(p.Body))
	decoder.UseNumber()
	var sent map[string]any
	if err := decoder.Decode(&sent); err != nil {
		c.change.Problem = "the request's body is not a JSON object"
		return c.change
	}
	c.object("", before, sentRecord(p, sent))
	return c.change
}

// sentRecord returns the record in what is sent: of a batch, which a rehearsal tells for
// each of its records alone, the one item without the IDs that only say which record is
// meant.
func sentRecord(p *sluice.PlannedRequest, sent map[string]any) map[string]any {
	items, _ := sent["items"].([]any)
	if !strings.Contains(p.Header["Content-Type"], "type=collection") || len(items) != 1 {
		return sent
	}
	record, _ := items[0].(map[string]any)
	delete(record, "id")
	if p.Method == http.MethodPatch {
		delete(record, "externalId")
	}
	return record
}

// replacedBy returns the sublists whose lines a request replaces.
func replacedBy(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return strings.Split(strings.ToLower(u.Query().Get("replace")), ",")
}

type comparison struct {
	change   *sluice.RecordChange
	replaced []string
}

func (c *comparison) add(field, state string, before, after any) {
	c.change.Fields = append(c.change.Fields, sluice.FieldChange{Field: field, State: state, Before: before, After: after})
}

// object compares the fields that are sent with those that are there.
func (c *comparison) object(path string, there, sent map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		c.field(strings.TrimPrefix(path+"."+name, "."), fieldOf(there, name), sent[name])
	}
}

// fieldOf finds a field, however its name is cased.
func fieldOf(there map[string]any, name string) any {
	if v, ok := there[name]; ok {
		return v
	}
	for other, v := range there {
		if strings.EqualFold(other, name) {
			return v
		}
	}
	return nil
}

func (c *comparison) field(path string, before, after any) {
	if object, ok := after.(map[string]any); ok {
		if lines, ok := object["items"].([]any); ok {
			c.lines(path, linesOf(before), lines)
			return
		}
		if there, ok := before.(map[string]any); ok && !refers(object) {
			c.object(path, there, object)
			return
		}
	}
	switch {
	case empty(after) && empty(before), same(before, after):
		c.add(path, sluice.FieldUnchanged, shown(before), after)
	case empty(after):
		c.add(path, sluice.FieldCleared, shown(before), nil)
	case empty(before):
		c.add(path, sluice.FieldAdded, nil, after)
	default:
		c.add(path, sluice.FieldChanged, shown(before), after)
	}
}

// refers reports a reference to another record, or a choice of a list.
func refers(object map[string]any) bool {
	return object["id"] != nil || object["externalId"] != nil || object["refName"] != nil
}

func linesOf(v any) []any {
	object, _ := v.(map[string]any)
	lines, _ := object["items"].([]any)
	return lines
}

// lines compares a sublist's. Lines that replace others are compared by their place;
// without replace a line that names an existing one changes it, and any other is added.
func (c *comparison) lines(path string, there, sent []any) {
	replaces := slices.Contains(c.replaced, strings.ToLower(path))
	for i, v := range sent {
		line, _ := v.(map[string]any)
		at := fmt.Sprintf("%s[%d]", path, i+1)
		n := i
		if !replaces {
			n = slices.IndexFunc(there, func(o any) bool { return sameLine(o, line) })
		}
		if n < 0 || n >= len(there) {
			c.add(at, sluice.FieldAdded, nil, v)
			continue
		}
		old, _ := there[n].(map[string]any)
		c.object(at, old, line)
	}
	if replaces {
		for i := len(sent); i < len(there); i++ {
			c.add(fmt.Sprintf("%s[%d]", path, i+1), sluice.FieldRemoved, shown(there[i]), nil)
		}
	}
}

// sameLine reports whether a line that is sent names the one that is there.
func sameLine(there any, sent map[string]any) bool {
	old, _ := there.(map[string]any)
	for _, name := range []string{"line", "id", "internalId"} {
		if sent[name] != nil && old[name] != nil {
			return sameText(old[name], sent[name])
		}
	}
	return false
}

func empty(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case string:
		return t == ""
	case map[string]any:
		return len(t) == 0
	}
	return false
}

// same compares what is there with what is sent: references by their IDs, numbers by
// what they are worth. NetSuite adds to what it was sent.
func same(there, sent any) bool {
	old, isObject := there.(map[string]any)
	object, sends := sent.(map[string]any)
	switch {
	case isObject && sends && object["id"] != nil:
		return sameText(old["id"], object["id"])
	case isObject && sends:
		for name, v := range object {
			if !same(old[name], v) {
				return false
			}
		}
		return true
	case isObject:
		return old["id"] != nil && sameText(old["id"], sent)
	case sends:
		return false
	}
	return sameText(there, sent)
}

func sameText(a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	if x == y {
		return true
	}
	if len(x)+len(y) > 100 { // numbers are shorter
		return false
	}
	p, ok := new(big.Rat).SetString(x)
	q, also := new(big.Rat).SetString(y)
	return ok && also && p.Cmp(q) == 0
}

// shown leaves out NetSuite's links.
func shown(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for name, e := range object {
		if name != "links" {
			out[name] = shown(e)
		}
	}
	return out
}
