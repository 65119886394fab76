package web

import (
	"strconv"
	"strings"
)

// at returns the value at a place of an answer: a JSON pointer, or names with dots.
func at(v any, place string) (any, bool) {
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

// textAt returns the plain value at a place as text, or "".
func textAt(v any, place string) string {
	found, ok := at(v, place)
	if !ok {
		return ""
	}
	return plain(found)
}
