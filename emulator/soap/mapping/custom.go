package mapping

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// CustomKind is the first word of the SOAP types that hold a custom field of a
// kind: StringCustomFieldRef, SearchColumnStringCustomField ….
func CustomKind(k schema.Kind) string {
	switch k {
	case schema.Number:
		return "Double"
	case schema.Integer:
		return "Long"
	case schema.Boolean:
		return "Boolean"
	case schema.Date, schema.DateTime:
		return "Date"
	case schema.Reference, schema.Enum:
		return "Select"
	case schema.Multi:
		return "MultiSelect"
	}
	return "String"
}

// customFields writes the custom fields that have a value.
func (v *view) customFields(e *envelope.Element, wanted *wsdl.Field, fields *schema.FieldSet, b body.Body) error {
	if err := v.customs(v.ctx); err != nil {
		return err
	}
	list := envelope.New(wanted.Area, wanted.Name)
	for _, f := range fields.List {
		if !f.Custom || b[f.Name] == nil || !v.Session.Has(f.Feature) {
			continue
		}
		child, err := v.customField(f, b[f.Name])
		if err != nil {
			return err
		}
		list.Add(child)
	}
	if len(list.Children) > 0 {
		e.Add(list)
	}
	return nil
}

func (v *view) customField(f *schema.Field, value any) (*envelope.Element, error) {
	core := v.Shapes.Area("platformCore")
	e := envelope.New(core, "customField").With("internalId", v.numbers[f.Name], "scriptId", f.Name)
	e.As(v.Shapes.Type("platformCore", CustomKind(f.Kind)+"CustomFieldRef"))
	ids := []any{value}
	switch f.Kind {
	case schema.Multi:
		ids, _ = value.([]any)
	case schema.Reference:
	default:
		held := e.Type.Field("value")
		text, err := v.text(held.Basic, f, value)
		e.Add(envelope.Text(core, "value", text))
		return e, err
	}
	for _, id := range ids {
		child, err := v.listRef(f, fmt.Sprint(id), true)
		if err != nil {
			return nil, err
		}
		child.Area, child.Name = core, "value"
		e.Add(child)
	}
	return e, nil
}

// listRef writes the value of a custom select field: a ListOrRecordRef, whose
// typeId is the list or record type that it is from.
func (v *view) listRef(f *schema.Field, id string, named bool) (*envelope.Element, error) {
	ref, err := v.ref(v.ctx, f, id)
	if err != nil {
		return nil, err
	}
	e := envelope.New(nil, "").With("internalId", id, "typeId", v.typeID(f))
	if named && ref.Name != "" {
		e.Add(envelope.Text(v.Shapes.Area("platformCore"), "name", ref.Name))
	}
	return e, nil
}

// groupTypes are the type IDs of what is not one record type: NetSuite numbers
// them with negative numbers.
var groupTypes = map[string]string{schema.GroupEntity: "-9", schema.GroupItem: "-10", schema.GroupTransaction: "-30"}

func (v *view) typeID(f *schema.Field) string {
	if id := groupTypes[f.Target]; id != "" {
		return id
	}
	if t := v.Store.Type(f.Target); t != nil {
		return v.TypeID(t)
	}
	return ""
}

// CustomNumber returns the internal ID of a custom field.
func (m *Mapper) CustomNumber(ctx context.Context, f *schema.Field) (string, error) {
	err := m.customs(ctx)
	return m.numbers[f.Name], err
}

// FieldTypeID returns the internal ID of the list or record type that a select
// field takes its values from.
func (m *Mapper) FieldTypeID(f *schema.Field) string { return (&view{Mapper: m}).typeID(f) }
