package suitetalk

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// appended is what the ledger keeps of lines that are about to be appended: the
// lines, and how many equal ones the sublist held before. It speaks for itself, so
// that a later build or a changed mapping can still tell whether they arrived.
type appended struct {
	Lines []map[string]any `json:"lines"`
	Equal []int            `json:"equal"`
}

// countLines returns what Intent.Before keeps for an append.
func (w *writer) countLines(ctx context.Context, i *sluice.Intent) (string, error) {
	a := appended{Lines: linesOf(i.Record[w.spec.Sublist])}
	there, err := w.lines(ctx, i)
	if err != nil {
		return "", err
	}
	for _, line := range a.Lines {
		a.Equal = append(a.Equal, countEqual(there, line))
	}
	text, err := json.Marshal(a)
	return string(text), err
}

// readAppended tells by the counts of equal lines whether an append had its effect.
func (w *writer) readAppended(ctx context.Context, i *sluice.Intent) (sluice.Result, error) {
	var a appended
	if i.Before == "" {
		return sluice.Result{State: sluice.ResultAbsent}, nil // the record was missing before
	}
	if err := decode([]byte(i.Before), &a); err != nil {
		return sluice.Result{}, fmt.Errorf("ledger entry of an append: %w", err)
	}
	there, err := w.lines(ctx, i)
	if isMissing(err) {
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	if err != nil {
		return sluice.Result{}, err
	}
	arrived := 0
	for n, line := range a.Lines {
		if countEqual(there, line) >= a.Equal[n]+countEqual(asRecords(a.Lines), line) {
			arrived++
		}
	}
	switch arrived {
	case len(a.Lines):
		return sluice.Result{State: sluice.ResultWritten, ID: i.TargetID}, nil
	case 0:
		return sluice.Result{State: sluice.ResultAbsent}, nil
	}
	return sluice.Result{State: sluice.ResultUnknown}, nil // somebody changed the lines meanwhile
}

// lines reads the whole sublist.
func (w *writer) lines(ctx context.Context, i *sluice.Intent) ([]netsuite.Record, error) {
	var out []netsuite.Record
	for {
		page, err := w.Records.GetSublist(ctx, w.spec.Record, target(i), w.spec.Sublist,
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

// linesOf returns the lines of a sublist in the form {"items": […]}.
func linesOf(v any) []map[string]any {
	m, _ := v.(map[string]any)
	list, _ := m["items"].([]any)
	var out []map[string]any
	for _, it := range list {
		if line, ok := it.(map[string]any); ok {
			out = append(out, line)
		}
	}
	return out
}

func asRecords(lines []map[string]any) []netsuite.Record {
	out := make([]netsuite.Record, len(lines))
	for i, l := range lines {
		out[i] = l
	}
	return out
}

// countEqual counts the lines that hold all that was sent. NetSuite adds fields of its own.
func countEqual(there []netsuite.Record, sent map[string]any) int {
	n := 0
	for _, line := range there {
		if holds(line, sent) {
			n++
		}
	}
	return n
}

func holds(line, sent map[string]any) bool {
	for field, want := range sent {
		if want != nil && !sameValue(line[field], want) {
			return false
		}
	}
	return true
}

// sameValue compares a value that was read with one that was sent: references by
// ID (by external ID they cannot be compared and count as equal), numbers by value.
func sameValue(read, sent any) bool {
	readRef, isRef := read.(map[string]any)
	if sentRef, ok := sent.(map[string]any); ok {
		id, hasID := sentRef["id"]
		return isRef && (!hasID || sameText(readRef["id"], id))
	}
	if isRef {
		return sameText(readRef["id"], sent)
	}
	return sameText(read, sent)
}

func sameText(a, b any) bool {
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	if x == y {
		return true
	}
	p, ok := new(big.Rat).SetString(x)
	q, also := new(big.Rat).SetString(y)
	return ok && also && p.Cmp(q) == 0
}
