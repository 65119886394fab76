package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sluicehq/sluice/emulator/soap/envelope"
)

// SavedSearch is a search that is stored in the account. Criteria and Columns are
// what a request has between <criteria> and <columns>, with the prefixes of the
// published files: <basic><platformCommon:isInactive>….
type SavedSearch struct {
	ID       string   `json:"id"`       // internal ID; "" = the next one
	ScriptID string   `json:"scriptId"` // customsearch_…
	Name     string   `json:"name"`
	Type     string   `json:"type"` // customer, transaction, item …: what getSavedSearch asks by
	Criteria string   `json:"criteria,omitempty"`
	Columns  string   `json:"columns"`
	Sort     []string `json:"sort,omitempty"`    // search fields; with - downwards
	Summary  bool     `json:"summary,omitempty"` // refused by requests for columns
}

// Saved are the saved searches of an account. It is safe for concurrent use.
type Saved struct {
	mu   sync.Mutex
	list []SavedSearch
}

// NewSaved returns the searches that every account has.
func NewSaved() *Saved {
	s := &Saved{}
	s.list = append(s.list, builtin...)
	return s
}

// builtin are the saved searches of the sample company.
var builtin = []SavedSearch{
	{
		ID: "101", ScriptID: "customsearch_sluice_customers", Name: "Customers", Type: "customer",
		Criteria: `<basic><platformCommon:isInactive><platformCore:searchValue>false</platformCore:searchValue></platformCommon:isInactive></basic>`,
		Columns: `<basic><platformCommon:internalId/><platformCommon:entityId/><platformCommon:companyName/><platformCommon:email/>` +
			`<platformCommon:phone/><platformCommon:salesRep/><platformCommon:lastModifiedDate/></basic>`,
		Sort: []string{"internalId"},
	}, {
		ID: "102", ScriptID: "customsearch_sluice_open_orders", Name: "Open Sales Orders", Type: "transaction",
		Criteria: `<basic><platformCommon:mainLine><platformCore:searchValue>true</platformCore:searchValue></platformCommon:mainLine>` +
			`<platformCommon:status operator="noneOf"><platformCore:searchValue>_salesOrderBilled</platformCore:searchValue>` +
			`<platformCore:searchValue>_salesOrderClosed</platformCore:searchValue></platformCommon:status>` +
			`<platformCommon:type operator="anyOf"><platformCore:searchValue>_salesOrder</platformCore:searchValue></platformCommon:type></basic>`,
		Columns: `<basic><platformCommon:internalId/><platformCommon:tranId/><platformCommon:tranDate/><platformCommon:entity/>` +
			`<platformCommon:status/><platformCommon:total/></basic>` +
			`<customerJoin><platformCommon:email/><platformCommon:entityId/></customerJoin>`,
		Sort: []string{"internalId"},
	}, {
		ID: "103", ScriptID: "customsearch_sluice_order_lines", Name: "Order Lines", Type: "transaction",
		Criteria: `<basic><platformCommon:mainLine><platformCore:searchValue>false</platformCore:searchValue></platformCommon:mainLine>` +
			`<platformCommon:type operator="anyOf"><platformCore:searchValue>_salesOrder</platformCore:searchValue></platformCommon:type></basic>`,
		Columns: `<basic><platformCommon:internalId/><platformCommon:tranId/><platformCommon:line/><platformCommon:item/>` +
			`<platformCommon:quantity/><platformCommon:rate/><platformCommon:amount/></basic><itemJoin><platformCommon:itemId/></itemJoin>`,
		Sort: []string{"internalId", "line"},
	}, {
		ID: "104", ScriptID: "customsearch_sluice_items", Name: "Items", Type: "item",
		Columns: `<basic><platformCommon:internalId/><platformCommon:itemId/><platformCommon:displayName/><platformCommon:type/></basic>`,
		Sort:    []string{"itemId"},
	}, {
		ID: "105", ScriptID: "customsearch_sluice_totals", Name: "Totals by Customer", Type: "transaction",
		Columns: `<basic><platformCommon:entity/><platformCommon:amount/></basic>`, Summary: true,
	},
}

// List returns the searches in the order of their internal IDs.
func (s *Saved) List() []SavedSearch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Add stores a search. One with the same script ID is replaced.
func (s *Saved) Add(x SavedSearch) error {
	if !strings.HasPrefix(x.ScriptID, "customsearch") || x.Type == "" || x.Columns == "" {
		return errors.New("a saved search needs a scriptId (customsearch…), a type and columns")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	highest := 0
	for _, other := range s.list {
		if n, err := strconv.Atoi(other.ID); err == nil {
			highest = max(highest, n)
		}
		if strings.EqualFold(other.ScriptID, x.ScriptID) && x.ID == "" {
			x.ID = other.ID
		}
	}
	if x.ID == "" {
		x.ID = strconv.Itoa(highest + 1)
	}
	s.list = slices.DeleteFunc(s.list, func(other SavedSearch) bool {
		return strings.EqualFold(other.ScriptID, x.ScriptID) || other.ID == x.ID
	})
	s.list = append(s.list, x)
	return nil
}

func (s *Saved) find(id, scriptID string) *SavedSearch {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.list {
		if id != "" && x.ID == id || id == "" && strings.EqualFold(x.ScriptID, scriptID) {
			return &x
		}
	}
	return nil
}

// Family is the word that the SOAP types of a search begin with.
func (x SavedSearch) Family() string { return strings.ToUpper(x.Type[:1]) + x.Type[1:] }

// Check reports what is wrong with a saved search: whether it can be read, and
// run in this account.
func (e *Engine) Check(ctx context.Context, x SavedSearch) error {
	n, err := e.parse(&x)
	if err != nil {
		return err
	}
	_, err = e.Compile(ctx, n)
	return err
}

// parse reads a saved search as a request of the engine's version would write it.
func (e *Engine) parse(x *SavedSearch) (*envelope.Node, error) {
	shape := e.Shapes.Find(x.Family() + "SearchAdvanced")
	if shape == nil {
		return nil, fmt.Errorf("saved search %s: there is no search of the type %s", x.ScriptID, x.Type)
	}
	var b strings.Builder
	b.WriteString(`<e:Envelope xmlns:e="` + envelope.SOAP + `" xmlns:xsi="` + envelope.Instance + `"`)
	for _, a := range e.Shapes.Areas {
		b.WriteString(` xmlns:` + a.Prefix + `="` + a.Namespace(e.Version) + `"`)
	}
	b.WriteString(`><e:Body><search><searchRecord xsi:type="` + shape.Area.Prefix + ":" + shape.Name + `"><criteria>` + x.Criteria +
		`</criteria><columns>` + x.Columns + `</columns></searchRecord></search></e:Body></e:Envelope>`)
	message, err := envelope.Parse(strings.NewReader(b.String()))
	if err != nil {
		return nil, fmt.Errorf("saved search %s: %w", x.ScriptID, err)
	}
	binder := envelope.Binder{Schema: e.Shapes, Version: e.Version}
	if err := binder.Bind(message.Body, e.Shapes.Message("search")); err != nil {
		return nil, fmt.Errorf("saved search %s: %w", x.ScriptID, err)
	}
	return message.Body.Child("searchRecord"), nil
}
