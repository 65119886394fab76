package mapping

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Input is a record of a request, in the terms of the record engine.
type Input struct {
	Type       *schema.Type
	InternalID string
	ExternalID string
	Fields     map[string]any
	Replace    []string // sublists whose lines all go
	// Skipped are the fields that were left out since they cannot be written.
	Skipped []string
}

// Input reads a record that was bound to its type. With lenient, fields that
// cannot be written are skipped (preference ignoreReadOnlyFields). Errors are
// *fault.Fault.
func (m *Mapper) Input(ctx context.Context, n *envelope.Node, lenient bool) (*Input, error) {
	t, err := m.typeOf(n)
	if err != nil {
		return nil, err
	}
	in := &Input{Type: t, InternalID: n.Attr("internalId"), ExternalID: n.Attr("externalId"), Fields: map[string]any{}}
	d := form{Mapper: m, ctx: ctx, in: in, lenient: lenient, top: n}
	if err := d.object(n, t.Fields, in.Fields); err != nil {
		return nil, err
	}
	if in.ExternalID != "" {
		in.Fields["externalId"] = in.ExternalID
	}
	return in, nil
}

// typeOf returns the record type that a record of a request is of.
func (m *Mapper) typeOf(n *envelope.Node) (*schema.Type, error) {
	name := n.Shape.Name
	var t *schema.Type
	if name == "CustomRecord" {
		kind := n.Child("recType")
		if kind == nil {
			return nil, fault.New(http.StatusBadRequest, fault.UserError, "The type of the custom record is required: recType.")
		}
		t = m.TypeByID(kind.Attr("internalId"))
	} else {
		t = m.Store.Type(name)
	}
	if t == nil || m.Shape(t) == nil {
		return nil, fault.New(http.StatusBadRequest, "INVALID_RCRD_TYPE", "The record type %s is not available in this account.", name)
	}
	return t, nil
}

// form reads one record.
type form struct {
	*Mapper
	ctx     context.Context
	in      *Input
	lenient bool
	top     *envelope.Node
}

func (d *form) object(n *envelope.Node, fields *schema.FieldSet, out map[string]any) error {
	for _, c := range n.Children {
		var err error
		switch {
		case c.Name.Local == "nullFieldList":
			err = d.null(n, c, fields, out)
		case c.Name.Local == "customFieldList":
			err = d.customFields(c, fields, out)
		case c.Name.Local == "recType" && n == d.top:
		case c.Shape != nil && c.Shape.Name == "PricingMatrix":
			err = d.pricing(c, out)
		default:
			err = d.field(n, c, fields, out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// closed answers a field that is in the schema and cannot be written here.
func (d *form) closed(name string) error {
	if d.lenient {
		d.in.Skipped = append(d.in.Skipped, name)
		return nil
	}
	return fault.New(http.StatusForbidden, fault.InsufficientPermission,
		"You do not have permissions to set a value for element %s due to one of the following reasons: 1) The field is read-only; "+
			"2) An associated feature is disabled; 3) The field is available either when a record is created or updated, but not in both cases.", name)
}

func (d *form) field(n, c *envelope.Node, fields *schema.FieldSet, out map[string]any) error {
	f := Field(n.Shape, fields, c.Name.Local)
	isKey := f != nil && f.Name == "internalId" && n != d.top
	if f == nil || f.ReadOnly && !isKey || !d.Session.Has(f.Feature) {
		return d.closed(c.Name.Local)
	}
	if c.Nil {
		out[f.Name] = nil
		return nil
	}
	if f.Kind == schema.Sublist {
		return d.sublist(c, f, out)
	}
	if f.Kind == schema.Subrecord {
		sub := map[string]any{}
		out[f.Name] = sub
		return d.object(c, f.Fields, sub)
	}
	value, err := d.value(n.Shape.Field(c.Name.Local), f, c)
	out[f.Name] = value
	return err
}

// sublist reads lines. replaceAll is true unless it is said; lists without keys
// are always replaced (Oracle help, section_N3441570).
func (d *form) sublist(c *envelope.Node, f *schema.Field, out map[string]any) error {
	replace := c.Attr("replaceAll")
	if replace != "false" && replace != "0" || len(f.Keys) == 0 {
		d.in.Replace = append(d.in.Replace, f.Name)
	}
	items := []any{}
	for _, l := range c.Children {
		if l.Shape == nil { // a list of texts, where the engine has lines
			return d.closed(c.Name.Local)
		}
		line := map[string]any{}
		if err := d.object(l, f.Fields, line); err != nil {
			return err
		}
		items = append(items, line)
	}
	out[f.Name] = map[string]any{"items": items}
	return nil
}

// value reads a field.
func (d *form) value(given *wsdl.Field, f *schema.Field, c *envelope.Node) (any, error) {
	switch f.Kind {
	case schema.Multi:
		items := []any{}
		for _, r := range c.Children {
			items = append(items, reference(r))
		}
		return map[string]any{"items": items}, nil
	case schema.Reference:
		if c.Shape == nil { // SOAP has text where the engine refers to a record
			return d.byName(f, c.Value())
		}
		return reference(c), nil
	case schema.Enum:
		text, enum := c.Value(), given.Enum
		if c.Shape != nil {
			text = c.Attr("internalId")
		}
		if id, ok := option(f, enum, d.Version, text); ok {
			return map[string]any{"id": id}, nil
		}
		return nil, invalid(f, text)
	}
	return d.scalar(f, c)
}

// scalar reads text by the kind of the field. Empty text clears it.
func (d *form) scalar(f *schema.Field, c *envelope.Node) (any, error) {
	if f.Kind == schema.String {
		return c.Text, nil
	}
	text := c.Value()
	if text == "" {
		return nil, nil
	}
	switch f.Kind {
	case schema.Boolean:
		return text == "true" || text == "1" || strings.EqualFold(text, "T"), nil
	case schema.Number, schema.Integer:
		if digit := map[string]string{"_zero": "0", "_two": "2"}[text]; digit != "" {
			text = digit // SOAP enumerates the precision of currencies
		}
		if n, ok := number(text); ok {
			return n, nil
		}
	case schema.Date:
		if t, err := envelope.ParseTime(text); err == nil {
			return d.Day(t), nil
		}
	case schema.DateTime:
		if t, err := envelope.ParseTime(text); err == nil {
			return t.UTC().Format(body.Wire), nil
		}
	}
	return nil, invalid(f, text)
}

// byName finds the record of a reference by the name that it shows.
func (d *form) byName(f *schema.Field, name string) (any, error) {
	if name == "" {
		return nil, nil
	}
	t := d.Store.Type(f.Target)
	if t == nil {
		return nil, invalid(f, name)
	}
	var id int64
	err := d.Store.DB().QueryRowContext(d.ctx, "SELECT coalesce(min(id), 0) FROM record WHERE type = ? AND lower(name) = lower(?)", t.Name, name).Scan(&id)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, invalid(f, name)
	}
	return map[string]any{"id": body.IDText(id)}, nil
}

// reference reads a RecordRef: an internal ID wins over an external one.
func reference(n *envelope.Node) any {
	if id := n.Attr("internalId"); id != "" {
		return map[string]any{"id": id}
	}
	if id := n.Attr("externalId"); id != "" {
		return map[string]any{"externalId": id}
	}
	return nil
}

// invalid refuses a reference or an enumerated value.
func invalid(f *schema.Field, value string) error {
	return fault.New(http.StatusBadRequest, "INVALID_KEY_OR_REF", "Invalid %s reference key %s.", strings.ToLower(f.Name), value)
}

// null clears the fields of a nullFieldList. customForm cannot be cleared.
func (d *form) null(n, list *envelope.Node, fields *schema.FieldSet, out map[string]any) error {
	for _, c := range list.All("name") {
		name := c.Value()
		f := Field(n.Shape, fields, name)
		if f == nil || f.ReadOnly || name == "customForm" || f.Kind == schema.Sublist {
			if err := d.closed(name); err != nil {
				return err
			}
			continue
		}
		out[f.Name] = nil
	}
	return nil
}

// customFields reads a customFieldList.
func (d *form) customFields(list *envelope.Node, fields *schema.FieldSet, out map[string]any) error {
	for _, c := range list.All("customField") {
		f, err := d.CustomField(d.ctx, fields, c.Attr("scriptId"), c.Attr("internalId"))
		if err != nil {
			return err
		}
		if f == nil {
			return fault.New(http.StatusBadRequest, "INVALID_KEY_OR_REF", "Invalid custom field reference key %s%s.", c.Attr("scriptId"), c.Attr("internalId"))
		}
		if f.ReadOnly || !d.Session.Has(f.Feature) {
			if err := d.closed(f.Name); err != nil {
				return err
			}
			continue
		}
		if out[f.Name], err = d.custom(c, f); err != nil {
			return err
		}
	}
	return nil
}

func (d *form) custom(c *envelope.Node, f *schema.Field) (any, error) {
	values := c.All("value")
	want := CustomKind(f.Kind) + "CustomFieldRef"
	if c.Shape.Name != want && !(c.Shape.Name == "LongCustomFieldRef" && f.Kind == schema.Number) {
		return nil, fault.New(http.StatusBadRequest, "INVALID_FLD_VALUE", "The field %s is a %s.", f.Name, want)
	}
	if len(values) == 0 {
		return nil, nil
	}
	switch f.Kind {
	case schema.Multi:
		items := []any{}
		for _, v := range values {
			items = append(items, reference(v))
		}
		return map[string]any{"items": items}, nil
	case schema.Reference:
		return reference(values[0]), nil
	case schema.Enum:
		return map[string]any{"id": values[0].Attr("internalId")}, nil
	}
	return d.scalar(f, values[0])
}

// pricing reads the pricing matrix as price lines.
func (d *form) pricing(c *envelope.Node, out map[string]any) error {
	if replace := c.Attr("replaceAll"); replace != "false" && replace != "0" {
		d.in.Replace = append(d.in.Replace, "price")
	}
	items := []any{}
	for _, p := range c.All("pricing") {
		line := map[string]any{}
		for soap, own := range map[string]string{"currency": "currencyPage", "priceLevel": "priceLevel"} {
			if r := p.Child(soap); r != nil {
				line[own] = reference(r)
			}
		}
		if list := p.Child("priceList"); list != nil {
			prices := list.All("price")
			if len(prices) > 1 {
				return fault.New(http.StatusBadRequest, fault.UserError, "Quantity pricing is not enabled in this account.")
			}
			if len(prices) == 1 {
				n, ok := number(prices[0].Child("value").Value())
				if !ok {
					return fault.New(http.StatusBadRequest, fault.UserError, "Please enter value(s) for: Price")
				}
				line["price"] = n
			}
		}
		items = append(items, line)
	}
	out["price"] = map[string]any{"items": items}
	return nil
}

// Reference tells which record a reference of a request means: the type that a
// RecordRef or a CustomRecordRef says, and the key.
func (m *Mapper) Reference(n *envelope.Node) (t *schema.Type, internalID, externalID string, err error) {
	switch {
	case n.Shape.Is("CustomRecordRef") || n.Shape.Is("CustomTransactionRef"):
		t = m.TypeByID(n.Attr("typeId"))
		if t == nil && n.Attr("scriptId") != "" {
			t = m.TypeByID(n.Attr("scriptId"))
		}
	default:
		t = m.Store.Type(n.Attr("type"))
	}
	if t == nil || m.Shape(t) == nil {
		return nil, "", "", fault.New(http.StatusBadRequest, "INVALID_RCRD_TYPE", "%s",
			fmt.Sprintf("The record type %s is not available in this account.", n.Attr("type")+n.Attr("typeId")))
	}
	return t, n.Attr("internalId"), n.Attr("externalId"), nil
}
