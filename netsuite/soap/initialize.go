package soap

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// Initial names a record that NetSuite is to fill in from others: an invoice from
// a sales order. Which pairs there are is in Oracle help section_N3508536.
type Initial struct {
	Type      string     // of the new record, as InitializeType has it: invoice
	Reference record.Ref // what it is made from; Type as InitializeRefType has it: salesOrder
	Auxiliary record.Ref // a second one, for some types
	More      []record.Ref
}

func (i Initial) element() record.Element {
	e := record.Element{Name: "initializeRecord"}
	e.Set("type", i.Type)
	for _, r := range []struct {
		name string
		ref  record.Ref
	}{{"reference", i.Reference}, {"auxReference", i.Auxiliary}} {
		if !r.ref.IsZero() {
			e.SetRef(r.name, r.ref)
		}
	}
	if len(i.More) > 0 {
		list := record.Line("referenceList")
		for _, r := range i.More {
			list.Add(r.Element("initializeRef", false))
		}
		e.Put(*list)
	}
	return e
}

// Initialize returns a record that is filled in but not saved. Change it and add
// it with Preferences.IgnoreReadOnlyFields.
func (c *Client) Initialize(ctx context.Context, i Initial) (*record.Element, error) {
	body, err := c.part("platformCore:InitializeRecord", i.element())
	if err != nil {
		return nil, err
	}
	return c.one(ctx, &request{operation: "initialize", what: i.Type + " from " + refName(i.Reference), effect: netsuite.Read,
		headers: withPreferences, parts: [][]byte{body}})
}

// InitializeList does so for many; results are in their order.
func (c *Client) InitializeList(ctx context.Context, list []Initial) ([]ReadResult, error) {
	parts, err := c.encodeInitials(list)
	if err != nil {
		return nil, err
	}
	results := make([]ReadResult, len(list))
	for s := range chunks(parts, c.limits.Upsert, c.limits.Bytes) {
		if err := c.getSome(ctx, "initializeList", parts, s, results); err != nil {
			return results, err
		}
	}
	return results, nil
}

func (c *Client) encodeInitials(list []Initial) ([][]byte, error) {
	parts := make([][]byte, len(list))
	var problems []error
	for i := range list {
		part, err := c.part("platformCore:InitializeRecord", list[i].element())
		if err != nil {
			problems = append(problems, fmt.Errorf("record %d: %w", i+1, err))
		}
		parts[i] = part
	}
	return parts, errors.Join(problems...)
}
