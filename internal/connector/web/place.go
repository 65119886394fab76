package web

import "github.com/sluicehq/sluice/internal/connector/place"

// at returns the value at a place of an answer.
func at(v any, where string) (any, bool) { return place.At(v, where) }

// textAt returns the plain value at a place as text, or "".
func textAt(v any, place string) string {
	found, ok := at(v, place)
	if !ok {
		return ""
	}
	return plain(found)
}
