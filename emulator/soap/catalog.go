package soap

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// answer is a result element with a failed status where err is a refusal.
func (c *call) answer(name string, content []*envelope.Element, err error) (*envelope.Element, error) {
	if err != nil {
		status, err := c.judge(nil, err)
		return envelope.New(c.core, name, status), err
	}
	out := envelope.New(c.core, name, c.success())
	out.Add(content...)
	return out, nil
}

// getAll reads all records of one of the small types.
func (c *call) getAll() (*envelope.Element, error) {
	list, err := c.allOf(c.child("record").Attr("recordType"))
	if err != nil {
		return c.answer("getAllResult", nil, err)
	}
	return c.answer("getAllResult", []*envelope.Element{c.coreInt("totalRecords", len(list.Children)), list}, nil)
}

func (c *call) allOf(name string) (*envelope.Element, error) {
	list := envelope.New(c.core, "recordList")
	t := c.typeByName(name)
	if t == nil {
		return list, nil // a type of NetSuite's that this account has no records of
	}
	if _, err := c.Store.Known(c.ctx, t.Name, session.View); err != nil {
		return nil, err
	}
	ids, _, err := c.Store.List(c.ctx, t, nil, -1, 0)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		r, err := c.Store.Get(c.ctx, t.Name, body.IDText(id))
		if err != nil {
			return nil, err
		}
		e, err := c.mapper.Record(c.ctx, c.core, "record", r, false)
		if err != nil {
			return nil, err
		}
		list.Add(e)
	}
	return list, nil
}

// getSavedSearch lists the saved searches of a type, by internal ID alone.
func (c *call) getSavedSearch() (*envelope.Element, error) {
	kind := c.child("record").Attr("searchType")
	list := envelope.New(c.core, "recordRefList")
	for _, s := range c.Saved.List() {
		if strings.EqualFold(s.Type, kind) {
			list.Add(envelope.New(c.core, "recordRef", c.coreText("name", s.Name)).With("internalId", s.ID))
		}
	}
	return c.answer("getSavedSearchResult", []*envelope.Element{c.coreInt("totalRecords", len(list.Children)), list}, nil)
}

// customFieldKinds are the types of custom fields by how their script IDs begin.
var customFieldKinds = map[string]string{
	"entityCustomField": "custentity", "transactionBodyCustomField": "custbody", "transactionColumnCustomField": "custcol",
	"itemCustomField": "custitem", "crmCustomField": "custevent",
}

// getCustomizationID lists the custom objects of a type.
func (c *call) getCustomizationID() (*envelope.Element, error) {
	kind := c.child("customizationType").Attr("getCustomizationType")
	list := envelope.New(c.core, "customizationRefList")
	add := func(id, script, name string) {
		list.Add(envelope.New(c.core, "customizationRef", c.coreText("name", name)).With("internalId", id, "scriptId", script))
	}
	for _, t := range c.Store.Types() {
		if kind == "customRecordType" && mapping.IsCustomRecord(t) || kind == "customList" && mapping.IsCustomList(t) {
			add(c.mapper.TypeID(t), t.Name, t.Label)
		}
	}
	for _, f := range c.customFields(customFieldKinds[kind]) {
		number, err := c.mapper.CustomNumber(c.ctx, f)
		if err != nil {
			return nil, err
		}
		add(number, f.Name, f.Label)
	}
	return c.answer("getCustomizationIdResult", []*envelope.Element{c.coreInt("totalRecords", len(list.Children)), list}, nil)
}

// customFields returns the custom fields whose script ID begins so, each once.
func (c *call) customFields(begins string) []*schema.Field {
	var out []*schema.Field
	seen := map[string]bool{}
	for _, t := range c.Store.Types() {
		for _, set := range []*schema.FieldSet{t.Fields, schema.Lines(t)} {
			for _, f := range set.List {
				if f.Custom && !seen[f.Name] && begins != "" && strings.HasPrefix(f.Name, begins) {
					seen[f.Name] = true
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// getSelectValue lists what a select field may be set to.
func (c *call) getSelectValue() (*envelope.Element, error) {
	const name = "getSelectValueResult"
	field := c.child("fieldDescription")
	f, err := c.described(field)
	if err != nil {
		return c.answer(name, nil, err)
	}
	index, err := strconv.Atoi(c.child("pageIndex").Value())
	if err != nil || index < 1 {
		return envelope.New(c.core, name, c.failure("INVALID_PAGE_INDEX", "There is no such page.")), nil
	}
	choice := record.Choice{Limit: c.prefs.pageSize, Offset: (index - 1) * c.prefs.pageSize}
	if filter := field.Child("filter"); filter != nil {
		choice.Op = map[string]string{"is": "IS", "contains": "CONTAIN", "startsWith": "START_WITH"}[filter.Attr("operator")]
		choice.Value = filter.Child("filterValue").Value()
	}
	given, known := filteredBy(field.Child("filterByValueList"))
	options, total, err := c.Store.Options(c.ctx, f, given, choice)
	if err != nil {
		return c.answer(name, nil, err)
	}
	status := c.success()
	if !known { // recorded: no rows and a warning where the value of another field is missing
		options, total = nil, 0
		status = c.warned("SSS_MISSING_REQD_ARGUMENT", "The field is filtered by another field whose value is missing.")
	}
	list := envelope.New(c.core, "baseRefList")
	for _, o := range options {
		list.Add(envelope.New(c.core, "baseRef", c.coreText("name", o.Name)).With("internalId", o.ID).As(c.shapes.Type("platformCore", "RecordRef")))
	}
	pages := (total + c.prefs.pageSize - 1) / c.prefs.pageSize
	return envelope.New(c.core, name, status, c.coreInt("totalRecords", total), c.coreInt("totalPages", pages), list), nil
}

// filteredBy reads the values of other fields that narrow the options. known is
// false if one of them is missing.
func filteredBy(list *envelope.Node) (given map[string]any, known bool) {
	given, known = map[string]any{}, true
	for _, by := range list.All("filterBy") {
		id := by.Child("internalId").Value()
		known = known && id != ""
		given[by.Child("field").Value()] = id
	}
	return given, known
}

// described finds the field that a getSelectValue asks about.
func (c *call) described(n *envelope.Node) (*schema.Field, error) {
	t := c.typeByName(n.Child("recordType").Value())
	if kind := n.Child("customRecordType"); kind != nil {
		t = c.mapper.TypeByID(kind.Attr("internalId"))
	}
	if t == nil {
		return nil, fault.New(http.StatusBadRequest, "INVALID_RCRD_TYPE", "The record type is not available in this account.")
	}
	if _, err := c.Store.Known(c.ctx, t.Name, session.View); err != nil {
		return nil, err
	}
	fields, name := t.Fields, n.Child("field").Value()
	if sublist := n.Child("sublist").Value(); sublist != "" {
		f := fields.Lookup(strings.TrimSuffix(sublist, "List"))
		if f == nil || f.Kind != schema.Sublist {
			return nil, fault.New(http.StatusBadRequest, "INVALID_SUBLIST", "The sublist %s does not exist.", sublist)
		}
		fields = f.Fields
	}
	f := fields.Lookup(name)
	if f == nil || f.Kind != schema.Reference && f.Kind != schema.Enum && f.Kind != schema.Multi {
		return nil, fault.New(http.StatusBadRequest, "INVALID_FLD_VALUE", "The field %s is no select field.", name)
	}
	return f, nil
}
