package mapping

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Record writes a record under an element of the given name. Without sublists
// if bodyOnly.
func (m *Mapper) Record(ctx context.Context, a *wsdl.Area, name string, r *record.Record, bodyOnly bool) (*envelope.Element, error) {
	shape := m.Shape(r.Type)
	if shape == nil {
		return nil, fmt.Errorf("no SOAP record for %s", r.Type.Name)
	}
	id := ""
	if r.ID != 0 { // an initialized record has none yet
		id = strconv.FormatInt(r.ID, 10)
	}
	e := envelope.New(a, name).With("internalId", id)
	if shape.Attr("externalId") != nil {
		e.With("externalId", r.ExternalID)
	}
	if IsCustomRecord(r.Type) {
		e.Add(envelope.New(shape.Area, "recType",
			envelope.Text(m.Shapes.Area("platformCore"), "name", r.Type.Label)).With("internalId", m.TypeID(r.Type)))
	}
	v := view{Mapper: m, ctx: ctx, bodyOnly: bodyOnly}
	return e.As(shape), v.object(e, shape, r.Type.Fields, r.Body)
}

// view writes one record.
type view struct {
	*Mapper
	ctx      context.Context
	bodyOnly bool
}

// object writes the fields of a record, a subrecord or a line in the order of
// the SOAP type.
func (v *view) object(e *envelope.Element, shape *wsdl.Type, fields *schema.FieldSet, b body.Body) error {
	for _, wanted := range shape.Fields() {
		if !wanted.In(v.Version) {
			continue
		}
		var err error
		switch {
		case wanted.Name == "customFieldList":
			err = v.customFields(e, wanted, fields, b)
		case wanted.Type != nil && wanted.Type.Name == "PricingMatrix":
			err = v.pricing(e, wanted, b)
		default:
			err = v.field(e, wanted, Field(shape, fields, wanted.Name), b)
		}
		if err != nil {
			return fmt.Errorf("%s.%s: %w", shape.Name, wanted.Name, err)
		}
	}
	return nil
}

func (v *view) field(e *envelope.Element, wanted *wsdl.Field, f *schema.Field, b body.Body) error {
	if wanted.Name == "orderStatus" && b["orderStatus"] == nil { // the engine keeps one status
		if status := f; status != nil && b["status"] != nil {
			return v.orderStatus(e, wanted, body.Text(b, "status"))
		}
	}
	if f == nil || !v.Session.Has(f.Feature) || b[f.Name] == nil {
		return nil
	}
	if f.Kind == schema.Sublist {
		return v.sublist(e, wanted, f, b)
	}
	if f.Kind == schema.Subrecord {
		sub, _ := b[f.Name].(map[string]any)
		if wanted.Type == nil || sub == nil {
			return nil
		}
		child := envelope.New(wanted.Area, wanted.Name)
		e.Add(child)
		return v.object(child, wanted.Type, f.Fields, sub)
	}
	child, err := v.value(wanted, f, b[f.Name])
	e.Add(child)
	return err
}

// orderStatus shows the status of an order by the word of its enumeration.
func (v *view) orderStatus(e *envelope.Element, wanted *wsdl.Field, status string) error {
	for _, t := range v.Store.Types() {
		f := t.Fields.Lookup("status")
		if t.Name != "salesOrder" || f == nil || wanted.Enum == nil {
			continue
		}
		for _, o := range f.Enum {
			if text := EnumText(wanted.Enum, v.Version, o); o.ID == status && text != "" {
				e.Add(envelope.Text(wanted.Area, wanted.Name, text))
			}
		}
	}
	return nil
}

// sublist writes the lines of a list.
func (v *view) sublist(e *envelope.Element, wanted *wsdl.Field, f *schema.Field, b body.Body) error {
	item := wanted.Type.List()
	if v.bodyOnly || item == nil || item.Type == nil {
		return nil
	}
	list := envelope.New(wanted.Area, wanted.Name)
	for _, l := range body.Lines(b, f.Name) {
		line := envelope.New(item.Area, item.Name)
		if err := v.object(line, item.Type, f.Fields, l); err != nil {
			return err
		}
		list.Add(line)
	}
	if len(list.Children) > 0 {
		e.Add(list)
	}
	return nil
}

// value writes a body value as the SOAP field wants it; nil where it has no form.
func (v *view) value(wanted *wsdl.Field, f *schema.Field, value any) (*envelope.Element, error) {
	if wanted.Type != nil {
		return v.reference(wanted, f, value)
	}
	if wanted.Enum != nil {
		text := ""
		for _, o := range f.Enum {
			if o.ID == fmt.Sprint(value) {
				text = EnumText(wanted.Enum, v.Version, o)
			}
		}
		if f.Kind != schema.Enum { // a number, or text, that SOAP enumerates
			text = EnumText(wanted.Enum, v.Version, schema.Option{ID: fmt.Sprint(value), Name: numberWord(value)})
		}
		if text == "" {
			return nil, nil
		}
		return envelope.Text(wanted.Area, wanted.Name, text), nil
	}
	text, err := v.text(wanted.Basic, f, value)
	if err != nil {
		return nil, err
	}
	return envelope.Text(wanted.Area, wanted.Name, text), nil
}

// numberWord is how enumerations write small numbers.
func numberWord(value any) string {
	n, _ := value.(json.Number)
	return map[string]string{"0": "zero", "2": "two"}[n.String()]
}

// text writes a value as one of XML Schema's types.
func (v *view) text(basic string, f *schema.Field, value any) (string, error) {
	text := fmt.Sprint(value)
	switch {
	case f.Kind == schema.Enum:
		for _, o := range f.Enum {
			if o.ID == text {
				return o.Name, nil
			}
		}
	case f.Kind == schema.Reference && basic == "string":
		ref, err := v.ref(v.ctx, f, text)
		return ref.Name, err
	case f.Kind == schema.Date:
		return v.showDay(text)
	case f.Kind == schema.DateTime:
		t, err := envelope.ParseTime(text)
		return envelope.FormatTime(t), err
	case basic == "double":
		return Double(text), nil
	}
	return text, nil
}

// reference writes a RecordRef, or a RecordRefList of several.
func (v *view) reference(wanted *wsdl.Field, f *schema.Field, value any) (*envelope.Element, error) {
	if list := wanted.Type.List(); list != nil && f.Kind == schema.Multi {
		e := envelope.New(wanted.Area, wanted.Name)
		ids, _ := value.([]any)
		for _, id := range ids {
			child, err := v.one(list, f, fmt.Sprint(id))
			if err != nil {
				return nil, err
			}
			e.Add(child)
		}
		return e, nil
	}
	switch f.Kind {
	case schema.Reference, schema.Enum:
		return v.one(wanted, f, fmt.Sprint(value))
	}
	return nil, nil
}

// one writes a reference with the name of what it refers to.
func (v *view) one(wanted *wsdl.Field, f *schema.Field, id string) (*envelope.Element, error) {
	name := ""
	if f.Kind == schema.Enum {
		for _, o := range f.Enum {
			if o.ID == id {
				name = o.Name
			}
		}
	} else {
		ref, err := v.ref(v.ctx, f, id)
		if err != nil {
			return nil, err
		}
		name = ref.Name
	}
	e := envelope.New(wanted.Area, wanted.Name).With("internalId", id)
	if name != "" {
		e.Add(envelope.Text(v.Shapes.Area("platformCore"), "name", name))
	}
	return e, nil
}

// pricing writes the price lines as the pricing matrix.
func (v *view) pricing(e *envelope.Element, wanted *wsdl.Field, b body.Body) error {
	lines := body.Lines(b, "price")
	item := v.Store.Type("inventoryItem").Fields.Lookup("price")
	if v.bodyOnly || len(lines) == 0 {
		return nil
	}
	matrix, pricing := envelope.New(wanted.Area, wanted.Name), wanted.Type.List()
	for _, l := range lines {
		p := envelope.New(pricing.Area, pricing.Name)
		for _, name := range [][2]string{{"currency", "currencyPage"}, {"priceLevel", "priceLevel"}} {
			f := item.Fields.Lookup(name[1])
			child, err := v.one(pricing.Type.Field(name[0]), f, body.Text(l, f.Name))
			if err != nil {
				return err
			}
			p.Add(child)
		}
		list := pricing.Type.Field("priceList")
		price := list.Type.List()
		if l["price"] != nil {
			value, quantity := price.Type.Field("value"), price.Type.Field("quantity")
			p.Add(envelope.New(list.Area, list.Name, envelope.New(price.Area, price.Name,
				envelope.Text(value.Area, value.Name, Double(fmt.Sprint(l["price"]))), envelope.Text(quantity.Area, quantity.Name, "0.0"))))
		}
		matrix.Add(p)
	}
	e.Add(matrix)
	return nil
}
