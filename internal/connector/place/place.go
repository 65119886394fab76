// Package place finds values in JSON that others have made.
package place

import (
	"strconv"
	"strings"
)

// At returns the value at a place: a JSON pointer, or names with dots; empty means v
// itself. It reports false where there is no such place.
func At(v any, place string) (any, bool) {
	if place == "" {
		return v, true
	}
	names := strings.Split(place, ".")
	if pointer, ok := strings.CutPrefix(place, "/"); ok {
		names = strings.Split(pointer, "/")
		for i, n := range names {
			names[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(n)
		}
	}
	for _, n := range names {
		switch t := v.(type) {
		case map[string]any:
			inner, ok := t[n]
			if !ok {
				return nil, false
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(n)
			if err != nil || i < 0 || i >= len(t) {
				return nil, false
			}
			v = t[i]
		default:
			return nil, false
		}
	}
	return v, true
}
