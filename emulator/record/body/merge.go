package body

import (
	"encoding/json"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// merge applies a checked request to a record's body.
type merge struct {
	res Resolver
	// replace names the sublists whose unmentioned lines go
	// (Oracle help, section_1545297048), in lower case.
	replace map[string]bool
	// selective restricts null to the fields named in replace
	// (replaceSelectedFields, Oracle help, section_1545142173).
	selective bool
}

func (m *merge) body(fields *schema.FieldSet, body Body, ch change, isNew bool) {
	for name, v := range ch {
		f := fields.Lookup(name)
		switch v := v.(type) {
		case lineChange:
			m.sublist(f, body, v)
		case change:
			sub, _ := body[f.Name].(map[string]any)
			if sub == nil {
				sub = Body{}
				Defaults(f.Fields, sub, m.res)
			}
			m.body(f.Fields, sub, v, false)
			body[f.Name] = sub
		case nil:
			if !m.selective || m.replace[strings.ToLower(f.Name)] {
				delete(body, f.Name)
			}
		default:
			body[f.Name] = v
		}
	}
	if isNew {
		Defaults(fields, body, m.res)
		for name, v := range ch { // null on a new record: no default either
			if v == nil {
				delete(body, name)
			}
		}
	}
}

// sublist applies lines: those with the key of a present line change it, the
// others are appended; with replace, present lines that no request line
// matches go. Lines of a sublist without keys are always appended, and all
// replaced with replace. null empties both kinds
// (Oracle help, section_1545295601 and section_1545297048).
func (m *merge) sublist(f *schema.Field, body Body, ch lineChange) {
	present := Lines(body, f.Name)
	replace := m.replace[strings.ToLower(f.Name)]
	if ch.clear {
		SetLines(body, f.Name, nil)
		return
	}
	if replace && len(f.Keys) == 0 {
		present = nil
	}
	index := map[string]int{}
	for i, l := range present {
		if k := LineKey(f, l); k != "" {
			index[k] = i
		}
	}
	matched := make([]bool, len(present))
	var added []Body
	for _, c := range ch.lines {
		i, ok := index[LineKey(f, c)]
		if ok && len(f.Keys) > 0 {
			matched[i] = true
			m.line(f, present[i], c, false)
			continue
		}
		line := Body{}
		m.line(f, line, c, true)
		added = append(added, line)
	}
	var kept []Body
	for i, l := range present {
		if !replace || len(f.Keys) == 0 || matched[i] {
			kept = append(kept, l)
		}
	}
	kept = append(kept, added...)
	numberLines(f, body, kept)
	SetLines(body, f.Name, kept)
}

func (m *merge) line(f *schema.Field, line Body, c change, isNew bool) {
	m.body(f.Fields, line, c, isNew)
	restate(line, c)
}

// restate forgets the amount of a line whose factors change, its rate when
// only the amount is given, and the tax that followed from them: transaction
// rules compute them anew.
func restate(line Body, c change) {
	_, quantity := c["quantity"]
	_, rate := c["rate"]
	_, amount := c["amount"]
	if (quantity || rate) && !amount {
		delete(line, "amount")
	}
	if amount && !rate {
		delete(line, "rate")
	}
	_, taxRate := c["taxRate1"]
	if _, tax := c["tax1Amt"]; !tax && line["taxRate1"] != nil && (quantity || rate || amount || taxRate) {
		delete(line, "tax1Amt")
	}
}

// numberLines gives new lines of a sublist keyed by line their number, counted
// from 1; the number of a removed line is not given again.
func numberLines(f *schema.Field, body Body, list []Body) {
	if len(f.Keys) != 1 || f.Keys[0] != "line" {
		return
	}
	counter := "$" + f.Name
	last := Integer(body, counter)
	for _, l := range list {
		last = max(last, Integer(l, "line"))
	}
	seen := map[int64]bool{}
	for _, l := range list {
		n := Integer(l, "line")
		if n <= 0 || seen[n] {
			last++
			n = last
			l["line"] = json.Number(IDText(n))
		}
		seen[n] = true
	}
	body[counter] = json.Number(IDText(last))
}

// lineKey joins the key fields of a line; a line without them has no key.
func LineKey(f *schema.Field, line map[string]any) string {
	parts := make([]string, len(f.Keys))
	for i, k := range f.Keys {
		switch v := line[k].(type) {
		case string:
			parts[i] = v
		case json.Number:
			parts[i] = v.String()
		default:
			return ""
		}
	}
	return strings.Join(parts, "|")
}

// Defaults fills the fields that have a default and no value.
func Defaults(fields *schema.FieldSet, body Body, res Resolver) {
	for _, f := range fields.List {
		if f.Default == "" || body[f.Name] != nil || !res.Has(f.Feature) {
			continue
		}
		switch f.Kind {
		case schema.Boolean:
			body[f.Name] = f.Default == "true"
		case schema.Number, schema.Integer:
			body[f.Name] = json.Number(f.Default)
		default:
			body[f.Name] = f.Default
		}
	}
}
