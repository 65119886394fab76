// Package recordmodule is N/record of SuiteScript over the account's records.
package recordmodule

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// part is what has fields: a record's body, a line of a sublist, a subrecord. Its
// values are in the form in which the record engine keeps them.
type part struct {
	m       *engine.Machine
	fields  *schema.FieldSet
	body    body.Body
	changed map[string]bool // by canonical name; a subrecord changes by itself
	// textless are the fields whose text is not known before the record is saved:
	// in standard mode those that were set by value.
	textless map[string]bool
	dynamic  bool
	subs     map[string]*part
}

func newPart(m *engine.Machine, fields *schema.FieldSet, b body.Body) *part {
	if b == nil {
		b = body.Body{}
	}
	return &part{m: m, fields: fields, body: b, changed: map[string]bool{}, subs: map[string]*part{}, textless: map[string]bool{}, dynamic: true}
}

// fresh is a part whose every field is new, as a copy's.
func fresh(m *engine.Machine, fields *schema.FieldSet, b body.Body) *part {
	p := newPart(m, fields, b)
	for _, f := range fields.List {
		if b[f.Name] == nil || f.ReadOnly {
			continue
		}
		if f.Kind == schema.Subrecord {
			inner, _ := b[f.Name].(map[string]any)
			p.subs[f.Name] = fresh(m, f.Fields, inner)
			continue
		}
		p.changed[f.Name] = f.Kind != schema.Sublist
	}
	return p
}

// value returns a field as Record.getValue does (Oracle help, section_4273154686).
func (p *part) value(name string) goja.Value {
	f := p.fields.Lookup(name)
	if f == nil {
		return goja.Undefined()
	}
	switch v := p.body[f.Name].(type) {
	case nil:
		if f.Kind == schema.Boolean {
			return p.m.VM.ToValue(false)
		}
	case bool:
		return p.m.VM.ToValue(v)
	case json.Number:
		n, _ := v.Float64() // a number is one
		return p.m.VM.ToValue(n)
	case []any:
		return p.m.VM.NewArray(v...)
	case string:
		if t, ok := day(f, v); ok {
			return p.m.Date(t)
		}
		return p.m.VM.ToValue(v)
	}
	return p.m.VM.ToValue("")
}

// day reads what a field of a date or of a moment holds.
func day(f *schema.Field, v string) (time.Time, bool) {
	switch f.Kind {
	case schema.Date:
		t, err := time.ParseInLocation(body.Day, v, time.Local)
		return t, err == nil
	case schema.DateTime:
		t, err := time.Parse(body.Wire, v)
		return t, err == nil
	}
	return time.Time{}, false
}

// text returns a field as Record.getText does: what the user reads. In standard
// mode there is no text of what was set by value (Oracle help, section_1524156901).
func (p *part) text(name string) string {
	f := p.fields.Lookup(name)
	if f == nil {
		return ""
	}
	if !p.dynamic && p.textless[f.Name] {
		p.m.Throw("SSS_INVALID_API_USAGE", "Invalid API usage. You must use getValue to return the value set with setValue.")
	}
	switch v := p.body[f.Name].(type) {
	case bool:
		return map[bool]string{true: "T", false: "F"}[v]
	case json.Number:
		return v.String()
	case []any:
		names := make([]string, len(v))
		for i, id := range v {
			names[i] = p.refer(f, fmt.Sprint(id))
		}
		return strings.Join(names, "\u0005")
	case string:
		return p.shown(f, v)
	}
	return ""
}

func (p *part) shown(f *schema.Field, v string) string {
	if t, ok := day(f, v); ok {
		if f.Kind == schema.DateTime {
			return p.m.FormatMoment(t, nil)
		}
		return p.m.FormatDay(t)
	}
	switch f.Kind {
	case schema.Enum:
		for _, o := range f.Enum {
			if o.ID == v {
				return o.Name
			}
		}
	case schema.Reference:
		return p.refer(f, v)
	}
	return v
}

func (p *part) refer(f *schema.Field, id string) string {
	ref, err := p.m.Account.Records().Refer(p.m.Context(), f, id)
	p.m.Check(err)
	return ref.Name
}

// set sets a field as Record.setValue does (Oracle help, section_4273155868). A
// name that the type does not have is passed over: records in NetSuite take
// values for fields that only some forms have.
func (p *part) set(name string, v goja.Value) {
	f := p.fields.Lookup(name)
	if f == nil || f.Kind == schema.Sublist || f.Kind == schema.Subrecord {
		return
	}
	stored, ok := p.stored(f, v)
	if !ok {
		p.invalid(f, v.String())
	}
	if stored == nil {
		delete(p.body, f.Name)
	} else {
		p.body[f.Name] = stored
	}
	p.changed[f.Name], p.textless[f.Name] = true, true
}

func (p *part) invalid(f *schema.Field, given string) {
	p.m.Throw("INVALID_FLD_VALUE", "You have entered an Invalid Field Value %s for the following field: %s", given, strings.ToLower(f.Name))
}

// stored turns a script's value into the engine's; nil for no value.
func (p *part) stored(f *schema.Field, v goja.Value) (any, bool) {
	if v == nil || goja.IsNull(v) || goja.IsUndefined(v) || v.String() == "" && f.Kind != schema.Multi {
		return nil, true
	}
	switch f.Kind {
	case schema.Boolean:
		switch v.String() {
		case "true", "T":
			return true, true
		case "false", "F":
			return false, true
		}
		return nil, false
	case schema.Number, schema.Integer:
		n := v.ToFloat()
		if math.IsNaN(n) || math.IsInf(n, 0) || f.Kind == schema.Integer && n != math.Trunc(n) {
			return nil, false
		}
		return json.Number(strconv.FormatFloat(n, 'f', -1, 64)), true
	case schema.Date, schema.DateTime:
		return p.storedTime(f, v)
	case schema.Multi:
		ids := []any{}
		for _, id := range p.m.List(v) {
			ids = append(ids, id.String())
		}
		return ids, true
	}
	if o, isObject := v.(*goja.Object); isObject && o.ClassName() != "String" {
		return nil, false
	}
	return v.String(), true
}

func (p *part) storedTime(f *schema.Field, v goja.Value) (any, bool) {
	t, ok := engine.Time(v)
	if !ok && f.Kind == schema.DateTime {
		t, ok = p.m.ParseMoment(v.String(), nil)
	}
	if !ok {
		t, ok = p.m.ParseDay(v.String())
	}
	if f.Kind == schema.Date {
		return t.In(time.Local).Format(body.Day), ok
	}
	return t.UTC().Format(body.Wire), ok
}

// setText sets a field by what the user reads.
func (p *part) setText(name, text string) {
	f := p.fields.Lookup(name)
	if f == nil {
		return
	}
	defer func() { p.textless[f.Name] = false }()
	switch f.Kind {
	case schema.Enum:
		i := slices.IndexFunc(f.Enum, func(o schema.Option) bool { return strings.EqualFold(o.Name, text) })
		if i < 0 {
			p.invalid(f, text)
		}
		p.set(name, p.m.VM.ToValue(f.Enum[i].ID))
	case schema.Reference:
		p.set(name, p.m.VM.ToValue(p.named(f, text)))
	case schema.Multi:
		var ids []any
		for _, one := range strings.Split(text, "\u0005") {
			ids = append(ids, p.named(f, one))
		}
		p.set(name, p.m.VM.NewArray(ids...))
	default:
		p.set(name, p.m.VM.ToValue(text))
	}
}

// named finds the record that a field shows as that text, among those that the
// role may see.
func (p *part) named(f *schema.Field, text string) string {
	if text == "" {
		return ""
	}
	store := p.m.Account.Records()
	table, key := f.Target, "id"
	if t := store.Type(f.Target); t != nil {
		table, key = t.Table, t.Key
	}
	for _, t := range store.Catalog() {
		if t.Name != table || t.Display == "" {
			continue
		}
		query := fmt.Sprintf("SELECT %s FROM %s WHERE %s = ? ORDER BY 1", key, table, t.Display)
		rows, refused := p.m.Account.Queries().Rows(p.m.Context(), p.m.Session, query, []string{text}, 1)
		if refused == nil && len(rows.Rows) == 1 {
			return fmt.Sprint(rows.Rows[0][0])
		}
	}
	p.invalid(f, text)
	return ""
}

// sub returns the subrecord that a field holds; it is made where there is none.
func (p *part) sub(name string) *part {
	f := p.fields.Lookup(name)
	if f == nil || f.Kind != schema.Subrecord {
		p.m.Throw("FIELD_1_IS_NOT_A_SUBRECORD_FIELD", "Field %s is not a subrecord field.", name)
	}
	if p.subs[f.Name] == nil {
		inner, _ := p.body[f.Name].(map[string]any)
		p.subs[f.Name] = newPart(p.m, f.Fields, inner)
		p.body[f.Name] = p.subs[f.Name].body
	}
	return p.subs[f.Name]
}

func (p *part) hasSub(name string) bool {
	f := p.fields.Lookup(name)
	return f != nil && f.Kind == schema.Subrecord && p.body[f.Name] != nil
}

func (p *part) removeSub(name string) {
	if f := p.fields.Lookup(name); f != nil && f.Kind == schema.Subrecord {
		delete(p.body, f.Name)
		delete(p.subs, f.Name)
		p.changed[f.Name] = true
	}
}

// dirty reports whether anything changed.
func (p *part) dirty() bool {
	for _, changed := range p.changed {
		if changed {
			return true
		}
	}
	for _, sub := range p.subs {
		if sub.dirty() {
			return true
		}
	}
	return false
}

// input is the request that brings what changed.
func (p *part) input() map[string]any {
	in := map[string]any{}
	for name, changed := range p.changed {
		if changed {
			in[name] = request(p.fields.Lookup(name), p.body[name])
		}
	}
	for name, sub := range p.subs {
		if sub.dirty() {
			in[name] = sub.input()
		}
	}
	return in
}

// request turns a value of the engine into one of a request.
func request(f *schema.Field, v any) any {
	switch {
	case v == nil:
		return nil
	case f.Kind == schema.Reference || f.Kind == schema.Enum:
		return map[string]any{"id": v}
	case f.Kind == schema.Multi:
		ids, _ := v.([]any)
		items := make([]any, len(ids))
		for i, id := range ids {
			items[i] = map[string]any{"id": id}
		}
		return map[string]any{"items": items}
	}
	return v
}
