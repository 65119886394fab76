package body

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Resolver knows what a request may name.
type Resolver interface {
	// Has reports whether the account has an SDF feature.
	Has(feature string) bool
	// Lookup returns the internal ID of a record of the group (and type, unless
	// it is nil) by internal ID or external ID; 0 if there is none.
	Lookup(group string, typ *schema.Type, given string, external bool) (int64, error)
}

// Options are the parts of a write request beside its body.
type Options struct {
	Names           Validation // properties the type does not have
	Values          Validation // values of the wrong syntax
	Replace         []string   // sublists to replace, or fields that null may clear
	ReplaceSelected bool       // null clears only fields in Replace
	CustomOptional  bool       // mandatory custom fields may be missing
}

// Apply checks a request's JSON (decoded with json.Number) against the fields
// and applies it to b. It returns the paths of skipped properties, or a
// *fault.Fault that names every problem.
func Apply(res Resolver, sc *schema.Schema, fields *schema.FieldSet, b Body, input map[string]any, o Options, isNew bool) ([]string, error) {
	d := &decoder{res: res, schema: sc, names: o.Names, values: o.Values}
	ch, err := d.decode(fields, input)
	if err != nil {
		return nil, err
	}
	m := &merge{res: res, selective: o.ReplaceSelected, replace: map[string]bool{}}
	for _, name := range o.Replace {
		if fields.Lookup(name) == nil {
			return nil, fault.New(http.StatusBadRequest, fault.InvalidParameter,
				"Unknown field name '%s' in the replace parameter. Provide a valid field name.", name).InParam("replace")
		}
		m.replace[strings.ToLower(name)] = true
	}
	m.body(fields, b, ch, isNew)
	return d.warnings, nil
}

// Validation is what an unacceptable property leads to
// (Oracle help, section_156570709583).
type Validation int

// The values of the X-NetSuite-Property…Validation headers.
const (
	Refuse Validation = iota // 400
	Warn                     // the property is skipped and named in the answer
	Ignore                   // the property is skipped
)

// change is a request body once checked: canonical values by canonical field
// names. nil clears a field; a subrecord is a change, a sublist a lineChange.
type change map[string]any

type lineChange struct {
	clear bool
	lines []change
}

// decoder checks a request body against a type's fields. It goes on after a
// problem, so that one answer names them all.
type decoder struct {
	res      Resolver
	schema   *schema.Schema
	names    Validation // unknown properties
	values   Validation // values of the wrong syntax
	problems []fault.Detail
	warnings []string
}

// decode returns the change that body asks for, or all its problems.
func (d *decoder) decode(fields *schema.FieldSet, body map[string]any) (change, error) {
	ch, err := d.object(fields, body, "")
	if err != nil {
		return nil, err
	}
	if len(d.problems) > 0 {
		return nil, &fault.Fault{Status: http.StatusBadRequest, Details: d.problems}
	}
	return ch, nil
}

func (d *decoder) object(fields *schema.FieldSet, body map[string]any, path string) (change, error) {
	ch := change{}
	for _, name := range slices.Sorted(maps.Keys(body)) { // a fixed order of problems
		v := body[name]
		if strings.EqualFold(name, "links") || strings.EqualFold(name, "refName") {
			continue // what GET returned may be sent back
		}
		at := path + name
		f := fields.Lookup(name)
		if key := fields.Lookup("internalId"); key != nil && strings.EqualFold(name, "id") {
			f = key // an address line shows its key under both names
		}
		if f == nil || !d.res.Has(f.Feature) {
			if !strings.EqualFold(name, "id") {
				d.unknown(at, name)
			}
			continue
		}
		if f.ReadOnly && f.Name != "internalId" { // which says what address line is meant
			continue
		}
		value, ok, err := d.value(f, v, at)
		if err != nil {
			return nil, err
		}
		if ok {
			ch[f.Name] = value
		}
	}
	return ch, nil
}

func (d *decoder) unknown(path, name string) {
	d.refuse(d.names, fault.Detail{
		Detail: fmt.Sprintf("Unknown reference or field name '%s' in the request body. Provide a valid field name.", name),
		Path:   path, Code: fault.NonexistentField,
	})
}

func (d *decoder) syntax(path, name string) {
	d.refuse(d.values, fault.Detail{
		Detail: fmt.Sprintf("Invalid value for the resource or sub-resource field '%s'. Provide a valid value.", name),
		Path:   path, Code: fault.InvalidContent,
	})
}

func (d *decoder) refuse(mode Validation, detail fault.Detail) {
	switch mode {
	case Refuse:
		d.problems = append(d.problems, detail)
	case Warn:
		d.warnings = append(d.warnings, detail.Path)
	}
}

// meaning reports a value that is well formed and means nothing: always refused.
func (d *decoder) meaning(f *schema.Field, value, path string) {
	d.problems = append(d.problems, fault.Detail{
		Detail: fmt.Sprintf("Error while accessing resource: You have entered an Invalid Field Value %s for the following field: %s",
			value, f.Name),
		Path: path, Code: fault.InvalidContent,
	})
}

// value returns the canonical form of v; ok is false where v was refused.
func (d *decoder) value(f *schema.Field, v any, path string) (_ any, ok bool, err error) {
	switch f.Kind {
	case schema.Reference:
		return d.reference(f, v, path)
	case schema.Multi:
		return d.multi(f, v, path)
	case schema.Subrecord:
		return d.subrecord(f, v, path)
	case schema.Sublist:
		return d.sublist(f, v, path)
	}
	if v == nil {
		return nil, true, nil
	}
	if f.Kind == schema.Enum {
		value, ok := d.enum(f, v, path)
		return value, ok, nil
	}
	value, ok := scalar(f, v)
	if !ok {
		d.syntax(path, f.Name)
		return nil, false, nil
	}
	if s, isText := value.(string); isText && f.Max > 0 && utf8.RuneCountInString(s) > f.Max {
		d.problems = append(d.problems, fault.Detail{
			Detail: fmt.Sprintf("Error while accessing a resource. The field %s contained more than the maximum number ( %d ) of characters allowed.",
				strings.ToLower(f.Name), f.Max),
			Path: path, Code: fault.UserError,
		})
		return nil, false, nil
	}
	if value == "" {
		return nil, true, nil // NetSuite keeps no empty text
	}
	return value, true, nil
}

// scalar returns the canonical form of a text, number, boolean or time.
func scalar(f *schema.Field, v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, f.Kind == schema.Boolean
	case json.Number:
		n, err := decimal.Parse(v.String())
		if err != nil || f.Kind != schema.Number && (f.Kind != schema.Integer || !n.IsInt()) {
			return nil, false
		}
		return Number(n), true
	case string:
		return timeOrText(f, v)
	}
	return nil, false
}

func timeOrText(f *schema.Field, v string) (any, bool) {
	switch f.Kind {
	case schema.String:
		return v, utf8.ValidString(v)
	case schema.Date:
		_, err := time.Parse(Day, v)
		return v, err == nil
	case schema.DateTime:
		t, err := time.Parse(time.RFC3339, v)
		return t.UTC().Truncate(time.Second).Format(Wire), err == nil
	}
	return nil, false
}

func (d *decoder) enum(f *schema.Field, v any, path string) (any, bool) {
	for _, key := range []string{"id", "refName"} {
		if m, ok := v.(map[string]any); ok && m[key] != nil {
			v = m[key]
		}
	}
	given := fmt.Sprint(v)
	for _, o := range f.Enum {
		if strings.EqualFold(o.ID, given) || strings.EqualFold(o.Name, given) {
			return o.ID, true
		}
	}
	if _, ok := v.(map[string]any); ok || v == true || v == false {
		d.syntax(path, f.Name)
	} else {
		d.meaning(f, given, path)
	}
	return nil, false
}

func (d *decoder) reference(f *schema.Field, v any, path string) (any, bool, error) {
	if v == nil {
		return nil, true, nil
	}
	group, typ := d.schema.Group(f.Target)
	given, external := "", false
	switch v := v.(type) {
	case string:
		given = v
	case json.Number:
		given = v.String()
	case map[string]any:
		switch {
		case v["id"] != nil:
			given = fmt.Sprint(v["id"])
		case v["externalId"] != nil:
			given, external = fmt.Sprint(v["externalId"]), true
		}
	}
	if given == "" {
		d.syntax(path, f.Name)
		return nil, false, nil
	}
	if f.Target == schema.Unexposed && !external {
		if _, err := strconv.ParseInt(given, 10, 64); err != nil {
			d.meaning(f, given, path)
			return nil, false, nil
		}
		return given, true, nil
	}
	id, err := d.res.Lookup(group, typ, given, external)
	if err != nil {
		return nil, false, err
	}
	if id == 0 {
		d.meaning(f, given, path)
		return nil, false, nil
	}
	return IDText(id), true, nil
}

func (d *decoder) multi(f *schema.Field, v any, path string) (any, bool, error) {
	object, _ := v.(map[string]any)
	if v == nil || object != nil && object["items"] == nil {
		return nil, true, nil
	}
	items, ok := object["items"].([]any)
	if !ok {
		d.syntax(path, f.Name)
		return nil, false, nil
	}
	ids := make([]any, 0, len(items))
	for i, item := range items {
		id, ok, err := d.reference(f, item, fmt.Sprintf("%s.items[%d]", path, i))
		if err != nil {
			return nil, false, err
		}
		if ok && id != nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, true, nil
	}
	return ids, true, nil
}

func (d *decoder) subrecord(f *schema.Field, v any, path string) (any, bool, error) {
	if v == nil {
		return nil, true, nil
	}
	object, ok := v.(map[string]any)
	if !ok {
		d.syntax(path, f.Name)
		return nil, false, nil
	}
	ch, err := d.object(f.Fields, object, path+".")
	return ch, err == nil, err
}

func (d *decoder) sublist(f *schema.Field, v any, path string) (any, bool, error) {
	object, isObject := v.(map[string]any)
	if v == nil || isObject && object["items"] == nil && hasKey(object, "items") {
		return lineChange{clear: true}, true, nil
	}
	items, ok := object["items"].([]any)
	if !ok {
		d.syntax(path, f.Name)
		return nil, false, nil
	}
	out := lineChange{lines: make([]change, 0, len(items))}
	for i, item := range items {
		at := fmt.Sprintf("%s.items[%d]", path, i)
		line, ok := item.(map[string]any)
		if !ok {
			d.syntax(at, f.Name)
			continue
		}
		ch, err := d.object(f.Fields, line, at+".")
		if err != nil {
			return nil, false, err
		}
		out.lines = append(out.lines, ch)
	}
	return out, true, nil
}

func hasKey(m map[string]any, key string) bool { _, ok := m[key]; return ok }
