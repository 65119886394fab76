package searchmodule

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
)

// loadUnits is what it costs to load a search.
const loadUnits = 5

// load is search.load: a saved search of the account as the search that a script
// would have made (Oracle help, section_4345775360).
func load(m *engine.Machine, a engine.Args) any {
	m.Spend(loadUnits)
	var saved *engine.SavedSearch
	if m.Account.Saved != nil {
		saved = m.Account.Saved(a.Text("id"))
	}
	if saved == nil || a.Has("type") && !strings.EqualFold(a.Text("type"), saved.Type) {
		m.Throw("INVALID_SEARCH", "That search or mass update does not exist.")
	}
	s := &search{m: m, typ: saved.Type}
	filters := []any{}
	for _, f := range elements(saved.Criteria) {
		if len(filters) > 0 {
			filters = append(filters, "AND")
		}
		filters = append(filters, s.savedFilter(f))
	}
	s.filters = m.VM.NewArray(filters...)
	for _, f := range elements(saved.Columns) {
		s.columns = append(s.columns, savedColumn(m, f, saved))
	}
	s.query() // what cannot be searched for here is refused here
	o := s.object()
	for name, v := range map[string]string{"id": saved.ScriptID, "searchId": saved.ID, "title": saved.Name} {
		_ = o.Set(name, v) // a plain object takes any property
	}
	return o
}

// element is a field of a saved search, as SOAP writes searches.
type element struct {
	XMLName  xml.Name
	join     string // customerJoin
	Operator string `xml:"operator,attr"`
	Values   []struct {
		ID   string `xml:"internalId,attr"`
		Text string `xml:",chardata"`
	} `xml:"searchValue"`
	Second string `xml:"searchValue2"`
	Named  string `xml:"predefinedSearchValue"` // today
}

// elements reads the fields below <basic> and the joins. What cannot be read
// was refused when the search was saved.
func elements(text string) []element {
	d := xml.NewDecoder(strings.NewReader("<all>" + text + "</all>"))
	var out []element
	join, depth := "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) || err != nil {
			return out
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch depth++; depth {
			case 1:
			case 2:
				join = strings.TrimSuffix(token.Name.Local, "Join")
				if token.Name.Local == "basic" {
					join = ""
				}
			default:
				var e element
				if err := d.DecodeElement(&e, &token); err != nil {
					return out
				}
				e.join, depth = join, depth-1
				out = append(out, e)
			}
		case xml.EndElement:
			depth--
		}
	}
}

func (e element) name() string {
	name := strings.ToLower(e.XMLName.Local)
	if e.join != "" {
		return strings.ToLower(e.join) + "." + name
	}
	return name
}

// savedFilter is a criterion as a filter expression has it.
func (s *search) savedFilter(e element) *goja.Object {
	operator := strings.ToLower(e.Operator)
	switch operator {
	case "":
		operator = "is"
	case "empty", "notempty":
		operator = map[string]string{"empty": "isempty", "notempty": "isnotempty"}[operator]
	}
	parts := []any{e.name(), operator}
	for _, v := range e.Values {
		parts = append(parts, s.savedValue(e, v.ID, strings.TrimSpace(v.Text)))
	}
	for _, v := range []string{e.Second, e.Named} {
		if v != "" {
			parts = append(parts, s.savedValue(e, "", v))
		}
	}
	return s.m.VM.NewArray(parts...)
}

// savedValue is a value of SOAP as scripts write it.
func (s *search) savedValue(e element, id, text string) string {
	if id != "" {
		return id
	}
	switch text {
	case "true", "false":
		return map[string]string{"true": "T", "false": "F"}[text]
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return s.m.FormatDay(t)
	}
	word, isEnum := strings.CutPrefix(text, "_")
	if !isEnum {
		return text
	}
	return s.enumerated(strings.ToLower(e.XMLName.Local), word)
}

// enumerated finds what a value of an enumeration is kept as: salesOrder is
// SalesOrd, salesOrderBilled is SalesOrd:G.
func (s *search) enumerated(field, word string) string {
	for _, t := range s.m.Account.Records().Types() {
		if strings.EqualFold(t.Name, word) && field == "type" {
			return t.Kind
		}
		rest, ok := cutPrefixFold(word, t.Name)
		status := t.Fields.Lookup("status")
		if !ok || field != "status" || status == nil {
			continue
		}
		for _, o := range status.Enum {
			if strings.EqualFold(camel(o.Name), rest) {
				return t.Kind + ":" + o.ID
			}
		}
	}
	return word
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

// savedColumn is a column of a saved search, sorted as the search says.
func savedColumn(m *engine.Machine, e element, saved *engine.SavedSearch) *column {
	c := &column{name: strings.ToLower(e.XMLName.Local), join: strings.ToLower(e.join)}
	for _, by := range saved.Sort {
		name, down := strings.CutPrefix(by, "-")
		if strings.EqualFold(name, e.XMLName.Local) && e.join == "" {
			c.sort = map[bool]string{true: "DESC", false: "ASC"}[down]
		}
	}
	c.object = columnObject(m, c)
	return c
}
