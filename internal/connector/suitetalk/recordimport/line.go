package recordimport

import (
	"context"
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sublist"
	"github.com/sluicehq/sluice/netsuite"
)

// appended is what the ledger keeps of lines that a request adds to a sublist: the
// lines, and how many equal ones the sublist held before.
type appended struct {
	Sublist string           `json:"sublist"`
	Lines   []map[string]any `json:"lines"`
	Equal   []int            `json:"equal"`
	Total   int              `json:"total"` // lines of the sublist before
}

// earlierLines are the lines that the page's intents add to records, in order. Where two
// of them add an equal line to one record, the second counts the first's as there
// already: if one of the two arrives, one of the two is known to have.
type earlierLines struct {
	mu      sync.Mutex
	byPlace map[string][]map[string]any
}

// count says how many lines earlier intents add to the place, and how many equal to each
// of these, and adds these to them. Intents for one record are prepared in their order.
func (e *earlierLines) count(place string, lines []map[string]any) (total int, equal []int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	earlier := e.byPlace[place]
	for _, line := range lines {
		equal = append(equal, sublist.CountEqual(sublist.Records(earlier), line))
	}
	e.byPlace[place] = append(earlier, lines...)
	return len(earlier), equal
}

// note notes how often the sublist that is there has the lines already.
func (e *earlierLines) note(i *sluice.Intent, name string, lines []map[string]any, there []netsuite.Record) *appended {
	a := &appended{Sublist: name, Lines: lines}
	total, equal := e.count(Target(i)+" "+name, lines)
	a.Total = len(there) + total
	for n, line := range lines {
		a.Equal = append(a.Equal, sublist.CountEqual(there, line)+equal[n])
	}
	return a
}

// readAppended tells by the counts of equal lines whether a request that adds
// lines had its effect. One that adds none may be repeated.
func (w *Writer) readAppended(ctx context.Context, i *sluice.Intent, list []*appended) (sluice.Result, error) {
	if len(list) == 0 {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	var sum tally
	for _, a := range list {
		there, err := w.lines(ctx, i, a.Sublist)
		if err != nil && !outcome.Missing(err) {
			return sluice.Result{}, err
		}
		sum.add(*a, there)
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
func (w *Writer) lines(ctx context.Context, i *sluice.Intent, sublist string) ([]netsuite.Record, error) {
	var out []netsuite.Record
	for {
		page, err := w.Records.GetSublist(ctx, w.spec.Record, Target(i), sublist,
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
