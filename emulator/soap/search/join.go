package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// customJoin is the join over a custom field.
const customJoin = "customSearchJoin"

// relation says how a join finds the other records: by a reference of this
// record or line, or by references of the others to this record.
type relation struct {
	types   []*schema.Type // of the other records
	forward string         // field here
	reverse string         // field there
}

// relations are the joins whose name does not say the field, by family: the
// field here, or with < the field of the other records that refers here.
var relations = map[string]map[string]string{
	"Transaction": {
		"customerJoin": "entity", "customerMainJoin": "entity", "vendorJoin": "entity", "employeeJoin": "entity", "accountingPeriodJoin": "postingPeriod",
		"appliedToTransactionJoin": "createdFrom", "applyingTransactionJoin": "<createdFrom", "billingTransactionJoin": "<createdFrom",
	},
	"Customer": {
		"parentCustomerJoin": "parent", "topLevelParentJoin": "parent", "subCustomerJoin": "<parent", "contactJoin": "<company",
		"transactionJoin": "<entity",
	},
	"Contact":  {"customerJoin": "company", "vendorJoin": "company"},
	"Vendor":   {"contactJoin": "<company", "transactionJoin": "<entity"},
	"Employee": {"transactionJoin": "<salesRep"},
	"Item":     {"transactionJoin": "<item"},
}

// HasJoin reports whether the searches of a family have the join: whether the
// account can tell which records it leads to.
func (e *Engine) HasJoin(family, name string, target *wsdl.Type) bool {
	types := e.allTypes(family)
	return len(types) > 0 && e.relate(family, types, name, e.allTypes(familyOf(target))) != nil
}

// HasFamily reports whether there are records that a family of searches finds.
func (e *Engine) HasFamily(family string) bool {
	return family == "CustomRecord" || len(e.allTypes(family)) > 0
}

// familyOf is the family of a SearchBasic or SearchRowBasic.
func familyOf(t *wsdl.Type) string {
	return strings.TrimSuffix(strings.TrimSuffix(t.Name, "SearchBasic"), "SearchRowBasic")
}

// allTypes returns the record types of a family, whoever asks.
func (e *Engine) allTypes(family string) []*schema.Type {
	if group := groups[family]; group != "" {
		return slices.DeleteFunc(slices.Clone(e.Store.Types()), func(t *schema.Type) bool { return t.Group != group })
	}
	if t := e.Store.Type(family); t != nil && e.Shape(t) != nil {
		return []*schema.Type{t}
	}
	return nil
}

// relate finds the relation that a join means between types, or nil.
func (e *Engine) relate(family string, types []*schema.Type, name string, others []*schema.Type) *relation {
	field, said := relations[family][name]
	if !said {
		field = strings.TrimSuffix(name, "Join")
	}
	if back, ok := strings.CutPrefix(field, "<"); ok {
		if field = back; refers(others, field, types) {
			return &relation{types: others, reverse: field}
		}
		return nil
	}
	if len(others) > 0 && refers(types, field, others) {
		return &relation{types: others, forward: field}
	}
	return nil
}

// refers reports whether a field of one of the types, or of its lines, refers to
// one of the others.
func refers(types []*schema.Type, field string, others []*schema.Type) bool {
	for _, t := range types {
		for _, set := range []*schema.FieldSet{t.Fields, schema.Lines(t)} {
			f := set.Lookup(field)
			if f == nil && field == "entity" {
				f = set.Lookup("customer")
			}
			if f == nil || f.Kind != schema.Reference {
				continue
			}
			for _, o := range others {
				if f.Target == o.Group || strings.EqualFold(f.Target, o.Name) {
					return true
				}
			}
		}
	}
	return false
}

// join understands the element of a join in criteria or columns.
func (e *Engine) join(ctx context.Context, q *Query, n *envelope.Node) (*joined, error) {
	j := &joined{name: n.Name.Local}
	if j.name == customJoin {
		return j, e.customRelation(ctx, q, n, j)
	}
	family := familyOf(n.Shape)
	others, err := e.familyTypes(ctx, family, nil)
	if err != nil {
		return nil, err
	}
	if j.relation = e.relate(q.family, q.types, j.name, others); j.relation == nil {
		return nil, invalid("INVALID_SEARCH_JOIN_ID", "The join %s is not available in this account.", j.name)
	}
	return j, nil
}

// customRelation finds the relation over a custom field: one of this record, or
// one of other records that refers to it.
func (e *Engine) customRelation(ctx context.Context, q *Query, n *envelope.Node, j *joined) error {
	id := n.Child("customizationRef")
	basic := n.Child("searchRecordBasic")
	if basic == nil {
		basic = n.Child("searchRowBasic")
	}
	if id == nil || basic == nil {
		return invalid("INVALID_SEARCH_JOIN_ID", "The custom join names no field.")
	}
	others, err := e.familyTypes(ctx, familyOf(basic.Shape), []*envelope.Node{basic})
	if err != nil && familyOf(basic.Shape) == "CustomRecord" { // columns need not say the record type again
		others, err = nil, nil
		for _, t := range e.Store.Types() {
			if f := t.Fields.Lookup(id.Attr("scriptId")); f != nil && strings.HasPrefix(t.Name, "customrecord") {
				others = append(others, t)
			}
		}
	}
	if err != nil {
		return err
	}
	j.name = customJoin + " " + id.Attr("scriptId") + id.Attr("internalId")
	find := func(types []*schema.Type) string {
		for _, t := range types {
			for _, set := range []*schema.FieldSet{t.Fields, schema.Lines(t)} {
				if f, err := e.CustomField(ctx, set, id.Attr("scriptId"), id.Attr("internalId")); err == nil && f != nil && f.Kind == schema.Reference {
					return f.Name
				}
			}
		}
		return ""
	}
	if f := find(q.types); f != "" {
		j.relation = &relation{types: others, forward: f}
	} else if f := find(others); f != "" {
		j.relation = &relation{types: others, reverse: f}
	} else {
		return invalid("INVALID_SEARCH_JOIN_ID", "The custom field %s%s joins nothing here.", id.Attr("scriptId"), id.Attr("internalId"))
	}
	return nil
}

// index holds the records that a join can lead to, by the key that leads there.
type index map[string][]*Hit

// reach loads the records that a join leads to and that keep its conditions.
func (e *Engine) reach(ctx context.Context, j *joined) (index, error) {
	out := index{}
	for _, t := range j.relation.types {
		hits, err := e.load(ctx, t, conditionsOf(j))
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			rows := []*Hit{h}
			if j.relation.reverse == "item" {
				rows = lines(h)
			}
			for _, row := range rows {
				if !j.keeps(row) {
					continue
				}
				key := groupKey(t, row.Record.ID)
				if j.relation.reverse != "" {
					key = e.grouped(refKey(row, t, j.relation.reverse))
				}
				if key != "" {
					out[key] = append(out[key], row)
				}
			}
		}
	}
	return out, nil
}

func conditionsOf(j *joined) []*condition {
	if j.criteria == nil {
		return nil
	}
	return j.criteria.all
}

func (j *joined) keeps(h *Hit) bool {
	for _, c := range conditionsOf(j) {
		if !c.holds(h) {
			return false
		}
	}
	return true
}

// groupKey names a record among those that share internal IDs with it.
func groupKey(t *schema.Type, id int64) string { return t.Group + " " + body.IDText(id) }

// refKey names the record that a reference of a hit points to. It may be on the
// line or in the body.
func refKey(h *Hit, t *schema.Type, field string) string {
	group := ""
	if f := t.Fields.Lookup(field); f != nil && f.Kind == schema.Reference {
		group = f.Target
	} else if f := schema.Lines(t).Lookup(field); f != nil {
		group = f.Target
	}
	if field == "entity" && t.Fields.Lookup(field) == nil {
		field, group = "customer", schema.GroupEntity
	}
	id := h.line[field]
	if id == nil {
		id = h.Record.Body[field]
	}
	if id == nil {
		return ""
	}
	return group + " " + fmt.Sprint(id)
}

// keyFor is the key under which a hit finds what a join leads to.
func (e *Engine) keyFor(h *Hit, j *joined) string {
	if j.relation.reverse != "" {
		return groupKey(h.Record.Type, h.Record.ID)
	}
	return e.grouped(refKey(h, h.Record.Type, j.relation.forward))
}

// grouped turns the key of a reference to a type into the key of its group.
func (e *Engine) grouped(key string) string {
	target, id, _ := strings.Cut(key, " ")
	if t := e.Store.Type(target); t != nil {
		return t.Group + " " + id
	}
	return key
}

// lines returns a hit for each line of a transaction.
func lines(h *Hit) []*Hit {
	var out []*Hit
	for _, name := range []string{"item", "line"} {
		for _, l := range body.Lines(h.Record.Body, name) {
			out = append(out, &Hit{Record: h.Record, line: l})
		}
	}
	return out
}
