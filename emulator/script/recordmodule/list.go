package recordmodule

import (
	"maps"
	"slices"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// line is one line of a sublist.
type line struct {
	*part
	added bool // the record engine does not know it yet
}

// list is a sublist. In dynamic mode one line at a time is selected and edited
// apart, until it is committed.
type list struct {
	field   *schema.Field
	lines   []*line
	removed bool // a line that the engine knows is gone
	current *line
	index   int // of the current line
}

func newList(m *engine.Machine, f *schema.Field, b body.Body, copied bool) *list {
	l := &list{field: f}
	for _, values := range body.Lines(b, f.Name) {
		if copied {
			values = body.CopyLine(values, f.Fields)
			delete(values, "line")
			l.lines = append(l.lines, &line{fresh(m, f.Fields, values), true})
			continue
		}
		l.lines = append(l.lines, &line{part: newPart(m, f.Fields, values)})
	}
	return l
}

func (l *list) insert(m *engine.Machine, at int) {
	l.lines = slices.Insert(l.lines, at, &line{newPart(m, l.field.Fields, nil), true})
}

func (l *list) remove(at int) {
	l.removed = l.removed || !l.lines[at].added
	l.lines = slices.Delete(l.lines, at, at+1)
}

// choose makes a line the current one: a copy of it, until it is committed.
func (l *list) choose(m *engine.Machine, at int) {
	l.index = at
	if at == len(l.lines) {
		l.current = &line{newPart(m, l.field.Fields, nil), true}
		return
	}
	of := l.lines[at]
	copied, _ := body.Clone(of.body).(map[string]any)
	p := newPart(m, l.field.Fields, copied)
	maps.Copy(p.changed, of.changed)
	for name, sub := range of.subs {
		inner := p.sub(name)
		maps.Copy(inner.changed, sub.changed)
	}
	l.current = &line{p, of.added}
}

func (l *list) commit() {
	if l.index == len(l.lines) {
		l.lines = append(l.lines, l.current)
	} else {
		l.lines[l.index] = l.current
	}
	l.current = nil
}

func (l *list) dirty() bool {
	return l.removed || slices.ContainsFunc(l.lines, func(x *line) bool { return x.added || x.dirty() })
}

// input is the request for the sublist. Lines that have keys are matched by
// them: what is not named is gone. Of the other sublists all lines are written anew.
func (l *list) input() map[string]any {
	items := []any{}
	for _, x := range l.lines {
		in := x.part.input()
		if !x.added && len(l.field.Keys) > 0 {
			for _, key := range l.field.Keys {
				if v := x.body[key]; v != nil {
					in[key] = request(l.field.Fields.Lookup(key), v)
				}
			}
		} else if !x.added {
			in = fresh(x.m, l.field.Fields, x.body).input()
		}
		items = append(items, in)
	}
	if len(items) == 0 {
		return map[string]any{"items": nil}
	}
	return map[string]any{"items": items}
}
