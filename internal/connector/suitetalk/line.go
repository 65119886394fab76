package suitetalk

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sublist"
	"github.com/sluicehq/sluice/netsuite"
)

// appended is what the ledger keeps of lines that a request adds to a sublist: the
// lines, and how many equal ones the sublist held before. It speaks for itself, so
// that a later build or a changed mapping can still tell whether they arrived.
type appended struct {
	Sublist string           `json:"sublist"`
	Lines   []map[string]any `json:"lines"`
	Equal   []int            `json:"equal"`
	Total   int              `json:"total"` // lines of the sublist before
}

// appends returns the lines that the intent's request adds each time it is sent:
// those of an append, and those of an update or upsert whose sublist is not
// replaced (Oracle help, section_1545295601).
func (w *writer) appends(ctx context.Context, i *sluice.Intent) []*appended {
	var out []*appended
	if i.Operation == sluice.Add || i.Operation == sluice.Delete {
		return nil
	}
	record := w.form.Shape(ctx, i.Record).Record // in the form in which it will be read back
	switch i.Operation {
	case sluice.Append:
		out = append(out, &appended{Sublist: w.spec.Sublist, Lines: sublist.Lines(record[w.spec.Sublist])})
	case sluice.Update, sluice.Upsert:
		for _, field := range slices.Sorted(maps.Keys(record)) {
			if lines := sublist.Lines(record[field]); len(lines) > 0 && !slices.Contains(w.spec.Replace, field) {
				out = append(out, &appended{Sublist: field, Lines: lines})
			}
		}
	}
	return out
}

// earlierLines are the lines that the page adds to records, in order. Where two
// intents of a page add an equal line to one record, the second counts the first's
// as there already: if one of the two arrives, one of the two is known to have.
type earlierLines struct {
	byPlace map[string][]map[string]any
	equal   map[*sluice.Intent][][]int // per sublist: equal lines of earlier intents
	total   map[*sluice.Intent][]int   // per sublist: lines of earlier intents
}

func newEarlierLines(ctx context.Context, w *writer, intents []*sluice.Intent) *earlierLines {
	e := &earlierLines{byPlace: map[string][]map[string]any{}, equal: map[*sluice.Intent][][]int{}, total: map[*sluice.Intent][]int{}}
	for _, i := range intents {
		for _, a := range w.appends(ctx, i) {
			place := target(i) + " " + a.Sublist
			counts := make([]int, len(a.Lines))
			for n, line := range a.Lines {
				counts[n] = sublist.CountEqual(sublist.Records(e.byPlace[place]), line)
			}
			e.equal[i] = append(e.equal[i], counts)
			e.total[i] = append(e.total[i], len(e.byPlace[place]))
			e.byPlace[place] = append(e.byPlace[place], a.Lines...)
		}
	}
	return e
}

// countLines sets Intent.Before where the request adds lines.
func (w *writer) countLines(ctx context.Context, i *sluice.Intent, earlier *earlierLines) error {
	i.Before = ""
	list := w.appends(ctx, i)
	for s, a := range list {
		there, err := w.lines(ctx, i, a.Sublist)
		if err != nil && !isMissing(err) { // a record that is not there has no lines
			return w.problem(err)
		}
		a.Total = len(there) + earlier.total[i][s]
		for n, line := range a.Lines {
			a.Equal = append(a.Equal, sublist.CountEqual(there, line)+earlier.equal[i][s][n])
		}
	}
	if len(list) == 0 {
		return nil
	}
	text, err := json.Marshal(list)
	i.Before = string(text)
	return err
}

// readAppended tells by the counts of equal lines whether a request that adds
// lines had its effect. One that adds none may be repeated.
func (w *writer) readAppended(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	var list []appended
	if i.Before == "" {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	if err := decode([]byte(i.Before), &list); err != nil {
		return sluice.Result{}, sluice.Errorf("import.ledger", "the ledger's note of an append cannot be read: %w", err)
	}
	var sum tally
	for _, a := range list {
		there, err := w.lines(ctx, i, a.Sublist)
		if err != nil && !isMissing(err) {
			return sluice.Result{}, err
		}
		sum.add(a, there)
	}
	return sluice.Result{State: sum.state(), ID: i.TargetID}, nil
}

// tally compares sublists with what they were before a request.
type tally struct {
	lines   int // sent
	arrived int // of them, more equal ones are there than before
	there   int // of them, an equal one is there
	grown   int // lines that the sublists have more than before
}

func (t *tally) add(a appended, there []netsuite.Record) {
	t.grown += len(there) - a.Total
	for n, line := range a.Lines {
		now, own := sublist.CountEqual(there, line), sublist.CountEqual(sublist.Records(a.Lines), line)
		t.lines++
		if now >= a.Equal[n]+own {
			t.arrived++
		}
		if now >= own {
			t.there++
		}
	}
}

// state judges. Where lines have a key, the request changes those that it finds
// and adds the others: then some arrived and the rest were there as sent.
func (t *tally) state() sluice.ResultState {
	switch {
	case t.arrived == t.lines:
		return sluice.ResultWritten
	case t.arrived == 0:
		return sluice.ResultAbsent
	case t.there == t.lines && t.grown < t.lines:
		return sluice.ResultWritten
	}
	return sluice.ResultUnknown // somebody changed the lines meanwhile
}

// lines reads the whole sublist.
func (w *writer) lines(ctx context.Context, i *sluice.Intent, sublist string) ([]netsuite.Record, error) {
	var out []netsuite.Record
	for {
		page, err := w.Records.GetSublist(ctx, w.spec.Record, target(i), sublist,
			netsuite.SublistOptions{Limit: netsuite.MaxPage, Offset: len(out), ExpandSubResources: true})
		if err != nil {
			return nil, err
		}
		out = append(out, page.Items...)
		if !page.HasMore || len(page.Items) == 0 {
			return out, nil
		}
	}
}
