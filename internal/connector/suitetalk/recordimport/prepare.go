package recordimport

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sublist"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/way"
	"github.com/sluicehq/sluice/netsuite"
)

// Prepare notes what tells afterwards whether a request had its effect, and what a
// repeated request must do alike: whether an upsert makes its record or changes it, how
// often sublists hold the lines already that the request adds, and by which keys
// NetSuite knows those that it changes.
func (w *Writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	earlier := &earlierLines{byPlace: map[string][]map[string]any{}}
	for _, i := range intents { // before lanes are made, which go by it
		if err := w.noteOther(ctx, i); err != nil {
			return err
		}
	}
	err := w.each(ctx, intents, func(ctx context.Context, _ int, i *sluice.Intent) error {
		k, err := readNote(i)
		if err == nil && k.Refused == nil {
			err = w.look(ctx, i, &k, earlier)
		}
		if err != nil {
			return w.Problem(err)
		}
		return k.write(i)
	})
	if marks, ok := w.Way.(way.Recaller); ok && err == nil {
		return w.mark(ctx, marks, intents)
	}
	return err
}

// mark notes the marks by which the requests are known again.
func (w *Writer) mark(ctx context.Context, marks way.Recaller, intents []*sluice.Intent) error {
	var sent []*written
	var requests []*way.Request
	for _, i := range intents {
		s, refused, err := w.written(ctx, i)
		if err != nil {
			return err
		}
		if refused == nil {
			sent, requests = append(sent, s), append(requests, &s.request)
		}
	}
	marks.Mark(requests)
	for _, s := range sent {
		s.note.Mark = s.request.Mark
		if err := s.note.write(s.request.Intent); err != nil {
			return err
		}
	}
	return nil
}

// noteOther begins the note, with the second record where the operation has one.
func (w *Writer) noteOther(ctx context.Context, i *sluice.Intent) (err error) {
	var k note
	switch i.Operation {
	case sluice.Transform, sluice.Attach, sluice.Detach:
		if k.Other, k.Role, err = w.other.address(ctx, i.Record); err != nil {
			if k.Refused, err = refusal(err); err != nil {
				return err
			}
		}
	}
	return k.write(i)
}

// look reads what is there, as far as the request depends on it.
func (w *Writer) look(ctx context.Context, i *sluice.Intent, k *note, earlier *earlierLines) error {
	switch i.Operation {
	case sluice.Upsert:
		if w.Import.IgnoreExisting { // it makes records, or none
			k.Fate = fateNew
			return nil
		}
		if w.Import.Conditional() {
			there, err := w.isThere(ctx, i)
			if err != nil {
				return err
			}
			if k.Fate = fateNew; there {
				k.Fate = fateChanged
			}
		}
	case sluice.Update, sluice.Append, sluice.Transform:
	default:
		return nil
	}
	return w.lookAtLines(ctx, i, k, earlier)
}

// lookAtLines sees to the sublists of the record, in the form in which they will be
// read back.
func (w *Writer) lookAtLines(ctx context.Context, i *sluice.Intent, k *note, earlier *earlierLines) error {
	fields, _ := w.fields(i, *k)
	record := w.Form.Shape(ctx, fields).Record
	for _, name := range slices.Sorted(maps.Keys(record)) {
		lines := sublist.Lines(record[name])
		keyed, replaced := keyedLines(w.spec, name), contains(w.spec.Replace, name)
		switch {
		case k.Refused != nil || len(lines) == 0 || replaced || w.Form.MultiSelect(name) || choices(lines) || k.Fate == fateNew:
			continue
		case i.Operation == sluice.Transform:
			if keyed == nil && !contains(w.spec.Append, name) {
				k.Refused = unsaid(name, record, "the sublist "+name+" has the lines of the "+w.spec.Transform.From+" already")
			}
			continue // the record is new: no lines of an earlier request can be there
		}
		there, err := w.lines(ctx, i, name)
		if err != nil && !outcome.Missing(err) {
			return err
		}
		missing := err != nil
		switch {
		case i.Operation == sluice.Append, contains(w.spec.Append, name):
			k.Appended = append(k.Appended, earlier.note(i, name, lines, there))
		case missing: // an upsert will make the record, or an update be refused
			if i.Operation == sluice.Upsert {
				k.Fate = fateNew
			}
		case keyed != nil:
			k.match(name, keyed.By, lines, there, record)
		case !allNamed(lines, there):
			k.Refused = unsaid(name, record, "the record is there, and its sublist "+name+" may have lines already")
		}
	}
	return nil
}

// choices reports lines that do no more than name records: those of a multi-select,
// also where the catalogue does not tell.
func choices(lines []map[string]any) bool {
	return !slices.ContainsFunc(lines, func(line map[string]any) bool {
		for field := range line {
			if field != "id" && field != "externalId" && field != "refName" {
				return true
			}
		}
		return false
	})
}

// unsaid refuses a record with lines of which the import does not say what becomes of
// those that are there: NetSuite would add them, and add them again with the next change.
func unsaid(name string, record sluice.Record, why string) *sluice.Failure {
	return &sluice.Failure{
		Code: "netsuite.lines_unsaid", Classification: sluice.ClassMapping, Where: name, Request: outcome.Shown(record),
		Message: why + ", and the import does not say what becomes of them",
		Remedy: fmt.Sprintf("Add to the import's netsuite part `replace: [%s]` for the record's lines in their place, `append: [%s]` to add these each time, "+
			"or `lines: [{sublist: %s, by: [line]}]` to go by a key", name, name, name),
	}
}

// lineKeys are fields by which NetSuite itself knows a line: transactions' lines by
// number, addresses by ID (REST API Browser 2026.1).
var lineKeys = []string{"line", "internalId", "id", "addressId"}

// allNamed reports whether each line names one that is there by NetSuite's own key:
// it changes that one, and adds none.
func allNamed(lines []map[string]any, there []netsuite.Record) bool {
	return !slices.ContainsFunc(lines, func(line map[string]any) bool {
		return !slices.ContainsFunc(lineKeys, func(key string) bool {
			return line[key] != nil && sublist.CountEqual(there, map[string]any{key: line[key]}) == 1
		})
	})
}

// match finds the lines that are there for those of the record, by the fields that tell
// a line from all others.
func (n *note) match(name string, by []string, lines []map[string]any, there []netsuite.Record, record sluice.Record) {
	fail := func(message, remedy string) {
		n.Refused = &sluice.Failure{Code: "netsuite.line_key", Classification: sluice.ClassValue, Where: name, Message: message, Remedy: remedy, Request: outcome.Shown(record)}
	}
	keys := make([]map[string]any, len(lines))
	for l, line := range lines {
		want := map[string]any{}
		for _, field := range by {
			if want[field] = line[field]; line[field] == nil {
				fail(fmt.Sprintf("line %d has no %s, by which lines are told apart", l+1, field), "Map a value to it")
				return
			}
		}
		if sublist.CountEqual(sublist.Records(lines), want) > 1 {
			fail(fmt.Sprintf("several lines of the record have the same %s as line %d", strings.Join(by, ", "), l+1), "Choose fields that no two lines have in common")
			return
		}
		found := slices.DeleteFunc(slices.Clone(there), func(r netsuite.Record) bool { return sublist.CountEqual([]netsuite.Record{r}, want) == 0 })
		switch {
		case len(found) > 1:
			fail(fmt.Sprintf("%d lines that are there have the same %s as line %d", len(found), strings.Join(by, ", "), l+1), "Choose fields that no two lines have in common, or use replace")
			return
		case len(found) == 1:
			if keys[l] = keyOf(found[0]); keys[l] == nil {
				fail("NetSuite gives the lines of "+name+" no key by which to change one", "Use replace")
				return
			}
		}
	}
	if n.Keys == nil {
		n.Keys = map[string][]map[string]any{}
	}
	n.Keys[name] = keys
}

// keyOf returns the fields by which NetSuite knows a line.
func keyOf(line netsuite.Record) map[string]any {
	for _, key := range lineKeys {
		if line[key] != nil {
			return map[string]any{key: line[key]}
		}
	}
	return nil
}

// keyed returns the record with the keys in its lines.
func (n note) keyed(record sluice.Record) sluice.Record {
	if len(n.Keys) == 0 {
		return record
	}
	out := maps.Clone(record)
	for name, keys := range n.Keys {
		lines := sublist.Lines(record[name])
		if len(lines) != len(keys) {
			continue
		}
		items := make([]any, len(lines))
		for l, line := range lines {
			line = maps.Clone(line)
			maps.Copy(line, keys[l])
			items[l] = line
		}
		out[name] = map[string]any{"items": items}
	}
	return out
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// keyedLines returns how the import goes by a key to write a sublist, or nil.
func keyedLines(n *sluice.NetSuiteImport, sublist string) *sluice.KeyedLines {
	i := slices.IndexFunc(n.Lines, func(l sluice.KeyedLines) bool { return strings.EqualFold(l.Sublist, sublist) })
	if i < 0 {
		return nil
	}
	return &n.Lines[i]
}

// replacedLists are the sublists whose lines become those of the record.
func replacedLists(n *sluice.NetSuiteImport) []string {
	out := slices.Clone(n.Replace)
	for _, l := range n.Lines {
		if l.Remove {
			out = append(out, l.Sublist)
		}
	}
	return out
}
