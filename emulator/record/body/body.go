// Package body holds what a record's body is made of: reading and setting its
// fields, decimal arithmetic, checking a request's JSON against the type, and
// applying it.
package body

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// Body is a record's fields by their REST names. Values are string, bool,
// json.Number, []any (of strings for Multi, of map[string]any for Sublist) and
// map[string]any (Subrecord). A field without value is absent. Names that
// begin with $ are the engine's own.
type Body = map[string]any

// Record is one stored record.
type Record struct {
	Type       *schema.Type
	ID         int64
	ExternalID string
	Name       string // what references to the record show
	Body       Body
	Version    int64 // counts the writes, from 1
	Created    time.Time
	Modified   time.Time
	Locked     bool
}

// Forms of dates and times.
const (
	Stamp = "2006-01-02 15:04:05"  // in SQLite, UTC
	Wire  = "2006-01-02T15:04:05Z" // in JSON
	Day   = "2006-01-02"
)

// Text returns a field that holds text, or "".
func Text(b Body, name string) string { s, _ := b[name].(string); return s }

// True reports whether a boolean field is set.
func True(b Body, name string) bool { v, _ := b[name].(bool); return v }

// Lines returns a sublist's lines.
func Lines(b Body, name string) []Body {
	list, _ := b[name].([]any)
	out := make([]Body, 0, len(list))
	for _, l := range list {
		if line, ok := l.(map[string]any); ok {
			out = append(out, line)
		}
	}
	return out
}

// SetLines replaces a sublist; none removes it.
func SetLines(b Body, name string, list []Body) {
	if len(list) == 0 {
		delete(b, name)
		return
	}
	out := make([]any, len(list))
	for i, l := range list {
		out[i] = l
	}
	b[name] = out
}

// RefID returns the internal ID that a reference field holds, or 0.
func RefID(b Body, name string) int64 {
	id, err := strconv.ParseInt(Text(b, name), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// IDText writes an internal ID.
func IDText(id int64) string { return strconv.FormatInt(id, 10) }

// SetRef sets or clears a reference.
func SetRef(b Body, name string, id int64) {
	if id == 0 {
		delete(b, name)
		return
	}
	b[name] = IDText(id)
}

// Integer returns a whole-number field, or 0.
func Integer(b Body, name string) int64 {
	n, _ := b[name].(json.Number)
	i, err := n.Int64()
	if err != nil {
		return 0
	}
	return i
}

// SetInteger sets a whole-number field.
func SetInteger(b Body, name string, n int64) { b[name] = json.Number(IDText(n)) }

// Clone copies a body value deeply.
func Clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = Clone(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = Clone(x)
		}
		return out
	}
	return v
}
