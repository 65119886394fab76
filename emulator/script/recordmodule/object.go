package recordmodule

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// object is the record.Record that a script works with (Oracle help,
// section_4267255811). Setters return it, so that calls chain.
func (r *item) object() *goja.Object {
	o := r.m.Object("type", strings.ToLower(r.typ.Name), "isDynamic", r.dynamic)
	r.m.Getter(o, "id", func() any {
		if r.id == 0 {
			return goja.Null()
		}
		return r.id
	})
	fieldMethods(r.m, o, r.part)
	subrecordMethods(r.m, o, r.part)
	r.sublistMethods(o)
	r.currentMethods(o)
	r.m.Promising(o, "save", []string{"enableSourcing", "ignoreMandatoryFields"}, func(engine.Args) any { return r.save() })
	r.m.Func(o, "toJSON", nil, func(engine.Args) any { return r.json() })
	return o
}

// fieldMethods are those of everything that has fields.
func fieldMethods(m *engine.Machine, o *goja.Object, p *part) {
	m.Func(o, "getValue", []string{"fieldId!"}, func(a engine.Args) any { return p.value(a.Text("fieldId")) })
	m.Func(o, "getText", []string{"fieldId!"}, func(a engine.Args) any { return p.text(a.Text("fieldId")) })
	m.Func(o, "setValue", []string{"fieldId!", "value", "ignoreFieldChange", "forceSyncSourcing"}, func(a engine.Args) any {
		given(m, a, "setValue", "value")
		p.set(a.Text("fieldId"), a.Value("value"))
		return o
	})
	m.Func(o, "setText", []string{"fieldId!", "text", "ignoreFieldChange", "forceSyncSourcing"}, func(a engine.Args) any {
		given(m, a, "setText", "text")
		p.setText(a.Text("fieldId"), a.Text("text"))
		return o
	})
	m.Func(o, "getFields", nil, func(engine.Args) any { return fieldIDs(m, p.fields) })
	m.Func(o, "getField", []string{"fieldId!"}, func(a engine.Args) any { return field(m, p.fields.Lookup(a.Text("fieldId"))) })
}

// given asks for an option that may be null but not left out.
func given(m *engine.Machine, a engine.Args, function, option string) {
	if !a.Has(option) {
		m.Throw("SSS_MISSING_REQD_ARGUMENT", "%s: Missing a required argument: %s", function, option)
	}
}

func fieldIDs(m *engine.Machine, fields *schema.FieldSet) *goja.Object {
	var ids []any
	for _, f := range fields.List {
		if f.Kind != schema.Sublist {
			ids = append(ids, strings.ToLower(f.Name))
		}
	}
	return m.VM.NewArray(ids...)
}

var fieldTypes = map[schema.Kind]string{
	schema.String: "text", schema.Number: "float", schema.Integer: "integer", schema.Boolean: "checkbox", schema.Date: "date",
	schema.DateTime: "datetimetz", schema.Reference: "select", schema.Enum: "select", schema.Multi: "multiselect", schema.Subrecord: "summary",
}

// field is a record.Field, or null where there is none.
func field(m *engine.Machine, f *schema.Field) any {
	if f == nil || f.Kind == schema.Sublist {
		return goja.Null()
	}
	return m.Object("id", strings.ToLower(f.Name), "label", f.Label, "type", fieldTypes[f.Kind], "isMandatory", f.Mandatory, "isDisabled", f.ReadOnly)
}

// subrecord is the record that a field holds.
func subrecord(m *engine.Machine, p *part) *goja.Object {
	o := m.VM.NewObject()
	fieldMethods(m, o, p)
	subrecordMethods(m, o, p)
	return o
}

func subrecordMethods(m *engine.Machine, o *goja.Object, p *part) {
	m.Func(o, "getSubrecord", []string{"fieldId!"}, func(a engine.Args) any { return subrecord(m, p.sub(a.Text("fieldId"))) })
	m.Func(o, "hasSubrecord", []string{"fieldId!"}, func(a engine.Args) any { return p.hasSub(a.Text("fieldId")) })
	m.Func(o, "removeSubrecord", []string{"fieldId!"}, func(a engine.Args) any { p.removeSub(a.Text("fieldId")); return o })
}

// sublistMethods are those that name a line by its number, from 0.
func (r *item) sublistMethods(o *goja.Object) {
	m := r.m
	one := func(a engine.Args) *line { return r.line(a.Text("sublistId"), a.Int("line", -1)) }
	at := []string{"sublistId!", "fieldId!", "line!"}
	m.Func(o, "getLineCount", []string{"sublistId!"}, func(a engine.Args) any {
		if l := r.list(a.Text("sublistId")); l != nil {
			return len(l.lines)
		}
		return -1
	})
	m.Func(o, "getSublistValue", at, func(a engine.Args) any { return one(a).value(a.Text("fieldId")) })
	m.Func(o, "getSublistText", at, func(a engine.Args) any { return one(a).text(a.Text("fieldId")) })
	m.Func(o, "setSublistValue", []string{"sublistId!", "fieldId!", "line!", "value"}, func(a engine.Args) any {
		given(m, a, "setSublistValue", "value")
		r.writable(a).set(a.Text("fieldId"), a.Value("value"))
		return o
	})
	m.Func(o, "setSublistText", []string{"sublistId!", "fieldId!", "line!", "text"}, func(a engine.Args) any {
		given(m, a, "setSublistText", "text")
		r.writable(a).setText(a.Text("fieldId"), a.Text("text"))
		return o
	})
	m.Func(o, "insertLine", []string{"sublistId!", "line!", "beforeLineInstanceId", "ignoreRecalc"}, func(a engine.Args) any {
		l, i := r.mustList(a.Text("sublistId")), a.Int("line", 0)
		if i < 0 || i > len(l.lines) {
			r.line(a.Text("sublistId"), i)
		}
		l.insert(m, i)
		return o
	})
	m.Func(o, "removeLine", []string{"sublistId!", "line!", "ignoreRecalc", "lineInstanceId"}, func(a engine.Args) any {
		one(a)
		r.list(a.Text("sublistId")).remove(a.Int("line", 0))
		return o
	})
	m.Func(o, "findSublistLineWithValue", []string{"sublistId!", "fieldId!", "value"}, func(a engine.Args) any {
		for i, x := range r.mustList(a.Text("sublistId")).lines {
			if x.value(a.Text("fieldId")).String() == a.Text("value") {
				return i
			}
		}
		return -1
	})
	m.Func(o, "getSublistSubrecord", at, func(a engine.Args) any { return subrecord(m, one(a).sub(a.Text("fieldId"))) })
	m.Func(o, "hasSublistSubrecord", at, func(a engine.Args) any { return one(a).hasSub(a.Text("fieldId")) })
	m.Func(o, "removeSublistSubrecord", at, func(a engine.Args) any { one(a).removeSub(a.Text("fieldId")); return o })
	r.sublistNames(o)
}

func (r *item) sublistNames(o *goja.Object) {
	m := r.m
	m.Func(o, "getSublists", nil, func(engine.Args) any {
		var ids []any
		for _, f := range r.fields.List {
			if f.Kind == schema.Sublist {
				ids = append(ids, strings.ToLower(f.Name))
			}
		}
		return m.VM.NewArray(ids...)
	})
	m.Func(o, "getSublistFields", []string{"sublistId!"}, func(a engine.Args) any {
		return fieldIDs(m, r.mustList(a.Text("sublistId")).field.Fields)
	})
	m.Func(o, "getSublistField", []string{"sublistId!", "fieldId!", "line"}, func(a engine.Args) any {
		return field(m, r.mustList(a.Text("sublistId")).field.Fields.Lookup(a.Text("fieldId")))
	})
}

// writable is the line that is set in standard mode: the one after the last is made.
func (r *item) writable(a engine.Args) *line {
	r.inMode(false, "selectLine, setCurrentSublistValue and commitLine")
	l, i := r.mustList(a.Text("sublistId")), a.Int("line", -1)
	if i == len(l.lines) {
		l.insert(r.m, i)
	}
	return r.line(a.Text("sublistId"), i)
}

// currentMethods are those of dynamic mode, which work on the line that is selected.
func (r *item) currentMethods(o *goja.Object) {
	m := r.m
	selected := func(a engine.Args) *list {
		r.inMode(true, "the methods that name a line")
		l := r.mustList(a.Text("sublistId"))
		if l.current == nil {
			l.choose(m, len(l.lines))
		}
		return l
	}
	sub, at := []string{"sublistId!"}, []string{"sublistId!", "fieldId!"}
	m.Func(o, "selectNewLine", sub, func(a engine.Args) any {
		r.inMode(true, "setSublistValue")
		l := r.mustList(a.Text("sublistId"))
		l.choose(m, len(l.lines))
		return o
	})
	m.Func(o, "selectLine", []string{"sublistId!", "line!"}, func(a engine.Args) any {
		r.inMode(true, "setSublistValue")
		r.line(a.Text("sublistId"), a.Int("line", -1))
		r.list(a.Text("sublistId")).choose(m, a.Int("line", 0))
		return o
	})
	m.Func(o, "setCurrentSublistValue", []string{"sublistId!", "fieldId!", "value", "ignoreFieldChange", "forceSyncSourcing"}, func(a engine.Args) any {
		given(m, a, "setCurrentSublistValue", "value")
		selected(a).current.set(a.Text("fieldId"), a.Value("value"))
		return o
	})
	m.Func(o, "setCurrentSublistText", []string{"sublistId!", "fieldId!", "text", "ignoreFieldChange", "forceSyncSourcing"}, func(a engine.Args) any {
		given(m, a, "setCurrentSublistText", "text")
		selected(a).current.setText(a.Text("fieldId"), a.Text("text"))
		return o
	})
	m.Func(o, "getCurrentSublistValue", at, func(a engine.Args) any { return selected(a).current.value(a.Text("fieldId")) })
	m.Func(o, "getCurrentSublistText", at, func(a engine.Args) any { return selected(a).current.text(a.Text("fieldId")) })
	m.Func(o, "getCurrentSublistIndex", sub, func(a engine.Args) any {
		r.inMode(true, "the methods that name a line")
		if l := r.mustList(a.Text("sublistId")); l.current != nil {
			return l.index
		}
		return -1
	})
	m.Func(o, "getCurrentSublistSubrecord", at, func(a engine.Args) any { return subrecord(m, selected(a).current.sub(a.Text("fieldId"))) })
	m.Func(o, "commitLine", []string{"sublistId!", "ignoreRecalc"}, func(a engine.Args) any { selected(a).commit(); return o })
	m.Func(o, "cancelLine", sub, func(a engine.Args) any { selected(a).current = nil; return o })
}
