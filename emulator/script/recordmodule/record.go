package recordmodule

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// item is a record that a script holds.
type item struct {
	*part
	typ     *schema.Type
	id      int64 // 0 until it is saved
	version int64 // that was loaded
	lists   map[string]*list
	from    *origin // of a transformation that is not saved yet
}

// origin is the record that another one is made from.
type origin struct {
	typ string
	id  int64
}

func newItem(m *engine.Machine, t *schema.Type, b body.Body, dynamic bool) *item {
	r := &item{part: newPart(m, t.Fields, b), typ: t, lists: map[string]*list{}}
	r.dynamic = dynamic
	return r
}

// list returns a sublist, or nil if the type has none of that name.
func (r *item) list(name string) *list {
	f := r.fields.Lookup(name)
	if f == nil || f.Kind != schema.Sublist {
		return nil
	}
	if r.lists[f.Name] == nil {
		r.lists[f.Name] = newList(r.m, f, r.body, false)
	}
	return r.lists[f.Name]
}

// mustList is list for what cannot do without.
func (r *item) mustList(name string) *list {
	l := r.list(name)
	if l == nil {
		r.m.Throw("SSS_INVALID_SUBLIST_OPERATION", "You have attempted an invalid sublist or line item operation. You are either trying to "+
			"access a field on a non-existent line or you are trying to add or remove lines from a static sublist.")
	}
	return l
}

// line returns a line that exists.
func (r *item) line(sublist string, at int) *line {
	l := r.mustList(sublist)
	if at < 0 || at >= len(l.lines) {
		r.m.Throw("SSS_INVALID_SUBLIST_OPERATION", "You have attempted an invalid sublist or line item operation. You are either trying to "+
			"access a field on a non-existent line or you are trying to add or remove lines from a static sublist.")
	}
	return l.lines[at]
}

// inMode refuses what belongs to the other mode (Oracle help, section_1524156901).
func (r *item) inMode(dynamic bool, instead string) {
	if r.dynamic != dynamic {
		mode := map[bool]string{true: "dynamic", false: "standard"}[dynamic]
		r.m.Throw("SSS_INVALID_API_USAGE", "Invalid API usage. This method works in %s mode only. Use %s.", mode, instead)
	}
}

// request is what the record engine is asked for, with the sublists whose lines
// are all that shall be.
func (r *item) request() (map[string]any, record.WriteOptions) {
	in, o := r.input(), record.WriteOptions{}
	for name, l := range r.lists {
		if l.dirty() {
			in[name] = l.input()
			o.Replace = append(o.Replace, name)
		}
	}
	return in, o
}

// save writes the record (Oracle help, section_4267286323).
func (r *item) save() int64 {
	t := r.typ
	r.m.Spend(2 * units(t))
	store, ctx := r.m.Account.Records(), r.m.Context()
	in, o := r.request()
	var res record.Result
	var err error
	switch {
	case r.from != nil:
		res, err = store.Transform(ctx, r.from.typ, body.IDText(r.from.id), t.Name, in, o)
	case r.id == 0:
		res, err = store.Create(ctx, t.Name, in, record.WriteOptions{})
	default:
		r.unchanged()
		res, err = store.Update(ctx, t.Name, body.IDText(r.id), in, o)
	}
	r.m.Check(err)
	r.id, r.from = res.ID, nil
	return res.ID
}

// unchanged refuses to overwrite what somebody else saved since the record was loaded.
func (r *item) unchanged() {
	now, err := r.m.Account.Records().Get(r.m.Context(), r.typ.Name, body.IDText(r.id))
	r.m.Check(err)
	if now.Version != r.version {
		r.m.Throw("RCRD_HAS_BEEN_CHANGED", "Record has been changed")
	}
}

// units are what it costs to open a record of a type; to save or delete one
// costs twice that (Oracle help, section_157072844224).
func units(t *schema.Type) int {
	switch {
	case t.Group == schema.GroupTransaction:
		return 10
	case strings.HasPrefix(strings.ToLower(t.Name), "customrecord"):
		return 2
	}
	return 5
}

// json is the record as JSON.stringify shows it.
func (r *item) json() *goja.Object {
	o := r.m.Object("id", idText(r.id), "type", strings.ToLower(r.typ.Name), "isDynamic", r.dynamic)
	_ = o.Set("fields", texts(r.part)) // a plain object takes any property
	sublists := r.m.VM.NewObject()
	for _, f := range r.fields.List {
		if f.Kind != schema.Sublist {
			continue
		}
		l := r.list(f.Name)
		lines := r.m.VM.NewObject()
		for i, x := range l.lines {
			_ = lines.Set("line "+strconv.Itoa(i+1), texts(x.part))
		}
		if len(l.lines) > 0 {
			_ = sublists.Set(strings.ToLower(f.Name), lines)
		}
	}
	_ = o.Set("sublists", sublists)
	return o
}

func texts(p *part) *goja.Object {
	o := p.m.VM.NewObject()
	for _, f := range p.fields.List {
		switch v := p.body[f.Name].(type) {
		case nil, map[string]any:
		case bool:
			_ = o.Set(strings.ToLower(f.Name), map[bool]string{true: "T", false: "F"}[v]) // a plain object takes any property
		default:
			if f.Kind != schema.Sublist {
				_ = o.Set(strings.ToLower(f.Name), p.value(f.Name).String())
			}
		}
	}
	return o
}

func idText(id int64) any {
	if id == 0 {
		return goja.Null()
	}
	return strconv.FormatInt(id, 10)
}
