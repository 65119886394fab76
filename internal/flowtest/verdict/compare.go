package verdict

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Plain returns a record as JSON shows it.
func Plain(r sluice.Record) any {
	text, err := json.Marshal(r)
	if err != nil {
		return map[string]any(r)
	}
	v, err := Decode(string(text))
	if err != nil {
		return map[string]any(r)
	}
	return v
}

// Compare says where got is not what is wanted; partial lets objects have further fields.
func Compare(path string, want, got any, partial bool) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%swant %s, got %s", label(path), Brief(want), Brief(got))}
		}
		return compareObjects(path, w, g, partial)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return []string{fmt.Sprintf("%swant %s, got %s", label(path), Brief(want), Brief(got))}
		}
		var out []string
		for i := range w {
			out = append(out, Compare(fmt.Sprintf("%s[%d]", path, i), w[i], g[i], partial)...)
		}
		return out
	}
	if Same(want, got) {
		return nil
	}
	return []string{fmt.Sprintf("%swant %s, got %s", label(path), Brief(want), Brief(got))}
}

func compareObjects(path string, want, got map[string]any, partial bool) []string {
	names := map[string]bool{}
	for n := range want {
		names[n] = true
	}
	if !partial {
		for n := range got {
			names[n] = true
		}
	}
	var out []string
	for _, n := range sorted(names) {
		at := strings.TrimPrefix(path+"."+n, ".")
		w, wanted := want[n]
		g, there := got[n]
		switch {
		case wanted && there:
			out = append(out, Compare(at, w, g, partial)...)
		case wanted:
			out = append(out, fmt.Sprintf("%swant %s, it is not there", label(at), Brief(w)))
		default:
			out = append(out, fmt.Sprintf("%snot expected, got %s", label(at), Brief(g)))
		}
	}
	return out
}

func label(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

func sorted(names map[string]bool) []string {
	var out []string
	for n := range names {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// SameNumber reports whether two texts are the same number.
func SameNumber(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, also := new(big.Rat).SetString(b)
	return a == b || ok && also && x.Cmp(y) == 0
}

// maxBrief is how much of a value a difference shows, in characters.
const maxBrief = 300

// Brief writes a value on one line, and not more than fits there.
func Brief(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if s := []rune(string(text)); len(s) > maxBrief {
		return string(s[:maxBrief]) + "…"
	}
	return string(text)
}

// Decode reads JSON. Numbers keep their digits.
func Decode(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	err := decoder.Decode(&v)
	return v, err
}
