package soap

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// GetAll reads all records of a type that is small and fixed: currency, state,
// leadSource and some fifteen others.
func (c *Client) GetAll(ctx context.Context, recordType string) ([]record.Element, error) {
	e := record.Element{Name: "record", Attrs: []record.Attr{{Name: "recordType", Value: recordType}}}
	p, err := c.lookup(ctx, "getAll", recordType, "platformCore:GetAllRecord", e)
	return p.Records, err
}

// SavedSearches lists the saved searches of a search type (customer,
// transaction) by internal ID and name. NetSuite tells no script IDs here.
func (c *Client) SavedSearches(ctx context.Context, searchType string) ([]record.Ref, error) {
	e := record.Element{Name: "record", Attrs: []record.Attr{{Name: "searchType", Value: searchType}}}
	p, err := c.lookup(ctx, "getSavedSearch", searchType, "platformCore:GetSavedSearchRecord", e)
	return refs(p.Records), err
}

// CustomizationIDs lists what an account has of its own of one kind
// (customRecordType, customList, and other values of GetCustomizationType).
func (c *Client) CustomizationIDs(ctx context.Context, kind string, includeInactives bool) ([]record.Ref, error) {
	e := record.Element{Name: "customizationType", Attrs: []record.Attr{{Name: "getCustomizationType", Value: kind}}}
	p, err := c.lookup(ctx, "getCustomizationId", kind, "platformCore:CustomizationType", e,
		textPart("includeInactives", strconv.FormatBool(includeInactives)))
	return refs(p.Records), err
}

// lookup sends one element, and more parts after it, for a list of one page.
func (c *Client) lookup(ctx context.Context, operation, what, declared string, e record.Element, more ...[]byte) (Page, error) {
	body, err := c.part(declared, e)
	if err != nil {
		return Page{}, err
	}
	return c.page(ctx, &request{operation: operation, what: what, effect: netsuite.Read, headers: withBoth,
		parts: append([][]byte{body}, more...), missing: netsuite.ErrNotFound}, operation+"Result")
}

func refs(elements []record.Element) []record.Ref {
	out := make([]record.Ref, len(elements))
	for i := range elements {
		out[i] = elements[i].Ref()
	}
	return out
}

// SelectField names a field whose values are asked for.
type SelectField struct {
	RecordType            string // salesOrder; or one of the two below
	CustomRecordType      record.Ref
	CustomTransactionType record.Ref
	Sublist               string // itemList
	Field                 string
	CustomForm            record.Ref

	// Filter leaves values whose name does not match out: contains, is or startsWith.
	FilterOperator, FilterValue string
	// Given are the values of fields on which the choice depends. A field that
	// depends on one that is not given has no values, with a warning.
	Given []GivenValue
}

// GivenValue is the value of another field of the record.
type GivenValue struct{ Sublist, Field, InternalID string }

func (f SelectField) element() record.Element {
	e := record.Element{Name: "fieldDescription"}
	for _, t := range []struct{ name, text string }{{"recordType", f.RecordType}, {"sublist", f.Sublist}, {"field", f.Field}} {
		if t.text != "" {
			e.Set(t.name, t.text)
		}
	}
	for _, r := range []struct {
		name string
		ref  record.Ref
	}{{"customRecordType", f.CustomRecordType}, {"customTransactionType", f.CustomTransactionType}, {"customForm", f.CustomForm}} {
		if !r.ref.IsZero() {
			e.SetRef(r.name, r.ref)
		}
	}
	if f.FilterOperator != "" {
		filter := record.Line("filter").SetAttr("operator", f.FilterOperator).Set("filterValue", f.FilterValue)
		e.Put(*filter)
	}
	if len(f.Given) > 0 {
		list := record.Line("filterByValueList")
		for _, g := range f.Given {
			by := record.Line("filterBy").Set("field", g.Field).Set("internalId", g.InternalID)
			if g.Sublist != "" {
				by.Set("sublist", g.Sublist)
			}
			list.Add(*by)
		}
		e.Put(*list)
	}
	return e
}

// SelectValues reads the values that a field may have, page by page; each page's
// Warnings may say why there are none.
func (c *Client) SelectValues(ctx context.Context, f SelectField) iter.Seq2[Page, error] {
	return c.pagesOf(ctx, "getSelectValue", f.Field, "platformCore:GetSelectValueFieldDescription", f.element())
}

// pagesOf reads all pages of an operation that takes the number of a page.
func (c *Client) pagesOf(ctx context.Context, operation, what, declared string, e record.Element) iter.Seq2[Page, error] {
	return pages(func(before Page) (Page, error) {
		return c.lookup(ctx, operation, what, declared, e, textPart("pageIndex", strconv.Itoa(before.Index+1)))
	})
}

// Deleted is a record that was deleted.
type Deleted struct {
	At  time.Time // UTC
	Ref record.Ref
}

// DeletedFilter narrows getDeleted; the zero value asks for everything.
type DeletedFilter struct {
	From, Until time.Time // of the deletion, both included; zero for open
	Types       []string  // record types: customer, salesOrder
	ScriptID    string    // of a custom record type
}

func (f DeletedFilter) element() record.Element {
	e := record.Element{Name: "getDeletedFilter"}
	date := func(operator string, times ...time.Time) {
		d := record.Line("deletedDate").SetAttr("operator", operator)
		for i, t := range times {
			d.SetTime([]string{"searchValue", "searchValue2"}[i], t)
		}
		e.Put(*d)
	}
	switch {
	case !f.From.IsZero() && !f.Until.IsZero():
		date("within", f.From, f.Until)
	case !f.From.IsZero():
		date("onOrAfter", f.From)
	case !f.Until.IsZero():
		date("onOrBefore", f.Until)
	}
	if len(f.Types) > 0 {
		t := record.Line("type").SetAttr("operator", "anyOf")
		for _, name := range f.Types {
			t.Add(record.Element{Name: "searchValue", Text: name})
		}
		e.Put(*t)
	}
	if f.ScriptID != "" {
		e.Put(*record.Line("scriptId").SetAttr("operator", "is").Set("searchValue", f.ScriptID))
	}
	return e
}

// Deletions reads what was deleted, page by page; NetSuite keeps it for good and
// wants the permission "Deleted Records" (Oracle help section_N3497592).
func (c *Client) Deletions(ctx context.Context, f DeletedFilter) iter.Seq2[Page, error] {
	return c.pagesOf(ctx, "getDeleted", strings.Join(f.Types, ","), "platformCore:GetDeletedFilter", f.element())
}

// ReadDeleted reads one record of a page of Deletions.
func ReadDeleted(e *record.Element) (Deleted, error) {
	at, err := value.ParseTime(e.Value("deletedDate"))
	d := Deleted{At: at.UTC()}
	if ref := e.Find("record"); ref != nil {
		d.Ref = ref.Ref()
	}
	return d, err
}

// ItemAvailability reads stock by item and location: of at most 10,000 items,
// and, where since is not zero, of those whose availability has changed.
func (c *Client) ItemAvailability(ctx context.Context, items []record.Ref, since time.Time) ([]record.Element, error) {
	list := record.Line("item")
	for _, i := range items {
		list.Add(i.Element("recordRef", false))
	}
	e := record.Element{Name: "itemAvailabilityFilter"}
	e.Put(*list)
	if !since.IsZero() {
		e.SetTime("lastQtyAvailableChange", since)
	}
	p, err := c.lookup(ctx, "getItemAvailability", strconv.Itoa(len(items))+" items", "platformCore:ItemAvailabilityFilter", e)
	return p.Records, err
}
