package recordmodule

import (
	"context"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/session"
)

// New returns N/record.
func New(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	m.Promising(o, "create", []string{"type!", "isDynamic", "defaultValues"}, func(a engine.Args) any { return create(m, a) })
	m.Promising(o, "load", []string{"type!", "id!", "isDynamic", "defaultValues"}, func(a engine.Args) any { return load(m, a) })
	m.Promising(o, "copy", []string{"type!", "id!", "isDynamic", "defaultValues"}, func(a engine.Args) any { return duplicate(m, a) })
	m.Promising(o, "transform", []string{"fromType!", "fromId!", "toType!", "isDynamic", "defaultValues"}, func(a engine.Args) any { return transform(m, a) })
	m.Promising(o, "delete", []string{"type!", "id!"}, func(a engine.Args) any { return remove(m, a) })
	m.Promising(o, "submitFields", []string{"type!", "id!", "values!", "options"}, func(a engine.Args) any { return submitFields(m, a) })
	m.Promising(o, "attach", []string{"record!", "to!", "attributes"}, func(a engine.Args) any { return relate(m, a, "to", m.Account.Records().Attach) })
	m.Promising(o, "detach", []string{"record!", "from!", "attributes"}, func(a engine.Args) any {
		store := m.Account.Records()
		return relate(m, a, "from", func(ctx context.Context, typ, id, kind, other, _ string) error {
			return store.Detach(ctx, typ, id, kind, other)
		})
	})
	m.Constants(o, "Type", types(m))
	return o
}

// renamed are the types that SuiteScript has one name for and the record service several.
var renamed = map[string][]string{
	"serviceitem":      {"serviceSaleItem", "servicePurchaseItem", "serviceResaleItem"},
	"noninventoryitem": {"nonInventorySaleItem", "nonInventoryPurchaseItem", "nonInventoryResaleItem"},
	"otherchargeitem":  {"otherChargeSaleItem", "otherChargePurchaseItem", "otherChargeResaleItem"},
}

// types are record.Type: SALES_ORDER for salesorder. Types of the account that no
// release knows have none.
func types(m *engine.Machine) map[string]string {
	out := map[string]string{"SERVICE_ITEM": "serviceitem", "NON_INVENTORY_ITEM": "noninventoryitem", "OTHER_CHARGE_ITEM": "otherchargeitem"}
	if m.Session == nil {
		return out
	}
	for _, t := range m.Account.Records().Types() {
		if !strings.HasPrefix(strings.ToLower(t.Name), "custom") || !strings.Contains(t.Name, "_") {
			out[engine.Constant(t.Name)] = strings.ToLower(t.Name)
		}
	}
	return out
}

// known returns the first of the types that a name stands for that the account
// has and that the role may use so.
func known(m *engine.Machine, name string, level session.Level) *schema.Type {
	return candidates(m, name, level)[0]
}

func candidates(m *engine.Machine, name string, level session.Level) []*schema.Type {
	names := renamed[strings.ToLower(name)]
	if names == nil {
		names = []string{name}
	}
	var found []*schema.Type
	var refused error
	for _, n := range names {
		t, err := m.Account.Records().Known(m.Context(), n, level)
		if err == nil {
			found = append(found, t)
		} else if refused == nil {
			refused = err
		}
	}
	if len(found) == 0 {
		if m.Account.Records().Type(names[0]) == nil {
			m.Throw("INVALID_RCRD_TYPE", "The record type [%s] is invalid.", strings.ToUpper(name))
		}
		m.Check(refused)
	}
	return found
}

// get loads a record of one of the types that a name stands for.
func get(m *engine.Machine, a engine.Args, typ, id string) *record.Record {
	list := candidates(m, a.Text(typ), session.View)
	m.Spend(units(list[0]))
	var refused error
	for _, t := range list {
		r, err := m.Account.Records().Get(m.Context(), t.Name, a.Text(id))
		if err == nil {
			return r
		}
		refused = err
	}
	m.Check(refused)
	return nil
}

// defaults sets what a call gives a new record to begin with.
func (r *item) defaults(a engine.Args) *goja.Object {
	if o, ok := a.Value("defaultValues").(*goja.Object); ok {
		for _, name := range o.Keys() {
			r.set(name, o.Get(name))
		}
	}
	return r.object()
}

func create(m *engine.Machine, a engine.Args) any {
	t := known(m, a.Text("type"), session.Create)
	m.Spend(units(t))
	draft, err := m.Account.Records().DraftNew(m.Context(), t.Name, map[string]any{}, record.WriteOptions{})
	m.Check(err)
	return newItem(m, t, draft.Body, a.True("isDynamic")).defaults(a)
}

func load(m *engine.Machine, a engine.Args) any {
	stored := get(m, a, "type", "id")
	r := newItem(m, stored.Type, stored.Body, a.True("isDynamic"))
	r.id, r.version = stored.ID, stored.Version
	return r.defaults(a)
}

// unique are the fields that a copy does not take over.
var unique = []string{"externalId", "tranId", "tranDate", "transactionNumber", "status", "createdFrom", "postingPeriod"}

func duplicate(m *engine.Machine, a engine.Args) any {
	stored := get(m, a, "type", "id")
	known(m, stored.Type.Name, session.Create)
	for _, name := range unique {
		delete(stored.Body, name)
	}
	r := newItem(m, stored.Type, stored.Body, a.True("isDynamic"))
	r.part = fresh(m, stored.Type.Fields, stored.Body)
	r.dynamic = a.True("isDynamic")
	for _, f := range r.fields.List {
		if f.Kind == schema.Sublist && !f.ReadOnly {
			r.lists[f.Name] = newList(m, f, stored.Body, true)
		}
	}
	return r.defaults(a)
}

// transform begins a record made from another one (Oracle help,
// section_4267258715): it shows what the record engine would make.
func transform(m *engine.Machine, a engine.Args) any {
	stored := get(m, a, "fromType", "fromId")
	t := known(m, a.Text("toType"), session.Create)
	id := body.IDText(stored.ID)
	draft, err := m.Account.Records().DraftTransform(m.Context(), stored.Type.Name, id, t.Name, map[string]any{}, record.WriteOptions{})
	m.Check(err)
	for _, f := range t.Fields.List {
		if f.Kind == schema.Sublist && f.Fields.Lookup("orderLine") != nil {
			byOrderLine(draft.Body, f.Name)
		}
	}
	r := newItem(m, t, draft.Body, a.True("isDynamic"))
	r.from = &origin{stored.Type.Name, stored.ID}
	return r.defaults(a)
}

// byOrderLine numbers lines as in the record that they come from: the record
// engine matches a transformation's lines so.
func byOrderLine(b body.Body, sublist string) {
	for _, line := range body.Lines(b, sublist) {
		if n := line["orderLine"]; n != nil {
			line["line"] = n
		}
	}
}

func remove(m *engine.Machine, a engine.Args) any {
	list := candidates(m, a.Text("type"), session.Full)
	m.Spend(2 * units(list[0]))
	var err error
	for _, t := range list {
		if err = m.Account.Records().Delete(m.Context(), t.Name, a.Text("id")); err == nil {
			break
		}
	}
	m.Check(err)
	return number(a.Value("id"))
}

// number is an ID as the modules return it.
func number(id goja.Value) any {
	if n, ok := record.ParseID(id.String()); ok {
		return n
	}
	return id
}

// submitFields changes fields of the record's body; other fields of values, and
// sublists, are passed over (Oracle help, section_4267283788).
func submitFields(m *engine.Machine, a engine.Args) any {
	values, ok := a.Value("values").(*goja.Object)
	if !ok {
		m.Throw("SSS_INVALID_TYPE_ARG", "You have entered an invalid type argument: values")
	}
	list := candidates(m, a.Text("type"), session.Edit)
	m.Spend(units(list[0]))
	var err error
	for _, t := range list {
		p := newPart(m, t.Fields, nil)
		for _, name := range values.Keys() {
			p.set(name, values.Get(name))
		}
		if _, err = m.Account.Records().Update(m.Context(), t.Name, a.Text("id"), p.input(), record.WriteOptions{}); err == nil {
			break
		}
	}
	m.Check(err)
	return number(a.Value("id"))
}

// relateUnits are what attach and detach cost.
const relateUnits = 10

// relate attaches or detaches: record is what, and to or from the record that it
// is tied to (Oracle help, section_4267284169).
func relate(m *engine.Machine, a engine.Args, other string, do func(ctx context.Context, typ, id, kind, other, role string) error) any {
	what, whom := pointer(m, a, "record"), pointer(m, a, other)
	m.Spend(relateUnits)
	role := ""
	if attributes, ok := a.Value("attributes").(*goja.Object); ok {
		for _, name := range attributes.Keys() {
			if strings.EqualFold(name, "role") {
				role = attributes.Get(name).String()
			}
		}
	}
	m.Check(do(m.Context(), whom[0], whom[1], what[0], what[1], role))
	return goja.Undefined()
}

// pointer reads {type, id}.
func pointer(m *engine.Machine, a engine.Args, name string) [2]string {
	o, ok := a.Value(name).(*goja.Object)
	if !ok {
		m.Throw("SSS_INVALID_TYPE_ARG", "You have entered an invalid type argument: %s", name)
	}
	var out [2]string
	for i, part := range []string{"type", "id"} {
		v := o.Get(part)
		if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
			m.Throw("SSS_MISSING_REQD_ARGUMENT", "%s: Missing a required argument: %s.%s", name, name, part)
		}
		out[i] = v.String()
	}
	return out
}
