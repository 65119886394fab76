// Package search writes NetSuite's SOAP searches, basic, joined and advanced, and
// reads their rows.
package search

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// Query is a search. Criteria go together with those of the saved search, if
// there is one; columns go in place of its columns. A request cannot sort: the
// order is that of the saved search (Oracle help section_N3516862).
type Query struct {
	// Type is a record type (salesOrder), a search type (transaction, item), or
	// the script ID of a custom record type (customrecord_machine).
	Type string

	Where   []Criterion
	Columns []Column

	// SavedSearch is the script ID (customsearch_open) or internal ID of a saved
	// search. A summary search cannot be read by SOAP.
	SavedSearch string
}

// Criterion narrows a search.
type Criterion struct {
	Join   string // customerJoin; empty for the record itself
	Custom *CustomJoin
	Field  string // name, or script ID of a custom field

	// Operator is within, anyOf, contains and so on, as the kind of the field has
	// it; a check box has none.
	Operator string

	// Values are texts, numbers, days (2026-01-02), instants, true or false, values
	// of an enumeration (_salesOrder), or internal IDs.
	Values []string
	Refs   []record.Ref // in place of Values, for fields of a list or record
	// Predefined is a period in place of dates: lastMonth, thisWeekToDate.
	Predefined string

	// Kind is the kind of a custom field: String, Long, Double, Boolean, Date,
	// EnumMultiSelect or MultiSelect.
	Kind string
}

// Column is a column to return.
type Column struct {
	Join   string
	Custom *CustomJoin
	Field  string
	Label  string // comes back with the value

	// Kind is the kind of a custom field's column: String, Long, Double, Boolean,
	// Date, EnumMultiSelect, Select or MultiSelect.
	Kind string
}

// CustomJoin is a join by a custom field, which schemas cannot name.
type CustomJoin struct {
	Field record.Ref // script ID of the field
	Type  string     // of what it leads to: customer
}

// resolved is what the type of a query comes to.
type resolved struct {
	search *schema.Type // XSearch
	filter []Criterion  // what its type adds
}

// find finds the search of a type.
func find(name string) (resolved, error) {
	if strings.HasPrefix(strings.ToLower(name), "customrecord_") {
		s, _ := schema.Lookup("setupCustom:CustomRecordSearch")
		ref := record.Ref{ScriptID: name, Type: "customRecordType", Class: record.CustomizationRef}
		return resolved{s, []Criterion{{Field: "recType", Refs: []record.Ref{ref}}}}, nil
	}
	if r, ok := schema.RecordType(name); ok && r.Search != "" {
		s, _ := schema.Lookup(r.Search)
		out := resolved{search: s}
		if r.Kind != "" {
			out.filter = []Criterion{{Field: "type", Operator: "anyOf", Values: []string{r.Kind}}}
		}
		return out, nil
	}
	if name != "" {
		if s, ok := schema.Lookup(strings.ToUpper(name[:1]) + name[1:] + "Search"); ok {
			return resolved{search: s}, nil
		}
	}
	return resolved{}, problem("type", "%q cannot be searched", name)
}

func problem(field, format string, args ...any) error {
	return &netsuite.InputError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// Matches reports whether a record that a search found is of the query's type:
// a search of many types tells kinds apart, not types, so that one for
// journalEntry finds statistical journal entries too.
func (q Query) Matches(e *record.Element) bool {
	r, ok := schema.RecordType(q.Type)
	return !ok || r.Kind == "" || e.Type == r.Type
}

// Element returns the search as a request takes it. Problems are
// *netsuite.InputError, all of them joined.
func (q Query) Element(v schema.Version) (record.Element, error) {
	found, err := find(q.Type)
	if err != nil {
		return record.Element{}, err
	}
	b := builder{version: v}
	criteria := record.Element{Name: "searchRecord", Type: found.search.Key()}
	for i, c := range slices.Concat(found.filter, q.Where) {
		b.path = fmt.Sprintf("where[%d] %s", i+1-len(found.filter), c.Field)
		b.criterion(&criteria, found.search, c)
	}
	if q.SavedSearch == "" && len(q.Columns) == 0 {
		return criteria, errors.Join(b.problems...)
	}
	advanced := record.Element{Name: "searchRecord", Type: found.search.Key() + "Advanced"}
	advanced.SetAttr(savedAttr(q.SavedSearch), q.SavedSearch)
	if len(criteria.Children) > 0 {
		criteria.Name, criteria.Type = "criteria", ""
		advanced.Add(criteria)
	}
	if len(q.Columns) > 0 {
		row, _ := schema.Lookup(found.search.Key() + "Row")
		columns := record.Element{Name: "columns"}
		for i, c := range q.Columns {
			b.path = fmt.Sprintf("columns[%d] %s", i+1, c.Field)
			b.column(&columns, row, c)
		}
		advanced.Add(columns)
	}
	return advanced, errors.Join(b.problems...)
}

func savedAttr(id string) string {
	if strings.Trim(id, "0123456789") == "" {
		return "savedSearchId"
	}
	return "savedSearchScriptId"
}

// Since returns the criterion that a record was changed in a closed window,
// until included. It is in the date field that the search has for it.
func Since(field string, from, until time.Time) Criterion {
	return Criterion{Field: field, Operator: "within", Values: []string{value.Time(from), value.Time(until)}}
}

// builder gathers what is wrong with a query.
type builder struct {
	version  schema.Version
	path     string
	problems []error
}

func (b *builder) bad(format string, args ...any) {
	b.problems = append(b.problems, problem(b.path, format, args...))
}

// group returns the part of a search or row that a join leads to, with its type.
func (b *builder) group(of *record.Element, t *schema.Type, join string, custom *CustomJoin, suffix string) (*record.Element, *schema.Type) {
	if custom != nil {
		return b.customGroup(of, *custom, suffix)
	}
	if join == "" {
		join = "basic"
	}
	f, ok := t.Field(b.version, join)
	if !ok && !strings.HasSuffix(join, "Join") {
		join += "Join"
		f, ok = t.Field(b.version, join)
	}
	inner, found := schema.Lookup(f.Type)
	if !ok || !found {
		b.bad("%s has no %s", t.Name, join)
		return nil, nil
	}
	if of.Find(join) == nil {
		of.Add(record.Element{Name: join})
	}
	return of.Find(join), inner
}

// customGroup adds a join by a custom field, each criterion or column its own.
func (b *builder) customGroup(of *record.Element, custom CustomJoin, suffix string) (*record.Element, *schema.Type) {
	found, err := find(custom.Type)
	if err != nil {
		b.problems = append(b.problems, err)
		return nil, nil
	}
	inner, ok := schema.Lookup("platformCommon:" + found.search.Name + suffix)
	if !ok {
		b.bad("%s cannot be joined", custom.Type)
		return nil, nil
	}
	name := "searchRecordBasic"
	if suffix == "RowBasic" {
		name = "searchRowBasic"
	}
	join := record.Line("customSearchJoin").SetRef("customizationRef", custom.Field)
	join.Add(record.Element{Name: name, Type: inner.Key()})
	of.Add(*join)
	return &of.Children[len(of.Children)-1].Children[1], inner
}

func (b *builder) criterion(search *record.Element, t *schema.Type, c Criterion) {
	group, basic := b.group(search, t, c.Join, c.Custom, "Basic")
	if group == nil {
		return
	}
	if f, ok := basic.Field(b.version, c.Field); ok {
		e := record.Element{Name: c.Field}
		b.fill(&e, strings.TrimPrefix(f.Type, "platformCore:"), f, c)
		group.Put(e)
		return
	}
	if !isCustom(c.Field) {
		b.bad("%s has no such field", basic.Name)
		return
	}
	if !slices.Contains([]string{"String", "Long", "Double", "Boolean", "Date", "EnumMultiSelect", "MultiSelect"}, c.Kind) {
		b.bad("the kind of a custom field is needed: String, Long, Double, Boolean, Date, EnumMultiSelect or MultiSelect")
		return
	}
	e := record.Element{Name: "customField", Type: "Search" + c.Kind + "CustomField"}
	e.SetAttr("scriptId", c.Field)
	b.fill(&e, "Search"+c.Kind+"Field", schema.Field{}, c)
	group.SetCustom(e)
}

func isCustom(field string) bool { return strings.HasPrefix(strings.ToLower(field), "cust") }

// fill writes operator and values as the type of the field has them.
func (b *builder) fill(e *record.Element, kind string, f schema.Field, c Criterion) {
	if c.Operator != "" {
		e.SetAttr("operator", c.Operator)
	}
	most := 1
	switch kind {
	case "SearchBooleanField":
	case "SearchStringField":
	case "SearchLongField", "SearchDoubleField", "SearchTextNumberField":
		most = 2
	case "SearchDateField":
		most = 2
		if c.Predefined != "" {
			e.Set("predefinedSearchValue", c.Predefined)
		}
	case "SearchEnumMultiSelectField":
		most = len(c.Values)
	case "SearchMultiSelectField", "SearchMultiSelectCustomField":
		for _, r := range refsOf(c) {
			e.Add(r.Element("searchValue", false))
		}
		return
	case record.RecordRef:
		for _, r := range refsOf(c) {
			*e = r.Element(e.Name, false)
		}
		return
	default:
		if f.Kind != schema.Enum && f.Kind != schema.String {
			b.bad("a criterion of type %s is not possible", kind)
			return
		}
		if len(c.Values) == 1 {
			e.Text = c.Values[0]
		}
		return
	}
	if c.Predefined != "" && kind != "SearchDateField" {
		b.bad("a period goes with dates alone")
	}
	if len(c.Values) > most || len(c.Refs) > 0 {
		b.bad("%d values: it takes %d at most", len(c.Values)+len(c.Refs), most)
		return
	}
	for i, text := range c.Values {
		name := "searchValue"
		if i == 1 && kind != "SearchEnumMultiSelectField" {
			name = "searchValue2"
		}
		e.Add(record.Element{Name: name, Text: text})
	}
}

func refsOf(c Criterion) []record.Ref {
	refs := slices.Clone(c.Refs)
	for _, id := range c.Values {
		refs = append(refs, record.Ref{InternalID: id})
	}
	return refs
}

func (b *builder) column(columns *record.Element, row *schema.Type, c Column) {
	group, basic := b.group(columns, row, c.Join, c.Custom, "RowBasic")
	if group == nil {
		return
	}
	e := record.Element{Name: c.Field}
	if c.Label != "" {
		e.Set("customLabel", c.Label)
	}
	if _, ok := basic.Field(b.version, c.Field); ok {
		group.Add(e)
		return
	}
	switch {
	case !isCustom(c.Field):
		b.bad("%s has no such column", basic.Name)
	case !slices.Contains([]string{"String", "Long", "Double", "Boolean", "Date", "EnumMultiSelect", "Select", "MultiSelect"}, c.Kind):
		b.bad("the kind of a custom column is needed: String, Long, Double, Boolean, Date, EnumMultiSelect, Select or MultiSelect")
	default:
		e.Name, e.Type = "customField", "SearchColumn"+c.Kind+"CustomField"
		e.SetAttr("scriptId", c.Field)
		group.SetCustom(e)
	}
}
