package record

import (
	"encoding/json"
	"strings"
)

// merge applies a checked request to a record's body.
type merge struct {
	w *work
	// replace names the sublists whose unmentioned lines go
	// (Oracle help, section_1545297048), in lower case.
	replace map[string]bool
	// selective restricts null to the fields named in replace
	// (replaceSelectedFields, Oracle help, section_1545142173).
	selective bool
}

func (m *merge) body(fields *FieldSet, body Body, ch change, isNew bool) error {
	for name, v := range ch {
		f := fields.Lookup(name)
		switch v := v.(type) {
		case lineChange:
			if err := m.sublist(f, body, v); err != nil {
				return err
			}
		case change:
			sub, _ := body[f.Name].(map[string]any)
			if sub == nil {
				sub = Body{}
				defaults(f.Fields, sub, m.w)
			}
			if err := m.body(f.Fields, sub, v, false); err != nil {
				return err
			}
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
		defaults(fields, body, m.w)
		for name, v := range ch { // null on a new record: no default either
			if v == nil {
				delete(body, name)
			}
		}
	}
	return nil
}

// sublist applies lines: those with the key of a present line change it, the
// others are appended; with replace, present lines that no request line
// matches go. Lines of a sublist without keys are always appended, and all
// replaced with replace. null empties both kinds
// (Oracle help, section_1545295601 and section_1545297048).
func (m *merge) sublist(f *Field, body Body, ch lineChange) error {
	present := lines(body, f.Name)
	replace := m.replace[strings.ToLower(f.Name)]
	if ch.clear {
		setLines(body, f.Name, nil)
		return nil
	}
	if replace && len(f.Keys) == 0 {
		present = nil
	}
	index := map[string]int{}
	for i, l := range present {
		if k := lineKey(f, l); k != "" {
			index[k] = i
		}
	}
	matched := make([]bool, len(present))
	var added []Body
	for _, c := range ch.lines {
		i, ok := index[lineKey(f, c)]
		if ok && len(f.Keys) > 0 {
			matched[i] = true
			if err := m.line(f, present[i], c, false); err != nil {
				return err
			}
			continue
		}
		line := Body{}
		if err := m.line(f, line, c, true); err != nil {
			return err
		}
		added = append(added, line)
	}
	var kept []Body
	for i, l := range present {
		if !replace || len(f.Keys) == 0 || matched[i] {
			kept = append(kept, l)
		}
	}
	kept = append(kept, added...)
	number1(f, body, kept)
	setLines(body, f.Name, kept)
	return nil
}

func (m *merge) line(f *Field, line Body, c change, isNew bool) error {
	if err := m.body(f.Fields, line, c, isNew); err != nil {
		return err
	}
	restate(line, c)
	return nil
}

// restate forgets the amount of a line whose factors change, and its rate
// when only the amount is given: transaction rules compute them anew.
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
}

// number1 gives new lines of a sublist keyed by line their number, counted
// from 1; the number of a removed line is not given again.
func number1(f *Field, body Body, list []Body) {
	if len(f.Keys) != 1 || f.Keys[0] != "line" {
		return
	}
	counter := "$" + f.Name
	last := integer(body, counter)
	for _, l := range list {
		last = max(last, integer(l, "line"))
	}
	seen := map[int64]bool{}
	for _, l := range list {
		n := integer(l, "line")
		if n <= 0 || seen[n] {
			last++
			n = last
			l["line"] = json.Number(idText(n))
		}
		seen[n] = true
	}
	body[counter] = json.Number(idText(last))
}

func integer(b Body, name string) int64 {
	n, _ := b[name].(json.Number)
	i, err := n.Int64()
	if err != nil {
		return 0
	}
	return i
}

// lineKey joins the key fields of a line; a line without them has no key.
func lineKey(f *Field, line map[string]any) string {
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

// defaults fills the fields that have a default and no value.
func defaults(fields *FieldSet, body Body, w *work) {
	for _, f := range fields.List {
		if f.Default == "" || body[f.Name] != nil || !w.ses.Has(f.Feature) {
			continue
		}
		switch f.Kind {
		case Boolean:
			body[f.Name] = f.Default == "true"
		case Number, Integer:
			body[f.Name] = json.Number(f.Default)
		default:
			body[f.Name] = f.Default
		}
	}
}
