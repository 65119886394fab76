// Package sublist compares lines of sublists that were sent with lines that are there.
package sublist

import (
	"fmt"
	"math/big"

	"github.com/sluicehq/sluice/netsuite"
)

// Lines returns the lines of a sublist in the form {"items": […]}.
func Lines(v any) []map[string]any {
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

// Records takes lines for what NetSuite returned of them.
func Records(lines []map[string]any) []netsuite.Record {
	out := make([]netsuite.Record, len(lines))
	for i, l := range lines {
		out[i] = l
	}
	return out
}

// CountEqual counts the lines that hold all that was sent. NetSuite adds fields of its own.
func CountEqual(there []netsuite.Record, sent map[string]any) int {
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
